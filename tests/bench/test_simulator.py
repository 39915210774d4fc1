"""A small simulated fleet, and what the benches make of it."""

import asyncio
import itertools
import json
import time
from pathlib import Path

import aiohttp
import pytest
from bench.figures import Figure
from bench.fleet import measure
from bench.programs import create_servers, live_socket, simulated, viewers
from bench.simulator import Plan, SimulatedHost, name_of

from bench import figures, lists
from monitor.api.container import ListAllContainers
from monitor.api.server import ListServers, ServerState
from monitor.api.stats import GetSystemStats, ListSystemProcesses
from monitor.client import Client
from world import RunningCore, until

PLAN = Plan(servers=20, containers=5, ramp=1.0)


async def test_twenty_simulated_servers_connect_and_are_seen_with_their_containers(
    core: RunningCore, admin: Client
) -> None:
    await create_servers(admin, PLAN)
    async with simulated(core, PLAN, 40):
        servers = await admin.send(ListServers())
        assert [item.name for item in servers] == [name_of(number) for number in range(20)]
        assert {item.info.state for item in servers} == {ServerState.OK}
        await until(lambda: _containers(admin, 100))
        stats = await admin.send(GetSystemStats(server=name_of(7)))
        assert 0 < stats.cpu_perc < 100
        assert len(await admin.send(ListSystemProcesses(server=name_of(7)))) == 20


async def _containers(admin: Client, count: int) -> bool:
    return len(await admin.send(ListAllContainers())) == count


async def test_a_watched_server_tells_its_figures_each_second(
    core: RunningCore, admin: Client
) -> None:
    await create_servers(admin, PLAN)
    async with simulated(core, PLAN, 40):
        servers = await admin.send(ListServers())
        async with live_socket(core, admin, (f"stats:{servers[3].id}",)) as socket:
            times = await asyncio.wait_for(_samples(socket, 4), 20)
    assert all(500 < after - before < 2500 for before, after in itertools.pairwise(times))


async def _samples(socket: aiohttp.ClientWebSocketResponse, count: int) -> list[int]:
    """Times of the first samples that come one by one."""
    times: list[int] = []
    while len(times) < count:
        frame = json.loads(await socket.receive_str())
        if frame["op"] == "p":
            times += [one["ts"] for _, change in frame["set"] for one in change["append"]]
    return times


def test_a_seed_gives_the_same_servers_each_time() -> None:
    one, same = (SimulatedHost(4, PLAN) for _ in range(2))
    other = SimulatedHost(4, Plan(servers=20, containers=5, seed=2))
    assert one.docker_state() == same.docker_state()
    assert one.container_stats().containers == same.container_stats().containers
    assert one.docker_state() != other.docker_state()


async def test_the_fleet_bench_measures_core() -> None:
    measured = await measure(PLAN, watching=2, seconds=2, figures_seconds=2, settle=1)
    for used in (measured.dashboards, measured.figures):
        assert 0 <= used.share < 1
        assert 20 < used.memory < 400
        assert used.sent > 0
    assert 0 < measured.stopped < 10


@pytest.mark.alone
async def test_core_stops_within_five_seconds_with_hundreds_of_links_and_pages(
    core: RunningCore, admin: Client
) -> None:
    plan = Plan(servers=300, containers=2, ramp=3.0)
    await create_servers(admin, plan)
    async with simulated(core, plan, 60), viewers(core, 5):
        began = time.monotonic()
        assert await core.stop() == 0
        assert time.monotonic() - began < 5
    assert "Traceback" not in core.text()


async def test_the_list_bench_measures_calls(core: RunningCore, admin: Client) -> None:
    assert core.process is not None
    calls = await asyncio.to_thread(
        lists.calls, core.url, "ListServers", admin.jwt, core.process.pid
    )
    assert calls[0] > 0


def test_a_table_shows_budget_and_figure_and_what_misses(tmp_path: Path) -> None:
    lines = figures.table(
        [
            Figure(what="a list", figure=1.234, unit="ms", budget=2),
            Figure(what="another", figure=3, unit="ms", budget=2, note="slow"),
            Figure(what="told beside", figure=12345, unit="B"),
        ]
    ).splitlines()
    assert "| a list      | 2 ms   | 1.23 ms | ok   |" in lines[2]
    assert "| another     | 2 ms   | 3 ms    | MISS | slow |" in lines[3]
    assert "12345 B" in lines[4]
    assert figures.percentile([float(n) for n in range(1, 101)], 0.99) == 99
