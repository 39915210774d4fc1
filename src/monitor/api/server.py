"""Servers: machines with an agent on them."""

from enum import StrEnum
from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.base import Read, Target, Write
from monitor.api.kind import Kind
from monitor.api.marks import Count, Lines, Partial, PartialOf
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
    """What users set of a server."""

    address: str = ""
    """Where Core dials the agent: `host:port`, or a ws or wss URL. Empty where the agent dials Core."""
    insecure_tls: bool = True
    """Take any TLS certificate of the agent; the link is sealed by itself."""
    external_address: str = ""
    """Host for links to containers' ports; empty for that of `address`."""
    region: str = ""
    """A label, free to choose."""
    enabled: bool = False
    """Core keeps no link to a disabled server and runs nothing on it."""
    auto_rotate_keys: bool = True
    """Rotating the keys of all servers includes this one."""
    passkey: str = ""
    """Of no use any more; kept so that configs of older clients stay whole."""
    ignore_mounts: Lines = ()
    """Mounts that disk figures leave out, with all below them."""
    auto_prune: bool = True
    """Remove images that no container uses each day."""
    links: Lines = ()
    """URLs shown on the server's page."""
    stats_monitoring: bool = True
    """Watch the machine's load and keep its history."""
    send_unreachable_alerts: bool = True
    send_cpu_alerts: bool = True
    send_mem_alerts: bool = True
    send_disk_alerts: bool = True
    send_version_mismatch_alerts: bool = True
    cpu_warning: float = 90.0
    """Percent, like the five that follow."""
    cpu_critical: float = 99.0
    mem_warning: float = 75.0
    mem_critical: float = 95.0
    disk_warning: float = 75.0
    disk_critical: float = 95.0
    maintenance_windows: tuple[MaintenanceWindow, ...] = ()


class ServerInfo(Struct, frozen=True, kw_only=True):
    """What Monitor keeps about a server."""

    attempted_public_key: str = ""
    """The key that an agent showed in place of the expected one, for an administrator to accept."""
    public_key: str = ""
    """The key that the agent must prove to have. Empty until it was onboarded."""


class ServerState(StrEnum):
    """Whether a server's agent is linked."""

    OK = "Ok"
    NOT_OK = "NotOk"
    DISABLED = "Disabled"
    """There is no link because the config says so."""


class ServerAlertingThresholds(Struct, frozen=True, kw_only=True):
    """From which percentage on a server's use is a warning, and from which critical."""

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
    """A server's state as lists show it."""

    state: ServerState
    err: Serror | None = None
    """Why there is no link."""
    stats: MinimalSystemStats | None = None
    """Null while the agent is away."""
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
    """The agent's version; null until it was heard."""
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
    """Which operations run on a server now: prunes as flags, the others as counts."""

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
    """By what servers alone can be filtered. An empty list filters nothing."""

    states: tuple[ServerState, ...] = ()


class ServerSortBy(StrEnum):
    """By what a list of servers is sorted."""

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
    """How many servers there are, by state. A warning is an agent of another version than Core."""

    total: int
    healthy: int
    warning: int
    """The agent's version is not Core's."""
    unhealthy: int
    disabled: int


class GetServerStateResponse(Struct, frozen=True, kw_only=True):
    """A server's state."""

    status: ServerState


class PeripheryInformation(Struct, frozen=True, kw_only=True):
    """What a server's agent says of itself."""

    version: str
    public_key: str
    terminals_disabled: bool
    container_terminals_disabled: bool
    stats_polling_rate: Timelength
    """How often the agent measures."""
    docker_connected: bool
    public_ip: str | None = None


class GetServersSummary(Read[GetServersSummaryResponse], frozen=True, kw_only=True):
    """How many servers you may read there are, by state."""


Server = Resource[ServerConfig, ServerInfo]


class GetServer(Read[Server], frozen=True, kw_only=True):
    """One server. 404 if there is none, or none you may see."""

    server: Target


class GetServerState(Read[GetServerStateResponse], frozen=True, kw_only=True):
    """Whether a server's agent is linked."""

    server: Target


class GetPeripheryInformation(Read[PeripheryInformation], frozen=True, kw_only=True):
    """What a server's agent says of itself. 503 if it is away."""

    server: Target


class GetServerActionState(Read[ServerActionState], frozen=True, kw_only=True):
    """Which operations run on a server now."""

    server: Target


ServerListItem = ResourceListItem[ServerListItemInfo]


ServerQuery = ResourceQuery[ServerQuerySpecifics]


class ListServers(Read[tuple[ServerListItem, ...]], frozen=True, kw_only=True):
    """Servers you may read."""

    query: ServerQuery = ServerQuery()
    page: Count = 0
    """From 0."""
    limit: Count | None = None
    """Servers a page; 0, and null by default, is all."""
    sort_by: ServerSortBy = ServerSortBy.NAME
    sort_desc: bool = False


class ListFullServers(Read[tuple[Server, ...]], frozen=True, kw_only=True):
    """Servers you may read, with their whole config, by name."""

    query: ServerQuery = ServerQuery()
    page: Count = 0
    limit: Count | None = None


class CreateServer(Write[Server], frozen=True, kw_only=True):
    """Creates a server.

    409 if the name is taken. With `enabled` and an address Core dials its agent at once.
    """

    name: str
    config: Annotated[Partial, PartialOf(ServerConfig)] = field(default_factory=dict[str, Any])
    public_key: str | None = None
    """The key that the agent must prove to have; without one it is taken from the onboarding."""


class CopyServer(Write[Server], frozen=True, kw_only=True):
    """Creates a server with another one's config. 409 if the name is taken."""

    name: str
    id: str
    public_key: str | None = None


class DeleteServer(Write[Server], frozen=True, kw_only=True):
    """Deletes a server and answers what it was; what runs on the machine stays.

    409 if it is busy.
    """

    id: str


class UpdateServer(Write[Server], frozen=True, kw_only=True):
    """Changes a server's config. 409 if it is busy."""

    id: str
    config: Annotated[Partial, PartialOf(ServerConfig)]


class RenameServer(Write[Update], frozen=True, kw_only=True):
    """Renames a server. 409 if the name is taken."""

    id: str
    name: str


class UpdateServerPublicKey(Write[Update], frozen=True, kw_only=True):
    """Sets the public key that a server's agent must prove to have."""

    server: str
    public_key: str


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
