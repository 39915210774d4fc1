"""The runs under way: each with its live Update, its place in the locks, and its task."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from monitor.api.update import UpdateListItem
from monitor.core.events import BusyChanged, Events
from monitor.core.runs.live import LiveUpdate
from monitor.core.runs.locks import Hold, Locks
from monitor.core.runs.records import UPDATES, UpdateRecord
from monitor.core.store.protocol import Row, Store

log = logging.getLogger(__name__)


class Underway:
    """What is known of runs that are not complete; all of it follows from the store."""

    def __init__(
        self, store: Store, events: Events, item: Callable[[UpdateRecord], UpdateListItem]
    ) -> None:
        self.updates = store.collection(UPDATES)
        self.output = store.output
        self.locks = Locks(lambda target: events.publish(BusyChanged(target)))
        self.live: dict[str, LiveUpdate] = {}
        self.granted: dict[str, asyncio.Event] = {}
        """Of each run that waits in line: set once it holds its lock."""
        self._events = events
        self._item = item
        self._tasks: set[asyncio.Future[None]] = set()
        self._closing = False

    def adopt(self, row: Row[UpdateRecord]) -> LiveUpdate:
        """Take up an Update that is not complete."""
        live = self.live[row.id] = self.told(row)
        return live

    def told(self, row: Row[UpdateRecord]) -> LiveUpdate:
        """An Update whose changes are published, without it being taken up."""
        return LiveUpdate(
            row, updates=self.updates, output=self.output, events=self._events, item=self._item
        )

    def let_go(self, live: LiveUpdate) -> None:
        """An Update is complete: others get its locks, and those who wait for it go on."""
        self.granted.pop(live.id, None)
        self.live.pop(live.id, None)
        self.locks.release(live.id, live.record.target)
        live.finished.set()

    def lineage(self, record: UpdateRecord) -> set[str]:
        """The runs that wait for this one: waiting for a lock of theirs would never end."""
        found: set[str] = set()
        parent = record.run.parent if record.run else None
        while parent is not None and parent not in found:
            found.add(parent)
            live = self.live.get(parent)
            parent = live.record.run.parent if live is not None and live.record.run else None
        return found

    def spawn(self, work: Awaitable[None]) -> None:
        """Do something in the background, until it is done or Core ends."""
        task = asyncio.ensure_future(work)
        if self._closing:
            task.cancel()
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work of a run failed unexpectedly", exc_info=error)

    async def close(self) -> None:
        """Stop all work; what is stored is enough to go on from."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def either(*events: asyncio.Event) -> None:
    """Wait until one of them is set."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def hold_of(record: UpdateRecord) -> Hold | None:
    """The lock of a run; None if it takes none."""
    run = record.run
    if run is None or run.lock is None:
        return None
    return Hold(
        update=record.id,
        target=record.target,
        lock=run.lock,
        request=run.request,
        params=run.params,
    )
