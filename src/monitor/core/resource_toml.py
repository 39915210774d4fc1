"""A resource as TOML, as shown before and after a change: what differs from the defaults, and no secrets."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec
import tomlkit

from monitor.api.resource import Resource
from monitor.api.target import ResourceKind

_SECRET = frozenset({"passkey", "webhook_secret"})


def resource_toml(
    kind: ResourceKind, resource: Resource[Any, Any], tag_names: Mapping[str, str]
) -> str:
    """One `[[server]]`-like table: name, description, tags by name, and the config that is not default."""
    table = tomlkit.table()
    table.add("name", resource.name)
    if resource.description:
        table.add("description", resource.description)
    if resource.template:
        table.add("template", resource.template)
    if resource.tags:
        table.add("tags", [tag_names.get(tag, tag) for tag in resource.tags])
    config = changed(resource.config, type(resource.config)())
    if config:
        inner = tomlkit.table()
        for key, value in config:
            inner.add(key, _value(value))
        table.add("config", inner)
    array = tomlkit.aot()
    array.append(table)
    document = tomlkit.document()
    document.add(_snake(kind), array)
    return tomlkit.dumps(document)


def changed(config: msgspec.Struct, default: msgspec.Struct) -> Iterable[tuple[str, Any]]:
    """The fields of a config that differ from another of its type, secrets left out, as plain values."""
    return [
        (field, msgspec.to_builtins(getattr(config, field)))
        for field in config.__struct_fields__
        if field not in _SECRET and getattr(config, field) != getattr(default, field)
    ]


def _value(value: Any) -> Any:
    if isinstance(value, str) and "\n" in value:
        return tomlkit.string(value, multiline=True)
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return {key: _value(inner) for key, inner in table.items() if inner is not None}
    if isinstance(value, list):
        return [_value(inner) for inner in cast("list[Any]", value) if inner is not None]
    return value


def _snake(kind: ResourceKind) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_")
