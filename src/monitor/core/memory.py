"""Reading is memory: whole collections kept as they are in the store, updated from its change feed alone."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from monitor.core.store.protocol import Change, Collection, CollectionSpec, Row, Store

T = TypeVar("T", bound=Struct)
Listener = Callable[[Change, Row[Any] | None], None]


class Table(Generic[T]):
    """One collection in memory. Writes go to the store and are awaited until the feed brings them back."""

    def __init__(self, spec: CollectionSpec[T], collection: Collection[T]) -> None:
        self.spec = spec
        self.collection = collection
        self.rows: dict[str, Row[T]] = {}
        self._by_name: dict[str, str] = {}
        self._name = next((path for path in spec.unique if isinstance(path, str)), "")
        self._seen: dict[str, int] = {}
        self._waiting: list[tuple[str, int, asyncio.Future[None]]] = []

    def get(self, id_or_name: str) -> Row[T] | None:
        """By id, else by name."""
        row = self.rows.get(id_or_name)
        if row is None and (found := self._by_name.get(id_or_name)) is not None:
            row = self.rows.get(found)
        return row

    def values(self) -> Iterator[T]:
        """All documents, in no order."""
        return (row.value for row in self.rows.values())

    async def load(self) -> None:
        """Read the whole collection."""
        self.rows = {row.id: row for row in await self.collection.find()}
        self._by_name = {self._name_of(row.value): row.id for row in self.rows.values()}

    async def insert(self, value: T, *, id: str | None = None) -> Row[T]:
        """Store a new document. Raises Duplicate."""
        return await self._back(await self.collection.insert(value, id=id))

    async def edit(self, id: str, change: Callable[[T], T]) -> Row[T]:
        """Store what `change` makes of the document. Raises Missing, Duplicate, Conflict."""
        from monitor.core.store.protocol import edit  # noqa: PLC0415 - shares the name

        return await self._back(await edit(self.collection, id, change))

    async def delete(self, id: str) -> bool:
        """Delete the document; False if there was none."""
        was = self.rows.get(id)
        gone = await self.collection.delete(id)
        if gone and was is not None:
            await self._until(id, was.rev + 1)
        return gone

    def apply(self, change: Change) -> Row[T] | None:
        """Take a change of the feed; answers the row as it was."""
        was = self.rows.get(change.id)
        if was is not None:
            self._by_name.pop(self._name_of(was.value), None)
        if change.op == "put":
            row: Row[T] = Row(change.id, change.rev, change.value)
            self.rows[change.id] = row
            self._by_name[self._name_of(row.value)] = row.id
        else:
            self.rows.pop(change.id, None)
        self._seen[change.id] = change.rev
        self._wake(change.id, change.rev)
        return was

    def _name_of(self, value: T) -> str:
        return getattr(value, self._name, "") if self._name else ""

    async def _back(self, row: Row[T]) -> Row[T]:
        await self._until(row.id, row.rev)
        return row

    async def _until(self, id: str, rev: int) -> None:
        if self._seen.get(id, 0) >= rev:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((id, rev, future))
        await asyncio.wait_for(future, 30)

    def _wake(self, id: str, rev: int) -> None:
        for entry in [w for w in self._waiting if w[0] == id and w[1] <= rev]:
            self._waiting.remove(entry)
            if not entry[2].done():
                entry[2].set_result(None)


class Memory:
    """The tables, and the one task that follows the feed."""

    def __init__(self, store: Store, specs: Sequence[CollectionSpec[Any]]) -> None:
        self._store = store
        self._tables: dict[str, Table[Any]] = {
            spec.name: Table(spec, store.collection(spec)) for spec in specs
        }
        self._listeners: list[tuple[str, Listener]] = []
        self._after = 0

    def table(self, spec: CollectionSpec[T]) -> Table[T]:
        """The table of a collection."""
        return self._tables[spec.name]

    def listen(self, spec: CollectionSpec[Any], listener: Listener) -> None:
        """Call `listener(change, row before)` after each change of the collection was taken."""
        self._listeners.append((spec.name, listener))

    async def load(self) -> None:
        """Read all tables, as of one place in the feed that `run` goes on from."""
        self._after = await self._store.last_change()
        for table in self._tables.values():
            await table.load()

    async def run(self) -> None:
        """Follow the feed for as long as the store is open."""
        async for change in self._store.changes(self._after):
            table = self._tables.get(change.collection)
            if table is None:
                continue
            was = table.apply(change)
            for name, listener in self._listeners:
                if name == change.collection:
                    listener(change, was)
