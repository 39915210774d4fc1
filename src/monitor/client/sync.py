"""The client for scripts that are not asynchronous: the same calls on an event loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, Self, TypeVar

from monitor.api.activity import UpdateOutputLine
from monitor.api.base import Execute, Request
from monitor.api.update import Update
from monitor.api.user import User
from monitor.client.client import Client

AnswerT = TypeVar("AnswerT")


class SyncClient:
    """One Core, as one user. Use it in `with`, or `close` it. Parameters as of Client."""

    def __init__(
        self, url: str, *, jwt: str = "", key: str = "", secret: str = "", timeout: float = 30
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._client = Client(url, jwt=jwt, key=key, secret=secret, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections and end the loop."""
        self._do(self._client.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def login(self, username: str, password: str) -> None:
        """Log in by name and password."""
        self._do(self._client.login(username, password))

    def user(self) -> User:
        """The user these calls are made as."""
        return self._do(self._client.user())

    def send(self, request: Request[AnswerT], *, key: str | None = None) -> AnswerT:
        """Have a request answered, as Client.send."""
        return self._do(self._client.send(request, key=key))

    def run(self, request: Execute, *, timeout: float = 600) -> Update:
        """Start an execution and wait for its end, as Client.run."""
        return self._do(self._client.run(request, timeout=timeout))

    def wait(self, update: str) -> Update:
        """The Update once it is complete."""
        return self._do(self._client.wait(update))

    def lines(self, update: str, *, after: int = 0) -> Iterator[UpdateOutputLine]:
        """A run's lines to its end, as they come."""
        lines = self._client.lines(update, after=after)
        while True:
            try:
                yield self._do(anext(lines))
            except StopAsyncIteration:
                return

    def _do(self, work: Coroutine[Any, Any, AnswerT] | Any) -> AnswerT:
        return asyncio.run_coroutine_threadsafe(_await(work), self._loop).result()


async def _await(work: Any) -> Any:
    return await work
