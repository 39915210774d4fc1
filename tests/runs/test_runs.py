"""Runs from their start to their end: Updates, output, failure, cancel, steps."""

import asyncio
import logging
import re
import time
from typing import Any

import pytest

from monitor.api.update import Outcome, UpdateStatus
from monitor.core.errors import ApiError
from monitor.core.events import BusyChanged, OutputAdded, UpdateChanged
from monitor.core.runs.execution import RunFailed
from monitor.core.runs.run import Run
from monitor.link.commands import StartContainer

from .parts import (
    ADMIN,
    NOBODY,
    SERVER,
    WEB,
    Core,
    Odd,
    RunScript,
    Scenario,
    deployment,
    id_of,
    texts,
)


def script(text: str, **more: Any) -> RunScript:
    return RunScript(deployment=WEB, script=text, **more)


async def test_a_run_answers_at_once_and_completes_with_its_logs(app: Core) -> None:
    update = await app.start(script("echo one; echo two >&2; sleep 0.2"))
    assert update.status is UpdateStatus.IN_PROGRESS
    assert update.success
    assert update.logs == ()
    assert app.runs.busy(deployment(WEB)) == ("deploying", id_of(update))
    done = await app.complete(update)
    assert (done.success, done.outcome) == (True, Outcome.SUCCEEDED)
    assert done.other_data == "plan of d-aa"
    assert [log.stage for log in done.logs] == ["Prepare", "Script"]
    assert (done.logs[1].stdout, done.logs[1].stderr) == ("one", "two")
    assert app.runs.busy(deployment(WEB)) is None
    assert done.end_ts is not None
    assert done.start_ts <= done.logs[0].start_ts <= done.logs[1].end_ts <= done.end_ts + 50


async def test_lines_are_in_the_update_and_told_of_long_before_the_job_ends(app: Core) -> None:
    begun = time.monotonic()
    update = await app.start(script("echo first; sleep 3; echo last"))
    await app.until_line(update, "first")
    assert time.monotonic() - begun < 1
    running = await app.runs.update(id_of(update))
    assert running.logs[1].success
    assert running.logs[1].end_ts >= running.logs[1].start_ts
    assert running.steps is not None
    told = [row[4] for e in app.heard if isinstance(e, OutputAdded) for row in e.lines]
    assert told == ["preparing", "first"]
    assert (await app.complete(update)).success


async def test_each_line_is_told_once_with_the_step_it_belongs_to(app: Core) -> None:
    done = await app.run(script("for i in $(seq 1 3000); do echo line $i; done"))
    rows = [row for e in app.heard if isinstance(e, OutputAdded) for row in e.lines]
    assert [row[4] for row in rows] == ["preparing", *(f"line {n}" for n in range(1, 3001))]
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})
    assert {row[1] for row in rows} == {0, 1}
    assert max(len(e.lines) for e in app.heard if isinstance(e, OutputAdded)) <= 256
    assert len(texts(done)) == 3001


async def test_updates_are_told_of_and_the_last_time_the_resource_is_free(app: Core) -> None:
    update = await app.start(script("true"))
    await app.complete(update)
    mine = [e for e in app.heard if isinstance(e, UpdateChanged) and e.id == id_of(update)]
    statuses = [e.item.status for e in mine]  # type: ignore[attr-defined]
    assert statuses[0] is UpdateStatus.IN_PROGRESS
    assert statuses[-1] is UpdateStatus.COMPLETE
    assert mine[-1].item.username == "admin"  # type: ignore[attr-defined]
    last_busy = max(at for at, e in enumerate(app.heard) if isinstance(e, BusyChanged))
    assert last_busy < app.heard.index(mine[-1])


async def test_a_job_that_fails_fails_its_update_and_nothing_follows(app: Core) -> None:
    done = await app.run(script("echo no room; exit 3"))
    assert (done.success, done.outcome, done.status) == (
        False,
        Outcome.FAILED,
        UpdateStatus.COMPLETE,
    )
    assert [log.success for log in done.logs] == [True, False]
    assert "no room" in texts(done)
    assert not isinstance(done.other_data, str)


async def test_a_resource_that_may_not_be_used_any_more_fails_the_run(app: Core) -> None:
    done = await app.run(script("echo never"), by=NOBODY)
    assert done.outcome is Outcome.FAILED
    assert [(log.stage, log.stderr) for log in done.logs] == [("Task Error", "You may not do this")]


async def test_what_was_not_foreseen_is_logged_once_under_an_id_that_is_told(
    app: Core, caplog: pytest.LogCaptureFixture
) -> None:
    async def odd(_request: Any, _resource: Any, _run: Run) -> None:
        raise KeyError("a detail of ours")

    Scenario.odd = odd
    with caplog.at_level(logging.ERROR):
        done = await app.run(Odd(deployment=WEB))
    assert done.outcome is Outcome.FAILED
    said = done.logs[-1].stderr
    assert "a detail of ours" not in said
    identity = said.rsplit(" ", 1)[-1].rstrip(".")
    assert [identity in record.getMessage() for record in caplog.records] == [True]


async def test_cancel_ends_the_running_job_within_two_seconds(app: Core) -> None:
    update = await app.start(script("echo begun; sleep 60; echo never"))
    await app.until_line(update, "begun")
    begun = time.monotonic()
    await app.runs.cancel(id_of(update), ADMIN)
    done = await app.complete(update)
    assert time.monotonic() - begun < 2
    assert (done.success, done.outcome) == (False, Outcome.CANCELLED)
    assert done.logs[-1].stderr == "Cancelled by admin."
    assert "never" not in texts(done)
    assert app.runs.busy(deployment(WEB)) is None
    with pytest.raises(ApiError) as late:
        await app.runs.cancel(id_of(update), ADMIN)
    assert late.value.status == 409


async def test_a_job_that_ends_well_though_cancelled_is_a_success(app: Core) -> None:
    update = await app.start(script("trap 'echo done; exit 0' TERM; echo begun; sleep 30 & wait"))
    await app.until_line(update, "begun")
    await app.runs.cancel(id_of(update), ADMIN)
    done = await app.complete(update)
    assert done.outcome in {Outcome.CANCELLED, Outcome.SUCCEEDED}
    assert done.success is (done.outcome is Outcome.SUCCEEDED)


async def test_a_result_wins_over_a_cancel_that_comes_after_it(app: Core) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def odd(_request: Any, _resource: Any, run: Run) -> None:
        await run.job("script", SERVER, lambda: StartContainer(name="echo all done"))
        arrived.set()
        await go_on.wait()
        await run.once("after", lambda: 1)

    Scenario.odd = odd
    update = await app.start(Odd(deployment=WEB))
    await arrived.wait()
    await app.runs.cancel(id_of(update), ADMIN)
    go_on.set()
    assert (await app.complete(update)).outcome is Outcome.SUCCEEDED


async def test_values_come_in_the_type_asked_for_and_stages_of_its_own_are_logs(app: Core) -> None:
    seen: list[Any] = []

    async def odd(_request: Any, _resource: Any, run: Run) -> None:
        seen.append(await run.once("pair", lambda: (1, "two"), tuple[int, str]))
        seen.append(await run.once("command", lambda: StartContainer(name="x"), StartContainer))
        await run.log("Decide", "we take the left one\nbecause of the sun")
        await run.log("Decide", "and then the right one", success=False)
        result = await run.job("a", SERVER, lambda: StartContainer(name="exit 1"), check=False)
        seen.append(result.status)
        with pytest.raises(ValueError, match="two effects"):
            await run.once("pair", lambda: 2)

    Scenario.odd = odd
    done = await app.run(Odd(deployment=WEB))
    assert seen == [(1, "two"), StartContainer(name="x"), "failed"]
    assert done.logs[0].stdout == "we take the left one\nbecause of the sun"
    assert (done.logs[1].stderr, done.logs[1].success) == ("and then the right one", False)
    assert done.success


async def test_a_failure_in_one_of_several_branches_is_what_the_update_says(app: Core) -> None:
    async def odd(_request: Any, _resource: Any, run: Run) -> None:
        async def fails() -> None:
            await run.job("quick", SERVER, lambda: StartContainer(name="exit 1"))

        async with asyncio.TaskGroup() as group:
            group.create_task(run.job("slow", SERVER, lambda: StartContainer(name="sleep 5")))
            group.create_task(fails())

    Scenario.odd = odd
    done = await app.run(Odd(deployment=WEB))
    assert done.outcome is Outcome.FAILED


async def test_a_failure_can_say_how_it_ended(app: Core) -> None:
    async def odd(_request: Any, _resource: Any, _run: Run) -> None:
        raise RunFailed("the old one runs again", Outcome.ROLLED_BACK)

    Scenario.odd = odd
    done = await app.run(Odd(deployment=WEB))
    assert (done.outcome, done.logs[0].stderr) == (Outcome.ROLLED_BACK, "the old one runs again")


async def test_secrets_are_not_in_what_is_stored_or_told(app: Core) -> None:
    secret = "hunter22-hunter22"
    text = f"printf %s {secret} | base64; echo {secret}; echo a={secret}b; exit 4"
    done = await app.run(script(text, secret=secret))
    assert texts(done)[1:4] == ["<TOKEN>", "<TOKEN>", "a=<TOKEN>b"]
    heard = repr([e for e in app.heard if isinstance(e, OutputAdded)])
    assert secret not in repr(done.logs)
    assert secret not in heard


async def test_of_very_much_output_the_beginning_and_the_end_are_kept(app: Core) -> None:
    line = "x" * 1000
    count = 12_000
    update = await app.start(
        script(f"i=0; while [ $i -lt {count} ]; do i=$((i+1)); echo $i {line}; done")
    )
    done = await app.complete(update, within=60)
    kept = done.logs[1].stdout.split("\n")
    assert kept[0].startswith("1 ")
    assert kept[-1].startswith(f"{count} ")
    notes = [text for text in kept if text.startswith("[")]
    assert 1 <= len(notes) <= 2, "one, or two where the agent let go of lines before Core had them"
    told = [re.match(r"\[(\d+) lines are not kept", note) for note in notes]
    missing = count - (len(kept) - len(notes))
    assert sum(int(match[1]) for match in told if match) == missing
    assert 7_000_000 < len(done.logs[1].stdout) < 9_500_000
