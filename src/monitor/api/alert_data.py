"""What an alert is about, by type. A closed list: typed clients refuse types they do not know."""

from enum import StrEnum

from msgspec import Struct, field

from monitor.api.deployment_state import DeploymentState
from monitor.api.target import ResourceKind
from monitor.api.values import NoData, Serror, Version


class StackState(StrEnum):
    """What a stack's containers do now."""

    DEPLOYING = "deploying"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CREATED = "created"
    RESTARTING = "restarting"
    DEAD = "dead"
    REMOVING = "removing"
    UNHEALTHY = "unhealthy"
    DOWN = "down"
    UNKNOWN = "unknown"


class AlertResource(Struct, frozen=True, kw_only=True):
    """The resource an alert is about."""

    id: str
    name: str


class AlertSwarmUnhealthyFields(AlertResource, frozen=True, kw_only=True):
    """A swarm, and what it says is wrong."""

    err: Serror | None = None


class AlertServerUnreachableFields(AlertResource, frozen=True, kw_only=True):
    """A server, and why its agent cannot be reached."""

    region: str | None = None
    err: Serror | None = None


class AlertServerCpuFields(AlertResource, frozen=True, kw_only=True):
    """A server and how much of its CPU is in use, in percent."""

    region: str | None = None
    percentage: float


class AlertServerMemFields(AlertResource, frozen=True, kw_only=True):
    """A server and how much of its memory is in use."""

    region: str | None = None
    used_gb: float
    total_gb: float


class AlertServerDiskFields(AlertResource, frozen=True, kw_only=True):
    """A server and how much of a disk is in use."""

    region: str | None = None
    path: str
    used_gb: float
    total_gb: float


class AlertServerVersionMismatchFields(AlertResource, frozen=True, kw_only=True):
    """A server whose agent has another version than Core."""

    region: str | None = None
    server_version: str
    core_version: str


class AlertContainerStateChangeFields(AlertResource, frozen=True, kw_only=True):
    """A deployment, where it is, and what its container did and does."""

    server_id: str | None = None
    server_name: str | None = None
    swarm_id: str | None = None
    swarm_name: str | None = None
    from_: DeploymentState = field(name="from")
    to: DeploymentState


class AlertDeploymentImageFields(AlertResource, frozen=True, kw_only=True):
    """A deployment, where it is, and the image."""

    server_id: str | None = None
    server_name: str | None = None
    swarm_id: str | None = None
    swarm_name: str | None = None
    image: str


class AlertStackStateChangeFields(AlertResource, frozen=True, kw_only=True):
    """A stack, where it is, and what it did and does."""

    server_id: str | None = None
    server_name: str | None = None
    swarm_id: str | None = None
    swarm_name: str | None = None
    from_: StackState = field(name="from")
    to: StackState


class AlertStackImageUpdateAvailableFields(AlertResource, frozen=True, kw_only=True):
    """A stack, where it is, and the service with a newer image."""

    server_id: str | None = None
    server_name: str | None = None
    swarm_id: str | None = None
    swarm_name: str | None = None
    service: str
    image: str


class AlertStackAutoUpdatedFields(AlertResource, frozen=True, kw_only=True):
    """A stack, where it is, and the images it was updated to."""

    server_id: str | None = None
    server_name: str | None = None
    swarm_id: str | None = None
    swarm_name: str | None = None
    images: tuple[str, ...]


class AlertBuildFailedFields(AlertResource, frozen=True, kw_only=True):
    """A build, and the version that was not made."""

    version: Version


class AlertAwsBuilderTerminationFailedFields(Struct, frozen=True, kw_only=True):
    """A machine that was started for a build and still runs."""

    instance_id: str
    message: str


class AlertScheduleRunFields(AlertResource, frozen=True, kw_only=True):
    """What ran by its schedule."""

    resource_type: ResourceKind


class AlertCustomFields(Struct, frozen=True, kw_only=True):
    """What a user's own rule or script says."""

    message: str
    details: str = ""


class AlertNone(Struct, frozen=True, tag_field="type", tag="None"):
    """Nothing."""

    data: NoData = NoData()


class AlertTest(Struct, frozen=True, tag_field="type", tag="Test"):
    """A test of an alerter."""

    data: AlertResource


class AlertSwarmUnhealthy(Struct, frozen=True, tag_field="type", tag="SwarmUnhealthy"):
    """A swarm is not healthy."""

    data: AlertSwarmUnhealthyFields


class AlertServerUnreachable(Struct, frozen=True, tag_field="type", tag="ServerUnreachable"):
    """A server cannot be reached."""

    data: AlertServerUnreachableFields


class AlertServerCpu(Struct, frozen=True, tag_field="type", tag="ServerCpu"):
    """A server uses much CPU."""

    data: AlertServerCpuFields


class AlertServerMem(Struct, frozen=True, tag_field="type", tag="ServerMem"):
    """A server uses much memory."""

    data: AlertServerMemFields


class AlertServerDisk(Struct, frozen=True, tag_field="type", tag="ServerDisk"):
    """A server's disk is nearly full."""

    data: AlertServerDiskFields


class AlertServerVersionMismatch(
    Struct, frozen=True, tag_field="type", tag="ServerVersionMismatch"
):
    """A server's agent and Core have different versions."""

    data: AlertServerVersionMismatchFields


class AlertContainerStateChange(Struct, frozen=True, tag_field="type", tag="ContainerStateChange"):
    """A deployment's container changed its state."""

    data: AlertContainerStateChangeFields


class AlertDeploymentImageUpdateAvailable(
    Struct, frozen=True, tag_field="type", tag="DeploymentImageUpdateAvailable"
):
    """There is a newer image for a deployment."""

    data: AlertDeploymentImageFields


class AlertDeploymentAutoUpdated(
    Struct, frozen=True, tag_field="type", tag="DeploymentAutoUpdated"
):
    """A deployment was updated to a newer image."""

    data: AlertDeploymentImageFields


class AlertStackStateChange(Struct, frozen=True, tag_field="type", tag="StackStateChange"):
    """A stack changed its state."""

    data: AlertStackStateChangeFields


class AlertStackImageUpdateAvailable(
    Struct, frozen=True, tag_field="type", tag="StackImageUpdateAvailable"
):
    """There is a newer image for a service of a stack."""

    data: AlertStackImageUpdateAvailableFields


class AlertStackAutoUpdated(Struct, frozen=True, tag_field="type", tag="StackAutoUpdated"):
    """A stack was updated to newer images."""

    data: AlertStackAutoUpdatedFields


class AlertAwsBuilderTerminationFailed(
    Struct, frozen=True, tag_field="type", tag="AwsBuilderTerminationFailed"
):
    """A machine for builds could not be ended."""

    data: AlertAwsBuilderTerminationFailedFields


class AlertResourceSyncPendingUpdates(
    Struct, frozen=True, tag_field="type", tag="ResourceSyncPendingUpdates"
):
    """A sync has changes that wait."""

    data: AlertResource


class AlertBuildFailed(Struct, frozen=True, tag_field="type", tag="BuildFailed"):
    """A build failed."""

    data: AlertBuildFailedFields


class AlertRepoBuildFailed(Struct, frozen=True, tag_field="type", tag="RepoBuildFailed"):
    """A repo's build failed."""

    data: AlertResource


class AlertProcedureFailed(Struct, frozen=True, tag_field="type", tag="ProcedureFailed"):
    """A procedure failed."""

    data: AlertResource


class AlertActionFailed(Struct, frozen=True, tag_field="type", tag="ActionFailed"):
    """An action failed."""

    data: AlertResource


class AlertScheduleRun(Struct, frozen=True, tag_field="type", tag="ScheduleRun"):
    """Something ran by its schedule."""

    data: AlertScheduleRunFields


class AlertCustom(Struct, frozen=True, tag_field="type", tag="Custom"):
    """A message of a user or of a rule of ours."""

    data: AlertCustomFields


AlertData = (
    AlertNone
    | AlertTest
    | AlertSwarmUnhealthy
    | AlertServerUnreachable
    | AlertServerCpu
    | AlertServerMem
    | AlertServerDisk
    | AlertServerVersionMismatch
    | AlertContainerStateChange
    | AlertDeploymentImageUpdateAvailable
    | AlertDeploymentAutoUpdated
    | AlertStackStateChange
    | AlertStackImageUpdateAvailable
    | AlertStackAutoUpdated
    | AlertAwsBuilderTerminationFailed
    | AlertResourceSyncPendingUpdates
    | AlertBuildFailed
    | AlertRepoBuildFailed
    | AlertProcedureFailed
    | AlertActionFailed
    | AlertScheduleRun
    | AlertCustom
)
