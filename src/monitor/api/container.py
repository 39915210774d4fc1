"""Containers on a server, whoever made them: listing, logs, and what can be done to one or all of them."""

from typing import ClassVar

from monitor.api.base import Execute, Read, Target
from monitor.api.docker import (
    ContainerListItem,
    ContainerSortBy,
    ContainerStateStatusEnum,
    GetContainersSummaryResponse,
    GetResourceMatchingContainerResponse,
)
from monitor.api.inspect import Container
from monitor.api.marks import Count
from monitor.api.update import Log
from monitor.api.values import SearchCombinator, TerminationSignal


class GetContainersSummary(Read[GetContainersSummaryResponse], frozen=True, kw_only=True):
    """How many containers there are on the servers you may read, by state."""

    aliases: ClassVar[tuple[str, ...]] = ("GetDockerContainersSummary",)


class ListAllContainers(Read[tuple[ContainerListItem, ...]], frozen=True, kw_only=True):
    """Containers of all servers you may read. Empty filters filter nothing."""

    aliases: ClassVar[tuple[str, ...]] = ("ListAllDockerContainers",)
    servers: tuple[str, ...] = ()
    """Ids or names."""
    tags: tuple[str, ...] = ()
    """Of the servers. Ids or names."""
    terms: tuple[str, ...] = ()
    """Each must be in the container's name."""
    state: tuple[ContainerStateStatusEnum, ...] = ()
    page: Count = 0
    limit: Count | None = None
    """Containers a page; 0, and null by default, is all."""
    sort_by: ContainerSortBy = ContainerSortBy.NAME
    sort_desc: bool = False


class ListContainers(Read[tuple[ContainerListItem, ...]], frozen=True, kw_only=True):
    """Containers of a server, running or not, as last reported; none if the agent was never heard."""

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerContainers",)
    server: Target


class InspectContainer(Read[Container], frozen=True, kw_only=True):
    """Everything Docker says of a container.

    Needs the permission Inspect; 404 if there is no such container, 503 if the agent is away.
    """

    aliases: ClassVar[tuple[str, ...]] = ("InspectDockerContainer",)
    server: Target
    container: str


class GetResourceMatchingContainer(
    Read[GetResourceMatchingContainerResponse], frozen=True, kw_only=True
):
    """The deployment that a container belongs to, by the name it was deployed under; null if none does."""

    server: Target
    container: str


class GetContainerLog(Read[Log], frozen=True, kw_only=True):
    """The end of a container's log. Needs the permission Logs; 503 if the agent is away."""

    server: Target
    container: str
    tail: Count = 50
    """So many lines, at most 5,000."""
    timestamps: bool = False


class SearchContainerLog(Read[Log], frozen=True, kw_only=True):
    """The lines among a container's last 5,000 that hold the terms. Needs the permission Logs."""

    server: Target
    container: str
    terms: tuple[str, ...]
    combinator: SearchCombinator = SearchCombinator.OR
    invert: bool = False
    """The lines that do not match."""
    timestamps: bool = False


class StartContainer(Execute, frozen=True, kw_only=True):
    """Starts a container."""

    server: str
    container: str


class RestartContainer(Execute, frozen=True, kw_only=True):
    """Restarts a container."""

    server: str
    container: str


class PauseContainer(Execute, frozen=True, kw_only=True):
    """Freezes a container's processes."""

    server: str
    container: str


class UnpauseContainer(Execute, frozen=True, kw_only=True):
    """Lets a paused container's processes go on."""

    server: str
    container: str


class StopContainer(Execute, frozen=True, kw_only=True):
    """Stops a container: the signal, then KILL when the time is over."""

    server: str
    container: str
    signal: TerminationSignal | None = None
    time: Count | None = None
    """Seconds until KILL."""


class DestroyContainer(Execute, frozen=True, kw_only=True):
    """Stops a container and removes it. Its volumes stay."""

    server: str
    container: str
    signal: TerminationSignal | None = None
    time: Count | None = None
    """Seconds until KILL."""


class StartAllContainers(Execute, frozen=True, kw_only=True):
    """Starts every stopped container of a server, except those labelled `komodo.skip`."""

    server: str


class RestartAllContainers(Execute, frozen=True, kw_only=True):
    """Restarts every container of a server, except those labelled `komodo.skip`."""

    server: str


class PauseAllContainers(Execute, frozen=True, kw_only=True):
    """Pauses every running container of a server, except those labelled `komodo.skip`."""

    server: str


class UnpauseAllContainers(Execute, frozen=True, kw_only=True):
    """Unpauses every paused container of a server, except those labelled `komodo.skip`."""

    server: str


class StopAllContainers(Execute, frozen=True, kw_only=True):
    """Stops every running container of a server, except those labelled `komodo.skip`."""

    server: str


class PruneContainers(Execute, frozen=True, kw_only=True):
    """Removes a server's stopped containers."""

    server: str


REQUESTS = (
    GetContainersSummary,
    ListAllContainers,
    ListContainers,
    InspectContainer,
    GetResourceMatchingContainer,
    GetContainerLog,
    SearchContainerLog,
    StartContainer,
    RestartContainer,
    PauseContainer,
    UnpauseContainer,
    StopContainer,
    DestroyContainer,
    StartAllContainers,
    RestartAllContainers,
    PauseAllContainers,
    UnpauseAllContainers,
    StopAllContainers,
    PruneContainers,
)
