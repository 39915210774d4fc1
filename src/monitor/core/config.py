"""Core's settings: a TOML file, each overridden by `MONITOR_<KEY>`, secrets also by `MONITOR_<KEY>_FILE`.

`KOMODO_<KEY>` is accepted where `MONITOR_<KEY>` is not given, with a warning.
"""

import os
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from monitor import settings
from monitor.api.values import Timelength


class AccountSettings(Struct, frozen=True, kw_only=True):
    """An account at a git provider or an image registry."""

    username: str
    token: str = ""

    def __repr__(self) -> str:
        """Leave the token out."""
        return f"<AccountSettings {self.username}>"


class GitProviderSettings(Struct, frozen=True, kw_only=True):
    """A git provider and the accounts there."""

    domain: str = "github.com"
    https: bool = True
    accounts: tuple[AccountSettings, ...] = ()


class ImageRegistrySettings(Struct, frozen=True, kw_only=True):
    """An image registry and the accounts there."""

    domain: str = "docker.io"
    accounts: tuple[AccountSettings, ...] = ()
    organizations: tuple[str, ...] = ()


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that can be set, with its default."""

    title: str = "Monitor"
    """Shown in browser tabs and in the heading."""
    host: str = "http://localhost:9120"
    """The address users reach Core at; webhooks and log-in redirects are made from it."""
    bind_ip: str = "127.0.0.1"
    """The address Core listens on; `[::]` or `0.0.0.0` for all."""
    port: int = 9120
    """The port Core listens on."""
    data_dir: str = ".data"
    """All that is to survive lies under it: database, keys, output, backups."""
    ui_dir: str = ""
    """Where the built UI lies; found beside the program when empty."""
    encryption_key: str = ""
    """32 bytes as base64 or hex; `<data>/keys/encryption` is made when empty."""
    init_admin_username: str = ""
    """With a password: the administrator made at the first start."""
    init_admin_password: str = ""
    """That administrator's password; not needed after the first start."""
    first_server_name: str = "local"
    """The name of the server that an agent beside Core gets."""
    first_server_public_key: str = ""
    """That agent's public key: with it the server is made at the first start."""
    local_auth: bool = True
    """Whether users log in by name and password."""
    disable_user_registration: bool = False
    """Whether only administrators make users. The first user can always sign up."""
    enable_new_users: bool = False
    """Whether those who sign up after the first can do anything before an administrator enables them."""
    disable_non_admin_create: bool = False
    """Whether only administrators create resources and tags."""
    transparent_mode: bool = False
    """Whether every user may read every resource."""
    ui_write_disabled: bool = False
    """Told to clients: their pages then change no resource. The API still does."""
    disable_confirm_dialog: bool = False
    """Told to clients: their pages then ask nothing before an action."""
    jwt_ttl_hours: int = 24
    """How long a session lasts after it was last used."""
    min_password_length: int = 8
    """How many characters a new password has at least."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks (CIDR) whose `X-Forwarded-For` and `X-Forwarded-Proto` count."""
    timezone: str = ""
    """IANA name; the browser's own when empty."""
    keep_output_days: int = 90
    """Output of runs is deleted after so many days; 0 keeps it."""
    keep_updates_days: int = 0
    """Records of what was done are deleted after so many days; 0 keeps them."""
    keep_alerts_days: int = 90
    """Alerts that are over are deleted after so many days; 0 keeps them."""
    resource_poll_interval: Timelength = Timelength.HOURS_1
    """How often the newest commits and Dockerfiles of builds and repos are read again."""
    max_body_bytes: int = 8 * 1024 * 1024
    """The largest request that is read."""
    sockets_per_user: int = 64
    """How many sockets (browser tabs and programs) one user may have open."""
    logging_level: str = "info"
    """debug, info, warning or error."""
    logging_json: bool = False
    """Whether each line of the log is a JSON object."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Values for `[[NAME]]` that nobody can read in Monitor: the table `[secrets]` with `NAME = "value"`."""
    git_providers: tuple[GitProviderSettings, ...] = ()
    """Tables `[[git_providers]]` with `domain`, `https` and `accounts = [{ username = "", token = "" }]`."""
    image_registries: tuple[ImageRegistrySettings, ...] = ()
    """Tables `[[image_registries]]` with `domain`, `accounts` as above, and `organizations`."""
    webhook_secret: str = ""
    """What git providers sign webhooks with, for builds and repos without a secret of their own; none when empty."""
    webhook_base_url: str = ""
    """The address webhooks are sent to, where it is not `host`."""
    webhook_build_busy: Literal["cancel", "wait"] = "cancel"
    """What a push does to a build that runs: `cancel` it and build anew, or `wait` until it has ended."""


SECRET = frozenset(
    {
        "encryption_key",
        "init_admin_password",
        "secrets",
        "git_providers",
        "image_registries",
        "webhook_secret",
    }
)
"""Those that may also come from a file."""

_OLDER = {
    "git_provider": "git_providers",
    "image_registry": "image_registries",
    "docker_registry": "image_registries",
    "docker_registries": "image_registries",
}
"""Names that Komodo's files have for some."""


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Core's settings from `MONITOR_CONFIG_PATH` and the environment. Raises BadSettings."""
    return settings.load(Settings, "MONITOR", environ, secret=SECRET, older=_OLDER)
