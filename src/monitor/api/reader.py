"""Reads what a client sent, tolerantly: other names and forms of a value are accepted, unknown keys are ignored.

One reader is compiled per type, at its first use. Output and the store use the strict path, `codec`.
"""

from collections.abc import Mapping
from enum import Enum, EnumMeta
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import FieldInfo

from monitor.api import forms
from monitor.api.forms import Invalid, Read, decode_json, read_object, read_text
from monitor.api.ids import Oid, is_id
from monitor.api.marks import Accepts, FileText, FromText, OrOne, PairText
from monitor.api.resource import PermissionLevelAndSpecifics
from monitor.api.text import parse_list
from monitor.api.values import Version

__all__ = ["Invalid", "decode_json", "lay_over", "read"]

ValueT = TypeVar("ValueT")
StructT = TypeVar("StructT", bound=Struct)

_VERSION_PARTS = 3
_VERSION_DIGITS = 9


def read(type_: type[ValueT], value: Any) -> ValueT:
    """The value as an instance of the type: a Struct, also generic, or a union of tagged ones. Raises Invalid."""
    return cast("ValueT", _reader(type_)(value))


def lay_over(config: StructT | None, partial: Mapping[str, Any], type_: type[StructT]) -> StructT:
    """A config with the given fields replaced; missing and null ones stay, or get their default without a config.

    Lists and nested values are replaced whole. Where the config is one of several tagged kinds, the same kind is laid
    over and another one starts from its defaults. Raises Invalid.
    """
    if get_origin(type_) in (Union, UnionType):
        return cast("StructT", _lay_over_variant(config, read_object(partial), get_args(type_)))
    values = _field_values(_fields(type_), read_object(partial))
    if config is None:
        return cast("StructT", _build(type_, values))
    return msgspec.structs.replace(config, **values)


def _lay_over_variant(config: Any, partial: Mapping[str, Any], kinds: tuple[Any, ...]) -> Struct:
    variant = _variant(_by_tag(kinds), partial)
    content = msgspec.structs.fields(variant)[0]
    old = getattr(config, content.name) if type(config) is variant else None
    given = partial.get(content.encode_name)
    try:
        laid = lay_over(old, {} if given is None else given, content.type)
    except Invalid as fault:
        raise fault.within(content.encode_name) from None
    return variant(**{content.name: laid})


@cache
def _reader(type_: Any) -> Read:
    origin: Any = get_origin(type_)
    if type_ in _PLAIN:
        return _PLAIN[type_]
    if origin is Annotated:
        return _marked(*get_args(type_))
    if origin in (Union, UnionType):
        return _union(get_args(type_))
    if origin in (tuple, dict, Mapping):
        return _collection(origin, get_args(type_))
    if isinstance(type_, EnumMeta):
        return forms.member_of(cast("type[Enum]", type_))
    return _struct(type_)


def _collection(origin: Any, inner: tuple[Any, ...]) -> Read:
    return _list_of(_reader(inner[0])) if origin is tuple else _map_of(*inner)


def _marked(type_: Any, *marks: Any) -> Read:
    inner = _reader(type_)
    for mark in marks:
        if isinstance(mark, FromText):
            inner = _or_text(inner)
        elif isinstance(mark, OrOne):
            inner = _or_one(inner)
        elif isinstance(mark, FileText):
            inner = forms.read_file_text
        elif isinstance(mark, PairText):
            inner = forms.pair_text(mark)
        elif isinstance(mark, Meta):
            inner = forms.bounded(inner, mark)
    return inner


def _or_text(inner: Read) -> Read:
    return lambda value: parse_list(read_text(value)) if isinstance(value, str) else inner(value)


def _or_one(inner: Read) -> Read:
    return lambda value: inner([value] if isinstance(value, Mapping) else value)


def _list_of(item: Read) -> Read:
    def read_list(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise Invalid(f"expected a list, got {forms.kind(value)}")
        items: list[Any] = []
        for index, entry in enumerate(cast("list[Any]", value)):
            try:
                items.append(item(entry))
            except Invalid as fault:
                raise fault.within(f"[{index}]") from None
        return tuple(items)

    return read_list


def _map_of(key_type: Any, value_type: Any) -> Read:
    read_key, read_value = _reader(key_type), _reader(value_type)

    def read_map(value: Any) -> dict[Any, Any]:
        entries: dict[Any, Any] = {}
        for key, entry in read_object(value).items():
            try:
                entries[read_key(key)] = read_value(entry)
            except Invalid as fault:
                raise fault.within(forms.shown(key)) from None
        return entries

    return read_map


def _union(members: tuple[Any, ...]) -> Read:
    kinds = tuple(member for member in members if member not in (NoneType, UnsetType))
    inner = _reader(kinds[0]) if len(kinds) == 1 else _one_of(kinds)
    if NoneType not in members:
        return inner
    return lambda value: None if value is None else inner(value)


def _one_of(kinds: tuple[Any, ...]) -> Read:
    variants = _by_tag(kinds)

    def read_variant(value: Any) -> Any:
        given = read_object(value)
        return _reader(_variant(variants, given))(given)

    return read_variant


def _by_tag(kinds: tuple[Any, ...]) -> dict[str, type[Struct]]:
    return {str(kind.__struct_config__.tag): kind for kind in kinds}


def _variant(variants: dict[str, type[Struct]], given: Mapping[str, Any]) -> type[Struct]:
    key = next(iter(variants.values())).__struct_config__.tag_field or "type"
    tag = given.get(key)
    if tag is None:
        raise Invalid("is missing", key)
    variant = variants.get(tag) if isinstance(tag, str) else None
    if variant is None:
        raise Invalid(f"{forms.shown(tag)} is not one of {', '.join(map(repr, variants))}", key)
    return variant


class _Field(Struct, frozen=True):
    """How a field is read. The first key is its own, the others are accepted in its place."""

    name: str
    keys: tuple[str, ...]
    read: Read
    required: bool


@cache
def _fields(type_: Any) -> tuple[_Field, ...]:
    return tuple(_field(field) for field in msgspec.structs.fields(type_))


def _field(field: FieldInfo) -> _Field:
    marks: tuple[Any, ...] = get_args(field.type)[1:] if get_origin(field.type) is Annotated else ()
    others = [name for mark in marks if isinstance(mark, Accepts) for name in mark.names]
    return _Field(field.name, (field.encode_name, *others), _reader(field.type), field.required)


def _struct(type_: Any) -> Read:
    fields = _fields(type_)

    def read_struct(value: Any) -> Any:
        return _build(type_, _field_values(fields, read_object(value)))

    return read_struct


def _field_values(fields: tuple[_Field, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields:
        for key in field.keys:
            value = given.get(key)
            if value is None or value is UNSET:
                continue  # a nullable field's default is null, so null says what a missing key says
            try:
                values[field.name] = field.read(value)
            except Invalid as fault:
                raise fault.within(key) from None
            break
    return values


def _build(type_: Any, values: dict[str, Any]) -> Any:
    for field in _fields(type_):
        if field.required and field.name not in values:
            if field.read is not read_nothing:
                raise Invalid("is missing", field.keys[0])
            values[field.name] = None
    return (get_origin(type_) or type_)(**values)


def _read_version(value: Any) -> Version:
    if not isinstance(value, str):
        return cast("Version", _struct(Version)(value))
    parts = value.strip().removeprefix("v").split(".")
    digits = all(
        part.isascii() and part.isdigit() and len(part) <= _VERSION_DIGITS for part in parts
    )
    if len(parts) > _VERSION_PARTS or not digits:
        raise Invalid(f"{forms.shown(value)} is not a version such as 1.2.3")
    return Version(*map(int, parts))


def _read_permission(value: Any) -> PermissionLevelAndSpecifics:
    given = {"level": value} if isinstance(value, str) else value
    return cast("PermissionLevelAndSpecifics", _struct(PermissionLevelAndSpecifics)(given))


def _read_oid(value: Any) -> Oid:
    text = value if isinstance(value, str) else read_text(read_object(value).get("$oid"))
    if not is_id(text):
        raise Invalid("expected an id of 24 hex digits")
    return Oid(text.lower())


def read_nothing(value: Any) -> None:
    """What is always null."""
    raise Invalid(f"expected null, got {forms.kind(value)}")


_PLAIN: dict[Any, Read] = {
    NoneType: read_nothing,
    str: read_text,
    bool: forms.read_flag,
    int: forms.read_whole,
    float: forms.read_number,
    Any: forms.read_anything,
    Oid: _read_oid,
    Version: _read_version,
    PermissionLevelAndSpecifics: _read_permission,
}
