"""Forgets old output and old Updates."""

import asyncio
import logging

from monitor.api.update import UpdateStatus
from monitor.core.runs.live import now_ms
from monitor.core.runs.records import UPDATES, UpdateRecord
from monitor.core.store.protocol import Store, StoreError, parse_filter

log = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0
_DAY_MS = 86_400_000
_AT_ONCE = 200


async def prune(store: Store, *, keep_output_days: int, keep_updates_days: int) -> tuple[int, int]:
    """Forget what is older; 0 days keeps it for ever. Answers how many outputs and Updates went."""
    now = now_ms()
    outputs = updates = 0
    if keep_updates_days > 0:
        updates = await _prune_updates(store, now - keep_updates_days * _DAY_MS)
    if keep_output_days > 0:
        outputs = await store.output.prune(now - keep_output_days * _DAY_MS)
    return outputs, updates


async def _prune_updates(store: Store, before_ms: int) -> int:
    updates = store.collection(UPDATES)
    old = parse_filter(
        {"start_ts": {"$lt": before_ms}, "status": UpdateStatus.COMPLETE.value}, UpdateRecord
    )
    count = 0
    while rows := await updates.find(old, sort=(("start_ts", 1),), limit=_AT_ONCE):
        for row in rows:
            await store.output.delete(row.id)
            await updates.delete(row.id)
        count += len(rows)
    return count


async def keep_pruning(store: Store, *, keep_output_days: int, keep_updates_days: int) -> None:
    """Prune each hour, for ever."""
    while True:
        try:
            outputs, updates = await prune(
                store, keep_output_days=keep_output_days, keep_updates_days=keep_updates_days
            )
        except StoreError:
            log.exception("old updates could not be pruned")
        else:
            if outputs or updates:
                log.info("pruned the output of %d updates, and %d updates", outputs, updates)
        await asyncio.sleep(EVERY_SECONDS)
