"""A server's hardware, load and processes. Sizes are in GiB where a name ends in `_gb`."""

from msgspec import Struct

from monitor.api.base import Read, Target
from monitor.api.marks import Count
from monitor.api.values import Timelength


class SystemInformation(Struct, frozen=True, kw_only=True):
    """A server's hardware and operating system."""

    name: str | None = None
    os: str | None = None
    kernel: str | None = None
    core_count: int | None = None
    """Physical cores."""
    logical_core_count: int | None = None
    host_name: str | None = None
    cpu_brand: str = ""
    cpu_arch: str = ""


class SystemLoadAverage(Struct, frozen=True, kw_only=True):
    """Processes that ran or waited to, on average over 1, 5 and 15 minutes."""

    one: float = 0.0
    five: float = 0.0
    fifteen: float = 0.0


class SingleDiskUsage(Struct, frozen=True, kw_only=True):
    """How full one mount is."""

    mount: str
    file_system: str
    used_gb: float
    total_gb: float


class SystemStats(Struct, frozen=True, kw_only=True):
    """A server's load at one moment."""

    cpu_perc: float
    """Of all cores together, 0 to 100."""
    load_average: SystemLoadAverage = SystemLoadAverage()
    mem_free_gb: float = 0.0
    mem_used_gb: float
    mem_total_gb: float
    mem_buff_cache_gb: float = 0.0
    mem_zfs_arc_gb: float = 0.0
    """The cache of ZFS, which is not counted as used."""
    swap_total_gb: float = 0.0
    swap_used_gb: float = 0.0
    disks: tuple[SingleDiskUsage, ...]
    network_ingress_bytes: float = 0.0
    """Since the measurement before."""
    network_egress_bytes: float = 0.0
    polling_rate: Timelength
    refresh_ts: int
    """When it was measured, in unix milliseconds."""
    refresh_list_ts: int
    """When the disks were measured, in unix milliseconds."""


class MinimalSystemStats(Struct, frozen=True, kw_only=True):
    """A server's load as lists show it, disks added up."""

    cpu_perc: float
    """Of all cores together, 0 to 100."""
    load_average: SystemLoadAverage
    mem_free_gb: float
    mem_used_gb: float
    mem_total_gb: float
    mem_buff_cache_gb: float
    mem_zfs_arc_gb: float
    swap_total_gb: float
    swap_used_gb: float
    disk_total_gb: float
    disk_used_gb: float
    network_ingress_bytes: float
    """Since the measurement before."""
    network_egress_bytes: float
    polling_rate: Timelength
    refresh_ts: int
    """When it was measured, in unix milliseconds."""
    refresh_list_ts: int
    """When the disks were measured, in unix milliseconds."""


class SystemStatsRecord(Struct, frozen=True, kw_only=True):
    """A server's load in the history: the average over one step of the granularity."""

    ts: int
    """Unix milliseconds, a multiple of the granularity."""
    sid: str
    """The server's id."""
    cpu_perc: float
    load_average: SystemLoadAverage = SystemLoadAverage()
    mem_used_gb: float
    mem_total_gb: float
    mem_buff_cache_gb: float = 0.0
    mem_zfs_arc_gb: float = 0.0
    swap_total_gb: float = 0.0
    swap_used_gb: float = 0.0
    disk_used_gb: float
    disk_total_gb: float
    disks: tuple[SingleDiskUsage, ...]
    network_ingress_bytes: float = 0.0
    network_egress_bytes: float = 0.0


class SystemProcess(Struct, frozen=True, kw_only=True):
    """A process on a server."""

    pid: int
    name: str
    exe: str = ""
    cmd: tuple[str, ...]
    start_time: float = 0.0
    """Unix milliseconds."""
    cpu_perc: float
    """Of one core: two busy ones are 200."""
    mem_mb: float
    disk_read_kb: float
    """Since the measurement before, like `disk_write_kb`."""
    disk_write_kb: float


class GetHistoricalServerStatsResponse(Struct, frozen=True, kw_only=True):
    """A page of a server's history, newest first; `next_page` is null on the last."""

    stats: tuple[SystemStatsRecord, ...]
    next_page: int | None = None


class GetSystemInformation(Read[SystemInformation], frozen=True, kw_only=True):
    """A server's hardware and operating system. 503 if its agent was never heard."""

    server: Target


class GetSystemStats(Read[SystemStats], frozen=True, kw_only=True):
    """A server's load as last reported. 503 if its agent is away."""

    server: Target


class GetHistoricalServerStats(Read[GetHistoricalServerStatsResponse], frozen=True, kw_only=True):
    """A server's load over time, 200 records a page."""

    server: Target
    granularity: Timelength
    """The step between two records."""
    page: Count = 0


class ListSystemProcesses(Read[tuple[SystemProcess, ...]], frozen=True, kw_only=True):
    """The processes on a server, those that use most of the CPU first.

    Needs the permission Processes.
    """

    server: Target


REQUESTS = (
    GetSystemInformation,
    GetSystemStats,
    GetHistoricalServerStats,
    ListSystemProcesses,
)
