"""Webhooks over HTTP: what answers alike, which pushes count, and what follows, with whose rights."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from core.seed import started
from core.test_push import sign
from monitor.api.activity import GetUpdate, ListUpdates
from monitor.api.build import Build, CreateBuild, GetBuild, UpdateBuild
from monitor.api.builder import CreateBuilder
from monitor.api.core_info import GetCoreInfo
from monitor.api.repo import CreateRepo
from monitor.api.server import CreateServer
from monitor.api.update import Operation, Outcome, Update, UpdateStatus
from monitor.api.user import CreateLocalUser, FindUser, UpdateUserBasePermissions
from monitor.client import Client
from world import PASSWORD, RunningCore, until

SECRET = "the-resource's-secret"
ADDRESSES = itertools.count(1)
PUSHES = itertools.count(1)
REFUSED = {
    "error": "This webhook is not known here, or its signature is wrong",
    "trace": [],
    "code": "unauthenticated",
}


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCore]:
    for core in started(
        tmp_path_factory.mktemp("core"),
        MONITOR_TRUSTED_PROXIES="127.0.0.1",
        MONITOR_WEBHOOK_BASE_URL="https://hooks.example.org",
    ):
        yield core
        text = core.text()
        assert "Traceback" not in text, text[-6000:]
        assert SECRET not in text


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[RunningCore]:
    """A Core whose settings have a secret, and in which pushes wait for builds."""
    for core in started(
        tmp_path, MONITOR_WEBHOOK_BUILD_BUSY="wait", MONITOR_WEBHOOK_SECRET="of-the-settings"
    ):
        yield core
        assert "of-the-settings" not in core.text()


class Sender:
    """A git provider. Unless told otherwise each push is another one, and comes from another address."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def __call__(
        self,
        path: str,
        *,
        branch: str = "main",
        secret: str = SECRET,
        body: bytes | None = None,
        **headers: Any,
    ) -> tuple[int, dict[str, Any]]:
        """The status and the body of the answer, which comes within a second."""
        number = next(PUSHES)
        if body is None:
            body = json.dumps(
                {
                    "ref": f"refs/heads/{branch}",
                    "after": f"{number:040x}",
                    "repository": {"full_name": "team/app"},
                    "pusher": {"name": "ann"},
                }
            ).encode()
        at = next(ADDRESSES)
        sent = {
            "Content-Type": "application/json",
            "X-Forwarded-For": f"10.1.{at // 250}.{at % 250}",
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": f"delivery-{number}",
            "X-Hub-Signature-256": sign(body, secret),
        } | {name.replace("_", "-"): text for name, text in headers.items()}
        began = time.monotonic()
        async with self._http.post(f"/listener/{path}", data=body, headers=sent) as answer:
            told = await answer.json()
        assert time.monotonic() - began < 1
        return answer.status, told


@pytest.fixture
async def send(http: aiohttp.ClientSession) -> AsyncIterator[Sender]:
    yield Sender(http)


@pytest.fixture
async def build(admin: Client, name: str) -> Build:
    """A build without a builder: its runs fail at once."""
    return await admin.send(
        CreateBuild(name=name, config={"repo": "team/app", "webhook_secret": SECRET})
    )


@pytest.fixture
async def away(admin: Client, name: str) -> str:
    """The id of a server whose agent never comes: runs there wait for it."""
    return (await admin.send(CreateServer(name=f"{name}-away", config={"enabled": True}))).id


@pytest.fixture
async def waiting(admin: Client, name: str, away: str) -> Build:
    """A build whose runs wait for their builder."""
    builder = await admin.send(
        CreateBuilder(
            name=f"{name}-builder", config={"type": "Server", "params": {"server_ids": [away]}}
        )
    )
    config = {"repo": "team/app", "webhook_secret": SECRET, "builder_id": builder.id}
    return await admin.send(CreateBuild(name=f"{name}-waiting", config=config))


async def ended(admin: Client, update: str) -> Update:
    """An Update once it is complete."""
    await until(lambda: is_at(admin, update, UpdateStatus.COMPLETE))
    return await admin.send(GetUpdate(id=update))


async def is_at(admin: Client, update: str, status: UpdateStatus) -> bool:
    return (await admin.send(GetUpdate(id=update))).status is status


async def runs_of(admin: Client, target: str) -> int:
    query = {"target.id": target, "operation": {"$in": ["RunBuild", "PullRepo", "CloneRepo"]}}
    return len((await admin.send(ListUpdates(query=query))).updates)


# --- What follows a push


async def test_a_signed_push_runs_the_build_with_its_owners_rights(
    admin: Client, build: Build, send: Sender
) -> None:
    status, told = await send(f"github/build/{build.id}")
    assert status == 200
    update = await ended(admin, told["update"])
    assert update.operation is Operation.RUN_BUILD
    assert update.target.id == build.id
    assert update.operator == build.owner
    assert update.outcome is Outcome.FAILED
    first = update.logs[0]
    assert first.stage == "Webhook"
    assert "Push to main of team/app by ann" in first.stdout
    assert "Delivery delivery-" in first.stdout
    assert "from 10.1." in first.stdout
    assert "with the rights of admin" in first.stdout
    assert "no builder" in str(update.logs[-1])


async def test_a_build_can_be_named_and_gitlab_asked_too(
    admin: Client, build: Build, send: Sender
) -> None:
    status, told = await send(f"github/build/{build.name}/build")
    assert status == 200
    await ended(admin, told["update"])
    status, told = await send(
        f"gitlab/build/{build.name}",
        secret="",
        X_Gitlab_Token=SECRET,
        X_Gitlab_Event="Push Hook",
        X_Gitlab_Event_UUID="one",
    )
    assert status == 200
    await ended(admin, told["update"])
    again = await send(
        f"gitlab/build/{build.name}", X_Gitlab_Token=SECRET, X_Gitlab_Event_UUID="one"
    )
    assert again[0] == 409


async def test_a_push_may_come_as_a_form(build: Build, send: Sender) -> None:
    body = b"payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%7D"
    form = "application/x-www-form-urlencoded"
    status, told = await send(f"github/build/{build.id}", body=body, Content_Type=form)
    assert (status, list(told)) == (200, ["update"])


async def test_pushes_to_a_repo_wait_and_merge(
    admin: Client, name: str, away: str, send: Sender
) -> None:
    config = {"server_id": away, "repo": "team/app", "webhook_secret": SECRET}
    repo = await admin.send(CreateRepo(name=name, config=config))
    updates = [(await send(f"github/repo/{repo.id}/pull"))[1]["update"] for _ in range(3)]
    assert updates[0] != updates[1]
    assert updates[1] == updates[2]
    await until(lambda: is_at(admin, updates[0], UpdateStatus.IN_PROGRESS))
    second = await admin.send(GetUpdate(id=updates[1]))
    assert second.status is UpdateStatus.QUEUED
    assert [log.stage for log in second.logs] == ["Webhook", "Webhook"]
    status, told = await send(f"gitlab/repo/{repo.name}/clone", X_Gitlab_Token=SECRET)
    assert status == 200
    clone = await admin.send(GetUpdate(id=told["update"]))
    assert clone.operation is Operation.CLONE_REPO


async def test_a_push_ends_the_build_that_runs_and_builds_anew(
    admin: Client, waiting: Build, send: Sender
) -> None:
    first = (await send(f"github/build/{waiting.id}"))[1]["update"]
    await until(lambda: is_at(admin, first, UpdateStatus.IN_PROGRESS))
    second = (await send(f"github/build/{waiting.id}"))[1]["update"]
    assert first != second
    cancelled = await ended(admin, first)
    assert cancelled.outcome is Outcome.CANCELLED
    assert f"update {second} builds it" in str(cancelled.logs)
    await until(lambda: is_at(admin, second, UpdateStatus.IN_PROGRESS))
    third, fourth = [
        answer[1]["update"]
        for answer in await asyncio.gather(
            send(f"github/build/{waiting.id}"), send(f"github/build/{waiting.id}")
        )
    ]
    assert second not in {third, fourth}
    assert (await ended(admin, second)).outcome is Outcome.CANCELLED


async def test_a_push_waits_for_the_build_that_runs_where_that_is_set(
    patient: RunningCore,
) -> None:
    async with patient.client() as admin, aiohttp.ClientSession(patient.url) as http:
        send = Sender(http)
        server = await admin.send(CreateServer(name="s", config={"enabled": True}))
        config = {"type": "Server", "params": {"server_ids": [server.id]}}
        builder = await admin.send(CreateBuilder(name="b", config=config))
        build = await admin.send(
            CreateBuild(name="app", config={"repo": "team/app", "builder_id": builder.id})
        )
        path = f"github/build/{build.id}"
        first, second = [
            (await send(path, secret="of-the-settings"))[1]["update"] for _ in range(2)
        ]
        await until(lambda: is_at(admin, first, UpdateStatus.IN_PROGRESS))
        assert await is_at(admin, second, UpdateStatus.QUEUED)
        assert (await send(path, secret="of-the-settings"))[1]["update"] == second
        own = {"repo": "team/app", "webhook_secret": SECRET}
        build = await admin.send(CreateBuild(name="own", config=own))
        path = f"github/build/{build.id}"
        assert (await send(path, secret="of-the-settings"))[0] == 401
        assert (await send(path))[0] == 200
        info = await admin.send(GetCoreInfo())
        assert info.webhook_base_url == "http://localhost:9120"


async def test_an_owner_who_may_not_is_why_nothing_runs_and_the_push_may_come_again(
    admin: Client, name: str, core: RunningCore, send: Sender
) -> None:
    user = await admin.send(CreateLocalUser(username=f"{name}-bob", password=PASSWORD))
    await admin.send(UpdateUserBasePermissions(user_id=user.id, create_builds=True))
    async with core.client(f"{name}-bob") as bob:
        config = {"repo": "team/app", "webhook_secret": SECRET}
        build = await bob.send(CreateBuild(name=name, config=config))
    assert build.owner == user.id
    await admin.send(UpdateUserBasePermissions(user_id=user.id, enabled=False))
    body = b'{"ref": "refs/heads/main", "after": "abc"}'
    delivery: dict[str, Any] = {"body": body, "X_GitHub_Delivery": "again"}
    status, told = await send(f"github/build/{build.id}", **delivery)
    assert (status, told["error"]) == (409, "User is not enabled")
    query = {"target.id": build.id, "operation": "RunBuild"}
    (said,) = (await admin.send(ListUpdates(query=query))).updates
    assert (said.success, said.username) == (False, f"{name}-bob")
    (log,) = (await admin.send(GetUpdate(id=said.id))).logs
    assert (log.stage, log.success) == ("Webhook", False)
    assert "User is not enabled" in log.stderr
    await admin.send(UpdateUserBasePermissions(user_id=user.id, enabled=True))
    assert (await send(f"github/build/{build.id}", **delivery))[0] == 200
    assert (await send(f"github/build/{build.id}", **delivery))[0] == 409
    assert (await admin.send(FindUser(user=user.id))).enabled


# --- Which pushes count


async def test_only_pushes_to_the_branch_count(
    admin: Client, name: str, build: Build, send: Sender
) -> None:
    path = f"github/build/{build.id}"
    for branch in ("other", "main/x", "Main", ""):
        status, told = await send(path, branch=branch)
        assert (status, list(told)) == (200, ["ignored"]), branch
    for body in (b'{"ref": "refs/tags/main"}', b'{"ref": "refs/heads/main", "deleted": true}'):
        assert "ignored" in (await send(path, body=body))[1]
    assert "ignored" in (await send(path, X_GitHub_Event="ping"))[1]
    assert await runs_of(admin, build.id) == 0
    assert "update" in (await send(f"{path}/__ANY__", branch="other"))[1]
    repo = await admin.send(CreateRepo(name=name, config={"repo": "team/app", "branch": "release"}))
    await admin.send(UpdateBuild(id=build.id, config={"linked_repo": repo.id}))
    assert "ignored" in (await send(path, branch="main"))[1]
    assert "update" in (await send(path, branch="release"))[1]


async def test_a_delivery_counts_once(admin: Client, build: Build, send: Sender) -> None:
    path = f"github/build/{build.id}"
    body = b'{"ref": "refs/heads/main", "after": "1"}'
    other = b'{"ref": "refs/heads/main", "after": "2"}'
    status, told = await send(path, body=body, X_GitHub_Delivery="one")
    assert status == 200
    await ended(admin, told["update"])
    for text, called in ((body, "one"), (body, "two"), (body, ""), (other, "one")):
        status, told = await send(path, body=text, X_GitHub_Delivery=called)
        assert (status, told["error"]) == (409, "This delivery was taken before")
    assert await runs_of(admin, build.id) == 1
    assert (await send(path, body=other, X_GitHub_Delivery="three"))[0] == 200


async def test_the_same_delivery_counts_for_each_resource(
    admin: Client, build: Build, name: str, send: Sender
) -> None:
    config = {"repo": "team/app", "webhook_secret": SECRET}
    second = await admin.send(CreateBuild(name=f"{name}-second", config=config))
    body = b'{"ref": "refs/heads/main", "after": "%d"}' % next(PUSHES)
    for one in (build, second):
        status, _ = await send(f"github/build/{one.id}", body=body, X_GitHub_Delivery="shared")
        assert status == 200


# --- What is refused


async def test_what_is_unknown_off_or_wrongly_signed_answers_alike(
    admin: Client, build: Build, name: str, send: Sender
) -> None:
    off = {"repo": "team/app", "webhook_secret": SECRET, "webhook_enabled": False}
    disabled = await admin.send(CreateBuild(name=f"{name}-off", config=off))
    no_secret = await admin.send(CreateBuild(name=f"{name}-none", config={"repo": "team/app"}))
    body = b'{"ref": "refs/heads/main"}'
    cases: list[tuple[str, dict[str, Any]]] = [
        ("github/build/nobody", {}),
        ("github/build/" + "0" * 24, {}),
        (f"github/repo/{build.id}/pull", {}),
        (f"github/build/{build.id}/deploy", {}),
        (f"github/server/{build.id}", {}),
        (f"bitbucket/build/{build.id}", {}),
        ("", {}),
        ("github/build/%00%ff", {}),
        (f"github/build/{disabled.id}", {}),
        (f"github/build/{no_secret.id}", {}),
        (f"github/build/{no_secret.id}", {"X_Hub_Signature_256": sign(body, "")}),
        (f"gitlab/build/{no_secret.id}", {"X_Gitlab_Token": ""}),
        (f"github/build/{build.id}", {"X_Hub_Signature_256": ""}),
        (f"github/build/{build.id}", {"X_Hub_Signature_256": sign(body, "wrong")}),
        (f"github/build/{build.id}", {"X_Hub_Signature_256": sign(body + b" ", SECRET)}),
        (f"gitlab/build/{build.id}", {}),
        (f"gitlab/build/{build.id}", {"X_Gitlab_Token": SECRET + "x"}),
        (f"github/build/{build.id}", {"X_Hub_Signature_256": "", "X_Gitlab_Token": SECRET}),
    ]
    for path, headers in cases:
        assert await send(path, body=body, **headers) == (401, REFUSED), path
    for one in (build, disabled, no_secret):
        assert await runs_of(admin, one.id) == 0


async def test_a_secret_that_was_changed_counts_at_once(
    admin: Client, build: Build, send: Sender
) -> None:
    await admin.send(UpdateBuild(id=build.id, config={"webhook_secret": "new"}))
    assert (await send(f"github/build/{build.id}"))[0] == 401
    status, told = await send(f"github/build/{build.id}", secret="new")
    assert status == 200
    await ended(admin, told["update"])
    await admin.send(UpdateBuild(id=build.id, config={"webhook_enabled": False}))
    assert (await send(f"github/build/{build.id}", secret="new"))[0] == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 100_000, b"\xff\xfe"])
async def test_a_signed_body_that_is_no_push_is_refused(
    build: Build, body: bytes, send: Sender
) -> None:
    status, told = await send(f"github/build/{build.id}", body=body)
    assert (status, told["code"]) == (400, "invalid")


async def test_a_body_that_is_too_large_is_refused(build: Build, send: Sender) -> None:
    body = b" " * (9 << 20)
    assert (await send(f"github/build/{build.id}", body=body))[0] == 413


async def test_guessing_a_secret_is_slowed_by_address(build: Build, send: Sender) -> None:
    path = f"github/build/{build.id}"
    here: dict[str, Any] = {"X_Forwarded_For": "192.0.2.7"}
    answers = [(await send(path, secret=f"guess {n}", **here))[0] for n in range(31)]
    assert answers == [401] * 30 + [429]
    assert (await send(path, **here))[0] == 429
    assert (await send(path))[0] == 200


async def test_good_deliveries_are_no_failures(build: Build, send: Sender) -> None:
    here: dict[str, Any] = {"X_Forwarded_For": "192.0.2.8"}
    answers = await asyncio.gather(
        *(send(f"github/build/{build.id}", branch="other", **here) for _ in range(40))
    )
    assert {status for status, _ in answers} == {200}


async def test_a_webhook_is_a_post(http: aiohttp.ClientSession, build: Build) -> None:
    async with http.put(f"/listener/github/build/{build.id}", data=b"{}") as answer:
        assert answer.status == 405


async def test_the_secret_is_not_shown_to_readers(
    admin: Client, reader: Client, build: Build, refused: Callable[..., Any]
) -> None:
    assert (await admin.send(GetBuild(build=build.id))).config.webhook_secret == SECRET
    with refused(404):
        await reader.send(GetBuild(build=build.id))
    assert (await admin.send(GetCoreInfo())).webhook_base_url == "https://hooks.example.org"


async def test_only_pushes_to_a_repos_branch_count(
    admin: Client, name: str, away: str, send: Sender
) -> None:
    config = {"server_id": away, "repo": "team/app", "webhook_secret": SECRET, "branch": "dev"}
    repo = await admin.send(CreateRepo(name=name, config=config))
    assert "ignored" in (await send(f"github/repo/{repo.id}/pull", branch="main"))[1]
    assert "update" in (await send(f"github/repo/{repo.id}/pull", branch="dev"))[1]
