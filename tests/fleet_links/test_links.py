"""Core and agents find each other, know each other, and find each other again."""

from __future__ import annotations

import asyncio
import stat
from contextlib import aclosing
from typing import TYPE_CHECKING

import aiohttp
import pytest

from link.proxy import proxied
from monitor.core.fleet.directory import LinkTarget
from monitor.link.errors import CallFailed, LinkLost, NoLink
from monitor.link.keys import encode_key, generate, new_onboarding_key
from monitor.periphery.link import is_allowed, parse_networks

from .world import Ask, Tail, Tick, until, world

if TYPE_CHECKING:
    from pathlib import Path


async def test_core_dials_an_agent_and_learns_its_first_key(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        agent = await core.start(core.settings("one"))
        core.directory.put(LinkTarget(id="1", name="one", address=f"127.0.0.1:{agent.link.port}"))
        session = await core.up("1")
        assert await session.call(Ask(), timeout=2) == "one"
        assert core.directory.learned == {"1": agent.link.public_key}
        assert core.links.error("1") is None
        await asyncio.sleep(0.1)
        assert core.told.calls == [("up", "1")]


async def test_an_agent_dials_core_with_the_key_core_knows(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        keys = generate()
        core.directory.put(LinkTarget(id="1", name="one", public_key=encode_key(keys.public)))
        await core.start(core.dialling("one", private_key=encode_key(keys.private)))
        session = await core.up("1")
        assert session.peer.name == "one"
        async with aclosing(session.stream(Tail(), timeout=2)) as items:
            assert [item async for item in items] == [0, 1, 2]
        agent = core.agents[0].link.session
        assert agent is not None
        await agent.emit(Tick(number=1))
        await agent.emit(Tick(number=2))
        await until(lambda: core.told.ticks == [1, 2])
        with pytest.raises(CallFailed) as refused:
            await agent.call(Ask(), timeout=2)
        assert refused.value.code == "unknown_command"


async def test_a_cut_link_comes_back_and_doubles_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        agent = await core.start(core.settings("one"))
        async with proxied(agent.link.port) as proxy:
            core.directory.put(LinkTarget(id="1", name="one", address=f"127.0.0.1:{proxy.port}"))
            for cuts in range(1, 4):
                session = await core.up("1")
                assert await session.call(Ask(), timeout=2) == "one"
                proxy.cut()
                await until(lambda cuts=cuts: core.told.count("down") == cuts)
                with pytest.raises(LinkLost):
                    await session.call(Ask(), timeout=2)
            await core.up("1")
            await until(lambda: len(agent.agent.downs) == 3 and agent.agent.ups == 4)
            assert (agent.agent.ups, core.told.count("up"), core.told.most_at_once) == (4, 4, 1)
            assert proxy.connections == 4


async def test_a_cut_link_that_the_agent_dials_comes_back_too(tmp_path: Path) -> None:
    async with world(tmp_path) as core, proxied(core.port) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        settings = core.settings(
            "one", core_address=address, onboarding_key=core.onboarding_key(uses=1)
        )
        agent = await core.start(settings)
        await core.up("id-one")
        proxy.cut()
        await until(lambda: core.told.count("up") == 2)
        session = await core.up("id-one")
        assert await session.call(Ask(), timeout=2) == "one"
        assert core.told.calls == [("up", "id-one"), ("down", "id-one"), ("up", "id-one")]
        assert agent.agent.ups == 2


async def test_core_that_comes_late_is_found(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        agent = await core.start(core.settings("one"))
        port = agent.link.port
        await agent.stop()
        core.directory.put(LinkTarget(id="1", name="one", address=f"127.0.0.1:{port}"))
        await core.error("1", "cannot reach")
        assert core.told.reasons[0] == core.links.error("1")
        await core.start(core.settings("one", port=port))
        await core.up("1")


async def test_an_onboarding_key_brings_an_agent_in_and_each_stores_the_others_key(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as core:
        key = core.onboarding_key()
        agent = await core.start(core.dialling("new", core_public_keys=(), onboarding_key=key))
        session = await core.up("id-new")
        assert await session.call(Ask(), timeout=2) == "new"
        assert core.directory.rows["id-new"].public_key == agent.link.public_key
        pin = tmp_path / "new" / "core.pub"
        assert pin.read_text().strip() == core.links.public_key
        assert stat.S_IMODE((tmp_path / "new" / "periphery.key").stat().st_mode) == 0o600
        await agent.stop()
        await until(lambda: core.links.session("id-new") is None)
        await core.start(core.dialling("new", core_public_keys=()))
        await core.up("id-new")


@pytest.mark.parametrize(
    ("uses", "valid", "reason"), [(0, 60, "used already"), (1, -1, "has expired")]
)
async def test_a_used_or_expired_onboarding_key_is_refused_on_both_sides(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, uses: int, valid: float, reason: str
) -> None:
    async with world(tmp_path) as core:
        key = core.onboarding_key(uses=uses, valid=valid)
        agent = await core.start(core.dialling("new", onboarding_key=key))
        await until(lambda: caplog.text.count(reason) >= 2)
        assert core.directory.rows == {}
        assert agent.agent.ups == 0
        assert key.split(".")[1] not in caplog.text
        assert any(reason in r.message for r in caplog.records if "periphery" in r.name)
        assert any(reason in r.message for r in caplog.records if "core" in r.name)


async def test_one_use_onboards_one_of_two_agents(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        key = core.onboarding_key(uses=1)
        await core.start(core.dialling("a", onboarding_key=key))
        await core.start(core.dialling("b", onboarding_key=key))
        await until(lambda: core.told.count("up") == 1)
        await asyncio.sleep(0.3)
        assert len(core.directory.rows) == 1


async def test_a_privileged_onboarding_key_gives_a_server_to_a_new_agent(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        key = core.onboarding_key(uses=2, privileged=True)
        first = await core.start(core.dialling("one", onboarding_key=key))
        await core.up("id-one")
        await first.stop()
        second = await core.start(core.dialling("one", "reinstalled", onboarding_key=key))
        await until(lambda: core.told.count("up") == 2)
        assert core.directory.rows["id-one"].public_key == second.link.public_key
        assert core.told.most_at_once == 1


async def test_an_onboarding_key_of_another_core_shows_its_secret_to_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as core:
        other = new_onboarding_key(generate().public)
        agent = await core.start(
            core.dialling("new", core_public_keys=(), onboarding_key=str(other))
        )
        await until(lambda: caplog.text.count("does not trust this Core's key") >= 2)
        assert agent.agent.ups == 0
        assert not (tmp_path / "new" / "core.pub").exists()


async def test_an_agent_with_a_wrong_key_is_refused_and_shown_until_an_admin_accepts_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as core:
        agent = await core.start(core.settings("one"))
        right = encode_key(generate().public)
        address = f"127.0.0.1:{agent.link.port}"
        core.directory.put(LinkTarget(id="1", name="one", address=address, public_key=right))
        said = await core.error("1", "is not that of Server one")
        assert agent.link.public_key in said
        assert core.directory.attempted == {"1": agent.link.public_key}
        await until(
            lambda: any("periphery" in r.name and said in r.message for r in caplog.records)
        )
        assert agent.agent.ups == 0
        core.directory.change("1", public_key=core.directory.attempted["1"])
        await core.up("1", within=2)


async def test_an_agent_that_dials_with_a_wrong_key_or_none_known_is_refused(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as core:
        core.directory.put(LinkTarget(id="1", name="one"))
        agent = await core.start(core.dialling("one"))
        said = await core.error("1", "Server one has no key yet")
        assert agent.link.public_key in said
        assert core.directory.attempted == {"1": agent.link.public_key}
        core.directory.change("1", public_key=agent.link.public_key)
        await core.up("1")


async def test_a_second_agent_for_a_server_is_refused_and_the_first_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as core:
        key = core.onboarding_key(uses=5)
        await core.start(core.dialling("one", onboarding_key=key))
        session = await core.up("id-one")
        second = await core.start(core.dialling("one", "elsewhere", onboarding_key=key))
        await until(lambda: core.directory.attempted.get("id-one") == second.link.public_key)
        await until(lambda: "is not that of Server one" in caplog.text)
        assert await session.call(Ask(), timeout=2) == "one"
        assert core.told.calls == [("up", "id-one")]
        assert second.agent.ups == 0


async def test_the_same_agent_connecting_again_takes_the_place_of_its_old_link(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as core:
        key = core.onboarding_key()
        first = await core.start(core.dialling("one", onboarding_key=key))
        old = await core.up("id-one")
        await core.start(core.dialling("one", onboarding_key=key))
        await until(lambda: core.told.count("up") == 2)
        await first.stop()
        assert old.lost == "the peer has connected anew"
        assert first.agent.downs[0] == "the peer has connected anew"
        assert core.told.most_at_once == 1
        assert core.told.calls[:3] == [("up", "id-one"), ("down", "id-one"), ("up", "id-one")]


async def test_an_address_outside_the_allowlist_is_refused_before_the_handshake(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as core:
        agent = await core.start(core.settings("one", allowed_ips=("10.1.2.3/32",)))
        address = f"127.0.0.1:{agent.link.port}"
        core.directory.put(LinkTarget(id="1", name="one", address=address))
        await core.error("1", "allowlist does not have 127.0.0.1")
        assert "127.0.0.1 is not in PERIPHERY_ALLOWED_IPS" in caplog.text
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://{address}/") as response,
        ):
            assert response.status == 403


async def test_a_listening_agent_that_knows_no_core_refuses_and_says_why(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        agent = await core.start(core.settings("one", core_public_keys=()))
        address = f"127.0.0.1:{agent.link.port}"
        core.directory.put(LinkTarget(id="1", name="one", address=address))
        await core.error("1", "set PERIPHERY_CORE_PUBLIC_KEYS")
        assert agent.agent.ups == 0


async def test_an_agent_that_is_to_dial_and_knows_no_core_says_so_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        agent = await core.start(core.dialling("one", core_public_keys=()))
        with pytest.raises(NoLink, match="PERIPHERY_ONBOARDING_KEY"):
            await agent.task
        core.agents.clear()


async def test_an_agent_refuses_a_core_with_another_key(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        other = encode_key(generate().public)
        agent = await core.start(core.settings("one", core_public_keys=(other,)))
        address = f"127.0.0.1:{agent.link.port}"
        core.directory.put(LinkTarget(id="1", name="one", address=address))
        said = await core.error("1", "does not trust this Core's key")
        assert core.links.public_key in said
        assert core.directory.learned == {}


async def test_a_server_renamed_in_core_keeps_its_agent(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        key = core.onboarding_key()
        agent = await core.start(core.dialling("one", onboarding_key=key))
        await core.up("id-one")
        core.directory.change("id-one", name="renamed")
        await agent.stop()
        await until(lambda: core.links.session("id-one") is None)
        await core.start(core.dialling("one"))
        await core.up("id-one")
        assert len(core.directory.rows) == 1


async def test_disabling_moving_and_deleting_a_server_change_its_link(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        one = await core.start(core.settings("one"))
        two = await core.start(core.settings("two", private_key="", keys_dir=tmp_path / "one"))
        address = f"127.0.0.1:{one.link.port}"
        core.directory.put(LinkTarget(id="1", name="one", address=address))
        session = await core.up("1")
        core.directory.change("1", name="renamed")
        await asyncio.sleep(0.05)
        assert core.links.session("1") is session
        core.directory.change("1", enabled=False)
        await until(lambda: one.agent.downs == ["the server was disabled"])
        assert core.links.session("1") is None
        core.directory.change("1", enabled=True)
        assert await (await core.up("1")).call(Ask(), timeout=2) == "one"
        core.directory.change("1", address=f"127.0.0.1:{two.link.port}")
        await until(lambda: len(one.agent.downs) == 2)
        assert await (await core.up("1")).call(Ask(), timeout=2) == "two"
        core.directory.remove("1")
        await until(lambda: two.agent.downs == ["the server was deleted in Core"])
        assert core.links.error("1") is None
        assert core.told.most_at_once == 1


async def test_an_agent_of_a_disabled_or_unknown_or_dialled_server_is_told_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as core:
        core.directory.put(LinkTarget(id="1", name="off", enabled=False))
        core.directory.put(LinkTarget(id="2", name="ours", address="127.0.0.1:1"))
        for name in ("off", "ours", "nobody"):
            await core.start(core.dialling(name))
        for part in ("Server off is disabled", "Core dials Server ours", "no Server named nobody"):
            await until(lambda part=part: caplog.text.count(part) >= 2)


async def test_a_server_that_does_not_answer_is_a_timeout(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        agent = await core.start(core.settings("one"))
        async with proxied(agent.link.port) as proxy:
            proxy.open.clear()
            core.directory.put(LinkTarget(id="1", name="one", address=f"127.0.0.1:{proxy.port}"))
            await core.error("1", "did not answer within 10 s", within=12)
            proxy.open.set()
            await core.up("1")


async def test_a_link_through_a_man_in_the_middle_is_not_made(tmp_path: Path) -> None:
    """Whoever ends the link himself on both sides cannot show the agent Core's key."""
    async with world(tmp_path / "core") as core, world(tmp_path / "middle") as middle:
        agent = await core.start(core.settings("one"))
        middle.directory.put(LinkTarget(id="1", name="one", address=f"127.0.0.1:{agent.link.port}"))
        await middle.error("1", "does not trust this Core's key")
        fake = await middle.start(middle.settings("one", core_public_keys=(core.links.public_key,)))
        core.directory.put(
            LinkTarget(
                id="1",
                name="one",
                address=f"127.0.0.1:{fake.link.port}",
                public_key=agent.link.public_key,
            )
        )
        await core.error("1", "is not that of Server one")
        assert core.links.session("1") is None


async def test_stopping_either_side_tells_the_other_one(tmp_path: Path) -> None:
    async with world(tmp_path) as core:
        key = core.onboarding_key()
        agent = await core.start(core.dialling("one", onboarding_key=key))
        await core.up("id-one")
        await until(lambda: agent.agent.ups)
        await agent.stop()
        await core.error("id-one", "the peer is stopping")
        again = await core.start(core.dialling("one"))
        await core.up("id-one")
        await core.stop()
        await until(lambda: again.agent.downs)
    assert again.agent.downs == ["Core is stopping"]


async def test_fifty_agents_come_back_after_core_was_away(tmp_path: Path) -> None:
    async with world(tmp_path) as core, proxied(core.port) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        key = core.onboarding_key(uses=50)
        for number in range(50):
            await core.start(core.settings(f"n{number}", core_address=address, onboarding_key=key))
        await until(lambda: core.told.count("up") == 50, within=10)
        proxy.cut()
        await until(lambda: core.told.count("up") == 100, within=15)
        sessions = [await core.up(f"id-n{number}") for number in range(50)]
        names = await asyncio.gather(*(one.call(Ask(), timeout=5) for one in sessions))
        assert names == [f"n{number}" for number in range(50)]


def test_the_allowlist_knows_networks_and_addresses_mapped_into_ipv6() -> None:
    networks = parse_networks(("10.0.0.0/8", "192.168.1.7", "fd00::/8", ""))
    for inside in ("10.9.8.7", "192.168.1.7", "::ffff:10.1.1.1", "fd00::1", "fd00::1%eth0"):
        assert is_allowed(inside, networks)
    for outside in ("11.0.0.1", "192.168.1.8", "::ffff:11.0.0.1", "fe80::1", "", None, "junk"):
        assert not is_allowed(outside, networks)
    assert is_allowed("8.8.8.8", ())
    with pytest.raises(ValueError, match="nonsense"):
        parse_networks(("nonsense",))
