"""Deployments: one container on one server, made from an image, and kept by that server's agent."""

from __future__ import annotations

from msgspec import structs

from monitor.api.deployment import (
    CopyDeployment,
    CreateDeployment,
    CreateDeploymentFromContainer,
    DeleteDeployment,
    Deployment,
    DeploymentActionState,
    DeploymentConfig,
    DeploymentImage,
    DeploymentImageBuild,
    DeploymentInfo,
    DeploymentListItemInfo,
    DeploymentQuerySpecifics,
    DeploymentState,
    GetDeployment,
    GetDeploymentActionState,
    GetDeploymentContainer,
    GetDeploymentContainerResponse,
    GetDeploymentLog,
    GetDeploymentsSummary,
    GetDeploymentsSummaryResponse,
    GetDeploymentStats,
    InspectDeploymentContainer,
    ListCommonDeploymentExtraArgs,
    ListDeployments,
    ListFullDeployments,
    RenameDeployment,
    SearchDeploymentLog,
    UpdateDeployment,
)
from monitor.api.docker import ContainerStats
from monitor.api.inspect import Container
from monitor.api.resource import PermissionLevel, SpecificPermission
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.text import BadText, parse_conversions, parse_pairs
from monitor.api.update import Log
from monitor.core import documents
from monitor.core.context import Context, Services
from monitor.core.errors import ApiError, conflict, invalid
from monitor.core.fleet import views
from monitor.core.kinds import listing, names
from monitor.core.kinds.engine import Requests, Resources
from monitor.core.kinds.from_container import config_of
from monitor.core.kinds.images import image_of_version
from monitor.core.kinds.on_server import (
    container_log,
    enabled_server,
    failure_log,
    run_now,
    search_log,
)
from monitor.core.kinds.ownership import (
    container_of,
    deployment_of,
    is_anothers,
    running_name,
)
from monitor.core.kinds.sources import attached
from monitor.core.routes import Enabled, on
from monitor.link import commands

_KIND = ResourceKind.DEPLOYMENT
_TEXTS = {
    "environment": parse_pairs,
    "labels": parse_pairs,
    "ports": parse_conversions,
    "volumes": parse_conversions,
}


def image_of(config: DeploymentConfig, app: Services) -> str:
    """The image's name: as configured, or that of the build's version. "" without either."""
    image = config.image
    if not isinstance(image, DeploymentImageBuild):
        return image.params.image
    row = app.memory.table(documents.BUILDS).rows.get(image.params.build_id)
    return image_of_version(row.value, image.params.version) if row is not None else ""


def list_info(deployment: Deployment, app: Services) -> DeploymentListItemInfo:
    """What a list shows of a deployment: its container's state, and what is going on with it."""
    config = deployment.config
    server = app.memory.table(documents.SERVERS).get(config.server_id)
    container = container_of(deployment, app)
    flag, update = app.runs.busy(ResourceTarget(_KIND, deployment.id)) or (None, None)
    now = app.fleet.server(config.server_id)
    name = running_name(deployment)
    state = views.deployment_state(now, name) if config.server_id else DeploymentState.NOT_DEPLOYED
    if flag == "deploying":
        state = DeploymentState.DEPLOYING
    return DeploymentListItemInfo(
        state=state,
        status=container.status or None if container is not None else None,
        custom_name=config.custom_name,
        image=image_of(config, app),
        update_available=False,
        swarm_id=config.swarm_id,
        server_id=config.server_id,
        server_name=server.value.name if server is not None else "",
        build_id=config.image.params.build_id
        if isinstance(config.image, DeploymentImageBuild)
        else None,
        busy=flag,
        busy_update=update,
        container_id=container.id or None if container is not None else None,
        health=views.container_health(now, name),
    )


async def check(
    config: DeploymentConfig, before: DeploymentConfig | None, ctx: Context
) -> DeploymentConfig:
    """References as ids, with the right to attach to new ones; texts that parse. Raises 400, 403, 404."""
    if config.swarm_id:
        raise ApiError(501, "Swarms are not built yet: choose a server", code="not_built")
    if config.server_id and (before is None or config.server_id != before.server_id):
        server = await ctx.find(
            ResourceKind.SERVER,
            config.server_id,
            PermissionLevel.READ,
            (SpecificPermission.ATTACH,),
        )
        config = structs.replace(config, server_id=server.id)
    config = structs.replace(config, image=await _image(config, before, ctx))
    for field, parse in _TEXTS.items():
        try:
            parse(getattr(config, field))
        except BadText as error:
            raise invalid(f"{field}: {error}") from error
    if config.termination_timeout < 0:
        raise invalid("termination_timeout can't be negative")
    if config.custom_name:
        config = structs.replace(config, custom_name=names.container(config.custom_name))
    return structs.replace(
        config, extra_args=tuple(arg.strip() for arg in config.extra_args if arg.strip())
    )


async def _image(
    config: DeploymentConfig, before: DeploymentConfig | None, ctx: Context
) -> DeploymentImage:
    """The image with its build as an id, with the right to attach to a new one."""
    image = config.image
    if not isinstance(image, DeploymentImageBuild):
        return image
    old = before.image if before is not None else None
    known = old.params.build_id if isinstance(old, DeploymentImageBuild) else None
    build = await attached(ResourceKind.BUILD, image.params.build_id, known, ctx)
    return DeploymentImageBuild(structs.replace(image.params, build_id=build))


def _matches(info: DeploymentListItemInfo, specific: DeploymentQuerySpecifics) -> bool:
    return (
        (
            not specific.server_ids
            or info.server_id in specific.server_ids
            or info.server_name in specific.server_ids
        )
        and (not specific.swarm_ids or info.swarm_id in specific.swarm_ids)
        and (not specific.build_ids or info.build_id in specific.build_ids)
        and (not specific.states or info.state in specific.states)
        and (not specific.update_available or info.update_available)
    )


async def _updated(before: Deployment, after: Deployment, ctx: Context) -> None:
    """Another server or name leaves the old container where it was: say so by forgetting it."""
    if before.config.server_id != after.config.server_id and after.info.deployed_name:
        await set_deployed_name(after, "", ctx)


async def _renamed(deployment: Deployment, name: str, ctx: Context) -> tuple[Log, ...]:
    """Without a custom name the container is called after the deployment, so it is renamed too."""
    container = container_of(deployment, ctx.app)
    if deployment.config.custom_name or is_anothers(deployment, running_name(deployment), ctx.app):
        return ()
    if container is None:
        if list_info(deployment, ctx.app).state is DeploymentState.UNKNOWN:
            raise conflict("The state of its container is unknown, so it can't be renamed now")
        return ()
    logs = await run_now(
        deployment.config.server_id,
        commands.RenameContainer(name=running_name(deployment), new_name=name),
        ctx.app,
    )
    await set_deployed_name(deployment, name, ctx)
    return logs


async def set_deployed_name(deployment: Deployment, name: str, ctx: Context) -> None:
    """Remember under which name its container runs; "" for none."""
    await ctx.app.memory.table(documents.DEPLOYMENTS).edit(
        deployment.id,
        lambda d: structs.replace(d, info=structs.replace(d.info, deployed_name=name)),
    )


async def _deleting(deployment: Deployment, ctx: Context) -> tuple[Log, ...]:
    """Its container goes too, where its server can be reached; a failure is on record and no obstacle."""
    container = container_of(deployment, ctx.app)
    if container is None or is_anothers(deployment, running_name(deployment), ctx.app):
        return ()
    config = deployment.config
    try:
        return await run_now(
            config.server_id,
            commands.DestroyContainer(
                name=running_name(deployment),
                signal=str(config.termination_signal),
                time=config.termination_timeout,
            ),
            ctx.app,
        )
    except (ApiError, TimeoutError) as error:
        return (failure_log("Destroy Container", str(error), ctx.app.now()),)


DEPLOYMENTS = Resources(
    kind=_KIND,
    field="deployment",
    config=DeploymentConfig,
    info=DeploymentInfo,
    requests=Requests(
        get=GetDeployment,
        list=ListDeployments,
        list_full=ListFullDeployments,
        action_state=GetDeploymentActionState,
        create=CreateDeployment,
        copy=CopyDeployment,
        update=UpdateDeployment,
        rename=RenameDeployment,
        delete=DeleteDeployment,
    ),
    busy=DeploymentActionState,
    list_info=list_info,
    check=check,
    matches=_matches,
    sorts={
        "Image": lambda info: info.image,
        "Host": lambda info: info.server_name,
        "State": lambda info: info.state,
    },
    normalise=names.container,
    creator=(SpecificPermission.INSPECT, SpecificPermission.LOGS, SpecificPermission.TERMINAL),
    updated=_updated,
    renamed=_renamed,
    deleting=_deleting,
)
routes = DEPLOYMENTS.routes()
_ON = on(_KIND, "deployment")
_READ = _ON(PermissionLevel.READ)
_LOGS = _ON(PermissionLevel.READ, SpecificPermission.LOGS)
_INSPECT = _ON(PermissionLevel.READ, SpecificPermission.INSPECT)


@routes.answers(GetDeploymentsSummary, Enabled())
async def _summary(_request: GetDeploymentsSummary, ctx: Context) -> GetDeploymentsSummaryResponse:
    states = [item.value.info.state for item in listing.readable(DEPLOYMENTS, ctx)]
    stopped = (
        DeploymentState.EXITED,
        DeploymentState.CREATED,
        DeploymentState.PAUSED,
        DeploymentState.STOPPING,
    )
    running = (DeploymentState.RUNNING, DeploymentState.DEPLOYING)
    return GetDeploymentsSummaryResponse(
        total=len(states),
        running=sum(state in running for state in states),
        stopped=sum(state in stopped for state in states),
        not_deployed=states.count(DeploymentState.NOT_DEPLOYED),
        unknown=states.count(DeploymentState.UNKNOWN),
        unhealthy=sum(
            state
            in (
                DeploymentState.UNHEALTHY,
                DeploymentState.DEAD,
                DeploymentState.RESTARTING,
                DeploymentState.REMOVING,
            )
            for state in states
        ),
    )


@routes.answers(GetDeploymentContainer, _READ)
async def _container(
    _request: GetDeploymentContainer, deployment: Deployment, ctx: Context
) -> GetDeploymentContainerResponse:
    now = ctx.app.fleet.server(deployment.config.server_id)
    return GetDeploymentContainerResponse(
        state=list_info(deployment, ctx.app).state,
        container=views.container_item(now, running_name(deployment)) if now is not None else None,
    )


@routes.answers(GetDeploymentStats, _READ)
async def _stats(
    _request: GetDeploymentStats, deployment: Deployment, ctx: Context
) -> ContainerStats:
    now = ctx.app.fleet.server(deployment.config.server_id)
    figures = views.container_figures(now, running_name(deployment)) if now is not None else None
    if figures is None:
        raise conflict(f"{deployment.name} has no running container to measure")
    return figures


@routes.answers(GetDeploymentLog, _LOGS)
async def _log(request: GetDeploymentLog, deployment: Deployment, ctx: Context) -> Log:
    server, name = place(deployment, ctx)
    return await container_log(
        server, name, tail=request.tail, timestamps=request.timestamps, ctx=ctx
    )


@routes.answers(SearchDeploymentLog, _LOGS)
async def _search(request: SearchDeploymentLog, deployment: Deployment, ctx: Context) -> Log:
    server, name = place(deployment, ctx)
    return await search_log(
        server,
        name,
        request.terms,
        request.combinator,
        ctx,
        invert=request.invert,
        timestamps=request.timestamps,
    )


@routes.answers(InspectDeploymentContainer, _INSPECT)
async def _inspect(
    _request: InspectDeploymentContainer, deployment: Deployment, ctx: Context
) -> Container:
    server, name = place(deployment, ctx)
    return await ctx.app.fleet.ask(server, commands.InspectContainer(name=name))


@routes.answers(ListCommonDeploymentExtraArgs, Enabled())
async def _extra_args(request: ListCommonDeploymentExtraArgs, ctx: Context) -> list[str]:
    full = await ctx.ask(ListFullDeployments(query=request.query))
    return sorted({arg for deployment in full for arg in deployment.config.extra_args})


@routes.answers(CreateDeploymentFromContainer, Enabled())
async def _from_container(request: CreateDeploymentFromContainer, ctx: Context) -> Deployment:
    """The container's name becomes the deployment's; what it was made with becomes its config."""
    server = await ctx.find(
        ResourceKind.SERVER,
        request.server,
        PermissionLevel.READ,
        (SpecificPermission.INSPECT, SpecificPermission.ATTACH),
    )
    names.of_object(request.name)
    owner = deployment_of(server.id, request.name, ctx.app)
    if owner is not None and owner.info.deployed_name:
        raise conflict(f"The container {request.name} belongs to a deployment already")
    container = await ctx.app.fleet.ask(server.id, commands.InspectContainer(name=request.name))
    config = config_of(container, server.id)
    return await DEPLOYMENTS.create(
        request.name, config, ctx, info=DeploymentInfo(deployed_name=request.name)
    )


def demand_own(deployment: Deployment, container: str, ctx: Context) -> None:
    """409 where a container on the deployment's server was deployed by another deployment."""
    if is_anothers(deployment, container, ctx.app):
        raise conflict(f"The container {container} there belongs to another deployment")


def place(deployment: Deployment, ctx: Context) -> tuple[str, str]:
    """The deployment's enabled server and its container's name there. Raises 400, 404, 409."""
    name = running_name(deployment)
    demand_own(deployment, name, ctx)
    server = enabled_server(deployment.config.server_id, deployment.name, ctx.app)
    return server.id, name
