"""The OpenAPI 3.1 document of the contract, made from its types."""

import inspect
import re
from functools import cache
from importlib.metadata import version
from typing import Any, cast, get_args, get_origin

import msgspec
from msgspec import Struct

from monitor.api.base import answer_of
from monitor.api.contract import KINDS, NOT_BUILT, REQUESTS, AnyRequest
from monitor.api.field_docs import field_docs
from monitor.api.marks import CONVERSIONS, Accepts, FromText, OrOne, PairText, PartialOf
from monitor.api.shapes import answered_types, field_marks, is_struct, structs_in
from monitor.api.user import User

Json = dict[str, Any]

_SCHEMAS = "#/components/schemas/"
_GROUPS = {
    "auth/login": "Logging in. No credentials.",
    "auth/manage": "A user's own account; also for users that are not enabled.",
    "read": "Changes nothing.",
    "write": "Changes what Core stores.",
    "execute": "Starts a run and answers its Update at once; the run goes on.",
}
_FAULTS = {
    "400": "Malformed or invalid; the error says where.",
    "401": "No credentials, or wrong ones.",
    "403": "Not yours to do.",
    "404": "There is none, or none you may see.",
    "409": "Taken, changed meanwhile, or busy.",
    "429": "Too many attempts.",
    "503": "The agent is away or failed.",
}
_SECURITY: Json = {
    "session": {"type": "apiKey", "in": "cookie", "name": "monitor_session"},
    "jwt": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "secret": {"type": "apiKey", "in": "header", "name": "X-Api-Secret"},
}


class ErrorAnswer(Struct, frozen=True, kw_only=True):
    """What every answer that is not 200 holds."""

    error: str
    """What went wrong."""
    trace: tuple[str, ...]
    """What caused it, one cause an entry."""
    code: str
    """A name of the fault for programs, such as `busy`."""


@cache
def document() -> Json:
    """The whole document. Takes some 100 ms once; do not change what it answers."""
    types = [*REQUESTS, *answered_types(), User, ErrorAnswer]
    schemas, components = msgspec.json.schema_components(types, ref_template=f"{_SCHEMAS}{{name}}")
    answers = dict(zip(map(str, types), schemas, strict=True))
    structs = {_schema_name(struct): struct for struct in structs_in(types)}
    empty = {request.__name__ for request in REQUESTS if not request.__struct_fields__}
    described = {
        name: _described(component, structs.get(name))
        for name, component in components.items()
        if name not in empty
    }
    paths = {
        f"/{request.group}/{request.__name__}": _path(request, answers) for request in REQUESTS
    }
    made: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "Monitor",
            "version": version("monitor"),
            "description": "Every request is a POST with its parameters as body, and answers 200 with a bare value.",
        },
        "tags": [{"name": group, "description": text} for group, text in _GROUPS.items()],
        "security": [{"session": []}, {"jwt": []}, {"key": [], "secret": []}],
        "paths": _other_paths() | paths,
        "components": {
            "schemas": described,
            "responses": {
                f"Fault{code}": _json(text, _ref("ErrorAnswer")) for code, text in _FAULTS.items()
            },
            "securitySchemes": _SECURITY,
        },
        "x-not-built": {group: list(names) for group, names in NOT_BUILT.items()},
    }
    return cast("Json", _renamed(msgspec.to_builtins(made), _kind_names()))


def _path(request: AnyRequest, answers: dict[str, Any]) -> Json:
    summary, _, description = inspect.cleandoc(request.__doc__ or "").partition("\n")
    has_fields = bool(request.__struct_fields__)
    params = _ref(request.__name__) if has_fields else {"type": "object"}
    operation: Json = {
        "operationId": request.__name__,
        "tags": [request.group],
        "summary": summary,
        "requestBody": {
            "required": has_fields,
            "content": {"application/json": {"schema": params}},
        },
        "responses": {"200": _json("The answer.", answers[str(answer_of(request))])}
        | _faults(request),
    }
    if description.strip():
        operation["description"] = description.strip()
    if request.aliases:
        operation["x-older-names"] = list(request.aliases)
    if request.ours:
        operation["x-ours"] = True
    if request.group == "auth/login":
        operation["security"] = []
    return {"post": operation}


def _faults(request: AnyRequest) -> Json:
    left_out = {
        "auth/login": {"403", "404", "409", "503"},
        "auth/manage": {"409", "503"},
        "read": {"409"},
    }
    codes = _FAULTS.keys() - left_out.get(request.group, set())
    return {code: {"$ref": f"#/components/responses/Fault{code}"} for code in sorted(codes)}


def _other_paths() -> Json:
    plain = {
        "description": "The version.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
    return {
        "/version": {
            "get": {"summary": "Core's version.", "security": [], "responses": {"200": plain}}
        },
        "/user": {
            "get": {
                "summary": "The user who asks, enabled or not.",
                "responses": {"200": _json("The user.", _ref("User"))},
            }
        },
    }


def _json(description: str, schema: Any) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> Json:
    return {"$ref": f"{_SCHEMAS}{name}"}


def _described(schema: Json, struct: Any) -> Json:
    """A struct's schema with the texts of its fields and the other forms they are accepted in."""
    told = {key: value for key, value in schema.items() if key != "title"}
    if "description" in told:
        told["description"] = inspect.cleandoc(told["description"])
    if struct is None:
        return told
    docs = field_docs(struct)
    properties: Json = dict(told["properties"])
    for field in msgspec.structs.fields(struct):
        marks = field_marks(field)
        described: Json = dict(properties[field.encode_name])
        for mark in marks:
            if isinstance(mark, PartialOf):
                described = _config(mark.config)
        text = " ".join(filter(None, (docs.get(field.name, ""), *map(_accepted, marks))))
        properties[field.encode_name] = described | ({"description": text} if text else {})
    return told | {"properties": properties}


def _config(config: Any) -> Json:
    """A kind's config: one struct, or one of several."""
    if is_struct(config):
        return _ref(config.__name__)
    return {"anyOf": [_ref(variant.__name__) for variant in get_args(config)]}


def _accepted(mark: Any) -> str:
    if isinstance(mark, Accepts):
        return f"Also accepted as {' or '.join(f'`{name}`' for name in mark.names)}."
    if isinstance(mark, FromText):
        return "Also accepted as one text, an entry a line or comma separated."
    if isinstance(mark, OrOne):
        return "Also accepted as one of them, alone."
    if isinstance(mark, PairText):
        separator = ": " if mark == CONVERSIONS or mark.separator == ":" else "="
        line = f"{mark.key}{separator}{mark.value}"
        return f"Lines of `{line}`; also accepted as a list of `{{{mark.key}, {mark.value}}}`, or as a map."
    if isinstance(mark, PartialOf):
        return "Any of its fields; the others stay as they are, or get their default."
    return ""


def _kind_names() -> dict[str, str]:
    """The kinds' generic types by the names of their schemas, and the names they have in Python."""
    return {
        _schema_name(type_): name
        for kind in KINDS
        for type_, name in (
            (kind.resource, str(kind.name)),
            (kind.list_item, f"{kind.name}ListItem"),
            (kind.query, f"{kind.name}Query"),
        )
    }


def _schema_name(type_: Any) -> str:
    """The name that msgspec gives the schema of a type."""
    name: str = (get_origin(type_) or type_).__name__
    if get_args(type_):
        arguments = [getattr(argument, "__name__", str(argument)) for argument in get_args(type_)]
        name = f"{name}[{', '.join(arguments)}]"
    return re.sub(r"[^a-zA-Z0-9.\-_]", "_", name)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value).items()
        return {names.get(key, key): _renamed(entry, names) for key, entry in entries}
    if isinstance(value, list):
        return [_renamed(entry, names) for entry in cast("list[Any]", value)]
    if isinstance(value, str) and value.startswith(_SCHEMAS):
        name = value.removeprefix(_SCHEMAS)
        return f"{_SCHEMAS}{names.get(name, name)}"
    return value
