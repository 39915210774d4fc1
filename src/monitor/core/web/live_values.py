"""Live topics of one value each: what a page begins with, a server's samples, an Update with its output."""

import asyncio
from abc import abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any

from monitor.api.target import ResourceKind
from monitor.api.update import Update
from monitor.core.errors import ApiError, not_found
from monitor.core.fleet.samples import NEWEST, Sample
from monitor.core.web.live_rows import OutputRow, Sources, fields_of
from monitor.core.web.live_topics import Since, Spawn, Subscribed, Topic
from monitor.core.web.live_viewer import Viewer, encode, lines, patch, snap_value

BOOT_EVERY = 1.0
UPDATE_EVERY = 0.05
_RECENT_LINES = 2_000
_FRAME_LINES = 1_000


class ValueTopic(Topic):
    """A value made anew when it may have changed; its fields are told when they differ."""

    def __init__(self, name: str, seq: int, spawn: Spawn, *, every: float) -> None:
        super().__init__(name, seq, spawn)
        self._every = every
        self._fields: dict[str, bytes] = {}
        self._changed_at: dict[str, int] = {}
        self._making: asyncio.Task[None] | None = None
        self._again = False

    @abstractmethod
    async def make(self) -> Mapping[str, object]:
        """The value as it is now. Raises ApiError if there is none."""
        ...

    async def open(self) -> None:
        """Make it."""
        self._fields = {key: encode(value) for key, value in (await self.make()).items()}

    def touch(self) -> None:
        """It may be another."""
        self.schedule(self._every)

    def snap(self, viewer: Viewer, subscribed: Subscribed) -> None:
        """Send the whole value."""
        value = b"{%b}" % b",".join(
            b"%b:%b" % (encode(key), value) for key, value in self._fields.items()
        )
        subscribed.seq = self.seq
        subscribed.ready = True
        viewer.put(snap_value(self.wire, self.seq, value))

    def catch_up(self, viewer: Viewer, subscribed: Subscribed) -> None:
        """Send the fields that changed since."""
        since, subscribed.seq = subscribed.seq, self.seq
        fields = [key for key, at in self._changed_at.items() if at > since]
        if fields:
            viewer.put(patch(self.wire, self.seq, since, self._parts(fields)))

    def _parts(self, fields: list[str]) -> list[bytes]:
        return [b"[%b,%b]" % (encode(key), self._fields[key]) for key in fields]

    def _flush(self) -> None:
        if self._making is not None and not self._making.done():
            self._again = True
            return
        self._making = self._spawn(self._make_again())

    async def _make_again(self) -> None:
        self._again = False
        try:
            value = await self.make()
        except ApiError:
            return
        fields = {key: encode(one) for key, one in value.items()}
        changed = [key for key, one in fields.items() if self._fields.get(key) != one]
        self._fields = {**self._fields, **fields}
        if changed:
            self.seq += 1
            for key in changed:
                self._changed_at[key] = self.seq
            for viewer, subscribed in list(self.viewers.items()):
                if subscribed.ready:
                    self.catch_up(viewer, subscribed)
        if self._again:
            self.schedule(self._every)


class BootTopic(ValueTopic):
    """What one user's page begins with."""

    def __init__(self, seq: int, spawn: Spawn, sources: Sources, user: str) -> None:
        super().__init__("boot", seq, spawn, every=BOOT_EVERY)
        self._boot: Callable[[str], Awaitable[Mapping[str, object]]] = sources.boot
        self._user = user

    async def make(self) -> Mapping[str, object]:
        """By the one who knows."""
        return await self._boot(self._user)

    def allows(self, user: str) -> bool:
        """Only that user."""
        return user == self._user

    def rights(self, user: str) -> Hashable:
        """The same for all who look at it: one user."""
        del user


class StatsTopic(Topic):
    """The newest samples of a server, which are told each second for as long as this topic is kept."""

    def __init__(self, name: str, seq: int, spawn: Spawn, sources: Sources, server_id: str) -> None:
        super().__init__(name, seq, spawn)
        self._sources = sources
        self._server = server_id
        self._samples: deque[tuple[int, bytes]] = deque(maxlen=NEWEST)
        self._watching = False

    async def open(self) -> None:
        """Begin to watch."""
        fleet = self._sources.fleet
        now = fleet.server(self._server)
        if now is None:
            raise not_found(ResourceKind.SERVER, self._server)
        self._watching = True
        await fleet.watch(self._server)
        self._samples.extend((self.seq, encode(sample)) for sample in now.ring or ())

    def close(self) -> None:
        """End watching."""
        super().close()
        if self._watching:
            self._watching = False
            self._sources.fleet.unwatch(self._server)

    def allows(self, user: str) -> bool:
        """Those who may read the server."""
        ids = self._sources.readable(user, ResourceKind.SERVER)
        return ids is None or self._server in ids

    def rights(self, user: str) -> Hashable:
        """The same for all who may look."""
        del user

    def add(self, sample: Sample) -> None:
        """A new sample."""
        if not self.ready:
            return
        prev, self.seq = self.seq, self.seq + 1
        part = encode(sample)
        if len(self._samples) == NEWEST:
            self.floor = self._samples[0][0]
        self._samples.append((self.seq, part))
        frame = self._appended(prev, part)
        for viewer, subscribed in list(self.viewers.items()):
            if subscribed.ready:
                subscribed.seq = self.seq
                viewer.put(frame)

    def _appended(self, prev: int, parts: bytes) -> bytes:
        return patch(self.wire, self.seq, prev, [b'["samples",{"append":[%b]}]' % parts])

    def snap(self, viewer: Viewer, subscribed: Subscribed) -> None:
        """Send all samples kept."""
        samples = b",".join(part for _, part in self._samples)
        subscribed.seq = self.seq
        subscribed.ready = True
        viewer.put(snap_value(self.wire, self.seq, b'{"samples":[%b]}' % samples))

    def catch_up(self, viewer: Viewer, subscribed: Subscribed) -> None:
        """Send the samples since."""
        since, subscribed.seq = subscribed.seq, self.seq
        parts = [part for at, part in self._samples if at > since]
        if parts:
            viewer.put(self._appended(since, b",".join(parts)))

    def _flush(self) -> None:
        """Samples go as they come."""


class UpdateTopic(ValueTopic):
    """An Update without its text, and its output: all lines so far, then each as it comes, once each.

    Lines are kept for those who are nearly up to date; who is further behind reads them from the store. A line
    is stored before it is told, so what the store does not have yet is told later.
    """

    def __init__(self, name: str, seq: int, spawn: Spawn, sources: Sources, update: str) -> None:
        super().__init__(name, seq, spawn, every=UPDATE_EVERY)
        self._sources = sources
        self._id = update
        self._update: Update | None = None
        self._recent: deque[tuple[int, bytes]] = deque()
        self._trimmed = 0
        self._newest = 0
        self._missed = 0
        self._news = asyncio.Event()
        self._followers: dict[Viewer, asyncio.Task[None]] = {}

    async def make(self) -> Mapping[str, object]:
        """The Update without its logs."""
        update = await self._sources.update(self._id)
        if update is None:
            raise ApiError(404, f"no update exists with id {self._id}")
        self._update = update
        fields = fields_of(update)
        fields.pop("logs", None)
        return {**fields, "id": self._id}

    def allows(self, user: str) -> bool:
        """Those who may read what it is about."""
        return self._update is not None and self._sources.sees(user, self._update.target)

    def rights(self, user: str) -> Hashable:
        """The same for all who may look."""
        del user

    def subscribe(self, viewer: Viewer, since: Since | None) -> None:
        """Lines follow a snapshot only."""
        del since
        self._stop(viewer)
        super().subscribe(viewer, None)

    def snap(self, viewer: Viewer, subscribed: Subscribed) -> None:
        """Send the value, then all lines."""
        super().snap(viewer, subscribed)
        if viewer not in self._followers:
            self._followers[viewer] = self._spawn(self._follow(viewer))

    def unsubscribe(self, viewer: Viewer) -> None:
        """End a viewer's part."""
        self._stop(viewer)
        super().unsubscribe(viewer)

    def add(self, rows: tuple[OutputRow, ...]) -> None:
        """New lines, which are stored already."""
        for row in rows:
            if row[0] <= self._newest:
                continue
            self._newest = row[0]
            self._recent.append((row[0], encode(row)))
        while len(self._recent) > _RECENT_LINES:
            self._trimmed = self._recent.popleft()[0]
        self._wake()

    def read_again(self) -> None:
        """Lines may have been told that did not arrive here: take them from the store."""
        self._missed += 1
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _stop(self, viewer: Viewer) -> None:
        task = self._followers.pop(viewer, None)
        if task is not None:
            task.cancel()

    async def _follow(self, viewer: Viewer) -> None:
        missed = self._missed
        cursor = await self._replay(viewer, 0)
        while True:
            news = self._news
            if cursor < self._trimmed or missed != self._missed:
                missed = self._missed
                cursor = await self._replay(viewer, cursor)
                continue
            fresh = [(seq, part) for seq, part in self._recent if seq > cursor][:_FRAME_LINES]
            if not fresh:
                await news.wait()
                continue
            cursor = fresh[-1][0]
            viewer.put(lines(self.wire, [part for _, part in fresh]))
            await viewer.room()

    async def _replay(self, viewer: Viewer, cursor: int) -> int:
        """Send what is stored behind `cursor`; answers the new one."""
        while True:
            # All that was trimmed by now is stored: a page that begins later holds it.
            trimmed = self._trimmed
            rows = await self._sources.output(self._id, cursor)
            if not rows:
                return max(cursor, trimmed)
            for start in range(0, len(rows), _FRAME_LINES):
                part: list[Any] = list(rows[start : start + _FRAME_LINES])
                viewer.put(lines(self.wire, [encode(row) for row in part]))
                await viewer.room()
            cursor = rows[-1][0]
