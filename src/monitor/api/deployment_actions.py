"""What can be done with a deployment's container: one request each, and the two that act on many."""

from monitor.api.base import BatchExecute, Execute
from monitor.api.marks import Count
from monitor.api.values import TerminationSignal


class Deploy(Execute, frozen=True, kw_only=True):
    """Makes the container as the config says, and replaces the one that runs.

    Image and container are made first. If the new one does not come up healthy, the old one runs on and the Update fails
    with the stage Rollback.
    """

    deployment: str
    stop_signal: TerminationSignal | None = None
    """For the old container, in place of its config's."""
    stop_time: Count | None = None
    """Seconds until KILL, in place of its config's."""


class BatchDeploy(BatchExecute, frozen=True, kw_only=True):
    """Deploys every matching deployment."""


class PullDeployment(Execute, frozen=True, kw_only=True):
    """Pulls a deployment's image. The container goes on as it is."""

    deployment: str


class StartDeployment(Execute, frozen=True, kw_only=True):
    """Starts a deployment's container."""

    deployment: str


class RestartDeployment(Execute, frozen=True, kw_only=True):
    """Restarts a deployment's container."""

    deployment: str


class PauseDeployment(Execute, frozen=True, kw_only=True):
    """Freezes the processes of a deployment's container."""

    deployment: str


class UnpauseDeployment(Execute, frozen=True, kw_only=True):
    """Lets the processes of a paused deployment go on."""

    deployment: str


class StopDeployment(Execute, frozen=True, kw_only=True):
    """Stops a deployment's container; without signal and time as its config says."""

    deployment: str
    signal: TerminationSignal | None = None
    time: Count | None = None
    """Seconds until KILL."""


class DestroyDeployment(Execute, frozen=True, kw_only=True):
    """Stops and removes a deployment's container; the deployment stays. Volumes stay too."""

    deployment: str
    signal: TerminationSignal | None = None
    time: Count | None = None
    """Seconds until KILL."""


class BatchDestroyDeployment(BatchExecute, frozen=True, kw_only=True):
    """Destroys the containers of every matching deployment."""
