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


class ExportAllResourcesToToml(Read[TomlResponse], frozen=True, kw_only=True):
    """All resources you may read as TOML, those of a kind by name; secret variables as you see them elsewhere."""

    include_resources: bool = True
    tags: tuple[str, ...] = ()
    """Ids or names: only what has all of them."""
    include_variables: bool = False
    include_user_groups: bool = False
    """Groups are not built yet: nothing."""


REQUESTS = (ExportResourcesToToml, ExportAllResourcesToToml)
