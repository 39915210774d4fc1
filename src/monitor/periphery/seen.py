"""A container as a swap sees it: the few fields of the engine's answer that it decides by."""

from msgspec import Struct


class SeenHealthLog(Struct, frozen=True):
    """One run of a health check."""

    ExitCode: int = 0
    Output: str = ""


class SeenHealth(Struct, frozen=True):
    """The state of a health check."""

    Status: str = "none"
    Log: list[SeenHealthLog] | None = None


class SeenState(Struct, frozen=True):
    """The state of a container."""

    Status: str = ""
    Running: bool = False
    Paused: bool = False
    Restarting: bool = False
    OOMKilled: bool = False
    ExitCode: int = 0
    Error: str = ""
    StartedAt: str = ""
    Health: SeenHealth | None = None


class SeenRestart(Struct, frozen=True):
    """How a container is restarted."""

    Name: str = ""
    MaximumRetryCount: int = 0


class SeenHost(Struct, frozen=True):
    """The part of a container's host configuration a swap looks at."""

    RestartPolicy: SeenRestart = SeenRestart()
    AutoRemove: bool = False
    NetworkMode: str = ""


class SeenCheck(Struct, frozen=True):
    """A configured health check; nanoseconds, 0 for the engine's default."""

    Test: list[str] | None = None
    Interval: int = 0
    Timeout: int = 0
    StartPeriod: int = 0
    Retries: int = 0


class SeenConfig(Struct, frozen=True):
    """The part of a container's configuration a swap looks at."""

    Labels: dict[str, str] | None = None
    Healthcheck: SeenCheck | None = None
    StopSignal: str = ""


class Seen(Struct, frozen=True):
    """A container as a swap sees it."""

    Id: str
    Name: str
    Image: str = ""
    RestartCount: int = 0
    State: SeenState = SeenState()
    HostConfig: SeenHost = SeenHost()
    Config: SeenConfig = SeenConfig()

    @property
    def name(self) -> str:
        """Its name without the engine's slash."""
        return self.Name.lstrip("/")

    @property
    def labels(self) -> dict[str, str]:
        """Its labels."""
        return self.Config.Labels or {}

    @property
    def restart(self) -> str:
        """Its restart mode, for `docker update --restart`."""
        policy = self.HostConfig.RestartPolicy
        name = policy.Name or "no"
        return f"{name}:{policy.MaximumRetryCount}" if policy.MaximumRetryCount else name
