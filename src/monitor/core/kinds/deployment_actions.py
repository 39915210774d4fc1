"""What is done with a deployment's container: deploy, pull, start, stop, restart, pause, destroy."""

from collections.abc import Callable
from typing import Any

from monitor.api.base import Execute
from monitor.api.deployment import (
    BatchDeploy,
    BatchDestroyDeployment,
    Deploy,
    Deployment,
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
from monitor.core.context import Context
from monitor.core.errors import invalid
from monitor.core.kinds.deployments import demand_own, image_of, place, set_deployed_name
from monitor.core.kinds.ownership import container_name, running_name
from monitor.core.routes import Routes
from monitor.core.runs.run import Run
from monitor.link import commands

_KIND = ResourceKind.DEPLOYMENT

routes = Routes()


@routes.executes(Deploy, Operation.DEPLOY, kind=_KIND, field="deployment", busy="deploying")
async def _deploy(request: Deploy, deployment: Deployment, run: Run) -> None:
    server, name = place(deployment, run.ctx)
    demand_own(deployment, container_name(deployment), run.ctx)
    config = deployment.config
    if not image_of(config):
        raise invalid(
            "Builds are not built yet: choose an image"
            if isinstance(config.image, DeploymentImageBuild)
            else f"{deployment.name} has no image configured"
        )
    await run.job(
        "deploy",
        server,
        lambda: commands.DeployContainer(
            name=container_name(deployment),
            image=image_of(config),
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
            old_names=() if name == container_name(deployment) else (name,),
            old_stop_signal=str(request.stop_signal or ""),
            old_stop_time=request.stop_time,
        ),
    )
    await run.once("deployed", lambda: _deployed(deployment, run.ctx))


async def _deployed(deployment: Deployment, ctx: Context) -> bool:
    await set_deployed_name(deployment, container_name(deployment), ctx)
    return True


@routes.executes(
    PullDeployment, Operation.PULL_DEPLOYMENT, kind=_KIND, field="deployment", busy="pulling"
)
async def _pull(_request: PullDeployment, deployment: Deployment, run: Run) -> None:
    server, _ = place(deployment, run.ctx)
    image = image_of(deployment.config)
    if not image:
        raise invalid(f"{deployment.name} has no image configured")
    await run.job("pull", server, lambda: commands.PullImage(image=image))


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
