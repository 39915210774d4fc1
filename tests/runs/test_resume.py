"""What is left of a run when Core, its agent, or the link between them dies."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from monitor.api.update import Outcome, Update, UpdateStatus
from monitor.core.runs.run import Run
from monitor.link.commands import ListJobs, StartContainer

from . import core_program
from .parts import (
    ADMIN,
    API,
    SERVER,
    WEB,
    Agent,
    Chain,
    Core,
    Odd,
    RunScript,
    Scenario,
    core,
    deployment,
    id_of,
    program,
    texts,
)


def numbered(update: Update) -> list[str]:
    return [text for text in texts(update) if text.startswith("line ")]


ALL_LINES = [f"line {n}" for n in range(1, core_program.LINES + 1)]


@pytest.mark.parametrize("seed", range(10))
async def test_core_killed_at_any_moment_goes_on_and_nothing_is_lost_or_done_twice(
    tmp_path: Path, agent: Agent, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(2):
        first = program("core_program", str(tmp_path), str(agent.port))
        await asyncio.to_thread(read_line, first)
        await asyncio.sleep(chance.uniform(0, 1.2))
        first.send_signal(signal.SIGKILL)
        first.wait()
    async with core(tmp_path, agent.port) as app:
        for number in range(core_program.COUNT):
            identity = core_program.target(number)
            request = RunScript(deployment=identity, script=core_program.script(tmp_path, number))
            done = await app.complete(await app.start(request, key=f"key {number}"))
            assert done.outcome is Outcome.SUCCEEDED
            assert [log.stage for log in done.logs if log.stage != "Wait"] == ["Prepare", "Script"]
            assert numbered(done) == ALL_LINES
            assert (tmp_path / f"ran.{number}").read_text() == "ran\n"
            assert app.runs.busy(deployment(identity)) is None
        assert not app.runs.running()
        await no_jobs_left(app)


def read_line(process: Any) -> str:
    return str(process.stdout.readline())


async def no_jobs_left(app: Core) -> None:
    """The agent was told to forget all of them."""
    async with asyncio.timeout(40):
        while await app.fleet.session(SERVER).call(ListJobs(), timeout=5):
            await asyncio.sleep(0.05)


@pytest.fixture
async def cores(tmp_path: Path, agent: Agent) -> AsyncIterator[Any]:
    yield lambda **options: core(tmp_path, agent.port, **options)


async def test_a_restarted_core_holds_the_locks_before_it_has_reached_any_agent(cores: Any) -> None:
    async with cores() as app:
        running = await app.start(RunScript(deployment=WEB, script="echo begun; sleep 2"))
        waiting = await app.start(RunScript(deployment=WEB, script="echo a"), when_busy="queue")
        await app.until_line(running, "begun")
    async with cores(link=False) as app:
        assert app.runs.busy(deployment(WEB)) == ("deploying", id_of(running))
        assert (await app.runs.get(id_of(waiting))).status is UpdateStatus.QUEUED
        await app.until_line(running, "Waiting for box: its agent is away.", 10)
    async with cores() as app:
        done = await app.complete(running)
        assert done.success
        assert texts(done).count("Waiting for box: its agent is away.") == 1
        assert texts(done).count("begun") == 1
        assert (await app.complete(waiting)).success
        assert app.runs.busy(deployment(WEB)) is None


async def test_an_agent_killed_in_mid_job_leaves_an_interrupted_update(
    app: Core, agent: Agent
) -> None:
    update = await app.start(RunScript(deployment=WEB, script="echo begun; sleep 60; echo never"))
    await app.until_line(update, "begun")
    agent.kill()
    await asyncio.sleep(0.5)
    assert (await app.runs.get(id_of(update))).status is UpdateStatus.IN_PROGRESS
    agent.start()
    done = await app.complete(update, 40)
    assert (done.success, done.outcome) == (False, Outcome.INTERRUPTED)
    assert "begun" in texts(done)
    assert "never" not in texts(done)
    assert app.runs.busy(deployment(WEB)) is None


async def test_a_run_begun_while_the_agent_is_away_goes_on_when_it_comes(
    app: Core, agent: Agent
) -> None:
    agent.kill()
    update = await app.start(RunScript(deployment=WEB, script="echo here"))
    await app.until_line(update, "Waiting for box: its agent is away.", 20)
    agent.start()
    done = await app.complete(update, 40)
    assert done.success
    assert [log.stage for log in done.logs] == ["Wait", "Prepare", "Script"]


async def test_a_run_that_waits_for_its_agent_can_be_cancelled(app: Core, agent: Agent) -> None:
    agent.kill()
    async with asyncio.timeout(20):
        while app.fleet.servers[SERVER].session is not None:
            await asyncio.sleep(0.05)
    update = await app.start(RunScript(deployment=WEB, script="echo never"))
    await asyncio.sleep(0.2)
    await app.runs.cancel(id_of(update), ADMIN)
    assert (await app.complete(update, 2)).outcome is Outcome.CANCELLED


async def test_a_cancel_that_was_stored_is_carried_out_by_the_next_core(cores: Any) -> None:
    async with cores() as app:
        update = await app.start(RunScript(deployment=WEB, script="echo begun; sleep 60"))
        await app.until_line(update, "begun")
    async with cores(link=False) as app:
        await app.runs.cancel(id_of(update), ADMIN)
    async with cores() as app:
        done = await app.complete(update, 10)
        assert done.outcome is Outcome.CANCELLED
        await no_jobs_left(app)


async def test_a_job_given_up_on_is_ended_when_its_agent_comes_back(cores: Any) -> None:
    async with cores() as app:
        update = await app.start(RunScript(deployment=WEB, script="echo begun; sleep 60"))
        await app.until_line(update, "begun")
    async with cores(link=False) as app:
        await app.runs.cancel(id_of(update), ADMIN)
        done = await app.complete(update, 20)
        assert done.outcome is Outcome.CANCELLED
        assert "what became of its job is not known" in done.logs[-1].stderr
    async with cores() as app, asyncio.timeout(10):
        session = app.fleet.session(SERVER)
        while any(job.status is None for job in await session.call(ListJobs(), timeout=5)):
            await asyncio.sleep(0.05)


async def test_a_child_is_found_again_and_not_started_twice(tmp_path: Path, cores: Any) -> None:
    note = f"echo ran >> {tmp_path}/ran"
    scripts = ((API, f"{note}; echo begun; sleep 1.5"), (WEB, note))
    async with cores() as app:
        parent = await app.start(Chain(deployment="c" * 24, scripts=scripts))
        async with asyncio.timeout(10):
            while not (tmp_path / "ran").exists():
                await asyncio.sleep(0.01)
    async with cores() as app:
        done = await app.complete(parent)
        assert done.success
        assert [log.stage for log in done.logs] == ["script 0", "script 1"]
        assert (tmp_path / "ran").read_text() == "ran\nran\n"
        assert len((await app.runs.list()).updates) == 3


async def test_a_cancel_goes_to_the_children(app: Core) -> None:
    scripts = ((API, "echo begun; sleep 60"), (WEB, "echo never"))
    parent = await app.start(Chain(deployment="c" * 24, scripts=scripts))
    async with asyncio.timeout(10):
        while app.runs.busy(deployment(API)) is None:
            await asyncio.sleep(0.01)
    child = app.runs.busy(deployment(API))[1]  # type: ignore[index]
    async with asyncio.timeout(10):
        while not await app.runs.exists(child):
            await asyncio.sleep(0.01)
    await app.until_line(await app.runs.get(child), "begun")
    await app.runs.cancel(id_of(parent), ADMIN)
    assert (await app.complete(parent, 3)).outcome is Outcome.CANCELLED
    assert (await app.complete(child, 3)).outcome is Outcome.CANCELLED
    assert len((await app.runs.list()).updates) == 2


@pytest.mark.parametrize("needed", [True, False])
async def test_a_child_that_fails_fails_its_parent_if_it_is_needed(app: Core, needed: bool) -> None:
    scripts = ((API, "exit 1"), (WEB, "echo second"))
    done = await app.run(Chain(deployment="c" * 24, scripts=scripts, needed=needed))
    assert done.success is not needed
    assert len((await app.runs.list()).updates) == (2 if needed else 3)


async def test_a_child_that_would_wait_for_its_own_parent_is_refused(app: Core) -> None:
    async def odd(_request: Any, _resource: Any, run: Run) -> None:
        await run.child("again", RunScript(deployment=WEB, script="true"))

    Scenario.odd = odd
    done = await app.run(Odd(deployment=WEB))
    assert done.outcome is Outcome.FAILED
    assert done.logs[-1].stderr == "again: Resource is busy"


async def test_effects_that_are_done_are_not_done_again(cores: Any) -> None:
    did: list[str] = []
    stop = asyncio.Event()

    async def odd(_request: Any, _resource: Any, run: Run) -> None:
        await run.once("first", lambda: did.append("first"))
        await run.log("Say", "said")
        await run.job("job", SERVER, lambda: StartContainer(name="echo ran"))
        did.append("between")
        if len(did) == 2:
            stop.set()
            await asyncio.Event().wait()
        await run.once("last", lambda: did.append("last"))

    Scenario.odd = odd
    async with cores() as app:
        update = await app.start(Odd(deployment=WEB))
        await stop.wait()
    async with cores() as app:
        done = await app.complete(update)
    assert did == ["first", "between", "between", "last"]
    assert [text for text in texts(done) if text in {"said", "ran"}] == ["said", "ran"]


async def test_a_run_of_a_build_that_knew_other_steps_says_so(cores: Any) -> None:
    reached = asyncio.Event()

    async def before(_request: Any, _resource: Any, run: Run) -> None:
        await run.once("old name", lambda: 1)
        reached.set()
        await asyncio.Event().wait()

    async def after(_request: Any, _resource: Any, run: Run) -> None:
        await run.once("new name", lambda: 1)

    Scenario.odd = before
    async with cores(build="1") as app:
        update = await app.start(Odd(deployment=WEB))
        await reached.wait()
    Scenario.odd = after
    async with cores(build="2") as app:
        done = await app.complete(update)
    assert done.outcome is Outcome.FAILED
    assert done.logs[-1].stderr == (
        "Monitor was upgraded while this ran, and does not know its step 'old name' any more."
    )


async def test_a_link_that_is_cut_again_and_again_doubles_and_loses_no_line(app: Core) -> None:
    script = f"for i in $(seq 1 {core_program.LINES}); do echo line $i; sleep 0.05; done"
    update = await app.start(RunScript(deployment=WEB, script=script))
    await app.until_line(update, "line 1")
    for _ in range(3):
        await app.until_linked()
        await app.fleet.session(SERVER).close("cut by a test")
        await asyncio.sleep(0.1)
    done = await app.complete(update)
    assert done.success
    assert numbered(done) == ALL_LINES
