"""What all kinds of resource share, through the typed client against a real Core."""

import asyncio
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from monitor.api.activity import GetUpdate, ListUpdates
from monitor.api.deployment import (
    CopyDeployment,
    CreateDeployment,
    DeleteDeployment,
    Deployment,
    DeploymentQuery,
    DeploymentQuerySpecifics,
    DeploymentSortBy,
    DeploymentState,
    GetDeployment,
    GetDeploymentActionState,
    GetDeploymentsSummary,
    ListCommonDeploymentExtraArgs,
    ListDeployments,
    ListFullDeployments,
    RenameDeployment,
    UpdateDeployment,
)
from monitor.api.ids import is_id, new_id
from monitor.api.meta import UpdateResourceMeta
from monitor.api.resource import TagQueryBehavior, TemplatesQueryBehavior
from monitor.api.server import (
    CopyServer,
    CreateServer,
    DeleteServer,
    GetServer,
    GetServerActionState,
    GetServersSummary,
    ListFullServers,
    ListServers,
    RenameServer,
    Server,
    ServerQuery,
    ServerQuerySpecifics,
    ServerSortBy,
    ServerState,
    UpdateServer,
)
from monitor.api.tag import GetTag
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.toml_export import ExportAllResourcesToToml, ExportResourcesToToml
from monitor.api.update import Operation, Update, UpdateStatus
from monitor.api.variable import CreateVariable
from monitor.client import Client
from monitor.link.keys import encode_key, generate

Refused = Callable[..., Any]


def about(resource: Server | Deployment, kind: ResourceKind) -> ResourceTarget:
    return ResourceTarget(kind, resource.id)


async def newest(admin: Client, target: ResourceTarget) -> Update:
    """The last Update of a resource, whole."""
    found = await admin.send(
        ListUpdates(query={"target.type": target.type, "target.id": target.id})
    )
    return await admin.send(GetUpdate(id=found.updates[0].id))


async def test_a_new_server_has_its_config_over_the_defaults_and_is_on_record(
    admin: Client, name: str
) -> None:
    server = await admin.send(
        CreateServer(name=name, config={"region": "attic", "cpu_warning": 50, "links": None})
    )
    assert is_id(server.id)
    assert (server.config.region, server.config.cpu_warning, server.config.mem_warning) == (
        "attic",
        50.0,
        75.0,
    )
    assert await admin.send(GetServer(server=server.id)) == server
    assert await admin.send(GetServer(server=name)) == server
    update = await newest(admin, about(server, ResourceKind.SERVER))
    assert update.operation is Operation.CREATE_SERVER
    assert (update.success, update.status) == (True, UpdateStatus.COMPLETE)
    assert name in update.logs[0].stdout
    assert tomllib.loads(str(update.current_toml)) == {
        "server": [{"name": name, "config": {"region": "attic", "cpu_warning": 50.0}}]
    }


async def test_a_partial_update_changes_what_is_given_and_records_toml_before_and_after(
    admin: Client, name: str
) -> None:
    server = await admin.send(CreateServer(name=name, config={"region": "attic"}))
    config = {"region": None, "cpu_critical": 91, "nonsense": [1]}
    changed = await admin.send(UpdateServer(id=name, config=config))
    assert (changed.config.region, changed.config.cpu_critical) == ("attic", 91.0)
    assert changed.updated_at >= server.updated_at
    update = await newest(admin, about(server, ResourceKind.SERVER))
    assert update.operation is Operation.UPDATE_SERVER
    before, after = (tomllib.loads(str(t)) for t in (update.prev_toml, update.current_toml))
    assert before["server"][0]["config"] == {"region": "attic"}
    assert after["server"][0]["config"] == {"region": "attic", "cpu_critical": 91.0}


async def test_an_update_that_changes_nothing_leaves_no_record(admin: Client, name: str) -> None:
    server = await admin.send(CreateServer(name=name, config={"region": "attic"}))
    same = await admin.send(UpdateServer(id=server.id, config={"region": "attic", "links": None}))
    assert same == server
    update = await newest(admin, about(server, ResourceKind.SERVER))
    assert update.operation is Operation.CREATE_SERVER


@pytest.mark.parametrize("key", ["server", "server_id"])
async def test_a_deployment_names_its_server_by_either_key_and_by_name_or_id(
    admin: Client, name: str, key: str
) -> None:
    server = await admin.send(GetServer(server="alpha"))
    for number, reference in enumerate(("alpha", server.id, server.id.upper())):
        made = await admin.send(CreateDeployment(name=f"{name}-{number}", config={key: reference}))
        assert made.config.server_id == server.id


async def test_toml_has_names_for_the_server_and_tags_and_no_secrets(
    admin: Client, name: str
) -> None:
    config = {"server": "alpha", "image": {"type": "Image", "params": {"image": "nginx:1"}}}
    made = await admin.send(CreateDeployment(name=name, config=config))
    target = about(made, ResourceKind.DEPLOYMENT)
    await admin.send(
        UpdateResourceMeta(target=target, description="the front", tags=("edge", "blue"))
    )
    await admin.send(UpdateDeployment(id=name, config={"command": "\nserve\r\n--all"}))
    update = await newest(admin, target)
    table = tomllib.loads(str(update.current_toml))["deployment"][0]
    assert (table["name"], table["description"], table["tags"]) == (
        name,
        "the front",
        ["edge", "blue"],
    )
    assert table["config"]["server"] == "alpha"
    assert table["config"]["image"] == {"type": "Image", "params": {"image": "nginx:1"}}
    stored = (await admin.send(GetDeployment(deployment=name))).config.command
    assert stored.startswith("\nserve")
    assert table["config"]["command"] == stored
    exported = await admin.send(ExportResourcesToToml(targets=(target,)))
    assert tomllib.loads(exported.toml)["deployment"][0] == table
    alpha = ResourceTarget(ResourceKind.SERVER, "alpha")
    assert "passkey" not in (await admin.send(ExportResourcesToToml(targets=(alpha,)))).toml


async def test_everything_is_exported_that_one_may_read_and_no_secret(
    admin: Client, reader: Client, name: str
) -> None:
    await admin.send(CreateDeployment(name=name, config={"server": "alpha"}))
    await admin.send(CreateVariable(name=f"S-{name}", value="hidden-from-most", is_secret=True))
    await admin.send(CreateVariable(name=f"P-{name}", value="one\ntwo"))
    everything = ExportAllResourcesToToml(include_variables=True)
    told = tomllib.loads((await admin.send(everything)).toml)
    assert {"alpha", "common"} <= {one["name"] for one in told["server"]}
    assert name in {one["name"] for one in told["deployment"]}
    values = {one["name"]: one["value"] for one in told["variable"]}
    assert values[f"P-{name}"] == "one\ntwo"
    less = (await reader.send(everything)).toml
    assert {one["name"] for one in tomllib.loads(less)["server"]} == {"alpha", "common"}
    assert "hidden-from-most" not in less
    none = ExportAllResourcesToToml(tags=(f"no-{name}",))
    assert (await admin.send(none)).toml == ""
    await admin.send(DeleteDeployment(id=name))


async def test_copies_have_the_config_and_nothing_else(admin: Client, name: str) -> None:
    config = {"server": "alpha", "environment": "A=1", "command": "run"}
    first = await admin.send(CreateDeployment(name=name, config=config))
    target = about(first, ResourceKind.DEPLOYMENT)
    await admin.send(UpdateResourceMeta(target=target, description="first", tags=("edge",)))
    second = await admin.send(CopyDeployment(name=f"{name}-copy", id=name))
    assert second.config == first.config
    assert (second.description, second.tags, second.info.deployed_name) == ("", (), "")
    assert second.id != first.id


async def test_a_copied_server_has_neither_passkey_nor_key(admin: Client, name: str) -> None:
    key = encode_key(generate().public)
    await admin.send(
        CreateServer(name=name, config={"passkey": "p", "region": "r"}, public_key=key)
    )
    copied = await admin.send(CopyServer(name=f"{name}-copy", id=name))
    assert (copied.config.region, copied.config.passkey, copied.info.public_key) == ("r", "", "")


async def test_a_rename_keeps_id_and_config_and_answers_its_update(
    admin: Client, name: str, refused: Refused
) -> None:
    server = await admin.send(CreateServer(name=name, config={"region": "attic"}))
    update = await admin.send(RenameServer(id=name, name=f"  {name}-new "))
    assert update.operation is Operation.RENAME_SERVER
    assert update.status is UpdateStatus.COMPLETE
    renamed = await admin.send(GetServer(server=f"{name}-new"))
    assert (renamed.id, renamed.config) == (server.id, server.config)
    with refused(404, f"Did not find any Server matching {name}"):
        await admin.send(GetServer(server=name))
    with refused(409, "Resource with name 'alpha' already exists"):
        await admin.send(RenameServer(id=f"{name}-new", name="alpha"))
    await admin.send(RenameServer(id=f"{name}-new", name=f"{name}-new"))


async def test_a_deletion_answers_what_was_and_frees_the_name(
    admin: Client, name: str, refused: Refused
) -> None:
    made = await admin.send(CreateDeployment(name=name, config={"command": "run"}))
    gone = await admin.send(DeleteDeployment(id=name))
    assert gone == made
    update = await newest(admin, about(made, ResourceKind.DEPLOYMENT))
    assert update.operation is Operation.DELETE_DEPLOYMENT
    assert tomllib.loads(str(update.prev_toml))["deployment"][0]["name"] == name
    for reference in (name, made.id):
        with refused(404, "Did not find any Deployment matching"):
            await admin.send(GetDeployment(deployment=reference))
        with refused(404):
            await admin.send(DeleteDeployment(id=reference))
    await admin.send(CreateDeployment(name=name))


async def test_a_deleted_server_leaves_its_deployments_without_one(
    admin: Client, name: str
) -> None:
    server = await admin.send(CreateServer(name=name))
    made = await admin.send(CreateDeployment(name=name, config={"server_id": server.id}))
    assert made.config.server_id == server.id
    await admin.send(DeleteServer(id=name))
    assert (await admin.send(GetDeployment(deployment=name))).config.server_id == ""


async def test_names_are_unique_within_a_kind(admin: Client, name: str, refused: Refused) -> None:
    await admin.send(CreateServer(name=name))
    await admin.send(CreateDeployment(name=name))
    for request in (
        CreateServer(name=name),
        CreateServer(name=f" {name}\n"),
        CopyServer(name=name, id="alpha"),
        CreateDeployment(name=name),
        CopyDeployment(name=name, id="web"),
    ):
        with refused(409, f"Resource with name '{name}' already exists"):
            await admin.send(request)


@pytest.mark.parametrize("bad", ["", "  ", "\n", "a" * 201, "tab\there", "del\x7f", "0" * 24])
async def test_names_that_can_not_be_are_refused(
    admin: Client, name: str, bad: str, refused: Refused
) -> None:
    await admin.send(CreateServer(name=name))
    for request in (CreateServer(name=bad), RenameServer(id=name, name=bad)):
        with refused(400):
            await admin.send(request)
    assert (await admin.send(GetServer(server=name))).name == name


async def test_names_that_look_like_ids_are_refused_and_ids_are_no_names(
    admin: Client, name: str, refused: Refused
) -> None:
    for bad in (new_id(), "ABCDEF" * 4):
        for request in (
            CreateServer(name=bad),
            CreateDeployment(name=bad),
            CopyServer(name=bad, id="alpha"),
            RenameDeployment(id="web", name=bad),
        ):
            with refused(400, "24 hex digits"):
                await admin.send(request)
        with refused(404, f"Did not find any Server matching {bad}"):
            await admin.send(GetServer(server=bad))


async def test_a_deployments_name_is_made_one_that_docker_takes(admin: Client, name: str) -> None:
    made = await admin.send(CreateDeployment(name=f"/../{name} ünd/$(id)"))
    assert made.name == f"{name}__nd___id_"


async def test_tags_are_made_by_name_and_stored_as_ids(
    admin: Client, name: str, refused: Refused
) -> None:
    server = await admin.send(CreateServer(name=name))
    target = about(server, ResourceKind.SERVER)
    await admin.send(UpdateResourceMeta(target=target, tags=(f"{name}-a", f"{name}-b")))
    tag = await admin.send(GetTag(tag=f"{name}-a"))
    tags = (await admin.send(GetServer(server=name))).tags
    assert tags[0] == tag.id
    assert all(map(is_id, tags))
    await admin.send(UpdateResourceMeta(target=target, tags=(tag.id, f"{name}-a")))
    assert (await admin.send(GetServer(server=name))).tags == (tag.id,)
    with refused(400):
        await admin.send(UpdateResourceMeta(target=target, tags=(f"{name}-c", "no,comma")))
    with refused(404):
        await admin.send(GetTag(tag=f"{name}-c"))


async def test_meta_changes_what_is_given_and_needs_a_resource(
    admin: Client, name: str, refused: Refused
) -> None:
    server = await admin.send(CreateServer(name=name))
    by_name = ResourceTarget(ResourceKind.SERVER, name)
    await admin.send(UpdateResourceMeta(target=by_name, description="one", template=True))
    await admin.send(UpdateResourceMeta(target=by_name))
    changed = await admin.send(GetServer(server=server.id))
    assert (changed.description, changed.template, changed.tags) == ("one", True, ())
    with refused(400, "System"):
        await admin.send(
            UpdateResourceMeta(target=ResourceTarget(ResourceKind.SYSTEM, "system"), description="")
        )
    with refused(404, "Did not find any Server matching"):
        await admin.send(UpdateResourceMeta(target=ResourceTarget(ResourceKind.SERVER, "nobody")))
    with refused(501):
        await admin.send(UpdateResourceMeta(target=ResourceTarget(ResourceKind.STACK, "nobody")))


async def test_lists_answer_queries(admin: Client, name: str) -> None:
    servers: list[Server] = []
    for number in range(4):
        servers.append(await admin.send(CreateServer(name=f"{name}-Q{number}")))
    tags = {0: ("qa",), 1: ("qa", "qb"), 2: ("qb",)}
    for number, some in tags.items():
        target = about(servers[number], ResourceKind.SERVER)
        await admin.send(UpdateResourceMeta(target=target, tags=some, template=number == 2))

    async def found(**query: Any) -> list[int]:
        query.setdefault("terms", (f"{name}-q",))
        items = await admin.send(ListServers(query=ServerQuery(**query)))
        full = await admin.send(ListFullServers(query=ServerQuery(**query)))
        assert [item.id for item in items] == [server.id for server in full]
        return [int(item.name[-1]) for item in items]

    any_tag = TagQueryBehavior.ANY
    assert await found() == [0, 1, 2, 3]
    assert await found(terms=(name.upper(), "q1")) == [1]
    assert await found(names=(servers[3].id, f"{name}-Q0", "nobody")) == [0, 3]
    assert await found(tags=("qa",)) == [0, 1]
    assert await found(tags=("qa", "qb")) == [1]
    assert await found(tags=("qa", "qb"), tag_behavior=any_tag) == [0, 1, 2]
    assert await found(tags=("qa", "unheard-of")) == []
    assert await found(tags=("qa", "unheard-of"), tag_behavior=any_tag) == [0, 1]
    assert await found(templates=TemplatesQueryBehavior.ONLY) == [2]
    assert await found(templates=TemplatesQueryBehavior.EXCLUDE) == [0, 1, 3]
    disabled = ServerQuerySpecifics(states=(ServerState.DISABLED,))
    assert await found(specific=disabled) == [0, 1, 2, 3]
    assert await found(specific=ServerQuerySpecifics(states=(ServerState.OK,))) == []


async def test_lists_are_sorted_and_paged(admin: Client, name: str) -> None:
    for number, region in enumerate("bca"):
        await admin.send(CreateServer(name=f"{name}-{number}", config={"region": region}))
    query = ServerQuery(terms=(name,))

    async def order(**arguments: Any) -> str:
        items = await admin.send(ListServers(query=query, **arguments))
        return "".join(item.name[-1] for item in items)

    region = ServerSortBy.REGION
    assert await order() == "012"
    assert await order(sort_desc=True) == "210"
    assert await order(sort_by=region) == "201"
    assert await order(sort_by=region, sort_desc=True) == "102"
    assert await order(limit=2) == "01"
    assert await order(limit=2, page=1) == "2"
    assert await order(limit=2, page=2) == ""
    assert await order(limit=0) == "012"
    assert await order(limit=2**62, page=2**62) == ""
    for sort_by in ServerSortBy:
        assert sorted(await order(sort_by=sort_by)) == list("012")


async def test_deployments_are_listed_by_what_is_theirs_alone(admin: Client, name: str) -> None:
    alpha = await admin.send(GetServer(server="alpha"))
    for number, server in enumerate(("alpha", "beta", "")):
        config = {"server": server, "extra_args": [f"--init={name}", f"--{number}"]}
        await admin.send(CreateDeployment(name=f"{name}-{number}", config=config))

    async def found(**specific: Any) -> list[str]:
        query = DeploymentQuery(terms=(name,), specific=DeploymentQuerySpecifics(**specific))
        items = await admin.send(ListDeployments(query=query, sort_by=DeploymentSortBy.HOST))
        return [item.name[-1] for item in items]

    assert await found() == ["2", "0", "1"]
    assert await found(server_ids=(alpha.id,)) == ["0"]
    assert await found(server_ids=("alpha", "beta")) == ["0", "1"]
    assert await found(states=(DeploymentState.NOT_DEPLOYED,)) == ["2"]
    item = (await admin.send(ListDeployments(query=DeploymentQuery(names=(f"{name}-0",)))))[0]
    assert (item.info.server_id, item.info.server_name) == (alpha.id, "alpha")
    query = DeploymentQuery(terms=(name,))
    assert await admin.send(ListCommonDeploymentExtraArgs(query=query)) == (
        "--0",
        "--1",
        "--2",
        f"--init={name}",
    )
    assert len(await admin.send(ListFullDeployments(query=query))) == 3


async def test_summaries_count_and_action_states_are_at_rest(admin: Client) -> None:
    servers = await admin.send(GetServersSummary())
    assert servers.total == len(await admin.send(ListServers()))
    assert servers.disabled + servers.unhealthy + servers.healthy + servers.warning == servers.total
    deployments = await admin.send(GetDeploymentsSummary())
    assert deployments.total == len(await admin.send(ListDeployments()))
    state = await admin.send(GetServerActionState(server="alpha"))
    assert not any(getattr(state, field) for field in state.__struct_fields__)
    busy = await admin.send(GetDeploymentActionState(deployment="web"))
    assert not any(getattr(busy, field) for field in busy.__struct_fields__)


@pytest.mark.parametrize(
    "config",
    [
        {"cpu_warning": 80, "cpu_critical": 70},
        {"mem_critical": 101},
        {"disk_warning": -1},
        {"address": "ftp://host"},
    ],
)
async def test_server_configs_that_can_not_be_are_refused(
    admin: Client, name: str, config: dict[str, Any], refused: Refused
) -> None:
    with refused(400):
        await admin.send(CreateServer(name=name, config=config))
    with refused(404):
        await admin.send(GetServer(server=name))
    with refused(400):
        await admin.send(UpdateServer(id="beta", config=config))


@pytest.mark.parametrize(
    "config",
    [
        {"ports": "no colon"},
        {"environment": "NO EQUALS SIGN"},
        {"labels": "just words"},
        {"volumes": "nowhere"},
        {"termination_timeout": -1},
        {"server": "nobody"},
        {"server": "0" * 24},
        {"restart": "sometimes"},
        {"image": {"type": "Imaginary"}},
        {"extra_args": [1]},
        {"network": "nul\0"},
        {"send_alerts": "yes"},
    ],
)
async def test_deployment_configs_that_can_not_be_are_refused(
    admin: Client, name: str, config: dict[str, Any], refused: Refused
) -> None:
    before = await admin.send(GetDeployment(deployment="web"))
    status = 404 if "server" in config else 400
    for request in (
        CreateDeployment(name=name, config=config),
        UpdateDeployment(id="web", config=config),
    ):
        with refused(status):
            await admin.send(request)
    assert await admin.send(GetDeployment(deployment="web")) == before


async def test_updates_of_the_same_moment_lose_nothing(admin: Client, name: str) -> None:
    await admin.send(CreateServer(name=name))
    fields = ("region", "external_address", "address")
    await asyncio.gather(
        *(admin.send(UpdateServer(id=name, config={field: field})) for field in fields)
    )
    config = (await admin.send(GetServer(server=name))).config
    assert [getattr(config, field) for field in fields] == list(fields)


async def test_a_second_server_can_not_have_the_key_of_another(
    admin: Client, name: str, refused: Refused
) -> None:
    key = encode_key(generate().public)
    made = await admin.send(CreateServer(name=name, public_key=key))
    assert made.info.public_key == key
    for request in (
        CreateServer(name=f"{name}-2", public_key=key),
        CopyServer(name=f"{name}-2", id=name, public_key=key),
    ):
        with refused(409, "key"):
            await admin.send(request)
    with refused(400, "key"):
        await admin.send(CreateServer(name=f"{name}-2", public_key="no key"))
    with refused(404):
        await admin.send(GetServer(server=f"{name}-2"))
