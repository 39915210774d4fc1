"""A server's past as the contract has it, from its agent's last hour or from kept averages. Pure functions."""

from collections.abc import Iterable, Sequence

from monitor.api.stats import SingleDiskUsage, SystemLoadAverage, SystemStatsRecord
from monitor.api.values import Timelength
from monitor.core.fleet.server_now import ServerNow, hidden
from monitor.core.fleet.views import GIB
from monitor.core.history.series import Mount, Point
from monitor.link.events import HostStats

PAGE = 200
"""Points of one page."""
AGENT_KEEPS = 3_600
"""Seconds an agent remembers."""
_UNITS = {"sec": 1, "min": 60, "hr": 3_600, "day": 86_400, "wk": 7 * 86_400}
SECONDS = {
    length: int(length.value.split("-")[0]) * _UNITS[length.value.split("-")[1]]
    for length in Timelength
}
"""How long each Timelength is."""


def from_series(
    now: ServerNow, points: Sequence[Point], step: int
) -> tuple[SystemStatsRecord, ...]:
    """Kept averages, newest first. Network figures are bytes in the step."""
    records: list[SystemStatsRecord] = []
    mounts = next((one.disks for one in points if one.disks), ()) or _mounts_now(now)
    for point in points:
        mounts = point.disks or mounts
        records.append(_record(now, point, mounts, step))
    return tuple(reversed(records))


def _mounts_now(now: ServerNow) -> tuple[Mount, ...]:
    disks = now.stats.disks if now.stats is not None else ()
    return tuple(Mount(disk.mount, disk.fs, disk.used, disk.total) for disk in disks)


def from_agent(
    now: ServerNow,
    samples: Iterable[HostStats],
    offset_ms: float,
    *,
    step: int,
    first: int,
    last: int,
) -> tuple[SystemStatsRecord, ...]:
    """An agent's samples, the last one of each step from `first` to `last` (unix s), newest first."""
    chosen: dict[int, HostStats] = {}
    for sample in samples:
        ts = round(sample.ts_ms - offset_ms) // 1000 // step * step
        if first <= ts <= last:
            chosen[ts] = sample
    return tuple(
        _record(
            now,
            Point(
                ts=ts,
                cpu=one.cpu,
                cpu_max=one.cpu,
                load=one.load,
                mem_used=one.mem_used,
                mem_total=one.mem_total,
                mem_cache=one.mem_cache,
                zfs_arc=one.zfs_arc,
                swap_used=one.swap_used,
                swap_total=one.swap_total,
                net_in=one.net_in,
                net_out=one.net_out,
            ),
            tuple(Mount(disk.mount, disk.fs, disk.used, disk.total) for disk in one.disks),
            step,
        )
        for ts, one in sorted(chosen.items(), reverse=True)
    )


def _record(now: ServerNow, point: Point, mounts: Iterable[Mount], step: int) -> SystemStatsRecord:
    shown = [mount for mount in mounts if not hidden(mount.mount, now.ignore_mounts)]
    one, five, fifteen = point.load
    return SystemStatsRecord(
        ts=point.ts * 1000,
        sid=now.id,
        cpu_perc=point.cpu,
        load_average=SystemLoadAverage(one=one, five=five, fifteen=fifteen),
        mem_used_gb=point.mem_used / GIB,
        mem_total_gb=point.mem_total / GIB,
        mem_buff_cache_gb=point.mem_cache / GIB,
        mem_zfs_arc_gb=point.zfs_arc / GIB,
        swap_total_gb=point.swap_total / GIB,
        swap_used_gb=point.swap_used / GIB,
        disk_used_gb=sum(mount.used for mount in shown) / GIB,
        disk_total_gb=sum(mount.total for mount in shown) / GIB,
        disks=tuple(
            SingleDiskUsage(
                mount=mount.mount,
                file_system=mount.fs,
                used_gb=mount.used / GIB,
                total_gb=mount.total / GIB,
            )
            for mount in shown
        ),
        network_ingress_bytes=round(point.net_in * step),
        network_egress_bytes=round(point.net_out * step),
    )
