"""Requests about Updates, the records of what was done: reading them, their output, and cancelling a run."""

from typing import Any, ClassVar

from msgspec import Struct

from monitor.api.base import Execute, Read
from monitor.api.marks import Count
from monitor.api.update import ListUpdatesResponse, Update


class GetUpdate(Read[Update], frozen=True, kw_only=True):
    """One Update with its logs. A step that still runs has `success: true` and its last 64 KiB so far."""

    id: str


class ListUpdates(Read[ListUpdatesResponse], frozen=True, kw_only=True):
    """Updates of what you may read, newest first, 100 a page.

    `query` is a MongoDB filter on an Update's fields, such as `{"target.type": "Server"}`; 400 where it names
    a field or an operator that there is not.
    """

    query: dict[str, Any] | None = None
    page: Count = 0


class UpdateOutputLine(Struct, frozen=True, kw_only=True):
    """One line that a run printed."""

    seq: int
    """Its number within the Update, from 1, without gaps."""
    step: int
    """The index of its step in `Update.steps`."""
    stage: str
    stream: str
    """`out`, `err`, or `sys` for what Monitor itself says."""
    ts: int
    """When it was printed, in unix milliseconds of Core's clock."""
    text: str


class UpdateOutput(Struct, frozen=True, kw_only=True):
    """A stretch of a run's output."""

    lines: tuple[UpdateOutputLine, ...]
    last: int
    """The number to pass as `after` to read on; equals the given one where there was nothing more."""
    complete: bool
    """The run has ended and nothing follows these lines."""


class GetUpdateOutput(Read[UpdateOutput], frozen=True, kw_only=True):
    """The output of a run line by line, also while it runs. Ours."""

    ours: ClassVar[bool] = True
    id: str
    after: Count = 0
    """Lines with a higher number only."""
    limit: Count = 1000
    """At most so many lines, up to 10,000."""


class CancelUpdate(Execute, frozen=True, kw_only=True):
    """Ends a run: no further step starts, the running one gets TERM, after 10 s KILL. Ours.

    Answers the Update that is being cancelled. Needs the level that starting it needed; 409 if it is complete.
    """

    ours: ClassVar[bool] = True
    id: str


REQUESTS = (
    GetUpdate,
    ListUpdates,
    GetUpdateOutput,
    CancelUpdate,
)
