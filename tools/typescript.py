"""Writes the contract as TypeScript types, for the browser app."""

import inspect
import sys
from collections.abc import Iterable, Mapping
from enum import EnumMeta
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec import UnsetType
from msgspec.structs import FieldInfo

from monitor.api.base import answer_of
from monitor.api.contract import GROUPS, KINDS, REQUESTS, AnyRequest
from monitor.api.field_docs import field_docs
from monitor.api.marks import PartialOf
from monitor.api.resource import Resource, ResourceListItem, ResourceQuery
from monitor.api.shapes import answered_types, marks_of, structs_in
from monitor.api.user import User

HEAD = """\
/** The contract's shapes. Generated from src/monitor/api by `./dev gen`: do not edit. */

export * from './rows';
"""
TAIL = """\
export type Group = keyof Requests;
export type Name<G extends Group> = keyof Requests[G] & string;
export type Params<G extends Group, N extends Name<G>> = Requests[G][N] extends [infer P, unknown]
  ? P
  : never;
export type Answer<G extends Group, N extends Name<G>> = Requests[G][N] extends [unknown, infer A]
  ? A
  : never;
"""
GENERICS = {
    Resource: "Resource<Config, Info>",
    ResourceListItem: "ResourceListItem<Info>",
    ResourceQuery: "ResourceQuery<Specifics>",
}
PARAMETERS = {"ConfigT": "Config", "InfoT": "Info", "SpecificsT": "Specifics"}
RENAMED = {"ContainerState": "InspectedState", "ContainerStateStatusEnum": "ContainerState"}
"""The browser app speaks of a container's state and means the word, not the engine's object."""
STORED = "_id"
"""What is answered was stored, so it has an id."""
PLAIN: dict[Any, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    Any: "unknown",
    NoneType: "null",
}


def typescript() -> str:
    """The whole file."""
    answered = structs_in([*answered_types(), User])
    asked = [
        struct
        for struct in structs_in([field.type for request in REQUESTS for field in _fields(request)])
        if struct not in answered
    ]
    classes = [get_origin(struct) or struct for struct in [*answered, *asked]]
    parts = [_interface(class_, given=class_ in asked) for class_ in dict.fromkeys(classes)]
    enums = dict.fromkeys(_enums([*answered, *asked, *REQUESTS]))
    parts += [_enum(enum) for enum in enums]
    parts += [
        f"export type {name} = {_union_members(union)};\n" for name, union in _unions(classes)
    ]
    parts += [_kind_aliases(), _requests()]
    return "\n".join([HEAD, *sorted(parts[:-1], key=_sort_key), parts[-1], TAIL])


def _sort_key(part: str) -> str:
    """Declarations by name, whatever comment stands above them."""
    line = next(line for line in part.split("\n") if line.startswith("export "))
    return line.split()[2]


def _fields(type_: Any) -> tuple[FieldInfo, ...]:
    return msgspec.structs.fields(type_)


def _interface(class_: Any, *, given: bool) -> str:
    name = GENERICS.get(class_) or _name(class_)
    tag = class_.__struct_config__.tag
    tag_line = [f"  {class_.__struct_config__.tag_field}: '{tag}';"] if tag else []
    lines = [*tag_line, *_members(class_, given=given)]
    if not lines:
        return f"{_comment(inspect.getdoc(class_))}export type {name} = Record<string, never>;\n"
    return "\n".join(
        [f"{_comment(inspect.getdoc(class_))}export interface {name} {{", *lines, "}\n"]
    )


def _members(type_: Any, *, given: bool, indent: str = "  ") -> list[str]:
    """The fields of a struct. What is given may leave out fields with a default, what is answered has all of them."""
    docs = field_docs(type_)
    lines: list[str] = []
    for field in _fields(type_):
        may_be_unset = UnsetType in get_args(field.type) and field.encode_name != STORED
        optional = "?" if (given and not field.required) or may_be_unset else ""
        comment = _comment(docs.get(field.name), indent)
        lines.append(f"{comment}{indent}{_key(field.encode_name)}{optional}: {_type(field.type)};")
    return lines


def _key(name: str) -> str:
    return name if name.isidentifier() else f"'{name}'"


def _type(type_: Any) -> str:
    origin, arguments = get_origin(type_), get_args(type_)
    if type_ in PLAIN:
        return PLAIN[type_]
    if origin is Annotated:
        partial = next((mark for mark in marks_of(type_) if isinstance(mark, PartialOf)), None)
        return f"Partial<{_type(partial.config)}>" if partial else _type(arguments[0])
    if origin in (Union, UnionType):
        return _union(type_)
    return _generic(type_.__origin__, arguments) if origin is not None else _name(type_)


def _generic(origin: Any, arguments: tuple[Any, ...]) -> str:
    if origin is tuple:
        inner = _type(arguments[0])
        return f"Array<{inner}>" if "|" in inner else f"{inner}[]"
    shown = ", ".join(map(_type, arguments))
    if origin in (dict, Mapping):
        return (
            f"Partial<Record<{shown}>>"
            if isinstance(arguments[0], EnumMeta)
            else f"Record<{shown}>"
        )
    return f"{origin.__name__}<{shown}>"


def _name(type_: Any) -> str:
    name = PARAMETERS.get(type_.__name__, type_.__name__)
    return RENAMED.get(name, name)


def _union(union: Any) -> str:
    members = [member for member in get_args(union) if member is not UnsetType]
    structs = [member for member in members if member is not NoneType]
    alias = _alias(structs) if len(structs) > 1 else ""
    shown = alias or " | ".join(map(_type, structs))
    return f"{shown} | null" if NoneType in members else shown


def _union_members(union: Any) -> str:
    return " | ".join(map(_type, get_args(union)))


def _alias(structs: list[Any]) -> str:
    """The name of a union of structs in the module of its members."""
    named = vars(sys.modules[structs[0].__module__]).items()
    return next(
        (
            name
            for name, value in named
            if isinstance(value, UnionType) and [*get_args(value)] == structs
        ),
        "",
    )


def _unions(classes: Iterable[Any]) -> list[tuple[str, Any]]:
    """Unions by name, each once: modules that import one have it too."""
    modules = dict.fromkeys(class_.__module__ for class_ in classes)
    named = {
        name: value
        for module in modules
        for name, value in vars(sys.modules[module]).items()
        if isinstance(value, UnionType) and all(member in classes for member in get_args(value))
    }
    return list(named.items())


def _enums(types: Iterable[Any]) -> list[EnumMeta]:
    found: list[EnumMeta] = []
    left = [field.type for type_ in types for field in _fields(type_)]
    while left:
        type_ = left.pop(0)
        if isinstance(type_, EnumMeta):
            found.append(type_)
        left.extend(get_args(type_))
    return found


def _enum(enum: Any) -> str:
    values = [f"'{member.value}'" for member in enum]
    return (
        f"{_comment(inspect.getdoc(enum))}export type {_name(enum)} =\n"
        + "\n".join(f"  | {value}" for value in values)
        + ";\n"
    )


def _kind_aliases() -> str:
    lines: list[str] = []
    for kind in KINDS:
        lines.append(f"export type {kind.name} = {_type(kind.resource)};")
        lines.append(f"export type {kind.name}ListItem = {_type(kind.list_item)};")
        lines.append(f"export type {kind.name}Query = {_type(kind.query)};")
    return "\n".join(lines) + "\n"


def _requests() -> str:
    lines = [
        "/** Every request by its group: what is given, and what is answered. */",
        "export interface Requests {",
    ]
    for group in GROUPS:
        lines.append(f"  '{group}': {{")
        for request in REQUESTS:
            if request.group == group:
                lines.extend(_request(request))
        lines.append("  };")
    return "\n".join([*lines, "}\n"])


def _request(request: AnyRequest) -> list[str]:
    fields = _members(request, given=True, indent="        ")
    comment = _comment(inspect.getdoc(request), "    ")
    answer = _type(answer_of(request))
    if not fields:
        return [f"{comment}    {request.__name__}: [Record<string, never>, {answer}];"]
    return [
        f"{comment}    {request.__name__}: [",
        "      {",
        *fields,
        "      },",
        f"      {answer},",
        "    ];",
    ]


def _comment(text: str | None, indent: str = "") -> str:
    if not text:
        return ""
    lines = text.replace("*/", "* /").split("\n")
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    inner = "\n".join(f"{indent} * {line}".rstrip() for line in lines)
    return f"{indent}/**\n{inner}\n{indent} */\n"
