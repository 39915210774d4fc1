"""What Core asks of a database: typed collections with compare-and-set, a change feed, and output kept apart.

Implementations are proven by `tests/store/contract.py`. Documents are the JSON (wire) form of their
Struct; a field `_id` of type `monitor.api.ids.Oid` always equals the row's id.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Generic, Literal, Protocol, TypeVar

from msgspec import Struct

from monitor.core.store.filter import BadFilter, Filter, parse_filter

__all__ = [
    "BadFilter",
    "Change",
    "Collection",
    "CollectionSpec",
    "Conflict",
    "Duplicate",
    "FeedTrimmed",
    "Filter",
    "Line",
    "Missing",
    "NewerDatabase",
    "Output",
    "Row",
    "Sort",
    "Store",
    "StoreError",
    "StoredLine",
    "TooSlow",
    "WrongKey",
    "edit",
    "parse_filter",
]

T = TypeVar("T", bound=Struct)
Sort = Sequence[tuple[str, Literal[1, -1]]]


class StoreError(Exception):
    """Something the store refuses or cannot do; the subclasses say what."""


class Duplicate(StoreError):
    """Another document has the same value in a unique field. `field` is its dotted path (or `_id`)."""

    def __init__(self, field: str) -> None:
        super().__init__(f"another document has the same {field}")
        self.field = field


class Conflict(StoreError):
    """The document was changed since it was read. `rev` is its revision now."""

    def __init__(self, document: str, rev: int) -> None:
        super().__init__(f"{document} was changed meanwhile")
        self.id = document
        self.rev = rev


class Missing(StoreError):
    """There is no document with this id."""

    def __init__(self, document: str) -> None:
        super().__init__(f"there is no document {document}")
        self.id = document


class FeedTrimmed(StoreError):
    """The change feed no longer reaches back that far: read the collections again, then follow."""


class TooSlow(StoreError):
    """A read took longer than the store allows one to."""


class WrongKey(StoreError):
    """The database holds secrets that the encryption keys at hand cannot decrypt."""


class NewerDatabase(StoreError):
    """The database was written by a newer version of Monitor."""


class Row(Struct, Generic[T], frozen=True):
    """A stored document. `rev` grows with every write and never comes twice for one id."""

    id: str
    rev: int
    value: T


class Change(Struct, frozen=True):
    """A committed write: `value` is the document as its collection's type, None when deleted.

    `seq` grows by commit over all collections, possibly with gaps.
    """

    seq: int
    collection: str
    id: str
    op: Literal["put", "delete"]
    rev: int
    value: Any = None


class CollectionSpec(Struct, Generic[T], frozen=True):
    """What a collection holds and how.

    `unique`: dotted paths, or tuples of them, of which no two documents have the same value (null is
    not compared). `indexes`: tuples of dotted paths to find and sort by. `secret`: dotted paths whose
    values are encrypted at rest (`*` stands for every key or element); they cannot be filtered by.
    """

    name: str
    type: type[T]
    unique: tuple[str | tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    secret: tuple[str, ...] = ()


class Collection(Protocol[T]):
    """Documents of one type. Every write is acknowledged when it is durable."""

    async def get(self, id: str) -> Row[T] | None:
        """The document, or None. Own acknowledged writes are always seen."""
        ...

    async def find(
        self,
        filter: Filter | None = None,
        *,
        sort: Sort = (),
        skip: int = 0,
        limit: int = 0,
    ) -> list[Row[T]]:
        """The documents that match, sorted (ties, and everything without a sort, by id). Limit 0 is all.

        Raises BadFilter for a sort path the type does not have, TooSlow.
        """
        ...

    async def count(self, filter: Filter | None = None) -> int:
        """How many documents match. Raises TooSlow."""
        ...

    async def insert(self, value: T, *, id: str | None = None) -> Row[T]:
        """Store a new document under the given id, the value's `_id`, or a new id. Raises Duplicate."""
        ...

    async def replace(self, id: str, value: T, *, rev: int) -> Row[T]:
        """Store a new value if the document is still at `rev`. Raises Conflict, Missing, Duplicate."""
        ...

    async def delete(self, id: str) -> bool:
        """Delete the document; False if there was none."""
        ...


class Line(Struct, frozen=True):
    """One line of a job's output. `seq` counts from 1 within the job, `ts` is unix milliseconds."""

    seq: int
    ts: int
    stage: str
    stream: Literal["out", "err", "sys"]
    text: str


class StoredLine(Struct, frozen=True):
    """A line with its place: `pos` grows over all jobs of the Update, possibly with gaps."""

    pos: int
    job: str
    seq: int
    ts: int
    stage: str
    stream: Literal["out", "err", "sys"]
    text: str


class Output(Protocol):
    """What jobs printed, apart from the documents: lines of (Update id, job name), written once."""

    async def append(self, update: str, job: str, lines: Sequence[Line]) -> list[StoredLine]:
        """Store lines in the order of their seq; answers those that were new.

        Lines up to the job's last stored seq are taken as repeats and dropped, so appending again what
        was appended changes nothing.
        """
        ...

    async def last_seq(self, update: str, job: str) -> int:
        """The seq of the job's last stored line, also when it was cut out since; 0 if there is none."""
        ...

    async def read(
        self, update: str, *, job: str | None = None, after: int = 0, limit: int = 10_000
    ) -> list[StoredLine]:
        """Lines of an Update (or of one of its jobs) with `pos` greater than `after`, in order."""
        ...

    async def tail(
        self, update: str, *, job: str | None = None, max_chars: int = 65_536
    ) -> list[StoredLine]:
        """The last lines, in order, of together at most `max_chars` characters (at least one line)."""
        ...

    async def jobs(self, update: str) -> list[str]:
        """The names of the Update's jobs that printed anything, in order of their first line."""
        ...

    async def cut(self, update: str, job: str, first: int, last: int) -> int:
        """Remove the job's lines with seq from `first` to `last`; answers how many there were."""
        ...

    async def delete(self, update: str) -> bool:
        """Forget all output of an Update; False if there was none."""
        ...

    async def prune(self, before_ms: int) -> int:
        """Forget all output of Updates whose last line is older; answers how many Updates that were."""
        ...


class Store(Protocol):
    """A database, open for as long as this Core is the one that writes."""

    @property
    def output(self) -> Output:
        """What jobs printed."""
        ...

    def collection(self, spec: CollectionSpec[T]) -> Collection[T]:
        """The collection of this spec. Its tables and indexes are made at its first use."""
        ...

    def changes(self, after: int | None = None) -> AsyncIterator[Change]:
        """Every committed write from now on, in order, or from behind seq `after`; ends with the store.

        "Now" is the moment of this call. Catching up gives each document's latest change alone.
        Changes of collections that were not asked for carry no value. Raises FeedTrimmed when
        `after` is too old, or the reader fell too far behind.
        """
        ...

    async def last_change(self) -> int:
        """The seq of the last committed write, for `changes(after)`; 0 if there is none."""
        ...

    async def reencrypt(self) -> int:
        """Encrypt anew what was encrypted with an older key; answers how many documents were."""
        ...

    async def close(self) -> None:
        """Finish what is queued and let go of the database. Idempotent."""
        ...


async def edit(
    collection: Collection[T],
    id: str,
    change: Callable[[T], T | Awaitable[T]],
) -> Row[T]:
    """Replace a document with what `change` makes of it, again when somebody else was faster.

    Raises Missing, Duplicate, and Conflict after 20 tries.
    """
    for attempt in range(20):
        row = await collection.get(id)
        if row is None:
            raise Missing(id)
        value = change(row.value)
        if isinstance(value, Awaitable):
            value = await value
        try:
            return await collection.replace(id, value, rev=row.rev)
        except Conflict:
            if attempt == 19:  # noqa: PLR2004 - the last try
                raise
    raise AssertionError
