"""What every implementation of the store has to do. A subclass gives the fixture `open_store`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum
from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType, field, structs

from monitor.api.ids import Oid, is_id
from monitor.core.store.protocol import (
    BadFilter,
    Change,
    CollectionSpec,
    Conflict,
    Duplicate,
    FeedTrimmed,
    Line,
    Missing,
    Store,
    StoreError,
    edit,
    parse_filter,
)


class Kind(StrEnum):
    SERVER = "Server"
    BUILD = "Build"


class Target(Struct, frozen=True):
    type: Kind
    id: str


class Config(Struct, frozen=True):
    passkey: str = ""
    tokens: dict[str, str] = {}
    size: int = 0


class Thing(Struct, frozen=True, kw_only=True):
    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    name: str
    at: int | None = None
    tags: list[str] = []
    target: Target | None = None
    config: Config = Config()


class Plain(Struct, frozen=True):
    name: str
    owner: str = ""


THINGS = CollectionSpec(
    "things",
    Thing,
    unique=("name",),
    indexes=(("at",), ("target.type", "target.id")),
    secret=("config.passkey", "config.tokens.*"),
)
PLAINS = CollectionSpec("plains", Plain, unique=(("owner", "name"),))

Opener = Callable[[], Awaitable[Store]]


def query(document: dict[str, Any], root: type = Thing) -> Any:
    return parse_filter(document, root)


async def take(changes: AsyncIterator[Change], count: int) -> list[Change]:
    async with asyncio.timeout(10):
        return [await anext(changes) for _ in range(count)]


async def read_all(changes: AsyncIterator[Change]) -> list[Change]:
    return [change async for change in changes]


def line(seq: int, text: str = "", *, stage: str = "Pull", ts: int = 1_700_000_000_000) -> Line:
    return Line(seq, ts, stage, "out", text or f"line {seq}")


class StoreContract:
    """Opened anew, the store is the same database again."""

    @pytest.fixture
    async def store(self, open_store: Opener) -> AsyncIterator[Store]:
        store = await open_store()
        yield store
        await store.close()

    async def test_a_document_comes_back_as_it_was_stored(self, store: Store) -> None:
        things = store.collection(THINGS)
        value = Thing(
            name="wéb \U0001f600",
            at=5,
            tags=["a"],
            target=Target(Kind.SERVER, "s"),
            config=Config("hush", {"x": "y"}, 3),
        )
        row = await things.insert(value)
        assert is_id(row.id)
        assert row.value == structs.replace(value, oid=Oid(row.id))
        assert await things.get(row.id) == row
        assert await things.find() == [row]
        assert await things.get("0" * 24) is None

    async def test_the_id_is_the_one_given_or_the_one_the_value_carries(self, store: Store) -> None:
        things = store.collection(THINGS)
        given = await things.insert(Thing(name="a"), id="a" * 24)
        carried = await things.insert(Thing(name="b", oid=Oid("b" * 24)))
        assert (given.id, given.value.oid) == ("a" * 24, Oid("a" * 24))
        assert carried.id == "b" * 24
        with pytest.raises(Duplicate) as refused:
            await things.insert(Thing(name="c"), id="a" * 24)
        assert refused.value.field == "_id"

    async def test_a_type_without_id_keeps_it_in_the_row(self, store: Store) -> None:
        plains = store.collection(PLAINS)
        row = await plains.insert(Plain("x"), id="lock-1")
        assert row.id == "lock-1"
        assert await plains.get("lock-1") == row
        assert await plains.find(query({"_id": "lock-1"}, Plain)) == [row]

    async def test_replace_is_compare_and_set(self, store: Store) -> None:
        things = store.collection(THINGS)
        first = await things.insert(Thing(name="a"))
        second = await things.replace(first.id, Thing(name="b"), rev=first.rev)
        assert second.rev > first.rev
        with pytest.raises(Conflict) as conflict:
            await things.replace(first.id, Thing(name="c"), rev=first.rev)
        assert conflict.value.rev == second.rev
        with pytest.raises(Missing):
            await things.replace("0" * 24, Thing(name="c"), rev=1)
        assert await things.get(first.id) == second

    async def test_a_deleted_and_made_again_document_is_another_one(self, store: Store) -> None:
        plains = store.collection(PLAINS)
        first = await plains.insert(Plain("a"), id="one")
        assert await plains.delete("one")
        assert not await plains.delete("one")
        second = await plains.insert(Plain("b"), id="one")
        with pytest.raises(Conflict):
            await plains.replace("one", Plain("c"), rev=first.rev)
        assert await plains.get("one") == second

    async def test_of_many_that_replace_at_once_one_wins(self, store: Store) -> None:
        things = store.collection(THINGS)
        row = await things.insert(Thing(name="a", at=0))
        results = await asyncio.gather(
            *(things.replace(row.id, Thing(name="a", at=n), rev=row.rev) for n in range(50)),
            return_exceptions=True,
        )
        assert sum(not isinstance(result, Exception) for result in results) == 1
        assert sum(isinstance(result, Conflict) for result in results) == 49

    async def test_edit_tries_again_until_nobody_was_faster(self, store: Store) -> None:
        things = store.collection(THINGS)
        row = await things.insert(Thing(name="a", at=0))

        def more(thing: Thing) -> Thing:
            return structs.replace(thing, at=(thing.at or 0) + 1)

        await asyncio.gather(*(edit(things, row.id, more) for _ in range(10)))
        found = await things.get(row.id)
        assert found is not None
        assert found.value.at == 10
        with pytest.raises(Missing):
            await edit(things, "0" * 24, more)

    async def test_unique_fields_are_unique_and_null_is_not_compared(self, store: Store) -> None:
        things, plains = store.collection(THINGS), store.collection(PLAINS)
        await things.insert(Thing(name="a"))
        other = await things.insert(Thing(name="b"))
        results = await asyncio.gather(
            things.insert(Thing(name="a")),
            things.insert(Thing(name="c")),
            things.replace(other.id, Thing(name="a"), rev=other.rev),
            return_exceptions=True,
        )
        assert [type(result).__name__ for result in results] == ["Duplicate", "Row", "Duplicate"]
        assert isinstance(results[0], Duplicate)
        assert results[0].field == "name"
        await plains.insert(Plain("a", "x"))
        await plains.insert(Plain("a", "y"))
        with pytest.raises(Duplicate) as refused:
            await plains.insert(Plain("a", "x"))
        assert refused.value.field == "owner, name"
        assert await things.count() == 3

    async def test_documents_are_found_sorted_and_paged(self, store: Store) -> None:
        things = store.collection(THINGS)
        for n in range(10):
            target = Target(Kind.SERVER if n % 2 else Kind.BUILD, f"t{n}")
            await things.insert(
                Thing(
                    name=f"n{n}", at=None if n == 3 else n // 2, tags=[f"g{n % 3}"], target=target
                ),
                id=f"{n:024x}",
            )

        async def names(document: dict[str, Any], **options: Any) -> list[str]:
            found = await things.find(query(document), **options)
            return [row.value.name for row in found]

        assert await names({}) == [f"n{n}" for n in range(10)]
        assert await names({}, sort=[("at", 1)], limit=3) == ["n3", "n0", "n1"]
        assert await names({}, sort=[("at", -1)], limit=3) == ["n9", "n8", "n7"]
        assert await names({}, sort=[("at", -1)], skip=8) == ["n0", "n3"]
        assert await names({"target.type": "Server"}, sort=[("name", -1)]) == [
            "n9",
            "n7",
            "n5",
            "n3",
            "n1",
        ]
        assert await names({"target.type": "Server", "target.id": "t5"}) == ["n5"]
        assert await names({"at": None}) == ["n3"]
        assert await names({"tags": "g0", "at": {"$gte": 3}}) == ["n6", "n9"]
        assert await names({"$or": [{"name": "n1"}, {"name": {"$regex": "8"}}]}) == ["n1", "n8"]
        assert await names({"_id": {"$in": [f"{2:024x}", {"$oid": f"{4:024x}"}]}}) == ["n2", "n4"]
        assert await things.count(query({"at": {"$lt": 2}})) == 3
        with pytest.raises(BadFilter):
            await names({}, sort=[("nothing", 1)])

    async def test_a_filter_of_our_own_may_be_very_large(self, store: Store) -> None:
        things = store.collection(THINGS)
        row = await things.insert(Thing(name="n7", at=7, tags=["t9"]))
        for wanted in (
            {"_id": {"$in": [f"{n:024x}" for n in range(50_000)] + [row.id]}},
            {"name": {"$in": [f"n{n}" for n in range(50_000)]}, "at": {"$in": list(range(500))}},
            {"tags": {"$in": [f"t{n}" for n in range(50_000)]}},
        ):
            found = await things.find(parse_filter(wanted, Thing, own=True))
            assert [f.id for f in found] == [row.id]
            with pytest.raises(BadFilter):
                parse_filter(wanted, Thing)
        many = {"name": {"$nin": [f"n{n}" for n in range(500)]}}
        assert await things.count(query(many)) == 0

    async def test_changes_come_in_order_and_at_once(self, store: Store) -> None:
        things = store.collection(THINGS)
        changes = store.changes()
        row = await things.insert(Thing(name="a"))
        new = await things.replace(row.id, Thing(name="b"), rev=row.rev)
        await things.delete(row.id)
        with contextlib.suppress(Conflict, Missing):
            await things.replace(row.id, Thing(name="c"), rev=1)
        last = await things.insert(Thing(name="d"))
        found = await take(changes, 4)
        assert [(c.op, c.id, c.value) for c in found] == [
            ("put", row.id, row.value),
            ("put", row.id, new.value),
            ("delete", row.id, None),
            ("put", last.id, last.value),
        ]
        assert {c.collection for c in found} == {"things"}
        assert [c.seq for c in found] == sorted({c.seq for c in found})
        assert found[-1].rev == last.rev
        assert await store.last_change() == found[-1].seq

    async def test_a_change_is_announced_before_its_writer_goes_on(self, store: Store) -> None:
        things = store.collection(THINGS)
        changes = store.changes()
        for n in range(20):
            await things.insert(Thing(name=f"n{n}"))
            async with asyncio.timeout(0.1):
                assert (await anext(changes)).value.name == f"n{n}"

    async def test_the_feed_resumes_where_a_reader_was(self, open_store: Opener) -> None:
        store = await open_store()
        things = store.collection(THINGS)
        a = await things.insert(Thing(name="a"))
        seen = await store.last_change()
        b = await things.insert(Thing(name="b"))
        b = await things.replace(b.id, Thing(name="b2"), rev=b.rev)
        await things.delete(a.id)
        await store.close()
        store = await open_store()
        things = store.collection(THINGS)
        changes = store.changes(seen)
        c = await things.insert(Thing(name="c"))
        found = await take(changes, 3)
        assert [(f.op, f.id, f.value) for f in found] == [
            ("put", b.id, b.value),
            ("delete", a.id, None),
            ("put", c.id, c.value),
        ]
        await store.close()

    async def test_a_slow_reader_catches_up_and_one_far_behind_is_told(self, store: Store) -> None:
        things = store.collection(THINGS)
        slow = store.changes(0)
        row = await things.insert(Thing(name="a", at=0))
        assert (await anext(slow)).value.at == 0
        for batch in range(25):
            await asyncio.gather(*(things.insert(Thing(name=f"{batch} {n}")) for n in range(1_000)))
            if batch == 6:
                assert len(await take(slow, 7_000)) == 7_000
        with pytest.raises(FeedTrimmed):
            await take(store.changes(0), 1)
        assert await things.get(row.id) == row

    async def test_closing_ends_the_readers_and_refuses_further_work(
        self, open_store: Opener
    ) -> None:
        store = await open_store()
        things = store.collection(THINGS)
        reader = asyncio.create_task(take(store.changes(), 1))
        everything = asyncio.create_task(read_all(store.changes()))
        writers = [asyncio.create_task(things.insert(Thing(name=f"n{n}"))) for n in range(20)]
        await asyncio.gather(*writers)
        await store.close()
        await store.close()
        assert (await reader)[0].value.name == "n0"
        assert len(await everything) == 20
        with pytest.raises(StoreError):
            await things.insert(Thing(name="late"))

    async def test_output_is_stored_once_in_order(self, store: Store) -> None:
        output = store.output
        assert await output.last_seq("u1", "build") == 0
        first = await output.append("u1", "build", [line(1), line(2)])
        assert [(s.job, s.seq, s.text) for s in first] == [
            ("build", 1, "line 1"),
            ("build", 2, "line 2"),
        ]
        again = await output.append("u1", "build", [line(1), line(2), line(3)])
        assert [s.seq for s in again] == [3]
        assert await output.append("u1", "build", [line(2)]) == []
        await output.append("u1", "push", [line(1, "p", stage="Push")])
        await output.append("u2", "build", [line(7)])
        await output.append("u1", "build", [line(4)])
        found = await output.read("u1")
        assert [(s.job, s.seq) for s in found] == [
            ("build", 1),
            ("build", 2),
            ("build", 3),
            ("push", 1),
            ("build", 4),
        ]
        assert [s.pos for s in found] == sorted({s.pos for s in found})
        assert found[:2] == first
        assert await output.read("u1", job="push") == found[3:4]
        assert await output.read("u1", after=found[1].pos, limit=2) == found[2:4]
        assert await output.last_seq("u1", "build") == 4
        assert await output.last_seq("u2", "build") == 7
        assert await output.jobs("u1") == ["build", "push"]

    async def test_the_tail_of_output_has_a_size(self, store: Store) -> None:
        output = store.output
        await output.append("u", "j", [line(n, f"{n:09}") for n in range(1, 101)])
        assert [s.seq for s in await output.tail("u", max_chars=35)] == [98, 99, 100]
        assert [s.seq for s in await output.tail("u", job="j", max_chars=1)] == [100]
        assert len(await output.tail("u")) == 100
        assert await output.tail("nothing") == []

    async def test_output_is_cut_deleted_and_pruned(self, store: Store) -> None:
        output = store.output
        await output.append("u", "j", [line(n) for n in range(1, 11)])
        await output.append("u", "other", [line(n) for n in range(1, 11)])
        assert await output.cut("u", "j", 3, 12) == 8
        assert [s.seq for s in await output.read("u", job="j")] == [1, 2]
        assert await output.last_seq("u", "j") == 10
        assert len(await output.read("u", job="other")) == 10
        assert await output.delete("u")
        assert not await output.delete("u")
        assert await output.read("u") == []
        for n in range(45):
            await output.append(f"u{n}", "j", [line(1)])
        assert await output.prune(1_000) == 0
        assert await output.prune(2**53) == 45
        assert await output.read("u7") == []

    async def test_output_keeps_odd_text(self, store: Store) -> None:
        texts = ["", "\0 nul", "\x1b[31mred\x1b[0m", "wéb \U0001f600", "x" * 100_000]
        await store.output.append(
            "u", "j", [Line(n + 1, 0, "", "err", t) for n, t in enumerate(texts)]
        )
        assert [s.text for s in await store.output.read("u")] == texts
