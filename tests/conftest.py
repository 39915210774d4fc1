"""What every test may use: a real Core, its administrator, and a server with a real agent."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from docker_fixtures import (
    busybox_image,
    container_name,
    docker_engine,
    make_image,
    private_registry,
    registry,
)
from git_fixtures import git_server, ssh_server
from monitor.api.server import CreateServer, GetServer, Server
from monitor.client import Client
from world import RunningAgent, RunningCore, server_ok, until

__all__ = [
    "busybox_image",
    "container_name",
    "docker_engine",
    "git_server",
    "make_image",
    "private_registry",
    "registry",
    "ssh_server",
]


_ALONE = {"browser", "programs", "bench"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of what a person waits for are run one at a time; long ones come first, so that none is left at the end."""
    for item in items:
        if _ALONE.intersection(item.path.parts):
            item.add_marker(pytest.mark.alone)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[RunningCore]:
    core = RunningCore(tmp_path)
    await core.start()
    yield core
    if core.runs:
        await core.stop()
    assert "Traceback" not in core.text(), core.text()[-6000:]


@pytest.fixture
async def admin(core: RunningCore) -> AsyncIterator[Client]:
    async with core.client() as client:
        yield client


@pytest.fixture
async def agent(
    core: RunningCore, admin: Client, tmp_path: Path, docker_engine: None
) -> AsyncIterator[RunningAgent]:
    """The agent of the server `local`, connected."""
    agent = RunningAgent(tmp_path, core, "local")
    await admin.send(
        CreateServer(name="local", config={"enabled": True}, public_key=agent.public_key)
    )
    await agent.start()
    await until(lambda: server_ok(admin, "local"))
    yield agent
    if agent.runs:
        await agent.stop()


@pytest.fixture
async def local(agent: RunningAgent, admin: Client) -> Server:
    """The server `local`."""

    return await admin.send(GetServer(server="local"))
