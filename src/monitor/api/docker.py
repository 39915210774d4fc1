"""."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.marks import accepts
from monitor.api.target import ResourceTarget


class ContainerStateStatusEnum(StrEnum):
    """."""

    RUNNING = "running"
    CREATED = "created"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    REMOVING = "removing"
    PAUSED = "paused"
    EXITED = "exited"
    DEAD = "dead"
    EMPTY = ""


class PortTypeEnum(StrEnum):
    """."""

    EMPTY = ""
    TCP = "tcp"
    UDP = "udp"
    SCTP = "sctp"


class Port(Struct, frozen=True, kw_only=True):
    """."""

    IP: str | None = None
    PrivatePort: int = 0
    PublicPort: int | None = None
    Type: PortTypeEnum = PortTypeEnum.EMPTY


class ContainerStats(Struct, frozen=True, kw_only=True):
    """."""

    name: Annotated[str, accepts("Name")]
    cpu_perc: Annotated[str, accepts("CPUPerc")]
    mem_perc: Annotated[str, accepts("MemPerc")]
    mem_usage: Annotated[str, accepts("MemUsage")]
    net_io: Annotated[str, accepts("NetIO")]
    block_io: Annotated[str, accepts("BlockIO")]
    pids: Annotated[str, accepts("PIDs")]


class ContainerListItem(Struct, frozen=True, kw_only=True):
    """."""

    server_id: str | UnsetType | None = UNSET
    server_name: str | UnsetType | None = UNSET
    name: str
    id: str | UnsetType | None = UNSET
    image: str | UnsetType | None = UNSET
    image_id: str | UnsetType | None = UNSET
    created: int | UnsetType | None = UNSET
    size_rw: int | UnsetType | None = UNSET
    size_root_fs: int | UnsetType | None = UNSET
    state: ContainerStateStatusEnum
    status: str | UnsetType | None = UNSET
    network_mode: str | UnsetType | None = UNSET
    networks: tuple[str, ...] | UnsetType = UNSET
    ports: tuple[Port, ...] | UnsetType = UNSET
    volumes: tuple[str, ...] | UnsetType = UNSET
    stats: ContainerStats | UnsetType | None = UNSET
    labels: dict[str, str] = field(default_factory=dict)


class NetworkListItem(Struct, frozen=True, kw_only=True):
    """."""

    name: str | None = None
    id: str | None = None
    created: str | None = None
    scope: str | None = None
    driver: str | None = None
    enable_ipv6: bool | None = None
    ipam_driver: str | None = None
    ipam_subnet: str | None = None
    ipam_gateway: str | None = None
    internal: bool | None = None
    attachable: bool | None = None
    ingress: bool | None = None
    in_use: bool


class ImageListItem(Struct, frozen=True, kw_only=True):
    """."""

    id: str
    parent_id: str
    name: str
    tags: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    created: int
    size: int
    in_use: bool


class ImageHistoryResponseItem(Struct, frozen=True, kw_only=True):
    """."""

    Id: str
    Created: int
    CreatedBy: str
    Tags: tuple[str, ...] = ()
    Size: int
    Comment: str


class VolumeScopeEnum(StrEnum):
    """."""

    EMPTY = ""
    LOCAL = "local"
    GLOBAL = "global"


class VolumeListItem(Struct, frozen=True, kw_only=True):
    """."""

    name: str
    driver: str
    mountpoint: str
    created: str | None = None
    scope: VolumeScopeEnum
    size: int | None = None
    in_use: bool


class GetContainersSummaryResponse(Struct, frozen=True, kw_only=True):
    """."""

    total: int
    running: int
    stopped: int
    unhealthy: int
    unknown: int


class GetResourceMatchingContainerResponse(Struct, frozen=True, kw_only=True):
    """."""

    resource: ResourceTarget | None = None


class ContainerSortBy(StrEnum):
    """."""

    NAME = "Name"
    SERVER = "Server"
    STATE = "State"
    IMAGE = "Image"
    NETWORKS = "Networks"
    PORTS = "Ports"
    VOLUMES = "Volumes"
