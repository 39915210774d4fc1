import asyncio
import json
import time
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp

from fleet.agents import Agent, linked, until
from fleet.things import container, docker
from monitor.api.target import SYSTEM, ResourceKind, ResourceTarget
from monitor.core.events import RightsChanged, SessionEnded
from monitor.core.web.live_viewer import MAX_WAITING, Viewer
from monitor.link.base import CommandFailed
from monitor.link.commands import FollowLog, LogEnded, LogLine, LogLines

from .world import Page, World, an_update

LOGIN = json.dumps({"type": "Jwt", "params": {"jwt": "bob"}})


async def test_a_page_of_another_origin_is_refused(world: World) -> None:
    headers = {"Cookie": "monitor_session=ada", "Origin": "https://evil.example"}
    for path in ("/ws/live", "/ws/logs"):
        try:
            await world.http.ws_connect(world.base + path, headers=headers)
        except aiohttp.WSServerHandshakeError as error:
            assert error.status == 403
        else:
            raise AssertionError


async def test_a_program_logs_in_by_its_first_frame(world: World) -> None:
    async with world.http.ws_connect(f"{world.base}/ws/live") as ws:
        await ws.send_str(LOGIN)
        assert json.loads((await ws.receive()).data)["user"] == "bob"
    async with world.http.ws_connect(f"{world.base}/ws/live") as ws:
        await ws.send_str('{"type":"Jwt","params":{"jwt":"wrong"}}')
        told = json.loads((await ws.receive()).data)
        assert (told["op"], told["status"]) == ("err", 401)
        assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE
        assert ws.close_code == 4401


async def test_what_cannot_be_read_is_answered_and_does_no_harm(world: World) -> None:
    async with world.page() as page:
        for text in ("", "{", "[]", '{"op":"sub","topic":5}', '{"op":"fly"}', "[" * 8000):
            await page.ws.send_str(text)
            assert (await page.next("err"))["status"] == 400
        await page.send(op="ping")
        assert (await page.next("pong"))["now"] > 0
        await page.send(op="unsub", topic="never")
        for topic in ("", ":", "stats:", "update:", "boot:x", "servers:x", "x" * 5000):
            assert (await page.sub(topic))["op"] == "err"


async def test_a_socket_has_at_most_256_topics_and_a_user_64_sockets(world: World) -> None:
    one = world.add_server("one")
    async with world.page() as page:
        for number in range(260):
            world.updates[f"{number:024x}"] = an_update(
                f"{number:024x}", ResourceTarget(ResourceKind.SERVER, one)
            )
            await page.send(op="sub", topic=f"update:{number:024x}")
        refused = await page.next("err", within=10)
        assert refused["status"] == 429
    open_pages = [
        await world.http.ws_connect(
            f"{world.base}/ws/live",
            headers={"Cookie": "monitor_session=bob", "Origin": world.origin},
        )
        for _ in range(64)
    ]
    for ws in open_pages:
        await ws.receive()
    async with world.http.ws_connect(
        f"{world.base}/ws/live",
        headers={"Cookie": "monitor_session=bob", "Origin": world.origin},
    ) as ws:
        assert json.loads((await ws.receive()).data)["status"] == 429
        await ws.receive()
        assert ws.close_code == 4429
    await open_pages[0].close()
    await until(lambda: sum(o.who.user == "bob" for o in world.sockets._open) == 63)
    async with world.page("bob"):
        pass
    for ws in open_pages:
        await ws.close()


async def test_sockets_close_within_two_seconds_of_their_session(world: World) -> None:
    world.add_server("one")
    async with world.page("bob") as bob, world.page() as ada:
        async with world.http.ws_connect(f"{world.base}/ws/update") as updates:
            await updates.send_str(LOGIN)
            assert (await updates.receive()).data == "LOGGED_IN"
            began = time.perf_counter()
            world.events.publish(SessionEnded("s-bob"))
            assert (await bob.ws.receive(timeout=3)).type is aiohttp.WSMsgType.CLOSE
            told = json.loads((await updates.receive(timeout=3)).data)
            assert told["type"] == "INVALID_USER"
            assert set(json.loads(told["msg"])) == {"error", "trace"}
            assert (await updates.receive(timeout=3)).type is aiohttp.WSMsgType.CLOSE
            assert bob.ws.close_code == updates.close_code == 4401
            assert time.perf_counter() - began < 2
        await ada.send(op="ping")
        assert await ada.next("pong")
    await until(lambda: len(world.sockets) == 0)


async def test_a_disabled_user_s_sockets_close_also_those_of_keys(world: World) -> None:
    async with world.page("eve") as eve:
        world.disabled.add("eve")
        world.events.publish(RightsChanged("eve"))
        async with asyncio.timeout(2):
            while (await eve.ws.receive()).type is not aiohttp.WSMsgType.CLOSE:
                pass
        assert eve.ws.close_code == 4401


async def test_published_clients_get_bare_updates_they_may_see(world: World) -> None:
    one, two = world.add_server("one"), world.add_server("two")
    world.rights["bob"] = frozenset({one})
    async with world.http.ws_connect(f"{world.base}/ws/update") as ws:
        await ws.send_bytes(LOGIN.encode())
        assert (await ws.receive()).data == "LOGGED_IN"
        for number, target in enumerate((two, one)):
            world.put_update(
                an_update(f"{number:024x}", ResourceTarget(ResourceKind.SERVER, target))
            )
        world.put_update(an_update("f" * 24, SYSTEM))
        told = json.loads((await ws.receive(timeout=2)).data)
        assert told["id"] == f"{1:024x}"
        assert told["operation"] == "Deploy"
        assert told["target"] == {"type": "Server", "id": one}
        await ws.send_str("ignored")
        world.put_update(an_update("2" * 24, ResourceTarget(ResourceKind.SERVER, one)))
        assert json.loads((await ws.receive(timeout=2)).data)["id"] == "2" * 24


async def test_a_wrong_login_is_told_in_the_words_clients_know(world: World) -> None:
    async with world.http.ws_connect(f"{world.base}/ws/update") as ws:
        await ws.send_str('{"type":"Jwt","params":{"jwt":"wrong"}}')
        told = (await ws.receive()).data
        assert told == (
            "[401 Unauthorized]: Invalid user credentials | You have 4 attempts remaining"
        )
        assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_a_viewer_that_does_not_read_is_told_of_a_gap(world: World) -> None:
    one = world.add_server("one")
    viewer = Viewer("ada")
    world.hub.join(viewer)
    world.hub.subscribe(viewer, "containers")
    await asyncio.sleep(0.05)
    for number in range(MAX_WAITING + 5):
        viewer.put(b"{}")
        if number % 100 == 0:
            world.fleet.event(one, docker(container(f"c{number}")))
    await asyncio.sleep(0.05)
    assert viewer.topics == set()
    sent: list[Any] = []

    async def send(frame: bytes) -> None:
        sent.append(json.loads(frame))

    sending = asyncio.create_task(viewer.run(send))
    await asyncio.sleep(0.05)
    assert {"op": "gap", "topic": "containers"} in sent
    assert len(sent) < 20
    world.hub.subscribe(viewer, "containers")
    await asyncio.sleep(0.05)
    assert sent[-1]["op"] == "snap"
    sending.cancel()
    world.hub.leave(viewer)


class LogReader:
    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def next(self) -> dict[str, Any]:
        return json.loads((await self.ws.receive(timeout=3)).data)


async def test_a_log_is_followed_and_the_agent_s_stream_ends_with_its_reader(
    world: World,
) -> None:
    one = world.add_server("one")
    agent = Agent()
    more = asyncio.Event()

    async def follow(command: FollowLog) -> AsyncGenerator[Any, None]:
        yield LogLines(lines=(LogLine("out", 1, f"{command.name} {command.tail}"),))
        await more.wait()
        yield LogLines(lines=(LogLine("err", 2, "later"),))
        await asyncio.sleep(60)

    agent.streams[FollowLog] = follow
    headers = {"Cookie": "monitor_session=ada", "Origin": world.origin}
    async with linked(world.fleet, one, agent):
        async with world.http.ws_connect(f"{world.base}/ws/logs", headers=headers) as ws:
            await ws.send_json({"server": "one", "container": "web", "tail": 7})
            reader = LogReader(ws)
            assert (await reader.next()) == {"op": "lines", "lines": [["out", 1, "web 7"]]}
            more.set()
            assert (await reader.next())["lines"] == [["err", 2, "later"]]
        await until(lambda: agent.closed_streams == 1)


async def test_a_log_s_end_and_its_failures_are_told(world: World) -> None:
    one, _two = world.add_server("one"), world.add_server("two")
    world.rights["bob"] = frozenset({one})
    agent = Agent()

    async def follow(command: FollowLog) -> AsyncGenerator[Any, None]:
        if command.name == "nothing":
            raise CommandFailed("not_found", "no such container")
        yield LogEnded(reason="the container stopped")

    agent.streams[FollowLog] = follow
    headers = {"Cookie": "monitor_session=bob", "Origin": world.origin}

    async def ask(**frame: Any) -> dict[str, Any]:
        async with world.http.ws_connect(f"{world.base}/ws/logs", headers=headers) as ws:
            await ws.send_json(frame)
            return await LogReader(ws).next()

    away = await ask(server="one", container="web")
    assert away["status"] == 503
    async with linked(world.fleet, one, agent):
        ended = await ask(server="one", container="web")
        assert ended == {"op": "end", "reason": "the container stopped"}
        assert (await ask(server="one", container="nothing"))["status"] == 404
        assert (await ask(server="two", container="web"))["status"] == 404
        assert (await ask(server="one"))["status"] == 400
        assert (await ask(server="one", container="web", tail=-1))["status"] == 400


async def test_a_noisy_log_stops_until_its_reader_grants_more(world: World) -> None:
    one = world.add_server("one")
    agent = Agent()
    given = 0

    async def follow(_command: FollowLog) -> AsyncGenerator[Any, None]:
        nonlocal given
        for number in range(40):
            given = number
            yield LogLines(lines=tuple(LogLine("out", 0, "x" * 1000) for _ in range(256)))
        yield LogEnded(reason="done")

    agent.streams[FollowLog] = follow
    headers = {"Cookie": "monitor_session=ada", "Origin": world.origin}
    async with (
        linked(world.fleet, one, agent),
        world.http.ws_connect(f"{world.base}/ws/logs", headers=headers, max_msg_size=0) as ws,
    ):
        await ws.send_json({"server": one, "container": "web"})
        reader = LogReader(ws)
        sizes = []
        try:
            async with asyncio.timeout(1):
                while True:
                    sizes.append(len((await ws.receive()).data))
        except TimeoutError:
            pass
        assert 4_000_000 < sum(sizes) < 5_000_000
        assert given < 25, "the agent is held back too"
        await ws.send_json({"op": "credit", "bytes": 20_000_000})
        frames = 0
        while (frame := await reader.next())["op"] == "lines":
            frames += 1
        assert frame["reason"] == "done"
        assert frames + len(sizes) == 40


async def test_a_page_helper_keeps_rows_as_the_browser_does(world: World) -> None:
    async with world.page() as page:
        assert isinstance(page, Page)
        await page.sub("servers")
        one = world.add_server("one")
        await page.next("p")
        assert set(page.rows["servers"]) == {one}
