"""Ids as the wire has them: 24 hex digits, wrapped as `{"$oid": ...}` where a document names itself."""

import itertools
import os
import re
import time

from msgspec import Struct, field

_HEX_ID = re.compile(r"[0-9a-fA-F]{24}")
_PROCESS = os.urandom(5)
_counter = itertools.count(int.from_bytes(os.urandom(3)))


class Oid(Struct, frozen=True):
    """A document's own id: `{"$oid": "<24 hex digits>"}`."""

    oid: str = field(name="$oid")


def new_id() -> str:
    """24 hex digits: 4 bytes of seconds, 5 of this process, 3 of a counter, so that ids sort by age."""
    seconds = int(time.time()).to_bytes(4)
    return (seconds + _PROCESS + (next(_counter) & 0xFFFFFF).to_bytes(3)).hex()


def is_id(text: str) -> bool:
    """Whether a reference is an id; anything else is a name."""
    return _HEX_ID.fullmatch(text) is not None
