"""API keys: a random name and secret for a program; only the secret's SHA-256 is kept."""

import hashlib
import hmac
import secrets
import string

from msgspec import structs

from monitor.api.user import ApiKey, CreateApiKeyResponse
from monitor.core.errors import invalid
from monitor.core.memory import Table
from monitor.core.store.protocol import CollectionSpec, Duplicate, Row

API_KEYS = CollectionSpec("api_keys", ApiKey, unique=("key",), indexes=(("user_id",),))

_LETTERS = string.ascii_letters + string.digits
_LENGTH = 40
_LONGEST_NAME = 200


class ApiKeys:
    """The keys of all users, in memory and in the store. `secret` of a stored key is its hash."""

    def __init__(self, table: Table[ApiKey]) -> None:
        self._table = table

    async def create(
        self, user_id: str, name: str, *, expires: int, now: int
    ) -> CreateApiKeyResponse:
        """Make a key for a user; `expires` and `now` in unix milliseconds, 0 is never.

        The secret is told this once. Raises 400 for a name or an end that can't be.
        """
        if not name.strip() or len(name) > _LONGEST_NAME:
            raise invalid(f"The name of an API key has 1 to {_LONGEST_NAME} characters")
        if expires and expires <= now:
            raise invalid("The API key would have expired already")
        while True:
            key, secret = f"K_{_random()}_K", f"S_{_random()}_S"
            stored = ApiKey(
                key=key,
                secret=_hash(secret),
                user_id=user_id,
                name=name.strip(),
                created_at=now,
                expires=expires,
            )
            try:
                await self._table.insert(stored)
            except Duplicate:  # two random keys alike
                continue
            return CreateApiKeyResponse(key=key, secret=secret)

    def user_of(self, key: str, secret: str, *, now: int) -> str | None:
        """The id of the user whose key this is; None if key or secret are wrong, or it has expired."""
        row = self._table.get(key.strip())
        kept = row.value if row is not None and row.value.key == key.strip() else None
        right = hmac.compare_digest(kept.secret if kept else _hash(""), _hash(secret.strip()))
        if kept is None or not right or (kept.expires and kept.expires <= now):
            return None
        return kept.user_id

    def is_good(self, key: str, *, now: int) -> bool:
        """Whether there is such a key and it has not expired; for sockets that outlive their first check."""
        row = self.find(key)
        return row is not None and not (row.value.expires and row.value.expires <= now)

    def find(self, key: str) -> Row[ApiKey] | None:
        """A key by its name, `K_..._K`."""
        row = self._table.get(key)
        return row if row is not None and row.value.key == key else None

    def of_user(self, user_id: str) -> tuple[ApiKey, ...]:
        """A user's keys as they may be shown: without secrets, newest first."""
        return tuple(
            sorted(
                (
                    structs.replace(key, secret="")
                    for key in self._table.values()
                    if key.user_id == user_id
                ),
                key=lambda key: -key.created_at,
            )
        )

    async def delete(self, key: str) -> bool:
        """Delete a key; False if there is none."""
        row = self.find(key)
        return row is not None and await self._table.delete(row.id)

    async def delete_of_user(self, user_id: str) -> None:
        """Delete all keys of a user."""
        for row in [row for row in self._table.rows.values() if row.value.user_id == user_id]:
            await self._table.delete(row.id)


def _random() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
