"""How programs read their settings: a TOML file, each overridden by the environment, secrets also from files."""

import logging
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_origin

import msgspec
from msgspec import Struct

log = logging.getLogger(__name__)

SettingsT = TypeVar("SettingsT", bound=Struct)

_OLD_PREFIX = "KOMODO"


class BadSettings(Exception):
    """A setting can't be; the message names it and never holds its value."""


def load(
    type_: type[SettingsT],
    prefix: str,
    environ: Mapping[str, str],
    *,
    secret: Collection[str] = (),
    older: Mapping[str, str] = MappingProxyType({}),
) -> SettingsT:
    """Settings from the file `<prefix>_CONFIG_PATH` (if given), each overridden by `<prefix>_<KEY>`.

    Fields in `secret` may also come from the file that `<prefix>_<KEY>_FILE` names. `KOMODO_<KEY>` is accepted where
    ours is not given, with a warning, and in the file the names in `older`. Lists are comma separated, tables are
    JSON. Raises BadSettings.
    """
    path = environ.get(f"{prefix}_CONFIG_PATH") or environ.get(f"{_OLD_PREFIX}_CONFIG_PATH")
    values = _from_toml(Path(path)) if path else {}
    for name in older.keys() & values.keys():
        values.setdefault(older[name], values.pop(name))
    for field in msgspec.structs.fields(type_):
        text = _from_environment(field.name, prefix, environ, from_file=field.name in secret)
        if text is not None:
            values[field.name] = _value(field.name, field.type, text)
    try:
        return msgspec.convert(values, type_, strict=False)
    except msgspec.ValidationError as error:
        raise BadSettings(f"A setting can't be: {error}") from None


def _from_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"{path} can't be read: {error}") from error


def _from_environment(
    name: str, prefix: str, environ: Mapping[str, str], *, from_file: bool
) -> str | None:
    key = name.upper()
    for start in (prefix, _OLD_PREFIX):
        text = environ.get(f"{start}_{key}")
        file = environ.get(f"{start}_{key}_FILE")
        if text is None and file and from_file:
            text = _secret(Path(file), f"{start}_{key}_FILE")
        if text is not None:
            if start == _OLD_PREFIX:
                log.warning("%s_%s is read as %s_%s: please rename it", start, key, prefix, key)
            return text
    return None


def _secret(path: Path, key: str) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise BadSettings(f"{key} can't be read: {error.strerror}") from error


def _value(name: str, type_: Any, text: str) -> Any:
    """A value from text: as it is, a list by its commas, tables from JSON."""
    origin: Any = get_origin(type_)
    if type_ == tuple[str, ...]:
        return _split(text)
    if origin not in (tuple, dict):
        return text
    try:
        return msgspec.json.decode(text or ("{}" if origin is dict else "[]"))
    except msgspec.DecodeError:
        raise BadSettings(f"{name} can't be: expected JSON") from None


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
