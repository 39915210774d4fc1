"""A run under way: its record as the store has it, changed step by step, and what was asked of it."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from monitor.api.update import UpdateListItem
from monitor.core.events import Events, OutputAdded, UpdateChanged
from monitor.core.runs.records import Change, Stage, UpdateRecord, with_stage
from monitor.core.store.protocol import (
    Collection,
    Conflict,
    Line,
    Missing,
    Output,
    Row,
    StoredLine,
)

_TRIES = 10


def now_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


class LiveUpdate:
    """An Update that is not complete. What is stored is published, after it is stored."""

    def __init__(
        self,
        row: Row[UpdateRecord],
        *,
        updates: Collection[UpdateRecord],
        output: Output,
        events: Events,
        item: Callable[[UpdateRecord], UpdateListItem],
    ) -> None:
        self.id = row.id
        self.output = output
        self.cancelled = asyncio.Event()
        self.finished = asyncio.Event()
        self._row = row
        self._updates = updates
        self._events = events
        self._item = item
        self._one_writer = asyncio.Lock()
        if row.value.run is not None and row.value.run.cancel_ts is not None:
            self.cancelled.set()

    @property
    def record(self) -> UpdateRecord:
        """The Update as it was last stored."""
        return self._row.value

    async def change(self, change: Change, *, tell: bool = True) -> UpdateRecord:
        """Store what `change` makes of the record, and tell of it. Nothing happens if it is the same."""
        async with self._one_writer:
            for _ in range(_TRIES):
                value = change(self.record)
                if value == self.record:
                    return value
                try:
                    self._row = await self._updates.replace(self.id, value, rev=self._row.rev)
                except Conflict:  # a write whose waiter was cancelled has come through since
                    self._row = await self._again()
                else:
                    if tell:
                        self.tell()
                    return self.record
            raise Conflict(self.id, self._row.rev)

    async def _again(self) -> Row[UpdateRecord]:
        row = await self._updates.get(self.id)
        if row is None:
            raise Missing(self.id)
        return row

    def tell(self) -> None:
        """Publish the Update as it is."""
        self._events.publish(UpdateChanged(self.id, self.record.target, self._item(self.record)))

    async def print(self, job: str, lines: Sequence[Line]) -> None:
        """Store lines of a job, and tell of those that were not there yet."""
        self.tell_lines(await self.output.append(self.id, job, lines))

    def tell_lines(self, stored: Iterable[StoredLine]) -> None:
        """Publish lines that were stored."""
        places = {(s.job, str(s.index)): place for place, s in enumerate(self.record.stages)}
        rows = tuple(
            (line.pos, places.get((line.job, line.stage), -1), line.stream, line.ts, line.text)
            for line in stored
        )
        if rows:
            self._events.publish(OutputAdded(self.id, rows))

    async def stage(self, stage: Stage) -> None:
        """Store a stage: a new one, or a known one as it is now."""
        await self.change(partial(with_stage, stage=stage))

    async def say(self, stage: Stage, text: str) -> None:
        """A stage of Core's own with its text. Said again, it stays as it was."""
        if self.record.place(stage.job, stage.index) < 0:
            await self.stage(stage)
        stream = "err" if stage.success is False else "sys" if stage.success is None else "out"
        lines = [
            Line(seq=seq, ts=stage.start_ts, stage=str(stage.index), stream=stream, text=line)
            for seq, line in enumerate(text.splitlines(), 1)
        ]
        await self.print(stage.job, lines)
