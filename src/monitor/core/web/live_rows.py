"""Where the rows of the live lists come from, and who may see which."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec import UNSET, Struct

from monitor.api.resource import ResourceListItem
from monitor.api.tag import Tag
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Update, UpdateListItem
from monitor.core import documents
from monitor.core.fleet.fleet import Fleet

NEWEST_UPDATES = 200
_INFO = "info"
"""The part of a resource's row that is told field by field, since most of it rarely changes."""
OutputRow = tuple[int, int, str, int, str]
"""A line of output: seq, step, stream, unix ms, text."""


class Listed(Protocol):
    """A kept list item."""

    @property
    def value(self) -> ResourceListItem[Any]:
        """The item."""
        ...


def _no_owner(_server: str, _container: str) -> ResourceTarget | None:
    return None


@dataclass(frozen=True)
class Sources:
    """What the live socket shows, as functions of those who know."""

    fleet: Fleet
    items: Callable[[ResourceKind], Mapping[str, Listed]]
    tags: Callable[[], Iterable[Tag]]
    updates: Callable[[int], Awaitable[Sequence[UpdateListItem]]]
    """The newest so many."""
    update: Callable[[str], Awaitable[Update | None]]
    """An Update with `steps`; its logs are left out."""
    output: Callable[[str, int], Awaitable[Sequence[OutputRow]]]
    """Lines of an Update behind a seq, in order, as many as one page holds; none when there are no more."""
    boot: Callable[[str], Awaitable[Mapping[str, object]]]
    """What a user's page begins with."""
    readable: Callable[[str, ResourceKind], frozenset[str] | None]
    """The ids of a kind a user may read; None stands for all."""
    admin: Callable[[str], bool]
    owner: Callable[[str, str], ResourceTarget | None] = _no_owner
    """The resource that a container (server id, name) belongs to."""
    build: str = ""
    """The id of the UI's build."""

    def sees(self, user: str, target: ResourceTarget) -> bool:
        """Whether a user may read what an Update is about."""
        if self.admin(user):
            return True
        if target.type not in KINDS:
            return False
        ids = self.readable(user, target.type)
        return ids is None or target.id in ids


KINDS = tuple(documents.BY_KIND)
"""Kinds whose rights decide on rows."""


def list_name(kind: ResourceKind) -> str:
    """The topic of a kind's list, and its key among counts: `servers`."""
    return f"{kind.lower()}s"


class RowSource(Protocol):
    """The rows of one list topic."""

    def ids(self) -> Iterable[str]:
        """Ids of all rows there are now."""
        ...

    def row(self, identity: str) -> Struct | None:
        """A row as it is now; None if it is gone."""
        ...

    def rights(self, user: str) -> Hashable:
        """What decides which rows a user sees: equal for users who see the same, None for all rows."""
        ...

    def sees(self, rights: Any, identity: str, row: Struct) -> bool:
        """Whether one with these rights (not None) sees a row."""
        ...


class ItemRows:
    """Resources of a kind: their list items as they are."""

    def __init__(self, sources: Sources, kind: ResourceKind) -> None:
        self._sources = sources
        self._kind = kind
        self._items = sources.items(kind)

    def ids(self) -> Iterable[str]:
        """All of the kind."""
        return self._items

    def row(self, identity: str) -> Struct | None:
        """The list item."""
        item = self._items.get(identity)
        return item.value if item is not None else None

    def rights(self, user: str) -> Hashable:
        """The readable ids."""
        return self._sources.readable(user, self._kind)

    def sees(self, rights: Any, identity: str, row: Struct) -> bool:
        """By id."""
        del row
        return identity in rights


class TagRow(Struct, frozen=True):
    """A tag with its plain id."""

    id: str
    name: str
    owner: str
    color: str


class TagRows:
    """All tags; everybody sees them."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def _rows(self) -> dict[str, Struct]:
        return {
            tag.oid.oid: TagRow(tag.oid.oid, tag.name, tag.owner, tag.color.value)
            for tag in self._sources.tags()
            if tag.oid is not UNSET
        }

    def ids(self) -> Iterable[str]:
        """All tags."""
        return self._rows()

    def row(self, identity: str) -> Struct | None:
        """One tag."""
        return self._rows().get(identity)

    def rights(self, user: str) -> Hashable:
        """Everybody's."""
        del user

    def sees(self, rights: Any, identity: str, row: Struct) -> bool:
        """Everybody does."""
        del rights, identity, row
        return True


class UpdateRows:
    """The newest Updates. They are told one by one; this holds them while somebody looks."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._items: dict[str, UpdateListItem] = {}

    async def load(self) -> None:
        """Read the newest ones; those told meanwhile are newer."""
        newest = await self._sources.updates(NEWEST_UPDATES)
        self._items = {item.id: item for item in newest} | self._items

    def take(self, item: UpdateListItem) -> Iterable[str]:
        """An Update is another; answers the ids of the rows that changed or fell out."""
        known = item.id in self._items
        self._items[item.id] = item
        yield item.id
        if not known and len(self._items) > NEWEST_UPDATES:
            oldest = min(self._items.values(), key=lambda one: (one.start_ts, one.id))
            del self._items[oldest.id]
            yield oldest.id

    def ids(self) -> Iterable[str]:
        """The newest ones."""
        return list(self._items)

    def row(self, identity: str) -> Struct | None:
        """One of them."""
        return self._items.get(identity)

    def rights(self, user: str) -> Hashable:
        """The readable ids of every kind."""
        if self._sources.admin(user):
            return None
        return tuple(self._sources.readable(user, kind) for kind in KINDS)

    def sees(self, rights: Any, identity: str, row: Struct) -> bool:
        """By what it is about; what is about the system only administrators see."""
        del identity
        if not isinstance(row, UpdateListItem) or row.target.type not in KINDS:
            return False
        ids = rights[KINDS.index(row.target.type)]
        return ids is None or row.target.id in ids


class NamedRow(Struct, frozen=True):
    """A row that is an item with an id laid over it."""

    id: str
    item: Struct


class DockerRows:
    """Images, networks or volumes of one server, each with an `id`."""

    def __init__(self, sources: Sources, server_id: str, what: str) -> None:
        self._sources = sources
        self._server = server_id
        self._what = what

    def _items(self) -> dict[str, Struct]:
        now = self._sources.fleet.server(self._server)
        return getattr(now, self._what) if now is not None else {}

    def ids(self) -> Iterable[str]:
        """All there are."""
        return list(self._items())

    def row(self, identity: str) -> Struct | None:
        """One of them."""
        item = self._items().get(identity)
        return NamedRow(identity, item) if item is not None else None

    def rights(self, user: str) -> Hashable:
        """All or nothing, by the server."""
        ids = self._sources.readable(user, ResourceKind.SERVER)
        return None if ids is None or self._server in ids else frozenset[str]()

    def sees(self, rights: Any, identity: str, row: Struct) -> bool:
        """Not without the server."""
        del rights, identity, row
        return False


def fields_of(row: Struct) -> dict[str, Any]:
    """A row's fields as they are on the wire, unset ones as null; of a NamedRow those of its item."""
    if isinstance(row, NamedRow):
        return {**fields_of(row.item), "id": row.id}
    names = row.__struct_fields__
    wire = row.__struct_encode_fields__
    return {
        told: None if (value := getattr(row, name)) is UNSET else value
        for name, told in zip(names, wire, strict=True)
    }


def difference(old: Struct, new: Struct) -> dict[str, Any]:
    """The fields of `new` that are other than in `old`, as they are on the wire; of `info` those of its own."""
    if isinstance(old, NamedRow) and isinstance(new, NamedRow):
        return difference(old.item, new.item)
    changed: dict[str, Any] = {}
    for name, told in zip(new.__struct_fields__, new.__struct_encode_fields__, strict=True):
        value = getattr(new, name)
        was = getattr(old, name)
        if value is not was and value != was:
            changed[told] = _patched(told, was, value)
    return changed


def _patched(told: str, was: Any, value: Any) -> Any:
    if told == _INFO and isinstance(value, Struct) and type(was) is type(value):
        return difference(was, value)
    return None if value is UNSET else value
