"""Core with servers and viewers, as programs and sockets of their own."""

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from tests.world import RunningCore

from bench.simulator import Plan, arguments_of, name_of, public_key_of
from monitor.api.server import CreateServer, GetServersSummary
from monitor.client import Client

_AT_ONCE = 8
_COMPILED = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(Path(__file__).resolve().parent.parent / ".cache" / "bytecode"),
}
"""Modules are compiled once, as in any installation, also where the environment keeps Python from that."""
DASHBOARD = (
    "boot", "servers", "container_problems", "deployments", "builds", "repos", "updates",
)  # fmt: skip
"""The topics a dashboard looks at."""
CONTAINERS = ("boot", "updates", "servers", "deployments", "containers", "container_stats")
"""Those a list of all containers looks at, with their figures."""


@contextlib.asynccontextmanager
async def running_core(**settings: str) -> AsyncIterator[RunningCore]:
    """A Core with nothing in it."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        async with started_core(Path(folder), **settings) as core:
            yield core


@contextlib.asynccontextmanager
async def started_core(folder: Path, **settings: str) -> AsyncIterator[RunningCore]:
    """A Core with its data in a folder."""
    core = RunningCore(folder, MONITOR_LOGGING_LEVEL="warning", **_COMPILED, **settings)
    await core.start()
    try:
        yield core
    finally:
        if core.runs:
            try:
                await core.stop()
            except TimeoutError:
                await core.kill()


def pid_of(core: RunningCore) -> int:
    """Core's process id."""
    assert core.process is not None
    return core.process.pid


async def create_servers(client: Client, plan: Plan) -> None:
    """Create the servers of a plan, with their agents' keys."""
    left = iter(range(plan.servers))

    async def create() -> None:
        for number in left:
            key = public_key_of(number, plan.seed)
            await client.send(
                CreateServer(name=name_of(number), config={"enabled": True}, public_key=key)
            )

    await asyncio.gather(*(create() for _ in range(_AT_ONCE)))


@contextlib.asynccontextmanager
async def simulated(core: RunningCore, plan: Plan, seconds: float) -> AsyncIterator[None]:
    """The plan's agents, in a process of their own; all have a link when this begins."""
    process = await asyncio.create_subprocess_exec(
        *arguments_of(plan, f"ws://127.0.0.1:{core.port}", core.public_key, seconds),
        cwd=Path(__file__).resolve().parent.parent,
    )
    try:
        async with core.client() as client:
            await _until_up(client, plan.servers, plan.ramp + 30)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_up(client: Client, servers: int, within: float) -> None:
    end = time.monotonic() + within
    while True:
        summary = await client.send(GetServersSummary())
        up = summary.total - summary.unhealthy - summary.disabled
        if up >= servers:
            return
        if time.monotonic() > end:
            raise AssertionError(f"{up} of {servers} servers have a link after {within:.0f} s")
        await asyncio.sleep(0.25)


class Watching:
    """A viewer of live topics that counts what it is sent and throws it away."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.bytes = 0
        self.frames = 0
        self.gaps = 0

    async def run(self) -> None:
        """Read for ever."""
        async for message in self._socket:
            self.bytes += len(message.data)
            self.frames += 1
            self.gaps += isinstance(message.data, str) and message.data.startswith('{"op":"gap"')


@contextlib.asynccontextmanager
async def live_socket(
    core: RunningCore, client: Client, topics: tuple[str, ...], wishes: str = ""
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A socket that has subscribed to topics; `wishes` are of its address."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{core.url}/ws/live{wishes}", max_msg_size=0, compress=0) as socket,
    ):
        await socket.send_str(client._login_frame())  # noqa: SLF001 - what it logs in with itself
        for topic in topics:
            await socket.send_json({"op": "sub", "topic": topic})
        yield socket


@contextlib.asynccontextmanager
async def viewers(
    core: RunningCore, count: int, topics: tuple[str, ...] = DASHBOARD
) -> AsyncIterator[list[Watching]]:
    """So many viewers of a dashboard."""
    async with contextlib.AsyncExitStack() as stack:
        client = await stack.enter_async_context(core.client())
        watching: list[Watching] = []
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                looking = live_socket(core, client, topics, "?zip=1")
                socket = await stack.enter_async_context(looking)
                watching.append(Watching(socket))
            tasks = [group.create_task(one.run()) for one in watching]
            yield watching
            for task in tasks:
                task.cancel()


def seconds_setting(name: str, default: float) -> float:
    """How long a bench measures; the environment can shorten it."""
    return float(os.environ.get(name, default))
