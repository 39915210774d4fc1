"""Resources as TOML, the form that resource syncs read."""

from msgspec import Struct

from monitor.api.base import Read
from monitor.api.target import ResourceTarget


class TomlResponse(Struct, frozen=True, kw_only=True):
    """A TOML document."""

    toml: str


class ExportResourcesToToml(Read[TomlResponse], frozen=True, kw_only=True):
    """The given resources as TOML, names in place of ids; what you may not read is left out."""

    targets: tuple[ResourceTarget, ...] = ()
    user_groups: tuple[str, ...] = ()
    """Ids or names."""
    include_variables: bool = False


REQUESTS = (ExportResourcesToToml,)
