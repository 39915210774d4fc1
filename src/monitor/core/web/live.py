"""`/ws/live`: the state of everything a page shows, as snapshots and patches by topic.

What a page says in the address: `topics=boot,servers` subscribes to its first topics, without a journey of their
own; `zip=1` takes large snapshots compressed, as binary frames (zlib, RFC 1950).
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import msgspec
from aiohttp import WSMsgType, web

from monitor.core.errors import ApiError
from monitor.core.web.live_hub import ClientFrame, Hub
from monitor.core.web.live_viewer import Viewer, is_text, refused
from monitor.core.web.sockets import (
    CLOSE_TOO_MANY,
    CLOSE_UNAUTHORISED,
    HEARTBEAT,
    Sockets,
    Who,
    first_text,
)

MAX_MESSAGE = 16 * 1024


class LiveSocket:
    """The WebSocket: login by cookie, or by a first frame as on `/ws/update`."""

    def __init__(self, hub: Hub, sockets: Sockets) -> None:
        self._hub = hub
        self._sockets = sockets
        self._decode = msgspec.json.Decoder(ClientFrame).decode

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one page."""
        who = await self._sockets.logins.by_cookie(request)
        ws = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MAX_MESSAGE, compress=False)
        await ws.prepare(request)
        try:
            if who is None:
                who = await self._sockets.logins.by_message(request, await first_text(ws))
            async with self._sockets.opened(ws, who):
                await self._serve(ws, who, request.query)
        except ApiError as error:
            code = CLOSE_TOO_MANY if error.status == 429 else CLOSE_UNAUTHORISED  # noqa: PLR2004
            with suppress(ConnectionError):
                await ws.send_frame(refused("", error.status, error.message), WSMsgType.TEXT)
                await ws.close(code=code, message=error.message.encode()[:120])
        return ws

    async def _serve(self, ws: web.WebSocketResponse, who: Who, wishes: Mapping[str, str]) -> None:
        viewer = Viewer(who.user, unzips=wishes.get("zip") == "1")

        async def send(frame: bytes) -> None:
            await ws.send_frame(frame, WSMsgType.TEXT if is_text(frame) else WSMsgType.BINARY)

        sending = asyncio.create_task(viewer.run(send))
        self._hub.join(viewer)
        for topic in filter(None, wishes.get("topics", "").split(",")):
            self._hub.subscribe(viewer, topic)
        try:
            async for message in ws:
                if sending.done() or message.type is not WSMsgType.TEXT:
                    break
                try:
                    frame = self._decode(message.data)
                except (msgspec.MsgspecError, RecursionError):
                    viewer.put(refused("", 400, "The frame can't be read"))
                    continue
                self._hub.say(viewer, frame)
        finally:
            self._hub.leave(viewer)
            sending.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await sending
