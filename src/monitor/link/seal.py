"""A frame as one sealed message: its length and bytes, cut into Noise messages of at most 65,535 bytes.

All but the last are full, so where they end needs no mark; the length shows a cut message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.link.frames import MAX_FRAME
from monitor.link.noise import MAX_MESSAGE, TAG_LENGTH, NoiseError

if TYPE_CHECKING:
    from monitor.link.noise import CipherState

_LENGTH = 4
_PIECE = MAX_MESSAGE - TAG_LENGTH

MAX_SEALED = MAX_FRAME + _LENGTH + TAG_LENGTH * (MAX_FRAME // _PIECE + 2)
"""Bytes of the largest sealed message."""


def seal(cipher: CipherState, frame: bytes) -> bytes:
    """Seal one frame with the next numbers of `cipher`."""
    plain = len(frame).to_bytes(_LENGTH, "big") + frame
    if len(plain) <= _PIECE:
        return cipher.encrypt(plain)
    pieces = range(0, len(plain), _PIECE)
    return b"".join(cipher.encrypt(plain[start : start + _PIECE]) for start in pieces)


def unseal(cipher: CipherState, message: bytes) -> bytes:
    """Open what `seal` gave. NoiseError if it is not whole, not the next, or not the peer's."""
    pieces = range(0, len(message), MAX_MESSAGE)
    plain = b"".join(cipher.decrypt(message[start : start + MAX_MESSAGE]) for start in pieces)
    if len(plain) < _LENGTH or int.from_bytes(plain[:_LENGTH], "big") != len(plain) - _LENGTH:
        raise NoiseError("a message is not whole")
    return plain[_LENGTH:]
