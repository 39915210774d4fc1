"""What an execute request runs, what it needs, and what it locks; and how a run says that it ended early."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from monitor.api.base import Request
from monitor.api.resource import PermissionLevel, SpecificPermission
from monitor.api.target import ResourceKind
from monitor.api.update import Operation, Outcome


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One execute request. `function` is called with the request, the resource and the Run."""

    request: type[Request[Any]]
    operation: Operation
    kind: ResourceKind
    target: str
    """The request's field that refers to the resource; "" where it is the system."""
    level: PermissionLevel = PermissionLevel.EXECUTE
    specific: tuple[SpecificPermission, ...] = ()
    busy: str = ""
    """The flag in the kind's action state that is set while it runs; "" takes no lock."""
    shared: bool = False
    """Many at once: only exclusive ones keep it out, and it keeps only those out."""
    lock: Callable[[Any], str] | None = None
    """What within the resource is locked, such as a container's name; different ones run side by side."""
    function: Callable[..., Awaitable[None]]


class RunFailed(Exception):
    """A run ends without success; the message is for people. `outcome` says in which way."""

    def __init__(self, message: str, outcome: Outcome = Outcome.FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.outcome = outcome


class RunCancelled(Exception):
    """A run stops because somebody said so."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message
