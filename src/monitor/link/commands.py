"""What Core may ask of an agent: the list of its jobs, work with jobs, reads and streams."""

from typing import Any, Literal

from msgspec import Struct

from monitor.api.docker import ImageHistoryResponseItem
from monitor.api.inspect import Container, Image, Network, Volume
from monitor.api.server import PeripheryInformation
from monitor.api.stats import SystemInformation, SystemProcess
from monitor.api.update import Log
from monitor.api.values import SearchCombinator
from monitor.link.base import Command, JobCommand, StreamCommand, union_of
from monitor.link.builds import (
    BuildDone,
    BuildImage,
    DeleteRepo,
    FetchDone,
    FetchRepo,
    FileRead,
    GitSource,
    ReadDockerfile,
    RenameRepo,
    ShellCommand,
    WriteDockerfile,
)
from monitor.link.events import ContainerStatsBatch, HostStats
from monitor.link.jobs import (
    AllContainers,
    ContainerAction,
    CreateNetwork,
    DeleteImage,
    DeleteNetwork,
    DeleteVolume,
    DeployContainer,
    DeployDone,
    DestroyContainer,
    JobAccepted,
    JobChunk,
    JobEnded,
    JobInfo,
    JobLine,
    JobLines,
    JobResult,
    JobStage,
    JobStatus,
    Pairs,
    PauseContainer,
    Prune,
    PruneKind,
    PullImage,
    RegistryLogin,
    RenameContainer,
    RestartContainer,
    StageResult,
    StartContainer,
    StopContainer,
    UnpauseContainer,
)

__all__ = [
    "COMMANDS",
    "JOB_COMMANDS",
    "STREAM_COMMANDS",
    "AllContainers",
    "AnyCommand",
    "AnyJob",
    "BuildDone",
    "BuildImage",
    "CancelJob",
    "ContainerAction",
    "ContainerLog",
    "CreateNetwork",
    "DeleteImage",
    "DeleteNetwork",
    "DeleteRepo",
    "DeleteVolume",
    "DeployContainer",
    "DeployDone",
    "DestroyContainer",
    "FetchDone",
    "FetchRepo",
    "FileRead",
    "FollowJob",
    "FollowLog",
    "ForgetJob",
    "GetHost",
    "GetStatsHistory",
    "GitSource",
    "HostInfo",
    "ImageHistory",
    "InspectContainer",
    "InspectImage",
    "InspectNetwork",
    "InspectVolume",
    "JobAccepted",
    "JobChunk",
    "JobEnded",
    "JobInfo",
    "JobLine",
    "JobLines",
    "JobResult",
    "JobStage",
    "JobStatus",
    "ListJobs",
    "ListProcesses",
    "LogChunk",
    "LogEnded",
    "LogLine",
    "LogLines",
    "Pairs",
    "PauseContainer",
    "Prune",
    "PruneKind",
    "PullImage",
    "ReadDockerfile",
    "RegistryLogin",
    "RenameContainer",
    "RenameRepo",
    "RestartContainer",
    "SearchLog",
    "ShellCommand",
    "StageResult",
    "StartContainer",
    "StartJob",
    "StatsHistory",
    "StopContainer",
    "UnpauseContainer",
    "WatchStats",
    "WriteDockerfile",
]

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
    BuildImage,
    FetchRepo,
    DeleteRepo,
    RenameRepo,
    WriteDockerfile,
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
    | BuildImage
    | FetchRepo
    | DeleteRepo
    | RenameRepo
    | WriteDockerfile
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
    ReadDockerfile,
)
STREAM_COMMANDS: tuple[type[StreamCommand[Any]], ...] = (FollowJob, FollowLog)

AnyCommand: Any = union_of((*COMMANDS, *STREAM_COMMANDS))
"""What a `Call` frame may carry, for a decoder."""
