"""Who may see and do what: absent and forbidden answer alike, levels and specific permissions hold everywhere."""

import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from core.seed import PASSKEY, TOKEN
from monitor.api.activity import CancelUpdate, GetUpdate, GetUpdateOutput, ListUpdates
from monitor.api.container import (
    GetContainerLog,
    GetContainersSummary,
    GetResourceMatchingContainer,
    InspectContainer,
    ListAllContainers,
    ListContainers,
    StartContainer,
)
from monitor.api.deployment import (
    BatchDestroyDeployment,
    CopyDeployment,
    CreateDeployment,
    CreateDeploymentFromContainer,
    DeleteDeployment,
    Deploy,
    GetDeployment,
    GetDeploymentLog,
    GetDeploymentsSummary,
    InspectDeploymentContainer,
    ListCommonDeploymentExtraArgs,
    ListDeployments,
    ListFullDeployments,
    RenameDeployment,
    UpdateDeployment,
)
from monitor.api.docker_objects import CreateNetwork, ListImages, PruneSystem
from monitor.api.meta import UpdateResourceMeta
from monitor.api.onboarding import CreateOnboardingKey, ListOnboardingKeys
from monitor.api.resource import PermissionLevel, SpecificPermission
from monitor.api.server import (
    CopyServer,
    CreateServer,
    DeleteServer,
    GetServer,
    GetServersSummary,
    ListFullServers,
    ListServers,
    RenameServer,
    UpdateServer,
    UpdateServerPublicKey,
)
from monitor.api.stats import ListSystemProcesses
from monitor.api.tag import CreateTag, DeleteTag, RenameTag
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.toml_export import ExportResourcesToToml
from monitor.api.user import (
    CreateServiceUser,
    DeleteUser,
    FindUser,
    GetPermission,
    GetUsername,
    ListUsers,
    PushRecentlyViewed,
    UpdateUserAdmin,
)
from monitor.client import Client, Failed
from monitor.link.keys import encode_key, generate
from world import RunningCore, until

Refused = Callable[..., Any]
SERVER, DEPLOYMENT = ResourceKind.SERVER, ResourceKind.DEPLOYMENT


async def answered(client: Client, request: Any) -> tuple[int, str]:
    """What a request ends with, as an attacker sees it."""
    try:
        await client.send(request)
    except Failed as error:
        return error.status, error.message
    return 200, ""


async def hidden_update(admin: Client) -> str:
    """The id of an Update of the deployment `hidden`."""
    hidden = await admin.send(GetDeployment(deployment="hidden"))
    await admin.send(UpdateDeployment(id="hidden", config={"command": hidden.config.command + "x"}))
    found = await admin.send(ListUpdates(query={"target.id": hidden.id}))
    return found.updates[0].id


async def test_what_may_not_be_seen_is_as_if_it_were_not_there(
    admin: Client, stranger: Client
) -> None:
    alpha = (await admin.send(GetServer(server="alpha"))).id
    hidden = (await admin.send(GetDeployment(deployment="hidden"))).id

    def requests(server: str, deployment: str) -> tuple[Any, ...]:
        return (
            GetServer(server=server),
            ListContainers(server=server),
            ListImages(server=server),
            InspectContainer(server=server, container="x"),
            GetContainerLog(server=server, container="x"),
            GetResourceMatchingContainer(server=server, container="x"),
            ListSystemProcesses(server=server),
            UpdateServer(id=server, config={"region": "x"}),
            RenameServer(id=server, name="x"),
            DeleteServer(id=server),
            UpdateServerPublicKey(server=server, public_key=encode_key(generate().public)),
            StartContainer(server=server, container="x"),
            CreateNetwork(server=server, name="x"),
            PruneSystem(server=server),
            CreateDeployment(name="x", config={"server": server}),
            CreateDeploymentFromContainer(name="x", server=server),
            GetDeployment(deployment=deployment),
            GetDeploymentLog(deployment=deployment),
            CopyDeployment(name="x", id=deployment),
            UpdateDeployment(id=deployment, config={"command": "x"}),
            RenameDeployment(id=deployment, name="x"),
            DeleteDeployment(id=deployment),
            Deploy(deployment=deployment),
            UpdateResourceMeta(target=ResourceTarget(DEPLOYMENT, deployment), description="x"),
            GetPermission(target=ResourceTarget(SERVER, server)),
            PushRecentlyViewed(resource=ResourceTarget(SERVER, server)),
        )

    for there, absent in (
        ((alpha, hidden), ("0" * 24, "0" * 24)),
        (("alpha", "hidden"), ("n", "n")),
    ):
        for one, other in zip(requests(*there), requests(*absent), strict=True):
            status, words = await answered(stranger, one)
            assert status == 404, (one, words)
            found, text = await answered(stranger, other)
            for name in there:
                words = words.replace(name, "?")
            for name in absent:
                text = text.replace(f"matching {name}", "matching ?")
            assert (status, words) == (found, text), one


async def test_lists_and_counts_hold_what_one_may_read(
    stranger: Client, reader: Client, member: Client
) -> None:
    for client, servers, deployments in (
        (stranger, ["common"], []),
        (reader, ["alpha", "common"], ["web"]),
        (member, ["alpha", "common"], []),
    ):
        assert [item.name for item in await client.send(ListServers())] == servers
        assert [one.name for one in await client.send(ListFullServers())] == servers
        assert (await client.send(GetServersSummary())).total == len(servers)
        assert [item.name for item in await client.send(ListDeployments())] == deployments
        assert [one.name for one in await client.send(ListFullDeployments())] == deployments
        assert (await client.send(GetDeploymentsSummary())).total == len(deployments)
        assert await client.send(ListAllContainers(servers=("beta",))) == ()
        assert (await client.send(GetContainersSummary())).total == 0
        assert await client.send(ListCommonDeploymentExtraArgs()) == ()


@pytest.mark.parametrize(
    "request_",
    [
        UpdateServer(id="alpha", config={"region": "x"}),
        RenameServer(id="alpha", name="x"),
        DeleteServer(id="alpha"),
        UpdateServerPublicKey(server="alpha", public_key=encode_key(generate().public)),
        CreateNetwork(server="alpha", name="x"),
        UpdateDeployment(id="web", config={"command": "x"}),
        RenameDeployment(id="web", name="x"),
        DeleteDeployment(id="web"),
        UpdateResourceMeta(target=ResourceTarget(SERVER, "alpha"), description="x"),
        InspectContainer(server="alpha", container="x"),
        InspectDeploymentContainer(deployment="web"),
        ListSystemProcesses(server="alpha"),
    ],
    ids=lambda request: type(request).__name__,
)
async def test_neither_read_nor_execute_is_enough_to_write(
    admin: Client, reader: Client, operator: Client, refused: Refused, request_: Any
) -> None:
    before = await admin.send(ListFullServers()), await admin.send(ListFullDeployments())
    for client in (reader, operator):
        with refused(403, "This needs"):
            await client.send(request_)
    assert (await admin.send(ListFullServers()), await admin.send(ListFullDeployments())) == before


async def test_read_is_not_enough_to_run_and_logs_are_a_right_of_their_own(
    reader: Client, operator: Client, refused: Refused
) -> None:
    for request in (
        Deploy(deployment="web"),
        StartContainer(server="alpha", container="x"),
        PruneSystem(server="alpha"),
    ):
        with refused(403, "Execute"):
            await reader.send(request)
    for request in (
        GetDeploymentLog(deployment="web"),
        GetContainerLog(server="alpha", container="x"),
    ):
        with refused(403, "[Logs]"):
            await reader.send(request)
        with refused(409):
            await operator.send(request)  # it may: the server is disabled
    update = await operator.send(Deploy(deployment="web"))
    assert not (await operator.wait(update.id)).success


async def test_batches_reach_only_what_one_may_run(
    admin: Client, reader: Client, operator: Client, stranger: Client
) -> None:
    everything = BatchDestroyDeployment(pattern="*")
    assert await stranger.send(everything) == ()
    assert await reader.send(everything) == ()
    updates = await operator.send(everything)
    assert len(updates) == 1
    web = await admin.send(GetDeployment(deployment="web"))
    update: Any = updates[0]
    assert update.data.target.id == web.id
    await operator.wait(update.data.id)


async def test_a_batch_with_the_same_key_runs_once(operator: Client) -> None:
    request = BatchDestroyDeployment(pattern="web")
    first: Any = await operator.send(request, key="batch-1")
    again: Any = await operator.send(request, key="batch-1")
    assert [one.data.id for one in first] == [one.data.id for one in again]
    await operator.wait(first[0].data.id)


async def test_attaching_to_a_server_needs_attach_in_every_way(
    admin: Client, reader: Client, writer: Client, refused: Refused, name: str
) -> None:
    for request in (
        CreateDeployment(name=name, config={"server": "alpha"}),
        CopyDeployment(name=name, id="web"),
    ):
        with refused(403, "[Attach]"):
            await reader.send(request)
    mine = await reader.send(CreateDeployment(name=name))
    with refused(403, "[Attach]"):
        await reader.send(UpdateDeployment(id=mine.id, config={"server": "alpha"}))
    for server in ("beta", "nobody"):
        with refused(404, f"Did not find any Server matching {server}"):
            await reader.send(UpdateDeployment(id=mine.id, config={"server_id": server}))
    assert (await admin.send(GetDeployment(deployment=name))).config.server_id == ""
    await writer.send(CreateDeployment(name=f"{name}-w", config={"server": "alpha"}))


async def test_who_makes_a_deployment_may_do_all_with_it_and_others_nothing(
    reader: Client, writer: Client, name: str, refused: Refused
) -> None:
    made = await reader.send(CreateDeployment(name=name))
    target = ResourceTarget(DEPLOYMENT, made.id)
    have = await reader.send(GetPermission(target=target))
    assert have.level is PermissionLevel.WRITE
    assert set(have.specific) == {
        SpecificPermission.INSPECT,
        SpecificPermission.LOGS,
        SpecificPermission.TERMINAL,
    }
    with refused(404):
        await writer.send(GetDeployment(deployment=name))
    update = await reader.send(RenameDeployment(id=name, name=f"{name}-2"))
    with refused(404, "no update exists"):
        await writer.send(GetUpdate(id=update.id))
    await reader.send(DeleteDeployment(id=made.id))


async def test_creating_servers_is_a_right_of_its_own(
    stranger: Client, maker: Client, admin: Client, name: str, refused: Refused
) -> None:
    with refused(403, "You do not have permission to create a Server"):
        await stranger.send(CreateServer(name=name))
    with refused(403):
        await stranger.send(CopyServer(name=name, id="common"))
    key = encode_key(generate().public)
    await admin.send(CreateServer(name=f"{name}-1", public_key=key))
    with refused(409):
        await maker.send(CreateServer(name=name, public_key=key))
    mine = await maker.send(CreateServer(name=name))
    with refused(409):
        await maker.send(UpdateServerPublicKey(server=mine.id, public_key=key))
    assert (await maker.send(GetPermission(target=ResourceTarget(SERVER, mine.id)))).level is (
        PermissionLevel.WRITE
    )


async def test_a_passkey_is_seen_by_those_who_may_write_it(
    reader: Client, operator: Client, writer: Client, admin: Client
) -> None:
    for client, shown in (
        (reader, "########"),
        (operator, "########"),
        (writer, PASSKEY),
        (admin, PASSKEY),
    ):
        assert (await client.send(GetServer(server="alpha"))).config.passkey == shown
        full = {one.name: one for one in await client.send(ListFullServers())}
        assert full["alpha"].config.passkey == shown
    target = ResourceTarget(SERVER, "alpha")
    assert PASSKEY not in (await admin.send(ExportResourcesToToml(targets=(target,)))).toml


async def test_an_export_leaves_out_what_one_may_not_read(reader: Client) -> None:
    targets = (
        ResourceTarget(DEPLOYMENT, "hidden"),
        ResourceTarget(SERVER, "beta"),
        ResourceTarget(DEPLOYMENT, "web"),
    )
    toml = (await reader.send(ExportResourcesToToml(targets=targets))).toml
    assert 'name = "web"' in toml
    assert "hidden" not in toml
    assert "beta" not in toml


async def test_updates_of_what_one_may_not_read_are_not_there(
    admin: Client, reader: Client, refused: Refused
) -> None:
    update = await hidden_update(admin)
    for request in (GetUpdate(id=update), GetUpdateOutput(id=update), CancelUpdate(id=update)):
        with refused(404, "no update exists"):
            await reader.send(request)
    hidden = (await admin.send(GetDeployment(deployment="hidden"))).id
    for query in (
        None,
        {},
        {"target.id": hidden},
        {"$or": [{"target.id": hidden}, {"success": True}]},
        {"$nor": [{"target.id": "x"}]},
        {"operation": {"$ne": "None"}},
    ):
        found = await reader.send(ListUpdates(query=query))
        assert all(item.target.id != hidden for item in found.updates)
    seen = await admin.send(ListUpdates(query={"target.id": hidden}))
    assert seen.updates


async def test_the_environment_is_stored_sealed_also_in_updates(
    core: RunningCore, admin: Client
) -> None:
    await admin.send(UpdateDeployment(id="web", config={"command": "sealed"}))
    web = await admin.send(GetDeployment(deployment="web"))
    update = (await admin.send(ListUpdates(query={"target.id": web.id}))).updates[0]
    assert TOKEN in str((await admin.send(GetUpdate(id=update.id))).current_toml)
    for file in core.data.rglob("*"):
        if file.is_file():
            assert TOKEN.encode() not in file.read_bytes(), file.name


@pytest.mark.parametrize(
    "request_",
    [
        ListUsers(),
        FindUser(user="admin"),
        ListOnboardingKeys(),
        CreateOnboardingKey(name="x"),
        CreateServiceUser(username="x", description=""),
        DeleteUser(user="admin"),
        UpdateUserAdmin(user_id="stranger", admin=True),
    ],
    ids=lambda request: type(request).__name__,
)
async def test_administration_is_for_administrators(
    writer: Client, refused: Refused, request_: Any
) -> None:
    with refused(403, "This call is admin only"):
        await writer.send(request_)


async def test_tags_are_changed_by_their_owner_and_administrators(
    reader: Client, writer: Client, admin: Client, name: str, refused: Refused
) -> None:
    tag = await reader.send(CreateTag(name=name))
    for request in (RenameTag(id=tag.id, name="mine"), DeleteTag(id=name)):
        with refused(403):
            await writer.send(request)
    await reader.send(RenameTag(id=tag.id, name=f"{name}-2"))
    await admin.send(DeleteTag(id=tag.id))


async def test_a_disabled_user_can_do_nothing(core: RunningCore, refused: Refused) -> None:
    async with core.client("sleeper") as client:
        assert (await client.user()).username == "sleeper"
        for request in (ListServers(), GetUsername(user_id="0" * 24), Deploy(deployment="web")):
            with refused(401, "User is not enabled"):
                await client.send(request)
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{core.url}/ws/update") as ws:
            await ws.send_json({"type": "Jwt", "params": {"jwt": client.jwt}})
            assert (await ws.receive_str(timeout=5)).startswith("[401 Unauthorized]")
        async with aiohttp.ClientSession() as http:
            headers = {"Authorization": client.jwt}
            async with http.get(f"{core.url}/metrics", headers=headers) as answer:
                assert answer.status == 401


# --- Live


class Live:
    """A page's socket."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def first(self, topic: str) -> dict[str, Any]:
        """The first frame about a topic."""
        await self.ws.send_json({"op": "sub", "topic": topic})
        while True:
            frame = json.loads(await self.ws.receive_str(timeout=10))
            if frame.get("topic") == topic:
                return frame


async def test_live_topics_show_what_one_may_read(
    core: RunningCore, admin: Client, reader: Client
) -> None:
    update = await hidden_update(admin)
    beta = (await admin.send(GetServer(server="beta"))).id
    alpha = (await admin.send(GetServer(server="alpha"))).id
    hidden = (await admin.send(GetDeployment(deployment="hidden"))).id

    async def look(client: Client, topics: tuple[str, ...]) -> list[dict[str, Any]]:
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{core.url}/ws/live") as ws,
        ):
            await ws.send_json({"type": "Jwt", "params": {"jwt": client.jwt}})
            live = Live(ws)
            return [await live.first(topic) for topic in topics]

    one = tuple(f"{what}:{beta}" for what in ("stats", "images", "networks", "volumes"))
    forbidden = (*one, f"update:{update}", "update:" + "0" * 24, "stats:" + "0" * 24)
    odd = (
        "stats:",
        "update:",
        f"boot:{beta}",
        f"images:{beta}:x",
        "nothing",
        "",
        f"servers:{beta}",
    )
    for frame in await look(reader, (*forbidden, *odd)):
        assert (frame["op"], frame["status"]) == ("err", 404)
    # An administrator looks first, so that the topics are there.
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{core.url}/ws/live") as ws:
        await ws.send_json({"type": "Jwt", "params": {"jwt": admin.jwt}})
        live = Live(ws)
        for topic in (*one, f"update:{update}"):
            assert (await live.first(topic))["op"] == "snap"
        for frame in await look(reader, forbidden):
            assert (frame["op"], frame["status"]) == ("err", 404), frame
    lists = await look(reader, ("servers", "deployments", "containers", "updates", "boot"))
    text = json.dumps(lists)
    assert alpha in text
    assert beta not in text
    assert hidden not in text
    assert update not in text
    assert lists[4]["value"]["counts"]["servers"] == 2


async def test_a_log_is_shown_to_those_who_may_read_it(
    core: RunningCore, reader: Client, operator: Client, stranger: Client, admin: Client
) -> None:
    async def end(client: Client, **follow: Any) -> dict[str, Any]:
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{core.url}/ws/logs") as ws,
        ):
            await ws.send_json({"type": "Jwt", "params": {"jwt": client.jwt}})
            await ws.send_json(follow)
            return json.loads(await ws.receive_str(timeout=10))

    assert (await end(reader, server="alpha", container="web"))["status"] == 403
    assert (await end(reader, server="beta", container="hidden"))["status"] == 404
    assert (await end(stranger, server="alpha", container="web"))["status"] == 404
    assert (await end(stranger, server="nobody", container="web"))["status"] == 404
    assert (await end(operator, server="alpha", container="web")).get("status") in {None, 409, 503}
    assert (await end(operator, server="beta", container="web"))["status"] == 404
    for bad in ({"server": 1}, {"server": "alpha", "container": "web", "tail": -1}, {}):
        assert (await end(operator, **bad))["status"] == 400


async def test_calling_a_deployment_like_anothers_container_gives_nothing(
    core: RunningCore, writer: Client, admin: Client, name: str, refused: Refused
) -> None:
    config = {"server": "alpha", "custom_name": "web"}
    fake = await writer.send(CreateDeployment(name=name, config=config))
    for request in (
        GetDeploymentLog(deployment=fake.id),
        InspectDeploymentContainer(deployment=fake.id),
    ):
        with refused(409, "belongs to another deployment"):
            await writer.send(request)
    update = await writer.wait((await writer.send(Deploy(deployment=fake.id))).id)
    assert not update.success
    assert "belongs to another deployment" in str(update.logs)
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{core.url}/ws/logs") as ws:
        await ws.send_json({"type": "Jwt", "params": {"jwt": writer.jwt}})
        await ws.send_json({"server": "alpha", "container": "web"})
        assert json.loads(await ws.receive_str(timeout=10))["status"] == 403
    await writer.send(DeleteDeployment(id=fake.id))


async def test_updates_on_the_socket_are_those_one_may_read(
    core: RunningCore, admin: Client, reader: Client
) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{core.url}/ws/update") as ws:
        await ws.send_json({"type": "Jwt", "params": {"jwt": reader.jwt}})
        assert await ws.receive_str(timeout=5) == "LOGGED_IN"
        await hidden_update(admin)
        await admin.send(UpdateDeployment(id="web", config={"command": "seen"}))
        item = json.loads(await ws.receive_str(timeout=5))
        web = await admin.send(GetDeployment(deployment="web"))
        assert item["target"] == {"type": "Deployment", "id": web.id}


async def test_rights_that_end_with_a_deletion_are_gone_with_it(
    reader: Client, admin: Client, name: str
) -> None:
    made = await reader.send(CreateDeployment(name=name))
    await admin.send(DeleteDeployment(id=made.id))

    async def gone() -> bool:
        return name not in [item.name for item in await reader.send(ListDeployments())]

    await until(gone)
    await admin.send(CreateDeployment(name=name))
    assert await gone()
