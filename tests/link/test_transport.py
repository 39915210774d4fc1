"""The sealed WebSocket against altering, garbage, strangers, other versions and dead peers."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import aiohttp
import msgspec
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.link.errors import CallFailed, LinkLost, NoLink
from monitor.link.frames import MAX_FRAME
from monitor.link.hello import Hello, Refusal, introduce, listen, refuse, welcome
from monitor.link.keys import generate
from monitor.link.noise import CipherState, NoiseError
from monitor.link.seal import MAX_SEALED, seal, unseal
from monitor.link.transport import dial, link_url, shake_hands, upgrade

from .pair import Count, Echo, linked, served
from .proxy import Proxy, proxied

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yarl import URL


@asynccontextmanager
async def through(url: URL, seen: list[Proxy]) -> AsyncIterator[URL]:
    assert url.port is not None
    async with proxied(url.port) as proxy:
        seen.append(proxy)
        yield url.with_port(proxy.port)


@pytest.mark.parametrize("size", [0, 1, 65514, 65515, 65516, 131034, 200_000, MAX_FRAME])
def test_a_frame_of_any_size_is_sealed_and_opened(size: int) -> None:
    frame = os.urandom(size)
    sealed = seal(CipherState(b"k" * 32), frame)
    assert len(sealed) <= MAX_SEALED
    assert unseal(CipherState(b"k" * 32), sealed) == frame


@pytest.mark.parametrize("keep", [0, 10, 65535, 2 * 65535, -1])
def test_a_cut_message_is_noticed_also_where_a_piece_ends(keep: int) -> None:
    sealed = seal(CipherState(b"k" * 32), bytes(200_000))
    with pytest.raises(NoiseError):
        unseal(CipherState(b"k" * 32), sealed[:keep])


async def test_altering_one_bit_on_the_way_ends_the_link_and_delivers_nothing() -> None:
    seen: list[Proxy] = []
    async with linked(through=lambda url: through(url, seen)) as pair:
        assert await pair.core.call(Echo(text="fine"), timeout=2) == "fine"
        seen[0].flip_next = True
        with pytest.raises(LinkLost):
            await pair.core.call(Echo(text="altered"), timeout=2)
        assert "not safe" in await pair.ended("core")
        await pair.ended("agent")


async def test_nothing_readable_goes_over_the_wire() -> None:
    seen: list[Proxy] = []
    async with linked(through=lambda url: through(url, seen)) as pair:
        secret = "a secret that nobody on the way may read"
        assert await pair.core.call(Echo(text=secret), timeout=2) == secret
        assert len(seen[0].sent) > 200
        assert b"secret" not in seen[0].sent
        assert b"agent" not in seen[0].sent


async def test_a_peer_that_falls_silent_is_noticed_within_10_seconds_on_both_sides() -> None:
    seen: list[Proxy] = []
    async with linked(through=lambda url: through(url, seen)) as pair:
        assert await pair.core.call(Echo(text="x"), timeout=2) == "x"
        seen[0].open.clear()
        before = time.monotonic()
        with pytest.raises(LinkLost, match="silent"):
            await pair.core.call(Echo(text="x"), timeout=60)
        await pair.ended("core", within=2)
        await pair.ended("agent", within=2)
        assert 5 < time.monotonic() - before < 10


async def test_a_link_lives_on_while_nobody_says_anything() -> None:
    async with linked() as pair:
        await asyncio.sleep(9.5)
        assert await pair.core.call(Echo(text="x"), timeout=2) == "x"
        assert await pair.agent.call(Echo(text="x"), timeout=2) == "x"


async def test_a_frame_over_the_limit_ends_the_link() -> None:
    async with linked() as pair:
        with suppress(LinkLost):
            await pair.core_channel.send(bytes(MAX_FRAME + 10_000))
        await pair.ended("agent")
        await pair.ended("core")


def frames() -> st.SearchStrategy[bytes]:
    """Bytes, and msgpack that is nearly a frame."""
    names = st.sampled_from(
        ["Call", "Reply", "Failed", "Chunk", "Cancel", "Event", "Credit", "Ping", "Pong", "Zing"]
    )
    plain = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=8)
    values = st.recursive(
        plain | st.binary(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=6,
    )
    near = st.tuples(names, st.lists(values, max_size=4)).map(
        lambda both: msgspec.msgpack.encode([both[0], *both[1]])
    )
    return st.binary(max_size=64) | near


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(garbage=st.lists(frames(), min_size=1, max_size=5))
def test_garbage_ends_a_link_cleanly_or_is_skipped(garbage: list[bytes]) -> None:
    async def scenario() -> None:
        async with linked() as pair:
            try:
                for data in garbage:
                    await pair.core_channel.send(data)
                await pair.core.call(Echo(text="x"), timeout=5)
            except (LinkLost, CallFailed):
                pass
            if pair.agent.lost is None:
                await pair.core.close("done")
            assert await pair.ended("agent")

    asyncio.run(scenario())


async def test_a_deeply_nested_frame_ends_the_link_and_not_the_process() -> None:
    async with linked() as pair:
        await pair.core_channel.send(b"\x92\xa5Event" + b"\x91" * 100_000 + b"\xc0")
        assert await pair.ended("agent")


async def test_a_stream_that_ignores_its_credit_ends_the_link() -> None:
    async with linked() as pair:
        stream = pair.core.stream(Count(end=1, delay=30), timeout=30)
        waiting = asyncio.create_task(anext(stream))
        await asyncio.sleep(0.05)
        chunk = msgspec.msgpack.encode(["Chunk", 1, {"number": 0, "text": "x" * 1_000_000}])
        with suppress(LinkLost):
            for _ in range(20):
                await pair.agent_channel.send(chunk)
        assert "credit" in await pair.ended("core")
        await asyncio.wait({waiting})


@pytest.mark.parametrize("said", [b"", b"x", b"x" * 32, b"x" * 5000, "text"])
async def test_a_stranger_who_does_not_speak_noise_is_hung_up_on(said: bytes | str) -> None:
    outcome: list[str] = []

    async def agent(request: web.Request) -> web.StreamResponse:
        socket = await upgrade(request)
        try:
            await shake_hands(socket, generate(), initiator=False)
        except NoLink as error:
            outcome.append(error.code)
        return socket

    async with (
        served(agent) as url,
        aiohttp.ClientSession() as http,
        http.ws_connect(url, headers={"Monitor-Link": "1.0"}) as socket,
    ):
        if isinstance(said, bytes):
            await socket.send_bytes(said)
        else:
            await socket.send_str(said)
        if said == b"x" * 32:
            await socket.receive()
            await socket.send_bytes(b"x" * 64)
        message = await socket.receive(timeout=3)
        assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    assert outcome == ["handshake"]


async def meet(
    core: Hello, agent: Hello, *, trusted: bool = True
) -> tuple[Hello | NoLink, Hello | NoLink]:
    """What Core and the agent get out of the first words."""
    core_keys, agent_keys = generate(), generate()
    got: asyncio.Future[Hello | NoLink] = asyncio.get_running_loop().create_future()

    async def listening_agent(request: web.Request) -> web.StreamResponse:
        socket = await upgrade(request)
        channel = await shake_hands(socket, agent_keys, initiator=False)
        try:
            got.set_result(
                await introduce(channel, agent, {core_keys.public} if trusted else {b"other"})
            )
        except NoLink as error:
            got.set_result(error)
        return socket

    async with served(listening_agent) as url, aiohttp.ClientSession() as http:
        channel = await dial(http, url, core_keys)
        try:
            heard: Hello | NoLink = await listen(channel, core)
            await welcome(channel, core)
        except NoLink as error:
            heard = error
        return heard, await asyncio.wait_for(got, 3)


@pytest.mark.parametrize("minor", [0, 1, 2, 9])
async def test_minor_versions_before_and_after_go_together(minor: int) -> None:
    core, agent = Hello(protocol=(1, 1)), Hello(protocol=(1, minor), name="n")
    heard, got = await meet(core, agent)
    assert (heard, got) == (agent, core)


async def test_another_major_version_is_refused_and_both_sides_say_so() -> None:
    heard, got = await meet(Hello(protocol=(2, 0)), Hello(protocol=(1, 4)))
    for said in (heard, got):
        assert isinstance(said, NoLink)
        assert said.code == "version"
        assert "1.4 and 2.0" in said.message


async def test_an_agent_refuses_a_core_it_does_not_trust_and_both_sides_say_so() -> None:
    heard, got = await meet(Hello(), Hello(), trusted=False)
    for said in (heard, got):
        assert isinstance(said, NoLink)
        assert said.code == "core_key"
        assert "PERIPHERY_CORE_PUBLIC_KEYS" in said.message


async def test_another_major_version_is_refused_before_the_handshake_too() -> None:
    async def agent(request: web.Request) -> web.StreamResponse:
        return await upgrade(request)

    async with served(agent) as url, aiohttp.ClientSession() as http:
        with pytest.raises(NoLink, match=r"2\.0 and 1\.0") as refused:
            await dial(http, url, generate(), protocol=(2, 0))
        assert refused.value.code == "version"


def test_a_hello_with_unknown_fields_is_read_and_a_missing_one_has_a_default() -> None:
    decode = msgspec.msgpack.Decoder(Hello | Refusal).decode
    data = msgspec.msgpack.encode({"type": "Hello", "protocol": [1, 7], "mood": "good"})
    assert decode(data) == Hello(protocol=(1, 7))


async def test_a_refusal_reaches_the_other_side_whole() -> None:
    async def core(request: web.Request) -> web.StreamResponse:
        socket = await upgrade(request)
        channel = await shake_hands(socket, generate(), initiator=False)
        await refuse(channel, "onboarding", "the onboarding key has expired")
        return socket

    async with served(core) as url, aiohttp.ClientSession() as http:
        channel = await dial(http, url, generate())
        with pytest.raises(NoLink, match="the onboarding key has expired") as refused:
            await listen(channel, Hello())
        assert refused.value.code == "onboarding"


async def test_what_is_there_but_no_link_and_what_is_not_there_are_told_apart() -> None:
    async def page(request: web.Request) -> web.StreamResponse:
        return web.Response(text="hello")

    async with served(page) as url, aiohttp.ClientSession() as http:
        with pytest.raises(NoLink) as other:
            await dial(http, url, generate())
        assert other.value.code == "not_a_link"
        with pytest.raises(NoLink) as tls:
            await dial(http, url.with_scheme("wss"), generate())
        assert tls.value.code == "tls"
    async with aiohttp.ClientSession() as http:
        with pytest.raises(NoLink) as nothing:
            await dial(http, url, generate())
        assert nothing.value.code == "unreachable"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("10.0.0.1", "ws://10.0.0.1:8120/p"),
        ("10.0.0.1:99", "ws://10.0.0.1:99/p"),
        ("host.example", "ws://host.example:8120/p"),
        ("[::1]", "ws://[::1]:8120/p"),
        ("http://host:1", "ws://host:1/p"),
        ("https://host/base/", "wss://host/base/p"),
        ("wss://host", "wss://host/p"),
    ],
)
def test_addresses_are_understood_as_people_write_them(address: str, url: str) -> None:
    assert str(link_url(address, "/p", 8120)) == url


@pytest.mark.parametrize("address", ["", "ftp://host", "http://", "host:port", "ws://u:p@host"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(NoLink):
        link_url(address, "/p", 8120)
