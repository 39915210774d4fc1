"""Images, networks and volumes of servers: lists, inspect, delete, create and prune."""

from typing import Any

from monitor.api.docker import (
    ComposeProject,
    ImageHistoryResponseItem,
    ImageListItem,
    NetworkListItem,
    VolumeListItem,
)
from monitor.api.docker_objects import (
    CreateNetwork,
    DeleteImage,
    DeleteNetwork,
    DeleteVolume,
    InspectImage,
    InspectNetwork,
    InspectVolume,
    ListComposeProjects,
    ListImageHistory,
    ListImages,
    ListNetworks,
    ListVolumes,
    PruneBuildx,
    PruneDockerBuilders,
    PruneImages,
    PruneNetworks,
    PruneSystem,
    PruneVolumes,
)
from monitor.api.inspect import Image, Network, Volume
from monitor.api.resource import PermissionLevel, SpecificPermission
from monitor.api.server import Server
from monitor.api.target import ResourceKind
from monitor.api.update import Operation
from monitor.core.context import Context
from monitor.core.fleet.compose import projects_of
from monitor.core.kinds.names import of_image, of_object
from monitor.core.kinds.on_server import demand_enabled
from monitor.core.routes import Routes, on
from monitor.core.runs.run import Run
from monitor.link import commands

routes = Routes()
_ON = on(ResourceKind.SERVER, "server")
_READ = _ON(PermissionLevel.READ)
_INSPECT = _ON(PermissionLevel.READ, SpecificPermission.INSPECT)


@routes.answers(ListImages, _READ)
async def _images(_request: ListImages, server: Server, ctx: Context) -> list[ImageListItem]:
    now = ctx.app.fleet.server(server.id)
    return list(now.images.values()) if now is not None else []


@routes.answers(ListNetworks, _READ)
async def _networks(_request: ListNetworks, server: Server, ctx: Context) -> list[NetworkListItem]:
    now = ctx.app.fleet.server(server.id)
    return list(now.networks.values()) if now is not None else []


@routes.answers(ListVolumes, _READ)
async def _volumes(_request: ListVolumes, server: Server, ctx: Context) -> list[VolumeListItem]:
    now = ctx.app.fleet.server(server.id)
    return list(now.volumes.values()) if now is not None else []


@routes.answers(ListComposeProjects, _READ)
async def _projects(
    _request: ListComposeProjects, server: Server, ctx: Context
) -> tuple[ComposeProject, ...]:
    now = ctx.app.fleet.server(server.id)
    return projects_of(now.containers.values()) if now is not None else ()


@routes.answers(InspectImage, _INSPECT)
async def _image(request: InspectImage, server: Server, ctx: Context) -> Image:
    demand_enabled(server)
    return await ctx.app.fleet.ask(server.id, commands.InspectImage(name=of_image(request.image)))


@routes.answers(ListImageHistory, _INSPECT)
async def _history(
    request: ListImageHistory, server: Server, ctx: Context
) -> tuple[ImageHistoryResponseItem, ...]:
    demand_enabled(server)
    return await ctx.app.fleet.ask(server.id, commands.ImageHistory(name=of_image(request.image)))


@routes.answers(InspectNetwork, _INSPECT)
async def _network(request: InspectNetwork, server: Server, ctx: Context) -> Network:
    demand_enabled(server)
    return await ctx.app.fleet.ask(
        server.id, commands.InspectNetwork(name=of_object(request.network))
    )


@routes.answers(InspectVolume, _INSPECT)
async def _volume(request: InspectVolume, server: Server, ctx: Context) -> Volume:
    demand_enabled(server)
    return await ctx.app.fleet.ask(
        server.id, commands.InspectVolume(name=of_object(request.volume))
    )


@routes.executes(
    CreateNetwork,
    Operation.CREATE_NETWORK,
    kind=ResourceKind.SERVER,
    field="server",
    level=PermissionLevel.WRITE,
)
async def _create_network(request: CreateNetwork, server: Server, run: Run) -> None:
    demand_enabled(server)
    name = of_object(request.name)
    await run.job("network", server.id, lambda: commands.CreateNetwork(name=name))


def _delete(request: type[Any], operation: Operation, command: type[Any]) -> None:
    @routes.executes(request, operation, kind=ResourceKind.SERVER, field="server")
    async def _run(request: Any, server: Server, run: Run) -> None:
        demand_enabled(server)
        name = (
            of_image(request.name) if isinstance(request, DeleteImage) else of_object(request.name)
        )
        await run.job("delete", server.id, lambda: command(name=name))


_delete(DeleteImage, Operation.DELETE_IMAGE, commands.DeleteImage)
_delete(DeleteNetwork, Operation.DELETE_NETWORK, commands.DeleteNetwork)
_delete(DeleteVolume, Operation.DELETE_VOLUME, commands.DeleteVolume)


def _prune(request: type[Any], operation: Operation, kind: commands.PruneKind) -> None:
    busy = f"pruning_{kind}"

    @routes.executes(request, operation, kind=ResourceKind.SERVER, field="server", busy=busy)
    async def _run(_request: Any, server: Server, run: Run) -> None:
        demand_enabled(server)
        await run.job("prune", server.id, lambda: commands.Prune(kind=kind))


_prune(PruneImages, Operation.PRUNE_IMAGES, "images")
_prune(PruneNetworks, Operation.PRUNE_NETWORKS, "networks")
_prune(PruneVolumes, Operation.PRUNE_VOLUMES, "volumes")
_prune(PruneDockerBuilders, Operation.PRUNE_DOCKER_BUILDERS, "builders")
_prune(PruneBuildx, Operation.PRUNE_BUILDX, "buildx")
_prune(PruneSystem, Operation.PRUNE_SYSTEM, "system")
