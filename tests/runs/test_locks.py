"""Busy locks, the queue, and Idempotency-Keys."""

import asyncio

import pytest

from monitor.api.update import Operation, Outcome, UpdateStatus
from monitor.core.errors import ApiError

from .parts import (
    ADMIN,
    API,
    NOBODY,
    WEB,
    Core,
    DetailScript,
    RunScript,
    SharedScript,
    deployment,
    id_of,
)

SLOW = RunScript(deployment=WEB, script="echo begun; sleep 30")


async def cancel_all(app: Core) -> None:
    for record in list(app.runs.running()):
        await app.runs.cancel(record.id, ADMIN)


async def test_people_are_refused_while_a_resource_is_busy_and_others_go_on(app: Core) -> None:
    await app.start(SLOW)
    with pytest.raises(ApiError) as refused:
        await app.start(RunScript(deployment=WEB, script="true"))
    assert (refused.value.status, refused.value.code) == (409, "busy")
    assert (await app.run(RunScript(deployment=API, script="true"))).success
    await cancel_all(app)


async def test_one_waits_per_resource_and_request_and_later_ones_merge(app: Core) -> None:
    running = await app.start(SLOW)
    first = await app.start(RunScript(deployment=WEB, script="echo a"), when_busy="queue")
    again = await app.start(RunScript(deployment=WEB, script="echo a"), when_busy="queue")
    other = await app.start(RunScript(deployment=WEB, script="echo b"), when_busy="queue")
    assert first.status is UpdateStatus.QUEUED
    assert id_of(first) == id_of(again) != id_of(other)
    assert app.runs.action_state(deployment(WEB)) == {"deploying": 1}
    await app.runs.cancel(id_of(running), ADMIN)
    done = [await app.complete(update) for update in (first, other)]
    assert [update.outcome for update in done] == [Outcome.SUCCEEDED] * 2
    assert (done[0].end_ts or 0) <= (done[1].end_ts or 0)
    assert app.runs.busy(deployment(WEB)) is None


async def test_a_run_that_waits_can_be_cancelled(app: Core) -> None:
    running = await app.start(SLOW)
    waiting = await app.start(RunScript(deployment=WEB, script="echo a"), when_busy="queue")
    await app.runs.cancel(id_of(waiting), ADMIN)
    assert (await app.complete(waiting, 2)).outcome is Outcome.CANCELLED
    assert (await app.runs.get(id_of(running))).status is UpdateStatus.IN_PROGRESS
    await cancel_all(app)


async def test_shared_flags_count_and_keep_only_exclusive_ones_out(app: Core) -> None:
    shared = SharedScript(deployment=WEB, script="sleep 30")
    await app.start(shared)
    await app.start(SharedScript(deployment=WEB, script="sleep 31"))
    assert app.runs.action_state(deployment(WEB)) == {"starting": 2}
    with pytest.raises(ApiError):
        await app.start(SLOW)
    await cancel_all(app)


async def test_parts_of_a_resource_are_locked_one_by_one(app: Core) -> None:
    await app.start(DetailScript(deployment=WEB, script="sleep 30", part="one"))
    await app.start(DetailScript(deployment=WEB, script="sleep 30", part="two"))
    with pytest.raises(ApiError):
        await app.start(DetailScript(deployment=WEB, script="sleep 30", part="one"))
    with pytest.raises(ApiError):
        await app.start(SLOW)
    await cancel_all(app)


async def test_of_many_at_once_one_gets_the_lock(app: Core) -> None:
    answers = await asyncio.gather(*(app.start(SLOW) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(answer, ApiError) for answer in answers) == 19
    await cancel_all(app)


async def test_the_same_key_gives_the_same_update(app: Core) -> None:
    answers = await asyncio.gather(*(app.start(SLOW, key="k") for _ in range(5)))
    assert len({id_of(answer) for answer in answers}) == 1
    await cancel_all(app)
    done = await app.complete(answers[0])
    assert id_of(await app.start(SLOW, key="k")) == id_of(done)
    with pytest.raises(ApiError) as refused:
        await app.start(RunScript(deployment=WEB, script="true"), key="k")
    assert (refused.value.status, refused.value.code) == (409, "conflict")
    assert id_of(await app.start(SLOW, key="k", by=NOBODY)) != id_of(done)
    assert (await app.runs.with_key(ADMIN, "k")) is not None


async def test_a_write_is_on_record_at_once(app: Core) -> None:
    written = await app.runs.record(
        Operation.UPDATE_DEPLOYMENT, deployment(WEB), ADMIN, prev_toml="a", current_toml="b"
    )
    found = await app.runs.update(id_of(written))
    assert (found.status, found.prev_toml, found.current_toml) == (UpdateStatus.COMPLETE, "a", "b")
    page = await app.runs.list()
    assert [item.id for item in page.updates] == [id_of(written)]
    assert page.next_page is None
