"""Tags: coloured labels that resources carry, to filter by."""

from enum import StrEnum
from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.base import Read, Target, Write
from monitor.api.ids import Oid


class TagColor(StrEnum):
    """A tag's colour."""

    LIGHT_SLATE = "LightSlate"
    SLATE = "Slate"
    DARK_SLATE = "DarkSlate"
    LIGHT_RED = "LightRed"
    RED = "Red"
    DARK_RED = "DarkRed"
    LIGHT_ORANGE = "LightOrange"
    ORANGE = "Orange"
    DARK_ORANGE = "DarkOrange"
    LIGHT_AMBER = "LightAmber"
    AMBER = "Amber"
    DARK_AMBER = "DarkAmber"
    LIGHT_YELLOW = "LightYellow"
    YELLOW = "Yellow"
    DARK_YELLOW = "DarkYellow"
    LIGHT_LIME = "LightLime"
    LIME = "Lime"
    DARK_LIME = "DarkLime"
    LIGHT_GREEN = "LightGreen"
    GREEN = "Green"
    DARK_GREEN = "DarkGreen"
    LIGHT_EMERALD = "LightEmerald"
    EMERALD = "Emerald"
    DARK_EMERALD = "DarkEmerald"
    LIGHT_TEAL = "LightTeal"
    TEAL = "Teal"
    DARK_TEAL = "DarkTeal"
    LIGHT_CYAN = "LightCyan"
    CYAN = "Cyan"
    DARK_CYAN = "DarkCyan"
    LIGHT_SKY = "LightSky"
    SKY = "Sky"
    DARK_SKY = "DarkSky"
    LIGHT_BLUE = "LightBlue"
    BLUE = "Blue"
    DARK_BLUE = "DarkBlue"
    LIGHT_INDIGO = "LightIndigo"
    INDIGO = "Indigo"
    DARK_INDIGO = "DarkIndigo"
    LIGHT_VIOLET = "LightViolet"
    VIOLET = "Violet"
    DARK_VIOLET = "DarkViolet"
    LIGHT_PURPLE = "LightPurple"
    PURPLE = "Purple"
    DARK_PURPLE = "DarkPurple"
    LIGHT_FUCHSIA = "LightFuchsia"
    FUCHSIA = "Fuchsia"
    DARK_FUCHSIA = "DarkFuchsia"
    LIGHT_PINK = "LightPink"
    PINK = "Pink"
    DARK_PINK = "DarkPink"
    LIGHT_ROSE = "LightRose"
    ROSE = "Rose"
    DARK_ROSE = "DarkRose"


class Tag(Struct, frozen=True, kw_only=True):
    """A tag."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    name: str
    owner: str = ""
    """Id of the user who made it."""
    color: TagColor = TagColor.SLATE

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid


class GetTag(Read[Tag], frozen=True, kw_only=True):
    """One tag. 404 if there is none."""

    tag: Target


class ListTags(Read[tuple[Tag, ...]], frozen=True, kw_only=True):
    """All tags, by name. `query` is a MongoDB filter on a tag's fields."""

    query: dict[str, Any] | None = None


class CreateTag(Write[Tag], frozen=True, kw_only=True):
    """Creates a tag that you own. 409 if the name is taken."""

    name: str
    color: TagColor | None = None


class DeleteTag(Write[Tag], frozen=True, kw_only=True):
    """Deletes a tag and takes it off all resources. Its owner and administrators may."""

    id: str


class RenameTag(Write[Tag], frozen=True, kw_only=True):
    """Renames a tag. Its owner and administrators may. 409 if the name is taken."""

    id: str
    name: str


class UpdateTagColor(Write[Tag], frozen=True, kw_only=True):
    """Changes a tag's colour. Its owner and administrators may."""

    tag: str
    color: TagColor


REQUESTS = (
    GetTag,
    ListTags,
    CreateTag,
    DeleteTag,
    RenameTag,
    UpdateTagColor,
)
