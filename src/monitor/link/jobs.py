"""What a job is on the link: what it prints, how it ends, and the jobs that work on containers and images."""

from typing import Literal

from msgspec import Struct, field

from monitor.link.base import JobCommand

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
    """A job in the agent's spool. `status` is None while it runs or waits; `waiting`: it has not begun yet."""

    job: str
    kind: str
    accepted_ts: int
    status: JobStatus | None = None
    waiting: bool = False
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
