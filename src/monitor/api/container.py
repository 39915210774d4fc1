"""."""

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
from monitor.api.update import Log
from monitor.api.values import SearchCombinator, TerminationSignal


class GetContainersSummary(Read[GetContainersSummaryResponse], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("GetDockerContainersSummary",)


class ListAllContainers(Read[tuple[ContainerListItem, ...]], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("ListAllDockerContainers",)
    servers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    state: tuple[ContainerStateStatusEnum, ...] = ()
    page: int = 0
    limit: int | None = None
    sort_by: ContainerSortBy = ContainerSortBy.NAME
    sort_desc: bool = False


class ListContainers(Read[tuple[ContainerListItem, ...]], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerContainers",)
    server: Target


class InspectContainer(Read[Container], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("InspectDockerContainer",)
    server: Target
    container: str


class GetResourceMatchingContainer(
    Read[GetResourceMatchingContainerResponse], frozen=True, kw_only=True
):
    """."""

    server: Target
    container: str


class GetContainerLog(Read[Log], frozen=True, kw_only=True):
    """."""

    server: Target
    container: str
    tail: int = 50
    timestamps: bool = False


class SearchContainerLog(Read[Log], frozen=True, kw_only=True):
    """."""

    server: Target
    container: str
    terms: tuple[str, ...]
    combinator: SearchCombinator = SearchCombinator.OR
    invert: bool = False
    timestamps: bool = False


class StartContainer(Execute, frozen=True, kw_only=True):
    """."""

    server: str
    container: str


class RestartContainer(Execute, frozen=True, kw_only=True):
    """."""

    server: str
    container: str


class PauseContainer(Execute, frozen=True, kw_only=True):
    """."""

    server: str
    container: str


class UnpauseContainer(Execute, frozen=True, kw_only=True):
    """."""

    server: str
    container: str


class StopContainer(Execute, frozen=True, kw_only=True):
    """."""

    server: str
    container: str
    signal: TerminationSignal | None = None
    time: int | None = None


class DestroyContainer(Execute, frozen=True, kw_only=True):
    """."""

    server: str
    container: str
    signal: TerminationSignal | None = None
    time: int | None = None


class StartAllContainers(Execute, frozen=True, kw_only=True):
    """."""

    server: str


class RestartAllContainers(Execute, frozen=True, kw_only=True):
    """."""

    server: str


class PauseAllContainers(Execute, frozen=True, kw_only=True):
    """."""

    server: str


class UnpauseAllContainers(Execute, frozen=True, kw_only=True):
    """."""

    server: str


class StopAllContainers(Execute, frozen=True, kw_only=True):
    """."""

    server: str


class PruneContainers(Execute, frozen=True, kw_only=True):
    """."""

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
