"""Reading Updates back: pages, lines by number, and what is forgotten with time."""

import asyncio
import time

import msgspec
import pytest

from monitor.api.ids import Oid
from monitor.api.update import Log, Operation, UpdateStatus
from monitor.core.errors import ApiError
from monitor.core.runs.prune import prune
from monitor.core.runs.records import UPDATES, UpdateRecord
from monitor.core.store.protocol import parse_filter

from .parts import ADMIN, API, WEB, Core, RunScript, deployment, id_of

DAY_MS = 86_400_000


async def test_lines_are_read_on_from_any_number_to_the_end(app: Core) -> None:
    update = await app.start(
        RunScript(deployment=WEB, script="for i in 1 2 3 4 5; do echo $i; done")
    )
    await app.complete(update)
    found: list[str] = []
    after, complete = 0, False
    while not complete:
        page = await app.runs.lines(id_of(update), after=after, limit=2)
        found += [line.text for line in page.lines]
        assert {line.stage for line in page.lines} <= {"Prepare", "Script"}
        assert {line.step for line in page.lines} <= {0, 1}
        after, complete = page.last, page.complete
    assert found == ["preparing", "1", "2", "3", "4", "5"]


async def test_pages_are_newest_first_and_filtered(app: Core) -> None:
    for number in range(5):
        target = deployment(WEB if number % 2 else API)
        await app.runs.record(Operation.UPDATE_DEPLOYMENT, target, ADMIN)
        await asyncio.sleep(0.002)
    first = await app.runs.list(limit=3)
    second = await app.runs.list(page=first.next_page or 0, limit=3)
    assert (len(first.updates), first.next_page) == (3, 1)
    assert (len(second.updates), second.next_page) == (2, None)
    starts = [item.start_ts for item in (*first.updates, *second.updates)]
    assert starts == sorted(starts, reverse=True)
    mine = await app.runs.list(parse_filter({"target.id": WEB}, UpdateRecord))
    assert len(mine.updates) == 2


async def test_the_logs_of_a_write_come_back_as_they_were(app: Core) -> None:
    log = Log(
        stage="Check",
        command="",
        stdout="one\n\ntwo",
        stderr="but\n",
        success=False,
        start_ts=1,
        end_ts=2,
    )
    written = await app.runs.record(
        Operation.UPDATE_DEPLOYMENT, deployment(WEB), ADMIN, logs=(log,), success=False
    )
    assert (await app.runs.update(id_of(written))).logs == (log,)


async def test_an_update_that_there_is_not_is_not_found(app: Core) -> None:
    with pytest.raises(ApiError) as missing:
        await app.runs.update("0" * 24)
    assert missing.value.status == 404


async def test_old_updates_go_with_their_output_and_running_ones_stay(app: Core) -> None:
    updates = app.store.collection(UPDATES)
    now = int(time.time() * 1000)
    kept = await app.run(RunScript(deployment=WEB, script="echo kept"))
    old = (await updates.find())[0].value
    for number, status in enumerate((UpdateStatus.COMPLETE, UpdateStatus.IN_PROGRESS)):
        aged = msgspec.structs.replace(
            old, oid=Oid(f"{number:024x}"), start_ts=now - 10 * DAY_MS, status=status
        )
        await updates.insert(aged)
    assert await prune(app.store, keep_output_days=90, keep_updates_days=0) == (0, 0)
    assert await prune(app.store, keep_output_days=90, keep_updates_days=9) == (0, 1)
    assert {row.id for row in await updates.find()} == {id_of(kept), f"{1:024x}"}
