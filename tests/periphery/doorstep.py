"""A door before the real Docker engine, at which something can happen right before a change goes in."""

import asyncio
import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Self

ENGINE = "/var/run/docker.sock"
_LOOKING = (b"GET ", b"HEAD ")
_LENGTH = b"content-length:"


class Doorstep:
    """A socket that leads to the engine; requests that change something are counted from 1 and kept in `changes`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.path = str(Path(self._folder.name) / "engine.sock")
        self._step = 0
        self._happens: Callable[[], object] | None = None
        self.changes: list[tuple[str, bytes]] = []
        """Their first lines and their bodies."""
        self._tasks: set[asyncio.Task[None]] = set()

    def before(self, step: int, happens: Callable[[], object]) -> None:
        """Call `happens` when the `step`th change comes. That change and all after it never go in."""
        self._step, self._happens = step, happens

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._come, self.path)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._folder.cleanup()

    def _come(self, caller: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass(caller, answers))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass(self, caller: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        engine, asked = await asyncio.open_unix_connection(ENGINE)
        answering = asyncio.create_task(_copy(engine, answers))
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    head = await caller.readuntil(b"\r\n\r\n")
                    body = await caller.readexactly(_length(head))
                    if not self._lets_in(head, body):
                        break
                    asked.write(head + body)
                    await asked.drain()
        finally:
            answering.cancel()
            asked.close()
            answers.close()

    def _lets_in(self, head: bytes, body: bytes) -> bool:
        if head.startswith(_LOOKING):
            return True
        self.changes.append((head.partition(b"\r\n")[0].decode(), body))
        if len(self.changes) == self._step and self._happens is not None:
            self._happens()
        return self._happens is None or len(self.changes) < self._step


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next((int(line[len(_LENGTH) :]) for line in lines if line.startswith(_LENGTH)), 0)


async def _copy(engine: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await engine.read(65536):
            answers.write(data)
            await answers.drain()
