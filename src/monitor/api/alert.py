"""Alerts: what went wrong, or was worth telling, and whether it is over."""

from enum import StrEnum
from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.alert_data import AlertData
from monitor.api.base import Read, Write
from monitor.api.ids import Oid
from monitor.api.marks import Count
from monitor.api.target import ResourceTarget
from monitor.api.values import NoData


class SeverityLevel(StrEnum):
    """How bad it is."""

    OK = "OK"
    WARNING = "WARNING"
    CRITICAL = "CRITICAL"


class Alert(Struct, frozen=True, kw_only=True):
    """One thing that went wrong, or was worth telling."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    ts: int
    """When it began, in unix milliseconds."""
    resolved: bool
    """Whether it is over."""
    level: SeverityLevel
    target: ResourceTarget
    data: AlertData
    resolved_ts: int | None = None
    """When it was over; null while it is not."""

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid


class ListAlertsResponse(Struct, frozen=True, kw_only=True):
    """A page of alerts, newest first; `next_page` is null on the last."""

    alerts: tuple[Alert, ...]
    next_page: int | None = None


class GetAlert(Read[Alert], frozen=True, kw_only=True):
    """One alert. 404 if there is none, or none about what you may see."""

    id: str


class ListAlerts(Read[ListAlertsResponse], frozen=True, kw_only=True):
    """Alerts about what you may read, newest first, 100 a page.

    `query` is a MongoDB filter on an alert's fields, such as `{"resolved": false}`; 400 where it names a field or an
    operator that there is not.
    """

    query: dict[str, Any] | None = None
    page: Count = 0


class CloseAlert(Write[NoData], frozen=True, kw_only=True):
    """Says that an alert is over. 404 if there is none. Administrators only."""

    id: str


REQUESTS = (
    GetAlert,
    ListAlerts,
    CloseAlert,
)
