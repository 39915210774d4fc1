"""."""

from msgspec import Struct

from monitor.api.base import Read, Target
from monitor.api.values import Timelength


class SystemInformation(Struct, frozen=True, kw_only=True):
    """."""

    name: str | None = None
    os: str | None = None
    kernel: str | None = None
    core_count: int | None = None
    logical_core_count: int | None = None
    host_name: str | None = None
    cpu_brand: str = ""
    cpu_arch: str = ""


class SystemLoadAverage(Struct, frozen=True, kw_only=True):
    """."""

    one: float = 0.0
    five: float = 0.0
    fifteen: float = 0.0


class SingleDiskUsage(Struct, frozen=True, kw_only=True):
    """."""

    mount: str
    file_system: str
    used_gb: float
    total_gb: float


class SystemStats(Struct, frozen=True, kw_only=True):
    """."""

    cpu_perc: float
    load_average: SystemLoadAverage = SystemLoadAverage()
    mem_free_gb: float = 0.0
    mem_used_gb: float
    mem_total_gb: float
    mem_buff_cache_gb: float = 0.0
    mem_zfs_arc_gb: float = 0.0
    swap_total_gb: float = 0.0
    swap_used_gb: float = 0.0
    disks: tuple[SingleDiskUsage, ...]
    network_ingress_bytes: float = 0.0
    network_egress_bytes: float = 0.0
    polling_rate: Timelength
    refresh_ts: int
    refresh_list_ts: int


class MinimalSystemStats(Struct, frozen=True, kw_only=True):
    """."""

    cpu_perc: float
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
    network_egress_bytes: float
    polling_rate: Timelength
    refresh_ts: int
    refresh_list_ts: int


class SystemStatsRecord(Struct, frozen=True, kw_only=True):
    """."""

    ts: int
    sid: str
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
    """."""

    pid: int
    name: str
    exe: str = ""
    cmd: tuple[str, ...]
    start_time: float = 0.0
    cpu_perc: float
    mem_mb: float
    disk_read_kb: float
    disk_write_kb: float


class GetHistoricalServerStatsResponse(Struct, frozen=True, kw_only=True):
    """."""

    stats: tuple[SystemStatsRecord, ...]
    next_page: int | None = None


class GetSystemInformation(Read[SystemInformation], frozen=True, kw_only=True):
    """."""

    server: Target


class GetSystemStats(Read[SystemStats], frozen=True, kw_only=True):
    """."""

    server: Target


class GetHistoricalServerStats(Read[GetHistoricalServerStatsResponse], frozen=True, kw_only=True):
    """."""

    server: Target
    granularity: Timelength
    page: int = 0


class ListSystemProcesses(Read[tuple[SystemProcess, ...]], frozen=True, kw_only=True):
    """."""

    server: Target


REQUESTS = (
    GetSystemInformation,
    GetSystemStats,
    GetHistoricalServerStats,
    ListSystemProcesses,
)
