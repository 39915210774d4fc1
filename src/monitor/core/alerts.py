"""Alerts as they are stored."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from monitor.api.alert import Alert, SeverityLevel
from monitor.api.alert_data import AlertData
from monitor.api.ids import Oid, new_id
from monitor.api.target import ResourceTarget
from monitor.core.store.protocol import CollectionSpec, Duplicate, StoreError, parse_filter

if TYPE_CHECKING:
    from monitor.core.context import Services
    from monitor.core.store.protocol import Store

log = logging.getLogger(__name__)

_EVERY_SECONDS = 3600.0
_DAY_MS = 86_400_000
_AT_ONCE = 200

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


async def prune_alerts(store: Store, before_ms: int) -> int:
    """Forget alerts that were over before; answers how many."""
    alerts = store.collection(ALERTS)
    old = parse_filter({"resolved": True, "resolved_ts": {"$lt": before_ms}}, Alert)
    count = 0
    while rows := await alerts.find(old, limit=_AT_ONCE):
        for row in rows:
            await alerts.delete(row.id)
        count += len(rows)
    return count


async def keep_pruning_alerts(app: Services) -> None:
    """Forget old alerts each hour, for ever."""
    days = app.settings.keep_alerts_days
    while days > 0:
        try:
            count = await prune_alerts(app.store, app.now() - days * _DAY_MS)
        except StoreError:
            log.exception("old alerts could not be pruned")
        else:
            if count:
                log.info("pruned %d alerts", count)
        await asyncio.sleep(_EVERY_SECONDS)
