"""Each resource's list item, made when the resource or a state it shows changes; lists only read them."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from monitor.api.resource import Resource, ResourceListItem
from monitor.api.target import ResourceKind
from monitor.core import documents
from monitor.core.events import Events, ItemChanged
from monitor.core.memory import Memory
from monitor.core.store.protocol import Change, Row

MakeInfo = Callable[[Resource[Any, Any]], Any]


class Item(Struct, frozen=True):
    """A list item and its JSON."""

    value: ResourceListItem[Any]
    raw: Raw


class Items:
    """The list items of every kind, by id."""

    def __init__(self, memory: Memory, events: Events) -> None:
        self._memory = memory
        self._events = events
        self._make: dict[ResourceKind, MakeInfo] = {}
        self._items: dict[ResourceKind, dict[str, Item]] = {}
        self._encoder = msgspec.json.Encoder()

    def register(self, kind: ResourceKind, make: MakeInfo) -> None:
        """Keep items of this kind, with `info` made by `make`."""
        self._make[kind] = make
        self._items[kind] = {}

        def changed(change: Change, _was: Row[Any] | None) -> None:
            self.refresh(kind, change.id)

        self._memory.listen(documents.BY_KIND[kind], changed)

    def fill(self) -> None:
        """Make all items, as after loading."""
        for kind in self._make:
            for identity in self._memory.table(documents.BY_KIND[kind]).rows:
                self.refresh(kind, identity)

    def of(self, kind: ResourceKind) -> Mapping[str, Item]:
        """The items of a kind, by id."""
        return self._items[kind]

    def refresh(self, kind: ResourceKind, identity: str) -> None:
        """Make an item again, and say so if it is another now."""
        items = self._items[kind]
        row = self._memory.table(documents.BY_KIND[kind]).rows.get(identity)
        before = items.get(identity)
        if row is None:
            if items.pop(identity, None) is not None:
                self._events.publish(ItemChanged(kind, identity, None))
            return
        value = self._item(kind, row.value)
        if before is not None and before.value == value:
            return
        items[identity] = Item(value, Raw(self._encoder.encode(value)))
        self._events.publish(ItemChanged(kind, identity, value))

    def _item(self, kind: ResourceKind, resource: Resource[Any, Any]) -> ResourceListItem[Any]:
        return ResourceListItem(
            id=resource.id,
            type=kind,
            name=resource.name,
            template=resource.template,
            tags=resource.tags,
            info=self._make[kind](resource),
        )
