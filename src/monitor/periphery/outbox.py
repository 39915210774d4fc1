"""Events on their way to Core: in order, bounded, and after a gap everything anew."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from monitor.link.base import CommandFailed, Event
from monitor.link.errors import LinkLost

log = logging.getLogger(__name__)

QUEUED = 1000


class Receiver(Protocol):
    """Where events go: a link's session."""

    async def emit(self, event: Event) -> None:
        """Tell the other side; waits while it is behind."""
        ...


class Outbox:
    """Sends what is told to the Core that is there, if one is. `state` gives what it hears first, and after a gap."""

    def __init__(self, state: Callable[[], Iterable[Event]]) -> None:
        self._state = state
        self._queue: asyncio.Queue[Event] = asyncio.Queue(QUEUED)
        self._senders: dict[Receiver, asyncio.Task[None]] = {}

    def up(self, session: Receiver) -> None:
        """A Core is there: tell it everything, then what happens."""
        self._again()
        self._senders[session] = asyncio.get_running_loop().create_task(self._send(session))

    def down(self, session: Receiver) -> None:
        """That Core is gone."""
        sender = self._senders.pop(session, None)
        if sender is not None:
            sender.cancel()

    async def tell(self, event: Event) -> None:
        """Send an event; with no Core there it is lost, as the next one hears the state."""
        if not self._senders:
            return
        if self._queue.full():
            self._again()
        else:
            self._queue.put_nowait(event)

    def _again(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()
        for event in self._state():
            self._queue.put_nowait(event)

    async def _send(self, session: Receiver) -> None:
        with contextlib.suppress(LinkLost):
            while True:
                event = await self._queue.get()
                try:
                    await session.emit(event)
                except CommandFailed as error:
                    log.warning("%s cannot be told: %s", type(event).__name__, error)

    async def close(self) -> None:
        """Stop sending."""
        for session in list(self._senders):
            self.down(session)
        await asyncio.sleep(0)
