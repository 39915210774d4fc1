"""A way to a real registry on which big answers wait until they are let through."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

_SMALL = 64 * 1024


class SlowRegistry:
    """Relays to a registry; a connection that has carried 64 KiB of answers waits for `open`."""

    def __init__(self, registry: str) -> None:
        host, port = registry.split(":")
        self._target = (host, int(port))
        self._open = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.address = ""

    def open(self) -> None:
        """Let everything through from now on."""
        self._open.set()

    def close(self) -> None:
        """Hold big answers again."""
        self._open.clear()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator["SlowRegistry"]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            self.open()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(
        self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        registry, to_registry = await asyncio.open_connection(*self._target)
        for work in (
            self._relay(client, to_registry, held=False),
            self._relay(registry, to_client, held=True),
        ):
            task = asyncio.create_task(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _relay(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, held: bool
    ) -> None:
        carried = 0
        with contextlib.suppress(OSError):
            while data := await source.read(_SMALL):
                carried += len(data)
                if held and carried > _SMALL:
                    await self._open.wait()
                target.write(data)
                await target.drain()
        target.close()
