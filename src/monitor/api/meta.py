"""."""

from monitor.api.base import Write
from monitor.api.target import ResourceTarget
from monitor.api.values import NoData


class UpdateResourceMeta(Write[NoData], frozen=True, kw_only=True):
    """."""

    target: ResourceTarget
    description: str | None = None
    template: bool | None = None
    tags: tuple[str, ...] | None = None


REQUESTS = (UpdateResourceMeta,)
