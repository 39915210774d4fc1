"""A page's socket, for tests that measure when something reaches a browser."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp

from monitor.client import Client
from world import patched


class LiveFeed:
    """The rows of one topic as a page keeps them."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.rows: dict[str, dict[str, Any]] = {}
        self.value: dict[str, Any] = {}
        self.lines: list[list[Any]] = []
        self.changed = asyncio.Event()

    async def read(self) -> None:
        async for message in self._socket:
            frame = json.loads(message.data)
            if frame["op"] == "snap":
                self.rows = {row["id"]: row for row in frame.get("rows", ())}
                self.value = frame.get("value", {})
            elif frame["op"] == "p":
                for identity, fields in frame.get("set", ()):
                    if isinstance(fields, dict) and "rows" not in frame:
                        self.rows[identity] = patched(self.rows.get(identity, {}), fields)
                for identity in frame.get("del", ()):
                    self.rows.pop(identity, None)
            elif frame["op"] == "lines":
                self.lines += frame["lines"]
            self.changed.set()

    async def until(self, what: Callable[["LiveFeed"], object], within: float = 20) -> float:
        """Wait until `what` holds; answers when that was (monotonic seconds)."""
        async with asyncio.timeout(within):
            while not what(self):
                self.changed.clear()
                await self.changed.wait()
        return time.monotonic()


@contextlib.asynccontextmanager
async def live(client: Client, topic: str) -> AsyncIterator[LiveFeed]:
    """Look at one topic as this client's user."""
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{client.url}/ws/live") as socket,
    ):
        await socket.send_json({"type": "Jwt", "params": {"jwt": client.jwt}})
        await socket.send_json({"op": "sub", "topic": topic})
        feed = LiveFeed(socket)
        reading = asyncio.create_task(feed.read())
        try:
            yield feed
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
