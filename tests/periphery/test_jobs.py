"""Jobs: done once, followed from any line, bounded, and told truthfully after a kill."""

import asyncio
import os
import signal
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import cast

import msgspec
import pytest

from monitor.link.base import CommandFailed, JobCommand
from monitor.link.commands import (
    DeployDone,
    JobEnded,
    JobLine,
    JobLines,
    JobResult,
    JobStage,
    PullImage,
    StartContainer,
)
from monitor.periphery.job import Job, now_ms
from monitor.periphery.jobs import Jobs
from monitor.periphery.spool import Accepted, Spool

UPDATE = "0123456789abcdef01234567"
COMMAND = StartContainer(name="web")

Followed = tuple[list[JobLine], list[JobStage], JobResult]


async def follow(jobs: Jobs, job: str, after: int = 0) -> Followed:
    lines: list[JobLine] = []
    marks: list[JobStage] = []
    async with asyncio.timeout(20):
        async for chunk in jobs.follow(job, after):
            if isinstance(chunk, JobLines):
                lines.extend(chunk.lines)
            elif isinstance(chunk, JobStage):
                marks.append(chunk)
            elif isinstance(chunk, JobEnded):
                return lines, marks, chunk.result
    raise AssertionError("the stream ended without a result")


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Callable[..., Jobs]]:
    made: list[Jobs] = []

    def make(work: object, **options: object) -> Jobs:
        jobs = Jobs(tmp_path / "jobs", work, **options)  # type: ignore[arg-type]
        (tmp_path / "jobs").mkdir(exist_ok=True)
        made.append(jobs)
        return jobs

    yield make
    for jobs in made:
        await jobs.close()


async def shell(job: Job, command: JobCommand) -> None:
    with job.stage("Shell", "sh -c ..."):
        await job.run(["sh", "-c", cast(StartContainer, command).name])


async def test_lines_stages_and_value_reach_the_follower(opened: Callable[..., Jobs]) -> None:
    async def work(job: Job, _: JobCommand) -> DeployDone:
        job.line("before")
        with job.stage("One", "echo one"):
            await job.run(["echo", "one"])
        with job.stage("Two", "two"):
            job.line("own words")
        return DeployDone(container_id="c", image_id="i")

    jobs = opened(work)
    assert not (await jobs.start(f"{UPDATE}/deploy", COMMAND)).known
    lines, marks, result = await follow(jobs, f"{UPDATE}/deploy")
    assert [(line.seq, line.stage, line.stream, line.text) for line in lines] == [
        (1, -1, "sys", "before"),
        (2, 0, "out", "one"),
        (3, 1, "sys", "own words"),
    ]
    assert [(mark.index, mark.success) for mark in marks] == [
        (0, None),
        (0, True),
        (1, None),
        (1, True),
    ]
    assert result.status == "done"
    assert result.last_seq == 3
    assert [(stage.name, stage.command, stage.success) for stage in result.stages] == [
        ("One", "echo one", True),
        ("Two", "two", True),
    ]
    assert msgspec.msgpack.decode(result.value, type=DeployDone).container_id == "c"


async def test_a_job_id_is_done_at_most_once(opened: Callable[..., Jobs]) -> None:
    ran: list[str] = []

    async def work(job: Job, _: JobCommand) -> None:
        ran.append(job.id)

    jobs = opened(work)
    answers = await asyncio.gather(*(jobs.start(f"{UPDATE}/x", COMMAND) for _ in range(5)))
    await jobs.idle()
    assert (await jobs.start(f"{UPDATE}/x", COMMAND)).known
    assert [answer.known for answer in answers].count(False) == 1
    assert ran == [f"{UPDATE}/x"]


async def test_a_failure_names_its_stage_and_its_reason(opened: Callable[..., Jobs]) -> None:
    jobs = opened(shell)
    await jobs.start(
        f"{UPDATE}/x", StartContainer(name="echo fine; echo 'Error: no luck' >&2; exit 4")
    )
    lines, marks, result = await follow(jobs, f"{UPDATE}/x")
    assert (result.status, result.message) == ("failed", "Error: no luck")
    assert [stage.success for stage in result.stages] == [False]
    assert marks[-1].success is False
    assert {line.text for line in lines} >= {"fine", "Error: no luck"}


async def test_an_unexpected_error_is_a_failed_job(opened: Callable[..., Jobs]) -> None:
    async def work(job: Job, _: JobCommand) -> None:
        with job.stage("Broken"):
            raise ZeroDivisionError

    jobs = opened(work)
    await jobs.start(f"{UPDATE}/x", COMMAND)
    _, _, result = await follow(jobs, f"{UPDATE}/x")
    assert result.status == "failed"
    assert "agent" in result.message


async def test_a_line_reaches_the_follower_while_the_job_runs(opened: Callable[..., Jobs]) -> None:
    jobs = opened(shell)
    start = time.monotonic()
    await jobs.start(f"{UPDATE}/x", StartContainer(name="echo first; sleep 1; echo last"))
    async for chunk in jobs.follow(f"{UPDATE}/x", 0):
        if isinstance(chunk, JobLines):
            assert chunk.lines[0].text == "first"
            break
    assert time.monotonic() - start < 0.7


async def test_following_from_a_line_gives_the_rest_once_and_all_marks(
    opened: Callable[..., Jobs],
) -> None:
    jobs = opened(shell)
    await jobs.start(f"{UPDATE}/x", StartContainer(name="for i in 1 2 3 4 5 6; do echo $i; done"))
    both = await asyncio.gather(follow(jobs, f"{UPDATE}/x"), follow(jobs, f"{UPDATE}/x", 4))
    later = await follow(jobs, f"{UPDATE}/x", 4)
    assert [line.text for line in both[0][0]] == list("123456")
    for lines, marks, _ in (both[1], later):
        assert [line.seq for line in lines] == [5, 6]
        assert [mark.success for mark in marks] == [None, True]


async def test_four_run_and_the_rest_wait_in_order(opened: Callable[..., Jobs]) -> None:
    began: list[str] = []
    go = asyncio.Event()

    async def work(job: Job, _: JobCommand) -> None:
        began.append(job.id[-1])
        await go.wait()

    jobs = opened(work)
    for name in "abcdefg":
        await jobs.start(f"{UPDATE}/{name}", COMMAND)
    await asyncio.sleep(0.05)
    assert began == list("abcd")
    assert jobs.cancel(f"{UPDATE}/f")
    lines, _, result = await follow(jobs, f"{UPDATE}/f")
    assert result.status == "cancelled"
    assert "Waiting" in lines[0].text
    go.set()
    await jobs.idle()
    assert began == list("abcdeg")


async def test_cancel_ends_the_program_and_says_so(opened: Callable[..., Jobs]) -> None:
    jobs = opened(shell)
    await jobs.start(f"{UPDATE}/x", StartContainer(name="echo up; sleep 100"))
    asyncio.get_running_loop().call_later(0.3, jobs.cancel, f"{UPDATE}/x")
    start = time.monotonic()
    lines, _, result = await follow(jobs, f"{UPDATE}/x")
    assert result.status == "cancelled"
    assert [line.text for line in lines] == ["up", "Cancelled."]
    assert time.monotonic() - start < 2
    assert not jobs.cancel(f"{UPDATE}/x")


async def test_a_result_wins_over_a_late_cancel(opened: Callable[..., Jobs]) -> None:
    async def work(job: Job, _: JobCommand) -> None:
        job.cancelled.set()

    jobs = opened(work)
    await jobs.start(f"{UPDATE}/x", COMMAND)
    assert (await follow(jobs, f"{UPDATE}/x"))[2].status == "done"


async def test_secrets_are_not_in_the_spool(opened: Callable[..., Jobs], tmp_path: Path) -> None:
    async def work(job: Job, _: JobCommand) -> None:
        job.hide("TOKEN", "s3cret-value\nsecond part")
        job.hide("SHORT", "abc")
        with job.stage("Login", "login s3cret-value"):
            await job.run(["echo", "it is s3cret-value; abc"])
            await job.run(["sh", "-c", "echo second part; exit 1"])

    jobs = opened(work)
    await jobs.start(f"{UPDATE}/x", COMMAND)
    lines, _, result = await follow(jobs, f"{UPDATE}/x")
    assert lines[0].text == "it is <TOKEN>; abc"
    assert result.stages[0].command == "login <TOKEN>"
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"s3cret-value" not in stored
    assert b"second part" not in stored


async def test_a_flood_keeps_the_first_and_the_last_lines(opened: Callable[..., Jobs]) -> None:
    text = "x" * 1000

    async def work(job: Job, _: JobCommand) -> None:
        for number in range(20_000):
            job.line(f"{number} {text}")
            if number % 500 == 0:
                await asyncio.sleep(0)

    jobs = opened(work)
    await jobs.start(f"{UPDATE}/x", COMMAND)
    await jobs.idle()
    lines, _, result = await follow(jobs, f"{UPDATE}/x")
    size = sum(len(line.text) for line in lines)
    assert 7.5 * 1024 * 1024 < size < 8 * 1024 * 1024
    assert result.last_seq == lines[-1].seq == 20_000
    sequence = [line.seq for line in lines]
    assert sequence == sorted(set(sequence))
    said = [line for line in lines if "not kept" in line.text]
    assert len(said) == 1
    dropped = int(said[0].text[1:].split()[0])
    assert dropped == 20_000 - (len(lines) - 1)
    assert Spool(jobs._root / UPDATE / "x").size() < 8.6 * 1024 * 1024


async def test_a_fast_follower_of_a_flood_misses_nothing(opened: Callable[..., Jobs]) -> None:
    async def work(job: Job, _: JobCommand) -> None:
        for number in range(15_000):
            job.line(f"{number} {'y' * 1000}")
            if number % 50 == 0:
                await asyncio.sleep(0.001)

    jobs = opened(work)
    await jobs.start(f"{UPDATE}/x", COMMAND)
    lines, _, _ = await follow(jobs, f"{UPDATE}/x")
    assert [line.seq for line in lines] == list(range(1, 15_001))


@pytest.mark.parametrize(
    "job",
    [
        "",
        "x",
        f"{UPDATE}",
        f"{UPDATE}/",
        f"{UPDATE}/../x",
        "../etc/passwd",
        f"{UPDATE}/a/b",
        f"{UPDATE}/.x",
        f"{UPDATE}/x\n",
    ],
)
async def test_a_job_id_cannot_leave_the_spool(opened: Callable[..., Jobs], job: str) -> None:
    jobs = opened(shell)
    with pytest.raises(CommandFailed, match="24 hex") as failed:
        await jobs.start(job, COMMAND)
    assert failed.value.code == "bad_job"


async def test_a_forgotten_job_is_gone(opened: Callable[..., Jobs], tmp_path: Path) -> None:
    jobs = opened(shell)
    await jobs.start(f"{UPDATE}/x", StartContainer(name="sleep 0.3"))
    with pytest.raises(CommandFailed, match="not ended"):
        jobs.forget(f"{UPDATE}/x")
    await jobs.idle()
    assert [(info.job, info.kind, info.status) for info in jobs.known()] == [
        (f"{UPDATE}/x", "StartContainer", "done")
    ]
    assert jobs.forget(f"{UPDATE}/x")
    assert not jobs.forget(f"{UPDATE}/x")
    assert list((tmp_path / "jobs").iterdir()) == []
    with pytest.raises(CommandFailed, match="no job"):
        await follow(jobs, f"{UPDATE}/x")


async def test_expired_jobs_are_removed_at_start(
    opened: Callable[..., Jobs], tmp_path: Path
) -> None:
    for name, age_days in (("old", 8), ("new", 6)):
        folder = tmp_path / "jobs" / UPDATE / name
        folder.mkdir(parents=True)
        spool = Spool(folder)
        await spool.accept(
            Accepted(job=f"{UPDATE}/{name}", kind="X", ts_ms=now_ms() - age_days * 86_400_000)
        )
        await spool.end(JobResult(status="done"))
    jobs = opened(shell)
    await jobs.open()
    assert [info.job for info in jobs.known()] == [f"{UPDATE}/new"]


async def test_the_spool_is_bounded_and_forgets_no_result(opened: Callable[..., Jobs]) -> None:
    jobs = opened(shell, limit=300_000)
    for name in "abcd":
        await jobs.start(f"{UPDATE}/{name}", StartContainer(name="seq 1 3000"))
        await jobs.idle()
    await jobs.start(f"{UPDATE}/e", StartContainer(name="true"))
    await jobs.idle()
    assert len(jobs.known()) == 5
    oldest, _, result = await follow(jobs, f"{UPDATE}/a")
    newest, _, _ = await follow(jobs, f"{UPDATE}/d")
    assert (len(oldest), len(newest)) == (0, 3000)
    assert result.status == "done"


async def test_a_killed_agent_reports_its_job_as_interrupted_with_what_it_printed(
    opened: Callable[..., Jobs], tmp_path: Path
) -> None:
    script = textwrap.dedent(f"""
        import asyncio
        from pathlib import Path
        from monitor.link.commands import PullImage
        from monitor.periphery.jobs import Jobs

        async def work(job, command):
            with job.stage("Long", "long"):
                job.line("printed before")
                await asyncio.sleep(0.05)
                print("up", flush=True)
                await asyncio.sleep(60)

        async def main():
            jobs = Jobs(Path({str(tmp_path / "jobs")!r}), work)
            await jobs.open()
            await jobs.start("{UPDATE}/x", PullImage(image="i"))
            await asyncio.sleep(60)

        asyncio.run(main())
    """)
    agent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    assert agent.stdout is not None
    await asyncio.wait_for(agent.stdout.readline(), 10)
    os.kill(agent.pid, signal.SIGKILL)
    await agent.wait()
    with (tmp_path / "jobs" / UPDATE / "x" / "output").open("ab") as file:
        file.write(b"[2,17")

    async def recover(job: Job, kind: str) -> str:
        job.line(f"cleaning up after {kind}")
        return "All is well."

    jobs = opened(shell, recover=recover)
    await jobs.open()
    lines, marks, result = await follow(jobs, f"{UPDATE}/x")
    assert [(line.seq, line.text) for line in lines] == [
        (1, "printed before"),
        (2, "The agent was stopped while this job ran."),
        (3, "cleaning up after PullImage"),
    ]
    assert result.status == "interrupted"
    assert result.message.endswith("All is well.")
    assert [(stage.name, stage.success) for stage in result.stages] == [("Long", False)]
    assert marks[0].name == "Long"
    assert (await jobs.start(f"{UPDATE}/x", PullImage(image="i"))).known


async def test_a_missing_program_fails_the_job_with_its_name(opened: Callable[..., Jobs]) -> None:
    async def work(job: Job, _: JobCommand) -> None:
        await job.run(["no-such-program"])

    jobs = opened(work)
    await jobs.start(f"{UPDATE}/x", COMMAND)
    result = (await follow(jobs, f"{UPDATE}/x"))[2]
    assert result.message.startswith("no-such-program cannot be started")
