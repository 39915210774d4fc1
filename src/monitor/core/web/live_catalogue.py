"""Which live topics there are, by name: what each is made of, and who may look at all."""

from collections.abc import Callable

from monitor.api.target import ResourceKind
from monitor.api.update import UpdateListItem
from monitor.core.web.live_containers import (
    ContainerProblemRows,
    ContainerRows,
    ContainerStatsRows,
)
from monitor.core.web.live_lists import RowsTopic
from monitor.core.web.live_rows import (
    KINDS,
    DockerRows,
    ItemRows,
    RowSource,
    Sources,
    TagRows,
    UpdateRows,
    list_name,
)
from monitor.core.web.live_topics import Spawn, Topic
from monitor.core.web.live_values import BootTopic, StatsTopic, UpdateTopic

_DOCKER_LISTS = ("images", "networks", "volumes")
LISTS = {list_name(kind): kind for kind in KINDS}
"""Lists of resources, by name."""
_OTHER_LISTS: dict[str, Callable[[Sources], RowSource]] = {
    "containers": ContainerRows,
    "container_problems": ContainerProblemRows,
    "container_stats": ContainerStatsRows,
    "tags": TagRows,
}


def make_topic(name: str, user: str, seq: int, spawn: Spawn, sources: Sources) -> Topic | None:
    """The topic of a name, for a user who asks for it first; None if there is none, or none for them.

    `seq`: the number its changes go on from.
    """
    what, colon, identity = name.partition(":")
    if colon:
        return _about_one(name, what, identity, user, seq, spawn, sources)
    if name == "boot":
        return BootTopic(seq, spawn, sources, user)
    if name == "updates":
        return UpdatesTopic(name, seq, spawn, UpdateRows(sources))
    source = _list_source(name, sources)
    return RowsTopic(name, seq, spawn, source) if source is not None else None


def _about_one(
    name: str, what: str, identity: str, user: str, seq: int, spawn: Spawn, sources: Sources
) -> Topic | None:
    if what == "update":
        return UpdateTopic(name, seq, spawn, sources, identity)
    readable = sources.readable(user, ResourceKind.SERVER)
    seen = readable is None or identity in readable
    if not seen or sources.fleet.server(identity) is None:
        return None
    if what == "stats":
        return StatsTopic(name, seq, spawn, sources, identity)
    if what in _DOCKER_LISTS:
        return DockerTopic(name, seq, spawn, DockerRows(sources, identity, what))
    return None


def _list_source(name: str, sources: Sources) -> RowSource | None:
    if name in LISTS:
        return ItemRows(sources, LISTS[name])
    make = _OTHER_LISTS.get(name)
    return make(sources) if make is not None else None


class UpdatesTopic(RowsTopic):
    """The newest Updates: read once from the store, then told one by one."""

    def __init__(self, name: str, seq: int, spawn: Spawn, source: UpdateRows) -> None:
        super().__init__(name, seq, spawn, source)
        self._newest = source

    async def open(self) -> None:
        """Read them."""
        await self._newest.load()
        await super().open()

    def take(self, item: UpdateListItem) -> None:
        """One was made, or is another."""
        for identity in self._newest.take(item):
            self.touch(identity)


class DockerTopic(RowsTopic):
    """A list of one server, for those who may read the server."""

    def allows(self, user: str) -> bool:
        """All or nothing."""
        return self.rights(user) is None
