"""The WebSocket under a link, from either end, and the Noise handshake over it. What comes out is a Channel.

The deadline for all of it (HANDSHAKE_WITHIN) is set by the caller, who also has the first words to exchange.
"""

from __future__ import annotations

import asyncio
import socket as sockets
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import aiohttp
from aiohttp import ClientWebSocketResponse, ClientWSTimeout, WSMessage, WSMsgType, web
from yarl import URL

from monitor.link.errors import LinkLost, NoLink
from monitor.link.hello import PROTOCOL, protocol_text
from monitor.link.noise import HandshakeState, NoiseError
from monitor.link.seal import MAX_SEALED, seal, unseal

if TYPE_CHECKING:
    from monitor.link.keys import Keypair
    from monitor.link.noise import Established

    Socket = ClientWebSocketResponse[Literal[True]] | web.WebSocketResponse[Literal[True]]

HANDSHAKE_WITHIN = 10.0
"""Seconds from the first packet to the last word of the handshake."""
SEND_WITHIN = 10.0
"""Seconds until the peer must have taken what was sent, else the link is lost."""
_CLOSE_WITHIN = 0.5

_PROTOCOL_HEADER = "Monitor-Link"
_REFUSAL_HEADER = "Monitor-Link-Refused"
_MAX_HANDSHAKE_MESSAGE = 4096


class Channel:
    """Sealed messages to and from one peer, in order. Made by `dial`, or `upgrade` and `shake_hands`."""

    def __init__(self, socket: Socket, established: Established) -> None:
        self._socket = socket
        self._sending = established.sending
        self._receiving = established.receiving
        self.peer_key = established.peer_key

    async def send(self, message: bytes, *, within: float = SEND_WITHIN) -> None:
        """Seal and send; returns when there is room for more, within so many seconds. LinkLost when the peer is gone."""
        # Nothing is awaited between sealing and writing: messages leave in the order of their numbers.
        try:
            async with asyncio.timeout(within):
                await self._socket.send_bytes(seal(self._sending, message))
        except TimeoutError as error:
            raise LinkLost(f"the peer took nothing for {within:.0f} s") from error
        except (OSError, RuntimeError) as error:
            raise LinkLost("the connection is closed") from error

    async def receive(self) -> bytes:
        """Wait for the next message. LinkLost when there will be none, or one was altered."""
        message = await self._socket.receive()
        if message.type is not WSMsgType.BINARY:
            raise LinkLost(_how_it_ended(message, self._socket.close_code))
        try:
            return unseal(self._receiving, message.data)
        except NoiseError as error:
            raise LinkLost(f"the connection is not safe: {error}") from error

    async def close(self) -> None:
        """Hang up; takes a second at most."""
        await _hang_up(self._socket)


async def dial(
    http: aiohttp.ClientSession,
    url: URL,
    keys: Keypair,
    *,
    insecure_tls: bool = False,
    protocol: tuple[int, int] = PROTOCOL,
) -> Channel:
    """Connect to a listening peer. NoLink if there is none, or it refuses this address or version."""
    try:
        socket = await http.ws_connect(
            url,
            headers={_PROTOCOL_HEADER: protocol_text(protocol)},
            ssl=not insecure_tls,
            compress=0,
            heartbeat=None,
            autoping=True,
            max_msg_size=MAX_SEALED,
            timeout=ClientWSTimeout(ws_close=_CLOSE_WITHIN),  # pyright: ignore[reportCallIssue]
        )
    except aiohttp.WSServerHandshakeError as error:
        raise _refused(url, error) from error
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError, ssl.SSLError) as error:
        raise NoLink("tls", f"{url.host}:{url.port}: TLS failed: {error}") from error
    except aiohttp.ClientConnectorError as error:
        cause = error.os_error.strerror or error.os_error
        raise NoLink("unreachable", f"cannot reach {url.host}:{url.port}: {cause}") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NoLink("unreachable", f"cannot reach {url.host}:{url.port}: {error}") from error
    return await shake_hands(socket, keys, protocol=protocol, initiator=True)


async def upgrade(
    request: web.Request, *, protocol: tuple[int, int] = PROTOCOL
) -> web.WebSocketResponse:
    """Take a dialling peer's WebSocket. Raises an HTTP error for what is no link of our version."""
    theirs = request.headers.get(_PROTOCOL_HEADER, "")
    if theirs.partition(".")[0] != str(protocol[0]):
        ours = protocol_text(protocol)
        message = f"link protocol {theirs or 'unknown'} and {ours} do not go together"
        raise refusal(web.HTTPUpgradeRequired, message)
    socket = web.WebSocketResponse(
        compress=False, heartbeat=None, max_msg_size=MAX_SEALED, timeout=_CLOSE_WITHIN
    )
    await socket.prepare(request)
    return socket


async def shake_hands(
    socket: Socket, keys: Keypair, *, initiator: bool, protocol: tuple[int, int] = PROTOCOL
) -> Channel:
    """Do the Noise handshake. NoLink, with the socket closed, if the peer does not."""
    _give_up_on_dead_peers(socket)
    prologue = f"monitor link {protocol[0]}".encode()
    handshake = HandshakeState(initiator=initiator, static=keys.private, prologue=prologue)
    try:
        while not handshake.finished:
            if handshake.my_turn:
                await socket.send_bytes(handshake.write())
                continue
            handshake.read(_handshake_message(await socket.receive()))
        return Channel(socket, handshake.established())
    except (NoiseError, OSError, RuntimeError) as error:
        await _hang_up(socket)
        raise NoLink("handshake", f"the handshake failed: {error}") from error
    except asyncio.CancelledError:
        await _hang_up(socket)
        raise


def refusal(kind: type[web.HTTPError], message: str) -> web.HTTPError:
    """Make an HTTP error that a dialling peer can show the reason of."""
    # Header values are one line of ASCII.
    line = " ".join(message.encode("ascii", "replace").decode().split())
    return kind(text=message + "\n", headers={_REFUSAL_HEADER: line})


def link_url(address: str, path: str, port: int) -> URL:
    """Where a link is dialled: `ws(s)://`, `http(s)://`, or a bare host with `port` as default, plus `path`.

    NoLink if the address is none.
    """
    scheme, separator, rest = address.strip().partition("://")
    if not separator:
        scheme, rest = "ws", address.strip()
    scheme = {"http": "ws", "https": "wss"}.get(scheme, scheme)
    with suppress(ValueError):
        url = URL(f"{scheme}://{rest}")
        if not separator and url.explicit_port is None:
            url = url.with_port(port)
        if url.scheme in {"ws", "wss"} and url.host and url.user is None:
            return url.with_path(url.path.rstrip("/") + path)
    raise NoLink("unreachable", f"{address!r} is no address: host:port, ws(s):// or http(s)://")


def _handshake_message(message: WSMessage) -> bytes:
    if message.type is not WSMsgType.BINARY or len(message.data) > _MAX_HANDSHAKE_MESSAGE:
        raise NoiseError("the peer hung up, or does not speak Noise")
    return message.data


def _give_up_on_dead_peers(socket: Socket) -> None:
    """Have the kernel end a connection whose other end took nothing for a while, with what is unsent."""
    raw = socket.get_extra_info("socket")
    if raw is not None and hasattr(sockets, "TCP_USER_TIMEOUT"):
        with suppress(OSError):
            raw.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_USER_TIMEOUT, int(SEND_WITHIN * 1000))


async def _hang_up(socket: Socket) -> None:
    with suppress(OSError, RuntimeError, TimeoutError):
        async with asyncio.timeout(2 * _CLOSE_WITHIN):
            await socket.close()


def _how_it_ended(message: WSMessage, close_code: int | None) -> str:
    if message.type is WSMsgType.ERROR:
        return f"the connection broke: {message.data}"
    if message.type is WSMsgType.TEXT:
        return "the peer sent text, which is never sent on a link"
    return f"the connection was closed (code {close_code})"


def _refused(url: URL, error: aiohttp.WSServerHandshakeError) -> NoLink:
    codes = {403: "allowlist", 426: "version", 503: "no_core_key"}
    said = error.headers.get(_REFUSAL_HEADER) if error.headers else None
    if said is None or error.status not in codes:
        message = f"{url.host}:{url.port} answers, but not as a link (HTTP status {error.status})"
        return NoLink("not_a_link", message)
    return NoLink(codes[error.status], said)
