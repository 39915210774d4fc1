"""Resources and variables as TOML, in the form that syncs read: what differs from the defaults, and names for ids."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec
import tomlkit
from tomlkit.items import Table

from monitor.api.resource import Resource
from monitor.api.target import ResourceKind
from monitor.api.variable import Variable
from monitor.core import documents
from monitor.core.memory import Memory
from monitor.core.store.protocol import CollectionSpec

_SECRET = frozenset({"passkey", "webhook_secret"})
_REFERENCES: Mapping[str, CollectionSpec[Any]] = {
    "server_id": documents.SERVERS,
    "server_ids": documents.SERVERS,
    "builder_id": documents.BUILDERS,
    "build_id": documents.BUILDS,
    "linked_repo": documents.REPOS,
}
"""Fields of configs that hold the id of another resource, and where that one is."""


def resource_toml(kind: ResourceKind, resource: Resource[Any, Any], memory: Memory) -> str:
    """One `[[server]]`-like table: name, description, tags by name, and the config that is not default."""
    table = tomlkit.table()
    table.add("name", resource.name)
    if resource.description:
        table.add("description", resource.description)
    if resource.template:
        table.add("template", resource.template)
    if resource.tags:
        table.add("tags", [_name(tag, documents.TAGS, memory) for tag in resource.tags])
    config = _config(resource.config)
    if config:
        inner = tomlkit.table()
        for key, value in _with_names(config, memory).items():
            inner.add(key, _value(value))
        table.add("config", inner)
    return _document(_snake(kind), table)


def variable_toml(variable: Variable) -> str:
    """One `[[variable]]` table, its value as it stands there."""
    table = tomlkit.table()
    for field, value in msgspec.to_builtins(variable).items():
        if value or field == "name":
            table.add(field, _value(value))
    return _document("variable", table)


def _document(name: str, table: Table) -> str:
    array = tomlkit.aot()
    array.append(table)
    document = tomlkit.document()
    document.add(name, array)
    return tomlkit.dumps(document)


def _config(config: msgspec.Struct) -> dict[str, Any]:
    """What is not default of a config; of one of several types also which it is."""
    tag = config.__struct_config__.tag
    if tag is None:
        return dict(changed(config, type(config)()))
    params: msgspec.Struct = getattr(config, config.__struct_fields__[0])
    return {"type": tag, "params": dict(changed(params, type(params)()))}


def _with_names(value: Any, memory: Memory) -> Any:
    """Plain values with names in place of ids, under keys that say so."""
    if isinstance(value, list | tuple):
        return [_with_names(inner, memory) for inner in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    named: dict[str, Any] = {}
    for key, inner in cast("dict[str, Any]", value).items():
        spec = _REFERENCES.get(key)
        if spec is None:
            named[key] = _with_names(inner, memory)
        elif isinstance(inner, list | tuple):
            ids = cast("list[str]", inner)
            named[f"{key.removesuffix('_ids')}s"] = [_name(one, spec, memory) for one in ids]
        else:
            named[key.removesuffix("_id")] = _name(inner, spec, memory)
    return named


def _name(identity: str, spec: CollectionSpec[Any], memory: Memory) -> str:
    row = memory.table(spec).rows.get(identity)
    return row.value.name if row is not None else identity


def changed(config: msgspec.Struct, default: msgspec.Struct) -> Iterable[tuple[str, Any]]:
    """The fields of a config that differ from another of its type, secrets left out, as plain values."""
    return [
        (field, msgspec.to_builtins(getattr(config, field)))
        for field in config.__struct_fields__
        if field not in _SECRET and getattr(config, field) != getattr(default, field)
    ]


def _value(value: Any) -> Any:
    # Readers take a raw line break for "\n", whatever it was.
    if isinstance(value, str) and "\n" in value and "\r" not in value:
        return tomlkit.string(value, multiline=True)
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return {key: _value(inner) for key, inner in table.items() if inner is not None}
    if isinstance(value, list):
        return [_value(inner) for inner in cast("list[Any]", value) if inner is not None]
    return value


def _snake(kind: ResourceKind) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_")
