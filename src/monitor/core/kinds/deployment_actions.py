"""What is done with a deployment's container: deploy, pull, start, stop, restart, pause, destroy."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from monitor.api.base import Execute
from monitor.api.deployment import (
    BatchDeploy,
    BatchDestroyDeployment,
    Deploy,
    Deployment,
    DeploymentConfig,
    DeploymentImageBuild,
    DestroyDeployment,
    PauseDeployment,
    PullDeployment,
    RestartDeployment,
    StartDeployment,
    StopDeployment,
    UnpauseDeployment,
)
from monitor.api.target import ResourceKind
from monitor.api.text import parse_conversions, parse_pairs
from monitor.api.update import Operation
from monitor.api.values import Version
from monitor.core import documents
from monitor.core.context import Context, Services
from monitor.core.errors import invalid
from monitor.core.interpolation import interpolate
from monitor.core.kinds.deployments import demand_own, image_of, place, set_deployed_name
from monitor.core.kinds.images import NONE
from monitor.core.kinds.ownership import container_name, running_name
from monitor.core.providers import login_for, registry_account, registry_of
from monitor.core.routes import Routes
from monitor.core.runs.run import Run
from monitor.link import commands

_KIND = ResourceKind.DEPLOYMENT
_INTERPOLATED = ("environment", "ports", "volumes", "labels", "command", "extra_args")

routes = Routes()


@routes.executes(Deploy, Operation.DEPLOY, kind=_KIND, field="deployment", busy="deploying")
async def _deploy(request: Deploy, deployment: Deployment, run: Run) -> None:
    server, name = place(deployment, run.ctx)
    demand_own(deployment, container_name(deployment), run.ctx)
    image = await _image(deployment, run)
    await run.job("deploy", server, lambda: _deploy_command(request, deployment, image, name, run))
    await run.once("deployed", lambda: _deployed(deployment, run.ctx))


class Image(Struct, frozen=True, kw_only=True):
    """What is deployed; of a build's image its `version` and the `account` that pushed it, unless it is `local`."""

    name: str
    account: str = ""
    version: Version | None = None
    local: bool = False


async def _image(deployment: Deployment, run: Run) -> Image:
    """The image. Of a build's the version is decided once, for builds go on meanwhile. Raises 400."""
    if not isinstance(deployment.config.image, DeploymentImageBuild):
        return _chosen(deployment, run.ctx.app)
    image = await run.once("image", lambda: _chosen(deployment, run.ctx.app), Image)
    await run.set(version=image.version)
    return image


def _chosen(deployment: Deployment, app: Services) -> Image:
    configured = deployment.config.image
    name = image_of(deployment.config, app)
    if not isinstance(configured, DeploymentImageBuild):
        if not name:
            raise invalid(f"{deployment.name} has no image configured")
        return Image(name=name)
    row = app.memory.table(documents.BUILDS).rows.get(configured.params.build_id)
    if row is None:
        raise invalid(f"{deployment.name} has no build configured")
    build = row.value.config
    registry = next((one for one in build.image_registry if one.domain), None)
    return Image(
        name=name,
        account=registry.account if registry is not None else "",
        version=build.version if configured.params.version == NONE else configured.params.version,
        local=registry is None,
    )


async def _deploy_command(
    request: Deploy, deployment: Deployment, image: Image, running: str, run: Run
) -> commands.DeployContainer:
    """What the agent is told. It may hold secrets, so it is made anew and never stored. Raises 400."""
    config, name = deployment.config, container_name(deployment)
    if not config.skip_secret_interp:
        config = await interpolate(run, config, _INTERPOLATED)
    return commands.DeployContainer(
        name=name,
        image=image.name,
        # Docker Hub would be asked for a name without a registry, and there anybody may have it.
        pull="never" if image.local else "auto",
        login=_login(image, config, run),
        network=config.network,
        restart=config.restart.value,
        command=config.command,
        extra_args=config.extra_args,
        ports=parse_conversions(config.ports),
        volumes=parse_conversions(config.volumes),
        environment=parse_pairs(config.environment),
        labels=parse_pairs(config.labels),
        stop_signal=str(config.termination_signal),
        stop_timeout=config.termination_timeout,
        old_names=() if running == name else (running,),
        old_stop_signal=str(request.stop_signal or ""),
        old_stop_time=request.stop_time,
        secrets=dict(run.secrets),
    )


def _login(image: Image, config: DeploymentConfig, run: Run) -> commands.RegistryLogin | None:
    """The log-in that pulls the image, its token kept out of the run's output. Raises 400."""
    login = login_for(run.ctx.app, image.name, config.image_registry_account)
    if login is None and image.account:
        login = registry_account(run.ctx.app, registry_of(image.name), image.account)
    if login is not None:
        run.secrets["TOKEN"] = login.token
    return login


async def _deployed(deployment: Deployment, ctx: Context) -> bool:
    await set_deployed_name(deployment, container_name(deployment), ctx)
    return True


@routes.executes(
    PullDeployment, Operation.PULL_DEPLOYMENT, kind=_KIND, field="deployment", busy="pulling"
)
async def _pull(_request: PullDeployment, deployment: Deployment, run: Run) -> None:
    server, _ = place(deployment, run.ctx)
    image = await _image(deployment, run)
    if image.local:
        raise invalid(f"{image.name} is in no registry: it is where it was built")
    await run.job(
        "pull",
        server,
        lambda: commands.PullImage(image=image.name, login=_login(image, deployment.config, run)),
    )


def _action(
    request: type[Execute],
    operation: Operation,
    busy: str,
    command: Callable[[Any, Deployment], commands.AnyJob],
) -> None:
    """An action on the deployment's container."""

    @routes.executes(request, operation, kind=_KIND, field="deployment", busy=busy)
    async def _act(request: Any, deployment: Deployment, run: Run) -> None:
        server, _ = place(deployment, run.ctx)
        await run.job("container", server, lambda: command(request, deployment))
        if isinstance(request, DestroyDeployment):
            await run.once("forgotten", lambda: _forgotten(deployment, run.ctx))


async def _forgotten(deployment: Deployment, ctx: Context) -> bool:
    await set_deployed_name(deployment, "", ctx)
    return True


def _stop_arguments(
    request: StopDeployment | DestroyDeployment, deployment: Deployment
) -> dict[str, Any]:
    config = deployment.config
    return {
        "name": running_name(deployment),
        "signal": str(request.signal or config.termination_signal),
        "time": config.termination_timeout if request.time is None else request.time,
    }


_action(
    StartDeployment,
    Operation.START_DEPLOYMENT,
    "starting",
    lambda _, d: commands.StartContainer(name=running_name(d)),
)
_action(
    RestartDeployment,
    Operation.RESTART_DEPLOYMENT,
    "restarting",
    lambda _, d: commands.RestartContainer(name=running_name(d)),
)
_action(
    PauseDeployment,
    Operation.PAUSE_DEPLOYMENT,
    "pausing",
    lambda _, d: commands.PauseContainer(name=running_name(d)),
)
_action(
    UnpauseDeployment,
    Operation.UNPAUSE_DEPLOYMENT,
    "unpausing",
    lambda _, d: commands.UnpauseContainer(name=running_name(d)),
)
_action(
    StopDeployment,
    Operation.STOP_DEPLOYMENT,
    "stopping",
    lambda r, d: commands.StopContainer(**_stop_arguments(r, d)),
)
_action(
    DestroyDeployment,
    Operation.DESTROY_DEPLOYMENT,
    "destroying",
    lambda r, d: commands.DestroyContainer(**_stop_arguments(r, d)),
)
routes.batch(BatchDeploy, Deploy, kind=_KIND, field="deployment")
routes.batch(BatchDestroyDeployment, DestroyDeployment, kind=_KIND, field="deployment")
