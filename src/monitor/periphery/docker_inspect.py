"""The engine's inspect answers in the shapes of the contract. Pure but for the functions that ask.

The engine says null for empty lists and knows more values than the closed enums of the contract, so its answers are
fitted to the structs field by field; what does not fit takes the field's default.
"""

from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import NODEFAULT, UNSET, inspect

from monitor.api.docker import ImageHistoryResponseItem
from monitor.api.inspect import Container, Image, Network, Volume
from monitor.periphery.docker import Docker, DockerAway, DockerRefused, decode, refusal, segment

T = TypeVar("T")
_MISSING: Any = object()


async def inspect_container(docker: Docker, name: str) -> Container:
    """`docker container inspect`. Fails with `not_found`."""
    raw = await _ask(docker, f"/containers/{segment(name)}/json")
    raw["Config"] = _with_lists(raw.get("Config"))
    return fit(raw, Container)


async def inspect_image(docker: Docker, name: str) -> Image:
    """`docker image inspect`. Fails with `not_found`."""
    raw = await _ask(docker, f"/images/{segment(name)}/json")
    for part in ("Config", "ContainerConfig"):
        raw[part] = _with_lists(raw.get(part))
    return fit(raw, Image)


async def inspect_network(docker: Docker, name: str) -> Network:
    """`docker network inspect`. Fails with `not_found`."""
    raw = await _ask(docker, f"/networks/{segment(name)}")
    containers: dict[str, dict[str, Any]] = raw.get("Containers") or {}
    raw["Containers"] = [{"ContainerID": one, **said} for one, said in containers.items()]
    return fit(raw, Network)


async def inspect_volume(docker: Docker, name: str) -> Volume:
    """`docker volume inspect`. Fails with `not_found`."""
    raw = await _ask(docker, f"/volumes/{segment(name)}")
    status: dict[str, Any] | None = raw.get("Status")
    raw["Status"] = None if status is None else list(status)
    return fit(raw, Volume)


async def image_history(docker: Docker, name: str) -> tuple[ImageHistoryResponseItem, ...]:
    """`docker image history`. Fails with `not_found`."""
    try:
        body = await docker.get(f"/images/{segment(name)}/history")
    except (DockerAway, DockerRefused) as error:
        raise refusal(error) from error
    return tuple(fit(one, ImageHistoryResponseItem) for one in decode(body, list[dict[str, Any]]))


def _with_lists(config: dict[str, Any] | None) -> dict[str, Any] | None:
    """Give a configuration with lists of keys where the engine has maps to nothing."""
    if config is None:
        return None
    return config | {key: list(config.get(key) or ()) for key in ("ExposedPorts", "Volumes")}


async def _ask(docker: Docker, path: str) -> dict[str, Any]:
    try:
        return decode(await docker.get(path), dict[str, Any])
    except (DockerAway, DockerRefused) as error:
        raise refusal(error) from error


def fit(raw: object, kind: type[T]) -> T:
    """Make `raw` a `kind`; a field that is null or does not fit takes its default or its type's empty value."""
    return msgspec.convert(_fit(raw, _info(kind)), kind, strict=False)


@cache
def _info(kind: type) -> inspect.Type:
    return inspect.type_info(kind)


def _fit(raw: Any, info: inspect.Type) -> Any:  # noqa: C901, PLR0911 - one case per kind of type
    match info:
        case inspect.Metadata():
            return _fit(raw, info.type)
        case inspect.UnionType():
            return _fit_union(raw, info)
        case inspect.StructType():
            return _fit_struct({**raw}, info) if isinstance(raw, dict) else _MISSING
        case inspect.VarTupleType() | inspect.ListType():
            items: list[Any] = [*raw] if isinstance(raw, list) else []
            fitted = (_fit(item, info.item_type) for item in items)
            return [item for item in fitted if item is not _MISSING]
        case inspect.DictType():
            pairs: dict[Any, Any] = {**raw} if isinstance(raw, dict) else {}
            values = {str(key): _fit(value, info.value_type) for key, value in pairs.items()}
            return {key: value for key, value in values.items() if value is not _MISSING}
        case inspect.EnumType():
            known = {one.value for one in info.cls}
            return raw if raw in known else "" if "" in known else _MISSING
        case inspect.StrType():
            return raw if isinstance(raw, str) else "" if raw is None else str(raw)
        case inspect.BoolType():
            return raw if isinstance(raw, bool) else _MISSING
        case inspect.IntType():
            return int(raw) if isinstance(raw, int | float) else _MISSING
        case inspect.FloatType():
            return float(raw) if isinstance(raw, int | float) else _MISSING
        case _:
            return raw


def _fit_union(raw: Any, info: inspect.UnionType) -> Any:
    if raw is None:
        return None if any(isinstance(one, inspect.NoneType) for one in info.types) else _MISSING
    for one in info.types:
        if not isinstance(one, inspect.NoneType):
            fitted = _fit(raw, one)
            if fitted is not _MISSING:
                return fitted
    return _MISSING


def _fit_struct(raw: dict[Any, Any], info: inspect.StructType) -> dict[str, Any]:
    fitted: dict[str, Any] = {}
    for field in info.fields:
        value = raw.get(field.encode_name, _MISSING)
        if value is not _MISSING:
            value = _fit(value, field.type) if value is not None else _empty(field)
        elif field.default is NODEFAULT and field.default_factory is NODEFAULT:
            value = _empty(field)
        if value is not _MISSING:
            fitted[field.encode_name] = value
        elif field.required:
            fitted[field.encode_name] = _zero(field.type)
    return fitted


def _empty(field: inspect.Field) -> Any:
    """Give what stands for null in a field: its default, or the empty value of its type."""
    if not field.required:
        return None if field.default is None else _MISSING
    return _zero(field.type)


def _zero(info: inspect.Type) -> Any:  # noqa: PLR0911 - one case per kind of type
    match info:
        case inspect.StrType():
            return ""
        case inspect.IntType() | inspect.FloatType():
            return 0
        case inspect.BoolType():
            return False
        case inspect.DictType():
            return {}
        case inspect.VarTupleType() | inspect.ListType():
            return []
        case inspect.EnumType():
            return next(
                (one.value for one in info.cls if one.value == ""), next(iter(info.cls)).value
            )
        case inspect.StructType():
            return _fit_struct({}, info)
        case inspect.UnionType():
            return None
        case _:
            return UNSET
