"""One Chromium, and one Core with an agent and a real Docker engine that has things to show."""

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from browser.visiting import LAUNCH, ROOT
from docker_fixtures import FOREVER, docker
from monitor.api.deployment import CreateDeployment, Deploy, Deployment
from monitor.api.server import CreateServer, GetServer, Server
from monitor.api.update import Update
from monitor.client import Client
from world import RunningAgent, RunningCore, server_ok, until


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**LAUNCH)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def ui_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built UI, kept as it is while these tests run."""
    built = ROOT / "ui" / "dist"
    assert (built / "index.html").is_file(), "the UI is not built: ./dev test builds it"
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("ui") / "dist"))


@pytest.fixture(scope="session")
def prefix(docker_engine: None) -> Iterator[str]:
    """How the containers of these tests begin; they are removed in the end."""
    prefix = f"bt-{os.getpid()}-{uuid.uuid4().hex[:6]}"
    yield prefix
    remove(prefix)


def remove(prefix: str) -> None:
    """Remove all containers whose names begin so."""
    if left := docker("ps", "-aq", "--filter", f"name={prefix}").split():
        docker("rm", "--force", "--volumes", *left, check=False)


@dataclass
class Site:
    """A Core whose server `local` runs containers."""

    core: RunningCore
    agent: RunningAgent
    admin: Client
    server: Server
    prefix: str
    image: str
    web: Deployment
    """Deployed and running."""
    idle: Deployment
    """Never deployed."""
    deployed: Update
    failed: Update

    @property
    def url(self) -> str:
        return self.core.url

    async def make(self, name: str, image: str = "", **config: object) -> Deployment:
        """A deployment on the server, named with the prefix of these tests."""
        return await make_deployment(
            self.admin, self.server, f"{self.prefix}-{name}", image or self.image, **config
        )


async def make_deployment(
    admin: Client, server: Server, name: str, image: str, **config: object
) -> Deployment:
    return await admin.send(
        CreateDeployment(
            name=name,
            config={
                "server_id": server.id,
                "network": "bridge",
                "termination_timeout": 1,
                "image": {"type": "Image", "params": {"image": image}},
                **config,
            },
        )
    )


SERVICE = f"for i in 1 2 3 4 5; do echo line $i of the service; done; {FOREVER}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(
    tmp_path_factory: pytest.TempPathFactory, ui_dir: Path, prefix: str, busybox_image: str
) -> AsyncIterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    core = RunningCore(folder, MONITOR_UI_DIR=str(ui_dir), MONITOR_TRANSPARENT_MODE="true")
    await core.start()
    agent = RunningAgent(folder, core, "local")
    try:
        async with core.client() as admin:
            await admin.send(
                CreateServer(name="local", config={"enabled": True}, public_key=agent.public_key)
            )
            await agent.start()
            await until(lambda: server_ok(admin, "local"))
            yield await _furnish(core, agent, admin, prefix, busybox_image)
    finally:
        if agent.runs:
            await agent.stop()
        if core.runs:
            await core.stop()
    assert "Traceback" not in core.text(), core.text()[-6000:]


async def _furnish(
    core: RunningCore, agent: RunningAgent, admin: Client, prefix: str, image: str
) -> Site:
    server = await admin.send(GetServer(server="local"))
    web = await make_deployment(
        admin, server, f"{prefix}-web", image, command=f'sh -c "{SERVICE}"', environment="MODE=a"
    )
    idle = await make_deployment(admin, server, f"{prefix}-idle", image)
    deployed = await admin.run(Deploy(deployment=web.id))
    assert deployed.success, deployed.logs
    broken = await make_deployment(
        admin, server, f"{prefix}-broken", image, command='sh -c "exit 3"'
    )
    failed = await admin.run(Deploy(deployment=broken.id))
    assert not failed.success
    docker("run", "-d", "--name", f"{prefix}-stranger", image)
    return Site(core, agent, admin, server, prefix, image, web, idle, deployed, failed)
