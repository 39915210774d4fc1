"""Filters: what is taken, what is refused, and that SQL and the pure function agree on every document."""

import json
import sqlite3
from enum import StrEnum
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.ids import Oid
from monitor.core.store.filter import BadFilter, all_of, matches, parse_filter
from monitor.core.store.query import order_by, where


class Kind(StrEnum):
    SERVER = "Server"
    BUILD = "Build"


class Target(Struct, frozen=True):
    type: Kind
    id: str


class Step(Struct, frozen=True):
    stage: str
    success: bool
    tags: list[str] = []


class Local(Struct, frozen=True, tag_field="type", tag="Local"):
    data: dict[str, str]


class Remote(Struct, frozen=True, tag_field="type", tag="Remote"):
    data: Target


class Document(Struct, frozen=True, kw_only=True):
    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    name: str = ""
    count: int = 0
    ratio: float | None = None
    done: bool = False
    target: Target | None = None
    steps: list[Step] = []
    tags: tuple[str, ...] | None = None
    levels: dict[str, Target] = {}
    config: Local | Remote | None = None
    free: Any = None
    secret: dict[str, str] = {}


def accepts(query: dict[str, Any], document: Document) -> bool:
    return matches(parse_filter(query, Document), msgspec.to_builtins(document))


ONE = Document(
    oid=Oid("0123456789abcdef01234567"),
    name="web.1",
    count=3,
    target=Target(Kind.SERVER, "s1"),
    steps=[Step("Pull", success=True, tags=["a"]), Step("Run", success=False)],
    tags=("x", "y"),
    levels={"Server": Target(Kind.BUILD, "b1")},
    config=Local({"password": "p"}),
)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"name": "web.1"},
        {"_id": "0123456789abcdef01234567"},
        {"_id": {"$oid": "0123456789abcdef01234567"}},
        {"_id": {"$in": [{"$oid": "0123456789abcdef01234567"}]}},
        {"name": {"$in": ["web.1", "other"]}},
        {"name": {"$nin": ["other"]}},
        {"count": 3.0},
        {"count": {"$gt": 2, "$lte": 3.5}},
        {"ratio": None},
        {"ratio": {"$exists": False}},
        {"ratio": {"$ne": 1}},
        {"target.type": "Server", "target.id": {"$ne": "s2"}},
        {"steps.stage": "Run"},
        {"steps.success": True},
        {"steps.tags": "a"},
        {"tags": "y"},
        {"tags": {"$exists": True}},
        {"levels.Server.id": "b1"},
        {"levels.Stack.id": None},
        {"config.type": "Local"},
        {"config.data.password": {"$regex": "^p"}},
        {"name": {"$regex": r"b\.1"}},
        {"name": {"$regex": "^web"}},
        {"$or": [{"name": "x"}, {"$and": [{"count": 3}, {"done": False}]}]},
        {"$nor": [{"name": "x"}, {"done": True}]},
    ],
)
def test_a_query_that_fits_finds_the_document(query: dict[str, Any]) -> None:
    assert accepts(query, ONE)
    assert sql_accepts(query, ONE)


@pytest.mark.parametrize(
    "query",
    [
        {"name": "web"},
        {"count": {"$lt": 3}},
        {"ratio": {"$gt": 0}},
        {"target.type": {"$ne": "Server"}},
        {"steps.stage": {"$ne": "Run"}},
        {"tags": {"$nin": ["x"]}},
        {"tags": None},
        {"config.type": "Remote"},
        {"name": {"$regex": "^eb"}},
        {"name": {"$regex": "wxx1"}},
        {"$or": [{"name": "x"}, {"done": True}]},
        {"name": {"$in": []}},
    ],
)
def test_a_query_that_does_not_fit_finds_nothing(query: dict[str, Any]) -> None:
    assert not accepts(query, ONE)
    assert not sql_accepts(query, ONE)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"$where": "1"}, "$where"),
        ({"$expr": {}}, "$expr"),
        ({"$or": []}, "$or"),
        ({"$or": {"name": "x"}}, "$or"),
        ({"nothing": 1}, "nothing"),
        ({"name.first": "x"}, "name.first"),
        ({"target.name": "x"}, "target.name"),
        ({"name": 1}, "name"),
        ({"name": {"$gt": None}}, "name"),
        ({"name": {"$not": {"$eq": "x"}}}, "name"),
        ({"name": {"$regex": "a.*"}}, "name"),
        ({"name": {"$regex": r"\d"}}, "name"),
        ({"name": {"$regex": "x", "$options": "i"}}, "name"),
        ({"name": {"$in": "x"}}, "name"),
        ({"name": {"$exists": 1}}, "name"),
        ({"name": ["x"]}, "name"),
        ({"name": "a\0"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"count": "3"}, "count"),
        ({"count": True}, "count"),
        ({"count": 2**64}, "count"),
        ({"count": float("nan")}, "count"),
        ({"done": {"$gt": False}}, "done"),
        ({"target": {"type": "Server", "id": "s1"}}, "target"),
        ({"target": "x"}, "target"),
        ({"target.type": "Nothing"}, "target.type"),
        ({"config.type": "Nothing"}, "config.type"),
        ({"steps.0.stage": "x"}, "steps.0.stage"),
        ({"steps.stage": None}, "steps.stage"),
        ({"levels.a'b.id": "x"}, "levels.a'b.id"),
        ({'levels.a"b.id': "x"}, 'levels.a"b.id'),
        ({"levels..id": "x"}, "levels..id"),
        ({"name": {}}, "name"),
        ({"_id": {"$oid": "x", "more": 1}}, "_id"),
        ({"secret.key": "x"}, "secret.key"),
        ({"secret": None}, "secret"),
    ],
)
def test_anything_else_is_refused_with_its_path(query: dict[str, Any], path: str) -> None:
    with pytest.raises(BadFilter) as refused:
        parse_filter(query, Document, secret=("secret.key",))
    assert refused.value.path == path
    assert refused.value.why


@pytest.mark.parametrize("query", ["x", [], 3])
def test_a_query_is_an_object(query: Any) -> None:
    with pytest.raises(BadFilter):
        parse_filter(query, Document)


def test_a_query_that_nests_too_deep_or_is_too_large_is_refused() -> None:
    deep: dict[str, Any] = {"name": "x"}
    for _ in range(20):
        deep = {"$and": [deep]}
    with pytest.raises(BadFilter, match="deep"):
        parse_filter(deep, Document)
    with pytest.raises(BadFilter, match="at most"):
        parse_filter({"name": {"$in": ["x"] * 2000}}, Document)
    with pytest.raises(BadFilter, match="at most"):
        parse_filter({"$or": [{"name": "x"}] * 2000}, Document)
    with pytest.raises(BadFilter, match="steps"):
        parse_filter({".".join("a" * 40): "x"}, Document)
    with pytest.raises(BadFilter, match="characters"):
        parse_filter({"name": "x" * 5000}, Document)


def test_filters_are_joined_and_none_is_no_condition() -> None:
    joined = all_of(parse_filter({"name": "web.1"}, Document), None)
    assert matches(joined, msgspec.to_builtins(ONE))
    assert matches(all_of(), {})
    assert not matches(all_of(joined, parse_filter({"done": True}, Document)), {"name": "web.1"})


def test_lists_cannot_be_sorted_by() -> None:
    assert order_by([("count", -1)], Document).endswith("id DESC")
    with pytest.raises(BadFilter):
        order_by([("tags", 1)], Document)
    with pytest.raises(BadFilter):
        order_by([("nothing", 1)], Document)


DATABASE = sqlite3.connect(":memory:")


def sql_accepts(query: dict[str, Any], document: Document) -> bool:
    condition, parameters = where(parse_filter(query, Document))
    values = msgspec.to_builtins(document)
    oid = values.pop("_id", {"$oid": ""})["$oid"]
    text = json.dumps(values, ensure_ascii=False)
    found = DATABASE.execute(
        f"SELECT count(*) FROM (SELECT ? AS id, ? AS doc) WHERE {condition}",  # noqa: S608
        [oid, text, *parameters],
    ).fetchone()
    return bool(found[0])


WORDS = st.sampled_from(["", "a", "ab", "b", "A", "é", "\U0001f600", "a'b", 'q"', "%", "\\", "1"])
NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, -1.5, 2.0, 2**53]))
TARGETS = st.builds(Target, st.sampled_from(Kind), WORDS)
KEYS = st.sampled_from(["k", "Server", "with space", "é"])
FREE = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    WORDS,
    st.dictionaries(KEYS, st.one_of(WORDS, NUMBERS, st.booleans())),
)
DOCUMENTS = st.builds(
    Document,
    oid=st.sampled_from([Oid("a" * 24), Oid("b" * 24)]),
    name=WORDS,
    count=st.integers(-3, 3),
    ratio=st.one_of(st.none(), st.floats(-3, 3)),
    done=st.booleans(),
    target=st.one_of(st.none(), TARGETS),
    steps=st.lists(
        st.builds(Step, WORDS, success=st.booleans(), tags=st.lists(WORDS, max_size=2)), max_size=3
    ),
    tags=st.one_of(st.none(), st.lists(WORDS, max_size=2).map(tuple)),
    levels=st.dictionaries(KEYS, TARGETS, max_size=2),
    config=st.one_of(
        st.none(), st.builds(Local, st.dictionaries(KEYS, WORDS)), st.builds(Remote, TARGETS)
    ),
    free=FREE,
)
TEXTS = [
    "name",
    "target.id",
    "steps.stage",
    "steps.tags",
    "tags",
    "levels.k.id",
    "config.data.id",
    "free",
    "free.k",
]
NULLABLE = [
    "name",
    "ratio",
    "target",
    "target.id",
    "tags",
    "steps",
    "levels.k",
    "config",
    "free",
    "free.k",
]


def terms(paths: list[str], values: st.SearchStrategy[Any], *, ordered: bool = True) -> Any:
    names = ["$eq", "$ne", *(["$gt", "$gte", "$lt", "$lte"] if ordered else [])]
    operators = st.one_of(
        st.dictionaries(st.sampled_from(names), values, min_size=1, max_size=2),
        st.dictionaries(st.sampled_from(["$in", "$nin"]), st.lists(values, max_size=3), min_size=1),
        values,
    )
    return st.dictionaries(st.sampled_from(paths), operators, min_size=1, max_size=2)


TERMS = st.one_of(
    terms(TEXTS, WORDS),
    terms(["count", "ratio", "free", "free.k"], NUMBERS),
    terms(["done", "steps.success", "free"], st.booleans(), ordered=False),
    terms(["target.type", "levels.Server.type"], st.sampled_from(["Server", "Build"])),
    terms(["config.type"], st.sampled_from(["Local", "Remote"])),
    st.dictionaries(
        st.sampled_from(TEXTS),
        st.sampled_from(["", "a", "^a", "^", "b", r"\\", "é", "'"]).map(lambda p: {"$regex": p}),
        max_size=2,
    ),
    st.dictionaries(
        st.sampled_from(NULLABLE),
        st.one_of(st.none(), st.booleans().map(lambda b: {"$exists": b}), st.just({"$in": [None]})),
        max_size=2,
    ),
)
QUERIES = st.recursive(
    TERMS,
    lambda inner: st.dictionaries(
        st.sampled_from(["$and", "$or", "$nor"]),
        st.lists(inner, min_size=1, max_size=3),
        min_size=1,
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(query=QUERIES, document=DOCUMENTS)
def test_sql_and_the_pure_function_agree(query: dict[str, Any], document: Document) -> None:
    assert sql_accepts(query, document) == accepts(query, document)
