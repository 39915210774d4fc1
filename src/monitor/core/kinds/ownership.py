"""Which container is whose: the names a deployment's container has, and the deployment of a container."""

from monitor.api.deployment import Deployment, DeploymentImageBuild
from monitor.api.docker import ContainerListItem
from monitor.api.values import Version
from monitor.core import documents
from monitor.core.context import Services


def build_of(deployment: Deployment) -> str:
    """The id of the build whose image it runs; empty for another image."""
    image = deployment.config.image
    return image.params.build_id if isinstance(image, DeploymentImageBuild) else ""


def follows(deployment: Deployment, build: str) -> bool:
    """Whether it takes each new version of this build by itself: it wants to, and is not kept at one version."""
    image = deployment.config.image
    return (
        deployment.config.redeploy_on_build
        and build_of(deployment) == build
        and isinstance(image, DeploymentImageBuild)
        and image.params.version == Version()
    )


def container_name(deployment: Deployment) -> str:
    """The name the next deploy gives the container."""
    return deployment.config.custom_name or deployment.name


def running_name(deployment: Deployment) -> str:
    """The name of the container now: as last deployed, else as it will be."""
    return deployment.info.deployed_name or container_name(deployment)


def container_of(deployment: Deployment, app: Services) -> ContainerListItem | None:
    """The deployment's container as its server's agent last told, or None."""
    if not deployment.config.server_id:
        return None
    return app.fleet.container(deployment.config.server_id, running_name(deployment))


def deployment_of(server: str, container: str, app: Services) -> Deployment | None:
    """The deployment whose container this is, or None: the one that deployed it before any that is called so."""
    found = [
        deployment
        for deployment in app.memory.table(documents.DEPLOYMENTS).values()
        if deployment.config.server_id == server and running_name(deployment) == container
    ]
    return next((one for one in found if one.info.deployed_name), found[0] if found else None)


def is_anothers(deployment: Deployment, container: str, app: Services) -> bool:
    """Whether the container of this name on the deployment's server was deployed by another deployment.

    Rights on a deployment are rights on its container, so calling one like another's must give nothing.
    """
    if deployment.info.deployed_name == container:
        return False
    owner = deployment_of(deployment.config.server_id, container, app)
    return owner is not None and owner.id != deployment.id and bool(owner.info.deployed_name)
