"""What happens before a database is used: its schema, the check of the keys, a backup, migrations."""

# ruff: noqa: S608 - names of tables and paths are checked before, values are parameters

import asyncio
import re
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from msgspec import Struct, structs

from monitor.core.store.database import connect
from monitor.core.store.documents import Documents
from monitor.core.store.encryption import Keyring, keyring, sealed_with
from monitor.core.store.migrations import Migration, pending, version_of
from monitor.core.store.protocol import CollectionSpec, StoreError, WrongKey

TABLE = re.compile(r"[a-z][a-z0-9_]{0,40}")
_BACKUPS_KEPT = 5
_CANARY = b"this database can be decrypted"
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS feed (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, id TEXT NOT NULL,
        op TEXT NOT NULL, rev INTEGER NOT NULL)""",
)


class _Any(Struct):
    """Stands for the type of a collection whose spec is not at hand."""


async def prepare(
    directory: Path,
    specs: Sequence[CollectionSpec[Any]],
    *,
    encryption_key: str | None,
    migrations: Sequence[Migration],
) -> Keyring:
    """Make `state.db` ready for use; answers the keys that it is used with.

    Raises NewerDatabase, WrongKey, StoreError (also for a migration that fails; nothing changes then).
    """
    return await asyncio.to_thread(_prepare, directory, specs, encryption_key, migrations)


def _prepare(
    directory: Path,
    specs: Sequence[CollectionSpec[Any]],
    encryption_key: str | None,
    migrations: Sequence[Migration],
) -> Keyring:
    newest = version_of(migrations)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with closing(connect(directory / "state.db", synchronous="FULL")) as connection:
        fresh = not _tables(connection) & {"meta"}
        needed = () if fresh else pending(migrations, _version(connection))
        canaries = {} if fresh else _canaries(connection)
        keys = keyring(directory / "keys" / "encryption", given=encryption_key, create=not canaries)
        _check(canaries, keys)
        if needed:
            _back_up(connection, directory / "backups", _version(connection))
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in _SCHEMA:
                connection.execute(statement)
            _add_canary(connection, keys, canaries)
            for migration in needed:
                _migrate(connection, migration, _spec_for(migration, specs), keys)
            _set(connection, "version", str(newest))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        return keys


def _tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


def _version(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    return int(found[0]) if found else 0


def _set(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [key, value])


def _canaries(connection: sqlite3.Connection) -> dict[str, str]:
    """One sealed known text for each key that the database was ever written with."""
    rows = connection.execute("SELECT key, value FROM meta WHERE key LIKE 'canary:%'")
    return dict(cast("Iterable[tuple[str, str]]", rows))


def _check(canaries: dict[str, str], keys: Keyring) -> None:
    for name, sealed in canaries.items():
        if sealed_with(sealed) not in keys.ids:
            raise WrongKey(
                f"the database holds values encrypted with the key {sealed_with(sealed)}, "
                "which is not among the encryption keys given"
            )
        if keys.decrypt(sealed, name) != _CANARY:
            raise WrongKey("the encryption key does not fit the database")


def _add_canary(connection: sqlite3.Connection, keys: Keyring, canaries: dict[str, str]) -> None:
    name = f"canary:{keys.newest}"
    if name not in canaries:
        _set(connection, name, keys.encrypt(_CANARY, name))


def retire_keys(connection: sqlite3.Connection, keys: Keyring, current: set[str]) -> None:
    """Need no key but the newest any more, if these are all tables and hold nothing sealed with others."""
    if {table for table in _tables(connection) if table.startswith("c_")} <= current:
        connection.execute(
            "DELETE FROM meta WHERE key LIKE 'canary:%' AND key != ?", [f"canary:{keys.newest}"]
        )


def _spec_for(migration: Migration, specs: Sequence[CollectionSpec[Any]]) -> CollectionSpec[Any]:
    for spec in specs:
        if spec.name == migration.collection:
            return spec
    if not TABLE.fullmatch(migration.collection):
        raise StoreError(f"{migration.collection!r} is no name for a collection")
    return CollectionSpec(migration.collection, _Any)


def _migrate(
    connection: sqlite3.Connection, migration: Migration, spec: CollectionSpec[Any], keys: Keyring
) -> None:
    table = f"c_{spec.name}"
    if table not in _tables(connection):
        return
    before = structs.replace(spec, secret=tuple(dict.fromkeys((*spec.secret, *migration.secret))))
    old, new = Documents(before, keys), Documents(spec, keys)
    rows = connection.execute(f'SELECT id, doc FROM "{table}"').fetchall()
    for document, text in rows:
        try:
            changed = new.seal(migration.change(old.unseal(text, document)), document)
        except Exception as error:
            raise StoreError(
                f"migration {migration.number} failed on {spec.name} {document}: {error!r}"
            ) from error
        if changed == text:
            continue
        cursor = connection.execute(
            "INSERT INTO feed (collection, id, op, rev) VALUES (?, ?, 'put', 0)",
            [spec.name, document],
        )
        seq = cursor.lastrowid
        connection.execute("UPDATE feed SET rev = seq WHERE seq = ?", [seq])
        connection.execute(
            f'UPDATE "{table}" SET rev = ?, doc = ? WHERE id = ?', [seq, changed, document]
        )


def _back_up(connection: sqlite3.Connection, directory: Path, version: int) -> None:
    directory.mkdir(exist_ok=True, mode=0o700)
    stamp = time.strftime("%Y-%m-%d_%H-%M-%S", time.gmtime())
    file = directory / f"state-v{version}-{stamp}.db"
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with closing(sqlite3.connect(part)) as copy:
        connection.backup(copy)
    part.replace(file)
    for old in sorted(directory.glob("state-v*.db"), key=_age)[:-_BACKUPS_KEPT]:
        old.unlink()


def _age(file: Path) -> float:
    return file.stat().st_mtime
