"""The static keys by which Core and agents know each other, their files, and onboarding keys."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec import Struct

from monitor.link.noise import KEY_LENGTH

log = logging.getLogger(__name__)

_ONBOARDING_PREFIX = "mon1"


class KeyUnusable(Exception):
    """A key, or the file it is in, is not what it should be. The message never holds a secret."""


class Keypair(Struct, frozen=True):
    """A static X25519 key pair, 32 raw bytes each."""

    private: bytes
    public: bytes

    def __repr__(self) -> str:
        """Show the public half alone."""
        return f"<Keypair {encode_key(self.public)}>"


def generate() -> Keypair:
    """Make a new key pair."""
    return from_private(X25519PrivateKey.generate().private_bytes_raw())


def from_private(private: bytes) -> Keypair:
    """Add the public half to 32 private bytes."""
    if len(private) != KEY_LENGTH:
        raise KeyUnusable("a private key has 32 bytes")
    key = X25519PrivateKey.from_private_bytes(private)
    return Keypair(private, key.public_key().public_bytes_raw())


def encode_key(key: bytes) -> str:
    """Give a key as 43 characters of URL-safe base64, without padding."""
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


def decode_key(text: str) -> bytes:
    """Read a key as `encode_key` gives it, or as standard base64. KeyUnusable if it is neither."""
    normal = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        key = base64.b64decode(normal + "=" * (-len(normal) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_LENGTH:
        raise KeyUnusable("a key is 32 bytes as base64, 43 characters")
    return key


def load_or_generate(path: Path) -> Keypair:
    """Load the private key in `path` (base64), or make one and save it there with mode 0600."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        pair = generate()
        write_private(path, encode_key(pair.private) + "\n")
        log.info("made a new key, public: %s", encode_key(pair.public))
        return pair
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusable(f"cannot read the key in {path}: {type(error).__name__}") from error
    if path.stat().st_mode & 0o077:
        log.warning("others could read the key in %s: its mode is 0600 now", path)
        path.chmod(0o600)
    try:
        return from_private(decode_key(text))
    except KeyUnusable as error:
        raise KeyUnusable(f"there is no key in {path}: {error}") from error


def load_public_keys(path: Path) -> tuple[bytes, ...]:
    """Read the public keys in `path`, one a line; none if there is no such file."""
    try:
        lines = path.read_text(encoding="ascii").split()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusable(f"cannot read the keys in {path}: {type(error).__name__}") from error
    return tuple(decode_key(line) for line in lines)


def write_private(path: Path, text: str) -> None:
    """Replace `path` by `text` at once and durably; only its owner can read it (mode 0600)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise KeyUnusable(f"cannot write {path}: {error.strerror}") from error


class OnboardingKey(Struct, frozen=True):
    """`mon1.<secret>.<Core's public key>`: lets an agent check Core, and Core let the agent in."""

    secret: str
    core_key: bytes

    def __str__(self) -> str:
        """Give the text a user copies."""
        return f"{_ONBOARDING_PREFIX}.{self.secret}.{encode_key(self.core_key)}"

    def __repr__(self) -> str:
        """Leave the secret out."""
        return "<OnboardingKey>"


def new_onboarding_key(core_key: bytes) -> OnboardingKey:
    """Make an onboarding key for the Core with this public key: 256 random bits."""
    return OnboardingKey(secrets.token_urlsafe(32), core_key)


def parse_onboarding_key(text: str) -> OnboardingKey:
    """Read an onboarding key. KeyUnusable, without the secret, if it is none."""
    prefix, _, rest = text.strip().partition(".")
    secret, _, core_key = rest.partition(".")
    if prefix != _ONBOARDING_PREFIX or not secret or not core_key:
        raise KeyUnusable("an onboarding key has the form mon1.<secret>.<public key>")
    return OnboardingKey(secret, decode_key(core_key))


def secret_hash(secret: str) -> str:
    """Give what Core stores of an onboarding secret: SHA-256, as hex."""
    return hashlib.sha256(secret.encode()).hexdigest()
