"""Live lists: rows kept as last sent, changes gathered and sent to all viewers with equal rights at once.

Each change has the topic's next number. A viewer that lags, paces itself or comes back gets the rows that
changed since the number it has; nothing is kept per viewer but that number.
"""

import asyncio
import zlib
from collections import deque
from collections.abc import Hashable, Iterable
from typing import Any

from msgspec import Struct

from monitor.core.web.live_rows import NamedRow, RowSource, difference, fields_of
from monitor.core.web.live_topics import KEEP, ROUTINE, URGENT, Spawn, Subscribed, Topic
from monitor.core.web.live_viewer import LargeSnap, Viewer, encode, patch, snap_rows

_SLICE = 500
_FEW = 100
"""Rows that are sent at once. A snapshot of more is made some at a time, and compressed for those who take it so."""
_SNAP_KEPT = 2.0
"""Seconds a large snapshot is kept: after a restart all pages come back at once."""
_QUICK = 1
"""The compression level."""


class RowsTopic(Topic):
    """A list, from a RowSource."""

    def __init__(self, name: str, seq: int, spawn: Spawn, source: RowSource) -> None:
        super().__init__(name, seq, spawn)
        self.source = source
        self.rows: dict[str, Struct] = {}
        self._changed_at: dict[str, int] = {}
        self._gone: deque[tuple[float, int, str, Struct]] = deque()
        self._dirty: set[str] = set()
        self._urgent: set[str] = set()
        self._urgent_timer: asyncio.Handle | None = None
        self._urgent_flushed = 0.0
        self._snaps: dict[tuple[Hashable, bool], asyncio.Future[tuple[int, bytes]]] = {}

    async def open(self) -> None:
        """Make all rows, some at a time."""
        for number, identity in enumerate(list(self.source.ids()), 1):
            row = self.source.row(identity)
            if row is not None:
                self.rows[identity] = row
            if number % _SLICE == 0:
                await asyncio.sleep(0)

    def opened(self) -> None:
        """Those who wait get everything, and what changed while it was made."""
        super().opened()
        if self._dirty or self._urgent:
            self.schedule(URGENT)

    def allows(self, user: str) -> bool:
        """Everybody may; which rows is another question."""
        del user
        return True

    def rights(self, user: str) -> Hashable:
        """By the source."""
        return self.source.rights(user)

    def touch(self, identity: str, *, urgent: bool = True) -> None:
        """A row may be another."""
        if urgent:
            self._urgent.add(identity)
            self._hurry()
        else:
            self._dirty.add(identity)
            self.schedule(ROUTINE)

    def touch_many(self, identities: Iterable[str]) -> None:
        """Rows may be others, as they are all the time."""
        self._dirty.update(identities)
        self.schedule(ROUTINE)

    def _hurry(self) -> None:
        """Send what is urgent, and only that: once this pass of the loop is done, or a moment after the last time."""
        if self._urgent_timer is not None:
            return
        due = self._urgent_flushed + URGENT
        if due <= self._loop.time():
            self._urgent_timer = self._loop.call_soon(self._flush_urgent)
        else:
            self._urgent_timer = self._loop.call_at(due, self._flush_urgent)

    def _flush_urgent(self) -> None:
        self._urgent_timer = None
        if self.ready:
            self._urgent_flushed = self._loop.time()
            self._dirty -= self._urgent
            urgent, self._urgent = self._urgent, set()
            self._send(urgent)

    def close(self) -> None:
        """Nobody looks any more."""
        super().close()
        if self._urgent_timer is not None:
            self._urgent_timer.cancel()

    def touch_all(self) -> None:
        """Any row may be another."""
        self._dirty.update(self.rows)
        self._dirty.update(self.source.ids())
        self.schedule(URGENT)

    def snap(self, viewer: Viewer, subscribed: Subscribed) -> None:
        """Send all rows the viewer sees; where there are many, some at a time."""
        if len(self.rows) <= _FEW:
            rows = [encode(_shown(row)) for row in self._visible(subscribed.rights)]
            self._deliver(viewer, subscribed, self.seq, snap_rows(self.wire, self.seq, rows))
        else:
            subscribed.ready = False
            self._spawn(self._snap_slowly(viewer, subscribed))

    async def _snap_slowly(self, viewer: Viewer, subscribed: Subscribed) -> None:
        """All who ask for the same within a moment get the same frame, and then what changed since."""
        key = rights, packed = subscribed.rights, viewer.unzips
        making = self._snaps.get(key)
        if making is None:
            making = self._snaps[key] = asyncio.ensure_future(
                self._large_snap(rights, packed=packed)
            )
            making.add_done_callback(
                lambda _: self._loop.call_later(_SNAP_KEPT, self._snaps.pop, key, None)
            )
        seq, frame = await asyncio.shield(making)
        if self.viewers.get(viewer) is subscribed:
            self._deliver(viewer, subscribed, seq, frame)
            self.catch_up(viewer, subscribed)

    async def _large_snap(self, rights: Hashable, *, packed: bool) -> tuple[int, bytes]:
        seq = self.seq
        snap = LargeSnap(self.wire, seq)
        for number, row in enumerate(self._visible(rights), 1):
            snap.add(_shown(row))
            if number % _SLICE == 0:
                await asyncio.sleep(0)
        frame = snap.frame()
        return seq, await asyncio.to_thread(zlib.compress, frame, _QUICK) if packed else frame

    def _deliver(self, viewer: Viewer, subscribed: Subscribed, seq: int, frame: bytes) -> None:
        subscribed.seq = seq
        subscribed.ready = True
        viewer.put(frame)

    def _visible(self, rights: Hashable) -> list[Struct]:
        if rights is None:
            return list(self.rows.values())
        sees = self.source.sees
        return [row for identity, row in self.rows.items() if sees(rights, identity, row)]

    def catch_up(self, viewer: Viewer, subscribed: Subscribed) -> None:
        """Send the rows that changed since the number the viewer has, whole."""
        since, rights = subscribed.seq, subscribed.rights
        if since >= self.seq:
            return
        if since < self.floor:
            self.snap(viewer, subscribed)
            return
        sees = self.source.sees
        changed = [
            _fragment(identity, fields_of(self.rows[identity]))
            for identity, at in self._changed_at.items()
            if at > since and (rights is None or sees(rights, identity, self.rows[identity]))
        ]
        gone = [
            encode(identity)
            for _, at, identity, row in self._gone
            if at > since
            and identity not in self.rows
            and (rights is None or sees(rights, identity, row))
        ]
        subscribed.seq = self.seq
        if changed or gone:
            viewer.put(patch(self.wire, self.seq, since, changed, gone))

    def tick(self, now: float) -> None:
        """Forget old deletions, and send everything anew to those who see other rows than before."""
        while self._gone and self._gone[0][0] < now - KEEP:
            self.floor = max(self.floor, self._gone.popleft()[1])
        for viewer, subscribed in list(self.viewers.items()):
            if subscribed.ready and self.rights(viewer.user) != subscribed.rights:
                subscribed.rights = self.rights(viewer.user)
                self.snap(viewer, subscribed)

    def _flush(self) -> None:
        dirty, self._dirty, self._urgent = self._dirty | self._urgent, set(), set()
        self._send(dirty)

    def _send(self, identities: set[str]) -> None:
        before = self.seq
        changed, gone = self._take_changes(identities)
        if self.seq == before:
            return
        frames: dict[tuple[Hashable, int], bytes | None] = {}
        for viewer, subscribed in list(self.viewers.items()):
            if not subscribed.ready or viewer.pace:
                continue
            if subscribed.seq < before:
                self._send_group(viewer, subscribed, frames, changed, gone, behind=True)
                continue
            self._send_group(viewer, subscribed, frames, changed, gone, behind=False)

    def _send_group(
        self,
        viewer: Viewer,
        subscribed: Subscribed,
        frames: dict[tuple[Hashable, int], bytes | None],
        changed: list[tuple[str, Struct, bytes]],
        gone: list[tuple[str, Struct, bytes]],
        *,
        behind: bool,
    ) -> None:
        rights = self.rights(viewer.user)
        if rights != subscribed.rights:
            subscribed.rights = rights
            self.snap(viewer, subscribed)
            return
        if behind and rights is None:
            self.catch_up(viewer, subscribed)
            return
        key = (rights, subscribed.seq)
        if key not in frames:
            frames[key] = self._frame(rights, subscribed.seq, changed, gone)
        frame = frames[key]
        if frame is not None:
            subscribed.seq = self.seq
            viewer.put(frame)

    def _frame(
        self,
        rights: Hashable,
        prev: int,
        changed: list[tuple[str, Struct, bytes]],
        gone: list[tuple[str, Struct, bytes]],
    ) -> bytes | None:
        sees = self.source.sees
        sets = [part for one, row, part in changed if rights is None or sees(rights, one, row)]
        dels = [part for one, row, part in gone if rights is None or sees(rights, one, row)]
        return patch(self.wire, self.seq, prev, sets, dels) if sets or dels else None

    def _take_changes(
        self, identities: set[str]
    ) -> tuple[list[tuple[str, Struct, bytes]], list[tuple[str, Struct, bytes]]]:
        changed: list[tuple[str, Struct, bytes]] = []
        gone: list[tuple[str, Struct, bytes]] = []
        seq = self.seq + 1
        for identity in identities:
            old = self.rows.get(identity)
            new, fields = self._look(identity, old)
            if new is None:
                if old is not None:
                    del self.rows[identity]
                    self._changed_at.pop(identity, None)
                    self._gone.append((self._loop.time(), seq, identity, old))
                    gone.append((identity, old, encode(identity)))
                continue
            if fields:
                self.rows[identity] = new
                self._changed_at[identity] = seq
                changed.append((identity, new, _fragment(identity, fields)))
        if changed or gone:
            self.seq = seq
        return changed, gone

    def _look(self, identity: str, old: Struct | None) -> tuple[Struct | None, dict[str, Any]]:
        """A row as it is now, and those of its fields that are other than they were."""
        new = self.source.row(identity)
        if new is None:
            return None, {}
        return new, fields_of(new) if old is None else difference(old, new)


def _shown(row: Struct) -> Struct | dict[str, Any]:
    return fields_of(row) if isinstance(row, NamedRow) else row


def _fragment(identity: str, fields: dict[str, Any]) -> bytes:
    return b"[%b,%b]" % (encode(identity), encode(fields))
