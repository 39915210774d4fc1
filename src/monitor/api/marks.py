"""Marks on fields: which other forms of a value are accepted on input. `reader` acts on them; output never does."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct

ConfigT = TypeVar("ConfigT")


class Accepts(Struct, frozen=True):
    """Other keys under which the field is accepted."""

    names: tuple[str, ...]


class FromText(Struct, frozen=True):
    """A list that may also come as one text, an entry a line or comma separated; `#` starts a comment."""


class OrOne(Struct, frozen=True):
    """A list of objects that may also come as one of them, alone."""


class FileText(Struct, frozen=True):
    """A multi-line text: trailing whitespace goes, one newline ends it if there is anything."""


class PairText(Struct, frozen=True):
    """A text of `key<separator>value` lines (`text` says how) that may also come as a list of objects or as a map."""

    key: str
    value: str
    separator: str


class PartialOf(Struct, frozen=True):
    """A map holding any of the fields of a config; the rest stays as it is (or has its default)."""

    config: Any
    """A struct, or a union of tagged ones."""


def accepts(*names: str) -> Accepts:
    """Other keys under which the field is accepted."""
    return Accepts(names)


CONVERSIONS = PairText("local", "container", ":")
"""What is on the host, and what in the container."""

Count = Annotated[int, Meta(ge=0)]
"""A whole number, not below 0."""
Lines = Annotated[tuple[str, ...], FromText()]
Text = Annotated[str, FileText()]
Environment = Annotated[str, PairText("variable", "value", "=")]
Labels = Annotated[str, PairText("variable", "value", ":")]
Conversions = Annotated[str, CONVERSIONS]
SignalLabels = Annotated[str, PairText("signal", "label", ":")]
Partial = Mapping[str, Any]
