"""Busy locks: which run holds what on a resource, and which wait. Derived from the stored runs, never more than they say."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from monitor.api.target import ResourceTarget
from monitor.core.runs.records import LockRecord


class Hold(Struct, frozen=True, kw_only=True):
    """A run's lock on its target. `request` and `params` tell equal ones that wait."""

    update: str
    target: ResourceTarget
    lock: LockRecord
    request: str = ""
    params: dict[str, Any] = {}

    def excludes(self, other: "Hold") -> bool:
        """Whether the two may not run side by side."""
        mine, theirs = self.lock, other.lock
        if self.target != other.target:
            return False
        if mine.detail and theirs.detail:
            return mine.detail == theirs.detail
        return not (_lenient(mine) and _lenient(theirs))

    @property
    def key(self) -> str | None:
        """What the store keeps unique while the lock is held; None for a lock that many may hold."""
        if self.lock.shared and not self.lock.detail:
            return None
        return f"{self.target.type}/{self.target.id}/{self.lock.detail}"


def _lenient(lock: LockRecord) -> bool:
    return lock.shared or bool(lock.detail)


class Locks:
    """Who holds and who waits, per resource, first come first served. `changed` hears of every resource that changed."""

    def __init__(self, changed: Callable[[ResourceTarget], None]) -> None:
        self._changed = changed
        self._held: dict[ResourceTarget, list[Hold]] = {}
        self._waiting: dict[ResourceTarget, list[tuple[Hold, asyncio.Event]]] = {}

    def blocker(self, hold: Hold) -> Hold | None:
        """What keeps this one out: a holder, or one that has waited longer."""
        waiting = [each for each, _ in self._waiting.get(hold.target, ())]
        for other in (*self._held.get(hold.target, ()), *waiting):
            if other.update != hold.update and other.excludes(hold):
                return other
        return None

    def take(self, hold: Hold) -> bool:
        """Hold it at once, if nothing keeps it out."""
        if self.blocker(hold) is not None:
            return False
        self.restore(hold)
        return True

    def restore(self, hold: Hold) -> None:
        """Hold it as the store says it was held."""
        self._held.setdefault(hold.target, []).append(hold)
        self._changed(hold.target)

    def queue(self, hold: Hold) -> asyncio.Event:
        """Wait in line; the event is set when it is held."""
        granted = asyncio.Event()
        self._waiting.setdefault(hold.target, []).append((hold, granted))
        self._grant(hold.target)
        return granted

    def waiting_like(self, hold: Hold) -> Hold | None:
        """One that waits to do the very same."""
        for other, _ in self._waiting.get(hold.target, ()):
            if (other.request, other.params) == (hold.request, hold.params):
                return other
        return None

    def release(self, update: str, target: ResourceTarget) -> None:
        """Neither hold nor wait any more; those next in line get theirs."""
        held, waiting = self._held.pop(target, []), self._waiting.pop(target, [])
        still_held = [hold for hold in held if hold.update != update]
        still_waiting = [entry for entry in waiting if entry[0].update != update]
        if still_held:
            self._held[target] = still_held
        if still_waiting:
            self._waiting[target] = still_waiting
        self._grant(target)
        if len(still_held) != len(held):
            self._changed(target)

    def _grant(self, target: ResourceTarget) -> None:
        passed_over: list[tuple[Hold, asyncio.Event]] = []
        for hold, granted in self._waiting.pop(target, []):
            ahead = (*self._held.get(target, ()), *(each for each, _ in passed_over))
            if any(other.excludes(hold) for other in ahead):
                passed_over.append((hold, granted))
            else:
                self.restore(hold)
                granted.set()
        if passed_over:
            self._waiting[target] = passed_over

    def flags(self, target: ResourceTarget) -> Mapping[str, int]:
        """The flags that are set, and how many runs set each."""
        counts: dict[str, int] = {}
        for hold in self._held.get(target, ()):
            counts[hold.lock.flag] = counts.get(hold.lock.flag, 0) + 1
        return counts

    def first(self, target: ResourceTarget) -> Hold | None:
        """The oldest lock held on a resource."""
        return next(iter(self._held.get(target, ())), None)
