import asyncio
from typing import Any

import pytest

from fleet.agents import Agent, linked, until
from fleet.things import GIB, batch, container, docker, image, now_ms, sample, server, stats
from monitor.api.deployment import DeploymentState
from monitor.api.docker import ContainerStateStatusEnum
from monitor.api.server import ServerState
from monitor.core.errors import ApiError
from monitor.core.events import (
    ContainersChanged,
    DockerListChanged,
    Event,
    Events,
    HostSampled,
    ServerStateChanged,
    Subscription,
)
from monitor.core.fleet import views
from monitor.core.fleet.fleet import Fleet, ServerAway
from monitor.core.fleet.samples import Sample
from monitor.link.base import CommandFailed
from monitor.link.commands import GetStatsHistory, ListProcesses, StatsHistory, WatchStats
from monitor.link.events import DockerChanged, DockerDown, DockerUp


class World:
    def __init__(self) -> None:
        self.events = Events()
        self.fleet = Fleet(self.events)
        self.server = server("one", ignore_mounts=("/data",))
        self.fleet.set_servers([self.server])
        self.id = self.server.id
        self.news: Subscription[Event] = self.events.subscribe(
            ContainersChanged, DockerListChanged, ServerStateChanged, HostSampled
        )

    def told(self, kind: type[Any]) -> list[Any]:
        events = []
        while not self.news._queue.empty():
            events.append(self.news._queue.get_nowait())
        return [event for event in events if isinstance(event, kind)]

    @property
    def now(self) -> Any:
        return self.fleet.server(self.id)


@pytest.fixture
async def world() -> World:
    return World()


def test_a_server_that_never_connected_is_not_reached_and_says_so(world: World) -> None:
    info = views.server_info(world.server, world.now)
    assert info.state is ServerState.NOT_OK
    assert info.err is not None
    assert "not connected" in info.err.error
    assert info.stats is None
    with pytest.raises(ServerAway, match="one is not reached") as caught:
        world.fleet.session(world.id)
    assert caught.value.status == 503


def test_a_disabled_server_is_disabled_whatever_its_link_is(world: World) -> None:
    disabled = server("two", enabled=False)
    world.fleet.set_server(disabled)
    info = views.server_info(disabled, world.fleet.server(disabled.id))
    assert info.state is ServerState.DISABLED
    assert info.err is None
    with pytest.raises(ServerAway, match="disabled"):
        world.fleet.session(disabled.id)


def test_only_what_changed_is_told(world: World) -> None:
    world.fleet.event(world.id, docker(container("a"), container("b"), images=(image("i"),)))
    assert world.told(ContainersChanged)[0].changed == ("a", "b")
    world.fleet.event(world.id, docker(container("a"), container("b"), images=(image("i"),)))
    assert world.told(Event) == []
    world.fleet.event(world.id, docker(container("a", "exited"), images=(image("i"), image("j"))))
    events = world.told(Event)
    assert ContainersChanged(world.id, ("a",), ("b",)) in events
    assert DockerListChanged(world.id, "images") in events
    assert DockerListChanged(world.id, "volumes") not in events


def test_a_renamed_container_leaves_its_old_name(world: World) -> None:
    world.fleet.event(world.id, docker(container("a", id="1" * 64)))
    world.told(Event)
    world.fleet.event(world.id, DockerChanged(containers=(container("b", id="1" * 64),)))
    assert world.told(ContainersChanged) == [ContainersChanged(world.id, ("b",), ("a",))]
    assert set(world.fleet.containers(world.id)) == {"b"}


def test_a_swap_of_names_keeps_both(world: World) -> None:
    world.fleet.event(
        world.id, docker(container("web", id="1" * 64), container("web.next", id="2" * 64))
    )
    world.fleet.event(
        world.id,
        DockerChanged(
            containers=(container("web.old", id="1" * 64), container("web", id="2" * 64))
        ),
    )
    assert {name: c.id for name, c in world.fleet.containers(world.id).items()} == {
        "web.old": "1" * 64,
        "web": "2" * 64,
    }
    world.fleet.event(world.id, DockerChanged(containers_gone=("1" * 64,)))
    assert set(world.fleet.containers(world.id)) == {"web"}


def test_a_container_made_anew_under_a_name_survives_the_end_of_the_old_one(world: World) -> None:
    world.fleet.event(world.id, docker(container("web", id="1" * 64)))
    world.fleet.event(world.id, DockerChanged(containers=(container("web", id="2" * 64),)))
    world.fleet.event(world.id, DockerChanged(containers_gone=("1" * 64,)))
    assert world.fleet.containers(world.id)["web"].id == "2" * 64


def test_without_docker_states_are_unknown_and_the_reason_is_kept(world: World) -> None:
    world.fleet.event(world.id, docker(container("a"), container("b", "exited")))
    assert views.deployment_state(world.now, "a") is DeploymentState.RUNNING
    assert views.deployment_state(world.now, "c") is DeploymentState.NOT_DEPLOYED
    world.told(Event)
    world.fleet.event(world.id, DockerDown(reason="the socket is gone"))
    assert world.told(ContainersChanged)[0].changed == ("a", "b")
    assert views.deployment_state(world.now, "a") is DeploymentState.UNKNOWN
    assert world.fleet.container(world.id, "a") is None
    item = views.container_item(world.now, "a")
    assert item is not None
    assert item.state is ContainerStateStatusEnum.EMPTY
    assert views.containers_summary([world.now]).unknown == 2
    assert world.now.docker_error == "the socket is gone"
    world.fleet.event(world.id, docker(container("a"), container("b", "exited")))
    assert world.told(ContainersChanged)[0].changed == ("a", "b")
    assert views.deployment_state(world.now, "a") is DeploymentState.RUNNING


def test_containers_are_counted_by_what_a_user_would_call_them(world: World) -> None:
    world.fleet.event(
        world.id,
        docker(
            container("a"),
            container("b", status="Up 1 hour (unhealthy)"),
            container("c", "exited"),
            container("d", "paused"),
            container("e", "restarting"),
        ),
    )
    summary = views.containers_summary([world.now])
    assert (summary.total, summary.running, summary.stopped) == (5, 1, 2)
    assert (summary.unhealthy, summary.unknown) == (2, 0)


def test_stats_are_in_gib_without_the_ignored_mounts(world: World) -> None:
    world.fleet.event(world.id, stats(12.5))
    told = views.system_stats(world.now)
    assert told is not None
    assert told.cpu_perc == 12.5
    assert told.mem_total_gb == 8
    assert [disk.mount for disk in told.disks] == ["/"]
    assert told.network_ingress_bytes == 5000
    minimal = views.minimal_stats(world.now)
    assert minimal is not None
    assert (minimal.disk_used_gb, minimal.disk_total_gb) == (50, 100)
    worst = views.server_info(world.server, world.now).disk_worst
    assert worst is not None
    assert (worst.mount, worst.perc) == ("/", 50.0)


def test_the_sparkline_has_the_average_of_each_minute(world: World) -> None:
    start = now_ms() // 60_000 * 60_000 - 600_000
    for minute in range(5):
        for second in range(0, 60, 5):
            world.fleet.event(
                world.id, stats(10 * minute + second % 2, start + minute * 60_000 + second * 1000)
            )
    info = views.server_info(world.server, world.now)
    assert info.sparkline == (0, 10, 20, 30)


def test_a_container_s_figures_are_in_its_list_item(world: World) -> None:
    world.fleet.event(world.id, docker(container("a"), container("b", "exited")))
    world.fleet.event(world.id, batch(a=sample(3.0)))
    item = views.container_item(world.now, "a")
    assert item is not None
    assert item.stats is not None
    assert (item.stats.cpu_perc, item.server_name) == ("3.00%", "one")
    other = views.container_item(world.now, "b")
    assert other is not None
    assert other.stats is None


async def test_a_link_fills_in_who_the_agent_is_and_its_loss_says_why(world: World) -> None:
    agent = Agent()
    async with linked(world.fleet, world.id, agent) as session:
        await until(lambda: world.now.host is not None)
        await agent.session.emit(docker(container("a")))
        await agent.session.emit(stats(7.0))
        await until(lambda: world.now.stats is not None)
        info = views.server_info(world.server, world.now)
        assert (info.state, info.version, info.docker) == (ServerState.OK, "0.1.0", "27.0.1")
        assert (info.core_count, info.logical_core_count) == (2, 4)
        assert info.latency_ms is not None
        await session.close("the cable was pulled")
        await until(lambda: not world.now.up)
    info = views.server_info(world.server, world.now)
    assert info.state is ServerState.NOT_OK
    assert info.err is not None
    assert "the cable was pulled" in info.err.error
    assert info.stats is not None, "the last figures stay"
    assert info.seen_ms is not None
    assert now_ms() - info.seen_ms < 5000
    assert views.deployment_state(world.now, "a") is DeploymentState.UNKNOWN


async def test_an_agent_s_failures_are_told_as_what_they_are(world: World) -> None:
    agent = Agent()

    def not_found(_: Any) -> Any:
        raise CommandFailed("not_found", "no such thing")

    async def slow(_: Any) -> Any:
        await asyncio.sleep(5)

    async with linked(world.fleet, world.id, agent) as session:
        with pytest.raises(ApiError) as caught:
            await world.fleet.ask(world.id, ListProcesses())
        assert caught.value.status == 503
        agent.answers[ListProcesses] = not_found
        with pytest.raises(ApiError) as caught:
            await world.fleet.ask(world.id, ListProcesses())
        assert (caught.value.status, caught.value.message) == (404, "no such thing")
        agent.answers[ListProcesses] = slow
        with pytest.raises(ApiError) as caught:
            await world.fleet.ask(world.id, ListProcesses(), timeout=0.1)
        assert (caught.value.status, caught.value.code) == (503, "timeout")
        asking = asyncio.create_task(world.fleet.ask(world.id, ListProcesses()))
        await asyncio.sleep(0.05)
        await session.close("gone")
        with pytest.raises(ServerAway, match="gone"):
            await asking


async def test_watching_is_counted_and_begins_with_what_the_agent_remembers(world: World) -> None:
    agent = Agent()
    at = now_ms()
    agent.answers[WatchStats] = lambda _: None
    agent.answers[GetStatsHistory] = lambda _: StatsHistory(
        host=tuple(stats(n, at - 60_000 + n * 5000) for n in range(10)),
        containers=tuple(batch(at - 60_000 + n * 5000, a=sample(n)) for n in range(10)),
    )
    async with linked(world.fleet, world.id, agent):
        await world.fleet.watch(world.id)
        await world.fleet.watch(world.id)
        ring: list[Sample] = list(world.now.ring)
        assert [one.cpu for one in ring] == list(range(10))
        assert [one.containers["a"].cpu for one in ring] == list(range(10))
        world.told(Event)
        await agent.session.emit(stats(55.0))
        await agent.session.emit(batch(a=sample(50.0)))
        await until(lambda: len(world.now.ring) == 11)
        newest = world.told(HostSampled)[-1].sample
        assert isinstance(newest, Sample)
        assert (newest.cpu, newest.containers["a"].cpu) == (55.0, 50.0)
        assert newest.disks[0].total == 100 * GIB
        assert agent.count(WatchStats, on=True) >= 1
        world.fleet.unwatch(world.id)
        assert world.now.ring is not None
        world.fleet.unwatch(world.id)
        assert world.now.ring is None
        await until(lambda: agent.count(WatchStats, on=False) == 1)
    await world.fleet.close()


async def test_a_watched_server_is_watched_again_after_its_link_was_cut(world: World) -> None:
    agent = Agent()
    agent.answers[WatchStats] = lambda _: None
    await world.fleet.watch(world.id)
    async with linked(world.fleet, world.id, agent):
        await until(lambda: agent.count(WatchStats, on=True) == 1)
    async with linked(world.fleet, world.id, agent):
        await until(lambda: agent.count(WatchStats, on=True) == 2)
    await world.fleet.close()


async def test_an_older_session_changes_nothing(world: World) -> None:
    async with linked(world.fleet, world.id, Agent()) as old:  # noqa: SIM117 - one after the other
        async with linked(world.fleet, world.id, Agent()) as new:
            world.fleet.event(world.id, stats(99.0), old)
            assert world.now.stats is None
            world.fleet.down(world.id, "late", old)
            assert world.now.session is new


def test_a_deleted_server_takes_its_containers_along(world: World) -> None:
    world.fleet.event(world.id, docker(container("a")))
    world.told(Event)
    world.fleet.set_servers([])
    assert world.told(ContainersChanged) == [ContainersChanged(world.id, (), ("a",))]
    world.fleet.down(world.id, "closed")
    assert world.fleet.server(world.id) is None


def test_docker_coming_back_waits_for_the_lists(world: World) -> None:
    world.fleet.event(world.id, docker(container("a")))
    world.fleet.event(world.id, DockerDown(reason="restarting"))
    world.fleet.event(world.id, DockerUp(version="27.0.2"))
    assert views.deployment_state(world.now, "a") is DeploymentState.UNKNOWN
    assert world.now.docker_version == "27.0.2"
