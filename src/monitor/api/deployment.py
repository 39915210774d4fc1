"""."""

from enum import StrEnum
from typing import Annotated, Any

from msgspec import Struct, field

from monitor.api.base import BatchExecute, Execute, Read, Target, Write
from monitor.api.docker import ContainerListItem, ContainerStats
from monitor.api.inspect import Container
from monitor.api.kind import Kind
from monitor.api.marks import (
    Conversions,
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
    """."""

    image: str = ""


class DeploymentImageImage(Struct, frozen=True, tag_field="type", tag="Image"):
    """."""

    params: DeploymentImageImageFields = DeploymentImageImageFields()


class DeploymentImageBuildFields(Struct, frozen=True, kw_only=True):
    """."""

    build_id: Annotated[str, accepts("build")] = ""
    version: Version = Version()


class DeploymentImageBuild(Struct, frozen=True, tag_field="type", tag="Build"):
    """."""

    params: DeploymentImageBuildFields = DeploymentImageBuildFields()


DeploymentImage = DeploymentImageImage | DeploymentImageBuild


class RestartMode(StrEnum):
    """."""

    NO = "no"
    ON_FAILURE = "on-failure"
    ALWAYS = "always"
    UNLESS_STOPPED = "unless-stopped"


class DeploymentConfig(Struct, frozen=True, kw_only=True):
    """."""

    swarm_id: Annotated[str, accepts("swarm")] = ""
    server_id: Annotated[str, accepts("server")] = ""
    custom_name: str = ""
    image: DeploymentImage = DeploymentImageImage()
    image_registry_account: str = ""
    skip_secret_interp: bool = False
    redeploy_on_build: bool = False
    poll_for_updates: bool = False
    auto_update: bool = False
    send_alerts: bool = True
    links: Lines = ()
    network: str = "host"
    restart: RestartMode = RestartMode.NO
    command: str = ""
    replicas: int = 1
    termination_signal: TerminationSignal = TerminationSignal.SIGTERM
    termination_timeout: int = 10
    extra_args: Lines = ()
    term_signal_labels: SignalLabels = ""
    ports: Conversions = ""
    volumes: Conversions = ""
    environment: Environment = ""
    labels: Labels = ""


class DeploymentInfo(Struct, frozen=True, kw_only=True):
    """."""

    latest_image_digest: str = ""
    deployed_name: str = ""


class DeploymentState(StrEnum):
    """."""

    DEPLOYING = "deploying"
    RUNNING = "running"
    CREATED = "created"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    REMOVING = "removing"
    PAUSED = "paused"
    EXITED = "exited"
    DEAD = "dead"
    UNHEALTHY = "unhealthy"
    NOT_DEPLOYED = "not_deployed"
    UNKNOWN = "unknown"


class DeploymentListItemInfo(Struct, frozen=True, kw_only=True):
    """."""

    state: DeploymentState
    status: str | None = None
    custom_name: str
    image: str
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


class DeploymentActionState(Struct, frozen=True, kw_only=True):
    """."""

    pulling: bool
    deploying: bool
    updating: bool
    starting: bool
    restarting: bool
    pausing: bool
    unpausing: bool
    stopping: bool
    destroying: bool
    renaming: bool


class DeploymentQuerySpecifics(Struct, frozen=True, kw_only=True):
    """."""

    server_ids: tuple[str, ...] = ()
    swarm_ids: tuple[str, ...] = ()
    build_ids: tuple[str, ...] = ()
    update_available: bool = False
    states: tuple[DeploymentState, ...] = ()


class DeploymentSortBy(StrEnum):
    """."""

    NAME = "Name"
    IMAGE = "Image"
    HOST = "Host"
    STATE = "State"


class GetDeploymentsSummaryResponse(Struct, frozen=True, kw_only=True):
    """."""

    total: int
    running: int
    stopped: int
    not_deployed: int
    unhealthy: int
    unknown: int


class GetDeploymentContainerResponse(Struct, frozen=True, kw_only=True):
    """."""

    state: DeploymentState
    container: ContainerListItem | None = None


class GetDeploymentsSummary(Read[GetDeploymentsSummaryResponse], frozen=True, kw_only=True):
    """."""


Deployment = Resource[DeploymentConfig, DeploymentInfo]


class GetDeployment(Read[Deployment], frozen=True, kw_only=True):
    """."""

    deployment: Target


class GetDeploymentContainer(Read[GetDeploymentContainerResponse], frozen=True, kw_only=True):
    """."""

    deployment: Target


class GetDeploymentActionState(Read[DeploymentActionState], frozen=True, kw_only=True):
    """."""

    deployment: Target


class GetDeploymentStats(Read[ContainerStats], frozen=True, kw_only=True):
    """."""

    deployment: Target


class GetDeploymentLog(Read[Log], frozen=True, kw_only=True):
    """."""

    deployment: Target
    tail: int = 50
    timestamps: bool = False


class SearchDeploymentLog(Read[Log], frozen=True, kw_only=True):
    """."""

    deployment: Target
    terms: tuple[str, ...]
    combinator: SearchCombinator = SearchCombinator.OR
    invert: bool = False
    timestamps: bool = False


class InspectDeploymentContainer(Read[Container], frozen=True, kw_only=True):
    """."""

    deployment: Target


DeploymentListItem = ResourceListItem[DeploymentListItemInfo]


DeploymentQuery = ResourceQuery[DeploymentQuerySpecifics]


class ListDeployments(Read[tuple[DeploymentListItem, ...]], frozen=True, kw_only=True):
    """."""

    query: DeploymentQuery = DeploymentQuery()
    page: int = 0
    limit: int | None = None
    sort_by: DeploymentSortBy = DeploymentSortBy.NAME
    sort_desc: bool = False


class ListFullDeployments(Read[tuple[Deployment, ...]], frozen=True, kw_only=True):
    """."""

    query: DeploymentQuery = DeploymentQuery()
    page: int = 0
    limit: int | None = None


class ListCommonDeploymentExtraArgs(Read[tuple[str, ...]], frozen=True, kw_only=True):
    """."""

    query: DeploymentQuery = DeploymentQuery()


class CreateDeployment(Write[Deployment], frozen=True, kw_only=True):
    """."""

    name: str
    config: Annotated[Partial, PartialOf(DeploymentConfig)] = field(default_factory=dict[str, Any])


class CopyDeployment(Write[Deployment], frozen=True, kw_only=True):
    """."""

    name: str
    id: str


class CreateDeploymentFromContainer(Write[Deployment], frozen=True, kw_only=True):
    """."""

    name: str
    server: str


class DeleteDeployment(Write[Deployment], frozen=True, kw_only=True):
    """."""

    id: str


class UpdateDeployment(Write[Deployment], frozen=True, kw_only=True):
    """."""

    id: str
    config: Annotated[Partial, PartialOf(DeploymentConfig)]


class RenameDeployment(Write[Update], frozen=True, kw_only=True):
    """."""

    id: str
    name: str


class Deploy(Execute, frozen=True, kw_only=True):
    """."""

    deployment: str
    stop_signal: TerminationSignal | None = None
    stop_time: int | None = None


class BatchDeploy(BatchExecute, frozen=True, kw_only=True):
    """."""


class PullDeployment(Execute, frozen=True, kw_only=True):
    """."""

    deployment: str


class StartDeployment(Execute, frozen=True, kw_only=True):
    """."""

    deployment: str


class RestartDeployment(Execute, frozen=True, kw_only=True):
    """."""

    deployment: str


class PauseDeployment(Execute, frozen=True, kw_only=True):
    """."""

    deployment: str


class UnpauseDeployment(Execute, frozen=True, kw_only=True):
    """."""

    deployment: str


class StopDeployment(Execute, frozen=True, kw_only=True):
    """."""

    deployment: str
    signal: TerminationSignal | None = None
    time: int | None = None


class DestroyDeployment(Execute, frozen=True, kw_only=True):
    """."""

    deployment: str
    signal: TerminationSignal | None = None
    time: int | None = None


class BatchDestroyDeployment(BatchExecute, frozen=True, kw_only=True):
    """."""


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
