"""Output on its way from an agent to the store: masked, stamped with our time, in batches, within bounds."""

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import Self

import msgspec

from monitor.core.runs.live import LiveUpdate
from monitor.core.runs.records import (
    Change,
    JobRecord,
    Stage,
    UpdateRecord,
    with_job,
    with_stage,
)
from monitor.core.store.protocol import Line, Output
from monitor.link.commands import JobLine, JobStage
from monitor.redact import LineMasker, Redactor, is_long

FLUSH_SECONDS = 0.05
FLUSH_ROWS = 256
HEAD_CHARS = 1024 * 1024
TAIL_CHARS = 7 * 1024 * 1024
_SLACK_CHARS = 512 * 1024
_MOST_PENDING = 2048
BEFORE_FIRST = "Waiting"
"""The stage of what an agent says of a job before the job's first stage."""


class OutputWriter:
    """Stores one job's lines and stages while the context is open; leaving it stores all that was added."""

    def __init__(
        self, live: LiveUpdate, job: str, redactor: Redactor, bounds: "Bounds", offset_ms: float
    ) -> None:
        self._live = live
        self._job = job
        self._redactor = redactor
        self._masker: LineMasker[JobLine] = LineMasker(redactor)
        self._bounds = bounds
        self._offset_ms = offset_ms
        self._changes: list[Change] = []
        self._lines: list[Line] = []
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.get_running_loop().create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._add(self._masker.end())
        self._closing.set()
        self._wake.set()
        if self._task is not None:
            await self._task

    def lines(self, lines: Sequence[JobLine]) -> None:
        """Add lines."""
        self._add(self._masker.feed(lines))

    def stage(self, mark: JobStage) -> None:
        """Add that a stage began or ended."""
        self.change(partial(with_stage, stage=self._stage(mark)))
        if mark.index == 0:
            self.change(partial(_without_waiting, job=self._job, now=self._ours(mark.start_ts)))

    def change(self, change: Change) -> None:
        """Add any change to the record; stored before the lines that are added after it."""
        self._changes.append(change)
        self._wake.set()

    async def room(self) -> None:
        """Wait while too much is waiting to be stored."""
        while len(self._lines) > _MOST_PENDING and self._task is not None:
            if self._task.done():
                self._task.result()
            self._room.clear()
            waiting = asyncio.ensure_future(self._room.wait())
            await asyncio.wait((waiting, self._task), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()

    def _add(self, masked: Sequence[tuple[JobLine, str]]) -> None:
        for line, text in masked:
            if line.stage < 0:
                self._changes.append(
                    partial(_with_waiting, job=self._job, now=self._ours(line.ts_ms))
                )
            self._lines.append(
                Line(
                    seq=line.seq,
                    ts=self._ours(line.ts_ms),
                    stage=str(line.stage),
                    stream=line.stream,
                    text=text,
                )
            )
        self._wake.set()

    def _ours(self, ts_ms: int) -> int:
        return ts_ms - round(self._offset_ms)

    def _stage(self, mark: JobStage) -> Stage:
        return Stage(
            job=self._job,
            index=mark.index,
            name=self._redactor.mask(mark.name),
            command=self._redactor.mask(mark.command),
            start_ts=self._ours(mark.start_ts),
            end_ts=None if mark.end_ts is None else self._ours(mark.end_ts),
            success=mark.success,
        )

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            closing = self._closing.is_set()
            await self._flush()
            if closing:
                return
            try:
                await asyncio.wait_for(self._closing.wait(), FLUSH_SECONDS)
            except TimeoutError:
                continue

    async def _flush(self) -> None:
        changes, self._changes = self._changes, []
        left = len(self._lines)
        if changes:
            await self._live.change(partial(_all_of, changes))
        while left:
            batch = self._lines[: min(FLUSH_ROWS, left)]
            del self._lines[: len(batch)]
            left -= len(batch)
            self._room.set()
            await self._live.print(self._job, batch)
            self._bounds.add(batch)
            await self._cut()

    async def _cut(self) -> None:
        beyond = self._bounds.take_excess()
        if beyond is None:
            return
        first, last = beyond
        count = await self._live.output.cut(self._live.id, self._job, first, last)
        await self._live.change(
            partial(_with_cut, job=self._job, first=first, last=last, count=count)
        )


def _all_of(changes: Sequence[Change], record: UpdateRecord) -> UpdateRecord:
    for change in changes:
        record = change(record)
    return record


def _with_waiting(record: UpdateRecord, *, job: str, now: int) -> UpdateRecord:
    if record.place(job, -1) >= 0:
        return record
    return with_stage(record, Stage(job=job, index=-1, name=BEFORE_FIRST, start_ts=now))


def _without_waiting(record: UpdateRecord, *, job: str, now: int) -> UpdateRecord:
    place = record.place(job, -1)
    if place < 0 or record.stages[place].success is not None:
        return record
    ended = msgspec.structs.replace(record.stages[place], success=True, end_ts=now)
    return with_stage(record, ended)


def _with_cut(record: UpdateRecord, *, job: str, first: int, last: int, count: int) -> UpdateRecord:
    known = record.job(job) or JobRecord(name=job, server="")
    if known.cut_last >= last:
        return record
    cut = msgspec.structs.replace(
        known, cut_first=known.cut_first or first, cut_last=last, cut=known.cut + count
    )
    return with_job(record, cut)


class Bounds:
    """What of a job's output is kept: the first 1 MiB and the last 7 MiB, in characters."""

    def __init__(self) -> None:
        self._head = 0
        self._tail: deque[tuple[int, int]] = deque()
        self._tail_chars = 0

    def add(self, lines: Sequence[Line]) -> None:
        """Count lines that were stored."""
        for line in lines:
            self._count(line.seq, len(line.text) + 1)

    def _count(self, seq: int, chars: int) -> None:
        if not self._tail and self._head + chars <= HEAD_CHARS:
            self._head += chars
            return
        self._tail.append((seq, chars))
        self._tail_chars += chars

    def take_excess(self) -> tuple[int, int] | None:
        """The lines, by first and last seq, that are to go now."""
        if self._tail_chars <= TAIL_CHARS + _SLACK_CHARS:
            return None
        first = last = self._tail[0][0]
        while self._tail_chars > TAIL_CHARS:
            last, chars = self._tail.popleft()
            self._tail_chars -= chars
        return first, last

    async def count_stored(self, output: Output, update: str, job: str) -> int:
        """Count what an earlier Core stored of the job. Answers the line to follow from.

        That is the last one stored, or none if the last one may be continued by what comes next: masking
        needs both then, and what is stored already is not stored again.
        """
        after, last_text = 0, ""
        while rows := await output.read(update, job=job, after=after):
            for row in rows:
                self._count(row.seq, len(row.text) + 1)
            after, last_text = rows[-1].pos, rows[-1].text
        return 0 if is_long(last_text) else await output.last_seq(update, job)
