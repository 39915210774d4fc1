"""`Update.logs`, made on reading: one Log for each stage, its text from the output."""

from collections.abc import AsyncIterator, Iterable

from msgspec import Struct, field

from monitor.api.update import Log
from monitor.core.runs.live import now_ms
from monitor.core.runs.records import JobRecord, Stage, UpdateRecord
from monitor.core.store.protocol import Output, StoredLine

RUNNING_CHARS = 64 * 1024
"""How much of a stage that still runs is shown: its end."""
_PAGE = 10_000


class _Text(Struct):
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)


async def logs_of(record: UpdateRecord, output: Output) -> tuple[Log, ...]:
    """The Logs of an Update as it is now. A stage that runs has succeeded so far, up to now."""
    texts: dict[tuple[str, str], _Text] = {}
    for job in dict.fromkeys(stage.job for stage in record.stages):
        await _gather(record, job, output, texts)
    now = now_ms()
    return tuple(
        Log(
            stage=stage.name,
            command=stage.command,
            stdout="\n".join(text.out),
            stderr="\n".join(text.err),
            success=stage.success is not False,
            start_ts=stage.start_ts,
            end_ts=stage.end_ts if stage.end_ts is not None else max(now, stage.start_ts),
        )
        for stage in record.stages
        for text in (texts.get((stage.job, str(stage.index)), _Text()),)
    )


async def _gather(
    record: UpdateRecord, job: str, output: Output, texts: dict[tuple[str, str], _Text]
) -> None:
    running = _running(record.stages, job)
    cut = record.job(job)
    last: StoredLine | None = None
    async for line in _lines(output, record.id, job, until=running):
        if cut is not None and cut.cut and _is_after_cut(cut, last, line):
            texts.setdefault((job, line.stage), _Text()).out.append(_not_kept(cut))
        _add(texts, line)
        last = line
    if running is not None:
        tail = await output.tail(record.id, job=job, max_chars=RUNNING_CHARS)
        for line in tail:
            if line.stage == running:
                _add(texts, line)


def _running(stages: Iterable[Stage], job: str) -> str | None:
    return next((str(s.index) for s in stages if s.job == job and s.success is None), None)


async def _lines(
    output: Output, update: str, job: str, *, until: str | None
) -> AsyncIterator[StoredLine]:
    """The lines of a job, up to those of the stage `until`."""
    after = 0
    while rows := await output.read(update, job=job, after=after, limit=_PAGE):
        for row in rows:
            if row.stage == until:
                return
            yield row
        if len(rows) < _PAGE:
            return
        after = rows[-1].pos


def _is_after_cut(cut: JobRecord, last: StoredLine | None, line: StoredLine) -> bool:
    before = last is None or last.seq < cut.cut_first
    return before and line.seq > cut.cut_last


def _not_kept(cut: JobRecord) -> str:
    """By number, so that lines count which the agent had let go before."""
    count = cut.cut_last - cut.cut_first + 1
    return f"[{count} lines are not kept: of a job's output the first 1 MiB and the last 7 MiB are]"


def _add(texts: dict[tuple[str, str], _Text], line: StoredLine) -> None:
    text = texts.setdefault((line.job, line.stage), _Text())
    (text.err if line.stream == "err" else text.out).append(line.text)
