"""The live lists of all containers: what they are, and apart from it their figures, which move all the time."""

from collections.abc import Hashable, Iterable
from typing import Any

from msgspec import UNSET, Struct

from monitor.api.docker import ContainerStateStatusEnum, Port
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.core.fleet import views
from monitor.core.fleet.figures import health_of
from monitor.core.web.live_rows import Sources


class ContainerRow(Struct, frozen=True, kw_only=True):
    """A container of any server, without what each sample changes.

    `state` is empty, and `last_state` set, while it is not known.
    """

    id: str
    container_id: str | None
    server_id: str
    server_name: str
    name: str
    image: str | None
    image_id: str | None
    created: int | None
    size_rw: int | None
    size_root_fs: int | None
    state: ContainerStateStatusEnum
    last_state: ContainerStateStatusEnum | None
    health: str | None
    status: str | None
    network_mode: str | None
    networks: tuple[str, ...]
    ports: tuple[Port, ...]
    volumes: tuple[str, ...]
    resource: ResourceTarget | None


class ContainerRows:
    """Containers of all servers; the id is `<server id>/<name>`."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def ids(self) -> Iterable[str]:
        """All of all servers."""
        for now in self._sources.fleet.servers.values():
            for name in now.containers:
                yield f"{now.id}/{name}"

    def row(self, identity: str) -> Struct | None:
        """The container, without its figures."""
        server_id, _, name = identity.partition("/")
        now = self._sources.fleet.server(server_id)
        item = now.containers.get(name) if now is not None else None
        if now is None or item is None:
            return None
        fresh = now.fresh
        return ContainerRow(
            id=identity,
            container_id=item.id or None,
            server_id=server_id,
            server_name=now.name,
            name=name,
            image=item.image or None,
            image_id=item.image_id or None,
            created=None if item.created is UNSET else item.created,
            size_rw=None if item.size_rw is UNSET else item.size_rw,
            size_root_fs=None if item.size_root_fs is UNSET else item.size_root_fs,
            state=item.state if fresh else ContainerStateStatusEnum.EMPTY,
            last_state=None if fresh else item.state,
            health=health_of(item) if fresh else None,
            status=item.status or None if fresh else None,
            network_mode=item.network_mode or None,
            networks=item.networks or (),
            ports=item.ports or (),
            volumes=item.volumes or (),
            resource=self._sources.owner(server_id, name),
        )

    def rights(self, user: str) -> Hashable:
        """The readable servers."""
        return self._sources.readable(user, ResourceKind.SERVER)

    def sees(self, rights: Any, identity: str, row: Struct) -> bool:
        """By server."""
        del row
        return identity.partition("/")[0] in rights


class ContainerProblemRows(ContainerRows):
    """Those containers that do not simply run, for pages that only count the others."""

    def row(self, identity: str) -> Struct | None:
        """The container; None while it runs, and is healthy or has no health check."""
        row = super().row(identity)
        if not isinstance(row, ContainerRow) or row.state is not ContainerStateStatusEnum.RUNNING:
            return row
        return None if row.health in {None, "healthy"} else row


class ContainerStatsRow(Struct, frozen=True, kw_only=True):
    """The last figures of a container that runs, as texts like those of `docker stats`."""

    id: str
    name: str
    cpu_perc: str
    mem_perc: str
    mem_usage: str
    net_io: str
    block_io: str
    pids: str


class ContainerStatsRows:
    """Figures of the running containers of all servers; the ids are those of ContainerRows."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def ids(self) -> Iterable[str]:
        """All that have figures."""
        for now in self._sources.fleet.servers.values():
            for name in now.samples:
                yield f"{now.id}/{name}"

    def row(self, identity: str) -> Struct | None:
        """The figures; None for a container that does not run, or is not known."""
        server_id, _, name = identity.partition("/")
        now = self._sources.fleet.server(server_id)
        if now is None or not now.fresh or name not in now.containers:
            return None
        stats = views.container_figures(now, name)
        if stats is None:
            return None
        return ContainerStatsRow(
            id=identity,
            name=name,
            cpu_perc=stats.cpu_perc,
            mem_perc=stats.mem_perc,
            mem_usage=stats.mem_usage,
            net_io=stats.net_io,
            block_io=stats.block_io,
            pids=stats.pids,
        )

    def rights(self, user: str) -> Hashable:
        """The readable servers."""
        return self._sources.readable(user, ResourceKind.SERVER)

    def sees(self, rights: Any, identity: str, row: Struct) -> bool:
        """By server."""
        del row
        return identity.partition("/")[0] in rights
