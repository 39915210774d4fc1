"""The first words on a sealed link: who each side is, and a clear refusal where one does not want the other.

The agent speaks first, whoever dialled: it has checked Core's key by then, so it may show its onboarding secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from monitor.link.errors import LinkLost, NoLink
from monitor.link.frames import UNREADABLE
from monitor.link.keys import encode_key

if TYPE_CHECKING:
    from collections.abc import Collection

    from monitor.link.transport import Channel

PROTOCOL = (1, 0)
"""Major and minor version of the link's protocol. Sides with the same major version understand each other."""


class Hello(Struct, frozen=True, kw_only=True, tag=True):
    """Who speaks. `version` is the program's; `name` is the server an agent wants to be."""

    protocol: tuple[int, int] = PROTOCOL
    version: str = ""
    name: str = ""
    onboarding: str = ""

    def __repr__(self) -> str:
        """Leave the onboarding secret out."""
        return (
            f"<Hello {self.name or 'Core'} {self.version} protocol {protocol_text(self.protocol)}>"
        )


class Refusal(Struct, frozen=True, kw_only=True, tag=True):
    """Why there will be no link; see NoLink."""

    code: str
    message: str


_encode = msgspec.msgpack.encode
_decoder: msgspec.msgpack.Decoder[Hello | Refusal] = msgspec.msgpack.Decoder(Hello | Refusal)


def protocol_text(protocol: tuple[int, int]) -> str:
    """Write a version as `major.minor`."""
    return f"{protocol[0]}.{protocol[1]}"


async def introduce(channel: Channel, hello: Hello, trusted: Collection[bytes]) -> Hello:
    """Agent's part: check Core's key, say hello, and wait to be welcomed. NoLink if either side refuses."""
    if channel.peer_key not in trusted:
        raise await refuse(
            channel,
            "core_key",
            f"the agent does not trust this Core's key {encode_key(channel.peer_key)}: "
            "add it to the agent's PERIPHERY_CORE_PUBLIC_KEYS if it is right",
        )
    await channel.send(_encode(hello))
    return await listen(channel, hello)


async def listen(channel: Channel, hello: Hello) -> Hello:
    """Wait for the other side's hello. NoLink if it refuses, or speaks another major version."""
    try:
        heard = _decoder.decode(await channel.receive())
    except UNREADABLE as error:
        await channel.close()
        raise NoLink("handshake", "the peer's first words cannot be read") from error
    except LinkLost as error:
        raise NoLink("handshake", f"the peer hung up during the handshake: {error}") from error
    if isinstance(heard, Refusal):
        await channel.close()
        raise NoLink(heard.code, heard.message)
    if heard.protocol[0] != hello.protocol[0]:
        ours, theirs = protocol_text(hello.protocol), protocol_text(heard.protocol)
        raise await refuse(
            channel, "version", f"link protocol {theirs} and {ours} do not go together"
        )
    return heard


async def welcome(channel: Channel, hello: Hello) -> None:
    """Core's part, when it takes the agent in."""
    await channel.send(_encode(hello))


async def refuse(channel: Channel, code: str, message: str) -> NoLink:
    """Tell the other side why there is no link, close, and give the same to raise."""
    try:
        await channel.send(_encode(Refusal(code=code, message=message)))
    except LinkLost:
        pass
    finally:
        await channel.close()
    return NoLink(code, message)
