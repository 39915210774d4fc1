"""Samples of the host: CPU, memory, load, disks and rates, from /proc by psutil."""

import asyncio
import logging
import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from msgspec import Struct

from monitor.api.stats import SystemInformation
from monitor.link.events import Disk, HostStats
from monitor.periphery.job import now_ms

log = logging.getLogger(__name__)

DISKS_EVERY_SECONDS = 30.0
_DISKS_WITHIN_SECONDS = 5.0
_NOT_DISKS = frozenset(
    {"overlay", "squashfs", "tmpfs", "devtmpfs", "ramfs", "nsfs", "autofs", "iso9660", "fuse.lxcfs"}
)
_ARC = Path("/proc/spl/kstat/zfs/arcstats")


class Counters(Struct, frozen=True):
    """Totals at a moment; rates are the difference of two."""

    at: float
    net_in: int = 0
    net_out: int = 0
    disk_read: int = 0
    disk_write: int = 0


class HostSampler:
    """Takes samples of this host. `include` (if any) and `exclude` choose the mounts shown."""

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = frozenset(include)
        self._exclude = frozenset(exclude)
        self._before = counters()
        self._disks: tuple[Disk, ...] = ()
        self._disks_at = -DISKS_EVERY_SECONDS
        self._disks_task: asyncio.Task[tuple[Disk, ...]] | None = None
        psutil.cpu_percent()

    async def sample(self) -> HostStats:
        """Take a sample; rates and CPU are since the one before."""
        await self._look_at_disks()
        before, after = self._before, counters()
        self._before = after
        seconds = max(after.at - before.at, 0.001)
        memory, swap = psutil.virtual_memory(), psutil.swap_memory()
        arc = zfs_arc()
        cache = int(getattr(memory, "cached", 0)) + int(getattr(memory, "buffers", 0))
        return HostStats(
            ts_ms=now_ms(),
            interval_ms=round(seconds * 1000),
            cpu=psutil.cpu_percent(),
            load=os.getloadavg(),
            mem_used=max(0, memory.total - memory.available - arc),
            mem_total=memory.total,
            mem_free=memory.free,
            mem_cache=cache,
            zfs_arc=arc,
            swap_used=swap.used,
            swap_total=swap.total,
            disks=self._disks,
            net_in=_rate(before.net_in, after.net_in, seconds),
            net_out=_rate(before.net_out, after.net_out, seconds),
            disk_read=_rate(before.disk_read, after.disk_read, seconds),
            disk_write=_rate(before.disk_write, after.disk_write, seconds),
        )

    async def _look_at_disks(self) -> None:
        """Look at the disks now and then, in a thread: a dead network mount may never answer."""
        if time.monotonic() - self._disks_at < DISKS_EVERY_SECONDS:
            return
        if self._disks_task is None:
            work = asyncio.to_thread(disks, self._include, self._exclude)
            self._disks_task = asyncio.create_task(work)
        within = _DISKS_WITHIN_SECONDS if not self._disks else 0.5
        await asyncio.wait({self._disks_task}, timeout=within)
        if self._disks_task.done():
            self._disks_at = time.monotonic()
            self._disks = self._disks_task.result()
            self._disks_task = None


def _rate(before: int, after: int, seconds: float) -> float:
    return max(0, after - before) / seconds


def counters() -> Counters:
    """Totals of all physical interfaces and disks; loopback and container interfaces are not counted."""
    received = sent = 0
    for name, counted in psutil.net_io_counters(pernic=True).items():
        if name != "lo" and not name.startswith(("veth", "docker", "br-")):
            received += counted.bytes_recv
            sent += counted.bytes_sent
    io = psutil.disk_io_counters()
    return Counters(
        time.monotonic(),
        received,
        sent,
        io.read_bytes if io else 0,
        io.write_bytes if io else 0,
    )


def disks(include: frozenset[str], exclude: frozenset[str]) -> tuple[Disk, ...]:
    """Mounted file systems that hold data, each device once. May block."""
    found: dict[str, Disk] = {}
    for part in sorted(psutil.disk_partitions(all=True), key=lambda part: len(part.mountpoint)):
        mount = _text(part.mountpoint)
        device = _text(part.device)
        chosen = mount in include if include else _holds_data(part.fstype, device, mount)
        if not chosen or mount in exclude or (device in found and not include):
            continue
        try:
            usage = psutil.disk_usage(part.mountpoint)
        except OSError:
            continue
        if usage.total:
            key = mount if include else device
            found[key] = Disk(mount=mount, fs=part.fstype, used=usage.used, total=usage.total)
    return tuple(found.values())


def _holds_data(fstype: str, device: str, mount: str) -> bool:
    if fstype in _NOT_DISKS or mount.startswith(("/proc", "/sys", "/dev/", "/run/")):
        return False
    return (
        mount == "/"
        or device.startswith("/dev/")
        or fstype in {"zfs", "btrfs", "nfs", "nfs4", "cifs"}
    )


def zfs_arc() -> int:
    """Bytes in ZFS' cache, which the kernel counts as used; 0 without ZFS."""
    try:
        for line in _ARC.read_text().splitlines():
            words = line.split()
            if words and words[0] == "size":
                return int(words[-1])
    except (OSError, ValueError):
        pass
    return 0


def system_information() -> SystemInformation:
    """What this host is. May block for a moment."""
    release = _os_release()
    name = release.get("NAME")
    return SystemInformation(
        name=name,
        os=" ".join(filter(None, (platform.system(), f"({release.get('PRETTY_NAME') or name})"))),
        kernel=platform.release(),
        core_count=psutil.cpu_count(logical=False) or psutil.cpu_count(),
        logical_core_count=psutil.cpu_count(),
        host_name=_text(platform.node()),
        cpu_brand=_cpu_brand(),
        cpu_arch=platform.machine(),
    )


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _cpu_brand() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() in {"model name", "Model", "Hardware"} and value.strip():
                return value.strip()
    except OSError:
        pass
    return platform.processor()


def _text(odd: str) -> str:
    """Text as it may go over the wire: odd bytes, which Python keeps as surrogates, are replaced."""
    return odd.encode(errors="surrogateescape").decode(errors="replace")
