"""Keys, their rotation, migrations and backups: what may go wrong when a database is opened."""

import base64
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from monitor.core.store.migrations import Migration
from monitor.core.store.protocol import CollectionSpec, NewerDatabase, StoreError, WrongKey
from monitor.core.store.sqlite import open_sqlite

from .contract import PLAINS, THINGS, Config, Plain, Thing

KEY, OTHER = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))


async def fill(directory: Path, key: str | None = None, name: str = "a") -> str:
    store = await open_sqlite(directory, (THINGS, PLAINS), encryption_key=key)
    row = await store.collection(THINGS).insert(Thing(name=name, config=Config("hush")))
    await store.collection(PLAINS).insert(Plain("p"), id="p")
    await store.close()
    return row.id


async def passkey(directory: Path, document: str, key: str | None) -> str:
    store = await open_sqlite(directory, encryption_key=key)
    row = await store.collection(THINGS).get(document)
    await store.close()
    assert row is not None
    return row.value.config.passkey


async def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    document = await fill(tmp_path)
    key = tmp_path / "keys" / "encryption"
    made = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    assert await passkey(tmp_path, document, None) == "hush"
    assert key.read_bytes() == made


async def test_a_database_that_does_not_decrypt_is_not_opened(tmp_path: Path) -> None:
    await fill(tmp_path)
    with pytest.raises(WrongKey):
        await open_sqlite(tmp_path, encryption_key=KEY)
    (tmp_path / "keys" / "encryption").unlink()
    with pytest.raises(WrongKey):
        await open_sqlite(tmp_path)
    assert not (tmp_path / "keys" / "encryption").exists()


@pytest.mark.parametrize(
    "key", ["short", "c2hvcnQ=", f"{KEY} nonsense"], ids=["short", "half", "beside one"]
)
async def test_what_is_no_key_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(StoreError, match="32 bytes"):
        await open_sqlite(tmp_path, encryption_key=key)


async def test_keys_rotate_old_ones_read_and_the_newest_writes(tmp_path: Path) -> None:
    old = await fill(tmp_path, KEY)
    new = await fill_more(tmp_path, f"{KEY}\n{OTHER}")
    both = f"{KEY},{OTHER}"
    assert await passkey(tmp_path, old, both) == "hush"
    assert await passkey(tmp_path, new, both) == "hush"
    with pytest.raises(WrongKey):
        await passkey(tmp_path, old, OTHER)
    store = await open_sqlite(tmp_path, encryption_key=both)
    row = await store.collection(THINGS).get(old)
    store.collection(PLAINS)
    assert await store.reencrypt() == 1
    assert await store.reencrypt() == 0
    assert await store.collection(THINGS).get(old) == row
    await store.close()
    assert await passkey(tmp_path, old, OTHER) == "hush"
    assert await passkey(tmp_path, new, OTHER) == "hush"
    with pytest.raises(WrongKey):
        await open_sqlite(tmp_path, encryption_key=KEY)


async def fill_more(directory: Path, key: str) -> str:
    store = await open_sqlite(directory, encryption_key=key)
    row = await store.collection(THINGS).insert(Thing(name="more", config=Config("hush")))
    await store.close()
    return row.id


class NewConfig(Struct, frozen=True):
    password: str = ""
    size: int = 0


class NewThing(Struct, frozen=True):
    title: str
    config: NewConfig = NewConfig()


NEW_THINGS = CollectionSpec("things", NewThing, unique=("title",), secret=("config.password",))


def rename(document: dict[str, Any]) -> dict[str, Any]:
    config = document["config"]
    return {"title": document["name"], "config": {"password": config["passkey"], "size": 1}}


def grow(document: dict[str, Any]) -> dict[str, Any]:
    config = document["config"]
    return document | {"config": config | {"size": config["size"] + 1}}


RENAME = Migration(1, "things", rename, secret=("config.passkey", "config.tokens.*"))
GROW = Migration(2, "things", grow)


async def test_migrations_run_once_in_order_after_a_backup(tmp_path: Path) -> None:
    document = await fill(tmp_path)
    for _ in range(2):
        store = await open_sqlite(tmp_path, (NEW_THINGS,), migrations=(RENAME, GROW))
        row = await store.collection(NEW_THINGS).get(document)
        assert row is not None
        assert row.value == NewThing("a", NewConfig("hush", 2))
        (change,) = [c async for c in limited(store.changes(2), 1)]
        assert (change.id, change.rev, change.value) == (row.id, row.rev, row.value)
        await store.close()
    assert b"hush" not in (tmp_path / "state.db").read_bytes()
    (backup,) = (tmp_path / "backups").iterdir()
    assert backup.stat().st_mode & 0o077 == 0
    assert "passkey" in sqlite3.connect(backup).execute("SELECT doc FROM c_things").fetchone()[0]


async def limited(changes: Any, count: int) -> Any:
    for _ in range(count):
        yield await anext(changes)


async def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    document = await fill(tmp_path)

    def broken(document: dict[str, Any]) -> dict[str, Any]:
        return document["nothing"]

    with pytest.raises(StoreError, match=rf"migration 2 failed on things {document}"):
        await open_sqlite(
            tmp_path, (NEW_THINGS,), migrations=(RENAME, Migration(2, "things", broken))
        )
    assert await passkey(tmp_path, document, None) == "hush"


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    await fill(tmp_path)
    await (await open_sqlite(tmp_path, (NEW_THINGS,), migrations=(RENAME, GROW))).close()
    with pytest.raises(NewerDatabase, match="version 2, this Monitor knows up to 1"):
        await open_sqlite(tmp_path, (NEW_THINGS,), migrations=(RENAME,))


async def test_a_new_database_needs_no_migration(tmp_path: Path) -> None:
    await (await open_sqlite(tmp_path, migrations=(RENAME, GROW))).close()
    assert not (tmp_path / "backups").exists()
    await (await open_sqlite(tmp_path, migrations=(RENAME, GROW))).close()
    assert not (tmp_path / "backups").exists()


async def test_misnumbered_migrations_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="numbered"):
        await open_sqlite(tmp_path, migrations=(GROW,))
