"""The agent's settings: a TOML file, each overridden by `PERIPHERY_<KEY>`, secrets also by `PERIPHERY_<KEY>_FILE`.

`KOMODO_<KEY>` is accepted where `PERIPHERY_<KEY>` is not given, with a warning.
"""

import os
import platform
from collections.abc import Mapping

from msgspec import Struct, structs

from monitor import settings


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
    """Whether any TLS certificate of Core's address will do; the link is sealed by itself."""
    bind_ip: str = ""
    """The address the agent listens on; all when empty."""
    port: int = 8120
    """The port the agent listens on."""
    allowed_ips: tuple[str, ...] = ()
    """Addresses and networks (CIDR) Core may come from; all when empty."""
    docker_host: str = ""
    """Where Docker is read; `DOCKER_HOST` or its usual socket when empty."""
    include_disk_mounts: tuple[str, ...] = ()
    """Mounts that are measured; all disks when empty."""
    exclude_disk_mounts: tuple[str, ...] = ()
    """Mounts that are not measured."""
    allowed_dirs: tuple[str, ...] = ()
    """Folders besides the agent's own in which Core may keep clones and build from files."""
    disable_terminals: bool = False
    """Whether Core is refused terminals on this machine."""
    disable_container_terminals: bool = False
    """Whether Core is refused terminals in containers."""
    logging_level: str = "info"
    """debug, info, warning or error."""

    def __repr__(self) -> str:
        """Leave the keys out."""
        return f"<Settings of {self.connect_as or 'an agent'}>"

    @property
    def name(self) -> str:
        """The name this server goes by."""
        return self.connect_as or platform.node() or "server"


SECRET = frozenset({"onboarding_key", "private_key", "core_public_keys"})
"""Those that may also come from a file."""


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The agent's settings from `PERIPHERY_CONFIG_PATH` and the environment. Raises BadSettings."""
    loaded = settings.load(Settings, "PERIPHERY", environ, secret=SECRET)
    if loaded.docker_host:
        return loaded
    return structs.replace(loaded, docker_host=environ.get("DOCKER_HOST", ""))
