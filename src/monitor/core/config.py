"""Core's settings: a TOML file, each overridden by `MONITOR_<KEY>`, secrets also by `MONITOR_<KEY>_FILE`.

`KOMODO_<KEY>` is accepted where `MONITOR_<KEY>` is not given, with a warning.
"""

import logging
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

log = logging.getLogger(__name__)


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that can be set, with its default."""

    title: str = "Monitor"
    """Shown in browser tabs and in the heading."""
    host: str = "http://localhost:9120"
    """The address users reach Core at; webhooks and log-in redirects are made from it."""
    bind_ip: str = "127.0.0.1"
    """The address Core listens on; `[::]` or `0.0.0.0` for all."""
    port: int = 9120
    data_dir: str = ".data"
    """All that is to survive lies under it: database, keys, output, backups."""
    ui_dir: str = ""
    """Where the built UI lies; found beside the program when empty."""
    encryption_key: str = ""
    """32 bytes as base64 or hex; `<data>/keys/encryption` is made when empty."""
    init_admin_username: str = ""
    """With a password: the administrator made at the first start."""
    init_admin_password: str = ""
    first_server_name: str = "local"
    """The name of the server that an agent beside Core gets."""
    first_server_public_key: str = ""
    """That agent's public key: with it the server is made at the first start."""
    local_auth: bool = True
    disable_user_registration: bool = False
    enable_new_users: bool = False
    """Whether those who sign up after the first can do anything before an administrator enables them."""
    disable_non_admin_create: bool = False
    transparent_mode: bool = False
    """Whether every user may read every resource."""
    ui_write_disabled: bool = False
    disable_confirm_dialog: bool = False
    jwt_ttl_hours: int = 24
    """How long a session lasts after it was last used."""
    min_password_length: int = 8
    trusted_proxies: tuple[str, ...] = ()
    """Networks (CIDR) whose `X-Forwarded-For` and `X-Forwarded-Proto` count."""
    cors_allowed_origins: tuple[str, ...] = ()
    timezone: str = ""
    """IANA name; the browser's own when empty."""
    keep_output_days: int = 90
    """Output of runs is deleted after so many days; 0 keeps it."""
    keep_updates_days: int = 0
    """Records of what was done are deleted after so many days; 0 keeps them."""
    max_body_bytes: int = 8 * 1024 * 1024
    sockets_per_user: int = 64
    logging_level: str = "info"
    """debug, info, warning or error."""
    logging_json: bool = False


_SECRET = frozenset({"encryption_key", "init_admin_password"})


class BadSettings(Exception):
    """A setting can't be; the message names it and never holds its value."""


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the file `MONITOR_CONFIG_PATH` (if given) and the environment. Raises BadSettings."""
    values: dict[str, Any] = {}
    path = environ.get("MONITOR_CONFIG_PATH") or environ.get("KOMODO_CONFIG_PATH")
    if path:
        values.update(_from_file(Path(path)))
    for field in msgspec.structs.fields(Settings):
        text = _from_environment(field.name, environ)
        if text is not None:
            values[field.name] = _split(text) if field.type == tuple[str, ...] else text
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
    for prefix in ("MONITOR", "KOMODO"):
        text = environ.get(f"{prefix}_{key}")
        file = environ.get(f"{prefix}_{key}_FILE")
        if text is None and file and name in _SECRET:
            text = Path(file).read_text().strip()
        if text is not None:
            if prefix == "KOMODO":
                log.warning("KOMODO_%s is read as MONITOR_%s: please rename it", key, key)
            return text
    return None


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
