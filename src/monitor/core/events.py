"""What happened inside Core: published by those who know, received by those who subscribed in `app`."""

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

from msgspec import Struct

from monitor.api.target import ResourceKind, ResourceTarget

EventT = TypeVar("EventT", bound="Event")


class Event(Struct, frozen=True):
    """Something that happened."""


class ItemChanged(Event, frozen=True):
    """A resource's list item is another now, or gone (`item` is None)."""

    kind: ResourceKind
    id: str
    item: object | None


class TagChanged(Event, frozen=True):
    """A tag was made, changed or deleted (`tag` is None)."""

    id: str
    tag: object | None


class ServerUp(Event, frozen=True):
    """The link to a server's agent stands."""

    server: str


class ServerDown(Event, frozen=True):
    """The link to a server's agent is lost, or was never made."""

    server: str
    reason: str


class ServerStateChanged(Event, frozen=True):
    """What is known of a server is another: link, version, docker, totals. Its list item follows."""

    server: str


class ContainersChanged(Event, frozen=True):
    """Containers of a server by name: those that changed, and those that are gone."""

    server: str
    changed: tuple[str, ...]
    removed: tuple[str, ...]


class DockerListChanged(Event, frozen=True):
    """The images, networks or volumes of a server are others."""

    server: str
    what: str


class HostSampled(Event, frozen=True):
    """A new sample of a server's resources."""

    server: str
    sample: object


class ContainersSampled(Event, frozen=True):
    """New samples of the running containers of a server; `gone` names those that had one before."""

    server: str
    gone: tuple[str, ...] = ()


class UpdateChanged(Event, frozen=True):
    """An Update was stored: made, took a step, or is complete. `item` is its UpdateListItem."""

    id: str
    target: ResourceTarget
    item: object


class OutputAdded(Event, frozen=True):
    """Lines of a run's output: rows of (seq, step, stream, ts in ms, text)."""

    update: str
    lines: tuple[tuple[int, int, str, int, str], ...]


class BusyChanged(Event, frozen=True):
    """Runs on a resource began or ended: its action state and list item follow."""

    target: ResourceTarget


class RightsChanged(Event, frozen=True):
    """What a user may do is another; None is everyone."""

    user: str | None


class SessionEnded(Event, frozen=True):
    """A session was ended, or its user disabled: its sockets close."""

    session: str


class Subscription(Generic[EventT]):
    """Events in order, as an async iterator. Bounded: past `limit` the oldest go, and `dropped` counts them."""

    def __init__(self, types: tuple[type[EventT], ...], limit: int) -> None:
        self.types = types
        self.dropped = 0
        self._queue: asyncio.Queue[EventT] = asyncio.Queue(limit)

    def offer(self, event: EventT) -> None:
        """Take an event; never waits."""
        if self._queue.full():
            self._queue.get_nowait()
            self.dropped += 1
        self._queue.put_nowait(event)

    async def __aiter__(self) -> AsyncIterator[EventT]:
        while True:
            yield await self._queue.get()

    async def get(self) -> EventT:
        """The next event; waits for it."""
        return await self._queue.get()


class Events:
    """Who wants to hear of what. Publishing never waits and never fails for a slow subscriber."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription[Event]] = []
        self._by_type: dict[type[Event], list[Subscription[Event]]] = {}
        """Found at the first event of a type."""

    def publish(self, event: Event) -> None:
        """Hand an event to every subscription for its type."""
        kind = type(event)
        found = self._by_type.get(kind)
        if found is None:
            found = [one for one in self._subscriptions if issubclass(kind, one.types)]
            self._by_type[kind] = found
        for subscription in found:
            subscription.offer(event)

    def subscribe(self, *types: type[EventT], limit: int = 10_000) -> Subscription[EventT]:
        """Hear of these types from now on, until `unsubscribe`."""
        subscription = Subscription(types, limit)
        self._subscriptions.append(subscription)  # pyright: ignore[reportArgumentType]
        self._by_type.clear()
        return subscription

    def unsubscribe(self, subscription: Subscription[EventT]) -> None:
        """Hear no more."""
        self._subscriptions.remove(subscription)  # pyright: ignore[reportArgumentType]
        self._by_type.clear()
