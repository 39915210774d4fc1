"""Credit, so that a stream never sends more than its reader has room for. Units are bytes of items.

A sender may send while its credit is above zero, so the last item may overdraw it; the reader grants what it has consumed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from monitor.link.errors import LinkLost
from monitor.link.frames import MAX_FRAME

if TYPE_CHECKING:
    from msgspec import Raw


class Outflow:
    """The sender's side: how much the reader has room for."""

    def __init__(self, credit: int) -> None:
        self._credit = credit
        self._room = asyncio.Event()
        self._error: Exception | None = None
        self.grant(0)

    async def take(self, size: int) -> None:
        """Wait until there is room, then use `size` of it. Raises what `end` was given."""
        while self._error is None and self._credit <= 0:
            self._room.clear()
            await self._room.wait()
        if self._error is not None:
            raise self._error
        self._credit -= size

    def grant(self, size: int) -> None:
        """Add to the room."""
        self._credit += size
        if self._credit > 0:
            self._room.set()

    def end(self, error: Exception) -> None:
        """Let every `take` raise `error`."""
        self._error = error
        self._room.set()


class Inflow:
    """The reader's side: items that came and were not read yet, at most a window and one frame of them."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._items: deque[Raw] = deque()
        self._held = 0
        self._consumed = 0
        self._arrived = asyncio.Event()
        self._error: Exception | None = None
        self.ended = False

    def put(self, item: Raw) -> None:
        """Take in an item. LinkLost if the peer had no credit for it."""
        if self._held > self._window + MAX_FRAME:
            raise LinkLost("the peer sent more than it had credit for")
        self._held += len(memoryview(item))
        self._items.append(item)
        self._arrived.set()

    def end(self, error: Exception | None = None) -> None:
        """Say that nothing more comes. What came before is still read."""
        if not self.ended:
            self.ended = True
            self._error = error
            self._arrived.set()

    async def next(self) -> Raw | None:
        """Wait for the next item; None at the end. Raises what `end` was given."""
        while not self._items:
            if self.ended:
                if self._error is not None:
                    raise self._error
                return None
            self._arrived.clear()
            await self._arrived.wait()
        return self._items.popleft()

    def consumed(self, item: Raw) -> int:
        """Count an item as read; gives the bytes to grant now: none, or at least half a window."""
        self._consumed += len(memoryview(item))
        if self._consumed * 2 < self._window:
            return 0
        grant, self._consumed = self._consumed, 0
        self._held -= grant
        return grant
