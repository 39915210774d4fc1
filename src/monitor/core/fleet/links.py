"""One link to the agent of each enabled server, made and kept up: dialled by Core, or accepted from the agent."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, NoReturn

import aiohttp
from aiohttp import web

from monitor.core.fleet.dial import Identity, admit_agent, dial_agent, is_key_of
from monitor.link.backoff import STEADY_AFTER, backoff
from monitor.link.base import CommandFailed
from monitor.link.errors import NoLink
from monitor.link.hello import Hello
from monitor.link.keys import encode_key
from monitor.link.place import Place
from monitor.link.transport import refusal, upgrade

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

    from monitor.core.fleet.directory import Directory, LinkTarget, Observer
    from monitor.link.base import Command, Event, StreamCommand
    from monitor.link.frames import Vocabulary
    from monitor.link.keys import Keypair
    from monitor.link.session import Session
    from monitor.link.transport import Channel

log = logging.getLogger(__name__)

_MAX_HANDSHAKES = 256
_CLOSE_WITHIN = 2.0
"""Seconds all links together have to be closed in when Core stops."""
_NEVER_CAME = "its agent has not connected yet"


class Links:
    """All links. Nothing happens until `run` runs; `changed` tells of a server made, changed or deleted."""

    def __init__(
        self,
        *,
        directory: Directory,
        observer: Observer,
        keys: Keypair,
        version: str,
        vocabulary: Vocabulary,
    ) -> None:
        self._directory = directory
        self._observer = observer
        self._identity = Identity(keys=keys, hello=Hello(version=version))
        self._vocabulary = vocabulary
        self._lines: dict[str, _Line] = {}
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        self._handshakes = 0
        self._closed = False

    @property
    def public_key(self) -> str:
        """Core's key, as it is shown to people and given to agents."""
        return encode_key(self._identity.keys.public)

    def session(self, server_id: str) -> Session | None:
        """The link to a server's agent, if it is up."""
        line = self._lines.get(server_id)
        return line.place.session if line else None

    def error(self, server_id: str) -> str | None:
        """Why there is no link to a server; None while there is one, or there is to be none."""
        line = self._lines.get(server_id)
        return line.error if line else None

    def changed(self, server_id: str) -> None:
        """A server is other than it was. Its link is made anew if address, TLS, key or being enabled changed."""
        self._changed.add(server_id)
        self._wake.set()

    async def run(self) -> NoReturn:
        """Make and keep all links, until cancelled; then close them."""
        unlimited = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=unlimited) as http, asyncio.TaskGroup() as tasks:
            try:
                self._changed.update(target.id for target in self._directory.servers())
                while True:
                    changed, self._changed = self._changed, set()
                    self._wake.clear()
                    await self._apply(changed, http, tasks)
                    await self._wake.wait()
            finally:
                await self._close()

    async def _close(self) -> None:
        self._closed = True
        lines = list(self._lines.values())
        self._lines.clear()
        try:
            async with asyncio.timeout(_CLOSE_WITHIN):
                await asyncio.gather(*(line.stop("Core is stopping") for line in lines))
        except TimeoutError:
            log.warning("not all of %d links were closed in time", len(lines))

    async def accept(
        self, request: web.Request, *, address: str | None = None
    ) -> web.WebSocketResponse:
        """`/ws/periphery`: an agent dials. `address` is its own where a proxy stands before Core."""
        address = address or request.remote or "an unknown address"
        if self._closed:
            raise refusal(web.HTTPServiceUnavailable, "Core is stopping")
        if self._handshakes >= _MAX_HANDSHAKES:
            raise refusal(web.HTTPServiceUnavailable, "too many agents connect at once")
        socket = await upgrade(request, protocol=self._identity.hello.protocol)
        self._handshakes += 1
        try:
            channel, hello, target = await admit_agent(
                socket, self._identity, address, self._directory
            )
        except NoLink as error:
            self._not_let_in(request.query.get("server", ""), address, error)
            return socket
        finally:
            self._handshakes -= 1
        line = self._lines.get(target.id)
        if line is None:
            line = self._lines[target.id] = self._line(target)
        else:
            line.target = target
        await line.carry(channel, hello)
        return socket

    def _not_let_in(self, name: str, address: str, error: NoLink) -> None:
        lines = self._lines.values()
        line = next(
            (one for one in lines if one.target.name == name and not one.target.address), None
        )
        if line is not None and line.place.session is None:
            line.failed(str(error))
        else:
            log.warning("an agent at %s was not let in: %s", address, error)

    async def _apply(
        self, changed: set[str], http: aiohttp.ClientSession, tasks: asyncio.TaskGroup
    ) -> None:
        found = (self._directory.server(server_id) for server_id in changed)
        targets = {target.id: target for target in found if target is not None}
        stale: list[Coroutine[Any, Any, None]] = []
        for server_id in changed:
            line, target = self._lines.get(server_id), targets.get(server_id)
            if line is not None and target is not None and _same_link(line.target, target):
                line.target = target
                continue
            if line is not None:
                del self._lines[server_id]
                stale.append(line.stop(_why_stopped(target)))
        await asyncio.gather(*stale)
        for target in targets.values():
            if target.enabled and target.id not in self._lines:
                line = self._lines[target.id] = self._line(target)
                if target.address:
                    line.dialling = tasks.create_task(self._keep_dialling(line, http))

    def _line(self, target: LinkTarget) -> _Line:
        return _Line(target, self._observer, self._vocabulary)

    async def _keep_dialling(self, line: _Line, http: aiohttp.ClientSession) -> NoReturn:
        failures = 0
        while True:
            started = time.monotonic()
            try:
                channel, hello = await dial_agent(
                    http, self._identity, line.target, self._directory
                )
                await line.carry(channel, hello)
            except NoLink as error:
                line.failed(str(error))
            except Exception:
                log.exception("the link to Server %s failed unexpectedly", line.target.name)
                line.failed("an unexpected error, see Core's log")
            failures = 1 if time.monotonic() - started > STEADY_AFTER else failures + 1
            await asyncio.sleep(backoff(failures))


class _Line:
    """One server's link: what it is made of, the session in use, and what went wrong last."""

    def __init__(self, target: LinkTarget, observer: Observer, vocabulary: Vocabulary) -> None:
        self.target = target
        self.error: str | None = None if target.address else _NEVER_CAME
        self.dialling: asyncio.Task[NoReturn] | None = None
        self.place = Place(
            handler=self, vocabulary=vocabulary, watches=True, up=self._up, down=self._down
        )
        self._observer = observer
        self._stopped = False

    async def carry(self, channel: Channel, hello: Hello) -> None:
        """Run a session to its end. Its agent's key must still be the server's."""
        if self.target.public_key and not is_key_of(self.target, channel.peer_key):
            await channel.close()
        else:
            await self.place.carry(channel, hello)

    async def stop(self, reason: str) -> None:
        """End the link, and make no other."""
        self._stopped = True
        await self.place.close(reason)
        if self.dialling is not None:
            self.dialling.cancel()
            await asyncio.wait({self.dialling})

    def failed(self, reason: str) -> None:
        """Note why there is no link; said once until it is something else."""
        if reason != self.error:
            self.error = reason
            log.warning("no link to Server %s: %s", self.target.name, reason)
            self._observer.down(self.target.id, reason)

    def _up(self, session: Session) -> None:
        self.error = None
        peer = session.peer
        log.info("linked to Server %s, agent %s", self.target.name, peer.version or "unknown")
        self._observer.up(self.target.id, session)

    def _down(self, reason: str, session: Session) -> None:
        self.error = reason
        level = logging.INFO if self._stopped else logging.WARNING
        log.log(level, "the link to Server %s is lost: %s", self.target.name, reason)
        self._observer.down(self.target.id, reason, session)

    async def handle(self, command: Command[Any], session: Session) -> Any:  # noqa: ARG002
        """Refuse: agents ask nothing of Core."""
        raise CommandFailed("unknown_command", f"Core does no {type(command).__name__}")

    async def stream(
        self,
        command: StreamCommand[Any],
        session: Session,  # noqa: ARG002
    ) -> AsyncGenerator[Any, None]:
        """Refuse: agents ask nothing of Core."""
        raise CommandFailed("unknown_command", f"Core does no {type(command).__name__}")
        yield

    async def event(self, event: Event, session: Session) -> None:
        """Hand over what the agent tells."""
        self._observer.event(self.target.id, event, session)


def _same_link(old: LinkTarget, new: LinkTarget) -> bool:
    """Whether the link can stay. A first key changes nothing: it is the one the agent has shown, or will be asked for."""
    return (old.address, old.insecure_tls, old.enabled) == (
        new.address,
        new.insecure_tls,
        new.enabled,
    ) and old.public_key in {"", new.public_key}


def _why_stopped(target: LinkTarget | None) -> str:
    if target is None:
        return "the server was deleted in Core"
    return "the server's connection was changed" if target.enabled else "the server was disabled"
