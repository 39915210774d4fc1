"""Builds take turns: two run, others wait where one can see it, and what is no build passes them."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from monitor.link.base import JobCommand
from monitor.link.commands import BuildImage, StartContainer
from monitor.periphery.job import Job
from monitor.periphery.jobs import Jobs
from monitor.periphery.locks import Locks
from monitor.periphery.spool import Spool

UPDATE = "0123456789abcdef01234567"
BUILD = BuildImage(name="web", images=("web",))


class Turns:
    """Jobs that run until they are let go."""

    def __init__(self, root: Path) -> None:
        self.jobs = Jobs(root, self._work)
        self.begun: dict[str, asyncio.Event] = {}
        self._go: dict[str, asyncio.Event] = {}

    async def start(self, name: str, command: JobCommand) -> None:
        self.begun[name], self._go[name] = asyncio.Event(), asyncio.Event()
        await self.jobs.start(f"{UPDATE}/{name}", command)

    async def _work(self, job: Job, _: JobCommand) -> None:
        name = job.id.partition("/")[2]
        self.begun[name].set()
        await job.race(self._go[name].wait())

    def end(self, name: str) -> None:
        self._go[name].set()

    async def text(self, name: str) -> str:
        async for chunk in self.jobs.follow(f"{UPDATE}/{name}", 0):
            for line in getattr(chunk, "lines", ()):
                return line.text
        return ""

    @property
    def waiting(self) -> set[str]:
        return {one.job.partition("/")[2] for one in self.jobs.known() if one.waiting}


@pytest.fixture
async def turns(tmp_path: Path) -> AsyncIterator[Turns]:
    turns = Turns(tmp_path / "jobs")
    await turns.jobs.open()
    yield turns
    await turns.jobs.close()


async def test_two_builds_run_and_the_third_waits_visibly(turns: Turns) -> None:
    for name in ("one", "two", "three"):
        await turns.start(name, BUILD)
    await turns.start("other", StartContainer(name="web"))
    async with asyncio.timeout(10):
        for name in ("one", "two", "other"):
            await turns.begun[name].wait()
        assert turns.waiting == {"three"}
        assert await turns.text("three") == "Waiting: 2 builds run on this server."
        turns.end("other")
        turns.end("two")
        await turns.begun["three"].wait()
    assert turns.waiting == set()


async def test_a_waiting_build_can_be_cancelled(turns: Turns) -> None:
    for name in ("one", "two", "three"):
        await turns.start(name, BUILD)
    assert turns.jobs.cancel(f"{UPDATE}/three")
    chunks = [chunk async for chunk in turns.jobs.follow(f"{UPDATE}/three", 0)]
    assert chunks[-1].result.status == "cancelled"  # type: ignore[union-attr]


async def test_builds_leave_room_for_others_and_others_for_none(turns: Turns) -> None:
    for name in ("a", "b", "c", "d"):
        await turns.start(name, StartContainer(name=name))
    await turns.start("build", BUILD)
    assert turns.waiting == {"build"}
    assert await turns.text("build") == "Waiting: 4 other jobs are running on this server."


async def test_a_prune_waits_for_builds_and_a_deploy_does_not_wait_for_that_prune(
    tmp_path: Path,
) -> None:
    locks = Locks()

    def job(name: str) -> Job:
        (tmp_path / name).mkdir()
        return Job(name, Spool(tmp_path / name))

    async def hold(lock: AbstractAsyncContextManager[None]) -> None:
        async with lock:
            return

    async with asyncio.timeout(10):
        async with locks.build(job("build")):
            prune = asyncio.ensure_future(hold(locks.alone(job("prune"))))
            await asyncio.sleep(0)
            await hold(locks.swap(job("deploy"), "web"))
            other = asyncio.ensure_future(hold(locks.build(job("other"))))
            await asyncio.sleep(0)
            assert not prune.done()
            assert not other.done()
        await asyncio.gather(prune, other)


async def test_secrets_are_masked_in_every_form_before_they_reach_the_spool(tmp_path: Path) -> None:
    secret = "canary/secret+value%42"
    long = "x" * (64 * 1024 - 10)
    script = (
        f"echo plain {secret}; printf %s {secret} | base64 -w0; echo; "
        f"echo {base64.urlsafe_b64encode(secret.encode()).decode()}; echo canary%2Fsecret%2Bvalue%2542; "
        f"printf '%s%s\\n' {long} {secret}"
    )

    async def work(job: Job, _: JobCommand) -> None:
        job.hide("KEY", secret)
        with job.stage("Shell", f"echo {secret}"):
            await job.run(("sh", "-c", script))

    jobs = Jobs(tmp_path / "jobs", work)
    await jobs.open()
    await jobs.start(f"{UPDATE}/shell", BUILD)
    await jobs.idle()
    spool = b"".join(file.read_bytes() for file in (tmp_path / "jobs").rglob("*") if file.is_file())
    for form in (
        secret.encode(),
        base64.b64encode(secret.encode())[:-4],
        b"secret%2Bvalue",
        b"y/secr",
    ):
        assert form not in spool
    assert spool.count(b"<KEY>") == 8, (
        "five lines; the stage at its begin and end, and in the result"
    )
    await jobs.close()
