"""A real Core end (web server, Links) and real agents, with the configured servers in memory."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from aiohttp import web
from msgspec import Struct, structs

from monitor.core.fleet.directory import LinkTarget, OnboardingRefused
from monitor.core.fleet.links import Links
from monitor.link.base import Command, Event, StreamCommand
from monitor.link.frames import Vocabulary
from monitor.link.keys import encode_key, generate, new_onboarding_key, secret_hash
from monitor.periphery.link import CoreLink, LinkSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable
    from pathlib import Path

    from monitor.link.session import Session


class Ask(Command[str], frozen=True, kw_only=True):
    """Answered with the agent's name."""


class Tick(Event, frozen=True, kw_only=True):
    """An event of an agent."""

    number: int


class Tail(StreamCommand[int], frozen=True, kw_only=True):
    """A stream nobody has."""


VOCABULARY = Vocabulary(Ask | Tail, Tick)


class OnboardingKeyRow(Struct):
    """An onboarding key as Core would store it."""

    expires: float
    uses_left: int
    privileged: bool = False


class MemoryDirectory:
    """Servers in a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, LinkTarget] = {}
        self.attempted: dict[str, str] = {}
        self.learned: dict[str, str] = {}
        self.onboarding: dict[str, OnboardingKeyRow] = {}
        self.changed: Callable[[str], None] = lambda _: None

    def put(self, target: LinkTarget) -> None:
        self.rows[target.id] = target
        self.changed(target.id)

    def change(self, server_id: str, **fields: Any) -> None:
        self.put(structs.replace(self.rows[server_id], **fields))

    def remove(self, server_id: str) -> None:
        del self.rows[server_id]
        self.changed(server_id)

    def servers(self) -> list[LinkTarget]:
        return list(self.rows.values())

    def server(self, server_id: str) -> LinkTarget | None:
        return self.rows.get(server_id)

    def named(self, name: str) -> LinkTarget | None:
        return next((target for target in self.rows.values() if target.name == name), None)

    async def learned_key(self, server_id: str, key: str) -> None:
        self.learned[server_id] = key
        self.change(server_id, public_key=key)

    async def attempted_key(self, server_id: str, key: str) -> None:
        self.attempted[server_id] = key

    async def onboard(
        self, *, secret_hash: str, public_key: str, name: str, address: str
    ) -> LinkTarget:
        assert address == "127.0.0.1"
        row = self.onboarding.get(secret_hash)
        if row is None:
            raise OnboardingRefused("this onboarding key is not known")
        if row.expires < time.time():
            raise OnboardingRefused("this onboarding key has expired")
        if row.uses_left == 0:
            raise OnboardingRefused("this onboarding key was used already")
        target = LinkTarget(id=f"id-{name}", name=name, public_key=public_key)
        known = self.rows.get(target.id)
        if known is not None and known.public_key and not row.privileged:
            raise OnboardingRefused("this server has another key")
        row.uses_left -= 1
        self.put(target)
        return target


class Told:
    """What Links said, in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.reasons: list[str] = []
        self.ticks: list[int] = []
        self.most_at_once = 0
        self._now = 0

    def up(self, server_id: str, session: Session) -> None:
        self.calls.append(("up", server_id))
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)

    def down(self, server_id: str, reason: str, session: Session | None = None) -> None:
        self.reasons.append(reason)
        if session is not None:
            self._now -= 1
            self.calls.append(("down", server_id))

    def event(self, server_id: str, event: Event, session: Session | None = None) -> None:
        assert isinstance(event, Tick)
        self.ticks.append(event.number)

    def count(self, what: str) -> int:
        return sum(call[0] == what for call in self.calls)


class SmallAgent:
    """What stands behind an agent's link here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ups = 0
        self.downs: list[str] = []

    def up(self, session: Session) -> None:
        self.ups += 1

    def down(self, reason: str, session: Session) -> None:
        self.downs.append(reason)

    async def handle(self, command: Command[Any], session: Session) -> Any:
        return self.name

    async def stream(
        self, command: StreamCommand[Any], session: Session
    ) -> AsyncGenerator[Any, None]:
        for number in range(3):
            yield number

    async def event(self, event: Event, session: Session) -> None:
        raise AssertionError


class Started:
    """A running agent."""

    def __init__(self, link: CoreLink, agent: SmallAgent, task: asyncio.Task[None]) -> None:
        self.link = link
        self.agent = agent
        self.task = task

    async def stop(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


class World:
    """Core, and the agents started so far."""

    def __init__(self, tmp_path: Path) -> None:
        self.directory = MemoryDirectory()
        self.told = Told()
        self.keys = generate()
        self.links = Links(
            directory=self.directory,
            observer=self.told,
            keys=self.keys,
            version="1",
            vocabulary=VOCABULARY,
        )
        self.directory.changed = self.links.changed
        self.port = 0
        self.agents: list[Started] = []
        self.running: asyncio.Task[Any]
        self._tmp_path = tmp_path

    async def stop(self) -> None:
        """Stop Core's links."""
        self.running.cancel()
        with suppress(asyncio.CancelledError):
            await self.running

    def onboarding_key(self, *, uses: int = 1, valid: float = 60, privileged: bool = False) -> str:
        key = new_onboarding_key(self.keys.public)
        row = OnboardingKeyRow(time.time() + valid, uses, privileged)
        self.directory.onboarding[secret_hash(key.secret)] = row
        return str(key)

    def settings(self, name: str, directory: str = "", **changes: Any) -> LinkSettings:
        """Settings of an agent that listens on a free port and knows Core."""
        plain = LinkSettings(
            name=name,
            version="1",
            keys_dir=self._tmp_path / (directory or name),
            core_public_keys=(encode_key(self.keys.public),),
            bind_ip="127.0.0.1",
            port=0,
        )
        return structs.replace(plain, **changes)

    async def start(self, settings: LinkSettings) -> Started:
        """Run an agent; one that listens does so when this returns."""
        agent = SmallAgent(settings.name)
        link = CoreLink(settings, agent, VOCABULARY)
        started = Started(link, agent, asyncio.create_task(link.run()))
        self.agents.append(started)
        if not settings.core_address:
            await until(lambda: link.port != 0)
        return started

    def dialling(self, name: str, directory: str = "", **changes: Any) -> LinkSettings:
        """Settings of an agent that dials Core."""
        core = f"http://127.0.0.1:{self.port}"
        return self.settings(name, directory, core_address=core, **changes)

    async def up(self, server_id: str, within: float = 5.0) -> Session:
        """Wait for a server's link."""
        await until(lambda: self.links.session(server_id), within)
        session = self.links.session(server_id)
        assert session is not None
        return session

    async def error(self, server_id: str, part: str, within: float = 5.0) -> str:
        """Wait until a server's error says `part`."""
        await until(lambda: part in (self.links.error(server_id) or ""), within)
        return self.links.error(server_id) or ""


@asynccontextmanager
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A running Core."""
    made = World(tmp_path)
    app = web.Application()
    app.router.add_get("/ws/periphery", made.links.accept)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    made.running = asyncio.create_task(made.links.run())
    try:
        yield made
    finally:
        for agent in made.agents:
            await agent.stop()
        await made.stop()
        await runner.cleanup()


async def until(condition: Callable[[], object], within: float = 5.0) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.005)
