"""`/ws/logs`: a container's log as it is written, no faster than its reader takes it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Annotated

import msgspec
from aiohttp import WSMsgType, web
from msgspec import Meta, Struct

from monitor.core.errors import ApiError, invalid
from monitor.core.fleet.fleet import Fleet
from monitor.core.web.live_viewer import encode
from monitor.core.web.sockets import HEARTBEAT, Sockets, Who, first_text
from monitor.link.commands import FollowLog, LogEnded

log = logging.getLogger(__name__)

FIRST_CREDIT = 4 * 1024 * 1024
"""Bytes that may be sent before the first grant."""
MAX_CREDIT = 64 * 1024 * 1024
MAX_TAIL = 50_000
MAX_MESSAGE = 64 * 1024


class Follow(Struct, frozen=True):
    """Which log to show: `server` is an id or name, `since` unix ms."""

    server: str
    container: str
    tail: Annotated[int, Meta(ge=0, le=MAX_TAIL)] = 1000
    since: int | None = None
    follow: bool = True


class Grant(Struct, frozen=True, tag_field="op", tag="credit"):
    """The reader takes so many bytes more."""

    bytes: Annotated[int, Meta(ge=0)]


class _Credit:
    """Bytes that may be sent yet."""

    def __init__(self) -> None:
        self._left = FIRST_CREDIT
        self._news = asyncio.Event()

    def grant(self, size: int) -> None:
        self._left = min(self._left + size, MAX_CREDIT)
        self._news.set()

    def spend(self, size: int) -> None:
        self._left -= size

    async def some(self) -> None:
        while self._left <= 0:
            self._news.clear()
            await self._news.wait()


class LogSocket:
    """Serves logs. `may_read(who, server, container)` answers the server's id, or raises ApiError."""

    def __init__(
        self,
        fleet: Fleet,
        sockets: Sockets,
        may_read: Callable[[Who, str, str], Awaitable[str]],
    ) -> None:
        self._fleet = fleet
        self._sockets = sockets
        self._may_read = may_read

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one reader: login by cookie or first frame, then which log, then lines."""
        who = await self._sockets.logins.by_cookie(request)
        ws = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MAX_MESSAGE, compress=False)
        await ws.prepare(request)
        try:
            if who is None:
                who = await self._sockets.logins.by_message(request, await first_text(ws))
            async with self._sockets.opened(ws, who):
                follow = _wanted(await first_text(ws))
                server = await self._may_read(who, follow.server, follow.container)
                reason = await self._serve(ws, server, follow)
                if not ws.closed:
                    await ws.send_frame(encode({"op": "end", "reason": reason}), WSMsgType.TEXT)
        except ApiError as error:
            told = {"op": "end", "reason": error.message, "status": error.status}
            with suppress(ConnectionError):
                await ws.send_frame(encode(told), WSMsgType.TEXT)
        with suppress(ConnectionError):
            await ws.close()
        return ws

    async def _serve(self, ws: web.WebSocketResponse, server: str, follow: Follow) -> str:
        credit = _Credit()
        reading = asyncio.create_task(_read(ws, credit))
        sending = asyncio.create_task(self._send(ws, server, follow, credit))
        try:
            await asyncio.wait((reading, sending), return_when=asyncio.FIRST_COMPLETED)
            return await sending if sending.done() else "the reader went away"
        finally:
            for task in (reading, sending):
                task.cancel()
            await asyncio.gather(reading, sending, return_exceptions=True)

    async def _send(
        self, ws: web.WebSocketResponse, server: str, follow: Follow, credit: _Credit
    ) -> str:
        command = FollowLog(
            name=follow.container, tail=follow.tail, since_ms=follow.since, follow=follow.follow
        )
        async with aclosing(self._fleet.stream(server, command)) as chunks:
            async for chunk in chunks:
                if isinstance(chunk, LogEnded):
                    return chunk.reason
                await credit.some()
                frame = encode({"op": "lines", "lines": chunk.lines})
                credit.spend(len(frame))
                await ws.send_frame(frame, WSMsgType.TEXT)
        return ""


async def _read(ws: web.WebSocketResponse, credit: _Credit) -> None:
    async for message in ws:
        if message.type is not WSMsgType.TEXT:
            return
        with suppress(msgspec.MsgspecError, RecursionError):
            credit.grant(msgspec.json.decode(message.data, type=Grant).bytes)


def _wanted(text: str) -> Follow:
    try:
        return msgspec.json.decode(text, type=Follow)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise invalid(f"The frame can't be read: {error}") from error
