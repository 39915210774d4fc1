"""The engine's state as it changes behind our back, and through its absences."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from docker_fixtures import docker
from monitor.api.docker import ContainerListItem
from monitor.link.base import Event
from monitor.link.events import DockerChanged, DockerDown, DockerState, DockerUp
from monitor.periphery.docker import Docker
from monitor.periphery.docker_lists import RawContainer
from monitor.periphery.docker_watch import (
    SETTLE_SECONDS,
    DockerWatch,
    RawActor,
    RawEvent,
    Touched,
    difference,
)

E = TypeVar("E", bound=Event)


class Watched:
    """A watch whose events are kept."""

    def __init__(self, host: str) -> None:
        self.events: list[tuple[float, Event]] = []
        self._changed = asyncio.Event()
        self.docker = Docker(host)
        self.watch = DockerWatch(self.docker, self._tell)

    async def _tell(self, event: Event) -> None:
        self.events.append((time.monotonic(), event))
        self._changed.set()

    async def until(
        self, kind: type[E], fits: Callable[[E], bool] = lambda _: True
    ) -> tuple[float, E]:
        async with asyncio.timeout(15):
            while True:
                self._changed.clear()
                for at, event in self.events:
                    if isinstance(event, kind) and fits(event):
                        return at, event
                await self._changed.wait()


@pytest.fixture
async def watched(docker_engine: None) -> AsyncIterator[Watched]:
    watched = Watched("unix:///var/run/docker.sock")
    task = asyncio.create_task(watched.watch.run())
    await watched.until(DockerState)
    yield watched
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await watched.docker.close()


def has(name: str, state: str) -> Callable[[DockerChanged], bool]:
    return lambda change: any(
        one.name == name and one.state.value == state for one in change.containers
    )


async def test_everything_is_told_at_first(watched: Watched) -> None:
    kinds = [type(event) for _, event in watched.events]
    assert kinds[:2] == [DockerUp, DockerState]
    _, state = await watched.until(DockerState)
    assert {"bridge", "host", "none"} <= {network.name for network in state.networks}


async def test_changes_behind_our_back_are_told_at_once(
    watched: Watched, busybox_image: str, container_name: str
) -> None:
    name = container_name
    docker("network", "create", name)
    docker("run", "-d", "--name", name, "--network", name, "-v", f"{name}:/x", busybox_image)
    _, change = await watched.until(DockerChanged, has(name, "running"))
    item = next(one for one in change.containers if one.name == name)
    assert isinstance(item, ContainerListItem)
    assert (item.image, item.networks, item.volumes) == (busybox_image, (name,), (name,))
    await watched.until(
        DockerChanged, lambda one: any(n.name == name and n.in_use for n in one.networks)
    )
    await watched.until(
        DockerChanged, lambda one: any(v.name == name and v.in_use for v in one.volumes)
    )
    watched.events.clear()
    docker("kill", name)
    killed = time.monotonic()
    at, _ = await watched.until(DockerChanged, has(name, "exited"))
    assert at - killed < 0.2
    docker("rename", name, f"{name}-b")
    await watched.until(DockerChanged, has(f"{name}-b", "exited"))
    docker("rm", f"{name}-b")
    await watched.until(DockerChanged, lambda one: item.id in one.containers_gone)


async def test_what_changes_nothing_is_not_told(
    watched: Watched, busybox_image: str, container_name: str
) -> None:
    docker("run", "-d", "--name", container_name, "--network", "none", busybox_image)
    await watched.until(DockerChanged, has(container_name, "running"))
    await asyncio.sleep(0.3)
    watched.events.clear()
    for _ in range(3):
        docker("exec", container_name, "true")
    await asyncio.sleep(0.3)
    ours = [
        event
        for _, event in watched.events
        if isinstance(event, DockerChanged) and has(container_name, "running")(event)
    ]
    assert ours == []


async def test_an_engine_that_comes_and_goes_is_noticed(
    tmp_path: Path, docker_engine: None
) -> None:
    socket = tmp_path / "docker.sock"
    watched = Watched(f"unix://{socket}")
    task = asyncio.create_task(watched.watch.run())
    _, down = await watched.until(DockerDown)
    assert "cannot be reached" in down.reason
    assert isinstance(watched.watch.state, DockerDown)
    relay = await _relay(socket)
    await watched.until(DockerUp)
    await watched.until(DockerState)
    watched.events.clear()
    relay.close()
    shutil.move(socket, tmp_path / "gone")
    for writer in _writers:
        writer.close()
    await watched.until(DockerDown)
    (tmp_path / "gone").rename(socket)
    relay = await _relay(socket)
    start = time.monotonic()
    at, _ = await watched.until(DockerState)
    assert at - start < 3
    relay.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await watched.docker.close()


_writers: list[asyncio.StreamWriter] = []


async def _relay(socket: Path) -> asyncio.Server:
    """A door to the real engine that can be shut."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
        except OSError:
            pass
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_unix_connection("/var/run/docker.sock")
        _writers.extend((writer, up_writer))
        await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer))

    socket.unlink(missing_ok=True)
    return await asyncio.start_unix_server(serve, path=str(socket))


def test_no_difference_is_nothing_to_tell() -> None:
    state = DockerState(version="1")
    assert difference(state, state) is None


def test_a_death_is_looked_at_until_the_engine_lists_it() -> None:
    def about(action: str, one: str) -> RawEvent:
        return RawEvent(Type="container", Action=action, Actor=RawActor(ID=one))

    touched = Touched()
    for action, one in (("die", "a"), ("die", "b"), ("die", "c"), ("start", "c"), ("die", "d")):
        assert touched.add(about(action, one), 100.0)
    listed = {
        one: RawContainer(Id=one, State=state)
        for one, state in (("a", "running"), ("b", "exited"), ("c", "running"))
    }
    again = touched.again(listed, 100.1)
    assert (again.containers, set(again.dying)) == ({"a"}, {"a"})
    assert again.again(listed, 100.0 + SETTLE_SECONDS).containers == set()


async def test_containers_that_end_by_themselves_are_told_as_ended(
    watched: Watched, busybox_image: str, container_name: str
) -> None:
    """The engine tells of a death before it lists it: nothing else comes after that."""
    names = [f"{container_name}-{number}" for number in range(12)]
    for name in names:
        docker("run", "-d", "--name", name, busybox_image, "sh", "-c", "sleep 0.3")
    for name in names:
        await watched.until(DockerChanged, has(name, "exited"))
