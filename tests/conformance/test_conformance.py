"""Every request that is built, asked by the published client, must be answered so that it can parse it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from building import builders_builds_and_repos
from komodo import TOTAL, Komodo, published
from msgspec import to_builtins
from msgspec.structs import replace

from docker_fixtures import docker
from git_fixtures import GitServer
from monitor.api.build import BuildConfig
from monitor.api.contract import NOT_BUILT, REQUESTS
from monitor.api.deployment import (
    DeploymentConfig,
    DeploymentImageImage,
    DeploymentImageImageFields,
)
from monitor.api.login import CreateApiKey
from monitor.api.server import CreateServer, Server, ServerConfig
from monitor.client import Client
from world import RunningAgent, RunningCore, server_ok, until

PUBLISHED_GROUPS = ("read", "write", "execute")
BUILT = {r.__name__ for r in REQUESTS if r.group in PUBLISHED_GROUPS and not r.ours}


@pytest.fixture(autouse=True)
def trusted(git_server: GitServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Core and the agent take the git server's certificate."""
    monkeypatch.setenv("GIT_SSL_CAINFO", str(git_server.certificate))


@pytest.fixture
async def komodo(core: RunningCore, admin: Client) -> AsyncIterator[Komodo]:
    key = await admin.send(CreateApiKey(name="conformance"))
    client = Komodo(core.url, key.key, key.secret)
    yield client
    await client.close()


@pytest.fixture
async def bare(core: RunningCore, admin: Client, tmp_path: Path) -> AsyncIterator[str]:
    """A server without a Docker engine: what acts on all its containers can touch nobody else's."""
    agent = RunningAgent(tmp_path, core, "bare", DOCKER_HOST="unix:///nowhere/docker.sock")
    await admin.send(
        CreateServer(name="bare", config={"enabled": True}, public_key=agent.public_key)
    )
    await agent.start()
    await until(lambda: server_ok(admin, "bare"))
    yield "bare"
    await agent.stop()


def test_the_contract_is_the_published_clients() -> None:
    planned = {name for group in PUBLISHED_GROUPS for name in NOT_BUILT[group]}
    assert published() == BUILT | planned
    assert len(published()) == TOTAL


async def test_the_published_client_parses_every_answer(
    komodo: Komodo,
    local: Server,
    bare: str,
    busybox_image: str,
    container_name: str,
    git_server: GitServer,
) -> None:
    watching = asyncio.create_task(komodo.watch())
    await core_and_users(komodo)
    await tags_and_keys(komodo, local.id)
    await variables_and_accounts(komodo)
    await servers(komodo)
    await containers(komodo, busybox_image, container_name)
    await images_networks_volumes(komodo, busybox_image, container_name)
    await deployments(komodo, busybox_image, container_name)
    await alerts(komodo)
    repository = git_server.repository(f"private/{container_name}")
    await builders_builds_and_repos(
        komodo, repository, git_server.provider, busybox_image, container_name
    )
    await whole_server(komodo, bare)
    await updates(komodo)
    assert not watching.done(), watching.result()
    watching.cancel()
    assert "Deploy" in {update.operation.value for update in komodo.watched}
    print(f"answers {len(komodo.parsed)} of {TOTAL}")
    assert BUILT - komodo.parsed == set()


async def core_and_users(komodo: Komodo) -> None:
    await komodo.send("GetVersion")
    await komodo.send("GetCoreInfo")
    (admin,) = await komodo.send("ListUsers")
    await komodo.send("GetUsername", user_id=admin.id.oid)
    user = await komodo.send("CreateLocalUser", username="ann", password="a long password")
    await komodo.send("FindUser", user="ann")
    await komodo.send("UpdateUserBasePermissions", user_id=user.id.oid, create_servers=True)
    await komodo.send("UpdateUserAdmin", user_id=user.id.oid, admin=True)
    await komodo.send("DeleteUser", user="ann")
    service = await komodo.send("CreateServiceUser", username="robot", description="tests")
    await komodo.send("UpdateServiceUserDescription", username="robot", description="more tests")
    key = await komodo.send(
        "CreateApiKeyForServiceUser", user_id=service.id.oid, name="robot's", expires=0
    )
    await komodo.send("ListApiKeysForServiceUser", user="robot")
    await komodo.send("DeleteApiKeyForServiceUser", key=key.key)
    assert len(await komodo.send("ListApiKeys")) == 1


async def tags_and_keys(komodo: Komodo, server: str) -> None:
    target = {"type": "Server", "id": server}
    tag = await komodo.send("CreateTag", name="blue", color="Blue")
    await komodo.send("GetTag", tag="blue")
    await komodo.send("UpdateTagColor", tag="blue", color="DarkBlue")
    await komodo.send("RenameTag", id=tag.id.oid, name="navy")
    await komodo.send("UpdateResourceMeta", target=target, description="here", tags=["navy"])
    assert len(await komodo.send("ListTags", query={"name": "navy"})) == 1
    await komodo.send("PushRecentlyViewed", resource=target)
    await komodo.send("SetLastSeenUpdate")
    await komodo.send("GetPermission", target=target)
    await komodo.send("ExportResourcesToToml", targets=[target])
    await komodo.send("ExportAllResourcesToToml", include_resources=True, include_variables=True)
    await komodo.send("DeleteTag", id=tag.id.oid)
    made = await komodo.send(
        "CreateOnboardingKey",
        name="new machines",
        expires=0,
        tags=[],
        privileged=False,
        copy_server="",
        create_builder=False,
    )
    public_key = made.created.public_key
    await komodo.send("UpdateOnboardingKey", public_key=public_key, enabled=False)
    assert len(await komodo.send("ListOnboardingKeys")) == 1
    await komodo.send("DeleteOnboardingKey", public_key=public_key)


async def variables_and_accounts(komodo: Komodo) -> None:
    made = {"name": "TOKEN", "value": "one\ntwo", "description": "", "is_secret": True}
    assert (await komodo.send("CreateVariable", **made)).value == "one\ntwo"
    await komodo.send("UpdateVariableValue", name="TOKEN", value="three")
    await komodo.send("UpdateVariableDescription", name="TOKEN", description="of the registry")
    await komodo.send("UpdateVariableIsSecret", name="TOKEN", is_secret=False)
    assert (await komodo.send("GetVariable", name="TOKEN")).value == "three"
    assert len(await komodo.send("ListVariables")) == 1
    await komodo.send("DeleteVariable", name="TOKEN")
    await komodo.send("ListSecrets")
    for what, domain in (("GitProvider", "github.com"), ("ImageRegistry", "docker.io")):
        given = {"domain": domain, "https": True, "username": "robot", "token": "t0ken"}
        account = await komodo.send(f"Create{what}Account", account=given)
        identity = account.id.oid
        changed = await komodo.send(
            f"Update{what}Account", id=identity, account=given | {"username": "robot-2"}
        )
        assert (changed.id.oid, changed.username) == (identity, "robot-2")
        assert (await komodo.send(f"Get{what}Account", id=identity)).token == "t0ken"
        assert len(await komodo.send(f"List{what}Accounts", domain=domain)) == 1
        await komodo.send(f"Delete{what}Account", id=identity)
    await komodo.send("ListGitProvidersFromConfig")
    await komodo.send("ListImageRegistriesFromConfig")


async def alerts(komodo: Komodo) -> None:
    """A build that fails leaves one."""
    builder = await komodo.send(
        "CreateBuilder",
        name="here",
        config={"type": "Server", "params": {"server_ids": ["local"]}},
    )
    config = BuildConfig(builder_id=builder.id.oid, dockerfile="FROM scratch\nFAIL\n")
    build = await komodo.send("CreateBuild", name="broken", config=to_builtins(config))
    assert not (await komodo.done("RunBuild", build="broken")).success
    (alert,) = (await komodo.send("ListAlerts", query={"target.id": build.id.oid})).alerts
    assert (await komodo.send("GetAlert", id=alert.id.oid)).data == alert.data
    await komodo.send("CloseAlert", id=alert.id.oid)


async def servers(komodo: Komodo) -> None:
    for name in (
        "GetServer",
        "GetServerState",
        "GetServerActionState",
        "GetPeripheryInformation",
        "GetSystemInformation",
        "ListSystemProcesses",
    ):
        await komodo.send(name, server="local")
    await until(lambda: parses(komodo, "GetSystemStats", server="local"))
    await komodo.send("GetHistoricalServerStats", server="local", granularity="1-min")
    await komodo.send("GetServersSummary")
    assert len(await komodo.send("ListServers", query={})) == 2
    await komodo.send("ListFullServers", query={"names": ["local"]})
    made = await komodo.send(
        "CreateServer", name="other", config=to_builtins(ServerConfig(region="north"))
    )
    await komodo.send("CopyServer", id=made.id.oid, name="copy")
    await komodo.send(
        "UpdateServer",
        id=made.id.oid,
        config=to_builtins(ServerConfig(links=("http://localhost",))),
    )
    await komodo.send("RenameServer", id=made.id.oid, name="another")
    await komodo.send("UpdateServerPublicKey", server="another", public_key="")
    await komodo.send("DeleteServer", id="copy")


async def parses(komodo: Komodo, name: str, /, **params: Any) -> bool:
    """Whether there is an answer yet."""
    try:
        await komodo.send(name, **params)
    except Exception as fault:
        if "parse" in str(fault):
            raise
        return False
    return True


async def containers(komodo: Komodo, image: str, name: str) -> None:
    docker("run", "-d", "--name", name, "-p", "127.0.0.1::80", "-v", "/data", image)
    where = {"server": "local", "container": name}
    await until(lambda: listed(komodo, name))
    await komodo.send("InspectContainer", **where)
    await komodo.send("GetResourceMatchingContainer", **where)
    await komodo.send("GetContainerLog", **where, tail=50)
    await komodo.send("SearchContainerLog", **where, terms=["nothing"])
    await komodo.send("GetContainersSummary")
    assert await komodo.send("ListAllContainers", terms=[name])
    for request in (
        "RestartContainer",
        "PauseContainer",
        "UnpauseContainer",
        "StopContainer",
        "StartContainer",
        "DestroyContainer",
    ):
        await succeeds(komodo, request, **where)


async def listed(komodo: Komodo, name: str) -> bool:
    return any(item.name == name for item in await komodo.send("ListContainers", server="local"))


async def succeeds(komodo: Komodo, request: str, /, **params: Any) -> Any:
    update = await komodo.done(request, **params)
    assert update.success, (request, update.logs)
    return update


async def images_networks_volumes(komodo: Komodo, image: str, name: str) -> None:
    unique = f"monitor-test/{uuid.uuid4().hex[:8]}:1"
    docker("tag", image, unique)
    docker("volume", "create", name)
    await komodo.send("CreateNetwork", server="local", name=name)
    await komodo.send("ListImages", server="local")
    await komodo.send("InspectImage", server="local", image=unique)
    await komodo.send("ListImageHistory", server="local", image=unique)
    await komodo.send("ListVolumes", server="local")
    await komodo.send("ListComposeProjects", server="local")
    await komodo.send("InspectVolume", server="local", volume=name)
    await until(lambda: parses(komodo, "InspectNetwork", server="local", network=name))
    await komodo.send("ListNetworks", server="local")
    await succeeds(komodo, "DeleteImage", server="local", name=unique)
    await succeeds(komodo, "DeleteNetwork", server="local", name=name)
    await succeeds(komodo, "DeleteVolume", server="local", name=name)


async def deployments(komodo: Komodo, image: str, name: str) -> None:
    config = DeploymentConfig(
        server_id="local",
        image=DeploymentImageImage(DeploymentImageImageFields(image=image)),
        network="bridge",
        environment="GREETING=hello\n",
        labels="kind: test\n",
    )
    deployment = f"{name}-web"
    made = await komodo.send("CreateDeployment", name=deployment, config=to_builtins(config))
    which = {"deployment": deployment}
    await succeeds(komodo, "PullDeployment", **which)
    await succeeds(komodo, "Deploy", **which)
    for request in (
        "GetDeployment",
        "GetDeploymentContainer",
        "GetDeploymentActionState",
        "InspectDeploymentContainer",
    ):
        await komodo.send(request, **which)
    await komodo.send("GetDeploymentLog", **which, tail=50)
    await until(lambda: parses(komodo, "GetDeploymentStats", **which))
    await komodo.send("SearchDeploymentLog", **which, terms=["nothing"])
    await komodo.send("GetDeploymentsSummary")
    assert await komodo.send("ListDeployments", query={"specific": {"states": ["running"]}})
    await komodo.send("ListFullDeployments", query={})
    await komodo.send("ListCommonDeploymentExtraArgs", query={})
    for request in (
        "RestartDeployment",
        "PauseDeployment",
        "UnpauseDeployment",
        "StopDeployment",
        "StartDeployment",
    ):
        await succeeds(komodo, request, **which)
    await komodo.send(
        "UpdateDeployment",
        id=made.id.oid,
        config=to_builtins(replace(config, links=("http://localhost",))),
    )
    (item,) = await komodo.send("BatchDeploy", pattern=deployment)
    assert item.status == "Ok"
    await until(lambda: complete(komodo, item.data.id.oid))
    await succeeds(komodo, "DestroyDeployment", **which)
    (item,) = await komodo.send("BatchDestroyDeployment", pattern=deployment)
    assert item.status == "Ok"
    await until(lambda: complete(komodo, item.data.id.oid))
    await komodo.send("CopyDeployment", id=made.id.oid, name=f"{name}-copy")
    await komodo.send("RenameDeployment", id=made.id.oid, name=f"{name}-renamed")
    await komodo.send("DeleteDeployment", id=made.id.oid)
    docker("run", "-d", "--name", f"{name}-found", image)
    await komodo.send("CreateDeploymentFromContainer", name=f"{name}-found", server="local")


async def complete(komodo: Komodo, update: str) -> bool:
    return (await komodo.send("GetUpdate", id=update)).status == "Complete"


async def whole_server(komodo: Komodo, server: str) -> None:
    for request in (
        "StartAllContainers",
        "RestartAllContainers",
        "PauseAllContainers",
        "UnpauseAllContainers",
        "StopAllContainers",
        "PruneContainers",
        "PruneNetworks",
        "PruneImages",
        "PruneVolumes",
        "PruneDockerBuilders",
        "PruneBuildx",
        "PruneSystem",
    ):
        update = await komodo.done(request, server=server)
        assert not update.success, request


async def updates(komodo: Komodo) -> None:
    page = await komodo.send("ListUpdates", query={"operation": "Deploy"})
    assert {item.operation.value for item in page.updates} == {"Deploy"}
    assert (await komodo.send("ListUpdates")).updates
