import asyncio
import time

from fleet.agents import Agent, linked, until
from fleet.things import batch, container, docker, now_ms, sample, stats
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Log, UpdateStatus, UpdateStep
from monitor.core.web import live_values
from monitor.link.commands import GetStatsHistory, StatsHistory, WatchStats

from .world import Page, World, an_update

UPDATE = "a" * 24


def running(world: World, server: str) -> None:
    step = UpdateStep(index=0, stage="Deploy", command="docker create", start_ts=1000)
    log = Log(
        stage="Deploy", command="", stdout="text", stderr="", success=True, start_ts=1, end_ts=2
    )
    world.put_update(
        an_update(UPDATE, ResourceTarget(ResourceKind.SERVER, server), steps=(step,), logs=(log,))
    )


async def lines_until(page: Page, last: int) -> list[int]:
    """The numbers of all lines that come, up to `last`."""
    numbers: list[int] = []
    while not numbers or numbers[-1] < last:
        numbers += [line[0] for line in (await page.next("lines"))["lines"]]
    return numbers


async def test_a_page_begins_with_who_it_is_and_what_there_is(world: World) -> None:
    one = world.add_server("one")
    async with world.page() as page, world.page("bob") as bob:
        snap = await page.sub("boot")
        assert snap["value"]["user"] == {"username": "ada"}
        assert snap["value"]["counts"] == {"servers": 1, "containers": 0}
        assert (await bob.sub("boot"))["value"]["user"] == {"username": "bob"}
        world.fleet.event(one, docker(container("web")))
        frame = await page.next("p", topic="boot")
        assert frame["set"] == [["counts", {"servers": 1, "containers": 1}]]
        before = world.boots
        for number in range(20):
            world.fleet.event(one, docker(*(container(f"c{n}") for n in range(number))))
            await asyncio.sleep(0.01)
        await page.quiet(1.2)
        assert world.boots - before <= 6, "what all pages begin with is not made too often"


async def test_samples_come_each_second_only_while_somebody_looks(world: World) -> None:
    one = world.add_server("one")
    agent = Agent()
    at = now_ms()
    agent.answers[WatchStats] = lambda _: None
    agent.answers[GetStatsHistory] = lambda _: StatsHistory(
        host=tuple(stats(n, at - 50_000 + n * 5000) for n in range(5))
    )
    async with linked(world.fleet, one, agent):
        async with world.page() as page, world.page() as other:
            snap = await page.sub(f"stats:{one}")
            assert [s["cpu"] for s in snap["value"]["samples"]] == [0, 1, 2, 3, 4]
            await agent.session.emit(stats(42.0))
            await agent.session.emit(batch(web=sample(5.0, net_in=7.0)))
            frame = await page.next("p", topic=f"stats:{one}")
            [[field, change]] = frame["set"]
            [new] = change["append"]
            assert (field, new["cpu"], new["mem_total"]) == ("samples", 42.0, 8 * 1024**3)
            assert new["load"] == [1.0, 0.5, 0.25]
            assert new["disks"][0]["fs"] == "ext4"
            assert new["containers"] == {
                "web": {"cpu": 5.0, "mem": 1_572_864, "net_in": 7.0, "net_out": 0.0}
            }
            snap = await other.sub(f"stats:{one}")
            assert len(snap["value"]["samples"]) == 6
            since = {"epoch": page.hello["epoch"], "seq": page.seqs[f"stats:{one}"]}
        await agent.session.emit(stats(43.0))
        await agent.session.emit(batch())
        await asyncio.sleep(0.1)
        async with world.page() as page:
            page.seqs[f"stats:{one}"] = since["seq"]
            frame = await page.sub(f"stats:{one}", since=since)
            assert [s["cpu"] for s in frame["set"][0][1]["append"]] == [43.0]
        assert agent.count(WatchStats, on=True) == 1


async def test_an_update_s_output_is_replayed_then_live_with_each_line_once(
    world: World,
) -> None:
    one = world.add_server("one")
    running(world, one)
    world.print(UPDATE, *(f"line {n}" for n in range(250)), tell=False)
    world.slow_output = 0.01
    async with world.page() as page:
        snap = await page.sub(f"update:{UPDATE}")
        assert "logs" not in snap["value"]
        assert snap["value"]["id"] == UPDATE
        assert snap["value"]["steps"][0]["command"] == "docker create"
        for number in range(100):
            world.print(UPDATE, f"a {number}", f"b {number}")
            await asyncio.sleep(0.001)
        assert await lines_until(page, 450) == list(range(1, 451))
        began = time.perf_counter()
        world.print(UPDATE, "now")
        frame = await page.next("lines")
        assert frame["lines"] == [[451, 0, "out", 1001, "now"]]
        assert time.perf_counter() - began < 0.1
    async with world.page() as page:
        await page.sub(f"update:{UPDATE}")
        assert await lines_until(page, 451) == list(range(1, 452))
        await page.sub(f"update:{UPDATE}")
        assert await lines_until(page, 451) == list(range(1, 452)), "asked again, told again"


async def test_lines_that_were_lost_on_the_way_are_read_from_the_store(world: World) -> None:
    running(world, world.add_server("one"))
    async with world.page() as page:
        await page.sub(f"update:{UPDATE}")
        world.print(UPDATE, "1", "2")
        assert await lines_until(page, 2) == [1, 2]
        world.print(UPDATE, "3", "4", tell=False)
        world.hub._refresh()
        assert await lines_until(page, 4) == [3, 4]
        world.print(UPDATE, "5")
        assert await lines_until(page, 5) == [5]


async def test_a_flood_of_lines_reaches_slow_and_quick_readers_whole(world: World) -> None:
    running(world, world.add_server("one"))
    total = live_values._RECENT_LINES * 3
    async with world.page() as page, world.page() as late:
        await page.sub(f"update:{UPDATE}")
        await late.send(op="sub", topic=f"update:{UPDATE}")
        for start in range(0, total, 500):
            world.print(UPDATE, *(f"{start + n} {'x' * 100}" for n in range(500)))
            await asyncio.sleep(0)
        assert await lines_until(page, total) == list(range(1, total + 1))
        assert await lines_until(late, total) == list(range(1, total + 1))


async def test_steps_and_the_end_are_told_as_they_happen(world: World) -> None:
    one = world.add_server("one")
    running(world, one)
    async with world.page() as page:
        await page.sub(f"update:{UPDATE}")
        done = an_update(
            UPDATE,
            ResourceTarget(ResourceKind.SERVER, one),
            status=UpdateStatus.COMPLETE,
            end_ts=5000,
            success=False,
        )
        world.put_update(done)
        frame = await page.next("p", topic=f"update:{UPDATE}")
        told = dict(frame["set"])
        assert told["status"] == "Complete"
        assert told["success"] is False
        assert "operator" not in told


async def test_an_update_one_may_not_see_is_not_there(world: World) -> None:
    one, two = world.add_server("one"), world.add_server("two")
    world.rights["bob"] = frozenset({two})
    running(world, one)
    world.print(UPDATE, "secret")
    async with world.page("bob") as page, world.page() as ada:
        assert (await page.sub(f"update:{UPDATE}"))["status"] == 404
        await ada.sub(f"update:{UPDATE}")
        assert (await page.sub(f"update:{UPDATE}"))["status"] == 404, "also while others look"
        assert (await page.sub(f"update:{'b' * 24}"))["status"] == 404
        world.print(UPDATE, "more secrets")
        assert not [f for f in await page.quiet(0.2) if f["op"] != "err"]


async def test_a_watch_ends_a_while_after_the_last_page_is_gone(world: World) -> None:
    one = world.add_server("one")
    async with world.page() as page:
        await page.sub(f"stats:{one}")
        assert world.fleet.server(one).watchers == 1  # type: ignore[union-attr]
    topic = world.hub._topics[f"stats:{one}"]
    await until(lambda: topic.idle_since is not None)
    topic.idle_since = -1000.0
    await until(lambda: world.fleet.server(one).watchers == 0)  # type: ignore[union-attr]
