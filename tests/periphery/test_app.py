"""A whole agent behind a real link, asked as Core asks."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import msgspec
import pytest

from docker_fixtures import docker, free_port
from monitor.link import commands
from monitor.link.base import Command, Event, StreamCommand
from monitor.link.commands import AnyCommand, DeployContainer, JobEnded, JobLines
from monitor.link.errors import CallFailed, LinkLost, NoLink
from monitor.link.events import (
    AnyEvent,
    ContainerStatsBatch,
    DockerChanged,
    DockerState,
    HostStats,
)
from monitor.link.frames import Vocabulary
from monitor.link.hello import Hello, listen, welcome
from monitor.link.keys import Keypair, encode_key, generate
from monitor.link.session import Session
from monitor.link.transport import dial, link_url
from monitor.periphery.app import Periphery
from monitor.periphery.config import Settings, load
from monitor.settings import BadSettings

UPDATE = "0123456789abcdef01234567"
E = TypeVar("E", bound=Event)


class Core:
    """Core's end of a link."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = asyncio.Event()
        self.session: Session
        self._task: asyncio.Task[Any]
        self._http: aiohttp.ClientSession

    async def connect(self, port: int, keys: Keypair) -> None:
        self._http = aiohttp.ClientSession()
        url = link_url(f"ws://127.0.0.1:{port}", "/", port)
        deadline = time.monotonic() + 10
        while True:
            try:
                channel = await dial(self._http, url, keys)
                break
            except NoLink:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
        ours = Hello(version="test", name="core")
        hello = await listen(channel, ours)
        await welcome(channel, ours)
        vocabulary = Vocabulary(AnyCommand, AnyEvent)
        self.session = Session(channel, hello, handler=self, vocabulary=vocabulary, watches=True)
        self._task = asyncio.create_task(self.session.run())

    async def handle(self, command: Command[Any], session: Session) -> Any:
        raise AssertionError

    def stream(self, command: StreamCommand[Any], session: Session) -> Any:
        raise AssertionError

    async def event(self, event: Event, session: Session) -> None:
        self.events.append(event)
        self._changed.set()

    async def until(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True) -> E:
        async with asyncio.timeout(15):
            while True:
                self._changed.clear()
                for event in self.events:
                    if isinstance(event, kind) and fits(event):
                        return event
                await self._changed.wait()

    async def run(self, command: Any, job: str = f"{UPDATE}/job") -> tuple[commands.JobResult, str]:
        await self.session.call(commands.StartJob(job=job, command=command), timeout=5)
        text: list[str] = []
        async with aclosing(self.session.stream(commands.FollowJob(job=job), timeout=60)) as chunks:
            async for chunk in chunks:
                if isinstance(chunk, JobLines):
                    text += [line.text for line in chunk.lines]
                if isinstance(chunk, JobEnded):
                    return chunk.result, "\n".join(text)
        raise AssertionError

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._http.close()


@pytest.fixture
async def core(tmp_path: Path, docker_engine: None) -> AsyncIterator[Core]:
    keys, port = generate(), free_port()
    settings = Settings(
        root_dir=str(tmp_path / "root"),
        bind_ip="127.0.0.1",
        port=port,
        connect_as="here",
        core_public_keys=(encode_key(keys.public),),
    )
    agent = Periphery(settings)
    task = asyncio.create_task(agent.run())
    core = Core()
    await core.connect(port, keys)
    yield core
    await core.close()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (tmp_path / "root").stat().st_mode & 0o777 == 0o700


async def test_core_hears_of_docker_and_the_host(
    core: Core, busybox_image: str, container_name: str
) -> None:
    docker("run", "-d", "--name", container_name, "--network", "none", busybox_image)
    state = await core.until(DockerState)
    names = {one.name for one in state.containers}
    if container_name not in names:
        await core.until(
            DockerChanged, lambda one: any(c.name == container_name for c in one.containers)
        )
    await core.session.call(commands.WatchStats(on=True), timeout=5)
    sample = await core.until(HostStats, lambda one: one.interval_ms < 4000 and bool(one.disks))
    assert 0 <= sample.cpu <= 100
    assert 0 < sample.mem_used < sample.mem_total
    assert sample.disks[0].mount == "/"
    batch = await core.until(ContainerStatsBatch, lambda one: container_name in one.containers)
    used = batch.containers[container_name]
    assert used.mem > 0
    assert used.pids >= 1


async def test_samples_come_each_second_while_somebody_looks(core: Core) -> None:
    await core.session.call(commands.WatchStats(on=True), timeout=5)
    await core.until(HostStats)
    core.events.clear()
    await asyncio.sleep(3.4)
    count = sum(isinstance(event, HostStats) for event in core.events)
    assert 3 <= count <= 4
    history = await core.session.call(commands.GetStatsHistory(since_ms=0), timeout=5)
    assert history.host
    newest = history.host[-1].ts_ms
    later = await core.session.call(commands.GetStatsHistory(since_ms=newest), timeout=5)
    assert later.host == ()


async def test_the_host_says_what_it_is(core: Core) -> None:
    await core.until(DockerState)
    host = await core.session.call(commands.GetHost(), timeout=5)
    assert host.information.kernel == os.uname().release
    assert host.information.logical_core_count == os.cpu_count()
    assert host.periphery.docker_connected
    assert host.docker_version
    assert host.periphery.public_key
    processes = await core.session.call(commands.ListProcesses(), timeout=10)
    mine = next(one for one in processes if one.pid == os.getpid())
    assert mine.mem_mb > 5
    assert mine.cmd


async def test_a_container_is_deployed_read_and_destroyed(
    core: Core, busybox_image: str, container_name: str
) -> None:
    spec = DeployContainer(
        name=container_name,
        image=busybox_image,
        network="none",
        command="sh -c 'echo hello; sleep 60'",
    )
    result, text = await core.run(spec)
    assert result.status == "done", text
    inspected = await core.session.call(commands.InspectContainer(name=container_name), timeout=5)
    done = msgspec.msgpack.decode(result.value, type=commands.DeployDone)
    assert inspected.Id == done.container_id
    log = await core.session.call(commands.ContainerLog(name=container_name), timeout=5)
    assert log.stdout == "hello\n"
    async with aclosing(
        core.session.stream(commands.FollowLog(name=container_name), timeout=5)
    ) as chunks:
        first = await anext(chunks)
    assert isinstance(first, commands.LogLines)
    assert first.lines[0].text == "hello"
    result, text = await core.run(
        commands.DestroyContainer(name=container_name, time=0), f"{UPDATE}/destroy"
    )
    assert result.status == "done", text
    await core.until(DockerChanged, lambda one: done.container_id in one.containers_gone)
    assert await core.session.call(commands.ForgetJob(job=f"{UPDATE}/destroy"), timeout=5)
    jobs = await core.session.call(commands.ListJobs(), timeout=5)
    assert [one.job for one in jobs] == [f"{UPDATE}/job"]


async def test_what_is_not_there_fails_with_a_code(core: Core) -> None:
    for command in (
        commands.InspectContainer(name="no-such"),
        commands.ContainerLog(name="no-such"),
        commands.InspectImage(name="no-such"),
    ):
        with pytest.raises(CallFailed) as failed:
            await core.session.call(command, timeout=5)
        assert failed.value.code == "not_found"


async def test_a_job_goes_on_while_the_link_is_down(
    core: Core, busybox_image: str, container_name: str
) -> None:
    spec = DeployContainer(name=container_name, image=busybox_image, network="none")
    await core.session.call(commands.StartJob(job=f"{UPDATE}/x", command=spec), timeout=5)
    await core.session.close("a cut")
    with pytest.raises(LinkLost):
        await core.session.call(commands.ListJobs(), timeout=5)
    deadline = time.monotonic() + 15
    while not docker("ps", "-q", "--filter", f"name={container_name}"):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def test_an_agent_ends_at_once_when_told_to(tmp_path: Path) -> None:
    script = (
        "import asyncio\nfrom monitor.periphery.app import run_periphery\n"
        "from monitor.periphery.config import load\nasyncio.run(run_periphery(load()))"
    )
    environ = {
        **os.environ,
        "PERIPHERY_ROOT_DIR": str(tmp_path / "root"),
        "PERIPHERY_PORT": str(free_port()),
        "PERIPHERY_BIND_IP": "127.0.0.1",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, env=environ, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    said = b""
    async with asyncio.timeout(15):
        while b"waiting for Core" not in said:
            said += await process.stderr.readline()
    start = time.monotonic()
    process.send_signal(signal.SIGTERM)
    rest = await asyncio.wait_for(process.stderr.read(), 10)
    assert await process.wait() == 0, rest.decode()
    assert time.monotonic() - start < 5
    assert b"Traceback" not in rest


def test_settings_come_from_file_environment_and_secret_files(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        'port = 1\nroot_dir = "/a"\nallowed_ips = ["10.0.0.0/8"]\n'
    )
    (tmp_path / "secret").write_text("mon1.x.y\n")
    settings = load(
        {
            "PERIPHERY_CONFIG_PATH": str(tmp_path / "config.toml"),
            "PERIPHERY_PORT": "8121",
            "PERIPHERY_ONBOARDING_KEY_FILE": str(tmp_path / "secret"),
            "PERIPHERY_CORE_PUBLIC_KEYS": "a, b",
            "KOMODO_CONNECT_AS": "old name",
            "DOCKER_HOST": "unix:///x.sock",
        }
    )
    assert (settings.port, settings.root_dir, settings.allowed_ips) == (8121, "/a", ("10.0.0.0/8",))
    assert settings.core_public_keys == ("a", "b")
    assert (settings.onboarding_key, settings.name) == ("mon1.x.y", "old name")
    assert settings.docker_host == "unix:///x.sock"
    assert "mon1" not in repr(settings)
    with pytest.raises(BadSettings, match="port"):
        load({"PERIPHERY_PORT": "many"})


async def test_a_build_runs_over_the_link_and_its_files_are_read(
    core: Core, busybox_image: str, container_name: str
) -> None:
    text = f"FROM {busybox_image}\nRUN echo built\n"
    result, _ = await core.run(
        commands.WriteDockerfile(name="web", files_on_host=True, contents=text), f"{UPDATE}/write"
    )
    assert result.status == "done"
    read = await core.session.call(
        commands.ReadDockerfile(name="web", files_on_host=True), timeout=5
    )
    assert read.contents == text
    build = commands.BuildImage(name="web", files_on_host=True, images=(container_name,))
    result, said = await core.run(build, f"{UPDATE}/build")
    try:
        assert result.status == "done", said
        assert "built" in said
        done = msgspec.msgpack.decode(result.value, type=commands.BuildDone)
        assert done.image_id.startswith("sha256:")
    finally:
        docker("image", "rm", "--force", container_name, check=False)
