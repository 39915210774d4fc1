"""What every request has: its group, and the type of its answer as the parameter of its base."""

from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_args

from msgspec import Struct

from monitor.api.marks import accepts
from monitor.api.update import BatchExecutionResponseItem, Update

AnswerT = TypeVar("AnswerT")

Ref = str
"""An id (24 hex digits) or a name."""


class Request(Struct, Generic[AnswerT], frozen=True, kw_only=True):
    """Something a client may ask of Core. The class name is the name on the wire."""

    group: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    """Older names under which published clients send it."""
    ours: ClassVar[bool] = False
    """Not part of Komodo's contract: only our own clients know it."""


class Login(Request[AnswerT], frozen=True, kw_only=True):
    """`POST /auth/login/<name>`: needs no credentials."""

    group: ClassVar[str] = "auth/login"


class Manage(Request[AnswerT], frozen=True, kw_only=True):
    """`POST /auth/manage/<name>`: a user's own account; also for users not enabled."""

    group: ClassVar[str] = "auth/manage"


class Read(Request[AnswerT], frozen=True, kw_only=True):
    """`POST /read/<name>`: changes nothing."""

    group: ClassVar[str] = "read"


class Write(Request[AnswerT], frozen=True, kw_only=True):
    """`POST /write/<name>`: changes what Core stores."""

    group: ClassVar[str] = "write"


class Execute(Request[Update], frozen=True, kw_only=True):
    """`POST /execute/<name>`: starts a run and answers its Update at once; the run goes on."""

    group: ClassVar[str] = "execute"


class BatchExecute(Request[tuple[BatchExecutionResponseItem, ...]], frozen=True, kw_only=True):
    """`POST /execute/<name>`: one run for every resource that matches `pattern` and `tags`."""

    group: ClassVar[str] = "execute"

    pattern: str
    """Names, comma or newline separated; `*` and `?` are wildcards, `\\regex\\` is a regular expression."""
    tags: tuple[str, ...] = ()


Target = Annotated[Ref, accepts("id", "name")]


def answer_of(request: type[Request[Any]]) -> Any:
    """The type of a request's answer."""
    bases: tuple[Any, ...] = getattr(request, "__orig_bases__", ())
    return next(get_args(base)[0] for base in bases if get_args(base))
