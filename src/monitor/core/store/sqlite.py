"""The store in SQLite files: documents, feed and keys in `state.db`, output in `output.db`."""

# ruff: noqa: S608 - names of tables and paths are checked before, values are parameters

import hashlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from msgspec import Struct

from monitor.api.ids import new_id
from monitor.core.store.database import Database
from monitor.core.store.documents import Documents
from monitor.core.store.encryption import Keyring
from monitor.core.store.feed import Feed
from monitor.core.store.migrations import MIGRATIONS, Migration
from monitor.core.store.opening import TABLE, prepare, retire_keys
from monitor.core.store.output import SqliteOutput
from monitor.core.store.paths import parse_path
from monitor.core.store.protocol import (
    Change,
    CollectionSpec,
    Conflict,
    Duplicate,
    FeedTrimmed,
    Filter,
    Missing,
    Row,
    Sort,
    StoreError,
)
from monitor.core.store.query import extract, order_by, where

T = TypeVar("T", bound=Struct)

_FEED_KEPT = 20_000
_TRIM_EVERY = 1_000


async def open_sqlite(
    directory: Path,
    specs: Sequence[CollectionSpec[Any]] = (),
    *,
    encryption_key: str | None = None,
    migrations: Sequence[Migration] = MIGRATIONS,
    guard: Callable[[sqlite3.Connection], None] | None = None,
) -> "SqliteStore":
    """Open the store in a directory; the caller holds the lease, whose `guard` checks every write.

    `specs` are needed only where migrations or a new key touch secret fields. `encryption_key`: as
    `encryption.parse_keys` reads it; without, `<directory>/keys/encryption`, made if the database
    is new. Migrates, after a backup to `<directory>/backups`. Raises WrongKey, NewerDatabase, StoreError.
    """
    keys = await prepare(directory, specs, encryption_key=encryption_key, migrations=migrations)
    return await SqliteStore.start(directory, keys, guard)


class SqliteStore:
    """A `protocol.Store`. Made by `open_sqlite`."""

    def __init__(
        self,
        directory: Path,
        keys: Keyring,
        guard: Callable[[sqlite3.Connection], None] | None = None,
    ) -> None:
        self._keys = keys
        self._collections: dict[str, SqliteCollection[Any]] = {}
        self._database = Database(
            directory / "state.db", synchronous="FULL", guard=guard, committed=self._committed
        )
        self._feed = Feed(0, self._older)
        self.output = SqliteOutput(Database(directory / "output.db", synchronous="NORMAL"))

    @classmethod
    async def start(
        cls,
        directory: Path,
        keys: Keyring,
        guard: Callable[[sqlite3.Connection], None] | None = None,
    ) -> "SqliteStore":
        """Open a prepared directory."""
        store = cls(directory, keys, guard)
        store._feed = Feed(await store._database.read(_last_seq), store._older)
        await store.output.prepare()
        return store

    def collection(self, spec: CollectionSpec[T]) -> "SqliteCollection[T]":
        """The collection of this spec; the same one for the same name."""
        known = self._collections.get(spec.name)
        if known is None:
            known = SqliteCollection(spec, Documents(spec, self._keys), self._database)
            self._collections[spec.name] = known
        elif known.spec != spec:
            raise StoreError(f"collection {spec.name} was asked for with another spec")
        return cast("SqliteCollection[T]", known)

    def changes(self, after: int | None = None) -> AsyncIterator[Change]:
        """Every committed write from now on, or from behind `after`."""
        return self._feed.follow(after)

    async def last_change(self) -> int:
        """The seq of the last committed write."""
        return self._feed.last

    async def reencrypt(self) -> int:
        """Seal anew, with the newest key, what is sealed with another. No revision changes."""
        count = 0
        for collection in self._collections.values():
            count += await collection.reencrypt()
        tables = {f"c_{name}" for name in self._collections}
        await self._database.write(lambda connection: retire_keys(connection, self._keys, tables))
        return count

    async def close(self) -> None:
        """Finish what is queued, end all readers of the feed, close the files."""
        self._feed.close()
        await self._database.close()
        await self.output.close()

    def _committed(self, results: list[Any]) -> None:
        changes = [result for result in results if isinstance(result, Change)]
        self._feed.publish(changes)

    async def _older(self, after: int) -> Sequence[Change]:
        rows = await self._database.read(lambda connection: _read_feed(connection, after))
        changes: list[Change] = []
        for seq, name, document, op, rev, text in rows:
            value = None
            if text is not None and name in self._collections:
                value = self._collections[name].documents.decode(text, document, rev).value
            changes.append(Change(seq, name, document, op, rev, value))
        return changes


class SqliteCollection(Generic[T]):
    """A `protocol.Collection`: one table `(id, rev, doc)`."""

    def __init__(
        self, spec: CollectionSpec[T], documents: Documents[T], database: Database
    ) -> None:
        if not TABLE.fullmatch(spec.name):
            raise StoreError(f"{spec.name!r} is no name for a collection")
        self.spec = spec
        self.documents = documents
        self._database = database
        self._table = f'"c_{spec.name}"'
        self._ready = False

    async def get(self, id: str) -> Row[T] | None:
        """The document, or None."""
        await self._prepare()
        found = await self._database.read(
            lambda connection: connection.execute(
                f"SELECT id, rev, doc FROM {self._table} WHERE id = ?", [id]
            ).fetchone()
        )
        return None if found is None else self.documents.decode(found[2], found[0], found[1])

    async def find(
        self, filter: Filter | None = None, *, sort: Sort = (), skip: int = 0, limit: int = 0
    ) -> list[Row[T]]:
        """The documents that match."""
        await self._prepare()
        condition, parameters = where(filter)
        sql = (
            f"SELECT id, rev, doc FROM {self._table} WHERE {condition}"
            f" ORDER BY {order_by(sort, self.spec.type)} LIMIT ? OFFSET ?"
        )
        decode = self.documents.decode
        return await self._database.read(
            lambda connection: [
                decode(text, document, rev)
                for document, rev, text in connection.execute(sql, [*parameters, limit or -1, skip])
            ]
        )

    async def count(self, filter: Filter | None = None) -> int:
        """How many documents match."""
        await self._prepare()
        condition, parameters = where(filter)
        sql = f"SELECT count(*) FROM {self._table} WHERE {condition}"
        return await self._database.read(
            lambda connection: int(connection.execute(sql, parameters).fetchone()[0])
        )

    async def insert(self, value: T, *, id: str | None = None) -> Row[T]:
        """Store a new document."""
        await self._prepare()
        document = id or self.documents.own_id(value) or new_id()
        text = self.documents.encode(value, document)
        value = self.documents.with_id(value, document)

        def do(connection: sqlite3.Connection) -> Change:
            seq = _last_seq(connection) + 1
            self._checked(
                connection,
                f"INSERT INTO {self._table} (id, rev, doc) VALUES (?, ?, ?)",
                [document, seq, text],
            )
            return self._record(
                connection, Change(seq, self.spec.name, document, "put", seq, value)
            )

        change = await self._database.write(do)
        return Row(document, change.rev, value)

    async def replace(self, id: str, value: T, *, rev: int) -> Row[T]:
        """Store a new value if the document is still at `rev`."""
        await self._prepare()
        text = self.documents.encode(value, id)
        value = self.documents.with_id(value, id)

        def do(connection: sqlite3.Connection) -> Change:
            seq = _last_seq(connection) + 1
            changed = self._checked(
                connection,
                f"UPDATE {self._table} SET rev = ?, doc = ? WHERE id = ? AND rev = ?",
                [seq, text, id, rev],
            )
            if not changed:
                found = connection.execute(
                    f"SELECT rev FROM {self._table} WHERE id = ?", [id]
                ).fetchone()
                raise Missing(id) if found is None else Conflict(id, found[0])
            return self._record(connection, Change(seq, self.spec.name, id, "put", seq, value))

        change = await self._database.write(do)
        return Row(id, change.rev, value)

    async def delete(self, id: str) -> bool:
        """Delete the document; False if there was none."""
        await self._prepare()

        def do(connection: sqlite3.Connection) -> Change | None:
            seq = _last_seq(connection) + 1
            if not connection.execute(f"DELETE FROM {self._table} WHERE id = ?", [id]).rowcount:
                return None
            return self._record(connection, Change(seq, self.spec.name, id, "delete", seq))

        return await self._database.write(do) is not None

    async def reencrypt(self) -> int:
        """Seal anew what is not sealed with the newest key; a hundred documents a transaction."""
        if not self.spec.secret:
            return 0
        await self._prepare()
        count, last = 0, ""
        while True:
            sql = f"SELECT id, doc FROM {self._table} WHERE id > ? ORDER BY id LIMIT 100"
            after = last
            rows: list[tuple[str, str]] = await self._database.read(
                lambda connection, after=after, sql=sql: connection.execute(sql, [after]).fetchall()
            )
            if not rows:
                return count
            last = rows[-1][0]
            fresh = [
                (
                    self.documents.seal(self.documents.unseal(text, document), document),
                    document,
                    text,
                )
                for document, text in rows
                if self.documents.is_stale(text)
            ]
            count += await self._database.write(
                lambda connection, fresh=fresh: (
                    connection.executemany(
                        f"UPDATE {self._table} SET doc = ? WHERE id = ? AND doc = ?", fresh
                    ).rowcount
                    if fresh
                    else 0
                )
            )

    async def _prepare(self) -> None:
        if not self._ready:
            await self._database.write(self._make)
            self._ready = True

    def _make(self, connection: sqlite3.Connection) -> None:
        """Make the table, and exactly the indexes of the spec."""
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {self._table}"
            " (id TEXT PRIMARY KEY NOT NULL, rev INTEGER NOT NULL, doc TEXT NOT NULL)"
        )
        wanted = dict(_indexes(self.spec, self._table))
        found = {
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
                " AND sql IS NOT NULL",
                [self._table.strip('"')],
            )
        }
        for name in found - wanted.keys():
            connection.execute(f'DROP INDEX "{name}"')
        for name in wanted.keys() - found:
            try:
                connection.execute(wanted[name])
            except sqlite3.IntegrityError as error:
                message = f"collection {self.spec.name} has documents with equal unique fields"
                raise StoreError(message) from error

    def _checked(self, connection: sqlite3.Connection, sql: str, parameters: list[Any]) -> int:
        try:
            return connection.execute(sql, parameters).rowcount
        except sqlite3.IntegrityError as error:
            for paths in self.spec.unique:
                if _index_name(self.spec.name, "u", paths) in str(error):
                    raise Duplicate(paths if isinstance(paths, str) else ", ".join(paths)) from None
            raise Duplicate("_id") from None

    def _record(self, connection: sqlite3.Connection, change: Change) -> Change:
        connection.execute(
            "INSERT INTO feed (seq, collection, id, op, rev) VALUES (?, ?, ?, ?, ?)",
            [change.seq, change.collection, change.id, change.op, change.rev],
        )
        if change.seq % _TRIM_EVERY == 0:
            connection.execute("DELETE FROM feed WHERE seq <= ?", [change.seq - _FEED_KEPT])
        return change


def _index_name(collection: str, kind: str, paths: str | tuple[str, ...]) -> str:
    joined = paths if isinstance(paths, str) else ",".join(paths)
    return f"{kind}_{collection}_{hashlib.sha256(joined.encode()).hexdigest()[:12]}"


def _indexes(spec: CollectionSpec[Any], table: str) -> list[tuple[str, str]]:
    made: list[tuple[str, str]] = []
    for paths in spec.unique:
        each = (paths,) if isinstance(paths, str) else paths
        name = _index_name(spec.name, "u", paths)
        made.append((name, f'CREATE UNIQUE INDEX "{name}" ON {table} ({_columns(spec, each)})'))
    for paths in spec.indexes:
        name = _index_name(spec.name, "i", paths)
        made.append((name, f'CREATE INDEX "{name}" ON {table} ({_columns(spec, paths)}, id)'))
    return made


def _columns(spec: CollectionSpec[Any], paths: Sequence[str]) -> str:
    return ", ".join(extract(parse_path(path, spec.type)) for path in paths)


def _last_seq(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'feed'").fetchone()
    return int(found[0]) if found else 0


def _read_feed(connection: sqlite3.Connection, after: int) -> list[tuple[Any, ...]]:
    """The last change of each document behind `after`, with the document as it is now."""
    connection.execute("BEGIN")
    try:
        oldest = connection.execute("SELECT min(seq) FROM feed").fetchone()[0]
        if after < (_last_seq(connection) if oldest is None else oldest - 1):
            raise FeedTrimmed(f"the change feed begins at {oldest}, asked for what follows {after}")
        rows = connection.execute(
            "SELECT max(seq), collection, id, op, rev FROM feed WHERE seq > ?"
            " GROUP BY collection, id ORDER BY max(seq)",
            [after],
        ).fetchall()
        return [(*row, _document(connection, row[1], row[2])) for row in rows]
    finally:
        connection.execute("ROLLBACK")


def _document(connection: sqlite3.Connection, collection: str, document: str) -> str | None:
    found = connection.execute(f'SELECT doc FROM "c_{collection}" WHERE id = ?', [document])
    row = found.fetchone()
    return None if row is None else str(row[0])
