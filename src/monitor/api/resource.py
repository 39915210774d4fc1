"""What all kinds of resource have in common on the wire: the document, the list item, the query."""

from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.ids import Oid
from monitor.api.marks import Lines
from monitor.api.target import ResourceKind


class TagQueryBehavior(StrEnum):
    """."""

    ALL = "All"
    ANY = "Any"


class TemplatesQueryBehavior(StrEnum):
    """."""

    INCLUDE = "Include"
    EXCLUDE = "Exclude"
    ONLY = "Only"


class PermissionLevel(StrEnum):
    """."""

    NONE = "None"
    READ = "Read"
    EXECUTE = "Execute"
    WRITE = "Write"


class SpecificPermission(StrEnum):
    """."""

    TERMINAL = "Terminal"
    ATTACH = "Attach"
    INSPECT = "Inspect"
    LOGS = "Logs"
    PROCESSES = "Processes"


class PermissionLevelAndSpecifics(Struct, frozen=True, kw_only=True):
    """."""

    level: PermissionLevel = PermissionLevel.NONE
    specific: tuple[SpecificPermission, ...] = ()


class MaintenanceScheduleType(StrEnum):
    """."""

    DAILY = "Daily"
    WEEKLY = "Weekly"
    ONE_TIME = "OneTime"


class MaintenanceWindow(Struct, frozen=True, kw_only=True):
    """."""

    name: str
    description: str = ""
    schedule_type: MaintenanceScheduleType = MaintenanceScheduleType.DAILY
    day_of_week: str = ""
    date: str = ""
    hour: int = 0
    minute: int = 0
    duration_minutes: int
    timezone: str = ""
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
    tags: tuple[str, ...] = ()
    info: InfoT
    config: ConfigT
    base_permission: PermissionLevelAndSpecifics = PermissionLevelAndSpecifics()
    updated_at: int = 0

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
    names: Lines = ()
    tags: Lines = ()
    tag_behavior: TagQueryBehavior = TagQueryBehavior.ALL
    templates: TemplatesQueryBehavior = TemplatesQueryBehavior.INCLUDE
    specific: SpecificsT | None = None
