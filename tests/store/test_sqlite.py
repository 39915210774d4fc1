"""The store in SQLite: the contract, and what is true of files alone."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from msgspec import Struct

from monitor.core.store.protocol import CollectionSpec, StoreError, parse_filter
from monitor.core.store.sqlite import SqliteStore, open_sqlite

from .contract import PLAINS, THINGS, Config, Opener, Plain, StoreContract, Thing


@pytest.fixture
def open_store(tmp_path: Path) -> Opener:
    return lambda: open_sqlite(tmp_path / "data", (THINGS, PLAINS))


class TestSqlite(StoreContract):
    """The contract."""


def files(directory: Path) -> list[Path]:
    return list(directory.rglob("state.db*"))


async def test_all_files_are_private(tmp_path: Path) -> None:
    store = await open_sqlite(tmp_path / "data")
    await store.collection(THINGS).insert(Thing(name="a"))
    await store.output.append("u", "j", [])
    for file in (tmp_path / "data").rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file
    await store.close()


async def test_many_writers_share_their_transactions(tmp_path: Path) -> None:
    groups: list[int] = []
    store = await open_sqlite(tmp_path, guard=lambda _: groups.append(1))
    things = store.collection(THINGS)
    await asyncio.gather(*(things.insert(Thing(name=f"n{n}")) for n in range(1_000)))
    assert await things.count() == 1_000
    assert len(groups) < 100
    await store.close()


async def test_a_guard_that_refuses_stops_every_write(tmp_path: Path) -> None:
    held = True

    def guard(_: sqlite3.Connection) -> None:
        if not held:
            raise StoreError("the lease is lost")

    store = await open_sqlite(tmp_path, guard=guard)
    things = store.collection(THINGS)
    await things.insert(Thing(name="a"))
    held = False
    with pytest.raises(StoreError, match="lease"):
        await things.insert(Thing(name="b"))
    assert await things.count() == 1
    await store.close()


async def test_a_write_that_was_queued_happens_though_its_caller_is_gone(tmp_path: Path) -> None:
    store = await open_sqlite(tmp_path)
    things = store.collection(THINGS)
    await things.count()
    task = asyncio.create_task(things.insert(Thing(name="a")))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.close()
    store = await open_sqlite(tmp_path)
    assert await store.collection(THINGS).count() == 1
    await store.close()


async def test_queries_use_the_indexes(tmp_path: Path) -> None:
    store = await open_sqlite(tmp_path)
    things = store.collection(THINGS)
    await asyncio.gather(*(things.insert(Thing(name=f"n{n}", at=n)) for n in range(100)))
    await store.close()
    connection = sqlite3.connect(tmp_path / "state.db")
    from monitor.core.store.query import order_by, where  # noqa: PLC0415 - of this test alone

    for query in ({"name": "n5"}, {"at": {"$gt": 90}}, {"target.type": "Server", "target.id": "x"}):
        condition, parameters = where(parse_filter(query, Thing))
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN SELECT doc FROM c_things WHERE {condition}",  # noqa: S608
            parameters,
        ).fetchall()
        assert "USING INDEX" in str(plan), (query, plan)
    newest = f"SELECT doc FROM c_things ORDER BY {order_by([('at', -1)], Thing)} LIMIT 5"  # noqa: S608
    plan = str(connection.execute(f"EXPLAIN QUERY PLAN {newest}").fetchall())
    assert "USING INDEX" in plan
    assert "TEMP B-TREE" not in plan
    connection.close()


async def test_indexes_follow_the_spec(tmp_path: Path) -> None:
    store = await open_sqlite(tmp_path)
    await store.collection(THINGS).insert(Thing(name="a", at=1))
    await store.close()
    changed = CollectionSpec("things", Thing, unique=("at",), secret=THINGS.secret)
    store = await open_sqlite(tmp_path)
    await store.collection(changed).insert(Thing(name="a", at=2))
    await store.close()
    store = await open_sqlite(tmp_path)
    with pytest.raises(StoreError, match="equal unique fields"):
        await store.collection(THINGS).count()
    await store.close()
    connection = sqlite3.connect(tmp_path / "state.db")
    names = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%INDEX%'").fetchall()
    assert len(names) == 1
    connection.close()


async def test_one_name_has_one_spec_and_names_are_plain(tmp_path: Path) -> None:
    class Other(Struct, frozen=True):
        name: str

    store: SqliteStore = await open_sqlite(tmp_path)
    assert store.collection(PLAINS) is store.collection(PLAINS)
    with pytest.raises(StoreError):
        store.collection(CollectionSpec("plains", Other))
    with pytest.raises(StoreError):
        store.collection(CollectionSpec('x" --', Plain))
    await store.close()


async def test_secrets_are_sealed_in_the_file_and_bound_to_their_place(tmp_path: Path) -> None:
    store = await open_sqlite(tmp_path)
    things = store.collection(THINGS)
    one = await things.insert(Thing(name="a", config=Config("hush-one", {"k": "hush-two"}, 1)))
    two = await things.insert(Thing(name="b", config=Config("hush-three")))
    assert (await things.get(one.id)) == one
    await store.close()
    assert b"hush" not in b"".join(file.read_bytes() for file in files(tmp_path))
    connection = sqlite3.connect(tmp_path / "state.db")
    connection.execute(
        "UPDATE c_things SET doc = (SELECT json_set(doc, '$.name', 'c') FROM c_things WHERE id = ?)"
        " WHERE id = ?",
        [two.id, one.id],
    )
    connection.commit()
    connection.close()
    store = await open_sqlite(tmp_path)
    with pytest.raises(StoreError, match="does not decrypt"):
        await store.collection(THINGS).get(one.id)
    await store.close()
