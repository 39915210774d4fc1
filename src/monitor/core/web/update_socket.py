"""`/ws/update`, as published clients know it: after the login each frame is one UpdateListItem."""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress

import msgspec
from aiohttp import WSMsgType, web

from monitor.api.target import ResourceTarget
from monitor.core.errors import ApiError
from monitor.core.events import Events, UpdateChanged
from monitor.core.web.live_viewer import Viewer
from monitor.core.web.sockets import HEARTBEAT, Sockets, Who, first_text

log = logging.getLogger(__name__)

MAX_MESSAGE = 64 * 1024
_FAREWELL = json.dumps(
    {
        "type": "INVALID_USER",
        "msg": json.dumps({"error": "Invalid user credentials", "trace": []}),
    }
).encode()


class UpdateSocket:
    """Tells of every Update its user may see, when it is made and each time it changes."""

    def __init__(
        self, events: Events, sockets: Sockets, sees: Callable[[str, ResourceTarget], bool]
    ) -> None:
        self._events = events
        self._sockets = sockets
        self._sees = sees
        self._viewers: set[Viewer] = set()
        self._encode = msgspec.json.Encoder().encode

    async def run(self) -> None:
        """Hand on Updates for as long as Core runs; each is encoded once for all."""
        news = self._events.subscribe(UpdateChanged)
        try:
            while True:
                event = await news.get()
                if not self._viewers:
                    continue
                frame = self._encode(event.item)
                for viewer in list(self._viewers):
                    try:
                        allowed = self._sees(viewer.user, event.target)
                    except Exception:
                        log.exception("rights on an update can't be told")
                        continue
                    if allowed:
                        viewer.put(frame)
        finally:
            self._events.unsubscribe(news)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one client."""
        ws = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MAX_MESSAGE, compress=False)
        await ws.prepare(request)
        try:
            who = await self._sockets.logins.by_message(request, await first_text(ws))
            async with self._sockets.opened(ws, who, farewell=_FAREWELL):
                await self._serve(ws, who)
        except ApiError as error:
            with suppress(ConnectionError):
                await ws.send_str(f"[{_STATUS.get(error.status, error.status)}]: {error.message}")
                await ws.close()
        return ws

    async def _serve(self, ws: web.WebSocketResponse, who: Who) -> None:
        async def send(frame: bytes) -> None:
            await ws.send_frame(frame, WSMsgType.TEXT)

        await ws.send_str("LOGGED_IN")
        viewer = Viewer(who.user)
        sending = asyncio.create_task(viewer.run(send))
        reading = asyncio.create_task(_until_closed(ws))
        # Updates can't be told again: a client that does not keep up has to connect anew.
        viewer.on_overflow = sending.cancel
        self._viewers.add(viewer)
        try:
            await asyncio.wait((sending, reading), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._viewers.discard(viewer)
            sending.cancel()
            reading.cancel()
            await asyncio.gather(sending, reading, return_exceptions=True)
        with suppress(ConnectionError):
            await ws.close()


async def _until_closed(ws: web.WebSocketResponse) -> None:
    async for _ in ws:
        pass


_STATUS = {
    400: "400 Bad Request",
    401: "401 Unauthorized",
    403: "403 Forbidden",
    429: "429 Too Many Requests",
}
