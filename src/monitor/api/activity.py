"""."""

from typing import Any

from monitor.api.base import Read
from monitor.api.update import ListUpdatesResponse, Update


class GetUpdate(Read[Update], frozen=True, kw_only=True):
    """."""

    id: str


class ListUpdates(Read[ListUpdatesResponse], frozen=True, kw_only=True):
    """."""

    query: dict[str, Any] | None = None
    page: int = 0
