"""Updates: the record of everything that was done, by whom, with its logs."""

from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.ids import Oid
from monitor.api.target import ResourceTarget
from monitor.api.values import Serror, Version


class Operation(StrEnum):
    """What was done. A closed list: typed clients refuse names they do not know."""

    NONE = "None"
    CREATE_SWARM = "CreateSwarm"
    UPDATE_SWARM = "UpdateSwarm"
    RENAME_SWARM = "RenameSwarm"
    DELETE_SWARM = "DeleteSwarm"
    REMOVE_SWARM_NODES = "RemoveSwarmNodes"
    UPDATE_SWARM_NODE = "UpdateSwarmNode"
    REMOVE_SWARM_STACKS = "RemoveSwarmStacks"
    REMOVE_SWARM_SERVICES = "RemoveSwarmServices"
    CREATE_SWARM_CONFIG = "CreateSwarmConfig"
    ROTATE_SWARM_CONFIG = "RotateSwarmConfig"
    REMOVE_SWARM_CONFIGS = "RemoveSwarmConfigs"
    CREATE_SWARM_SECRET = "CreateSwarmSecret"  # noqa: S105
    ROTATE_SWARM_SECRET = "RotateSwarmSecret"  # noqa: S105
    REMOVE_SWARM_SECRETS = "RemoveSwarmSecrets"
    CREATE_SERVER = "CreateServer"
    UPDATE_SERVER = "UpdateServer"
    UPDATE_SERVER_KEY = "UpdateServerKey"
    DELETE_SERVER = "DeleteServer"
    RENAME_SERVER = "RenameServer"
    START_CONTAINER = "StartContainer"
    RESTART_CONTAINER = "RestartContainer"
    PAUSE_CONTAINER = "PauseContainer"
    UNPAUSE_CONTAINER = "UnpauseContainer"
    STOP_CONTAINER = "StopContainer"
    DESTROY_CONTAINER = "DestroyContainer"
    START_ALL_CONTAINERS = "StartAllContainers"
    RESTART_ALL_CONTAINERS = "RestartAllContainers"
    PAUSE_ALL_CONTAINERS = "PauseAllContainers"
    UNPAUSE_ALL_CONTAINERS = "UnpauseAllContainers"
    STOP_ALL_CONTAINERS = "StopAllContainers"
    PRUNE_CONTAINERS = "PruneContainers"
    CREATE_NETWORK = "CreateNetwork"
    DELETE_NETWORK = "DeleteNetwork"
    PRUNE_NETWORKS = "PruneNetworks"
    DELETE_IMAGE = "DeleteImage"
    PRUNE_IMAGES = "PruneImages"
    DELETE_VOLUME = "DeleteVolume"
    PRUNE_VOLUMES = "PruneVolumes"
    PRUNE_DOCKER_BUILDERS = "PruneDockerBuilders"
    PRUNE_BUILDX = "PruneBuildx"
    PRUNE_SYSTEM = "PruneSystem"
    CREATE_STACK = "CreateStack"
    UPDATE_STACK = "UpdateStack"
    RENAME_STACK = "RenameStack"
    DELETE_STACK = "DeleteStack"
    WRITE_STACK_CONTENTS = "WriteStackContents"
    REFRESH_STACK_CACHE = "RefreshStackCache"
    PULL_STACK = "PullStack"
    DEPLOY_STACK = "DeployStack"
    START_STACK = "StartStack"
    RESTART_STACK = "RestartStack"
    PAUSE_STACK = "PauseStack"
    UNPAUSE_STACK = "UnpauseStack"
    STOP_STACK = "StopStack"
    DESTROY_STACK = "DestroyStack"
    RUN_STACK_SERVICE = "RunStackService"
    CHECK_STACK_FOR_UPDATE = "CheckStackForUpdate"
    DEPLOY_STACK_SERVICE = "DeployStackService"
    PULL_STACK_SERVICE = "PullStackService"
    START_STACK_SERVICE = "StartStackService"
    RESTART_STACK_SERVICE = "RestartStackService"
    PAUSE_STACK_SERVICE = "PauseStackService"
    UNPAUSE_STACK_SERVICE = "UnpauseStackService"
    STOP_STACK_SERVICE = "StopStackService"
    DESTROY_STACK_SERVICE = "DestroyStackService"
    CREATE_DEPLOYMENT = "CreateDeployment"
    UPDATE_DEPLOYMENT = "UpdateDeployment"
    RENAME_DEPLOYMENT = "RenameDeployment"
    DELETE_DEPLOYMENT = "DeleteDeployment"
    DEPLOY = "Deploy"
    PULL_DEPLOYMENT = "PullDeployment"
    START_DEPLOYMENT = "StartDeployment"
    RESTART_DEPLOYMENT = "RestartDeployment"
    PAUSE_DEPLOYMENT = "PauseDeployment"
    UNPAUSE_DEPLOYMENT = "UnpauseDeployment"
    STOP_DEPLOYMENT = "StopDeployment"
    DESTROY_DEPLOYMENT = "DestroyDeployment"
    CHECK_DEPLOYMENT_FOR_UPDATE = "CheckDeploymentForUpdate"
    CREATE_BUILD = "CreateBuild"
    UPDATE_BUILD = "UpdateBuild"
    RENAME_BUILD = "RenameBuild"
    DELETE_BUILD = "DeleteBuild"
    RUN_BUILD = "RunBuild"
    CANCEL_BUILD = "CancelBuild"
    WRITE_DOCKERFILE = "WriteDockerfile"
    CREATE_REPO = "CreateRepo"
    UPDATE_REPO = "UpdateRepo"
    RENAME_REPO = "RenameRepo"
    DELETE_REPO = "DeleteRepo"
    CLONE_REPO = "CloneRepo"
    PULL_REPO = "PullRepo"
    BUILD_REPO = "BuildRepo"
    CANCEL_REPO_BUILD = "CancelRepoBuild"
    CREATE_PROCEDURE = "CreateProcedure"
    UPDATE_PROCEDURE = "UpdateProcedure"
    RENAME_PROCEDURE = "RenameProcedure"
    DELETE_PROCEDURE = "DeleteProcedure"
    RUN_PROCEDURE = "RunProcedure"
    CANCEL_PROCEDURE = "CancelProcedure"
    CREATE_ACTION = "CreateAction"
    UPDATE_ACTION = "UpdateAction"
    RENAME_ACTION = "RenameAction"
    DELETE_ACTION = "DeleteAction"
    RUN_ACTION = "RunAction"
    CANCEL_ACTION = "CancelAction"
    CREATE_RESOURCE_SYNC = "CreateResourceSync"
    UPDATE_RESOURCE_SYNC = "UpdateResourceSync"
    RENAME_RESOURCE_SYNC = "RenameResourceSync"
    DELETE_RESOURCE_SYNC = "DeleteResourceSync"
    WRITE_SYNC_CONTENTS = "WriteSyncContents"
    COMMIT_SYNC = "CommitSync"
    RUN_SYNC = "RunSync"
    CREATE_BUILDER = "CreateBuilder"
    UPDATE_BUILDER = "UpdateBuilder"
    RENAME_BUILDER = "RenameBuilder"
    DELETE_BUILDER = "DeleteBuilder"
    CREATE_ALERTER = "CreateAlerter"
    UPDATE_ALERTER = "UpdateAlerter"
    RENAME_ALERTER = "RenameAlerter"
    DELETE_ALERTER = "DeleteAlerter"
    TEST_ALERTER = "TestAlerter"
    SEND_ALERT = "SendAlert"
    CLEAR_REPO_CACHE = "ClearRepoCache"
    BACKUP_CORE_DATABASE = "BackupCoreDatabase"
    GLOBAL_AUTO_UPDATE = "GlobalAutoUpdate"
    ROTATE_ALL_SERVER_KEYS = "RotateAllServerKeys"
    ROTATE_CORE_KEYS = "RotateCoreKeys"
    CREATE_VARIABLE = "CreateVariable"
    UPDATE_VARIABLE_VALUE = "UpdateVariableValue"
    DELETE_VARIABLE = "DeleteVariable"
    CREATE_GIT_PROVIDER_ACCOUNT = "CreateGitProviderAccount"
    UPDATE_GIT_PROVIDER_ACCOUNT = "UpdateGitProviderAccount"
    DELETE_GIT_PROVIDER_ACCOUNT = "DeleteGitProviderAccount"
    CREATE_DOCKER_REGISTRY_ACCOUNT = "CreateDockerRegistryAccount"
    UPDATE_DOCKER_REGISTRY_ACCOUNT = "UpdateDockerRegistryAccount"
    DELETE_DOCKER_REGISTRY_ACCOUNT = "DeleteDockerRegistryAccount"


class Log(Struct, frozen=True, kw_only=True):
    """What one step of an Update did, with its output."""

    stage: str
    command: str
    """What a user may see of it: never a secret value."""
    stdout: str
    stderr: str
    success: bool
    start_ts: int
    """Unix milliseconds, like `end_ts`."""
    end_ts: int


class UpdateStatus(StrEnum):
    """How far an Update is."""

    QUEUED = "Queued"
    IN_PROGRESS = "InProgress"
    COMPLETE = "Complete"


class Outcome(StrEnum):
    """How a run ended, finer than `Update.success`. Ours."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    INTERRUPTED = "Interrupted"
    """The agent or its host died while it ran."""
    ROLLED_BACK = "RolledBack"
    """It failed, and the version from before runs again."""


class UpdateStep(Struct, frozen=True, kw_only=True):
    """One step of a run, without its output. Ours."""

    index: int
    stage: str
    command: str = ""
    """What a user may see of the command: never a secret value."""
    success: bool | None = None
    """Null while it runs."""
    start_ts: int
    end_ts: int | None = None


class Update(Struct, frozen=True, kw_only=True):
    """The record of something that was done or is being done."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    operation: Operation
    start_ts: int
    """Unix milliseconds, like `end_ts`."""
    success: bool
    """True until a step fails."""
    operator: str
    """Id of the user, or the name of the part of Monitor, that did it."""
    target: ResourceTarget
    logs: tuple[Log, ...]
    end_ts: int | None = None
    """Null until it is complete."""
    status: UpdateStatus
    version: Version | UnsetType = UNSET
    """Left out where there is none."""
    commit_hash: str | UnsetType = UNSET
    other_data: str | UnsetType = UNSET
    prev_toml: str | UnsetType = UNSET
    """The resource before, where the Update changed its config."""
    current_toml: str | UnsetType = UNSET
    """The resource after."""
    # Ours from here on; published clients ignore them.
    outcome: Outcome | None = None
    """Null until the run is complete."""
    steps: tuple[UpdateStep, ...] | UnsetType = UNSET

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid


class UpdateListItem(Struct, frozen=True, kw_only=True):
    """An Update in a list, without its logs."""

    id: str
    operation: Operation
    start_ts: int
    success: bool
    username: str
    """The operator's name."""
    operator: str
    target: ResourceTarget
    status: UpdateStatus
    version: Version | UnsetType = UNSET
    other_data: str | UnsetType = UNSET
    # Ours from here on; published clients ignore them.
    end_ts: int | None = None
    outcome: Outcome | None = None
    step: str | None = None
    """The step that runs now."""


class ListUpdatesResponse(Struct, frozen=True, kw_only=True):
    """A page of Updates, newest first; `next_page` is null on the last."""

    updates: tuple[UpdateListItem, ...]
    next_page: int | None = None


class BatchExecutionFailure(Struct, frozen=True, kw_only=True):
    """Why one resource of a batch was not started."""

    name: str
    error: Serror


class BatchExecutionResponseItemOk(Struct, frozen=True, tag_field="status", tag="Ok"):
    """A resource whose run has started."""

    data: Update


class BatchExecutionResponseItemErr(Struct, frozen=True, tag_field="status", tag="Err"):
    """A resource whose run could not be started."""

    data: BatchExecutionFailure


BatchExecutionResponseItem = BatchExecutionResponseItemOk | BatchExecutionResponseItemErr
