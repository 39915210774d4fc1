"""An agent's engine over the real Docker, and a way to run one job on it to its end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from msgspec import Struct

from docker_fixtures import (
    MakeImage,
    busybox_image,
    container_name,
    docker_engine,
    make_image,
    registry,
)
from monitor.link.base import JobCommand
from monitor.link.commands import JobLine, JobResult
from monitor.periphery.docker import Docker
from monitor.periphery.engine import Engine
from monitor.periphery.job import Job
from monitor.periphery.jobs import Jobs
from monitor.periphery.places import Places
from monitor.periphery.swap_recover import recover_interrupted
from monitor.periphery.work import work

__all__ = [
    "MakeImage",
    "busybox_image",
    "container_name",
    "docker_engine",
    "make_image",
    "registry",
]

UPDATE = "0123456789abcdef01234567"


class Outcome(Struct, frozen=True):
    """A job that has ended, with all it printed."""

    result: JobResult
    lines: tuple[JobLine, ...]

    @property
    def text(self) -> str:
        """All lines, and how it ended."""
        return "\n".join([line.text for line in self.lines] + [self.result.message])

    @property
    def stages(self) -> list[tuple[str, bool]]:
        """Stage names and whether they succeeded."""
        return [(stage.name, stage.success) for stage in self.result.stages]


ValueT = TypeVar("ValueT", bound=Struct)


def value(outcome: Outcome, type_: type[ValueT]) -> ValueT:
    """What a job that is done has returned."""
    assert outcome.result.status == "done", outcome.text
    return msgspec.msgpack.decode(outcome.result.value, type=type_)


class Agent:
    """The jobs of one agent, without its link."""

    def __init__(self, root: Path, engine: Engine) -> None:
        self.engine = engine
        self.places = Places(root)
        self.jobs = Jobs(root / "jobs", self._work, recover=self._recover)
        self._count = 0

    async def _work(self, job: Job, command: JobCommand) -> Struct | None:
        return await work(job, command, self.engine, self.places)

    async def _recover(self, job: Job, kind: str) -> str:
        return await recover_interrupted(job, self.engine, kind)

    async def begin(self, command: JobCommand) -> str:
        self._count += 1
        job = f"{UPDATE}/job-{self._count}"
        await self.jobs.start(job, command)
        return job

    async def end(self, job: str) -> Outcome:
        lines: list[JobLine] = []
        async with asyncio.timeout(60):
            async for chunk in self.jobs.follow(job, 0):
                lines.extend(getattr(chunk, "lines", ()))
                result = getattr(chunk, "result", None)
                if result is not None:
                    return Outcome(result, tuple(lines))
        raise AssertionError("no result")

    async def run(self, command: JobCommand) -> Outcome:
        return await self.end(await self.begin(command))

    async def until_line(self, job: str, text: str) -> None:
        """Wait until a line holds `text`."""
        async with asyncio.timeout(30):
            async for chunk in self.jobs.follow(job, 0):
                if any(text in line.text for line in getattr(chunk, "lines", ())):
                    return

    async def until_stage(self, job: str, name: str) -> None:
        """Wait until a stage has begun."""
        async with asyncio.timeout(30):
            async for chunk in self.jobs.follow(job, 0):
                if getattr(chunk, "name", "") == name:
                    return


@pytest.fixture
async def agent(tmp_path: Path, docker_engine: None) -> AsyncIterator[Agent]:
    docker = Docker()
    agent = Agent(tmp_path, Engine(docker, tmp_path / "tmp", agent=str(tmp_path)))
    await agent.jobs.open()
    yield agent
    await agent.jobs.close()
    await docker.close()
