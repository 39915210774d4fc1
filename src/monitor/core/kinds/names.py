"""Names of resources: what is allowed, by what the name is used for."""

import re

from monitor.api.ids import is_id
from monitor.core.errors import invalid

_NOT_CONTAINER = re.compile(r"[^a-zA-Z0-9_.-]")
_NOT_IMAGE = re.compile(r"[^a-z0-9_-]")
_OBJECT = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}")
_IMAGE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.:/@-]{0,511}")


def general(name: str) -> str:
    """Any text on one line. Raises 400 for an empty name, one that looks like an id, or over 200 characters."""
    cleaned = "_".join(name.strip().split("\n"))
    if not cleaned:
        raise invalid("A name can't be empty")
    if is_id(cleaned):
        raise invalid("A name can't be 24 hex digits, because ids are")
    if len(cleaned) > 200:  # noqa: PLR2004 - said in the message
        raise invalid("A name can't be longer than 200 characters")
    if any(ord(character) < 32 or ord(character) == 127 for character in cleaned):  # noqa: PLR2004
        raise invalid("A name can't hold control characters")
    return cleaned


def container(name: str) -> str:
    """A name Docker accepts for a container: letters, digits, `_.-`, the first a letter or digit."""
    cleaned = _NOT_CONTAINER.sub("_", general(name)).lstrip("_.-")
    if not cleaned:
        raise invalid("A name needs a letter or a digit")
    return general(cleaned)


def image(name: str) -> str:
    """A name for an image: lower case letters, digits and `_-`, the first a letter or digit; others become `_`."""
    cleaned = _NOT_IMAGE.sub("_", general(name).lower()).lstrip("_-")
    if not cleaned:
        raise invalid("A name needs a letter or a digit")
    return general(cleaned)


def folder(name: str) -> str:
    """A name that is one folder's: without spaces and slashes, and not hidden."""
    cleaned = re.sub(r"[\s/\\]", "_", general(name)).lstrip(".-")
    if not cleaned:
        raise invalid("A name needs more than dots")
    return general(cleaned)


def of_object(name: str) -> str:
    """The name or id of a container, network or volume that there may be. Raises 400 for what can be none."""
    if _OBJECT.fullmatch(name) is None:
        raise invalid(f"{name[:100]!r} is no name of a container, network or volume")
    return name


def of_image(name: str) -> str:
    """The name or id of an image that there may be. Raises 400 for what can be none."""
    if _IMAGE.fullmatch(name) is None or ".." in name or "//" in name:
        raise invalid(f"{name[:100]!r} is no name of an image")
    return name
