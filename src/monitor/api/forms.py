"""The forms a single value may come in, and what is said when it comes in none of them."""

import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, cast

import msgspec
from msgspec import Meta

from monitor.api.marks import CONVERSIONS, PairText
from monitor.api.text import Pair, format_conversions, format_pairs

Read = Callable[[Any], Any]
"""Makes the typed value of a JSON value. Raises Invalid with the path from that value on."""

MAX_DEPTH = 64
"""How deep JSON may be nested."""

_INT_RANGE = 1 << 63
_EXACT_FLOAT = 1 << 53
_SHOWN = 60


class Invalid(Exception):
    """The input is not what the type wants; `path` says where, as in `query.names[1]`."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.message = message
        self.path = path

    def within(self, step: str) -> "Invalid":
        """The same fault as seen from one level further out. `step` is a key, or an index as `[1]`."""
        joint = "." if self.path and not self.path.startswith("[") else ""
        return Invalid(self.message, f"{step}{joint}{self.path}")


def decode_json(body: bytes | str) -> Any:
    """JSON as plain values. Raises Invalid for anything malformed, out of range, or nested deeper than MAX_DEPTH."""
    try:
        value = msgspec.json.decode(body)
    except RecursionError:
        raise _too_deep() from None
    except (msgspec.MsgspecError, ValueError) as fault:
        raise Invalid(str(fault)) from None
    _limit(value)
    return value


def _limit(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH + 1):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(cast("dict[str, Any]", item).values())
            elif isinstance(item, list):
                inner.extend(cast("list[Any]", item))
            elif isinstance(item, int) and not -_INT_RANGE <= item < _INT_RANGE:
                raise Invalid("a number is out of range")
        if not inner:
            return
        level = inner
    raise _too_deep()


def _too_deep() -> Invalid:
    return Invalid(f"JSON is nested deeper than {MAX_DEPTH} levels")


def read_anything(value: Any) -> Any:
    """Any JSON value, as it is."""
    return value


def read_text(value: Any) -> str:
    """A text without NUL, which neither programs' arguments nor file names can hold."""
    if not isinstance(value, str):
        raise Invalid(f"expected a text, got {kind(value)}")
    if "\0" in value:
        raise Invalid("a text must not contain a NUL character")
    return value


def read_flag(value: Any) -> bool:
    """True or false, nothing else."""
    if not isinstance(value, bool):
        raise Invalid(f"expected true or false, got {kind(value)}")
    return value


def read_whole(value: Any) -> int:
    """A number of 64 bits; also `3.0`, as long as a float holds it exactly."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT_FLOAT:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid(f"expected a whole number, got {kind(value)}")
    if not -_INT_RANGE <= value < _INT_RANGE:
        raise Invalid("the number is out of range")
    return value


def read_number(value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid(f"expected a number, got {kind(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Invalid("the number is out of range")
    return number


def read_object(value: Any) -> Mapping[str, Any]:
    """A JSON object."""
    if not isinstance(value, Mapping):
        raise Invalid(f"expected an object, got {kind(value)}")
    return cast("Mapping[str, Any]", value)


def read_file_text(value: Any) -> str:
    """A text that ends with one newline, if there is anything."""
    text = read_text(value).rstrip()
    return f"{text}\n" if text else ""


def bounded(inner: Read, bounds: Meta) -> Read:
    """A number within bounds."""

    def read(value: Any) -> Any:
        number = inner(value)
        if bounds.ge is not None and number < bounds.ge:
            raise Invalid(f"must be at least {bounds.ge}")
        if bounds.le is not None and number > bounds.le:
            raise Invalid(f"must be at most {bounds.le}")
        return number

    return read


def member_of(enum: type[Enum]) -> Read:
    """One of an enum's values, or what its `_missing_` takes for one."""
    by_value = {member.value: member for member in enum}
    names = ", ".join(repr(value) for value in by_value)

    def read(value: Any) -> Enum:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Invalid(f"expected one of {names}, got {kind(value)}")
        member = by_value.get(value)
        if member is not None:
            return member
        try:
            return enum(value)
        except ValueError:
            raise Invalid(f"{shown(value)} is not one of {names}") from None

    return read


def pair_text(mark: PairText) -> Read:
    """Key-value lines; also a list of objects with two fields, or a map."""

    def as_text(pairs: list[Pair]) -> str:
        if mark == CONVERSIONS:
            return format_conversions(pairs)
        return format_pairs(pairs, mark.separator)

    def read(value: Any) -> str:
        if isinstance(value, Mapping):
            entries = cast("Mapping[Any, Any]", value).items()
            return as_text([(read_text(key), _pair_value(entry)) for key, entry in entries])
        if isinstance(value, list | tuple):
            return as_text(_pairs_of_objects(mark, cast("list[Any]", value)))
        text = read_text(value)
        return text if not text or text.endswith("\n") else f"{text}\n"

    return read


def _pairs_of_objects(mark: PairText, entries: list[Any]) -> list[Pair]:
    pairs: list[Pair] = []
    for index, entry in enumerate(entries):
        try:
            given = read_object(entry)
            pairs.append((_pair_value(given.get(mark.key)), _pair_value(given.get(mark.value))))
        except Invalid as fault:
            raise fault.within(f"[{index}]") from None
    return pairs


def _pair_value(value: Any) -> str:
    """Ports and the like may come as numbers."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(read_whole(value)) if is_number else read_text(value)


def kind(value: Any) -> str:
    """What a JSON value is, in words of an error message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list | tuple) else "an object"


def shown(value: Any) -> str:
    """A value as an error message quotes it, cut short."""
    text = repr(value) if not isinstance(value, int) or abs(value) < _INT_RANGE else "a long number"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
