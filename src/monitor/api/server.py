"""."""

from enum import StrEnum
from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.base import Read, Target, Write
from monitor.api.kind import Kind
from monitor.api.marks import Lines, Partial, PartialOf
from monitor.api.resource import (
    MaintenanceWindow,
    Resource,
    ResourceListItem,
    ResourceQuery,
)
from monitor.api.stats import MinimalSystemStats
from monitor.api.target import ResourceKind
from monitor.api.update import Update
from monitor.api.values import Serror, Timelength


class ServerConfig(Struct, frozen=True, kw_only=True):
    """."""

    address: str = ""
    insecure_tls: bool = True
    external_address: str = ""
    region: str = ""
    enabled: bool = False
    auto_rotate_keys: bool = True
    passkey: str = ""
    ignore_mounts: Lines = ()
    auto_prune: bool = True
    links: Lines = ()
    stats_monitoring: bool = True
    send_unreachable_alerts: bool = True
    send_cpu_alerts: bool = True
    send_mem_alerts: bool = True
    send_disk_alerts: bool = True
    send_version_mismatch_alerts: bool = True
    cpu_warning: float = 90.0
    cpu_critical: float = 99.0
    mem_warning: float = 75.0
    mem_critical: float = 95.0
    disk_warning: float = 75.0
    disk_critical: float = 95.0
    maintenance_windows: tuple[MaintenanceWindow, ...] = ()


class ServerInfo(Struct, frozen=True, kw_only=True):
    """."""

    attempted_public_key: str = ""
    public_key: str = ""


class ServerState(StrEnum):
    """."""

    OK = "Ok"
    NOT_OK = "NotOk"
    DISABLED = "Disabled"


class ServerAlertingThresholds(Struct, frozen=True, kw_only=True):
    """."""

    cpu_warning: float = 90.0
    cpu_critical: float = 99.0
    mem_warning: float = 75.0
    mem_critical: float = 95.0
    disk_warning: float = 75.0
    disk_critical: float = 95.0


class DiskWorst(Struct, frozen=True, kw_only=True):
    """The fullest mount of a server. Ours."""

    mount: str
    perc: float
    """Percent used, 0 to 100."""


class ContainerCounts(Struct, frozen=True, kw_only=True):
    """How many containers a server has. Ours."""

    total: int
    running: int
    unhealthy: int


class ServerListItemInfo(Struct, frozen=True, kw_only=True):
    """."""

    state: ServerState
    err: Serror | None = None
    stats: MinimalSystemStats | None = None
    alerting_thresholds: ServerAlertingThresholds
    core_count: int | None = None
    logical_core_count: int | None = None
    region: str
    address: str | None = None
    external_address: str | None = None
    public_ip: str | None = None
    send_unreachable_alerts: bool
    send_cpu_alerts: bool
    send_mem_alerts: bool
    send_disk_alerts: bool
    send_version_mismatch_alerts: bool
    version: str | None = None
    public_key: str | None = None
    attempted_public_key: str | None = None
    terminals_disabled: bool
    container_terminals_disabled: bool
    # Ours from here on; published clients ignore them.
    busy: str | None = None
    """The operation that runs on the server now."""
    busy_update: str | None = None
    """The id of that operation's Update."""
    seen_ms: int | None = None
    """When the agent was last heard, in unix milliseconds of Core's clock."""
    sparkline: tuple[int, ...] | UnsetType = UNSET
    """CPU percent of each of the last 60 minutes, oldest first."""
    disk_worst: DiskWorst | None = None
    containers: ContainerCounts | None = None
    docker: str | None = None
    """Version of the Docker engine; null where none answers."""
    latency_ms: float | None = None
    """Round trip of the link's last ping."""


class ServerActionState(Struct, frozen=True, kw_only=True):
    """."""

    pruning_networks: bool
    pruning_containers: bool
    pruning_images: bool
    pruning_volumes: bool
    pruning_builders: bool
    pruning_buildx: bool
    pruning_system: bool
    starting_containers: int
    restarting_containers: int
    pausing_containers: int
    unpausing_containers: int
    stopping_containers: int
    destroying_containers: int


class ServerQuerySpecifics(Struct, frozen=True, kw_only=True):
    """."""

    states: tuple[ServerState, ...] = ()


class ServerSortBy(StrEnum):
    """."""

    NAME = "Name"
    REGION = "Region"
    VERSION = "Version"
    STATE = "State"
    CPU = "Cpu"
    MEMORY = "Memory"
    DISK = "Disk"
    LOAD_AVERAGE = "LoadAverage"
    NETWORK = "Network"


class GetServersSummaryResponse(Struct, frozen=True, kw_only=True):
    """."""

    total: int
    healthy: int
    warning: int
    unhealthy: int
    disabled: int


class GetServerStateResponse(Struct, frozen=True, kw_only=True):
    """."""

    status: ServerState


class PeripheryInformation(Struct, frozen=True, kw_only=True):
    """."""

    version: str
    public_key: str
    terminals_disabled: bool
    container_terminals_disabled: bool
    stats_polling_rate: Timelength
    docker_connected: bool
    public_ip: str | None = None


class GetServersSummary(Read[GetServersSummaryResponse], frozen=True, kw_only=True):
    """."""


Server = Resource[ServerConfig, ServerInfo]


class GetServer(Read[Server], frozen=True, kw_only=True):
    """."""

    server: Target


class GetServerState(Read[GetServerStateResponse], frozen=True, kw_only=True):
    """."""

    server: Target


class GetPeripheryInformation(Read[PeripheryInformation], frozen=True, kw_only=True):
    """."""

    server: Target


class GetServerActionState(Read[ServerActionState], frozen=True, kw_only=True):
    """."""

    server: Target


ServerListItem = ResourceListItem[ServerListItemInfo]


ServerQuery = ResourceQuery[ServerQuerySpecifics]


class ListServers(Read[tuple[ServerListItem, ...]], frozen=True, kw_only=True):
    """."""

    query: ServerQuery = ServerQuery()
    page: int = 0
    limit: int | None = None
    sort_by: ServerSortBy = ServerSortBy.NAME
    sort_desc: bool = False


class ListFullServers(Read[tuple[Server, ...]], frozen=True, kw_only=True):
    """."""

    query: ServerQuery = ServerQuery()
    page: int = 0
    limit: int | None = None


class CreateServer(Write[Server], frozen=True, kw_only=True):
    """."""

    name: str
    config: Annotated[Partial, PartialOf(ServerConfig)] = field(default_factory=dict[str, Any])
    public_key: str | None = None


class CopyServer(Write[Server], frozen=True, kw_only=True):
    """."""

    name: str
    id: str
    public_key: str | None = None


class DeleteServer(Write[Server], frozen=True, kw_only=True):
    """."""

    id: str


class UpdateServer(Write[Server], frozen=True, kw_only=True):
    """."""

    id: str
    config: Annotated[Partial, PartialOf(ServerConfig)]


class RenameServer(Write[Update], frozen=True, kw_only=True):
    """."""

    id: str
    name: str


class UpdateServerPublicKey(Write[Update], frozen=True, kw_only=True):
    """."""

    server: str
    public_key: str


class RotateServerKeys(Write[Update], frozen=True, kw_only=True):
    """."""

    server: str


REQUESTS = (
    GetServersSummary,
    GetServer,
    GetServerState,
    GetPeripheryInformation,
    GetServerActionState,
    ListServers,
    ListFullServers,
    CreateServer,
    CopyServer,
    DeleteServer,
    UpdateServer,
    RenameServer,
    UpdateServerPublicKey,
    RotateServerKeys,
)

SERVER = Kind(
    name=ResourceKind.SERVER,
    resource=Server,
    config=ServerConfig,
    info=ServerInfo,
    list_item=ServerListItem,
    list_info=ServerListItemInfo,
    query=ServerQuery,
    specifics=ServerQuerySpecifics,
    sort_by=ServerSortBy,
    action_state=ServerActionState,
    requests=REQUESTS,
)
