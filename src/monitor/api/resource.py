"""What all kinds of resource have in common on the wire: the document, the list item, the query."""

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType, field

from monitor.api.ids import Oid
from monitor.api.marks import Count, Lines
from monitor.api.target import ResourceKind


class TagQueryBehavior(StrEnum):
    """Whether a resource must have all tags of a query or any of them."""

    ALL = "All"
    ANY = "Any"


class TemplatesQueryBehavior(StrEnum):
    """Whether a list has the templates too, only other resources, or only templates."""

    INCLUDE = "Include"
    EXCLUDE = "Exclude"
    ONLY = "Only"


class PermissionLevel(StrEnum):
    """What somebody may do with a resource; each level includes those before it."""

    NONE = "None"
    READ = "Read"
    EXECUTE = "Execute"
    WRITE = "Write"


class SpecificPermission(StrEnum):
    """A right apart from the levels."""

    TERMINAL = "Terminal"
    ATTACH = "Attach"
    """Use it in the config of another resource."""
    INSPECT = "Inspect"
    LOGS = "Logs"
    PROCESSES = "Processes"


class PermissionLevelAndSpecifics(Struct, frozen=True, kw_only=True):
    """A level and the rights beside it. Also accepted as the level's name alone."""

    level: PermissionLevel = PermissionLevel.NONE
    specific: tuple[SpecificPermission, ...] = ()


class MaintenanceScheduleType(StrEnum):
    """How often a maintenance window comes."""

    DAILY = "Daily"
    WEEKLY = "Weekly"
    ONE_TIME = "OneTime"


class MaintenanceWindow(Struct, frozen=True, kw_only=True):
    """A time in which a resource sends no alerts."""

    name: str
    description: str = ""
    schedule_type: MaintenanceScheduleType = MaintenanceScheduleType.DAILY
    day_of_week: str = ""
    """For weekly ones, such as `Monday`."""
    date: str = ""
    """For one-time ones, `2026-12-31`."""
    hour: Annotated[int, Meta(ge=0, le=23)] = 0
    minute: Annotated[int, Meta(ge=0, le=59)] = 0
    duration_minutes: Count
    timezone: str = ""
    """An IANA name; empty for Core's."""
    enabled: bool = True


ConfigT = TypeVar("ConfigT")
InfoT = TypeVar("InfoT")
SpecificsT = TypeVar("SpecificsT")


class Resource(Struct, Generic[ConfigT, InfoT], frozen=True, kw_only=True):
    """A resource as stored and answered: what its users configure, and what Monitor keeps about it."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    name: str
    description: str = ""
    template: bool = False
    """To make others from; not meant to run."""
    tags: tuple[str, ...] = ()
    """Ids."""
    info: InfoT
    config: ConfigT
    base_permission: PermissionLevelAndSpecifics = PermissionLevelAndSpecifics()
    """What every user may do with it."""
    updated_at: int = 0
    """Unix milliseconds."""
    owner: str | None = None
    """Id of the user who made it or changed its config last: what it does by itself is done with their rights. Ours."""

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid


class ResourceListItem(Struct, Generic[InfoT], frozen=True, kw_only=True):
    """A resource in a list: `info` is computed from what is known of its state now."""

    id: str
    type: ResourceKind
    name: str
    template: bool
    tags: tuple[str, ...]
    info: InfoT


class ResourceQuery(Struct, Generic[SpecificsT], frozen=True, kw_only=True):
    """Which resources to list. An empty list filters nothing."""

    terms: Lines = ()
    """Each must be in the name, whatever its case."""
    names: Lines = ()
    """Names or ids."""
    tags: Lines = ()
    """Names or ids."""
    tag_behavior: TagQueryBehavior = TagQueryBehavior.ALL
    templates: TemplatesQueryBehavior = TemplatesQueryBehavior.INCLUDE
    specific: SpecificsT | None = None
