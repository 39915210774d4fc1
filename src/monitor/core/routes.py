"""Which function answers which request, and what right it needs. A request without one does not start."""

import functools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from monitor.api.base import BatchExecute, Request
from monitor.api.resource import PermissionLevel, SpecificPermission
from monitor.api.target import ResourceKind
from monitor.api.update import Operation
from monitor.core.runs.execution import Execution

Handler = Callable[..., Awaitable[Any]]
HandlerT = TypeVar("HandlerT", bound=Handler)


@dataclass(frozen=True)
class Open:
    """Anybody, without credentials."""


@dataclass(frozen=True)
class AnyUser:
    """Any user with valid credentials, also one not enabled."""


@dataclass(frozen=True)
class Enabled:
    """Any enabled user. What the answer may show is found through `Context.find` or filtered by rights."""


@dataclass(frozen=True)
class Admin:
    """Administrators."""


@dataclass(frozen=True)
class On:
    """A level on the resource that a field of the request names; the handler gets that resource."""

    kind: ResourceKind
    level: PermissionLevel
    field: str
    specific: tuple[SpecificPermission, ...] = ()


Right = Open | AnyUser | Enabled | Admin | On


@dataclass(frozen=True)
class Route:
    """A request, the right it needs, and the function that answers it."""

    request: type[Request[Any]]
    right: Right
    handler: Handler


@dataclass(frozen=True)
class Batch:
    """A batch request: runs `single` on every resource of `kind` that matches."""

    request: type[BatchExecute]
    single: type[Request[Any]]
    kind: ResourceKind
    field: str


class Routes:
    """The routes of one module, in the order they stand there."""

    def __init__(self) -> None:
        self.answers_to: list[Route] = []
        self.executions: list[Execution] = []
        self.batches: list[Batch] = []

    def answers(self, request: type[Request[Any]], right: Right) -> Callable[[HandlerT], HandlerT]:
        """The function below answers this request: `(request, ctx)`, or `(request, resource, ctx)` with On."""

        def add(handler: HandlerT) -> HandlerT:
            self.answers_to.append(Route(request, right, handler))
            return handler

        return add

    def executes(
        self,
        request: type[Request[Any]],
        operation: Operation,
        *,
        kind: ResourceKind,
        field: str,
        level: PermissionLevel = PermissionLevel.EXECUTE,
        specific: tuple[SpecificPermission, ...] = (),
        busy: str = "",
        shared: bool = False,
        lock: Callable[[Any], str] | None = None,
    ) -> Callable[[HandlerT], HandlerT]:
        """The function below is the run of this request: `(request, resource, run)`."""

        def add(function: HandlerT) -> HandlerT:
            self.executions.append(
                Execution(
                    request=request,
                    operation=operation,
                    kind=kind,
                    target=field,
                    level=level,
                    specific=specific,
                    busy=busy,
                    shared=shared,
                    lock=lock,
                    function=function,
                )
            )
            return function

        return add

    def batch(
        self,
        request: type[BatchExecute],
        single: type[Request[Any]],
        *,
        kind: ResourceKind,
        field: str,
    ) -> None:
        """Have a request run the single one on all that match."""
        self.batches.append(Batch(request, single, kind, field))


def executions_by_name(modules: Iterable[Routes]) -> dict[str, Execution]:
    """All executions by the name of their request."""
    return {
        execution.request.__name__: execution
        for routes in modules
        for execution in routes.executions
    }


def on(kind: ResourceKind, field: str) -> Callable[..., On]:
    """Shorten the rights of one kind: what comes back takes a level and makes an `On` of it."""
    return functools.partial(_on, kind, field)


def _on(
    kind: ResourceKind, field: str, level: PermissionLevel, *specific: SpecificPermission
) -> On:
    return On(kind, level, field, specific)


def collect(modules: Sequence[Routes]) -> dict[type[Request[Any]], Route | Execution | Batch]:
    """What answers each request. Raises ValueError when two do."""
    table: dict[type[Request[Any]], Route | Execution | Batch] = {}
    for routes in modules:
        for entry in (*routes.answers_to, *routes.executions, *routes.batches):
            if entry.request in table:
                raise ValueError(f"{entry.request.__name__} is answered twice")
            table[entry.request] = entry
    return table
