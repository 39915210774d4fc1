"""Samples of a host: what a watcher sees each second, and the averages of a minute."""

from msgspec import Struct

from monitor.core.history.series import Mount, Point
from monitor.link.events import ContainerSample, ContainerStatsBatch, Disk, HostStats

NEWEST = 600
"""Samples kept of a watched server."""
MINUTE_MS = 60_000


class ContainerNow(Struct, frozen=True, gc=False):
    """A container's part of a sample: CPU in % of one core, bytes, bytes per second."""

    cpu: float
    mem: int
    net_in: float
    net_out: float


class Sample(Struct, frozen=True, kw_only=True):
    """A host and its containers at one time (unix ms of Core's clock): %, bytes, bytes per second."""

    ts: int
    cpu: float
    load: tuple[float, float, float]
    mem_used: int
    mem_total: int
    mem_cache: int
    swap_used: int
    swap_total: int
    disks: tuple[Disk, ...]
    net_in: float
    net_out: float
    disk_read: float
    disk_write: float
    containers: dict[str, ContainerNow]


class RunningMinute:
    """Sums of the minute that runs."""

    __slots__ = ("_count", "_cpu_max", "_disks", "_sums", "ts")

    def __init__(self, ts: int) -> None:
        self.ts = ts
        self._count = 0
        self._cpu_max = 0.0
        self._sums = [0.0] * 14
        self._disks: tuple[Disk, ...] = ()

    def add(self, stats: HostStats) -> None:
        """Take a sample."""
        self._count += 1
        self._cpu_max = max(self._cpu_max, stats.cpu)
        self._disks = stats.disks
        one, five, fifteen = stats.load
        values = (
            stats.cpu,
            one,
            five,
            fifteen,
            stats.mem_used,
            stats.mem_total,
            stats.mem_cache,
            stats.zfs_arc,
            stats.swap_used,
            stats.swap_total,
            stats.net_in,
            stats.net_out,
            stats.disk_read,
            stats.disk_write,
        )
        self._sums = [total + value for total, value in zip(self._sums, values, strict=True)]

    @property
    def cpu(self) -> float:
        """Average CPU so far, %."""
        return self._sums[0] / self._count if self._count else 0.0

    def average(self) -> Point | None:
        """The averages; None without a sample."""
        if not self._count:
            return None
        cpu, one, five, fifteen, *rest = (total / self._count for total in self._sums)
        return Point(
            ts=self.ts // 1000,
            cpu=cpu,
            cpu_max=self._cpu_max,
            load=(one, five, fifteen),
            mem_used=rest[0],
            mem_total=rest[1],
            mem_cache=rest[2],
            zfs_arc=rest[3],
            swap_used=rest[4],
            swap_total=rest[5],
            net_in=rest[6],
            net_out=rest[7],
            disk_read=rest[8],
            disk_write=rest[9],
            disks=tuple(Mount(disk.mount, disk.fs, disk.used, disk.total) for disk in self._disks),
        )


def sample_of(stats: HostStats, containers: dict[str, ContainerSample], ts: int) -> Sample:
    """What a watcher sees of a host's and its containers' figures."""
    return Sample(
        ts=ts,
        cpu=stats.cpu,
        load=stats.load,
        mem_used=stats.mem_used,
        mem_total=stats.mem_total,
        mem_cache=stats.mem_cache,
        swap_used=stats.swap_used,
        swap_total=stats.swap_total,
        disks=stats.disks,
        net_in=stats.net_in,
        net_out=stats.net_out,
        disk_read=stats.disk_read,
        disk_write=stats.disk_write,
        containers={
            name: ContainerNow(one.cpu, one.mem, one.net_in, one.net_out)
            for name, one in containers.items()
        },
    )


def samples_of(
    hosts: tuple[HostStats, ...], batches: tuple[ContainerStatsBatch, ...], offset_ms: float
) -> list[Sample]:
    """An agent's history as samples: each host sample with the newest containers' batch up to it."""
    samples: list[Sample] = []
    at = 0
    current: dict[str, ContainerSample] = {}
    for stats in hosts:
        while at < len(batches) and batches[at].ts_ms <= stats.ts_ms + stats.interval_ms // 2:
            current = batches[at].containers
            at += 1
        samples.append(sample_of(stats, current, round(stats.ts_ms - offset_ms)))
    return samples
