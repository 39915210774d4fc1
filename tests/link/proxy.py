"""A TCP proxy that can cut, stall and alter what goes through it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Proxy:
    """Forwards 127.0.0.1:`port` to another port. `sent` is all that the answering side has sent."""

    def __init__(self, to_port: int) -> None:
        self.port = 0
        self.flip_next = False
        self.open = asyncio.Event()
        self.open.set()
        self.sent = bytearray()
        self.connections = 0
        self._to_port = to_port
        self._writers: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            writer.close()
            return
        self._writers |= {writer, back}
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._forward(reader, back, answers=False))
                tasks.create_task(self._forward(there, writer, answers=True))
        finally:
            self._writers -= {writer, back}

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self.open.wait()
                if answers:
                    self.sent += data
                    if self.flip_next:
                        self.flip_next = False
                        data = data[:-1] + bytes([data[-1] ^ 1])
                writer.write(data)
                await writer.drain()
        writer.close()

    def cut(self) -> None:
        """End all connections hard."""
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def proxied(to_port: int) -> AsyncIterator[Proxy]:
    """A proxy on a free port."""
    proxy = Proxy(to_port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.open.set()
        proxy.cut()
        await asyncio.sleep(0.01)
