"""Reading Updates: by key, by page, with their logs, line by line."""

from typing import Literal

import msgspec

from monitor.api.activity import UpdateOutput, UpdateOutputLine
from monitor.api.update import Update, UpdateStatus
from monitor.core.runs.logs import logs_of
from monitor.core.runs.records import UpdateRecord, wire
from monitor.core.store.protocol import Collection, Filter, Output, Row, parse_filter

PAGE = 100
MOST_LINES = 10_000
_FAR = 1 << 62
"""Beyond any page, and still a number that databases take."""

WhenBusy = Literal["refuse", "queue"]


async def by_key(updates: Collection[UpdateRecord], operator: str, key: str) -> UpdateRecord | None:
    """The Update that an operator asked for with a key."""
    asked = parse_filter({"operator": operator, "key": key}, UpdateRecord)
    rows = await updates.find(asked, limit=1)
    return rows[0].value if rows else None


async def newest(
    updates: Collection[UpdateRecord],
    filter: Filter | None,
    *,
    page: int,
    limit: int,
) -> list[Row[UpdateRecord]]:
    """A page of Updates, newest first."""
    skip = min(max(page, 0) * limit, _FAR)
    return await updates.find(filter, sort=(("start_ts", -1),), skip=skip, limit=limit)


async def with_logs(record: UpdateRecord, output: Output) -> Update:
    """The Update as the wire has it, whole."""
    return msgspec.structs.replace(wire(record), logs=await logs_of(record, output))


async def lines(record: UpdateRecord, output: Output, *, after: int, limit: int) -> UpdateOutput:
    """At most `limit` lines after the one numbered `after`."""
    rows = await output.read(record.id, after=after, limit=max(1, min(limit, MOST_LINES)))
    places = {(stage.job, str(stage.index)): at for at, stage in enumerate(record.stages)}
    found: list[UpdateOutputLine] = []
    for row in rows:
        place = places.get((row.job, row.stage), -1)
        found.append(
            UpdateOutputLine(
                seq=row.pos,
                step=place,
                stage=record.stages[place].name if place >= 0 else "",
                stream=row.stream,
                ts=row.ts,
                text=row.text,
            )
        )
    return UpdateOutput(
        lines=tuple(found),
        last=rows[-1].pos if rows else after,
        complete=record.status is UpdateStatus.COMPLETE and len(rows) < min(limit, MOST_LINES),
    )
