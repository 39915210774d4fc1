"""Something pages subscribe to by name: who looks, what number each has, and when what changed is sent."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Hashable
from typing import Any, Protocol

from msgspec import Struct

from monitor.core.web.live_viewer import Viewer, encode

ROUTINE = 0.25
"""Seconds between two frames of figures that move all the time."""
URGENT = 0.05
"""Seconds between two frames of changes that somebody waits for."""
KEEP = 60.0
"""Seconds a topic nobody looks at is kept, and deletions are remembered, for those who come back."""


class Since(Struct, frozen=True):
    """The point a viewer has a topic at."""

    epoch: str
    seq: int


class Subscribed:
    """A viewer's place in a topic: the number it has, and its rights when that was sent."""

    __slots__ = ("ready", "rights", "seq")

    def __init__(self, rights: Hashable) -> None:
        self.rights = rights
        self.seq: int = 0
        self.ready = False


class Spawn(Protocol):
    """Runs work in the background and logs what fails."""

    def __call__(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start it."""
        ...


class Topic(ABC):
    """Something viewers subscribe to by name."""

    def __init__(self, name: str, seq: int, spawn: Spawn) -> None:
        self.name = name
        self.wire = encode(name)
        self.seq: int = seq
        self.floor: int = seq
        """The oldest number that can be caught up from."""
        self.viewers: dict[Viewer, Subscribed] = {}
        self.ready = False
        self.idle_since: float | None = None
        self._since_rights = seq
        self._spawn = spawn
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.Handle | None = None
        self._due = 0.0
        self._flushed = 0.0

    @abstractmethod
    async def open(self) -> None:
        """Get what there is, once. Raises ApiError if there is no such thing."""

    @abstractmethod
    def allows(self, user: str) -> bool:
        """Whether a user may look at all; known once it is open."""

    @abstractmethod
    def rights(self, user: str) -> Hashable:
        """What decides on what a user sees of it."""

    @abstractmethod
    def snap(self, viewer: Viewer, subscribed: Subscribed) -> None:
        """Send everything."""

    @abstractmethod
    def catch_up(self, viewer: Viewer, subscribed: Subscribed) -> None:
        """Send what changed since the number the viewer has."""

    def tick(self, now: float) -> None:
        """Once a second (seconds of the loop's clock): see to what no event tells of."""
        del now

    @abstractmethod
    def _flush(self) -> None:
        """Send what changed to everybody."""

    def close(self) -> None:
        """Nobody looks any more."""
        if self._timer is not None:
            self._timer.cancel()

    def opened(self) -> None:
        """It is open, and those who may not look are gone: the others get everything."""
        self.ready = True
        for viewer, subscribed in list(self.viewers.items()):
            self.snap(viewer, subscribed)

    def subscribe(self, viewer: Viewer, since: Since | None) -> None:
        """Begin, or begin again; `since` only counts for viewers who see everything."""
        subscribed = Subscribed(self.rights(viewer.user))
        self.viewers[viewer] = subscribed
        self.idle_since = None
        if not self.ready:
            return
        oldest = max(self.floor, self._since_rights)
        whole = subscribed.rights is None
        if since is not None and whole and oldest <= since.seq <= self.seq:
            subscribed.seq = since.seq
            subscribed.ready = True
            self.catch_up(viewer, subscribed)
        else:
            self.snap(viewer, subscribed)

    def unsubscribe(self, viewer: Viewer) -> None:
        """End a viewer's part."""
        self.viewers.pop(viewer, None)
        if not self.viewers:
            self.idle_since = self._loop.time()

    def forget(self) -> None:
        """Rights are others: nobody who comes back may go on from before now."""
        self._since_rights = self.seq + 1

    def schedule(self, gap: float) -> None:
        """Flush once this pass of the loop is done, if the last flush was `gap` seconds ago, else then."""
        due = self._flushed + gap
        if self._timer is not None:
            if self._due <= due:
                return
            self._timer.cancel()
        self._due = due
        if due <= self._loop.time():
            self._timer = self._loop.call_soon(self._run)
        else:
            self._timer = self._loop.call_at(due, self._run)

    def _run(self) -> None:
        self._timer = None
        if self.ready:
            self._flushed = self._loop.time()
            self._flush()
