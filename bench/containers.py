"""A real agent beside Core, and images and containers of nothing but busybox to try things on."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from tests.docker_fixtures import _busybox_archive, docker, free_port
from tests.world import RunningAgent, RunningCore, server_ok, until

from bench.figures import Missing
from bench.programs import started_core
from monitor.api.server import CreateServer, GetServer, Server
from monitor.client import Client

SERVICE = 'CMD ["sh","-c","trap \'exit 0\' TERM; while :; do sleep 1000 & wait; done"]'
"""Runs until it is told to stop, and stops at once."""
_PREFIX = f"monitor-bench-{os.getpid()}"


def demand_docker() -> None:
    """Missing unless a Docker engine answers and busybox is here."""
    try:
        done = subprocess.run(["docker", "version"], capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing("there is no docker command") from error
    if done.returncode:
        raise Missing("no Docker engine answers")
    if not shutil.which("busybox"):
        raise Missing("there is no busybox to make images of")


@contextlib.contextmanager
def names() -> Iterator[str]:
    """How all containers of a bench begin; those that are left at its end are removed."""
    prefix = f"{_PREFIX}-{time.monotonic_ns() % 1_000_000}"
    try:
        yield prefix
    finally:
        left = docker("ps", "-aq", "--filter", f"name={prefix}").split()
        for start in range(0, len(left), 20):
            docker("rm", "--force", "--volumes", *left[start : start + 20], check=False)


@contextlib.contextmanager
def image(name: str, *changes: str) -> Iterator[str]:
    """An image with busybox in it, and what `changes` say."""
    archive = _busybox_archive(Path(shutil.which("busybox") or ""))
    said = [word for change in ("ENV PATH=/bin", *changes) for word in ("--change", change)]
    docker("import", *said, "-", name, stdin=archive)
    try:
        yield name
    finally:
        docker("image", "rm", "--force", name, check=False)


@contextlib.contextmanager
def registry() -> Iterator[str]:
    """The address of an image registry. Missing if the program is not here."""
    if not shutil.which("docker-registry"):
        raise Missing("there is no docker-registry")
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        address = f"127.0.0.1:{free_port()}"
        settings = Path(folder) / "registry.yml"
        settings.write_text(
            "version: 0.1\nlog: {level: error}\n"
            f"storage: {{filesystem: {{rootdirectory: {folder}}}}}\nhttp: {{addr: '{address}'}}\n"
        )
        server = subprocess.Popen(
            ["docker-registry", "serve", str(settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _until_open(address)
            yield address
        finally:
            server.terminate()
            server.wait(10)


def _until_open(address: str) -> None:
    host, port = address.split(":")
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


class Place:
    """A Core, its administrator's client, and a server with a real agent."""

    def __init__(
        self, core: RunningCore, client: Client, agent: RunningAgent, server: Server
    ) -> None:
        self.core = core
        self.client = client
        self.agent = agent
        self.server = server

    @property
    def agent_pid(self) -> int:
        """The agent's process id."""
        assert self.agent.process is not None
        return self.agent.process.pid


@contextlib.asynccontextmanager
async def real_server() -> AsyncIterator[Place]:
    """A Core with one server, whose agent looks after this machine's Docker engine."""
    demand_docker()
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        async with started_core(Path(folder)) as core, core.client() as client:
            agent = RunningAgent(Path(folder), core, "bench")
            await client.send(
                CreateServer(name="bench", config={"enabled": True}, public_key=agent.public_key)
            )
            await agent.start()
            try:
                await until(lambda: server_ok(client, "bench"))
                server = await client.send(GetServer(server="bench"))
                yield Place(core, client, agent, server)
            finally:
                if agent.runs:
                    try:
                        await agent.stop()
                    except TimeoutError:
                        await agent.kill()


async def docker_async(*arguments: str) -> str:
    """The docker command, while others go on."""
    return await asyncio.to_thread(docker, *arguments)
