"""An agent with its real link and job engine. A container's name is the script that starting it runs."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, cast

from monitor.link.base import Command, CommandFailed, Event, JobCommand, StreamCommand
from monitor.link.commands import (
    CancelJob,
    DeployDone,
    FollowJob,
    ForgetJob,
    ListJobs,
    StartContainer,
    StartJob,
)
from monitor.link.session import Session
from monitor.link.vocabulary import VOCABULARY
from monitor.periphery.job import Job
from monitor.periphery.jobs import Jobs
from monitor.periphery.link import CoreLink, LinkSettings


async def work(job: Job, command: JobCommand) -> DeployDone:
    script = cast(StartContainer, command).name
    with job.stage("Prepare", "true"):
        job.line("preparing")
    with job.stage("Script", "sh -c ..."):
        await job.run(["sh", "-c", script])
    return DeployDone(container_id="c1", image_id="i1")


class Handler:
    """What Core may ask of this agent."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def handle(self, command: Command[Any], session: Session) -> Any:
        match command:
            case StartJob():
                return await self._jobs.start(command.job, command.command)
            case CancelJob():
                return self._jobs.cancel(command.job)
            case ForgetJob():
                return self._jobs.forget(command.job)
            case ListJobs():
                return self._jobs.known()
            case _:
                raise CommandFailed("unknown_command", type(command).__name__)

    async def stream(
        self, command: StreamCommand[Any], session: Session
    ) -> AsyncGenerator[Any, None]:
        assert isinstance(command, FollowJob)
        async for chunk in self._jobs.follow(command.job, command.after):
            yield chunk

    async def event(self, event: Event, session: Session) -> None:
        pass

    def up(self, session: Session) -> None:
        pass

    def down(self, reason: str, session: Session) -> None:
        pass


async def main(root: Path, port: int, core_key: str) -> None:
    jobs = Jobs(root / "jobs", work, at_once=20)
    await jobs.open()
    settings = LinkSettings(
        name="box",
        version="1",
        keys_dir=root,
        core_public_keys=(core_key,),
        bind_ip="127.0.0.1",
        port=port,
    )
    await CoreLink(settings, Handler(jobs), VOCABULARY).run()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
