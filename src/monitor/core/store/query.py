"""Filters and sorts as SQL over a table `(id, rev, doc)` whose `doc` is JSON text."""

# ruff: noqa: S608 - names of tables and paths are checked before, values are parameters

from collections.abc import Sequence
from typing import Literal

import msgspec

from monitor.core.store.filter import Every, Filter, Not, Scalar, Some, Term
from monitor.core.store.paths import BadFilter, Path, parse_path

_MANY = 100
_COMPARE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def extract(path: Path) -> str:
    """The SQL expression of a path's value, written the same way in indexes and in queries."""
    if path.dotted == "_id":
        return "id"
    return f"json_extract(doc, {_json_path(path.parts[0])})"


def _json_path(keys: Sequence[str]) -> str:
    return "'$" + "".join(f'."{key}"' for key in keys) + "'"


def where(filter: Filter | None) -> tuple[str, list[Scalar]]:
    """A condition and its parameters."""
    if filter is None:
        return "1", []
    parameters: list[Scalar] = []
    return _condition(filter, parameters), parameters


def order_by(sort: Sequence[tuple[str, Literal[1, -1]]], root: type) -> str:
    """An ORDER BY clause that ends with the id. Raises BadFilter for a path that cannot be sorted by."""
    terms: list[str] = []
    direction = "ASC"
    for dotted, way in sort:
        path = parse_path(dotted, root)
        if path.many:
            raise BadFilter(dotted, "a list cannot be sorted by")
        direction = "ASC" if way == 1 else "DESC"
        terms.append(f"{extract(path)} {direction}")
    return ", ".join([*terms, f"id {direction}"])


def _condition(filter: Filter, parameters: list[Scalar]) -> str:
    match filter:
        case Every(filters):
            return "(" + (" AND ".join(_condition(f, parameters) for f in filters) or "1") + ")"
        case Some(filters):
            return "(" + (" OR ".join(_condition(f, parameters) for f in filters) or "0") + ")"
        case Not(inner):
            return f"NOT coalesce({_condition(inner, parameters)}, 0)"
        case Term():
            return _term(filter, parameters)


def _term(term: Term, parameters: list[Scalar]) -> str:
    if term.op == "null":
        return f"{extract(term.path)} IS NULL"
    if term.path.many:
        source = f"doc, {_json_path(term.path.parts[0])}"
        return _in_list(term, term.path.parts[1:], source, parameters)
    value = extract(term.path)
    if term.path.mixed:
        value = _only(term, f"json_type(doc, {_json_path(term.path.parts[0])})", value)
    return _comparison(term, value, parameters)


def _only(term: Term, kind: str, value: str) -> str:
    """The value where it is of a type that the term compares, else NULL (objects extract as text)."""
    if term.op == "in":
        kinds = "'text', 'integer', 'real', 'true', 'false'"
    else:
        kinds = "'text'" if isinstance(term.values[0], str) else "'integer', 'real'"
    return f"CASE WHEN {kind} IN ({kinds}) THEN {value} END"


def _in_list(
    term: Term, parts: Sequence[tuple[str, ...]], source: str, parameters: list[Scalar]
) -> str:
    element = f"e{len(parts)}"
    inner = f"CASE {element}.type WHEN 'object' THEN {element}.value END"
    if len(parts) > 1:
        condition = _in_list(term, parts[1:], f"{inner}, {_json_path(parts[0])}", parameters)
    else:
        at = _json_path(parts[0])
        value = f"json_extract({inner}, {at})" if parts[0] else f"{element}.atom"
        if term.path.mixed:
            kind = f"json_type({inner}, {at})" if parts[0] else f"{element}.type"
            value = _only(term, kind, value)
        condition = _comparison(term, value, parameters)
    return f"EXISTS (SELECT 1 FROM json_each({source}) AS {element} WHERE {condition})"


def _comparison(term: Term, value: str, parameters: list[Scalar]) -> str:
    if len(term.values) > _MANY:
        parameters.append(msgspec.json.encode(term.values).decode())
        return f"{value} IN (SELECT value FROM json_each(?))"
    parameters.extend(term.values)
    if term.op == "in":
        if len(term.values) == 1:
            return f"{value} = ?"
        return f"{value} IN ({', '.join('?' * len(term.values))})"
    match term.op:
        case "prefix":
            parameters.append(term.values[0])
            return f"substr({value}, 1, length(?)) = ?"
        case "contains":
            return f"instr({value}, ?) > 0"
        case _:
            return f"{value} {_COMPARE[term.op]} ?"
