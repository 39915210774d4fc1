"""The way from a run to a server's agent, and the waiting for one that is away."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Protocol, TypeVar

from monitor.core.fleet.fleet import ServerAway
from monitor.link.base import Command, StreamCommand

R = TypeVar("R")

_LOOK_AGAIN_SECONDS = 5.0


class AgentSession(Protocol):
    """What runs use of a link: see `monitor.link.session.Session`."""

    @property
    def offset_ms(self) -> float:
        """The agent's clock minus ours."""
        ...

    async def call(self, command: Command[R], *, timeout: float) -> R:  # noqa: ASYNC109
        """Have the agent do something."""
        ...

    def stream(
        self,
        command: StreamCommand[R],
        *,
        timeout: float | None,
    ) -> AsyncGenerator[R, None]:
        """Items of a stream."""
        ...


class Agents:
    """Sessions by server id. `session` raises ServerAway; `name` gives a server's name for people."""

    def __init__(self, session: Callable[[str], AgentSession], name: Callable[[str], str]) -> None:
        self._session = session
        self._waiting: dict[str, asyncio.Event] = {}
        self.name = name

    def session(self, server: str) -> AgentSession | None:
        """The link to a server, None while there is none."""
        try:
            return self._session(server)
        except ServerAway:
            return None

    def changed(self, server: str) -> None:
        """Have those who wait for this server look again."""
        if (waiting := self._waiting.pop(server, None)) is not None:
            waiting.set()

    async def until_changed(self, server: str) -> None:
        """Wait until the server may be there, at most 5 s."""
        changed = self._waiting.setdefault(server, asyncio.Event())
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), _LOOK_AGAIN_SECONDS)
