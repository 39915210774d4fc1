"""One server as it is now, taken together from what its agent tells. In memory only."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from sys import intern
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import force_setattr

from monitor.api.docker import (
    ContainerListItem,
    ContainerStateStatusEnum,
    ImageListItem,
    NetworkListItem,
    VolumeListItem,
)
from monitor.api.server import ContainerCounts, DiskWorst
from monitor.core.fleet.figures import health_of
from monitor.core.fleet.samples import MINUTE_MS, RunningMinute, Sample
from monitor.core.history.series import Point
from monitor.link.commands import HostInfo
from monitor.link.events import ContainerSample, DockerChanged, DockerState, HostStats
from monitor.link.session import Session

ItemT = TypeVar("ItemT")
HOUR = 60
"""Minutes of the sparkline."""


class DockerDelta(Struct, frozen=True):
    """What an event of the agent made different: containers by name, and which other lists."""

    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


class ServerNow:
    """What is known of a server, and since when. Read it freely; only Fleet writes it.

    After a link is lost the last known state stays, with `fresh` False: it is unknown whether it holds.
    """

    __slots__ = (
        "containers", "counts", "disk_worst", "docker_error", "docker_version",
        "down_reason", "down_since_ms", "enabled", "fresh", "host", "id", "ignore_mounts", "images",
        "minute", "name", "names", "networks", "ring", "samples", "seen_ms", "session", "sparkline",
        "stats", "stats_ts", "stopped", "unpaired", "up_since_ms", "volumes", "watchers",
    )  # fmt: skip

    def __init__(self, identity: str, name: str) -> None:
        self.id = identity
        self.name = name
        self.enabled = True
        self.ignore_mounts: tuple[str, ...] = ()
        self.session: Session | None = None
        self.up_since_ms: int | None = None
        self.down_since_ms: int | None = None
        self.down_reason = "the agent has not connected yet"
        self.seen_ms: int | None = None
        """When the agent was last heard (unix ms), as of the last event."""
        self.host: HostInfo | None = None
        self.docker_version: str | None = None
        self.docker_error = ""
        self.fresh = False
        """Whether what is known of Docker holds now."""
        self.containers: dict[str, ContainerListItem] = {}
        self.names: dict[str, str] = {}
        """Container names by Docker's id."""
        self.stopped: frozenset[str] = frozenset()
        """Names of containers that have no figures."""
        self.images: dict[str, ImageListItem] = {}
        self.networks: dict[str, NetworkListItem] = {}
        self.volumes: dict[str, VolumeListItem] = {}
        self.counts: ContainerCounts | None = None
        self.samples: dict[str, ContainerSample] = {}
        """The running containers' last sample, by name."""
        self.stats: HostStats | None = None
        self.stats_ts = 0
        """Time of `stats` by Core's clock, unix ms."""
        self.disk_worst: DiskWorst | None = None
        self.minute: RunningMinute | None = None
        self.sparkline: tuple[int, ...] = ()
        self.unpaired: tuple[HostStats, int] | None = None
        """While somebody watches: a sample, and its time, that waits for its containers' figures."""
        self.watchers = 0
        self.ring: deque[Sample] | None = None
        """Newest samples, while somebody watches."""

    @property
    def up(self) -> bool:
        """Whether the link stands."""
        return self.session is not None

    @property
    def version(self) -> str | None:
        """The agent's version, once it has connected."""
        if self.session is not None:
            return self.session.peer.version
        return self.host.periphery.version if self.host else None

    def take_stats(self, stats: HostStats, ts: int) -> Point | None:
        """Take a host sample; answers the minute it ended, if it did."""
        self.stats, self.stats_ts = stats, ts
        self.disk_worst = worst_disk(stats, self.ignore_mounts)
        start = ts - ts % MINUTE_MS
        ended: Point | None = None
        if self.minute is None or self.minute.ts != start:
            if self.minute is not None:
                ended = self.minute.average()
                self._extend_sparkline(self.minute, start)
            self.minute = RunningMinute(start)
        self.minute.add(stats)
        return ended

    def _extend_sparkline(self, minute: RunningMinute, start: int) -> None:
        missed = (start - minute.ts) // MINUTE_MS - 1
        none = (0,) * min(max(missed, 0), HOUR)
        self.sparkline = (*self.sparkline, round(minute.cpu), *none)[-HOUR:]

    def take_state(self, state: DockerState) -> DockerDelta:
        """Take everything the engine has."""
        before = self.containers
        was_fresh = self.fresh
        self.fresh = True
        self.docker_version, self.docker_error = state.version, ""
        lists = [
            what
            for what, items in (
                ("images", state.images),
                ("networks", state.networks),
                ("volumes", state.volumes),
            )
            if self._replace(what, items) or not was_fresh
        ]
        after: dict[str, ContainerListItem] = {}
        changed: list[str] = []
        for item in state.containers:
            old = before.get(item.name)
            same = old is not None and old == item
            after[item.name] = old if same and old is not None else _sharing(item)
            if not same or not was_fresh:
                changed.append(item.name)
        removed = tuple(name for name in before if name not in after)
        self.containers = after
        self._recount()
        return DockerDelta(tuple(changed), removed, tuple(lists))

    def take_change(self, event: DockerChanged) -> DockerDelta:
        """Take what changed."""
        removed: list[str] = []
        for identity in event.containers_gone:
            name = self.names.pop(identity, None)
            item = self.containers.get(name) if name is not None else None
            if name is not None and item is not None and item.id == identity:
                del self.containers[name]
                removed.append(name)
        changed: list[str] = []
        for item in event.containers:
            removed += self._renamed(item)
            if self.containers.get(item.name) != item:
                self.containers[item.name] = _sharing(item)
                changed.append(item.name)
        if changed or removed:
            self._recount()
        lists = [
            what
            for what, items, gone in (
                ("images", event.images, event.images_gone),
                ("networks", event.networks, event.networks_gone),
                ("volumes", event.volumes, event.volumes_gone),
            )
            if self._merge(what, items, gone)
        ]
        left = tuple(name for name in removed if name not in self.containers)
        return DockerDelta(tuple(changed), left, tuple(lists))

    def take_samples(self, samples: dict[str, ContainerSample]) -> tuple[str, ...]:
        """Take figures of containers, but for those that have stopped since; answers who has none any more."""
        before = self.samples
        if not self.stopped.isdisjoint(samples):
            samples = {name: one for name, one in samples.items() if name not in self.stopped}
        self.samples = samples
        return tuple(before.keys() - samples.keys())

    def lose_docker(self) -> DockerDelta:
        """What is known of Docker is not known any more."""
        if not self.fresh:
            return DockerDelta()
        self.fresh = False
        self.samples = {}
        self._recount()
        return DockerDelta(tuple(self.containers), (), ("images", "networks", "volumes"))

    def _renamed(self, item: ContainerListItem) -> Iterable[str]:
        if not isinstance(item.id, str):
            return ()
        before = self.names.get(item.id)
        self.names[item.id] = item.name
        if before is None or before == item.name:
            return ()
        old = self.containers.get(before)
        if old is None or old.id != item.id:
            return ()
        del self.containers[before]
        return (before,)

    def _replace(self, what: str, items: Iterable[Any]) -> bool:
        key = KEYS[what]
        before: dict[str, Any] = getattr(self, what)
        after: dict[str, Any] = {}
        same = True
        for item in items:
            identity = key(item)
            old = before.get(identity)
            if old == item:
                after[identity] = old
            else:
                after[identity] = item
                same = False
        same = same and len(after) == len(before)
        setattr(self, what, after)
        return not same

    def _merge(self, what: str, items: Iterable[Any], gone: Iterable[str]) -> bool:
        key = KEYS[what]
        known: dict[str, Any] = getattr(self, what)
        different = False
        for identity in gone:
            different |= known.pop(identity, None) is not None
        for item in items:
            identity = key(item)
            if known.get(identity) != item:
                known[identity] = item
                different = True
        return different

    def _recount(self) -> None:
        self.names = {
            item.id: name for name, item in self.containers.items() if isinstance(item.id, str)
        }
        self.stopped = frozenset(
            name for name, item in self.containers.items() if item.state in STOPPED
        )
        if self.samples:
            self.take_samples(
                {name: one for name, one in self.samples.items() if name in self.containers}
            )
        self.counts = count(self.containers.values()) if self.fresh else None


def _sharing(item: ContainerListItem) -> ContainerListItem:
    """The item, with texts that many containers of a fleet have in common kept once."""
    for field in _COMMON:
        value = getattr(item, field)
        if isinstance(value, str):
            force_setattr(item, field, intern(value))
    return item


_COMMON = ("name", "image", "image_id", "status", "network_mode")


def _network_key(item: NetworkListItem) -> str:
    return item.id or item.name or ""


KEYS: Mapping[str, Callable[[Any], str]] = {
    "images": lambda item: item.id,
    "networks": _network_key,
    "volumes": lambda item: item.name,
}
"""What tells the items of a list apart."""


def count(containers: Iterable[ContainerListItem]) -> ContainerCounts:
    """Count containers; one that runs with a failing health check counts as unhealthy, not as running."""
    total = running = unhealthy = 0
    for item in containers:
        total += 1
        if item.state is ContainerStateStatusEnum.RUNNING:
            if health_of(item) == "unhealthy":
                unhealthy += 1
            else:
                running += 1
        elif item.state in TROUBLE:
            unhealthy += 1
    return ContainerCounts(total=total, running=running, unhealthy=unhealthy)


STOPPED = frozenset(
    {
        ContainerStateStatusEnum.CREATED,
        ContainerStateStatusEnum.EXITED,
        ContainerStateStatusEnum.DEAD,
    }
)
"""States without figures."""
TROUBLE = frozenset(
    {
        ContainerStateStatusEnum.RESTARTING,
        ContainerStateStatusEnum.STOPPING,
        ContainerStateStatusEnum.REMOVING,
        ContainerStateStatusEnum.DEAD,
    }
)
"""States that are neither running nor at rest."""


def worst_disk(stats: HostStats, ignored: tuple[str, ...]) -> DiskWorst | None:
    """The fullest mount, by share used."""
    worst: DiskWorst | None = None
    for disk in stats.disks:
        if not disk.total or hidden(disk.mount, ignored):
            continue
        share = round(100 * disk.used / disk.total, 1)
        if worst is None or share > worst.perc:
            worst = DiskWorst(mount=disk.mount, perc=share)
    return worst


def hidden(mount: str, ignored: tuple[str, ...]) -> bool:
    """Whether a mount is left out: Docker's volumes, and what the server's configuration ignores."""
    return mount.startswith("/var/lib/docker/volumes") or (
        bool(ignored) and mount.startswith(ignored)
    )
