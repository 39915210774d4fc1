"""How servers join and stay: onboarding keys, both dialling directions, wrong keys, allowlists, cut links."""

import asyncio
import time
from pathlib import Path

import pytest

from monitor.api.activity import ListUpdates
from monitor.api.onboarding import (
    CreateOnboardingKey,
    DeleteOnboardingKey,
    ListOnboardingKeys,
    UpdateOnboardingKey,
)
from monitor.api.server import (
    CreateServer,
    DeleteServer,
    GetServer,
    ListServers,
    ServerListItem,
    ServerState,
    UpdateServer,
    UpdateServerPublicKey,
)
from monitor.api.tag import CreateTag
from monitor.client import Client, Failed
from monitor.link.keys import encode_key, generate
from world import RunningAgent, RunningCore, free_port, server_ok, until


async def item(admin: Client, name: str) -> ServerListItem | None:
    return next((s for s in await admin.send(ListServers()) if s.name == name), None)


async def test_a_server_joins_by_an_onboarding_key_that_works_once(
    core: RunningCore, admin: Client, tmp_path: Path
) -> None:
    await admin.send(CreateTag(name="prod"))
    made = await admin.send(CreateOnboardingKey(name="rack 4", uses=1, tags=("prod",)))
    assert made.private_key.startswith("mon1.")
    one = RunningAgent(
        tmp_path,
        core,
        "first",
        PERIPHERY_ONBOARDING_KEY=made.private_key,
        PERIPHERY_CORE_PUBLIC_KEYS="",
    )
    await one.start()
    await until(lambda: server_ok(admin, "first"))
    joined = await admin.send(GetServer(server="first"))
    assert joined.info.public_key == one.public_key
    assert joined.config.enabled
    assert len(joined.tags) == 1
    assert (await admin.send(ListOnboardingKeys()))[0].onboarded == (joined.id,)
    assert made.private_key.split(".")[1] not in (core.data / "state.db").read_bytes().decode(
        errors="replace"
    )

    two = RunningAgent(
        tmp_path,
        core,
        "second",
        PERIPHERY_ONBOARDING_KEY=made.private_key,
        PERIPHERY_CORE_PUBLIC_KEYS="",
    )
    await two.start()
    await until(lambda: "used up" in two.text())
    assert await item(admin, "second") is None

    await one.stop()
    await one.start()
    await until(lambda: server_ok(admin, "first"))
    await one.stop()
    await two.kill()


async def test_expired_disabled_and_deleted_onboarding_keys_are_refused(
    core: RunningCore, admin: Client, tmp_path: Path
) -> None:
    made = await admin.send(CreateOnboardingKey(name="soon", expires=int(time.time() * 1000) + 800))
    await asyncio.sleep(1)
    agent = RunningAgent(tmp_path, core, "late", PERIPHERY_ONBOARDING_KEY=made.private_key)
    await agent.start()
    await until(lambda: "expired" in agent.text())
    await admin.send(
        UpdateOnboardingKey(public_key=made.created.public_key, expires=0, enabled=False)
    )
    await until(lambda: "disabled" in agent.text())
    await admin.send(DeleteOnboardingKey(public_key=made.created.public_key))
    await until(lambda: "unknown" in agent.text())
    assert await item(admin, "late") is None
    await agent.kill()


async def test_core_dials_an_agent_that_listens_and_an_allowlist_keeps_core_out(
    core: RunningCore, admin: Client, tmp_path: Path
) -> None:
    port = free_port()
    agent = RunningAgent(
        tmp_path,
        core,
        "dialled",
        PERIPHERY_CORE_ADDRESS="",
        PERIPHERY_BIND_IP="127.0.0.1",
        PERIPHERY_PORT=str(port),
        PERIPHERY_ALLOWED_IPS="10.0.0.0/8",
    )
    await agent.start()
    made = await admin.send(
        CreateServer(name="dialled", config={"enabled": True, "address": f"ws://127.0.0.1:{port}"})
    )

    async def refused() -> bool:
        found = await item(admin, "dialled")
        return found is not None and found.info.err is not None and "allow" in found.info.err.error

    await until(refused)
    await agent.stop()
    agent.environ["PERIPHERY_ALLOWED_IPS"] = "10.0.0.0/8,127.0.0.0/8"
    await agent.start()
    await until(lambda: server_ok(admin, "dialled"), within=30)
    assert (await admin.send(GetServer(server=made.id))).info.public_key == agent.public_key
    await agent.stop()


async def test_a_wrong_key_is_refused_on_both_sides_until_an_admin_accepts_it(
    core: RunningCore, admin: Client, tmp_path: Path
) -> None:
    agent = RunningAgent(tmp_path, core, "web")
    made = await admin.send(
        CreateServer(name="web", config={"enabled": True}, public_key=encode_key(generate().public))
    )
    await agent.start()

    async def noted() -> bool:
        found = await item(admin, "web")
        return found is not None and found.info.attempted_public_key == agent.public_key

    await until(noted)
    assert (await item(admin, "web")).info.state is ServerState.NOT_OK  # pyright: ignore[reportOptionalMemberAccess]
    assert "is not that of Server web" in agent.text()
    await admin.send(UpdateServerPublicKey(server=made.id, public_key=agent.public_key))
    await until(lambda: server_ok(admin, "web"), within=30)
    await agent.stop()


async def test_an_agent_works_only_for_a_core_whose_key_it_knows(
    core: RunningCore, admin: Client, tmp_path: Path
) -> None:
    agent = RunningAgent(
        tmp_path, core, "web", PERIPHERY_CORE_PUBLIC_KEYS=encode_key(generate().public)
    )
    await admin.send(
        CreateServer(name="web", config={"enabled": True}, public_key=agent.public_key)
    )
    await agent.start()
    await until(lambda: "key" in agent.text() and "WARNING" in agent.text())
    await asyncio.sleep(1)
    assert (await item(admin, "web")).info.state is ServerState.NOT_OK  # pyright: ignore[reportOptionalMemberAccess]
    await agent.kill()


async def test_a_second_agent_for_one_server_is_refused_and_the_first_stays(
    core: RunningCore, admin: Client, agent: RunningAgent, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = RunningAgent(folder, core, "local")
    await other.start()
    await until(lambda: "is not that of Server local" in other.text())
    assert await server_ok(admin, "local")
    found = await item(admin, "local")
    assert found is not None
    assert found.info.attempted_public_key == other.public_key
    await other.kill()


async def test_a_killed_agent_shows_at_once_and_its_return_too(
    admin: Client, agent: RunningAgent
) -> None:
    await agent.kill()

    async def away() -> bool:
        return not await server_ok(admin, "local")

    await until(away, within=2)
    found = await item(admin, "local")
    assert found is not None
    assert found.info.err is not None
    await agent.start()
    await until(lambda: server_ok(admin, "local"), within=20)


async def test_a_disabled_server_is_cut_off_and_a_deleted_one_is_unknown(
    admin: Client, agent: RunningAgent
) -> None:
    server = await admin.send(GetServer(server="local"))
    await admin.send(UpdateServer(id=server.id, config={"enabled": False}))

    async def disabled() -> bool:
        found = await item(admin, "local")
        return found is not None and found.info.state is ServerState.DISABLED

    await until(disabled, within=2)
    await until(lambda: "disabled" in agent.text())
    await admin.send(DeleteServer(id=server.id))
    with pytest.raises(Failed) as failed:
        await admin.send(GetServer(server="local"))
    assert failed.value.status == 404
    operations = [u.operation.value for u in (await admin.send(ListUpdates())).updates]
    assert operations[:3] == ["DeleteServer", "UpdateServer", "CreateServer"]
