"""How the newest run of a build or repo ended, kept in memory; runs that were cancelled do not count."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Operation, Outcome, UpdateListItem, UpdateStatus
from monitor.core.runs.records import UPDATES, UpdateRecord
from monitor.core.store.protocol import Filter, parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.store.protocol import Store

COUNTED: dict[ResourceKind, frozenset[Operation]] = {
    ResourceKind.BUILD: frozenset({Operation.RUN_BUILD}),
    ResourceKind.REPO: frozenset({Operation.CLONE_REPO, Operation.PULL_REPO, Operation.BUILD_REPO}),
}
"""Whose runs are counted, and which."""


class Newest:
    """Which builds and repos failed last. Filled once from the store, then told of each Update that changes."""

    def __init__(self) -> None:
        self._failed: dict[ResourceTarget, tuple[int, bool]] = {}

    def failed(self, target: ResourceTarget) -> bool:
        """Whether the newest run that was not cancelled failed."""
        return self._failed.get(target, (0, False))[1]

    def note(self, item: UpdateListItem) -> bool:
        """Take an Update as it is now; whether it counted."""
        if (
            item.status is not UpdateStatus.COMPLETE
            or item.outcome is Outcome.CANCELLED
            or item.operation not in COUNTED.get(item.target.type, ())
        ):
            return False
        before, _ = self._failed.get(item.target, (0, False))
        if item.start_ts >= before:
            self._failed[item.target] = (item.start_ts, not item.success)
        return True

    async def load(self, store: Store, targets: Iterable[ResourceTarget]) -> None:
        """Read how the newest runs of these ended."""
        updates = store.collection(UPDATES)

        async def one(target: ResourceTarget) -> None:
            rows = await updates.find(_newest(target), sort=(("start_ts", -1),), limit=1)
            for row in rows:
                self._failed[target] = (row.value.start_ts, not row.value.success)

        await asyncio.gather(*(one(target) for target in targets))


def _newest(target: ResourceTarget) -> Filter:
    return parse_filter(
        {
            "target.type": str(target.type),
            "target.id": target.id,
            "operation": {"$in": sorted(COUNTED[target.type])},
            "status": str(UpdateStatus.COMPLETE),
            "outcome": {"$ne": str(Outcome.CANCELLED)},
        },
        UpdateRecord,
    )
