"""What a deployment does, and what is being done with it."""

from enum import StrEnum

from msgspec import Struct


class DeploymentState(StrEnum):
    """What a deployment's container does now."""

    DEPLOYING = "deploying"
    """A deploy runs."""
    RUNNING = "running"
    CREATED = "created"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    REMOVING = "removing"
    PAUSED = "paused"
    EXITED = "exited"
    DEAD = "dead"
    UNHEALTHY = "unhealthy"
    """In a swarm: not all replicas run."""
    NOT_DEPLOYED = "not_deployed"
    """There is no container."""
    UNKNOWN = "unknown"
    """The agent is away, or there is no server."""


class DeploymentActionState(Struct, frozen=True, kw_only=True):
    """Which operations run on a deployment now."""

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
