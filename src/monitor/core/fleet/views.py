"""What the contract says of servers and containers, made from what is known now. Pure functions."""

from collections.abc import Iterable

import msgspec

from monitor.api.deployment import DeploymentState
from monitor.api.docker import (
    ContainerListItem,
    ContainerStateStatusEnum,
    ContainerStats,
    GetContainersSummaryResponse,
)
from monitor.api.server import (
    PeripheryInformation,
    Server,
    ServerAlertingThresholds,
    ServerConfig,
    ServerListItemInfo,
    ServerState,
)
from monitor.api.stats import (
    MinimalSystemStats,
    SingleDiskUsage,
    SystemInformation,
    SystemLoadAverage,
    SystemStats,
)
from monitor.api.values import Serror, Timelength
from monitor.core.fleet.figures import container_stats, health_of
from monitor.core.fleet.server_now import ServerNow, hidden
from monitor.link.events import Disk

GIB = 1024**3
_UNKNOWN = ContainerStateStatusEnum.EMPTY
_POLLED = Timelength.SECONDS_5


def server_state(config: ServerConfig, now: ServerNow | None) -> ServerState:
    """Disabled by its configuration, else whether the link stands."""
    if not config.enabled:
        return ServerState.DISABLED
    return ServerState.OK if now is not None and now.up else ServerState.NOT_OK


def server_error(config: ServerConfig, now: ServerNow | None) -> Serror | None:
    """Why an enabled server is not reached."""
    if server_state(config, now) is not ServerState.NOT_OK:
        return None
    reason = now.down_reason if now is not None else "the agent has not connected yet"
    return Serror(error=reason, trace=())


def thresholds(config: ServerConfig) -> ServerAlertingThresholds:
    """From which percentages on a server is in trouble."""
    return ServerAlertingThresholds(
        cpu_warning=config.cpu_warning,
        cpu_critical=config.cpu_critical,
        mem_warning=config.mem_warning,
        mem_critical=config.mem_critical,
        disk_warning=config.disk_warning,
        disk_critical=config.disk_critical,
    )


def server_info(
    server: Server,
    now: ServerNow | None,
    *,
    busy: tuple[str, str] | None = None,
) -> ServerListItemInfo:
    """A server's list item `info`. `busy`: the operation that runs on it and that one's Update."""
    config = server.config
    known = now if now is not None else ServerNow(server.id, server.name)
    information = known.host.information if known.host else SystemInformation()
    periphery = known.host.periphery if known.host else None
    session = known.session
    return ServerListItemInfo(
        state=server_state(config, known),
        err=server_error(config, known),
        stats=minimal_stats(known),
        alerting_thresholds=thresholds(config),
        core_count=information.core_count,
        logical_core_count=information.logical_core_count,
        region=config.region,
        address=config.address or None,
        external_address=config.external_address or None,
        public_ip=periphery.public_ip if periphery else None,
        send_unreachable_alerts=config.send_unreachable_alerts,
        send_cpu_alerts=config.send_cpu_alerts,
        send_mem_alerts=config.send_mem_alerts,
        send_disk_alerts=config.send_disk_alerts,
        send_version_mismatch_alerts=config.send_version_mismatch_alerts,
        version=known.version,
        public_key=server.info.public_key or None,
        attempted_public_key=server.info.attempted_public_key or None,
        terminals_disabled=periphery.terminals_disabled if periphery else False,
        container_terminals_disabled=(
            periphery.container_terminals_disabled if periphery else False
        ),
        busy=busy[0] if busy else None,
        busy_update=busy[1] if busy else None,
        seen_ms=known.seen_ms,
        sparkline=known.sparkline,
        disk_worst=known.disk_worst,
        containers=known.counts,
        docker=known.docker_version if session is not None else None,
        latency_ms=round(session.rtt_ms, 1) if session is not None else None,
    )


def minimal_stats(now: ServerNow) -> MinimalSystemStats | None:
    """The last sample in short, however old; None before the first."""
    stats = now.stats
    if stats is None:
        return None
    disks = [disk for disk in stats.disks if not hidden(disk.mount, now.ignore_mounts)]
    seconds = stats.interval_ms / 1000
    return MinimalSystemStats(
        cpu_perc=stats.cpu,
        load_average=SystemLoadAverage(
            one=stats.load[0], five=stats.load[1], fifteen=stats.load[2]
        ),
        mem_free_gb=stats.mem_free / GIB,
        mem_used_gb=stats.mem_used / GIB,
        mem_total_gb=stats.mem_total / GIB,
        mem_buff_cache_gb=stats.mem_cache / GIB,
        mem_zfs_arc_gb=stats.zfs_arc / GIB,
        swap_total_gb=stats.swap_total / GIB,
        swap_used_gb=stats.swap_used / GIB,
        disk_total_gb=sum(disk.total for disk in disks) / GIB,
        disk_used_gb=sum(disk.used for disk in disks) / GIB,
        network_ingress_bytes=round(stats.net_in * seconds, 1),
        network_egress_bytes=round(stats.net_out * seconds, 1),
        polling_rate=polling_rate(now),
        refresh_ts=now.stats_ts,
        refresh_list_ts=now.stats_ts,
    )


def system_stats(now: ServerNow) -> SystemStats | None:
    """The last sample, however old; None before the first. Network figures are bytes since the one before."""
    stats = now.stats
    if stats is None:
        return None
    seconds = stats.interval_ms / 1000
    return SystemStats(
        cpu_perc=stats.cpu,
        load_average=SystemLoadAverage(
            one=stats.load[0], five=stats.load[1], fifteen=stats.load[2]
        ),
        mem_free_gb=stats.mem_free / GIB,
        mem_used_gb=stats.mem_used / GIB,
        mem_total_gb=stats.mem_total / GIB,
        mem_buff_cache_gb=stats.mem_cache / GIB,
        mem_zfs_arc_gb=stats.zfs_arc / GIB,
        swap_total_gb=stats.swap_total / GIB,
        swap_used_gb=stats.swap_used / GIB,
        disks=disk_usage(stats.disks, now.ignore_mounts),
        network_ingress_bytes=round(stats.net_in * seconds, 1),
        network_egress_bytes=round(stats.net_out * seconds, 1),
        polling_rate=polling_rate(now),
        refresh_ts=now.stats_ts,
        refresh_list_ts=now.stats_ts,
    )


def disk_usage(disks: Iterable[Disk], ignored: tuple[str, ...]) -> tuple[SingleDiskUsage, ...]:
    """Mounts in GiB, without the hidden ones."""
    return tuple(
        SingleDiskUsage(
            mount=disk.mount,
            file_system=disk.fs,
            used_gb=disk.used / GIB,
            total_gb=disk.total / GIB,
        )
        for disk in disks
        if not hidden(disk.mount, ignored)
    )


def polling_rate(now: ServerNow) -> Timelength:
    """How often the agent samples."""
    return now.host.periphery.stats_polling_rate if now.host else _POLLED


def periphery_information(now: ServerNow) -> PeripheryInformation | None:
    """What the agent says of itself, with Docker as it is now; None before it first connected."""
    if now.host is None:
        return None
    connected = now.up and now.docker_version is not None
    return msgspec.structs.replace(now.host.periphery, docker_connected=connected)


def container_item(now: ServerNow, name: str) -> ContainerListItem | None:
    """A container as lists show it, with its server and its last figures.

    While the link is lost or Docker is away its state is empty, that is unknown, and it has no figures.
    """
    item = now.containers.get(name)
    if item is None:
        return None
    if not now.fresh:
        return msgspec.structs.replace(
            item,
            server_id=now.id,
            server_name=now.name,
            state=_UNKNOWN,
            status=None,
            stats=None,
            labels={},
        )
    return msgspec.structs.replace(
        item,
        server_id=now.id,
        server_name=now.name,
        stats=container_figures(now, name),
        labels={},
    )


def container_figures(now: ServerNow, name: str) -> ContainerStats | None:
    """A container's last figures; None if it does not run."""
    sample = now.samples.get(name)
    return container_stats(name, sample) if sample is not None else None


def deployment_state(now: ServerNow | None, name: str) -> DeploymentState:
    """The state of the container a deployment is, by its exact name."""
    if now is None or not now.fresh:
        return DeploymentState.UNKNOWN
    item = now.containers.get(name)
    if item is None:
        return DeploymentState.NOT_DEPLOYED
    if item.state is _UNKNOWN:
        return DeploymentState.UNKNOWN
    return DeploymentState(item.state.value)


def container_health(now: ServerNow | None, name: str) -> str | None:
    """`starting`, `healthy` or `unhealthy`; None without a health check, or while it is not known."""
    item = now.containers.get(name) if now is not None and now.fresh else None
    if item is None or item.state is not ContainerStateStatusEnum.RUNNING:
        return None
    return health_of(item)


def containers_summary(servers: Iterable[ServerNow]) -> GetContainersSummaryResponse:
    """How many containers there are, by state. Those of servers that are away count as unknown."""
    total = running = stopped = unhealthy = unknown = 0
    for now in servers:
        size = len(now.containers)
        total += size
        if now.counts is None:
            unknown += size
            continue
        running += now.counts.running
        unhealthy += now.counts.unhealthy
        unclear = sum(item.state is _UNKNOWN for item in now.containers.values())
        unknown += unclear
        stopped += size - now.counts.running - now.counts.unhealthy - unclear
    return GetContainersSummaryResponse(
        total=total, running=running, stopped=stopped, unhealthy=unhealthy, unknown=unknown
    )
