"""What only a Builder does: it is of one of several types."""

from collections.abc import Callable
from typing import Any

from monitor.api.builder import (
    Builder,
    BuilderConfigAws,
    BuilderConfigServer,
    BuilderConfigUrl,
    CopyBuilder,
    CreateBuilder,
    GetBuilder,
    GetBuildersSummary,
    ListBuilders,
    UpdateBuilder,
)
from monitor.api.server import GetServer
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.toml_export import ExportResourcesToToml
from monitor.client import Client

Refused = Callable[..., Any]


async def test_a_builder_begins_as_one_of_servers(admin: Client, name: str) -> None:
    builder: Builder = await admin.send(CreateBuilder(name=name))
    assert builder.config == BuilderConfigServer()
    assert builder.info is None
    assert (await admin.send(GetBuildersSummary())).total >= 1


async def test_servers_are_named_in_any_form_and_kept_as_ids_once(admin: Client, name: str) -> None:
    server = await admin.send(GetServer(server="alpha"))
    for key, value in (("server", "alpha"), ("server_ids", ["alpha", server.id])):
        config = {"type": "Server", "params": {key: value}}
        builder = await admin.send(CreateBuilder(name=f"{name}-{key}", config=config))
        assert isinstance(builder.config, BuilderConfigServer)
        assert builder.config.params.server_ids == (server.id,)
        target = ResourceTarget(ResourceKind.BUILDER, builder.id)
        exported = await admin.send(ExportResourcesToToml(targets=(target,)))
        assert 'type = "Server"' in exported.toml
        assert 'servers = ["alpha"]' in exported.toml
    item = next(i for i in await admin.send(ListBuilders()) if i.name == f"{name}-server")
    assert (item.info.builder_type, item.info.instance_type) == ("Server", server.id)


async def test_another_type_starts_from_its_own_defaults_and_the_same_keeps_the_rest(
    admin: Client, name: str
) -> None:
    await admin.send(CreateBuilder(name=name))
    aws = {"type": "Aws", "params": {"ami_id": "ami-1", "git_providers": [{"accounts": []}]}}
    changed = await admin.send(UpdateBuilder(id=name, config=aws))
    assert isinstance(changed.config, BuilderConfigAws)
    assert changed.config.params.region == "us-east-1"
    again = {"type": "Aws", "params": {"region": "eu-west-1"}}
    changed = await admin.send(UpdateBuilder(id=name, config=again))
    assert isinstance(changed.config, BuilderConfigAws)
    assert (changed.config.params.ami_id, changed.config.params.region) == ("ami-1", "eu-west-1")
    url = {"type": "Url", "params": {"address": "agent:8120"}}
    await admin.send(UpdateBuilder(id=name, config=url))
    builder = await admin.send(GetBuilder(builder=name))
    assert isinstance(builder.config, BuilderConfigUrl)
    copy = await admin.send(CopyBuilder(name=f"{name}-copy", id=name))
    assert copy.config == builder.config


async def test_a_config_that_cannot_be_is_refused(
    admin: Client, name: str, refused: Refused
) -> None:
    for params, words in (
        ({"address": "ftp://x"}, "address"),
        ({"address": ""}, "address"),
        ({"periphery_public_key": "no key"}, "periphery_public_key"),
    ):
        with refused(400, words):
            await admin.send(CreateBuilder(name=name, config={"type": "Url", "params": params}))
    with refused(400, "type"):
        await admin.send(CreateBuilder(name=name, config={"type": "Gcp", "params": {}}))
    with refused(404):
        config = {"type": "Server", "params": {"server": "nowhere"}}
        await admin.send(CreateBuilder(name=name, config=config))


async def test_only_administrators_make_builders(
    writer: Client, name: str, refused: Refused
) -> None:
    with refused(403):
        await writer.send(CreateBuilder(name=name))
