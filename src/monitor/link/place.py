"""Where the link to one peer is: one session at a time, and the newest one wins."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from monitor.link.errors import LinkLost
from monitor.link.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.link.frames import Vocabulary
    from monitor.link.hello import Hello
    from monitor.link.session import Handler
    from monitor.link.transport import Channel


class Place:
    """Runs the sessions of one peer. For each, `up` is called once and then `down` once, never two at a time."""

    def __init__(
        self,
        *,
        handler: Handler,
        vocabulary: Vocabulary,
        watches: bool,
        up: Callable[[Session], None],
        down: Callable[[str, Session], None],
    ) -> None:
        self.session: Session | None = None
        self._handler = handler
        self._vocabulary = vocabulary
        self._watches = watches
        self._up = up
        self._down = down
        self._newest: Channel | None = None
        self._turn = asyncio.Lock()
        self._closed: str | None = None

    async def carry(self, channel: Channel, peer: Hello) -> str:
        """Run the session on `channel` to its end, in place of the one before; gives the reason of its end."""
        self._newest = channel
        await self._end("the peer has connected anew")
        async with self._turn:
            if self._closed is not None or self._newest is not channel:
                await channel.close()
                return self._closed or "the peer has connected anew"
            session = self.session = Session(
                channel,
                peer,
                handler=self._handler,
                vocabulary=self._vocabulary,
                watches=self._watches,
            )
            self._up(session)
            try:
                await session.run()
            except LinkLost as lost:
                return str(lost)
            finally:
                self.session = None
                self._down(session.lost or "the link failed", session)

    async def close(self, reason: str) -> None:
        """End the session, and let there be no other."""
        self._closed = reason
        await self._end(reason)

    async def _end(self, reason: str) -> None:
        if self.session is not None:
            await self.session.close(reason)
