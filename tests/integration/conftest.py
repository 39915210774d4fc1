"""A whole works for builds: from a git repository to a running container."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from git_fixtures import GitServer
from integration.works import WEBHOOK_SECRET, Works
from monitor.api.server import CreateServer
from world import RunningAgent, RunningCore, server_ok, until


@pytest.fixture
async def works(
    tmp_path: Path,
    git_server: GitServer,
    private_registry: str,
    busybox_image: str,
    container_name: str,
) -> AsyncIterator[Works]:
    """Core and an agent that trust the git server; nothing is configured yet but the server `local`."""
    del container_name
    core = RunningCore(tmp_path, MONITOR_WEBHOOK_SECRET=WEBHOOK_SECRET, **git_server.environ)
    await core.start()
    agent = RunningAgent(tmp_path, core, "local", **git_server.environ)
    name = f"mb-{uuid.uuid4().hex[:8]}"
    async with core.client() as admin:
        server = await admin.send(
            CreateServer(name="local", config={"enabled": True}, public_key=agent.public_key)
        )
        await agent.start()
        await until(lambda: server_ok(admin, "local"))
        works = Works(
            name=name,
            core=core,
            agent=agent,
            admin=admin,
            server=server,
            repository=git_server.repository(f"private/{name}"),
            git_server=git_server,
            registry=private_registry,
            base=busybox_image,
        )
        yield works
    for program in (agent, core):
        if program.runs:
            await program.stop()
    works.remove_images()
    assert "Traceback" not in core.text(), core.text()[-6000:]
