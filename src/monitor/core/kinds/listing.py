"""Lists of resources: which the caller may read, which match the query, in which order, and which page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from monitor.api.resource import ResourceQuery, TagQueryBehavior, TemplatesQueryBehavior
from monitor.core import documents
from monitor.core.context import Context
from monitor.core.errors import invalid
from monitor.core.items import Item

if TYPE_CHECKING:
    from monitor.core.kinds.engine import Resources


def items(kind: Resources[Any, Any], request: Any, ctx: Context) -> Sequence[Item]:
    """The list items a list request asks for."""
    found = readable(kind, ctx)
    query: ResourceQuery[Any] = request.query
    if query != type(query)():
        wanted = matcher(query, ctx)
        found = [item for item in found if wanted(item)]
        if query.specific is not None:
            found = [item for item in found if kind.matches(item.value.info, query.specific)]
    ordered = in_order(found, kind, request)
    return page(ordered, request.page, request.limit)


def readable(kind: Resources[Any, Any], ctx: Context) -> list[Item]:
    """All items of a kind that the caller may read."""
    all_items = ctx.app.items.of(kind.kind)
    ids = ctx.app.access.readable(ctx.caller.user, kind.kind)
    if ids is None:
        return list(all_items.values())
    return [item for identity, item in all_items.items() if identity in ids]


def matcher(query: ResourceQuery[Any], ctx: Context) -> Callable[[Item], bool]:
    """Whether an item matches the part of a query that all kinds share."""
    terms = [term.lower() for term in query.terms]
    names = frozenset(query.names)
    tags = tag_ids(query.tags, ctx)
    any_tag = query.tag_behavior is TagQueryBehavior.ANY
    templates = query.templates

    def matches(item: Item) -> bool:
        value = item.value
        if templates is TemplatesQueryBehavior.EXCLUDE and value.template:
            return False
        if templates is TemplatesQueryBehavior.ONLY and not value.template:
            return False
        if names and value.name not in names and value.id not in names:
            return False
        if tags is not None and not _tagged(value.tags, tags, any_tag=any_tag):
            return False
        lower = value.name.lower()
        return all(term in lower for term in terms)

    return matches


def _tagged(have: Sequence[str], wanted: frozenset[str], *, any_tag: bool) -> bool:
    return not wanted.isdisjoint(have) if any_tag else wanted.issubset(have)


def tag_ids(tags: Sequence[str], ctx: Context) -> frozenset[str] | None:
    """Tags by id or name as ids; None without any. An unknown tag matches nothing, so it stays as it is."""
    if not tags:
        return None
    table = ctx.app.memory.table(documents.TAGS)
    return frozenset(row.id if (row := table.get(tag)) is not None else tag for tag in tags)


def in_order(found: Iterable[Item], kind: Resources[Any, Any], request: Any) -> list[Item]:
    """Sorted as asked, ties by name."""
    by_name = sorted(found, key=lambda item: item.value.name)
    sort_by = getattr(request, "sort_by", None)
    descending = bool(getattr(request, "sort_desc", False))
    key = kind.sorts.get(str(sort_by)) if sort_by is not None else None
    if key is None:
        return by_name[::-1] if descending else by_name
    return sorted(by_name, key=lambda item: key(item.value.info), reverse=descending)


def page(found: Sequence[Any], number: int, limit: int | None) -> Sequence[Any]:
    """One page. No limit, or 0, is everything. Raises 400 for negative numbers."""
    if number < 0 or (limit or 0) < 0:
        raise invalid("page and limit can't be negative")
    if not limit:
        return found if number == 0 else []
    return found[number * limit : (number + 1) * limit]
