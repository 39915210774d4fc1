"""Passwords: what may be one, and argon2id in a thread, two at a time so that nobody can fill the memory."""

import asyncio
import re
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.api.ids import is_id
from monitor.core.errors import invalid

_AT_ONCE = 2
_LONGEST = 1_000
_USERNAME = re.compile(r"[A-Za-z0-9._@-]{1,100}")
_HASHER = PasswordHasher()


def check_username(username: str) -> None:
    """Raise 400 for what can't be a user's name."""
    if _USERNAME.fullmatch(username) is None:
        raise invalid("A username has 1 to 100 letters, digits, or any of . _ @ -")
    if is_id(username):
        raise invalid("A username must not look like an id")


def check_password(password: str, *, shortest: int) -> None:
    """Raise 400 for what can't be a password."""
    if not max(shortest, 1) <= len(password) <= _LONGEST:
        raise invalid(f"A password has {max(shortest, 1)} to {_LONGEST} characters")
    if any(ord(char) < ord(" ") or 0x7F <= ord(char) < 0xA0 for char in password):  # noqa: PLR2004
        raise invalid("A password has no control characters")


class Passwords:
    """Hashes and verifies."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._dummy: str | None = None

    async def hash(self, password: str) -> str:
        """The argon2id hash to keep, with its parameters and salt."""
        async with self._slots:
            return await asyncio.to_thread(_HASHER.hash, _bytes(password))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one. None (an unknown user) takes as long and is false."""
        if kept is None and self._dummy is None:
            self._dummy = await self.hash(secrets.token_hex())
        async with self._slots:
            right = await asyncio.to_thread(_verify, kept or self._dummy or "", password)
        return right and kept is not None

    @staticmethod
    def is_outdated(kept: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return _HASHER.check_needs_rehash(kept)


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    return password.encode(errors="surrogatepass")
