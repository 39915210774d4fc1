"""Two real sides of a link on loopback: an aiohttp server, a client, Noise between them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web
from msgspec import Struct
from yarl import URL

from monitor.link.base import Command, CommandFailed, Event, StreamCommand
from monitor.link.errors import LinkLost
from monitor.link.frames import Vocabulary
from monitor.link.hello import Hello, introduce, listen, welcome
from monitor.link.keys import Keypair, generate
from monitor.link.session import Session
from monitor.link.transport import Channel, dial, shake_hands, upgrade

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable


class Echo(Command[str], frozen=True, kw_only=True):
    """Answered with `text`, after `delay` seconds."""

    text: str
    delay: float = 0.0


class Break(Command[None], frozen=True, kw_only=True):
    """Answered as `how` says: failed, crash, too_large, wrong."""

    how: str


class Unheard(Command[None], frozen=True, kw_only=True):
    """A command the other side does not know."""


class Item(Struct, frozen=True, kw_only=True):
    """An item of Count."""

    number: int
    text: str = ""


class Count(StreamCommand[Item], frozen=True, kw_only=True):
    """The numbers from 0 up to `end`, each with `size` bytes; fails at `fail_at`."""

    end: int
    size: int = 0
    delay: float = 0.0
    fail_at: int = -1


class Happened(Event, frozen=True, kw_only=True):
    """An event."""

    number: int
    text: str = ""


class News(Event, frozen=True, kw_only=True):
    """An event the other side does not know."""


VOCABULARY = Vocabulary(Echo | Break | Count, Happened)


class Recorder:
    """Does the commands above and remembers what it saw."""

    def __init__(self) -> None:
        self.started = 0
        self.cancelled = 0
        self.produced = 0
        self.closed_streams = 0
        self.events: list[Happened] = []
        self.event_gate = asyncio.Event()
        self.event_gate.set()

    async def handle(self, command: Command[Any], session: Session) -> Any:
        self.started += 1
        match command:
            case Echo():
                try:
                    await asyncio.sleep(command.delay)
                except asyncio.CancelledError:
                    self.cancelled += 1
                    raise
                return command.text
            case Break(how="failed"):
                raise CommandFailed("no_such_thing", "there is no such thing")
            case Break(how="crash"):
                raise KeyError("password")
            case Break(how="too_large"):
                return "x" * (5 * 1024 * 1024)
            case _:
                return {"not": "what was asked for"}

    async def stream(
        self, command: StreamCommand[Any], session: Session
    ) -> AsyncGenerator[Any, None]:
        assert isinstance(command, Count)
        try:
            for number in range(command.end):
                if number == command.fail_at:
                    raise CommandFailed("stuck", f"cannot count past {number}")
                if command.delay:
                    await asyncio.sleep(command.delay)
                self.produced += 1
                yield Item(number=number, text="x" * command.size)
        finally:
            self.closed_streams += 1

    async def event(self, event: Event, session: Session) -> None:
        await self.event_gate.wait()
        assert isinstance(event, Happened)
        self.events.append(event)


class Pair:
    """Core's side, the agent's side, and what each did."""

    def __init__(self) -> None:
        self.core_keys = generate()
        self.agent_keys = generate()
        self.core_did = Recorder()
        self.agent_did = Recorder()
        self.core: Session
        self.agent: Session
        self.core_channel: Channel
        self.agent_channel: Channel
        self.ends: dict[str, str] = {}

    async def ended(self, side: str, within: float = 2.0) -> str:
        """The reason that side gives for the end of the link."""
        async with asyncio.timeout(within):
            while side not in self.ends:
                await asyncio.sleep(0.005)
        return self.ends[side]


@asynccontextmanager
async def served(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[URL]:
    """A web server on a free port of loopback."""
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port: int = runner.addresses[0][1]
    try:
        yield URL(f"ws://127.0.0.1:{port}/")
    finally:
        await runner.cleanup()


@asynccontextmanager
async def linked(
    *,
    vocabulary: Vocabulary = VOCABULARY,
    through: Callable[[URL], Any] | None = None,
    core_hello: Hello | None = None,
) -> AsyncIterator[Pair]:
    """A pair whose agent listens and whose Core dials, both running."""
    pair = Pair()
    agent_up = asyncio.Event()
    tasks: set[asyncio.Task[None]] = set()

    async def run(side: str, session: Session) -> None:
        try:
            await session.run()
        except LinkLost as lost:
            pair.ends[side] = str(lost)

    async def agent(request: web.Request) -> web.StreamResponse:
        socket = await upgrade(request)
        channel = await shake_hands(socket, pair.agent_keys, initiator=False)
        peer = await introduce(channel, Hello(name="agent"), {pair.core_keys.public})
        pair.agent_channel = channel
        pair.agent = Session(
            channel, peer, handler=pair.agent_did, vocabulary=vocabulary, watches=False
        )
        agent_up.set()
        await run("agent", pair.agent)
        return socket

    async with served(agent) as url, aiohttp.ClientSession() as http:
        proxy = through(url) if through else None
        target = await proxy.__aenter__() if proxy else url
        try:
            channel = await dial(http, target, pair.core_keys)
            hello = core_hello or Hello(version="test")
            peer = await listen(channel, hello)
            await welcome(channel, hello)
            pair.core_channel = channel
            pair.core = Session(
                channel, peer, handler=pair.core_did, vocabulary=VOCABULARY, watches=True
            )
            tasks.add(asyncio.create_task(run("core", pair.core)))
            async with asyncio.timeout(5):
                await agent_up.wait()
            yield pair
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            if proxy:
                await proxy.__aexit__(None, None, None)


async def shake(url: URL, keys: Keypair, http: aiohttp.ClientSession) -> Channel:
    """Only the Noise handshake."""
    async with asyncio.timeout(5):
        return await dial(http, url, keys)
