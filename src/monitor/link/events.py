"""What an agent tells Core without being asked. Times are the agent's clock in ms; Core corrects them."""

from typing import Any

from msgspec import Struct, field

from monitor.api.docker import ContainerListItem, ImageListItem, NetworkListItem, VolumeListItem
from monitor.link.base import Event, union_of


class Disk(Struct, frozen=True, kw_only=True, gc=False):
    """A mounted file system; bytes."""

    mount: str
    fs: str
    used: int
    total: int


class HostStats(Event, frozen=True, kw_only=True):
    """A sample of the host: bytes, bytes per second, and CPU in % of all cores.

    `interval_ms` is the time since the sample before, which rates are averaged over.
    """

    ts_ms: int
    interval_ms: int
    cpu: float
    load: tuple[float, float, float] = (0.0, 0.0, 0.0)
    mem_used: int
    mem_total: int
    mem_free: int = 0
    mem_cache: int = 0
    zfs_arc: int = 0
    swap_used: int = 0
    swap_total: int = 0
    disks: tuple[Disk, ...] = ()
    net_in: float = 0.0
    net_out: float = 0.0
    disk_read: float = 0.0
    disk_write: float = 0.0


class ContainerSample(Struct, frozen=True, kw_only=True, gc=False):
    """A running container: CPU in % of one core, bytes, and bytes per second (`*_total`: since its start)."""

    cpu: float
    mem: int
    mem_limit: int
    net_in: float = 0.0
    net_out: float = 0.0
    net_in_total: int = 0
    net_out_total: int = 0
    block_read_total: int = 0
    block_write_total: int = 0
    pids: int = 0


class ContainerStatsBatch(Event, frozen=True, kw_only=True):
    """A sample of every running container, by name."""

    ts_ms: int
    containers: dict[str, ContainerSample] = field(default_factory=dict)


class DockerState(Event, frozen=True, kw_only=True):
    """Everything the engine has. Replaces what was known; after connecting and once a minute."""

    version: str
    containers: tuple[ContainerListItem, ...] = ()
    images: tuple[ImageListItem, ...] = ()
    networks: tuple[NetworkListItem, ...] = ()
    volumes: tuple[VolumeListItem, ...] = ()


class DockerChanged(Event, frozen=True, kw_only=True):
    """What changed: items that are new or different, and the ids (volumes: names) of those that are gone."""

    containers: tuple[ContainerListItem, ...] = ()
    images: tuple[ImageListItem, ...] = ()
    networks: tuple[NetworkListItem, ...] = ()
    volumes: tuple[VolumeListItem, ...] = ()
    containers_gone: tuple[str, ...] = ()
    images_gone: tuple[str, ...] = ()
    networks_gone: tuple[str, ...] = ()
    volumes_gone: tuple[str, ...] = ()


class DockerUp(Event, frozen=True, kw_only=True):
    """The engine answers; a `DockerState` follows."""

    version: str


class DockerDown(Event, frozen=True, kw_only=True):
    """There is no engine, or it does not answer. What was known of it is not known any more."""

    reason: str


EVENTS: tuple[type[Event], ...] = (
    HostStats,
    ContainerStatsBatch,
    DockerState,
    DockerChanged,
    DockerUp,
    DockerDown,
)
AnyEvent: Any = union_of(EVENTS)
"""What an `Event` frame may carry, for a decoder."""
