"""What users change of any resource apart from its config and name."""

from monitor.api.base import Write
from monitor.api.target import ResourceTarget
from monitor.api.values import NoData


class UpdateResourceMeta(Write[NoData], frozen=True, kw_only=True):
    """Changes a resource's description, tags, or whether it is a template. Needs Write on it."""

    target: ResourceTarget
    description: str | None = None
    template: bool | None = None
    tags: tuple[str, ...] | None = None
    """All tags it shall have, by id or name; names that there are not become new tags."""


REQUESTS = (UpdateResourceMeta,)
