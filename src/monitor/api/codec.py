"""The strict path: JSON as we write it in answers and in the store, and as we read it back."""

from functools import cache
from typing import Any, TypeVar, cast

import msgspec

ValueT = TypeVar("ValueT")

_ENCODER = msgspec.json.Encoder()


def encode(value: Any) -> bytes:
    """The JSON of a Struct, or of any value made of them. A float that is not finite becomes null: never pass one."""
    return _ENCODER.encode(value)


def decode(type_: type[ValueT], body: bytes | str) -> ValueT:
    """The value that `encode` wrote. Raises msgspec.ValidationError where it does not fit the type."""
    return cast("ValueT", _decoder(type_).decode(body))


@cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_)
