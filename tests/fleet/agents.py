"""An agent on loopback that speaks the real link and answers what a test tells it to."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from link.pair import served
from monitor.api.server import PeripheryInformation
from monitor.api.stats import SystemInformation
from monitor.api.values import Timelength
from monitor.link.base import Command, CommandFailed, Event, StreamCommand
from monitor.link.commands import GetHost, HostInfo
from monitor.link.errors import LinkLost
from monitor.link.hello import Hello, introduce, listen, welcome
from monitor.link.keys import generate
from monitor.link.session import Session
from monitor.link.transport import dial, shake_hands, upgrade
from monitor.link.vocabulary import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from monitor.core.fleet.fleet import Fleet

HOST = HostInfo(
    information=SystemInformation(
        name="host", os="Debian", core_count=2, logical_core_count=4, cpu_brand="cpu"
    ),
    periphery=PeripheryInformation(
        version="0.1.0",
        public_key="key",
        terminals_disabled=False,
        container_terminals_disabled=False,
        stats_polling_rate=Timelength.SECONDS_5,
        docker_connected=True,
    ),
    docker_version="27.0.1",
)


class Agent:
    """The agent's side: `answers` by command type; `asked` in order."""

    def __init__(self) -> None:
        self.session: Session
        self.answers: dict[type[Any], Callable[[Any], Any]] = {GetHost: lambda _: HOST}
        self.streams: dict[type[Any], Callable[[Any], AsyncGenerator[Any, None]]] = {}
        self.asked: list[Any] = []
        self.closed_streams = 0

    def count(self, kind: type[Any], **fields: Any) -> int:
        """How often it was asked."""
        return sum(
            isinstance(one, kind) and all(getattr(one, k) == v for k, v in fields.items())
            for one in self.asked
        )

    async def handle(self, command: Command[Any], session: Session) -> Any:
        self.asked.append(command)
        answer = self.answers.get(type(command))
        if answer is None:
            raise CommandFailed("unknown_command", f"no {type(command).__name__}")
        result = answer(command)
        return await result if asyncio.iscoroutine(result) else result

    async def stream(
        self, command: StreamCommand[Any], session: Session
    ) -> AsyncGenerator[Any, None]:
        self.asked.append(command)
        try:
            async for item in self.streams[type(command)](command):
                yield item
        finally:
            self.closed_streams += 1

    async def event(self, event: Event, session: Session) -> None:
        raise AssertionError


class _Core:
    def __init__(self, fleet: Fleet, server: str) -> None:
        self._fleet = fleet
        self._server = server

    async def handle(self, command: Command[Any], session: Session) -> Any:
        raise CommandFailed("unknown_command", "Core does nothing for agents")

    async def stream(
        self, command: StreamCommand[Any], session: Session
    ) -> AsyncGenerator[Any, None]:
        raise CommandFailed("unknown_command", "Core does nothing for agents")
        yield

    async def event(self, event: Event, session: Session) -> None:
        self._fleet.event(self._server, event, session)


@asynccontextmanager
async def linked(fleet: Fleet, server: str, agent: Agent) -> AsyncIterator[Session]:
    """A link between a Fleet and an agent, up until the block ends; gives Core's session."""
    core_keys, agent_keys = generate(), generate()
    up = asyncio.Event()

    async def serve(request: web.Request) -> web.StreamResponse:
        socket = await upgrade(request)
        channel = await shake_hands(socket, agent_keys, initiator=False)
        peer = await introduce(channel, Hello(name="agent", version="0.1.0"), {core_keys.public})
        agent.session = Session(channel, peer, handler=agent, vocabulary=VOCABULARY, watches=False)
        up.set()
        with suppress(LinkLost):
            await agent.session.run()
        return socket

    async with served(serve) as url, aiohttp.ClientSession() as http:
        channel = await dial(http, url, core_keys)
        hello = Hello(version="test")
        peer = await listen(channel, hello)
        await welcome(channel, hello)
        session = Session(
            channel, peer, handler=_Core(fleet, server), vocabulary=VOCABULARY, watches=True
        )

        async def run() -> None:
            fleet.up(server, session)
            try:
                await session.run()
            except LinkLost as lost:
                fleet.down(server, str(lost), session)

        running = asyncio.create_task(run())
        try:
            async with asyncio.timeout(5):
                await up.wait()
            yield session
        finally:
            await session.close("the test is over")
            await asyncio.wait({running}, timeout=2)


async def until(condition: Callable[[], object], within: float = 3.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.005)
