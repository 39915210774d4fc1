"""Core's two ways to a sealed link with the right agent: dial it, or let it in when it dials."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.core.fleet.directory import OnboardingRefused
from monitor.link.errors import LinkLost, NoLink
from monitor.link.hello import Hello, listen, refuse, welcome
from monitor.link.keys import Keypair, KeyUnusable, decode_key, encode_key, secret_hash
from monitor.link.transport import HANDSHAKE_WITHIN, dial, link_url, shake_hands

if TYPE_CHECKING:
    import aiohttp
    from aiohttp import web

    from monitor.core.fleet.directory import Directory, LinkTarget
    from monitor.link.transport import Channel

AGENT_PORT = 8120
_ACCEPT_IT = "an admin can accept it on the server's page"


class Identity(Struct, frozen=True, kw_only=True):
    """Who Core is."""

    keys: Keypair
    hello: Hello


async def dial_agent(
    http: aiohttp.ClientSession, identity: Identity, target: LinkTarget, directory: Directory
) -> tuple[Channel, Hello]:
    """Reach a listening agent. The first key it shows is learned, any other refused. NoLink."""
    url = link_url(target.address, "/", AGENT_PORT)
    protocol = identity.hello.protocol
    try:
        async with asyncio.timeout(HANDSHAKE_WITHIN):
            channel = await dial(
                http, url, identity.keys, insecure_tls=target.insecure_tls, protocol=protocol
            )
            try:
                hello = await listen(channel, identity.hello)
                await _learn_or_check(channel, target, directory)
                await welcome(channel, identity.hello)
            except BaseException:
                await channel.close()
                raise
    except TimeoutError as error:
        message = f"{url.host}:{url.port} did not answer within {HANDSHAKE_WITHIN:.0f} s"
        raise NoLink("timeout", message) from error
    except LinkLost as error:
        raise NoLink("handshake", f"the agent hung up during the handshake: {error}") from error
    return channel, hello


async def admit_agent(
    socket: web.WebSocketResponse, identity: Identity, address: str, directory: Directory
) -> tuple[Channel, Hello, LinkTarget]:
    """Let in an agent that dialled, as the server it names: by its key, or by an onboarding key. NoLink."""
    try:
        async with asyncio.timeout(HANDSHAKE_WITHIN):
            channel = await shake_hands(
                socket, identity.keys, initiator=False, protocol=identity.hello.protocol
            )
            try:
                hello = await listen(channel, identity.hello)
                target = await _find(channel, hello, address, directory)
                await welcome(channel, identity.hello)
            except BaseException:
                await channel.close()
                raise
    except TimeoutError as error:
        raise NoLink("timeout", f"the handshake took over {HANDSHAKE_WITHIN:.0f} s") from error
    except LinkLost as error:
        raise NoLink("handshake", f"the agent hung up during the handshake: {error}") from error
    return channel, hello, target


async def _learn_or_check(channel: Channel, target: LinkTarget, directory: Directory) -> None:
    if not target.public_key:
        key = channel.peer_key
        if any(one.id != target.id and is_key_of(one, key) for one in directory.servers()):
            # Or else a new server with another's address would be a way to that one's machine.
            raise await refuse(channel, "agent_key", "this agent is that of another Server already")
        await directory.learned_key(target.id, encode_key(key))
    elif not is_key_of(target, channel.peer_key):
        raise await _refuse_key(channel, target, directory)


def _named(name: str, key: bytes, directory: Directory) -> LinkTarget | None:
    """The server of that name, else the one with that key: it was renamed in Core."""
    by_name = directory.named(name)
    return by_name or next((one for one in directory.servers() if is_key_of(one, key)), None)


async def _find(channel: Channel, hello: Hello, address: str, directory: Directory) -> LinkTarget:
    target = _named(hello.name, channel.peer_key, directory)
    if target is not None and not target.enabled:
        raise await refuse(channel, "disabled", f"Server {target.name} is disabled in Core")
    if target is not None and target.address:
        message = f"Core dials Server {target.name} itself, at the address in its configuration"
        raise await refuse(channel, "dialled", message)
    if target is not None and is_key_of(target, channel.peer_key):
        return target
    if hello.onboarding:
        try:
            return await _onboard(channel, hello, address, directory)
        except OnboardingRefused as error:
            if target is None or not target.public_key:
                raise await refuse(channel, "onboarding", str(error)) from error
    if target is None:
        message = f"Core has no Server named {hello.name}, and the agent has no onboarding key"
        raise await refuse(channel, "unknown_server", message)
    raise await _refuse_key(channel, target, directory)


async def _onboard(
    channel: Channel, hello: Hello, address: str, directory: Directory
) -> LinkTarget:
    return await directory.onboard(
        secret_hash=secret_hash(hello.onboarding),
        public_key=encode_key(channel.peer_key),
        name=hello.name,
        address=address,
    )


async def _refuse_key(channel: Channel, target: LinkTarget, directory: Directory) -> NoLink:
    key = encode_key(channel.peer_key)
    await directory.attempted_key(target.id, key)
    message = (
        f"the agent's key {key} is not that of Server {target.name}: {_ACCEPT_IT}"
        if target.public_key
        else f"Server {target.name} has no key yet, and the agent shows {key}: {_ACCEPT_IT}"
    )
    return await refuse(channel, "agent_key", message)


def is_key_of(target: LinkTarget, key: bytes) -> bool:
    """Whether `key` is the one the server's agent must have."""
    try:
        return decode_key(target.public_key) == key
    except KeyUnusable:
        return False
