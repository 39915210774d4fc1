"""Containers on servers: lists, logs, inspect, and the actions on one or on all of a server's containers."""

from collections.abc import Callable
from typing import Any

from monitor.api.base import Execute
from monitor.api.container import (
    DestroyContainer,
    GetContainerLog,
    GetContainersSummary,
    GetResourceMatchingContainer,
    InspectContainer,
    ListAllContainers,
    ListContainers,
    PauseAllContainers,
    PauseContainer,
    PruneContainers,
    RestartAllContainers,
    RestartContainer,
    SearchContainerLog,
    StartAllContainers,
    StartContainer,
    StopAllContainers,
    StopContainer,
    UnpauseAllContainers,
    UnpauseContainer,
)
from monitor.api.docker import (
    ContainerListItem,
    ContainerSortBy,
    GetContainersSummaryResponse,
    GetResourceMatchingContainerResponse,
)
from monitor.api.inspect import Container
from monitor.api.resource import PermissionLevel, SpecificPermission
from monitor.api.server import Server
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Log, Operation
from monitor.core import documents
from monitor.core.context import Context
from monitor.core.fleet import views
from monitor.core.kinds.listing import page, tag_ids
from monitor.core.kinds.names import of_object
from monitor.core.kinds.on_server import container_log, demand_enabled, search_log
from monitor.core.kinds.ownership import deployment_of
from monitor.core.routes import Enabled, Routes, on
from monitor.core.runs.run import Run
from monitor.link import commands

routes = Routes()
_ON = on(ResourceKind.SERVER, "server")
_READ = _ON(PermissionLevel.READ)
_LOGS = _ON(PermissionLevel.READ, SpecificPermission.LOGS)
_INSPECT = _ON(PermissionLevel.READ, SpecificPermission.INSPECT)

_SORTS: dict[ContainerSortBy, Callable[[ContainerListItem], Any]] = {
    ContainerSortBy.NAME: lambda c: c.name,
    ContainerSortBy.SERVER: lambda c: c.server_name or "",
    ContainerSortBy.STATE: lambda c: c.state,
    ContainerSortBy.IMAGE: lambda c: c.image or "",
    ContainerSortBy.NETWORKS: lambda c: c.networks or (),
    ContainerSortBy.PORTS: lambda c: [p.PublicPort or 0 for p in c.ports or ()],
    ContainerSortBy.VOLUMES: lambda c: c.volumes or (),
}


@routes.answers(GetContainersSummary, Enabled())
async def _summary(_request: GetContainersSummary, ctx: Context) -> GetContainersSummaryResponse:
    servers = (ctx.app.fleet.server(server.id) for server in _servers(ctx))
    return views.containers_summary(server for server in servers if server is not None)


@routes.answers(ListAllContainers, Enabled())
async def _list_all(request: ListAllContainers, ctx: Context) -> list[ContainerListItem]:
    tags = tag_ids(request.tags, ctx)
    wanted = frozenset(request.servers)
    terms = [term.lower() for term in request.terms]
    found = [
        container
        for server in _servers(ctx)
        if (not wanted or server.id in wanted or server.name in wanted)
        and (tags is None or tags.issubset(server.tags))
        for container in _on_server(server, ctx)
        if (not request.state or container.state in request.state)
        and all(term in container.name.lower() for term in terms)
    ]
    found.sort(key=lambda c: (c.name, c.server_name or ""))
    found.sort(key=_SORTS[request.sort_by], reverse=request.sort_desc)
    return list(page(found, request.page, request.limit))


@routes.answers(ListContainers, _READ)
async def _list(_request: ListContainers, server: Server, ctx: Context) -> list[ContainerListItem]:
    return sorted(_on_server(server, ctx), key=lambda c: c.name)


def _servers(ctx: Context) -> list[Server]:
    rows = ctx.app.memory.table(documents.SERVERS).rows
    ids = ctx.app.access.readable(ctx.caller.user, ResourceKind.SERVER)
    return [row.value for row in rows.values() if ids is None or row.id in ids]


def _on_server(server: Server, ctx: Context) -> list[ContainerListItem]:
    now = ctx.app.fleet.server(server.id)
    if now is None:
        return []
    items = (views.container_item(now, name) for name in now.containers)
    return [item for item in items if item is not None]


@routes.answers(InspectContainer, _INSPECT)
async def _inspect(request: InspectContainer, server: Server, ctx: Context) -> Container:
    demand_enabled(server)
    return await ctx.app.fleet.ask(
        server.id, commands.InspectContainer(name=of_object(request.container))
    )


@routes.answers(GetContainerLog, _LOGS)
async def _log(request: GetContainerLog, server: Server, ctx: Context) -> Log:
    demand_enabled(server)
    return await container_log(
        server.id,
        of_object(request.container),
        tail=request.tail,
        timestamps=request.timestamps,
        ctx=ctx,
    )


@routes.answers(SearchContainerLog, _LOGS)
async def _search(request: SearchContainerLog, server: Server, ctx: Context) -> Log:
    demand_enabled(server)
    return await search_log(
        server.id,
        of_object(request.container),
        request.terms,
        request.combinator,
        ctx,
        invert=request.invert,
        timestamps=request.timestamps,
    )


@routes.answers(GetResourceMatchingContainer, _READ)
async def _matching(
    request: GetResourceMatchingContainer, server: Server, ctx: Context
) -> GetResourceMatchingContainerResponse:
    deployment = deployment_of(server.id, request.container, ctx.app)
    readable = ctx.app.access.readable(ctx.caller.user, ResourceKind.DEPLOYMENT)
    if deployment is None or (readable is not None and deployment.id not in readable):
        return GetResourceMatchingContainerResponse(resource=None)
    return GetResourceMatchingContainerResponse(
        resource=ResourceTarget(ResourceKind.DEPLOYMENT, deployment.id)
    )


def _one(
    request: type[Execute],
    operation: Operation,
    busy: str,
    command: Callable[[Any], commands.AnyJob],
) -> None:
    """An action on one container: many may go on at once on a server, one at a time on a container."""

    @routes.executes(
        request,
        operation,
        kind=ResourceKind.SERVER,
        field="server",
        busy=busy,
        shared=True,
        lock=lambda request: f"container/{of_object(request.container)}",
    )
    async def _act(request: Any, server: Server, run: Run) -> None:
        demand_enabled(server)
        await run.set(other_data=request.container)
        await run.job("container", server.id, lambda: command(request))


def _stop_arguments(request: StopContainer | DestroyContainer) -> dict[str, Any]:
    return {
        "name": request.container,
        "signal": str(request.signal or ""),
        "time": request.time,
    }


_one(
    StartContainer,
    Operation.START_CONTAINER,
    "starting_containers",
    lambda r: commands.StartContainer(name=r.container),
)
_one(
    RestartContainer,
    Operation.RESTART_CONTAINER,
    "restarting_containers",
    lambda r: commands.RestartContainer(name=r.container),
)
_one(
    PauseContainer,
    Operation.PAUSE_CONTAINER,
    "pausing_containers",
    lambda r: commands.PauseContainer(name=r.container),
)
_one(
    UnpauseContainer,
    Operation.UNPAUSE_CONTAINER,
    "unpausing_containers",
    lambda r: commands.UnpauseContainer(name=r.container),
)
_one(
    StopContainer,
    Operation.STOP_CONTAINER,
    "stopping_containers",
    lambda r: commands.StopContainer(**_stop_arguments(r)),
)
_one(
    DestroyContainer,
    Operation.DESTROY_CONTAINER,
    "destroying_containers",
    lambda r: commands.DestroyContainer(**_stop_arguments(r)),
)


def _all(
    request: type[Any], operation: Operation, busy: str, action: commands.ContainerAction
) -> None:
    """An action on all containers of a server."""

    @routes.executes(request, operation, kind=ResourceKind.SERVER, field="server", busy=busy)
    async def _act(_request: Any, server: Server, run: Run) -> None:
        demand_enabled(server)
        await run.job("containers", server.id, lambda: commands.AllContainers(action=action))


_all(StartAllContainers, Operation.START_ALL_CONTAINERS, "starting_containers", "start")
_all(RestartAllContainers, Operation.RESTART_ALL_CONTAINERS, "restarting_containers", "restart")
_all(PauseAllContainers, Operation.PAUSE_ALL_CONTAINERS, "pausing_containers", "pause")
_all(UnpauseAllContainers, Operation.UNPAUSE_ALL_CONTAINERS, "unpausing_containers", "unpause")
_all(StopAllContainers, Operation.STOP_ALL_CONTAINERS, "stopping_containers", "stop")


@routes.executes(
    PruneContainers,
    Operation.PRUNE_CONTAINERS,
    kind=ResourceKind.SERVER,
    field="server",
    busy="pruning_containers",
)
async def _prune(_request: PruneContainers, server: Server, run: Run) -> None:
    demand_enabled(server)
    await run.job("prune", server.id, lambda: commands.Prune(kind="containers"))
