"""The types that the contract is made of, walked for the documents that are generated from it."""

from typing import Any, cast, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

from monitor.api.base import answer_of
from monitor.api.contract import KINDS, REQUESTS
from monitor.api.marks import PartialOf


def answered_types() -> list[Any]:
    """What Core answers, and the kinds' types."""
    kinds = [type_ for kind in KINDS for type_ in (kind.resource, kind.list_item, kind.query)]
    return _once([*kinds, *(answer_of(request) for request in REQUESTS)])


def structs_in(types: list[Any]) -> list[Any]:
    """All struct types that the types are made of, themselves included, generic ones with their parameters."""
    found: dict[str, Any] = {}
    left = list(types)
    while left:
        type_ = left.pop(0)
        if not is_struct(type_):
            left.extend(get_args(type_)[:1] if marks_of(type_) else get_args(type_))
        elif str(type_) not in found:
            found[str(type_)] = type_
            for field in msgspec.structs.fields(type_):
                left.append(field.type)
                left.extend(
                    mark.config for mark in field_marks(field) if isinstance(mark, PartialOf)
                )
    return list(found.values())


def is_struct(type_: Any) -> bool:
    """Whether it is a struct, also a generic one with parameters."""
    class_: Any = get_origin(type_) or type_
    return isinstance(class_, type) and issubclass(class_, Struct)


def field_marks(field: FieldInfo) -> tuple[Any, ...]:
    """The marks on a field."""
    return marks_of(field.type)


def marks_of(type_: Any) -> tuple[Any, ...]:
    """The marks on an annotated type."""
    return cast("tuple[Any, ...]", getattr(type_, "__metadata__", ()))


def _once(types: list[Any]) -> list[Any]:
    return list({str(type_): type_ for type_ in types}.values())
