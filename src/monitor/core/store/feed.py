"""The change feed as its readers in this process see it: the latest changes in memory, older ones from the database."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from monitor.core.store.protocol import Change

_KEPT = 4_096


class Feed:
    """Committed changes, in order. Readers are woken by the commit itself and never hold it up."""

    def __init__(self, last: int, older: Callable[[int], Awaitable[Sequence[Change]]]) -> None:
        self._recent: deque[Change] = deque(maxlen=_KEPT)
        self._last = last
        self._before = last  # the seq of the change before the first recent one
        self._older = older
        self._wake = asyncio.Event()
        self._closed = False

    @property
    def last(self) -> int:
        """The seq of the last change."""
        return self._last

    def publish(self, changes: Sequence[Change]) -> None:
        """Hand on what was committed."""
        for change in changes:
            if len(self._recent) == _KEPT:
                self._before = self._recent[0].seq
            self._recent.append(change)
            self._last = change.seq
        self._wake.set()
        self._wake = asyncio.Event()

    def close(self) -> None:
        """End all readers."""
        self._closed = True
        self._wake.set()

    def follow(self, after: int | None) -> AsyncIterator[Change]:
        """Changes from now on or behind `after`. Raises FeedTrimmed when they are kept no more."""
        return self._follow(self._last if after is None else after)

    async def _follow(self, seen: int) -> AsyncIterator[Change]:
        while not self._closed:
            if seen < self._before:
                before = self._before
                for change in await self._older(seen):
                    seen = change.seq
                    yield change
                seen = max(seen, before)
                continue
            wake = self._wake
            found = self._after(seen)
            if not found:
                await wake.wait()
                continue
            for change in found:
                seen = change.seq
                yield change

    def _after(self, seen: int) -> list[Change]:
        if not self._recent or self._recent[-1].seq <= seen:
            return []
        found: list[Change] = []
        for change in reversed(self._recent):
            if change.seq <= seen:
                break
            found.append(change)
        found.reverse()
        return found
