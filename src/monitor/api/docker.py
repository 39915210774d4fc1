"""What Docker has on a server as lists show it. Own shapes, in snake case, apart from `Port` and the image history."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.marks import accepts
from monitor.api.target import ResourceTarget


class ContainerStateStatusEnum(StrEnum):
    """What a container does now, in Docker's words; empty where Docker does not say."""

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
    """A port's protocol."""

    EMPTY = ""
    TCP = "tcp"
    UDP = "udp"
    SCTP = "sctp"


class Port(Struct, frozen=True, kw_only=True):
    """A port of a container, published on the host if it has a public port."""

    IP: str | None = None
    PrivatePort: int = 0
    PublicPort: int | None = None
    Type: PortTypeEnum = PortTypeEnum.EMPTY


class ContainerStats(Struct, frozen=True, kw_only=True):
    """What a container uses, as texts like those of `docker stats`."""

    name: Annotated[str, accepts("Name")]
    cpu_perc: Annotated[str, accepts("CPUPerc")]
    mem_perc: Annotated[str, accepts("MemPerc")]
    mem_usage: Annotated[str, accepts("MemUsage")]
    net_io: Annotated[str, accepts("NetIO")]
    block_io: Annotated[str, accepts("BlockIO")]
    pids: Annotated[str, accepts("PIDs")]


class ContainerListItem(Struct, frozen=True, kw_only=True):
    """A container in a list."""

    server_id: str | UnsetType | None = UNSET
    server_name: str | UnsetType | None = UNSET
    name: str
    id: str | UnsetType | None = UNSET
    image: str | UnsetType | None = UNSET
    image_id: str | UnsetType | None = UNSET
    created: int | UnsetType | None = UNSET
    """Unix seconds."""
    size_rw: int | UnsetType | None = UNSET
    """Bytes that the container wrote; null where that is not measured."""
    size_root_fs: int | UnsetType | None = UNSET
    state: ContainerStateStatusEnum
    status: str | UnsetType | None = UNSET
    """In Docker's words, such as `Up 3 hours`."""
    network_mode: str | UnsetType | None = UNSET
    networks: tuple[str, ...] | UnsetType = UNSET
    ports: tuple[Port, ...] | UnsetType = UNSET
    volumes: tuple[str, ...] | UnsetType = UNSET
    """Names of volumes."""
    stats: ContainerStats | UnsetType | None = UNSET
    labels: dict[str, str] = field(default_factory=dict)
    """For Core alone: clients get none."""


class ComposeProject(Struct, frozen=True, kw_only=True):
    """A compose project that has containers, whoever brought it up."""

    name: str
    status: str | None = None
    """How many containers are in which state, such as `running(2), exited(1)`."""
    compose_files: tuple[str, ...] = ()
    """Paths on the server."""


class NetworkListItem(Struct, frozen=True, kw_only=True):
    """A network in a list."""

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
    """An image in a list."""

    id: str
    parent_id: str
    name: str
    """The first tag, or the id where there is none."""
    tags: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    created: int
    """Unix seconds."""
    size: int
    """Bytes."""
    in_use: bool


class ImageHistoryResponseItem(Struct, frozen=True, kw_only=True):
    """One layer of an image, or a step that made none."""

    Id: str
    Created: int
    """Unix seconds."""
    CreatedBy: str
    Tags: tuple[str, ...] = ()
    Size: int
    """Bytes."""
    Comment: str


class VolumeScopeEnum(StrEnum):
    """Whether a volume is known on its machine alone or in the whole swarm."""

    EMPTY = ""
    LOCAL = "local"
    GLOBAL = "global"


class VolumeListItem(Struct, frozen=True, kw_only=True):
    """A volume in a list."""

    name: str
    driver: str
    mountpoint: str
    created: str | None = None
    scope: VolumeScopeEnum
    size: int | None = None
    """Bytes; null where that is not measured."""
    in_use: bool


class GetContainersSummaryResponse(Struct, frozen=True, kw_only=True):
    """How many containers there are. `stopped` counts created, paused and exited ones."""

    total: int
    running: int
    stopped: int
    unhealthy: int
    unknown: int


class GetResourceMatchingContainerResponse(Struct, frozen=True, kw_only=True):
    """The resource that a container belongs to."""

    resource: ResourceTarget | None = None


class ContainerSortBy(StrEnum):
    """By what a list of containers is sorted."""

    NAME = "Name"
    SERVER = "Server"
    STATE = "State"
    IMAGE = "Image"
    NETWORKS = "Networks"
    PORTS = "Ports"
    VOLUMES = "Volumes"
