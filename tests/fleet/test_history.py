import time
from pathlib import Path

from fleet.agents import Agent, linked
from fleet.things import now_ms, server, stats
from monitor.api.values import Timelength
from monitor.core.events import Events
from monitor.core.fleet.fleet import Fleet
from monitor.core.history.series import Mount, Point, Series
from monitor.link.commands import GetStatsHistory, StatsHistory

GIB = 1024**3


def point(ts: int, cpu: float) -> Point:
    return Point(
        ts=ts,
        cpu=cpu,
        cpu_max=cpu + 1,
        load=(1.0, 2.0, 3.0),
        mem_used=2 * GIB,
        mem_total=8 * GIB,
        net_in=100,
        disks=(Mount("/", "ext4", 50 * GIB, 100 * GIB),),
    )


async def test_minutes_come_back_and_are_rolled_up(tmp_path: Path) -> None:
    series = Series(tmp_path / "history.db")
    await series.open()
    start = int(time.time()) // 3600 * 3600 - 7200
    for minute in range(75):
        series.add("a", point(start + 60 * minute, minute))
    series.add("b", point(start, 99))
    await series.flush()
    minutes = await series.read("a", 60, start, start + 74 * 60)
    assert [one.cpu for one in minutes] == list(range(75))
    assert minutes[0].disks[0].total == 100 * GIB
    tens = await series.read("a", 600, start, start + 4000)
    assert [one.cpu for one in tens][:2] == [4.5, 14.5]
    assert tens[0].cpu_max == 10
    assert len(tens) == 8, "the one that runs is made of its minutes"
    hours = await series.read("a", 3600, start, start + 3600)
    assert [round(one.cpu, 1) for one in hours] == [29.5, 67.0]
    day = start // 86_400 * 86_400
    assert await series.oldest("a") in {start, day}, "of its hour, or of its day if that is over"
    await series.prune(start + 2 * 86_400)
    assert await series.read("a", 60, start, start + 74 * 60) == []
    assert len(await series.read("a", 600, start, start + 4000)) >= 6
    await series.close()


async def test_history_is_there_after_a_restart_and_goes_with_its_server(tmp_path: Path) -> None:
    series = Series(tmp_path / "history.db")
    await series.open()
    start = int(time.time()) // 600 * 600 - 1200
    series.add("a", point(start, 10))
    await series.close()
    series = Series(tmp_path / "history.db")
    await series.open()
    series.add("a", point(start + 600, 20))
    await series.flush()
    assert [one.cpu for one in await series.read("a", 600, start, start + 600)] == [10, 20]
    await series.forget("a")
    assert await series.oldest("a") is None
    await series.close()


async def test_the_past_is_given_in_pages_newest_first(tmp_path: Path) -> None:
    series = Series(tmp_path / "history.db")
    await series.open()
    events = Events()
    fleet = Fleet(events, series=series)
    one = server("one")
    fleet.set_servers([one])
    newest = int(time.time()) // 60 * 60
    for minute in range(250):
        series.add(one.id, point(newest - 60 * minute, minute))
    await series.flush()
    first = await fleet.history(one.id, Timelength.MINUTES_1, 0)
    assert len(first.stats) in {199, 200}
    assert first.stats[0].ts > first.stats[1].ts
    assert all(record.ts % 60_000 == 0 for record in first.stats)
    assert first.stats[0].disk_total_gb == 100
    assert first.next_page == 1
    second = await fleet.history(one.id, Timelength.MINUTES_1, 1)
    assert len(second.stats) in {50, 51}
    assert second.next_page is None
    assert second.stats[0].ts == first.stats[-1].ts - 60_000
    await fleet.close()
    await series.close()


async def test_a_fine_grain_is_asked_of_the_agent() -> None:
    fleet = Fleet(Events())
    one = server("one")
    fleet.set_servers([one])
    agent = Agent()
    at = now_ms() // 15_000 * 15_000
    agent.answers[GetStatsHistory] = lambda _: StatsHistory(
        host=tuple(stats(n, at - n * 5000) for n in range(60, -1, -1))
    )
    async with linked(fleet, one.id, agent):
        told = await fleet.history(one.id, Timelength.SECONDS_15, 0)
    assert len(told.stats) in {20, 21, 22}
    assert all(record.ts % 15_000 == 0 for record in told.stats)
    await fleet.close()


async def test_minutes_of_a_host_are_kept_as_they_end(tmp_path: Path) -> None:
    series = Series(tmp_path / "history.db")
    await series.open()
    fleet = Fleet(Events(), series=series)
    one = server("one")
    fleet.set_servers([one])
    start = now_ms() // 60_000 * 60_000 - 180_000
    for second in range(0, 125, 5):
        fleet.event(one.id, stats(float(second // 60 * 10), start + second * 1000))
    await series.flush()
    told = await series.read(one.id, 60, start // 1000, start // 1000 + 120)
    assert [one.cpu for one in told] == [0, 10]
    await series.close()
