"""Deployments: one container on one server, made from an image or a build."""

from enum import StrEnum
from typing import Annotated, Any

from msgspec import Struct, field

from monitor.api.base import Read, Target, Write
from monitor.api.deployment_actions import (
    BatchDeploy,
    BatchDestroyDeployment,
    Deploy,
    DestroyDeployment,
    PauseDeployment,
    PullDeployment,
    RestartDeployment,
    StartDeployment,
    StopDeployment,
    UnpauseDeployment,
)
from monitor.api.deployment_state import DeploymentActionState, DeploymentState
from monitor.api.docker import ContainerListItem, ContainerStats
from monitor.api.inspect import Container
from monitor.api.kind import Kind
from monitor.api.marks import (
    Conversions,
    Count,
    Environment,
    Labels,
    Lines,
    Partial,
    PartialOf,
    SignalLabels,
    accepts,
)
from monitor.api.resource import Resource, ResourceListItem, ResourceQuery
from monitor.api.target import ResourceKind
from monitor.api.update import Log, Update
from monitor.api.values import SearchCombinator, TerminationSignal, Version


class DeploymentImageImageFields(Struct, frozen=True, kw_only=True):
    """An image by name."""

    image: str = ""
    """Such as `nginx:1.27` or `ghcr.io/owner/image@sha256:...`."""


class DeploymentImageImage(Struct, frozen=True, tag_field="type", tag="Image"):
    """An image from a registry, or one that the server has."""

    params: DeploymentImageImageFields = DeploymentImageImageFields()


class DeploymentImageBuildFields(Struct, frozen=True, kw_only=True):
    """A build and which of its versions."""

    build_id: Annotated[str, accepts("build")] = ""
    """Id of the build; names are accepted."""
    version: Version = Version()
    """0.0.0 is the latest."""


class DeploymentImageBuild(Struct, frozen=True, tag_field="type", tag="Build"):
    """What a build of ours made."""

    params: DeploymentImageBuildFields = DeploymentImageBuildFields()


DeploymentImage = DeploymentImageImage | DeploymentImageBuild


class RestartMode(StrEnum):
    """When Docker starts the container again by itself."""

    NO = "no"
    ON_FAILURE = "on-failure"
    ALWAYS = "always"
    UNLESS_STOPPED = "unless-stopped"


class DeploymentConfig(Struct, frozen=True, kw_only=True):
    """What users set of a deployment."""

    swarm_id: Annotated[str, accepts("swarm")] = ""
    """Goes before the server. Names are accepted, here and for the server; ids are kept."""
    server_id: Annotated[str, accepts("server")] = ""
    custom_name: str = ""
    """The container's name, where it is not to be the deployment's."""
    image: DeploymentImage = DeploymentImageImage()
    image_registry_account: str = ""
    """The account that pulls the image; its registry follows from the image's name."""
    skip_secret_interp: bool = False
    """Take `[[NAME]]` in the config as it stands."""
    redeploy_on_build: bool = False
    """Deploy when the build it is made from has made a new version."""
    poll_for_updates: bool = False
    """Look for a newer image under the same name."""
    auto_update: bool = False
    """Deploy when there is one."""
    send_alerts: bool = True
    """Alert when the container's state changes."""
    links: Lines = ()
    """URLs shown on the deployment's page."""
    network: str = "host"
    restart: RestartMode = RestartMode.NO
    command: str = ""
    """What the container runs in place of the image's command, split as a shell would; empty for the image's."""
    replicas: Count = 1
    """How many, in a swarm."""
    termination_signal: TerminationSignal = TerminationSignal.SIGTERM
    """The signal that asks the container to end."""
    termination_timeout: Count = 10
    """Seconds until KILL."""
    extra_args: Lines = ()
    """Further arguments of `docker create`."""
    term_signal_labels: SignalLabels = ""
    """What to call the signals in the browser: `SIGTERM: quit`."""
    ports: Conversions = ""
    """`127.0.0.1:8080: 80/tcp`: the host's part, then the container's."""
    volumes: Conversions = ""
    """`/data: /var/lib/data:ro`: a directory of the host or a volume, then the path in the container."""
    environment: Environment = ""
    labels: Labels = ""


class DeploymentInfo(Struct, frozen=True, kw_only=True):
    """What Monitor keeps about a deployment."""

    latest_image_digest: str = ""
    """The newest digest that the registry had for the image, `image@sha256:...`."""
    deployed_name: str = ""
    """The container's name at the last deploy."""


class DeploymentListItemInfo(Struct, frozen=True, kw_only=True):
    """A deployment's state as lists show it."""

    state: DeploymentState
    status: str | None = None
    """In Docker's words, such as `Up 3 hours`."""
    custom_name: str
    image: str
    """As the container was made from it, or as configured where there is none."""
    update_available: bool
    swarm_id: str
    swarm_name: str = ""
    server_id: str
    server_name: str = ""
    build_id: str | None = None
    # Ours from here on; published clients ignore them.
    busy: str | None = None
    """The operation that runs on the deployment now."""
    busy_update: str | None = None
    """The id of that operation's Update."""
    container_id: str | None = None
    """Docker's id of the container; null where there is none."""
    health: str | None = None
    """`starting`, `healthy` or `unhealthy`; null without a health check."""


class DeploymentQuerySpecifics(Struct, frozen=True, kw_only=True):
    """By what deployments alone can be filtered. An empty list filters nothing."""

    server_ids: tuple[str, ...] = ()
    swarm_ids: tuple[str, ...] = ()
    build_ids: tuple[str, ...] = ()
    update_available: bool = False
    states: tuple[DeploymentState, ...] = ()


class DeploymentSortBy(StrEnum):
    """By what a list of deployments is sorted."""

    NAME = "Name"
    IMAGE = "Image"
    HOST = "Host"
    STATE = "State"


class GetDeploymentsSummaryResponse(Struct, frozen=True, kw_only=True):
    """How many deployments there are, by state. `stopped` counts exited and paused ones."""

    total: int
    running: int
    stopped: int
    not_deployed: int
    unhealthy: int
    unknown: int


class GetDeploymentContainerResponse(Struct, frozen=True, kw_only=True):
    """A deployment's state, and its container if there is one."""

    state: DeploymentState
    container: ContainerListItem | None = None


class GetDeploymentsSummary(Read[GetDeploymentsSummaryResponse], frozen=True, kw_only=True):
    """How many deployments you may read there are, by state."""


Deployment = Resource[DeploymentConfig, DeploymentInfo]


class GetDeployment(Read[Deployment], frozen=True, kw_only=True):
    """One deployment. 404 if there is none, or none you may see."""

    deployment: Target


class GetDeploymentContainer(Read[GetDeploymentContainerResponse], frozen=True, kw_only=True):
    """A deployment's container as last reported."""

    deployment: Target


class GetDeploymentActionState(Read[DeploymentActionState], frozen=True, kw_only=True):
    """Which operations run on a deployment now."""

    deployment: Target


class GetDeploymentStats(Read[ContainerStats], frozen=True, kw_only=True):
    """What a deployment's container uses now. 404 if there is no container."""

    deployment: Target


class GetDeploymentLog(Read[Log], frozen=True, kw_only=True):
    """The end of a deployment's log. Needs the permission Logs; 503 if the agent is away."""

    deployment: Target
    tail: Count = 50
    """So many lines, at most 5,000."""
    timestamps: bool = False


class SearchDeploymentLog(Read[Log], frozen=True, kw_only=True):
    """The lines among a deployment's last 5,000 that hold the terms. Needs the permission Logs."""

    deployment: Target
    terms: tuple[str, ...]
    combinator: SearchCombinator = SearchCombinator.OR
    invert: bool = False
    """The lines that do not match."""
    timestamps: bool = False


class InspectDeploymentContainer(Read[Container], frozen=True, kw_only=True):
    """Everything Docker says of a deployment's container. Needs the permission Inspect."""

    deployment: Target


DeploymentListItem = ResourceListItem[DeploymentListItemInfo]


DeploymentQuery = ResourceQuery[DeploymentQuerySpecifics]


class ListDeployments(Read[tuple[DeploymentListItem, ...]], frozen=True, kw_only=True):
    """Deployments you may read."""

    query: DeploymentQuery = DeploymentQuery()
    page: Count = 0
    """From 0."""
    limit: Count | None = None
    """Deployments a page; 0, and null by default, is all."""
    sort_by: DeploymentSortBy = DeploymentSortBy.NAME
    sort_desc: bool = False


class ListFullDeployments(Read[tuple[Deployment, ...]], frozen=True, kw_only=True):
    """Deployments you may read, with their whole config, by name."""

    query: DeploymentQuery = DeploymentQuery()
    page: Count = 0
    limit: Count | None = None


class ListCommonDeploymentExtraArgs(Read[tuple[str, ...]], frozen=True, kw_only=True):
    """The extra arguments that your deployments use, each once, sorted."""

    query: DeploymentQuery = DeploymentQuery()


class CreateDeployment(Write[Deployment], frozen=True, kw_only=True):
    """Creates a deployment; nothing is started. 409 if the name is taken."""

    name: str
    config: Annotated[Partial, PartialOf(DeploymentConfig)] = field(default_factory=dict[str, Any])


class CopyDeployment(Write[Deployment], frozen=True, kw_only=True):
    """Creates a deployment with another one's config. 409 if the name is taken."""

    name: str
    id: str


class CreateDeploymentFromContainer(Write[Deployment], frozen=True, kw_only=True):
    """Creates a deployment that describes a container which is there already.

    Needs Inspect and Attach on the server. The container goes on as it is until the first deploy.
    """

    name: str
    """The container's name, which becomes the deployment's."""
    server: str


class DeleteDeployment(Write[Deployment], frozen=True, kw_only=True):
    """Stops and removes the container, then deletes the deployment, and answers what it was.

    409 if it is busy.
    """

    id: str


class UpdateDeployment(Write[Deployment], frozen=True, kw_only=True):
    """Changes a deployment's config; the container changes with the next deploy.

    409 if it is busy.
    """

    id: str
    config: Annotated[Partial, PartialOf(DeploymentConfig)]


class RenameDeployment(Write[Update], frozen=True, kw_only=True):
    """Renames a deployment, and its container unless that has a name of its own."""

    id: str
    name: str


REQUESTS = (
    GetDeploymentsSummary,
    GetDeployment,
    GetDeploymentContainer,
    GetDeploymentActionState,
    GetDeploymentStats,
    GetDeploymentLog,
    SearchDeploymentLog,
    InspectDeploymentContainer,
    ListDeployments,
    ListFullDeployments,
    ListCommonDeploymentExtraArgs,
    CreateDeployment,
    CopyDeployment,
    CreateDeploymentFromContainer,
    DeleteDeployment,
    UpdateDeployment,
    RenameDeployment,
    Deploy,
    BatchDeploy,
    PullDeployment,
    StartDeployment,
    RestartDeployment,
    PauseDeployment,
    UnpauseDeployment,
    StopDeployment,
    DestroyDeployment,
    BatchDestroyDeployment,
)

DEPLOYMENT = Kind(
    name=ResourceKind.DEPLOYMENT,
    resource=Deployment,
    config=DeploymentConfig,
    info=DeploymentInfo,
    list_item=DeploymentListItem,
    list_info=DeploymentListItemInfo,
    query=DeploymentQuery,
    specifics=DeploymentQuerySpecifics,
    sort_by=DeploymentSortBy,
    action_state=DeploymentActionState,
    requests=REQUESTS,
)
