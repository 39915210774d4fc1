"""Sessions: each log-in is stored, its token names it, and ending it ends the token."""

import base64
import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from msgspec import Struct, structs

from monitor.core.memory import Table
from monitor.core.store.encryption import write_private
from monitor.core.store.protocol import CollectionSpec, Missing, Row

_ALGORITHM = "HS256"
_KEY_BYTES = 32


class Session(Struct, frozen=True, kw_only=True):
    """A log-in; times are unix milliseconds. Its row's id is the SHA-256 of the token's session id."""

    user_id: str
    created_at: int
    expires_at: int
    address: str = ""
    agent: str = ""
    """What the browser or program called itself."""


SESSIONS = CollectionSpec("sessions", Session)


class Started(Struct, frozen=True):
    """A session that just began: its row's id, and the token that its owner keeps."""

    id: str
    user_id: str
    jwt: str
    expires_at: int


class _Claims(Struct, frozen=True):
    sub: str
    iat: int
    exp: int
    sid: str


class Sessions:
    """All sessions, in memory and in the store."""

    def __init__(
        self, table: Table[Session], key: bytes, *, ttl_ms: int, clock: Callable[[], int]
    ) -> None:
        self._table = table
        self._key = OctKey.import_key(key)
        self._ttl = ttl_ms
        self._clock = clock

    async def start(self, user_id: str, *, address: str = "", agent: str = "") -> Started:
        """Begin a session."""
        sid = secrets.token_urlsafe(32)
        now = self._clock()
        session = Session(
            user_id=user_id,
            created_at=now,
            expires_at=now + self._ttl,
            address=address[:100],
            agent=agent[:200],
        )
        await self._table.insert(session, id=_hash(sid))
        return Started(_hash(sid), user_id, self._token(user_id, sid, now), session.expires_at)

    def find(self, token: str) -> Row[Session] | None:
        """The session of a token (with or without `Bearer`); None if it is wrong, ended or has expired."""
        claims = self._claims(token)
        now = self._clock()
        if claims is None or claims.exp <= now:
            return None
        row = self._table.rows.get(_hash(claims.sid))
        if row is None or row.value.expires_at <= now or row.value.user_id != claims.sub:
            return None
        return row

    def is_alive(self, session: str) -> bool:
        """Whether the session of this row id goes on; for sockets that outlive their first check."""
        row = self._table.rows.get(session)
        return row is not None and row.value.expires_at > self._clock()

    async def renew(self, token: str) -> Started | None:
        """A later token for a session that is past half its time, for the browser to keep instead.

        None while that is not needed, and for what is no session. Both tokens then are good.
        """
        row, claims = self.find(token), self._claims(token)
        now = self._clock()
        if row is None or claims is None or claims.exp - now > self._ttl // 2:
            return None
        try:
            row = await self._table.edit(
                row.id, lambda session: structs.replace(session, expires_at=now + self._ttl)
            )
        except Missing:
            return None
        again = self._token(claims.sub, claims.sid, now)
        return Started(row.id, claims.sub, again, row.value.expires_at)

    async def end(self, session: str) -> bool:
        """End a session by its row id; False if there is none."""
        return await self._table.delete(session)

    async def end_all(self, user_id: str, *, but: str | None = None) -> int:
        """End a user's sessions, except one; answers how many there were."""
        ended = [row.id for row in self.of_user(user_id) if row.id != but]
        for session in ended:
            await self._table.delete(session)
        return len(ended)

    def of_user(self, user_id: str) -> list[Row[Session]]:
        """A user's sessions, newest first."""
        found = (row for row in self._table.rows.values() if row.value.user_id == user_id)
        return sorted(found, key=lambda row: -row.value.created_at)

    async def prune(self) -> int:
        """Forget the sessions that have expired; answers how many."""
        now = self._clock()
        expired = [row.id for row in self._table.rows.values() if row.value.expires_at <= now]
        for session in expired:
            await self._table.delete(session)
        return len(expired)

    def _token(self, user_id: str, sid: str, now: int) -> str:
        claims = {"sub": user_id, "iat": now, "exp": now + self._ttl, "sid": sid}
        return jwt.encode({"typ": "JWT", "alg": _ALGORITHM}, claims, self._key, [_ALGORITHM])

    def _claims(self, token: str) -> _Claims | None:
        text = token.strip()
        if text[:7].lower() == "bearer ":
            text = text[7:].strip()
        try:
            decoded = jwt.decode(text, self._key, [_ALGORITHM])
            return msgspec.convert(decoded.claims, _Claims)
        except (JoseError, ValueError, TypeError, msgspec.ValidationError):
            return None


def signing_key(file: Path) -> bytes:
    """The key that signs tokens, 32 bytes; made in this file at first."""
    if not file.exists():
        write_private(file, base64.b64encode(os.urandom(_KEY_BYTES)) + b"\n")
    return base64.b64decode(file.read_text())


def _hash(sid: str) -> str:
    return hashlib.sha256(sid.encode(errors="surrogatepass")).hexdigest()
