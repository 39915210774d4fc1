"""Log-ins, sessions, API keys, users, tags, onboarding keys, and the forms in which requests may come."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from monitor.api.activity import GetUpdate
from monitor.api.core_info import GetCoreInfo, GetVersion
from monitor.api.deployment import GetDeployment
from monitor.api.login import (
    CreateApiKey,
    DeleteApiKey,
    GetLoginOptions,
    GetUserId,
    Logout,
    SignUpLocalUser,
    UpdatePassword,
    UpdateUsername,
)
from monitor.api.meta import UpdateResourceMeta
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
    ServerQuery,
    UpdateServer,
)
from monitor.api.tag import (
    CreateTag,
    DeleteTag,
    GetTag,
    ListTags,
    RenameTag,
    TagColor,
    UpdateTagColor,
)
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.user import (
    CreateApiKeyForServiceUser,
    CreateLocalUser,
    CreateServiceUser,
    DeleteApiKeyForServiceUser,
    DeleteUser,
    FindUser,
    GetUsername,
    ListApiKeys,
    ListApiKeysForServiceUser,
    ListUsers,
    PushRecentlyViewed,
    ServiceUserQueryBehavior,
    SetLastSeenUpdate,
    UpdateServiceUserDescription,
    UpdateUserAdmin,
    UpdateUserBasePermissions,
)
from monitor.client import Client
from world import PASSWORD, RunningCore

Refused = Callable[..., Any]
ENDS_WITHIN = 2.0
CLOSED = {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING}


async def made(admin: Client, name: str) -> str:
    """The id of a new enabled user."""
    return (await admin.send(CreateLocalUser(username=name, password=PASSWORD))).id


# --- Sessions


async def test_logging_out_ends_the_session_and_no_other(
    core: RunningCore, admin: Client, name: str, refused: Refused
) -> None:
    await made(admin, name)
    async with core.client(name) as one, core.client(name) as other:
        assert one.jwt != other.jwt
        await one.send(Logout())
        with refused(401):
            await one.send(GetUserId())
        assert await other.send(GetUserId())
        await one.send(Logout())


@pytest.mark.parametrize("end", ["logout", "disable", "delete", "key", "password"])
async def test_what_ends_a_log_in_ends_its_sockets_within_two_seconds(
    core: RunningCore, admin: Client, name: str, end: str
) -> None:
    user = await made(admin, name)
    async with core.client(name) as client, aiohttp.ClientSession() as http:
        frame: dict[str, Any] = {"type": "Jwt", "params": {"jwt": client.jwt}}
        key = await client.send(CreateApiKey(name="sockets"))
        if end == "key":
            frame = {"type": "ApiKeys", "params": {"key": key.key, "secret": key.secret}}
        async with (
            http.ws_connect(f"{core.url}/ws/live") as live,
            http.ws_connect(f"{core.url}/ws/update") as updates,
        ):
            for ws in (live, updates):
                await ws.send_json(frame)
                assert "LOGGED_IN" in (told := await ws.receive_str(timeout=5)) or "hello" in told
            if end == "logout":
                await client.send(Logout())
            elif end == "disable":
                await admin.send(UpdateUserBasePermissions(user_id=user, enabled=False))
            elif end == "delete":
                await admin.send(DeleteUser(user=name))
            elif end == "key":
                await client.send(DeleteApiKey(key=key.key))
            else:
                async with core.client(name) as other:
                    await other.send(UpdatePassword(password=PASSWORD + " again"))
            started = time.monotonic()
            for ws in (live, updates):
                while (await ws.receive(timeout=ENDS_WITHIN)).type not in CLOSED:
                    pass
            assert time.monotonic() - started < ENDS_WITHIN


async def test_a_disabled_users_session_and_keys_end(
    core: RunningCore, admin: Client, name: str, refused: Refused
) -> None:
    user = await made(admin, name)
    async with core.client(name) as client:
        key = await client.send(CreateApiKey(name="k"))
        await admin.send(UpdateUserBasePermissions(user_id=user, enabled=False))
        with refused(401):
            await client.send(ListServers())
    async with Client(core.url, key=key.key, secret=key.secret) as program:
        with refused(401, "User is not enabled"):
            await program.send(ListServers())
        await admin.send(UpdateUserBasePermissions(user_id=user, enabled=True))
        assert [item.name for item in await program.send(ListServers())] == ["common"]


async def test_a_new_password_ends_other_sessions_and_needs_a_log_in(
    core: RunningCore, admin: Client, name: str, refused: Refused
) -> None:
    await made(admin, name)
    async with core.client(name) as one, core.client(name) as other:
        key = await one.send(CreateApiKey(name="k"))
        async with Client(core.url, key=key.key, secret=key.secret) as program:
            for request in (UpdatePassword(password="taken over"), UpdateUsername(username="x")):
                with refused(403):
                    await program.send(request)
        with refused(400):
            await one.send(UpdatePassword(password="short"))
        await one.send(UpdatePassword(password="a new password"))
        assert await one.send(GetUserId())
        with refused(401):
            await other.send(GetUserId())
    async with Client(core.url) as client:
        with refused(401, "Invalid login credentials"):
            await client.login(name, PASSWORD)
        await client.login(name, "a new password")


async def test_who_signs_up_waits_to_be_enabled(
    core: RunningCore, admin: Client, name: str, refused: Refused
) -> None:
    async with Client(core.url) as client:
        options = await client.send(GetLoginOptions())
        assert (options.local, options.no_users, options.registration_disabled) == (
            True,
            False,
            False,
        )
        await client.sign_up(name, PASSWORD)
        user = await client.user()
        assert (user.enabled, user.admin, user.super_admin) == (False, False, False)
        assert user.config.data.password == "########"
        with refused(401, "User is not enabled"):
            await client.send(ListServers())
        await admin.send(UpdateUserBasePermissions(user_id=user.id, enabled=True))
        await client.send(ListServers())
    async with Client(core.url) as client:
        with refused(400):
            await client.send(SignUpLocalUser(username=name, password=PASSWORD))


# --- API keys


async def test_an_api_key_acts_for_its_user_until_it_is_deleted(
    core: RunningCore, admin: Client, reader: Client, name: str, refused: Refused
) -> None:
    key = await reader.send(CreateApiKey(name=name))
    assert key.key.startswith("K_")
    assert key.secret.startswith("S_")
    shown = next(one for one in await reader.send(ListApiKeys()) if one.name == name)
    assert (shown.key, shown.secret, shown.expires) == (key.key, "", 0)
    async with Client(core.url, key=key.key, secret=key.secret) as program:
        assert (await program.user()).username == "reader"
        assert [item.name for item in await program.send(ListServers())] == ["alpha", "common"]
        with refused(403):
            await admin.send(DeleteApiKey(key=key.key))
        await reader.send(DeleteApiKey(key=key.key))
        with refused(401, "Invalid user credentials"):
            await program.user()
    with refused(404):
        await reader.send(DeleteApiKey(key=key.key))


async def test_an_api_key_makes_none_that_outlives_it(
    core: RunningCore, reader: Client, name: str, refused: Refused
) -> None:
    end = time.time_ns() // 1_000_000 + 60_000
    key = await reader.send(CreateApiKey(name=name, expires=end))
    async with Client(core.url, key=key.key, secret=key.secret) as program:
        for expires in (0, end + 1):
            with refused(403):
                await program.send(CreateApiKey(name=f"{name}-2", expires=expires))
        await program.send(CreateApiKey(name=f"{name}-2", expires=end))


async def test_api_keys_that_can_not_be_are_refused(reader: Client, refused: Refused) -> None:
    for request in (
        CreateApiKey(name=""),
        CreateApiKey(name="a" * 201),
        CreateApiKey(name="past", expires=1),
    ):
        with refused(400):
            await reader.send(request)


# --- Users


async def test_service_users_act_by_keys_alone(
    core: RunningCore, admin: Client, name: str, refused: Refused
) -> None:
    user = await admin.send(CreateServiceUser(username=name, description="deploys"))
    assert user.config.data.description == "deploys"
    with refused(400, "taken"):
        await admin.send(CreateServiceUser(username=name, description=""))
    async with Client(core.url) as client:
        with refused(401, "Invalid login credentials"):
            await client.login(name, PASSWORD)
    changed = await admin.send(UpdateServiceUserDescription(username=name, description="tests"))
    assert changed.config.data.description == "tests"
    key = await admin.send(CreateApiKeyForServiceUser(user_id=user.id, name="k"))
    async with Client(core.url, key=key.key, secret=key.secret) as program:
        assert (await program.user()).username == name
    assert [one.secret for one in await admin.send(ListApiKeysForServiceUser(user=name))] == [""]
    await admin.send(DeleteApiKeyForServiceUser(key=key.key))
    assert await admin.send(ListApiKeysForServiceUser(user=user.id)) == ()
    for request in (
        CreateApiKeyForServiceUser(user_id="reader", name="k"),
        UpdateServiceUserDescription(username="reader", description=""),
        ListApiKeysForServiceUser(user="admin"),
    ):
        with refused(400, "is not a service user"):
            await admin.send(request)


async def test_users_are_listed_without_anything_secret(admin: Client, name: str) -> None:
    await admin.send(CreateServiceUser(username=name, description=""))
    users = {user.username: user for user in await admin.send(ListUsers())}
    assert list(users) == sorted(users)
    assert "argon2" not in str(users)
    only = await admin.send(ListUsers(service_users=ServiceUserQueryBehavior.ONLY))
    assert name in [user.username for user in only]
    none = await admin.send(ListUsers(service_users=ServiceUserQueryBehavior.EXCLUDE))
    assert name not in [user.username for user in none]
    assert (await admin.send(FindUser(user="reader"))).id == users["reader"].id
    found = await admin.send(GetUsername(user_id=users["reader"].id))
    assert found.username == "reader"
    assert (await admin.send(GetUsername(user_id="0" * 24))).username == "System"


async def test_administrators_are_made_and_deleted_by_the_super_admin_alone(
    core: RunningCore, admin: Client, name: str, refused: Refused
) -> None:
    second, third = await made(admin, name), await made(admin, f"{name}-3")
    for user in (second, third):
        await admin.send(UpdateUserAdmin(user_id=user, admin=True))
    async with core.client(name) as client:
        assert await client.send(ListUsers())
        for request in (
            UpdateUserAdmin(user_id=third, admin=False),
            UpdateUserBasePermissions(user_id=third, enabled=False),
            DeleteUser(user=third),
        ):
            with refused(403):
                await client.send(request)
        for request in (
            DeleteUser(user="admin"),
            UpdateUserAdmin(user_id=(await client.send(FindUser(user="admin"))).id, admin=False),
        ):
            with refused(403):
                await client.send(request)
        await admin.send(UpdateUserAdmin(user_id=second, admin=False))
        with refused(403, "admin only"):
            await client.send(ListUsers())
    with refused(403):
        await admin.send(DeleteUser(user="admin"))
    for user in (second, third):
        await admin.send(DeleteUser(user=user))
    with refused(404, "No user found"):
        await admin.send(FindUser(user=name))


async def test_a_user_keeps_what_they_saw_last_until_it_is_deleted(
    admin: Client, reader: Client, name: str
) -> None:
    for reference in ("alpha", "common", "alpha"):
        await reader.send(
            PushRecentlyViewed(resource=ResourceTarget(ResourceKind.SERVER, reference))
        )
    ids = [(await reader.send(GetServer(server=seen))).id for seen in ("alpha", "common")]
    assert (await reader.user()).recents[ResourceKind.SERVER] == tuple(ids)
    passing = await admin.send(CreateServer(name=name))
    await admin.send(PushRecentlyViewed(resource=ResourceTarget(ResourceKind.SERVER, name)))
    await admin.send(DeleteServer(id=name))
    assert passing.id not in (await admin.user()).recents[ResourceKind.SERVER]
    await reader.send(SetLastSeenUpdate())
    assert (await reader.user()).last_update_view > 0


# --- Tags and onboarding keys


async def test_tags_are_made_renamed_coloured_and_deleted_everywhere(
    admin: Client, name: str, refused: Refused
) -> None:
    tag = await admin.send(CreateTag(name=f" {name} ", color=TagColor.RED))
    assert (tag.name, tag.color) == (name, TagColor.RED)
    with refused(409):
        await admin.send(CreateTag(name=name))
    for bad in ("", "a,b", "0" * 24, "a" * 101, "line\nbreak"):
        with refused(400):
            await admin.send(CreateTag(name=bad))
    await admin.send(RenameTag(id=name, name=f"{name}-2"))
    await admin.send(UpdateTagColor(tag=tag.id, color=TagColor.BLUE))
    found = await admin.send(GetTag(tag=f"{name}-2"))
    assert (found.id, found.color) == (tag.id, TagColor.BLUE)
    listed = await admin.send(ListTags(query={"color": "Blue", "name": {"$in": [f"{name}-2"]}}))
    assert [one.id for one in listed] == [tag.id]
    server = await admin.send(CreateServer(name=name))
    target = ResourceTarget(ResourceKind.SERVER, server.id)
    await admin.send(UpdateResourceMeta(target=target, tags=(tag.id,)))
    await admin.send(DeleteTag(id=tag.id))
    assert (await admin.send(GetServer(server=name))).tags == ()
    with refused(404, "no tag found"):
        await admin.send(GetTag(tag=tag.id))


async def test_onboarding_keys_are_made_changed_listed_and_deleted(
    admin: Client, name: str, refused: Refused
) -> None:
    answer = await admin.send(CreateOnboardingKey(name=f" {name} ", uses=1, tags=("edge",)))
    key = answer.created
    assert answer.private_key.startswith("mon1.")
    assert (key.name, key.enabled, key.uses, key.onboarded) == (name, True, 1, ())
    assert answer.private_key not in str(await admin.send(ListOnboardingKeys()))
    changed = await admin.send(UpdateOnboardingKey(public_key=key.public_key, enabled=False))
    assert (changed.enabled, changed.uses, changed.name) == (False, 1, name)
    with refused(400):
        await admin.send(CreateOnboardingKey(name="past", expires=1))
    with refused(400):
        await admin.send(CreateOnboardingKey(name="own", private_key="x"))
    await admin.send(DeleteOnboardingKey(public_key=key.public_key))
    for request in (
        UpdateOnboardingKey(public_key=key.public_key, enabled=True),
        DeleteOnboardingKey(public_key=key.public_key),
    ):
        with refused(404):
            await admin.send(request)


# --- Idempotency


async def test_a_write_with_the_same_key_is_answered_again_and_done_once(
    core: RunningCore, admin: Client, reader: Client, name: str, refused: Refused
) -> None:
    request = CreateServer(name=name, config={"region": "once"})
    key = f"{name}-key"
    first, second = await asyncio.gather(admin.send(request, key=key), admin.send(request, key=key))
    assert first == second
    await admin.send(UpdateServer(id=name, config={"region": "later"}))
    assert await admin.send(request, key=key) == first
    assert len(await admin.send(ListServers(query=ServerQuery(names=(name,))))) == 1
    with refused(409, "Idempotency-Key"):
        await admin.send(CreateServer(name=f"{name}-other"), key=key)
    with refused(403):
        await reader.send(request, key=key)
    with refused(409, "already exists"):
        await admin.send(request)


async def test_what_failed_may_be_tried_again_with_the_same_key(
    admin: Client, name: str, refused: Refused
) -> None:
    request = UpdateServer(id=name, config={"region": "late"})
    with refused(404):
        await admin.send(request, key=f"{name}-key")
    await admin.send(CreateServer(name=name))
    assert (await admin.send(request, key=f"{name}-key")).config.region == "late"


async def test_kept_answers_are_sealed(core: RunningCore, admin: Client, name: str) -> None:
    answer = await admin.send(CreateOnboardingKey(name=name), key=f"{name}-key")
    again = await admin.send(CreateOnboardingKey(name=name), key=f"{name}-key")
    assert again == answer
    for file in core.data.rglob("*"):
        if file.is_file():
            assert answer.private_key.encode() not in file.read_bytes()


# --- Forms


async def test_requests_come_by_name_in_an_envelope_and_under_auth(
    core: RunningCore, http: aiohttp.ClientSession, admin: Client
) -> None:
    headers = {"Authorization": f"Bearer {admin.jwt}"}

    async def post(path: str, sent: Any, **more: str) -> Any:
        data = sent if isinstance(sent, bytes | None) else json.dumps(sent).encode()
        async with http.post(path, data=data, headers=headers | more) as answer:
            assert answer.status == 200, await answer.text()
            assert answer.content_type == "application/json"
            return await answer.json()

    named = await post("/read/GetServer", {"server": "alpha", "unknown": {"a": [1]}})
    for path, sent in (
        ("/read/GetServer", {"id": "alpha"}),
        ("/read/GetServer", {"name": named["_id"]["$oid"]}),
        ("/read/GetServer", {"server": None, "id": "alpha"}),
        ("/read", {"type": "GetServer", "params": {"server": "alpha"}, "extra": 1}),
    ):
        assert await post(path, sent) == named
    assert await post("/read/GetServer", {"server": "alpha"}, **{"Content-Type": "text/x"}) == named
    version = await post("/read/GetVersion", {})
    for path, sent in (
        ("/read/GetVersion", None),
        ("/read/GetVersion", b" "),
        ("/read/GetVersion", b"null"),
        ("/read", {"type": "GetVersion"}),
        ("/read", {"type": "GetVersion", "params": None}),
    ):
        assert await post(path, sent) == version
    user = await post("/auth/manage/GetUserId", {})
    assert await post("/auth", {"type": "GetUserId", "params": {}}) == user
    assert await post("/auth/GetUserId", {}) == user
    options = await post("/auth/login/GetLoginOptions", {})
    assert await post("/auth", {"type": "GetLoginOptions"}) == options
    login = {"username": "reader", "password": PASSWORD}
    tagged = await post("/auth/login/LoginLocalUser", login)
    assert set(tagged) == {"type", "data"}
    both = await post("/auth", {"type": "LoginLocalUser", "params": login})
    assert (both["type"], both["data"]["jwt"]) == ("Jwt", both["jwt"])


async def test_names_from_before_2_3_are_answered(
    http: aiohttp.ClientSession, admin: Client
) -> None:
    headers = {"Authorization": admin.jwt}
    for old, new in (
        ("ListDockerContainers", "ListContainers"),
        ("ListDockerImages", "ListImages"),
        ("ListDockerNetworks", "ListNetworks"),
        ("ListDockerVolumes", "ListVolumes"),
        ("ListAllDockerContainers", "ListAllContainers"),
    ):
        answers: list[Any] = []
        for name in (old, new):
            async with http.post(f"/read/{name}", json={"server": "alpha"}, headers=headers) as got:
                assert got.status == 200, name
                answers.append(await got.json())
        assert answers[0] == answers[1]


async def test_user_and_version_are_plain(
    core: RunningCore, http: aiohttp.ClientSession, reader: Client
) -> None:
    async with http.get("/version") as answer:
        assert (answer.content_type, await answer.text()) == ("text/plain", "2.3.2")
    async with http.get("/user") as answer:
        assert answer.status == 401
        assert "Invalid client credentials" in (await answer.json())["error"]
    async with http.get("/user", headers={"Authorization": reader.jwt}) as answer:
        user = await answer.json()
    assert (user["username"], user["config"]["data"]["password"]) == ("reader", "########")
    assert (await reader.send(GetVersion())).version == "2.3.2"
    info = await reader.send(GetCoreInfo())
    assert (info.default_pagination_limit, info.transparent_mode) == (0, False)


async def test_what_is_not_found_is_said_in_the_words_clients_look_for(
    admin: Client, refused: Refused
) -> None:
    absent = "f" * 24
    for request, words in (
        (GetServer(server=absent), f"Did not find any Server matching {absent}"),
        (GetDeployment(deployment="x"), "Did not find any Deployment matching x"),
        (GetTag(tag="x"), "no tag found"),
        (FindUser(user="x"), "No user found"),
        (GetUsername(user_id=absent), "No user found"),
        (GetUpdate(id=absent), "no update exists"),
        (GetUpdate(id="x"), "no update exists"),
    ):
        with refused(404, words):
            await admin.send(request)
