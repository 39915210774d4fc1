"""MongoDB queries, as far as Core takes them, checked against the type of the documents they are about.

Taken are `$eq $ne $in $nin $gt $gte $lt $lte $exists $and $or $nor` and `$regex` for a plain prefix or
substring. A missing field and null are alike. On a list, a term holds if it does for any element.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

from msgspec import Struct

from monitor.core.store.paths import BadFilter, Leaf, Path, parse_path

__all__ = [
    "BadFilter",
    "Every",
    "Filter",
    "Not",
    "Some",
    "Term",
    "all_of",
    "matches",
    "parse_filter",
]

_MAX_DEPTH = 8
_MAX_SIZE = 1_000
_MAX_TEXT = 4_096
_INT64 = 2**63

Scalar: TypeAlias = bool | int | float | str
Op = Literal["null", "in", "gt", "gte", "lt", "lte", "prefix", "contains"]


class Term(Struct, frozen=True):
    """One comparison. `values` is empty for `null`, one or more for `in`, one for the others."""

    path: Path
    op: Op
    values: tuple[Scalar, ...] = ()


class Every(Struct, frozen=True):
    """All of them hold; with none, everything matches."""

    filters: tuple["Filter", ...]


class Some(Struct, frozen=True):
    """One of them holds; with none, nothing matches."""

    filters: tuple["Filter", ...]


class Not(Struct, frozen=True):
    """It does not hold."""

    filter: "Filter"


Filter: TypeAlias = Term | Every | Some | Not


def all_of(*filters: Filter | None) -> Filter:
    """The filter that holds where all of these do; None is no condition."""
    return Every(tuple(each for each in filters if each is not None))


def parse_filter(
    document: Mapping[str, Any] | None,
    root: type,
    *,
    secret: Sequence[str] = (),
    own: bool = False,
) -> Filter:
    """A MongoDB query over documents of the type `root`; None is the empty one.

    `secret` paths cannot be asked about. `own`: Core made the query, it may be of any size. Raises BadFilter for an operator that is not taken, a path the
    type does not have, a value that does not fit the path's type, and for queries that are too large.
    """
    return _Parser(root, tuple(secret), math.inf if own else _MAX_SIZE).query(
        document if document is not None else {}, depth=0
    )


class _Parser:
    def __init__(self, root: type, secret: tuple[str, ...], most: float) -> None:
        self._root = root
        self._most = most
        self._secret = tuple(tuple(path.split(".")) for path in secret)
        self._size = 0

    def query(self, document: Any, *, depth: int) -> Filter:
        if not isinstance(document, Mapping):
            raise BadFilter("", "a query is an object")
        if depth > _MAX_DEPTH:
            raise BadFilter("", f"queries nest at most {_MAX_DEPTH} deep")
        found: list[Filter] = []
        for key, value in cast("Mapping[Any, Any]", document).items():
            self._count()
            if not isinstance(key, str):
                raise BadFilter("", "keys are texts")
            if key.startswith("$"):
                found.append(self._combination(key, value, depth))
            else:
                found.extend(self._field(key, value))
        return found[0] if len(found) == 1 else Every(tuple(found))

    def _count(self) -> None:
        self._size += 1
        if self._size > self._most:
            raise BadFilter("", f"a query has at most {_MAX_SIZE} terms and values")

    def _combination(self, name: str, value: Any, depth: int) -> Filter:
        if name not in {"$and", "$or", "$nor"}:
            raise BadFilter(name[:50], "this operator is not taken here")
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            raise BadFilter(name, "takes a list of at least one query")
        queries = cast("Sequence[Any]", value)
        parts = tuple(self.query(each, depth=depth + 1) for each in queries)
        if name == "$and":
            return Every(parts)
        return Some(parts) if name == "$or" else Not(Some(parts))

    def _field(self, dotted: str, value: Any) -> Iterator[Filter]:
        path = parse_path(dotted, self._root)
        if any(_covers(secret, tuple(dotted.split("."))) for secret in self._secret):
            raise BadFilter(dotted, "is secret")
        if not isinstance(value, Mapping) or "$oid" in value:
            yield self._equals(path, value)
            return
        operators = cast("Mapping[str, Any]", value)
        if not operators or not all(str(name).startswith("$") for name in operators):
            raise BadFilter(
                dotted, "objects are not compared whole: name their fields by dotted paths"
            )
        for name, operand in operators.items():
            self._count()
            yield self._operator(path, name, operand)

    def _operator(self, path: Path, name: str, operand: Any) -> Filter:  # noqa: PLR0911
        match name:
            case "$eq":
                return self._equals(path, operand)
            case "$ne":
                return Not(self._equals(path, operand))
            case "$in":
                return self._one_of(path, name, operand)
            case "$nin":
                return Not(self._one_of(path, name, operand))
            case "$gt" | "$gte" | "$lt" | "$lte":
                value = _scalar(path, operand)
                if isinstance(value, bool):
                    raise BadFilter(path.dotted, f"{name} takes a number or a text")
                return Term(path, cast("Op", name[1:]), (value,))
            case "$exists":
                if not isinstance(operand, bool):
                    raise BadFilter(path.dotted, "$exists takes true or false")
                return Not(_null(path)) if operand else _null(path)
            case "$regex":
                return _regex(path, operand)
            case _:
                raise BadFilter(path.dotted, f"the operator {name[:50]} is not taken")

    def _equals(self, path: Path, value: Any) -> Filter:
        return _null(path) if value is None else Term(path, "in", (_scalar(path, value),))

    def _one_of(self, path: Path, name: str, operand: Any) -> Filter:
        if not isinstance(operand, Sequence) or isinstance(operand, str):
            raise BadFilter(path.dotted, f"{name} takes a list")
        values: list[Scalar] = []
        nulls = False
        for each in cast("Sequence[Any]", operand):
            self._count()
            if each is None:
                nulls = True
            else:
                values.append(_scalar(path, each))
        term: Filter = Term(path, "in", tuple(values)) if values else Some(())
        return Some((term, _null(path))) if nulls else term


def _covers(secret: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    shorter = min(len(secret), len(asked))
    return all(s in ("*", a) for s, a in zip(secret[:shorter], asked[:shorter], strict=True))


def _null(path: Path) -> Term:
    if any(path.parts[1:]):
        raise BadFilter(path.dotted, "null and $exists are not taken inside a list")
    return Term(path, "null")


def _scalar(path: Path, value: Any) -> Scalar:
    """The value to compare with, if it fits the path's type."""
    if path.dotted == "_id" and isinstance(value, Mapping):
        wrapped = cast("Mapping[str, Any]", value)
        value = wrapped.get("$oid") if len(wrapped) == 1 else None
    leaf: Leaf
    if isinstance(value, bool):
        leaf = "bool"
    elif isinstance(value, (int, float)):
        leaf = "number"
        if not math.isfinite(value) or (isinstance(value, int) and not -_INT64 <= value < _INT64):
            raise BadFilter(path.dotted, "the number is out of range")
    elif isinstance(value, str):
        leaf = "text"
        _check_text(path, value)
    else:
        raise BadFilter(path.dotted, "is compared with a text, a number, true, false or null")
    if leaf not in path.leaves:
        wanted = ", ".join(sorted(path.leaves - {"any", "null"})) or "no single value"
        raise BadFilter(path.dotted, f"holds {wanted}, not {leaf}")
    if leaf == "text" and path.choices and value not in path.choices:
        raise BadFilter(path.dotted, f"is never {str(value)[:50]!r}")
    return value


def _check_text(path: Path, value: str) -> None:
    if len(value) > _MAX_TEXT:
        raise BadFilter(path.dotted, f"texts have at most {_MAX_TEXT} characters")
    if "\0" in value or not _is_unicode(value):
        raise BadFilter(path.dotted, "the text holds characters that no document does")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _regex(path: Path, pattern: Any) -> Term:
    if not isinstance(pattern, str) or "text" not in path.leaves:
        raise BadFilter(path.dotted, "$regex takes a text, for a field that holds texts")
    _check_text(path, pattern)
    prefix = pattern.startswith("^")
    text: list[str] = []
    rest = iter(pattern[1:] if prefix else pattern)
    for char in rest:
        literal = char
        if char == "\\":
            literal = next(rest, "")
            if not literal or literal.isalnum():
                raise BadFilter(path.dotted, "$regex is taken as a plain prefix or substring only")
        elif char in ".^$*+?()[]{}|":
            raise BadFilter(path.dotted, "$regex is taken as a plain prefix or substring only")
        text.append(literal)
    return Term(path, "prefix" if prefix else "contains", ("".join(text),))


def matches(filter: Filter, document: Mapping[str, Any]) -> bool:
    """Whether a document in its JSON form matches. `_id` may be the plain id or `{"$oid": id}`."""
    match filter:
        case Every(filters):
            return all(matches(each, document) for each in filters)
        case Some(filters):
            return any(matches(each, document) for each in filters)
        case Not(inner):
            return not matches(inner, document)
        case Term(path, "null"):
            return next(_values(document, path.parts[:1]), None) is None
        case Term(path, op, values):
            return any(_holds(op, values, found) for found in _values(document, path.parts))


def _values(document: Any, parts: Sequence[tuple[str, ...]]) -> Iterator[Any]:
    value = document
    for key in parts[0]:
        value = cast("Mapping[str, Any]", value).get(key) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping) and parts[0] == ("_id",):
        value = cast("Mapping[str, Any]", value).get("$oid")
    if len(parts) == 1:
        yield value
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for element in cast("Sequence[Any]", value):
            yield from _values(element, parts[1:])


def _holds(op: Op, values: tuple[Scalar, ...], found: Any) -> bool:
    if op == "in":
        return isinstance(found, (bool, int, float, str)) and found in values
    (value,) = values
    if isinstance(value, str):
        return isinstance(found, str) and _holds_text(op, value, found)
    return (
        isinstance(found, (int, float))
        and not isinstance(found, bool)
        and _compares(op, found, value)
    )


def _holds_text(op: Op, value: str, found: str) -> bool:
    if op == "prefix":
        return found.startswith(value)
    return value in found if op == "contains" else _compares(op, found, value)


def _compares(op: Op, found: Any, value: Any) -> bool:
    match op:
        case "gt":
            return bool(found > value)
        case "gte":
            return bool(found >= value)
        case "lt":
            return bool(found < value)
        case _:
            return bool(found <= value)
