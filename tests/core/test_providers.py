"""Accounts at git providers and image registries: who sees their tokens, and where these are never found."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import pytest

from core.seed import started
from monitor.api.activity import GetUpdate, ListUpdates
from monitor.api.provider import (
    CreateGitProviderAccount,
    CreateImageRegistryAccount,
    DeleteGitProviderAccount,
    DeleteImageRegistryAccount,
    GetGitProviderAccount,
    GetImageRegistryAccount,
    GitProvider,
    ImageRegistry,
    ListGitProviderAccounts,
    ListGitProvidersFromConfig,
    ListImageRegistriesFromConfig,
    ListImageRegistryAccounts,
    ProviderAccount,
    UpdateGitProviderAccount,
    UpdateImageRegistryAccount,
)
from monitor.api.server import GetServer
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.client import Client
from monitor.core.providers import registry_domain, registry_of
from world import RunningCore

Refused = Callable[..., Any]
CANARY = "canary-71b9e2-token"
SETTING = "canary-0c3d5f-setting"
KEY = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{CANARY}\n-----END OPENSSH PRIVATE KEY-----"


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCore]:
    account = {"username": "robot", "token": SETTING}
    git = [{"domain": "https://Git.example.org/", "https": False, "accounts": [account]}]
    images = [{"domain": "ghcr.io", "accounts": [account], "organizations": ["team"]}]
    for core in started(
        tmp_path_factory.mktemp("core"),
        MONITOR_GIT_PROVIDERS=json.dumps(git),
        MONITOR_IMAGE_REGISTRIES=json.dumps(images),
    ):
        yield core
        text = core.text()
        assert "Traceback" not in text, text[-6000:]
        assert CANARY not in text
        assert SETTING not in text


async def test_a_git_account_is_made_read_changed_and_deleted(
    admin: Client, refused: Refused
) -> None:
    made = await admin.send(
        CreateGitProviderAccount(account={"username": " me ", "token": f"{CANARY}\n"})
    )
    assert (made.domain, made.https, made.username, made.token) == (
        "github.com",
        True,
        "me",
        CANARY,
    )
    assert await admin.send(GetGitProviderAccount(id=made.id)) == made
    with refused(409):
        await admin.send(
            CreateGitProviderAccount(account={"domain": "https://GitHub.com/", "username": "me"})
        )
    changed = await admin.send(
        UpdateGitProviderAccount(id=made.id, account={"token": KEY, "domain": None})
    )
    assert (changed.domain, changed.token, changed.id) == ("github.com", KEY, made.id)
    other = await admin.send(
        CreateGitProviderAccount(account={"domain": "git.example.org:3000", "username": "me"})
    )
    assert await admin.send(ListGitProviderAccounts()) == (other, changed)
    assert await admin.send(ListGitProviderAccounts(domain="github.com")) == (changed,)
    assert await admin.send(ListGitProviderAccounts(username="nobody")) == ()
    with refused(409):
        await admin.send(UpdateGitProviderAccount(id=other.id, account={"domain": "github.com"}))
    assert await admin.send(DeleteGitProviderAccount(id=made.id)) == changed
    with refused(404, "did not find git provider account"):
        await admin.send(GetGitProviderAccount(id=made.id))
    with refused(404, "No account found"):
        await admin.send(UpdateGitProviderAccount(id=made.id, account={}))
    with refused(404, "No account found"):
        await admin.send(DeleteGitProviderAccount(id=made.id))


async def test_a_registry_account_is_made_read_changed_and_deleted(
    admin: Client, refused: Refused
) -> None:
    account = {"domain": "https://index.docker.io/v1/", "username": "me", "token": CANARY}
    made = await admin.send(CreateImageRegistryAccount(account=account))
    assert (made.domain, made.username, made.token) == ("docker.io", "me", CANARY)
    assert await admin.send(GetImageRegistryAccount(id=made.id)) == made
    with refused(409):
        await admin.send(CreateImageRegistryAccount(account={"username": "me"}))
    changed = await admin.send(
        UpdateImageRegistryAccount(id=made.id, account={"username": "you", "_id": None})
    )
    assert await admin.send(ListImageRegistryAccounts(domain="docker.io")) == (changed,)
    assert await admin.send(DeleteImageRegistryAccount(id=made.id)) == changed
    with refused(404, "did not find docker registry account"):
        await admin.send(GetImageRegistryAccount(id=made.id))


async def test_older_names_do_the_same(http: aiohttp.ClientSession, admin: Client) -> None:
    headers = {"Authorization": admin.jwt}

    async def post(path: str, **params: Any) -> Any:
        async with http.post(path, json=params, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    account = {"domain": "old.example.org", "username": "me", "token": CANARY}
    made = await post("/write/CreateDockerRegistryAccount", account=account)
    identity = made["_id"]["$oid"]
    await post("/write/UpdateDockerRegistryAccount", id=identity, account={"token": "x"})
    assert (await post("/read/GetDockerRegistryAccount", id=identity))["token"] == "x"
    assert await post("/read/ListDockerRegistryAccounts", domain="old.example.org")
    assert await post("/read/ListDockerRegistriesFromConfig")
    await post("/write/DeleteDockerRegistryAccount", id=identity)


@pytest.mark.parametrize(
    "account",
    [
        {"username": ""},
        {"domain": " ", "username": "a"},
        {"domain": "a b", "username": "a"},
        {"domain": "a\nb", "username": "a"},
        {"username": "a\nb"},
        {"username": "a" * 300},
        {"username": "a", "token": "t" * 70_000},
        {"username": 1},
        {"username": "a", "https": "yes"},
    ],
)
async def test_accounts_that_can_not_be_are_refused(
    admin: Client, account: dict[str, Any], refused: Refused
) -> None:
    with refused(400):
        await admin.send(CreateGitProviderAccount(account=account))


async def test_accounts_are_for_administrators_alone(
    admin: Client, writer: Client, refused: Refused
) -> None:
    made = await admin.send(
        CreateGitProviderAccount(account={"domain": "a.example.org", "username": "u"})
    )
    for request in (
        ListGitProviderAccounts(),
        ListImageRegistryAccounts(),
        GetGitProviderAccount(id=made.id),
        CreateGitProviderAccount(account={"username": "x"}),
        UpdateGitProviderAccount(id=made.id, account={"token": "mine"}),
        DeleteGitProviderAccount(id=made.id),
        CreateImageRegistryAccount(account={"username": "x"}),
    ):
        with refused(403, "admin only"):
            await writer.send(request)


async def test_tokens_are_in_no_update_and_in_no_file(core: RunningCore, admin: Client) -> None:
    made = await admin.send(
        CreateImageRegistryAccount(account={"domain": "r:5000", "username": "u", "token": CANARY})
    )
    await admin.send(UpdateImageRegistryAccount(id=made.id, account={"token": f"{CANARY}-2"}))
    await admin.send(DeleteImageRegistryAccount(id=made.id))
    found = await admin.send(ListUpdates(query={"operation": {"$regex": "DockerRegistryAccount"}}))
    assert {str(one.operation) for one in found.updates} >= {
        "CreateDockerRegistryAccount",
        "UpdateDockerRegistryAccount",
        "DeleteDockerRegistryAccount",
    }
    logs = [(await admin.send(GetUpdate(id=one.id))).logs for one in found.updates]
    assert "u at r:5000" in str(logs)
    assert "token changed" in str(logs)
    assert CANARY not in str(logs)
    for file in core.data.rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), file


async def test_the_settings_accounts_are_told_without_their_tokens(
    admin: Client, reader: Client, stranger: Client, refused: Refused
) -> None:
    robot = (ProviderAccount(username="robot"),)
    assert await reader.send(ListGitProvidersFromConfig()) == (
        GitProvider(domain="git.example.org", https=False, accounts=robot),
    )
    assert await reader.send(ListImageRegistriesFromConfig()) == (
        ImageRegistry(domain="ghcr.io", accounts=robot, organizations=("team",)),
    )
    alpha = ResourceTarget(ResourceKind.SERVER, (await admin.send(GetServer(server="alpha"))).id)
    assert await reader.send(ListGitProvidersFromConfig(target=alpha))
    with refused(404):
        await stranger.send(ListImageRegistriesFromConfig(target=alpha))
    with refused(400, "neither Server nor Builder"):
        await admin.send(ListGitProvidersFromConfig(target=ResourceTarget(ResourceKind.REPO, "x")))


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("nginx", "docker.io"),
        ("library/nginx:1.27", "docker.io"),
        ("docker.io/library/nginx", "docker.io"),
        ("ghcr.io/owner/image@sha256:00", "ghcr.io"),
        ("localhost/image", "localhost"),
        ("localhost:5000/image:1", "localhost:5000"),
        ("registry:5000/a/b", "registry:5000"),
    ],
)
def test_an_images_name_says_its_registry(image: str, registry: str) -> None:
    assert registry_of(image) == registry


@pytest.mark.parametrize(
    "domain", ["", "docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"]
)
def test_docker_hub_has_several_names(domain: str) -> None:
    assert registry_domain(domain) == "docker.io"
