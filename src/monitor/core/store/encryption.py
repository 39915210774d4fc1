"""Encryption at rest: AES-256-GCM with a ring of keys, so that keys can be changed."""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from monitor.core.store.protocol import StoreError, WrongKey

_KEY_BYTES = 32
_NONCE_BYTES = 12
_NO_KEY = "an encryption key has 32 bytes, written as base64 or hex"


class Keyring:
    """Keys of 32 bytes. All decrypt, the last one encrypts."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise StoreError(_NO_KEY)
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self.newest = key_id(keys[-1])

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the keys: 8 hex digits, made from the key."""
        return frozenset(self._ciphers)

    def encrypt(self, plain: bytes, place: str) -> str:
        """The sealed text. `place` is bound into it: elsewhere it does not decrypt."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._ciphers[self.newest].encrypt(nonce, plain, place.encode())
        return f"{self.newest}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, sealed: str, place: str) -> bytes:
        """What was sealed at this place. Raises WrongKey."""
        key, _, text = sealed.partition(":")
        cipher = self._ciphers.get(key)
        if cipher is None:
            raise WrongKey(f"the encryption key {key[:8]} is not at hand")
        try:
            raw = base64.b64decode(text, validate=True)
            return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode())
        except (binascii.Error, ValueError, InvalidTag) as error:
            raise WrongKey(
                f"a secret of {place} does not decrypt: it was altered or moved"
            ) from error


def key_id(key: bytes) -> str:
    """The name by which encrypted values tell which key they need."""
    return hashlib.sha256(b"monitor encryption key id" + key).hexdigest()[:8]


def sealed_with(sealed: str) -> str:
    """The id of the key that a sealed text needs."""
    return sealed.partition(":")[0]


def parse_keys(text: str) -> list[bytes]:
    """Keys from a setting or a file: 32 bytes each as base64 or hex, one a line or comma separated, newest last."""
    return [_parse_key(word) for word in text.replace(",", " ").split()]


def _parse_key(word: str) -> bytes:
    try:
        if len(word) == 2 * _KEY_BYTES:
            return bytes.fromhex(word)
        altchars = b"-_" if "-" in word or "_" in word else None
        key = base64.b64decode(word + "=" * (-len(word) % 4), altchars=altchars, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise StoreError(_NO_KEY)
    return key


def keyring(file: Path, *, given: str | None, create: bool) -> Keyring:
    """The ring of the keys given, else of those in the file; made and kept there if `create`.

    Raises WrongKey if there is no key, StoreError if what there is is no key.
    """
    if given:
        return Keyring(parse_keys(given))
    if file.exists():
        return Keyring(parse_keys(file.read_text()))
    if not create:
        raise WrongKey(f"the database holds encrypted values, but there is no key in {file}")
    key = os.urandom(_KEY_BYTES)
    write_private(file, base64.b64encode(key) + b"\n")
    return Keyring([key])


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner may read (0600, its directory 0700), whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
