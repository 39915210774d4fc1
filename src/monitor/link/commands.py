"""What Core may ask of an agent: reads, streams, and jobs that change something."""

from typing import Any, Literal

from msgspec import Struct, field

from monitor.api.docker import ImageHistoryResponseItem
from monitor.api.inspect import Container, Image, Network, Volume
from monitor.api.server import PeripheryInformation
from monitor.api.stats import SystemInformation, SystemProcess
from monitor.api.update import Log
from monitor.api.values import SearchCombinator
from monitor.link.base import Command, JobCommand, StreamCommand, union_of
from monitor.link.events import ContainerStatsBatch, HostStats

Pairs = tuple[tuple[str, str], ...]
"""Parsed `key value` lines, in order."""

# --- What a job prints and how it ends


class JobLine(Struct, frozen=True, array_like=True):
    """One line of a job's output. `stage` is the index of its stage, -1 before the first.

    `seq` counts from 1 without gaps over lines and marks, `ts_ms` is the agent's clock.
    """

    seq: int
    ts_ms: int
    stage: int
    stream: Literal["out", "err", "sys"]
    text: str


class JobLines(Struct, frozen=True, kw_only=True, tag=True):
    """A batch of lines, in order."""

    lines: tuple[JobLine, ...]


class JobStage(Struct, frozen=True, kw_only=True, tag=True):
    """A stage began (`success` None) or ended. Told again, in full, to everyone who begins to follow."""

    seq: int
    index: int
    name: str
    command: str
    start_ts: int
    end_ts: int | None = None
    success: bool | None = None


class StageResult(Struct, frozen=True, kw_only=True):
    """One stage of a job that has ended."""

    name: str
    command: str
    success: bool
    start_ts: int
    end_ts: int


JobStatus = Literal["done", "failed", "cancelled", "interrupted"]


class JobResult(Struct, frozen=True, kw_only=True):
    """How a job ended. `value` is the msgpack of the command's `*Done` struct, or empty."""

    status: JobStatus
    message: str = ""
    stages: tuple[StageResult, ...] = ()
    value: bytes = b""
    last_seq: int = 0


class JobEnded(Struct, frozen=True, kw_only=True, tag=True):
    """The last chunk of a followed job."""

    result: JobResult


JobChunk = JobLines | JobStage | JobEnded


class JobAccepted(Struct, frozen=True, kw_only=True):
    """`known`: the job had been accepted before and was not started again."""

    job: str
    known: bool = False


class JobInfo(Struct, frozen=True, kw_only=True):
    """A job in the agent's spool. `status` is None while it runs or waits."""

    job: str
    kind: str
    accepted_ts: int
    status: JobStatus | None = None
    last_seq: int = 0


# --- Jobs


class RegistryLogin(Struct, frozen=True, kw_only=True):
    """Credentials for one registry, used for one job. `domain` is `docker.io` or a host."""

    domain: str
    username: str
    token: str

    def __repr__(self) -> str:
        """Leave the token out."""
        return f"<RegistryLogin {self.domain}>"


class DeployContainer(JobCommand, frozen=True, kw_only=True):
    """Make `name` run `image` so configured, by swap where a container is there already.

    `pull` "auto": always when something is replaced, else only where the image is missing. `old_names` are names
    under which the container to be replaced may be found, besides `name`. `old_stop_*` say how it is stopped.
    `secrets` (name to value) are replaced by `<name>` in all output. `protected` are container ids that must
    not be replaced (Core's own).
    """

    name: str
    image: str
    pull: Literal["auto", "always", "missing", "never"] = "auto"
    login: RegistryLogin | None = None
    network: str = "host"
    restart: Literal["no", "on-failure", "always", "unless-stopped"] = "no"
    command: str = ""
    extra_args: tuple[str, ...] = ()
    ports: Pairs = ()
    volumes: Pairs = ()
    environment: Pairs = ()
    labels: Pairs = ()
    stop_signal: str = ""
    stop_timeout: int | None = None
    old_names: tuple[str, ...] = ()
    old_stop_signal: str = ""
    old_stop_time: int | None = None
    secrets: dict[str, str] = field(default_factory=dict)
    protected: tuple[str, ...] = ()


class DeployDone(Struct, frozen=True, kw_only=True):
    """Value of a deploy that is done; `replaced` is the id of the container that was removed, or ""."""

    container_id: str
    image_id: str
    replaced: str = ""


class PullImage(JobCommand, frozen=True, kw_only=True):
    """`docker pull`."""

    image: str
    login: RegistryLogin | None = None


class StartContainer(JobCommand, frozen=True, kw_only=True):
    """`docker start`."""

    name: str


class RestartContainer(JobCommand, frozen=True, kw_only=True):
    """`docker restart`."""

    name: str


class PauseContainer(JobCommand, frozen=True, kw_only=True):
    """`docker pause`."""

    name: str


class UnpauseContainer(JobCommand, frozen=True, kw_only=True):
    """`docker unpause`."""

    name: str


class StopContainer(JobCommand, frozen=True, kw_only=True):
    """`docker stop`. Empty `signal` and missing `time` (seconds) leave it to the container."""

    name: str
    signal: str = ""
    time: int | None = None


class DestroyContainer(JobCommand, frozen=True, kw_only=True):
    """`docker stop`, then `docker container rm`."""

    name: str
    signal: str = ""
    time: int | None = None


class RenameContainer(JobCommand, frozen=True, kw_only=True):
    """`docker rename`."""

    name: str
    new_name: str


ContainerAction = Literal["start", "restart", "pause", "unpause", "stop"]


class AllContainers(JobCommand, frozen=True, kw_only=True):
    """One action on every container it suits, but for those labelled `monitor.skip` or `komodo.skip`."""

    action: ContainerAction
    protected: tuple[str, ...] = ()


PruneKind = Literal["containers", "images", "networks", "volumes", "builders", "buildx", "system"]


class Prune(JobCommand, frozen=True, kw_only=True):
    """Remove what is not used. Never while a swap is under way."""

    kind: PruneKind


class DeleteImage(JobCommand, frozen=True, kw_only=True):
    """`docker image rm`."""

    name: str


class DeleteNetwork(JobCommand, frozen=True, kw_only=True):
    """`docker network rm`."""

    name: str


class DeleteVolume(JobCommand, frozen=True, kw_only=True):
    """`docker volume rm`."""

    name: str


class CreateNetwork(JobCommand, frozen=True, kw_only=True):
    """`docker network create`."""

    name: str
    driver: str = ""


JOB_COMMANDS: tuple[type[JobCommand], ...] = (
    DeployContainer,
    PullImage,
    StartContainer,
    RestartContainer,
    PauseContainer,
    UnpauseContainer,
    StopContainer,
    DestroyContainer,
    RenameContainer,
    AllContainers,
    Prune,
    DeleteImage,
    DeleteNetwork,
    DeleteVolume,
    CreateNetwork,
)
AnyJob = (
    DeployContainer
    | PullImage
    | StartContainer
    | RestartContainer
    | PauseContainer
    | UnpauseContainer
    | StopContainer
    | DestroyContainer
    | RenameContainer
    | AllContainers
    | Prune
    | DeleteImage
    | DeleteNetwork
    | DeleteVolume
    | CreateNetwork
)

# --- Work with jobs


class StartJob(Command[JobAccepted], frozen=True, kw_only=True):
    """Accept a job and start it as soon as there is room. The same id again starts nothing."""

    job: str
    command: AnyJob


class FollowJob(StreamCommand[JobChunk], frozen=True, kw_only=True):
    """A job's output after line `after`, then as it comes, to its end. Fails with `unknown_job`."""

    job: str
    after: int = 0


class CancelJob(Command[bool], frozen=True, kw_only=True):
    """End a job: its processes get TERM and, 10 s later, KILL. False if it has ended already."""

    job: str


class ForgetJob(Command[bool], frozen=True, kw_only=True):
    """Core has all of an ended job: remove it from the spool. False if there is none."""

    job: str


class ListJobs(Command[tuple[JobInfo, ...]], frozen=True, kw_only=True):
    """All jobs in the spool."""


# --- Reads


class HostInfo(Struct, frozen=True, kw_only=True):
    """What an agent says of itself and its host. `docker_*` are empty while there is no engine."""

    information: SystemInformation
    periphery: PeripheryInformation
    docker_version: str = ""
    docker_api_version: str = ""
    docker_error: str = ""
    compose_version: str = ""
    container_id: str = ""


class GetHost(Command[HostInfo], frozen=True, kw_only=True):
    """The host and the agent."""


class ListProcesses(Command[tuple[SystemProcess, ...]], frozen=True, kw_only=True):
    """Processes, those that use most CPU first."""


class InspectContainer(Command[Container], frozen=True, kw_only=True):
    """`docker container inspect`. Fails with `not_found`."""

    name: str


class InspectImage(Command[Image], frozen=True, kw_only=True):
    """`docker image inspect`."""

    name: str


class InspectNetwork(Command[Network], frozen=True, kw_only=True):
    """`docker network inspect`."""

    name: str


class InspectVolume(Command[Volume], frozen=True, kw_only=True):
    """`docker volume inspect`."""

    name: str


class ImageHistory(Command[tuple[ImageHistoryResponseItem, ...]], frozen=True, kw_only=True):
    """`docker image history`."""

    name: str


class ContainerLog(Command[Log], frozen=True, kw_only=True):
    """The last `tail` lines of a container's log, at most 5000, since `since_ms`."""

    name: str
    tail: int = 50
    timestamps: bool = False
    since_ms: int | None = None


class SearchLog(Command[Log], frozen=True, kw_only=True):
    """Those of the last 5000 lines that hold one of (Or) or all (And) `terms`; `invert`: those that do not."""

    name: str
    terms: tuple[str, ...]
    combinator: SearchCombinator = SearchCombinator.OR
    invert: bool = False
    timestamps: bool = False


class LogLine(Struct, frozen=True, array_like=True):
    """One line of a container's log. `ts_ms` is the engine's clock, 0 if it told none."""

    stream: Literal["out", "err"]
    ts_ms: int
    text: str


class LogLines(Struct, frozen=True, kw_only=True, tag=True):
    """A batch of lines, in order."""

    lines: tuple[LogLine, ...]


class LogEnded(Struct, frozen=True, kw_only=True, tag=True):
    """The log has ended: the container stopped, or all there was has been told."""

    reason: str = ""


LogChunk = LogLines | LogEnded


class FollowLog(StreamCommand[LogChunk], frozen=True, kw_only=True):
    """The last `tail` lines since `since_ms`, then, with `follow`, each new one."""

    name: str
    tail: int = 1000
    since_ms: int | None = None
    follow: bool = True


class WatchStats(Command[None], frozen=True, kw_only=True):
    """Somebody looks: send stats each second for as long as this is told again within 30 s."""

    on: bool = True


class StatsHistory(Struct, frozen=True, kw_only=True):
    """Samples of the last hour, oldest first."""

    host: tuple[HostStats, ...] = ()
    containers: tuple[ContainerStatsBatch, ...] = ()


class GetStatsHistory(Command[StatsHistory], frozen=True, kw_only=True):
    """Samples newer than `since_ms`."""

    since_ms: int = 0


COMMANDS: tuple[type[Command[Any]], ...] = (
    StartJob,
    CancelJob,
    ForgetJob,
    ListJobs,
    GetHost,
    ListProcesses,
    InspectContainer,
    InspectImage,
    InspectNetwork,
    InspectVolume,
    ImageHistory,
    ContainerLog,
    SearchLog,
    WatchStats,
    GetStatsHistory,
)
STREAM_COMMANDS: tuple[type[StreamCommand[Any]], ...] = (FollowJob, FollowLog)

AnyCommand: Any = union_of((*COMMANDS, *STREAM_COMMANDS))
"""What a `Call` frame may carry, for a decoder."""
