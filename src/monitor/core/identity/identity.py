"""Logging in and being known: users, passwords, sessions and API keys put together."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct, structs

from monitor.api.user import User, UserConfigLocal, UserConfigLocalFields
from monitor.core import documents
from monitor.core.errors import ApiError, forbidden, invalid, unauthenticated
from monitor.core.identity.accounts import password_hash, with_password
from monitor.core.identity.api_keys import API_KEYS, ApiKeys
from monitor.core.identity.limiter import Limiter, address_key, user_key
from monitor.core.identity.passwords import Passwords, check_password, check_username
from monitor.core.identity.sessions import SESSIONS, Sessions, Started, signing_key
from monitor.core.memory import Memory
from monitor.core.store.protocol import Duplicate

IN_MEMORY = (SESSIONS, API_KEYS)


class Policy(Struct, frozen=True, kw_only=True):
    """What the settings say about log-ins."""

    local_auth: bool = True
    registration_disabled: bool = False
    enable_new_users: bool = False
    shortest_password: int = 8
    session_ms: int = 24 * 60 * 60 * 1000


class Known(Struct, frozen=True):
    """A caller whose credentials were right. The user may still be disabled."""

    user: User
    session: str | None = None
    """The row id of the session, if it is one."""
    until: int = 0
    """When the API key expires, if it is one, unix milliseconds; 0 is never."""


def _now() -> int:
    return time.time_ns() // 1_000_000


class Identity:
    """Who may log in, and who a call comes from. `memory` holds users, sessions and API keys."""

    def __init__(
        self,
        memory: Memory,
        directory: Path,
        policy: Policy,
        *,
        clock: Callable[[], int] = _now,
        limiter: Limiter | None = None,
    ) -> None:
        self._users = memory.table(documents.USERS)
        self._policy = policy
        self._clock = clock
        self._limiter = limiter or Limiter()
        self._passwords = Passwords()
        self._first = asyncio.Lock()
        self.api_keys = ApiKeys(memory.table(API_KEYS))
        self.sessions = Sessions(
            memory.table(SESSIONS),
            signing_key(directory / "keys" / "jwt"),
            ttl_ms=policy.session_ms,
            clock=clock,
        )

    @property
    def has_users(self) -> bool:
        """Whether anybody signed up yet; the first to do so becomes administrator."""
        return bool(self._users.rows)

    @property
    def registration_disabled(self) -> bool:
        """Whether signing up is refused now; it never is for the first user."""
        return self.has_users and self._policy.registration_disabled

    async def sign_up(
        self, username: str, password: str, *, address: str = "", agent: str = ""
    ) -> Started:
        """Make a local user and begin a session.

        Raises 401 when log-in by password or registration is disabled, 400 for a bad or taken name or a
        bad password, 429 after too many attempts from the address.
        """
        self._demand_local()
        if self.registration_disabled:
            raise unauthenticated("User registration is disabled")
        check_username(username)
        check_password(password, shortest=self._policy.shortest_password)
        if self.has_users:
            self._limiter.admit(f"sign up {address_key(address)}")
        user = await self.create_user(username, password)
        return await self.sessions.start(user.id, address=address, agent=agent)

    async def create_user(
        self, username: str, password: str, *, enabled: bool | None = None
    ) -> User:
        """Make a local user; the first ever is enabled, administrator and super administrator.

        Raises 400 for a bad or taken name or a bad password.
        """
        check_username(username)
        check_password(password, shortest=self._policy.shortest_password)
        kept = await self._passwords.hash(password)
        async with self._first:
            first = not self.has_users
            user = User(
                username=username,
                enabled=first or (self._policy.enable_new_users if enabled is None else enabled),
                admin=first,
                super_admin=first,
                create_server_permissions=first,
                create_build_permissions=first,
                config=UserConfigLocal(data=UserConfigLocalFields(password=kept)),
                updated_at=self._clock(),
            )
            try:
                return (await self._users.insert(user)).value
            except Duplicate:
                raise invalid(f"The username {username} is taken") from None

    async def log_in(
        self, username: str, password: str, *, address: str = "", agent: str = ""
    ) -> Started:
        """Begin a session of a local user; disabled users may, and can then do nothing.

        Raises 401 when name and password do not match, 429 after too many failures by the name or the
        address.
        """
        self._demand_local()
        keys = (user_key(username), address_key(address))
        self._limiter.admit(*keys)
        row = self._users.get(username)
        user = row.value if row is not None and row.value.username == username else None
        kept = password_hash(user) if user else None
        if not await self._passwords.verify(kept, password) or user is None or kept is None:
            raise self._refused("Invalid login credentials", keys)
        self._limiter.forgive(*keys)
        if Passwords.is_outdated(kept):
            fresh = await self._passwords.hash(password)
            await self._users.edit(user.id, lambda found: with_password(found, fresh))
        return await self.sessions.start(user.id, address=address, agent=agent)

    def by_token(self, token: str) -> Known:
        """The caller with this session token. Raises 401."""
        row = self.sessions.find(token)
        user = self._users.rows.get(row.value.user_id) if row is not None else None
        if row is None or user is None:
            raise unauthenticated()
        return Known(user.value, row.id)

    def by_api_key(self, key: str, secret: str, *, address: str = "") -> Known:
        """The caller with this API key. Raises 401.

        Raises 429 for a program at this address that tries a key in vain again and again; other keys and
        callers are not held up by it (secrets are too long to guess).
        """
        attempts = f"api key {key[:100]} {address_key(address)}"
        self._limiter.admit(attempts)
        user_id = self.api_keys.user_of(key, secret, now=self._clock())
        user = self._users.rows.get(user_id) if user_id is not None else None
        if user is None:
            raise unauthenticated()
        self._limiter.forgive(attempts)
        row = self.api_keys.find(key)
        return Known(user.value, until=row.value.expires if row is not None else 0)

    async def set_username(self, user_id: str, username: str) -> None:
        """Rename a user. Raises 400 for a bad or taken name."""
        check_username(username)
        now = self._clock()
        try:
            await self._users.edit(
                user_id,
                lambda user: structs.replace(user, username=username, updated_at=now),
            )
        except Duplicate:
            raise invalid(f"The username {username} is taken") from None

    async def set_password(
        self, user_id: str, password: str, *, session: str | None = None
    ) -> None:
        """Change or add a local password; all sessions but `session` end. Raises 400 for a bad one."""
        check_password(password, shortest=self._policy.shortest_password)
        kept = await self._passwords.hash(password)
        now = self._clock()
        await self._users.edit(
            user_id, lambda user: structs.replace(with_password(user, kept), updated_at=now)
        )
        await self.sessions.end_all(user_id, but=session)

    async def delete_api_key(self, user_id: str, key: str) -> None:
        """Delete one of a user's API keys. Raises 403 if it is another's, 404 if there is none."""
        found = self.api_keys.find(key)
        if found is None:
            raise ApiError(404, "No API key found with that name")
        if found.value.user_id != user_id:
            raise forbidden("The API key belongs to another user")
        await self.api_keys.delete(key)

    def _demand_local(self) -> None:
        if not self._policy.local_auth:
            raise unauthenticated("Log-in by password is not enabled")

    def _refused(self, message: str, keys: tuple[str, ...]) -> ApiError:
        left = self._limiter.remaining(*keys)
        return unauthenticated(f"{message} | You have {left} attempts remaining")
