"""Alerts as they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.api.alert import Alert, SeverityLevel
from monitor.api.alert_data import AlertData
from monitor.api.ids import Oid, new_id
from monitor.api.target import ResourceTarget
from monitor.core.store.protocol import CollectionSpec, Duplicate

if TYPE_CHECKING:
    from monitor.core.context import Services

ALERTS = CollectionSpec(
    "alerts",
    Alert,
    indexes=(("ts",), ("resolved", "ts"), ("target.type", "target.id", "ts")),
)


async def record_alert(
    app: Services,
    level: SeverityLevel,
    target: ResourceTarget,
    data: AlertData,
    *,
    resolved: bool = True,
    id: str | None = None,
) -> str:
    """Store an alert, and answer its id. The same `id` again stores nothing: what is stored stays."""
    now = app.now()
    identity = id or new_id()
    alert = Alert(
        oid=Oid(identity),
        ts=now,
        resolved=resolved,
        level=level,
        target=target,
        data=data,
        resolved_ts=now if resolved else None,
    )
    try:
        await app.store.collection(ALERTS).insert(alert)
    except Duplicate as error:
        if error.field != "_id":
            raise
    return identity
