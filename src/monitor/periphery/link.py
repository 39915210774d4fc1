"""The agent's end of the link: it waits for Core on a port, or dials Core, and works for no one else.

Core is known by its key: from the settings, or pinned in `core.pub` when the agent was onboarded. Without one there is
no link.
"""

from __future__ import annotations

import asyncio
import logging
import time
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

import aiohttp
from aiohttp import web
from msgspec import Struct

from monitor.link import keys
from monitor.link.backoff import STEADY_AFTER, backoff
from monitor.link.errors import LinkLost, NoLink
from monitor.link.hello import Hello, introduce
from monitor.link.place import Place
from monitor.link.session import Handler
from monitor.link.transport import (
    HANDSHAKE_WITHIN,
    dial,
    link_url,
    refusal,
    shake_hands,
    upgrade,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yarl import URL

    from monitor.link.frames import Vocabulary
    from monitor.link.session import Session
    from monitor.link.transport import Channel

log = logging.getLogger(__name__)

CORE_PORT = 9120
CORE_PATH = "/ws/periphery"
_MAX_HANDSHAKES = 32
_NO_CORE_KEY = (
    "the agent knows no Core key: set PERIPHERY_CORE_PUBLIC_KEYS or PERIPHERY_ONBOARDING_KEY on it"
)

Network = IPv4Network | IPv6Network


class LinkSettings(Struct, frozen=True, kw_only=True):
    """How the agent and Core find and know each other.

    With `core_address` the agent dials Core, else it listens on `bind_ip` (empty: all) and `port`. `allowed_ips` are
    addresses and CIDR networks; none allows all. `private_key` (base64) is used instead of `keys_dir`/periphery.key.
    """

    name: str
    version: str
    keys_dir: Path
    private_key: str = ""
    core_public_keys: tuple[str, ...] = ()
    onboarding_key: str = ""
    core_address: str = ""
    insecure_tls: bool = False
    bind_ip: str = ""
    port: int = 8120
    allowed_ips: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Leave the keys out."""
        return f"<LinkSettings {self.name}>"


class Agent(Handler, Protocol):
    """What stands behind the link. `up` and `down` are told of each session once, and do not wait."""

    def up(self, session: Session) -> None:
        """Core is there."""
        ...

    def down(self, reason: str, session: Session) -> None:
        """Core is not there any more."""
        ...


class CoreLink:
    """The link to Core, kept up until `run` is cancelled. KeyUnusable if a key in the settings is none."""

    def __init__(self, settings: LinkSettings, agent: Agent, vocabulary: Vocabulary) -> None:
        self._settings = settings
        self._allowed = parse_networks(settings.allowed_ips)
        self._keys = (
            keys.from_private(keys.decode_key(settings.private_key))
            if settings.private_key
            else keys.load_or_generate(settings.keys_dir / "periphery.key")
        )
        onboarding = settings.onboarding_key
        self._onboarding = keys.parse_onboarding_key(onboarding) if onboarding else None
        self._trusted = {keys.decode_key(key) for key in settings.core_public_keys}
        self._trusted.update(keys.load_public_keys(self._pin))
        self._place = Place(
            handler=agent, vocabulary=vocabulary, watches=False, up=agent.up, down=agent.down
        )
        self._port = settings.port
        self._handshakes = 0
        self._told = ""

    @property
    def public_key(self) -> str:
        """The agent's key, as it is shown to people."""
        return keys.encode_key(self._keys.public)

    @property
    def session(self) -> Session | None:
        """The link in use, if Core is there."""
        return self._place.session

    @property
    def port(self) -> int:
        """The port listened on; with 0 in the settings the one that was given, once `run` runs."""
        return self._port

    async def run(self) -> None:
        """Keep the link up. NoLink at once if the agent is to dial and knows no Core."""
        log.info("the agent's public key is %s", self.public_key)
        try:
            if self._settings.core_address:
                await self._keep_dialling()
            await self._keep_listening()
        finally:
            await self._place.close("the agent is stopping")

    # --- Dialling

    async def _keep_dialling(self) -> NoReturn:
        if not self._cores():
            raise NoLink("no_core_key", _NO_CORE_KEY)
        url = link_url(self._settings.core_address, CORE_PATH, CORE_PORT)
        url = url.with_query(server=self._settings.name)
        failures = 0
        async with aiohttp.ClientSession() as http:
            while True:
                started = time.monotonic()
                try:
                    channel, core = await self._dial(http, url)
                except NoLink as error:
                    self._tell(f"no link to Core: {error}")
                else:
                    self._told = ""
                    reason = await self._place.carry(channel, core)
                    self._tell(f"the link to Core is lost: {reason}")
                lasted = time.monotonic() - started
                failures = 1 if lasted > STEADY_AFTER else failures + 1
                await asyncio.sleep(backoff(failures))

    async def _dial(self, http: aiohttp.ClientSession, url: URL) -> tuple[Channel, Hello]:
        try:
            async with asyncio.timeout(HANDSHAKE_WITHIN):
                insecure = self._settings.insecure_tls
                channel = await dial(http, url, self._keys, insecure_tls=insecure)
                return channel, await self._introduce(channel)
        except TimeoutError as error:
            message = f"{url.host}:{url.port} did not answer within {HANDSHAKE_WITHIN:.0f} s"
            raise NoLink("timeout", message) from error

    # --- Listening

    async def _keep_listening(self) -> None:
        if not self._cores():
            log.error("every connection will be refused: %s", _NO_CORE_KEY)
        app = web.Application()
        app.router.add_get("/", self._accept)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._settings.bind_ip or None, self._port).start()
            self._port = runner.addresses[0][1]
            log.info("waiting for Core on port %d", self._port)
            await asyncio.Event().wait()
        finally:
            await self._place.close("the agent is stopping")
            await runner.cleanup()

    async def _accept(self, request: web.Request) -> web.StreamResponse:
        if not is_allowed(request.remote, self._allowed):
            self._tell(f"{request.remote} is not in PERIPHERY_ALLOWED_IPS and was refused")
            raise refusal(
                web.HTTPForbidden, f"the agent's allowlist does not have {request.remote}"
            )
        if not self._cores():
            raise refusal(web.HTTPServiceUnavailable, _NO_CORE_KEY)
        if self._handshakes >= _MAX_HANDSHAKES:
            raise refusal(web.HTTPServiceUnavailable, "too many handshakes at once")
        self._handshakes += 1
        try:
            async with asyncio.timeout(HANDSHAKE_WITHIN):
                socket = await upgrade(request)
                try:
                    channel = await shake_hands(socket, self._keys, initiator=False)
                    core = await self._introduce(channel)
                except NoLink as error:
                    self._tell(f"no link with {request.remote}: {error}")
                    return socket
        finally:
            self._handshakes -= 1
        self._told = ""
        reason = await self._place.carry(channel, core)
        self._tell(f"the link to Core is lost: {reason}")
        return socket

    # --- Knowing Core

    async def _introduce(self, channel: Channel) -> Hello:
        settings = self._settings
        secret = self._onboarding.secret if self._onboarding else ""
        hello = Hello(version=settings.version, name=settings.name, onboarding=secret)
        try:
            core = await introduce(channel, hello, self._cores())
            if channel.peer_key not in self._trusted:
                self._trust(channel.peer_key)
        except LinkLost as error:
            raise NoLink("handshake", f"Core hung up during the handshake: {error}") from error
        except BaseException:
            await channel.close()
            raise
        return core

    def _cores(self) -> set[bytes]:
        """Give the keys to trust; the onboarding key's counts until there is another."""
        if not self._trusted and self._onboarding:
            return {self._onboarding.core_key}
        return self._trusted

    def _trust(self, key: bytes) -> None:
        keys.write_private(self._pin, keys.encode_key(key) + "\n")
        self._trusted.add(key)
        log.info("onboarded: this agent belongs to the Core with the key %s", keys.encode_key(key))

    @property
    def _pin(self) -> Path:
        return self._settings.keys_dir / "core.pub"

    def _tell(self, message: str) -> None:
        """Log what is wrong, once until something else is."""
        if message != self._told:
            self._told = message
            log.warning("%s", message)


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read addresses and CIDR networks. ValueError for what is neither."""
    return tuple(ip_network(text.strip(), strict=False) for text in texts if text.strip())


def is_allowed(remote: str | None, networks: tuple[Network, ...]) -> bool:
    """Whether an address may connect. An IPv4 address seen through an IPv6 socket counts as itself."""
    if not networks:
        return True
    try:
        address = ip_address((remote or "").partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in networks)
