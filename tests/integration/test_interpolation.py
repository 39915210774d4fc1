"""Variables, secrets and registry accounts in deploys: they arrive in the container, and are found nowhere else."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from docker_fixtures import REGISTRY_TOKEN, REGISTRY_USER, MakeImage, docker
from integration.test_deployments import ArgvWatch, inspect, make
from monitor.api.activity import GetUpdate, GetUpdateOutput
from monitor.api.deployment import Deploy, PullDeployment, UpdateDeployment
from monitor.api.provider import CreateImageRegistryAccount
from monitor.api.server import Server
from monitor.api.update import Outcome
from monitor.api.variable import CreateVariable, DeleteVariable
from monitor.client import Client
from world import RunningAgent, RunningCore

VARIABLE = "canary-variable \"9d2c\" # 'x' $HOME"
SETTING = "canary-setting-47fa0b"
LINES = "canary-line-one-5a\ncanary-line-two-5b"


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[RunningCore]:
    core = RunningCore(tmp_path, MONITOR_SECRETS=json.dumps({"FROM_SETTINGS": SETTING}))
    await core.start()
    yield core
    if core.runs:
        await core.stop()
    text = core.text()
    assert "Traceback" not in text, text[-6000:]
    assert not leaks(text)


def leaks(text: str) -> list[str]:
    """The secrets that stand in a text, as they are or encoded."""
    secrets = (VARIABLE, SETTING, *LINES.split("\n"), REGISTRY_TOKEN)
    found: list[str] = []
    for secret in secrets:
        forms = {secret, base64.b64encode(secret.encode()).decode(), json.dumps(secret)[1:-1]}
        found += [form for form in forms if form in text]
    return found


@contextlib.asynccontextmanager
async def frames(client: Client, *topics: str) -> AsyncIterator[list[str]]:
    """All that a page and a published client are told meanwhile."""
    seen: list[str] = []

    async def collect(socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            seen.append(str(message.data))

    login = {"type": "Jwt", "params": {"jwt": client.jwt}}
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{client.url}/ws/live") as live,
        http.ws_connect(f"{client.url}/ws/update") as updates,
    ):
        for socket in (live, updates):
            await socket.send_json(login)
        for topic in topics:
            await live.send_json({"op": "sub", "topic": topic})
        tasks = [asyncio.create_task(collect(socket)) for socket in (live, updates)]
        try:
            yield seen
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def secrets(admin: Client) -> None:
    await admin.send(CreateVariable(name="NOTE", value="plain value"))
    await admin.send(CreateVariable(name="SECRET", value=VARIABLE, is_secret=True))
    await admin.send(CreateVariable(name="LINES", value=LINES, is_secret=True))


async def test_secrets_arrive_in_the_container_and_are_found_nowhere_else(
    core: RunningCore,
    agent: RunningAgent,
    admin: Client,
    local: Server,
    make_image: MakeImage,
    container_name: str,
) -> None:
    await secrets(admin)
    encoded = base64.b64encode(SETTING.encode()).decode()
    image = make_image("teller:1", "ENV PATH=/bin", 'CMD ["sh","-c","env; exit 3"]')
    environment = {
        "NOTE": "[[NOTE]] and more",
        "SECRET": "[[SECRET]]",
        "SETTING": "key=[[FROM_SETTINGS]];",
        "LINES": "[[LINES]]",
        "ENCODED": encoded,
    }
    await make(
        admin,
        local,
        container_name,
        image,
        environment=[{"variable": k, "value": v} for k, v in environment.items()],
        labels="note: [[NOTE]]",
        network="none",
    )
    argvs = ArgvWatch()
    async with frames(admin, "deployments", "updates", "containers") as seen:
        with argvs:
            update = await admin.run(Deploy(deployment=container_name))
    assert update.outcome is Outcome.FAILED
    said = "\n".join(
        f"{log.stage}\n{log.command}\n{log.stdout}\n{log.stderr}" for log in update.logs
    )
    assert "NOTE=plain value and more" in said
    assert "SECRET=<SECRET>" in said
    assert "SETTING=key=<FROM_SETTINGS>;" in said
    assert "ENCODED=<FROM_SETTINGS>" in said
    stages = {log.stage: log.stdout for log in update.logs}
    assert stages["Interpolate Variables"].strip() == "NOTE => plain value"
    assert stages["Interpolate Secrets"].split("\n")[:3] == [
        "replaced: FROM_SETTINGS",
        "replaced: LINES",
        "replaced: SECRET",
    ]
    assert argvs.saw("docker", "create")
    for secret in (VARIABLE, SETTING, *LINES.split("\n")):
        assert not argvs.saw(secret)
    output = await admin.send(GetUpdateOutput(id=update.id, limit=10_000))
    assert not leaks("\n".join(line.text for line in output.lines))
    assert not leaks(repr(await admin.send(GetUpdate(id=update.id))))
    assert seen
    assert not leaks("\n".join(seen))
    await core.stop()
    await agent.stop()
    for file in (*core.data.rglob("*"), *agent.root.rglob("*"), core.log, agent.log):
        if file.is_file():
            assert not leaks(file.read_text(errors="replace")), file


async def test_a_container_gets_the_values_whatever_they_hold(
    admin: Client, local: Server, busybox_image: str, container_name: str
) -> None:
    await secrets(admin)
    await make(
        admin,
        local,
        container_name,
        busybox_image,
        environment="SECRET=[[SECRET]]\nLINES=[[LINES]]\nPATH=/bin\n",
        labels="note: [[NOTE]]",
        network="none",
        extra_args=["--hostname host-[[FROM_SETTINGS]]"],
    )
    update = await admin.run(Deploy(deployment=container_name))
    assert update.success, update.logs
    config = inspect(container_name)["Config"]
    assert isinstance(config, dict)
    environment = dict(entry.split("=", 1) for entry in config["Env"])
    assert environment == {"SECRET": VARIABLE, "LINES": LINES, "PATH": "/bin"}
    assert config["Labels"]["note"] == "plain value"
    assert config["Hostname"] == f"host-{SETTING}"
    assert not leaks(repr(await admin.send(GetUpdate(id=update.id))))


async def test_a_missing_name_fails_before_anything_runs(
    admin: Client, local: Server, busybox_image: str, container_name: str
) -> None:
    await secrets(admin)
    await make(
        admin,
        local,
        container_name,
        busybox_image,
        environment="A=[[NOTE]]\nB=[[SECRET]]",
        network="none",
    )
    assert (await admin.run(Deploy(deployment=container_name))).success
    before = inspect(container_name)["Id"]
    await admin.send(DeleteVariable(name="NOTE"))
    update = await admin.run(Deploy(deployment=container_name))
    assert update.outcome is Outcome.FAILED
    (said,) = update.logs
    assert not said.success
    text = said.stdout + said.stderr
    assert "environment: there is no variable or secret named NOTE" in text
    assert inspect(container_name)["Id"] == before


async def test_a_deployment_can_take_names_as_they_stand(
    admin: Client, local: Server, busybox_image: str, container_name: str
) -> None:
    await make(
        admin,
        local,
        container_name,
        busybox_image,
        environment="A=[[NOBODY]]\nPATH=/bin",
        skip_secret_interp=True,
        network="none",
    )
    update = await admin.run(Deploy(deployment=container_name))
    assert update.success, update.logs
    config = inspect(container_name)["Config"]
    assert isinstance(config, dict)
    assert "A=[[NOBODY]]" in config["Env"]


async def test_an_account_pulls_from_a_registry_that_wants_a_login(
    core: RunningCore,
    agent: RunningAgent,
    admin: Client,
    local: Server,
    busybox_image: str,
    private_registry: str,
    container_name: str,
    tmp_path: Path,
) -> None:
    image = f"{private_registry}/{container_name}:1"
    push(busybox_image, image, private_registry, tmp_path / "docker")
    await make(
        admin, local, container_name, image, image_registry_account=REGISTRY_USER, network="none"
    )
    update = await admin.run(Deploy(deployment=container_name))
    assert update.outcome is Outcome.FAILED
    assert f"no account {REGISTRY_USER} at the registry {private_registry}" in str(update.logs)
    await admin.send(
        CreateImageRegistryAccount(
            account={
                "domain": private_registry,
                "username": REGISTRY_USER,
                "token": REGISTRY_TOKEN,
            }
        )
    )
    argvs = ArgvWatch()
    try:
        with argvs:
            update = await admin.run(Deploy(deployment=container_name))
            assert update.success, update.logs
            pulled = await admin.run(PullDeployment(deployment=container_name))
            assert pulled.success, pulled.logs
        await admin.send(UpdateDeployment(id=container_name, config={"image_registry_account": ""}))
        refused = await admin.run(PullDeployment(deployment=container_name))
        assert not refused.success
    finally:
        docker("rm", "--force", container_name, check=False)
        docker("image", "rm", "--force", image, check=False)
    assert not argvs.saw(REGISTRY_TOKEN)
    assert not leaks(repr((update, pulled, refused)))
    await core.stop()
    await agent.stop()
    for file in (*core.data.rglob("*"), *agent.root.rglob("*"), core.log, agent.log):
        if file.is_file():
            assert not leaks(file.read_text(errors="replace")), file


def push(image: str, name: str, registry: str, config: Path) -> None:
    """Push under another name, with a log-in that stays in a folder of its own."""
    config.mkdir()
    auth = base64.b64encode(f"{REGISTRY_USER}:{REGISTRY_TOKEN}".encode()).decode()
    (config / "config.json").write_text(json.dumps({"auths": {registry: {"auth": auth}}}))
    docker("tag", image, name)
    try:
        docker("--config", str(config), "push", name)
    finally:
        docker("image", "rm", name)
