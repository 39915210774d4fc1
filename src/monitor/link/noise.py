"""Noise_XX_25519_ChaChaPoly_SHA256 (revision 34 of the Noise specification), pure: bytes in, bytes out.

Names follow the specification, so that both can be read side by side. XX is

    -> e                      the dialler's ephemeral key
    <- e, ee, s, es           the answerer's, and its static key, sealed
    -> s, se                  the dialler's static key, sealed

after which both know each other's static key and have one cipher for each direction.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

PROTOCOL_NAME = b"Noise_XX_25519_ChaChaPoly_SHA256"
KEY_LENGTH = 32
TAG_LENGTH = 16
MAX_MESSAGE = 65535
"""Bytes of one Noise message, tag included."""

_LAST_NONCE = 2**64 - 2
_PATTERN: tuple[tuple[str, ...], ...] = (("e",), ("e", "ee", "s", "es"), ("s", "se"))


class NoiseError(Exception):
    """A message was not made by the peer for this place in the conversation."""


class CipherState:
    """One direction: a key and the number of the next message. Without a key it passes data through."""

    def __init__(self, key: bytes | None = None) -> None:
        self._cipher = ChaCha20Poly1305(key) if key else None
        self._nonce = 0

    @property
    def has_key(self) -> bool:
        """Whether there is a key yet."""
        return self._cipher is not None

    def encrypt(self, plaintext: bytes, ad: bytes = b"") -> bytes:
        """Seal one message; 16 bytes longer than `plaintext`."""
        if self._cipher is None:
            return plaintext
        sealed = self._cipher.encrypt(self._nonce_bytes(), plaintext, ad)
        self._nonce += 1
        return sealed

    def decrypt(self, sealed: bytes, ad: bytes = b"") -> bytes:
        """Open the next message. NoiseError if it is not exactly what the peer sealed next."""
        if self._cipher is None:
            return sealed
        try:
            plaintext = self._cipher.decrypt(self._nonce_bytes(), sealed, ad)
        except (InvalidTag, ValueError) as error:
            raise NoiseError("a message was altered, repeated or left out") from error
        self._nonce += 1
        return plaintext

    def _nonce_bytes(self) -> bytes:
        if self._nonce > _LAST_NONCE:
            raise NoiseError("this key has sealed as many messages as it may")
        return bytes(4) + self._nonce.to_bytes(8, "little")


class SymmetricState:
    """The chaining key `ck` and the hash `h` over all that was said, and the cipher they give."""

    def __init__(self) -> None:
        # The name is exactly as long as the hash, so it is the first hash itself.
        self.h = PROTOCOL_NAME
        self.ck = PROTOCOL_NAME
        self.cipher = CipherState()

    def mix_hash(self, data: bytes) -> None:
        """Let `h` depend on `data`."""
        self.h = hashlib.sha256(self.h + data).digest()

    def mix_key(self, secret: bytes) -> None:
        """Let all further keys depend on `secret`."""
        self.ck, key = _hkdf(self.ck, secret)
        self.cipher = CipherState(key)

    def encrypt_and_hash(self, plaintext: bytes) -> bytes:
        """Seal with all that was said as associated data."""
        sealed = self.cipher.encrypt(plaintext, self.h)
        self.mix_hash(sealed)
        return sealed

    def decrypt_and_hash(self, sealed: bytes) -> bytes:
        """Open what `encrypt_and_hash` gave. NoiseError if the two sides differ in anything."""
        plaintext = self.cipher.decrypt(sealed, self.h)
        self.mix_hash(sealed)
        return plaintext

    def split(self) -> tuple[CipherState, CipherState]:
        """Give the ciphers from dialler to answerer and back."""
        first, second = _hkdf(self.ck, b"")
        return CipherState(first), CipherState(second)


class Established(NamedTuple):
    """What a finished handshake gives."""

    sending: CipherState
    receiving: CipherState
    peer_key: bytes
    handshake_hash: bytes


class HandshakeState:
    """One side of one handshake. `write` and `read` by turns, the initiator writes first.

    `prologue` is what both sides must agree on beforehand. `ephemeral` is given in tests only.
    """

    def __init__(
        self,
        *,
        initiator: bool,
        static: bytes,
        prologue: bytes = b"",
        ephemeral: bytes | None = None,
    ) -> None:
        self._initiator = initiator
        self._static = X25519PrivateKey.from_private_bytes(static)
        self._ephemeral = (
            X25519PrivateKey.from_private_bytes(ephemeral)
            if ephemeral
            else X25519PrivateKey.generate()
        )
        self._peer_static: bytes | None = None
        self._peer_ephemeral: bytes | None = None
        self._symmetric = SymmetricState()
        self._symmetric.mix_hash(prologue)
        self._step = 0

    @property
    def my_turn(self) -> bool:
        """Whether the next message is ours to write."""
        return not self.finished and (self._step % 2 == 0) == self._initiator

    @property
    def finished(self) -> bool:
        """Whether all messages were exchanged."""
        return self._step == len(_PATTERN)

    def write(self, payload: bytes = b"") -> bytes:
        """Our next handshake message, with `payload` in it: in clear in the first, sealed after."""
        if not self.my_turn:
            raise NoiseError("it is not this side's turn to speak")
        message = bytearray()
        for word in _PATTERN[self._step]:
            if word == "e":
                public = _public(self._ephemeral)
                self._symmetric.mix_hash(public)
                message += public
            elif word == "s":
                message += self._symmetric.encrypt_and_hash(_public(self._static))
            else:
                self._symmetric.mix_key(self._exchange(word))
        message += self._symmetric.encrypt_and_hash(payload)
        self._step += 1
        if len(message) > MAX_MESSAGE:
            raise NoiseError("the payload of a handshake message is too long")
        return bytes(message)

    def read(self, message: bytes) -> bytes:
        """Take the peer's next handshake message and give its payload. NoiseError ends the handshake."""
        if self.finished or self.my_turn:
            raise NoiseError("it is not the peer's turn to speak")
        if len(message) > MAX_MESSAGE:
            raise NoiseError("a handshake message is too long")
        rest = message
        for word in _PATTERN[self._step]:
            if word == "e":
                self._peer_ephemeral, rest = _take(rest, KEY_LENGTH)
                self._symmetric.mix_hash(self._peer_ephemeral)
            elif word == "s":
                length = KEY_LENGTH + (TAG_LENGTH if self._symmetric.cipher.has_key else 0)
                sealed, rest = _take(rest, length)
                self._peer_static = self._symmetric.decrypt_and_hash(sealed)
            else:
                self._symmetric.mix_key(self._exchange(word))
        payload = self._symmetric.decrypt_and_hash(rest)
        self._step += 1
        return payload

    def established(self) -> Established:
        """Give the two ciphers and the peer's static key, once the handshake is finished."""
        if not self.finished or self._peer_static is None:
            raise NoiseError("the handshake is not finished")
        forth, back = self._symmetric.split()
        sending, receiving = (forth, back) if self._initiator else (back, forth)
        return Established(sending, receiving, self._peer_static, self._symmetric.h)

    def _exchange(self, word: str) -> bytes:
        """Diffie-Hellman between the keys `word` names: first the initiator's, then the responder's."""
        mine, theirs = (word[0], word[1]) if self._initiator else (word[1], word[0])
        private = self._ephemeral if mine == "e" else self._static
        public = self._peer_ephemeral if theirs == "e" else self._peer_static
        if public is None:
            raise NoiseError("a key is used before it was sent")
        try:
            return private.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError as error:
            raise NoiseError("the peer's key is not a usable one") from error


def _hkdf(chaining_key: bytes, secret: bytes) -> tuple[bytes, bytes]:
    temporary = hmac.digest(chaining_key, secret, "sha256")
    first = hmac.digest(temporary, b"\x01", "sha256")
    return first, hmac.digest(temporary, first + b"\x02", "sha256")


def _public(private: X25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _take(message: bytes, length: int) -> tuple[bytes, bytes]:
    if len(message) < length:
        raise NoiseError("a handshake message is too short")
    return message[:length], message[length:]
