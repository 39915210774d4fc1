"""The agent's settings: a TOML file, each overridden by `PERIPHERY_<KEY>`, secrets also by `PERIPHERY_<KEY>_FILE`.

`KOMODO_<KEY>` is accepted where `PERIPHERY_<KEY>` is not given, with a warning.
"""

import logging
import os
import platform
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

log = logging.getLogger(__name__)


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that can be set, with its default."""

    root_dir: str = "/etc/monitor"
    """All the agent writes is under it."""
    connect_as: str = ""
    """The name this server has in Core when the agent dials; the host's name when empty."""
    core_address: str = ""
    """Core's address (`https://monitor.example.com`); with it the agent dials, else it waits for Core."""
    core_public_keys: tuple[str, ...] = ()
    """Keys of the Cores that may use this agent."""
    onboarding_key: str = ""
    """`mon1.…` from Core's onboarding page, for the first contact."""
    private_key: str = ""
    """The agent's own key, base64; `<root>/keys/periphery.key` is made when empty."""
    core_tls_insecure_skip_verify: bool = False
    bind_ip: str = ""
    """The address the agent listens on; all when empty."""
    port: int = 8120
    allowed_ips: tuple[str, ...] = ()
    """Addresses and networks (CIDR) Core may come from; all when empty."""
    docker_host: str = ""
    """Where Docker is read; `DOCKER_HOST` or its usual socket when empty."""
    include_disk_mounts: tuple[str, ...] = ()
    exclude_disk_mounts: tuple[str, ...] = ()
    disable_terminals: bool = False
    disable_container_terminals: bool = False
    logging_level: str = "info"
    """debug, info, warning or error."""

    def __repr__(self) -> str:
        """Leave the keys out."""
        return f"<Settings of {self.connect_as or 'an agent'}>"

    @property
    def name(self) -> str:
        """The name this server goes by."""
        return self.connect_as or platform.node() or "server"


_SECRET = frozenset({"onboarding_key", "private_key", "core_public_keys"})


class BadSettings(Exception):
    """A setting can't be; the message names it and never holds its value."""


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the file `PERIPHERY_CONFIG_PATH` (if given) and the environment. Raises BadSettings."""
    values: dict[str, Any] = {}
    path = environ.get("PERIPHERY_CONFIG_PATH") or environ.get("KOMODO_CONFIG_PATH")
    if path:
        values.update(_from_file(Path(path)))
    for field in msgspec.structs.fields(Settings):
        text = _from_environment(field.name, environ)
        if text is not None:
            values[field.name] = _split(text) if field.type == tuple[str, ...] else text
    if not values.get("docker_host"):
        values["docker_host"] = environ.get("DOCKER_HOST", "")
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadSettings(f"A setting can't be: {error}") from None


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"{path} can't be read: {error}") from error


def _from_environment(name: str, environ: Mapping[str, str]) -> str | None:
    key = name.upper()
    for prefix in ("PERIPHERY", "KOMODO"):
        text = environ.get(f"{prefix}_{key}")
        file = environ.get(f"{prefix}_{key}_FILE")
        if text is None and file and name in _SECRET:
            text = _secret(Path(file), f"{prefix}_{key}_FILE")
        if text is not None:
            if prefix == "KOMODO":
                log.warning("KOMODO_%s is read as PERIPHERY_%s: please rename it", key, key)
            return text
    return None


def _secret(path: Path, key: str) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise BadSettings(f"{key} can't be read: {error.strerror}") from error


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
