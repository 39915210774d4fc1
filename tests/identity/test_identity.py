"""Logging in and being known, on a real store."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt as jose
from joserfc.jwk import OctKey
from msgspec import structs

from monitor.api.user import User, UserConfigLocal
from monitor.core import documents
from monitor.core.errors import ApiError
from monitor.core.identity import identity as identity_module
from monitor.core.identity.accounts import HIDDEN, sanitised
from monitor.core.identity.identity import Identity, Policy
from monitor.core.identity.limiter import Limiter
from monitor.core.memory import Memory
from monitor.core.store.sqlite import open_sqlite

PASSWORD = "correct horse"
HOUR = 60 * 60 * 1000


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


class Core:
    """A store, its memory, and the identity on it."""

    def __init__(self, directory: Path, policy: Policy) -> None:
        self.directory = directory
        self.policy = policy
        self.clock = Clock()

    async def start(self) -> Identity:
        self.store = await open_sqlite(self.directory)
        self.memory = Memory(
            self.store, (documents.USERS, documents.GROUPS, *identity_module.IN_MEMORY)
        )
        await self.memory.load()
        self.running = asyncio.create_task(self.memory.run())
        limiter = Limiter(clock=lambda: self.clock() / 1000)
        return Identity(self.memory, self.directory, self.policy, clock=self.clock, limiter=limiter)

    async def stop(self) -> None:
        await self.store.close()
        await self.running

    async def edit(self, user: str, **fields: Any) -> None:
        table = self.memory.table(documents.USERS)
        await table.edit(user, lambda found: structs.replace(found, **fields))


Starter = Callable[..., Awaitable[tuple[Core, Identity]]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Starter]:
    cores: list[Core] = []

    async def starter(**policy: Any) -> tuple[Core, Identity]:
        core = Core(tmp_path, Policy(**policy))
        identity = await core.start()
        cores.append(core)
        return core, identity

    yield starter
    for core in cores:
        await core.stop()


def status(refused: "pytest.ExceptionInfo[ApiError]") -> int:
    return refused.value.status


async def test_the_first_user_is_administrator_and_later_ones_wait(start: Starter) -> None:
    _, identity = await start()
    assert not identity.has_users
    first = identity.by_token((await identity.sign_up("ann", PASSWORD)).jwt).user
    second = identity.by_token((await identity.sign_up("bob", PASSWORD)).jwt).user
    assert (first.enabled, first.admin, first.super_admin) == (True, True, True)
    assert (second.enabled, second.admin, second.super_admin) == (False, False, False)


async def test_of_two_that_sign_up_first_at_once_one_is_administrator(start: Starter) -> None:
    _, identity = await start()
    names = [f"user{n}" for n in range(4)]
    users = await asyncio.gather(*(identity.create_user(name, PASSWORD) for name in names))
    assert sum(user.admin for user in users) == 1


async def test_registration_can_be_disabled_but_not_for_the_first(start: Starter) -> None:
    _, identity = await start(registration_disabled=True)
    assert not identity.registration_disabled
    await identity.sign_up("ann", PASSWORD)
    assert identity.registration_disabled
    with pytest.raises(ApiError) as refused:
        await identity.sign_up("bob", PASSWORD)
    assert status(refused) == 401


async def test_names_are_taken_once_and_checked(start: Starter) -> None:
    _, identity = await start(enable_new_users=True)
    await identity.sign_up("ann", PASSWORD)
    for name, password in (("ann", PASSWORD), ("a b", PASSWORD), ("bob", "short")):
        with pytest.raises(ApiError) as refused:
            await identity.sign_up(name, password)
        assert status(refused) == 400
    bob = await identity.create_user("bob", PASSWORD)
    assert bob.enabled
    with pytest.raises(ApiError) as refused:
        await identity.set_username(bob.id, "ann")
    assert status(refused) == 400
    await identity.set_username(bob.id, "rob")
    await identity.log_in("rob", PASSWORD)


async def test_wrong_names_and_passwords_answer_alike(start: Starter) -> None:
    _, identity = await start()
    user = await identity.create_user("ann", PASSWORD)
    messages: list[str] = []
    for n, (name, password) in enumerate(
        [("ann", "wrong"), ("nobody", PASSWORD), (user.id, PASSWORD)]
    ):
        with pytest.raises(ApiError) as refused:
            await identity.log_in(name, password, address=f"10.0.0.{n}")
        assert status(refused) == 401
        messages.append(refused.value.message)
    assert set(messages) == {"Invalid login credentials | You have 4 attempts remaining"}


async def test_guessing_is_limited_by_user_and_by_address(start: Starter) -> None:
    _, identity = await start()
    await identity.create_user("ann", PASSWORD)
    await identity.create_user("bob", PASSWORD)

    async def guess(name: str, address: str, password: str = "wrong") -> int:  # noqa: S107
        try:
            await identity.log_in(name, password, address=address)
        except ApiError as error:
            return error.status
        return 200

    guesses = [guess("ann", f"10.0.0.{n}") for n in range(8)]
    answers = await asyncio.gather(*guesses)
    assert sorted(answers) == [401] * 5 + [429] * 3
    assert await guess("ann", "10.0.1.1", PASSWORD) == 429
    assert await guess("bob", "10.0.1.1", PASSWORD) == 200
    answers = [await guess(f"user{n}", "10.0.2.2") for n in range(7)]
    assert answers == [401] * 5 + [429] * 2
    assert await guess("bob", "10.0.2.2", PASSWORD) == 429


async def test_the_token_has_the_published_form(start: Starter) -> None:
    core, identity = await start()
    started = await identity.sign_up("ann", PASSWORD)
    header, claims, _ = (
        json.loads(base64.urlsafe_b64decode(part + "===")) if n < 2 else None
        for n, part in enumerate(started.jwt.split("."))
    )
    assert header == {"typ": "JWT", "alg": "HS256"}
    assert claims["sub"] == started.user_id
    assert (claims["iat"], claims["exp"]) == (core.clock.now, core.clock.now + 24 * HOUR)
    assert identity.by_token(f"Bearer {started.jwt}").session == started.id
    key = core.directory / "keys" / "jwt"
    assert key.stat().st_mode & 0o777 == 0o600
    for file in list(core.directory.glob("state.db*")):
        assert claims["sid"].encode() not in file.read_bytes()


async def test_a_session_ends_when_it_is_ended_or_over(start: Starter) -> None:
    core, identity = await start()
    one = await identity.sign_up("ann", PASSWORD)
    two = await identity.log_in("ann", PASSWORD, address="1.2.3.4", agent="Firefox")
    three = await identity.log_in("ann", PASSWORD)
    assert await identity.sessions.end(one.id)
    with pytest.raises(ApiError) as refused:
        identity.by_token(one.jwt)
    assert status(refused) == 401
    assert identity.sessions.is_alive(two.id)
    assert {row.value.agent for row in identity.sessions.of_user(two.user_id)} == {"", "Firefox"}
    await identity.set_password(two.user_id, "another horse", session=two.id)
    assert identity.by_token(two.jwt).session == two.id
    assert not identity.sessions.is_alive(three.id)
    core.clock.now += 24 * HOUR
    assert not identity.sessions.is_alive(two.id)
    with pytest.raises(ApiError):
        identity.by_token(two.jwt)
    assert await identity.sessions.prune() == 1


async def test_a_session_in_use_is_renewed(start: Starter) -> None:
    core, identity = await start()
    first = await identity.sign_up("ann", PASSWORD)
    assert await identity.sessions.renew(first.jwt) is None
    core.clock.now += 13 * HOUR
    second = await identity.sessions.renew(first.jwt)
    assert second is not None
    assert second.id == first.id
    assert identity.by_token(first.jwt).session == first.id
    core.clock.now += 13 * HOUR
    with pytest.raises(ApiError):
        identity.by_token(first.jwt)
    assert identity.by_token(second.jwt).user.username == "ann"
    assert await identity.sessions.renew("nonsense") is None


async def test_forged_tokens_are_refused(start: Starter) -> None:
    _, identity = await start()
    good = (await identity.sign_up("ann", PASSWORD)).jwt
    header, claims, signature = good.split(".")
    plain = json.loads(base64.urlsafe_b64decode(claims + "==="))

    def b64(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    foreign = jose.encode({"alg": "HS256"}, plain, OctKey.import_key(b"x" * 32))
    forged = [
        "",
        "x",
        "..",
        foreign,
        f"{b64({'alg': 'none'})}.{claims}.",
        f"{b64({'alg': 'none'})}.{claims}.{signature}",
        f"{header}.{b64(plain | {'sub': 'f' * 24})}.{signature}",
        f"{header}.{claims}.{signature[:-4]}AAAA",
        f"{header}.{claims}",
        "é.\ud800.x",
    ]
    for token in forged:
        with pytest.raises(ApiError) as refused:
            identity.by_token(token)
        assert status(refused) == 401
    assert identity.by_token(good)


async def test_sessions_and_keys_outlive_a_restart_and_users_do_not_keep_them(
    start: Starter,
) -> None:
    core, identity = await start()
    ann = await identity.sign_up("ann", PASSWORD)
    key = await identity.api_keys.create(ann.user_id, "ci", expires=0, now=core.clock.now)
    await core.stop()
    identity = await core.start()
    assert identity.by_token(ann.jwt).user.username == "ann"
    assert identity.by_api_key(key.key, key.secret).user.username == "ann"
    await core.memory.table(documents.USERS).delete(ann.user_id)
    with pytest.raises(ApiError):
        identity.by_token(ann.jwt)
    with pytest.raises(ApiError):
        identity.by_api_key(key.key, key.secret)


async def test_a_disabled_user_is_known_as_disabled_at_once(start: Starter) -> None:
    core, identity = await start()
    ann = await identity.sign_up("ann", PASSWORD)
    await core.edit(ann.user_id, enabled=False)
    assert not identity.by_token(ann.jwt).user.enabled
    assert await identity.log_in("ann", PASSWORD)


async def test_api_keys_have_the_published_form_and_no_secret_is_kept(start: Starter) -> None:
    core, identity = await start()
    ann = await identity.create_user("ann", PASSWORD)
    made = await identity.api_keys.create(ann.id, " ci ", expires=0, now=core.clock.now)
    assert (made.key[:2], made.key[-2:], len(made.key)) == ("K_", "_K", 44)
    assert (made.secret[:2], made.secret[-2:], len(made.secret)) == ("S_", "_S", 44)
    assert identity.by_api_key(f" {made.key} ", f"{made.secret}\n").user == ann
    (listed,) = identity.api_keys.of_user(ann.id)
    assert (listed.key, listed.secret, listed.name) == (made.key, "", "ci")
    for file in list(core.directory.glob("state.db*")):
        assert made.secret.encode() not in file.read_bytes()


async def test_api_keys_are_refused_when_wrong_expired_or_deleted(start: Starter) -> None:
    core, identity = await start()
    ann = await identity.create_user("ann", PASSWORD)
    bob = await identity.create_user("bob", PASSWORD)
    made = await identity.api_keys.create(
        ann.id, "x", expires=core.clock.now + 10, now=core.clock.now
    )
    row = identity.api_keys.find(made.key)
    assert row is not None
    for key, secret in (
        (made.key, ""),
        (made.key, made.secret[:-1]),
        ("", ""),
        ("K_x_K", made.secret),
        (row.id, made.secret),
        (made.key, row.value.secret),
    ):
        with pytest.raises(ApiError) as refused:
            identity.by_api_key(key, secret)
        assert status(refused) == 401
    with pytest.raises(ApiError) as refused:
        await identity.delete_api_key(bob.id, made.key)
    assert status(refused) == 403
    with pytest.raises(ApiError) as refused:
        await identity.delete_api_key(ann.id, "K_nothing_K")
    assert status(refused) == 404
    core.clock.now += 10
    with pytest.raises(ApiError):
        identity.by_api_key(made.key, made.secret)
    core.clock.now -= 10
    await identity.delete_api_key(ann.id, made.key)
    with pytest.raises(ApiError):
        identity.by_api_key(made.key, made.secret)
    with pytest.raises(ApiError):
        await identity.api_keys.create(ann.id, "x", expires=core.clock.now, now=core.clock.now)


async def test_a_wrong_api_key_in_a_loop_is_slowed_down_alone(start: Starter) -> None:
    core, identity = await start()
    ann = await identity.create_user("ann", PASSWORD)
    made = [
        await identity.api_keys.create(ann.id, "x", expires=0, now=core.clock.now) for _ in "ab"
    ]
    answers: list[int] = []
    for _ in range(7):
        with pytest.raises(ApiError) as refused:
            identity.by_api_key(made[0].key, "wrong", address="10.0.0.1")
        answers.append(status(refused))
    assert answers == [401] * 5 + [429] * 2
    for _ in range(20):
        assert identity.by_api_key(made[1].key, made[1].secret, address="10.0.0.1").user == ann
        assert identity.by_api_key(made[0].key, made[0].secret, address="10.0.0.2").user == ann


async def test_nothing_secret_of_a_user_is_shown(start: Starter) -> None:
    _, identity = await start()
    user = await identity.create_user("ann", PASSWORD)
    assert isinstance(user.config, UserConfigLocal)
    assert user.config.data.password.startswith("$argon2id$")
    linked: User = structs.replace(user, linked_logins={"Local": user.config})
    shown = repr(sanitised(linked))
    assert "argon2" not in shown
    assert shown.count(HIDDEN) == 2


async def test_log_in_by_password_can_be_off(start: Starter) -> None:
    _, identity = await start(local_auth=False)
    for call in (identity.log_in, identity.sign_up):
        with pytest.raises(ApiError) as refused:
            await call("ann", PASSWORD)
        assert status(refused) == 401
