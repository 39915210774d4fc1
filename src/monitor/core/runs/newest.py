"""How the newest run of a build or repo ended, kept in memory; runs that were cancelled do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Operation, Outcome, UpdateListItem, UpdateStatus
from monitor.core.runs.records import UPDATES, UpdateRecord
from monitor.core.store.protocol import Filter, parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.store.protocol import Collection, Sort, Store

COUNTED: dict[ResourceKind, frozenset[Operation]] = {
    ResourceKind.BUILD: frozenset({Operation.RUN_BUILD}),
    ResourceKind.REPO: frozenset({Operation.CLONE_REPO, Operation.PULL_REPO, Operation.BUILD_REPO}),
}
"""Whose runs are counted, and which."""
_AT_ONCE = 1000
_NEWEST_FIRST: Sort = (("start_ts", -1),)


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
        """Read how the newest runs of these ended: of most from the newest runs of all, of the others one by one."""
        wanted = set(targets)
        updates = store.collection(UPDATES)
        for kind in {target.type for target in wanted}:
            rows = await updates.find(_counted(kind), sort=_NEWEST_FIRST, limit=_AT_ONCE)
            for update in (row.value for row in rows):
                self._failed.setdefault(update.target, (update.start_ts, not update.success))
            if len(rows) < _AT_ONCE:
                continue
            for target in wanted - self._failed.keys():
                if target.type is kind:
                    await self._load_one(updates, target)

    async def _load_one(self, updates: Collection[UpdateRecord], target: ResourceTarget) -> None:
        for row in await updates.find(
            _counted(target.type, target.id), sort=_NEWEST_FIRST, limit=1
        ):
            self._failed[target] = (row.value.start_ts, not row.value.success)


def _counted(kind: ResourceKind, identity: str = "") -> Filter:
    query: dict[str, Any] = {
        "target.type": str(kind),
        "operation": {"$in": sorted(COUNTED[kind])},
        "status": str(UpdateStatus.COMPLETE),
        "outcome": {"$ne": str(Outcome.CANCELLED)},
    }
    if identity:
        query["target.id"] = identity
    return parse_filter(query, UpdateRecord)
