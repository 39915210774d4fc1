"""One job of a run: started at its agent at most once, followed to its end through lost links and restarts."""

import asyncio
import base64
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from functools import partial
from typing import Any

import msgspec

from monitor.api.update import Outcome
from monitor.core.runs.agents import Agents, AgentSession
from monitor.core.runs.execution import RunCancelled, RunFailed
from monitor.core.runs.live import LiveUpdate, now_ms
from monitor.core.runs.records import (
    JobRecord,
    Stage,
    UpdateRecord,
    with_job,
    with_stage,
    with_stages_ended,
    with_step,
)
from monitor.core.runs.writer import Bounds, OutputWriter
from monitor.link.base import JobCommand
from monitor.link.commands import (
    CancelJob,
    FollowJob,
    ForgetJob,
    JobEnded,
    JobLines,
    JobResult,
    JobStage,
    StageResult,
    StartJob,
)
from monitor.link.errors import CallFailed, CallTimeout, LinkLost
from monitor.redact import Redactor

log = logging.getLogger(__name__)

AWAY_SECONDS = 6 * 3600
"""How long a run waits for an agent that is away."""
QUIET_SECONDS = 2.0
"""How long an agent may be away before the Update says so."""
CANCEL_AWAY_SECONDS = 10.0
"""How long a cancelled run waits for an agent that is away and may have its job."""
_CALL_SECONDS = 30.0
_AGAIN_SECONDS = 0.3
WAIT_STAGE = "Wait"

MakeCommand = Callable[[], JobCommand | Awaitable[JobCommand]]


class JobOfRun:
    """A job until its result is stored. `resumed`: an earlier Core may have given it to the agent already."""

    def __init__(
        self,
        live: LiveUpdate,
        agents: Agents,
        *,
        name: str,
        server: str,
        make: MakeCommand,
        secrets: Callable[[], dict[str, str]],
        resumed: bool,
    ) -> None:
        self._live = live
        self._agents = agents
        self._name = name
        self._server = server
        self._make = make
        self._secrets = secrets
        self._maybe_there = resumed
        self._bounds: Bounds | None = None
        self._cancel_seen_ms: int | None = None
        self.id = f"{live.id}/{name}"

    async def result(self) -> JobResult:
        """Start or find the job, follow it to its end, and store how it ended.

        Raises RunCancelled where it was cancelled before it began, RunFailed where its agent refuses it or stays
        away.
        """
        command = await self._command()
        while True:
            session = await self._reach()
            try:
                result = await self._attempt(session, command)
            except (LinkLost, CallTimeout):
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                break
        await self._live.change(partial(_with_result, name=self._name, result=result, now=now_ms()))
        return result

    @property
    def _accepted(self) -> bool:
        return self._live.record.job(self._name) is not None

    async def _command(self) -> JobCommand | None:
        """The command, made anew. Where the job is accepted already it only tells us the secrets."""
        try:
            made = self._make()
            return await made if isinstance(made, Awaitable) else made
        except Exception:
            if not self._accepted:
                raise
            log.warning("the command of job %s could not be made again", self.id, exc_info=True)
            return None

    # --- Reaching the agent

    async def _reach(self) -> AgentSession:
        session = self._agents.session(self._server)
        if session is not None:
            return session
        since = now_ms()
        waiting = self._open_wait()
        while (session := self._agents.session(self._server)) is None:
            self._give_up_if_cancelled()
            waited = (now_ms() - (waiting.start_ts if waiting else since)) / 1000
            if waited > AWAY_SECONDS:
                raise self._stayed_away()
            if waiting is None and waited >= QUIET_SECONDS:
                waiting = await self._say_waiting(since)
            await self._until_changed(None if waiting else QUIET_SECONDS - waited)
        if waiting is not None:
            ended = msgspec.structs.replace(waiting, success=True, end_ts=now_ms())
            await self._live.stage(ended)
        return session

    def _open_wait(self) -> Stage | None:
        """The stage in which an earlier Core waited when it died."""
        stages = self._live.record.stages
        open_ones = [s for s in stages if s.job == f"{self._name}/wait" and s.success is None]
        return open_ones[-1] if open_ones else None

    async def _say_waiting(self, since: int) -> Stage:
        job = f"{self._name}/wait"
        index = sum(stage.job == job for stage in self._live.record.stages)
        stage = Stage(job=job, index=index, name=WAIT_STAGE, start_ts=since)
        await self._live.stage(stage)
        text = f"Waiting for {self._agents.name(self._server)}: its agent is away."
        await self._live.say(stage, text)
        return stage

    async def _until_changed(self, at_most: float | None) -> None:
        """Until the agent may be there, the run is cancelled (once), or `at_most` seconds have gone."""
        waits = [asyncio.ensure_future(self._agents.until_changed(self._server))]
        if not self._live.cancelled.is_set():
            waits.append(asyncio.ensure_future(self._cancelled()))
        try:
            await asyncio.wait(waits, timeout=at_most, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _cancelled(self) -> None:
        await self._live.cancelled.wait()

    def _give_up_if_cancelled(self) -> None:
        if not self._live.cancelled.is_set():
            return
        if not self._accepted and not self._maybe_there:
            raise RunCancelled
        self._cancel_seen_ms = self._cancel_seen_ms or now_ms()
        if now_ms() - self._cancel_seen_ms > CANCEL_AWAY_SECONDS * 1000:
            raise RunCancelled(
                f"The agent of {self._agents.name(self._server)} is away: what became of its job is not known."
                " It is told to end it when it is back."
            )

    def _stayed_away(self) -> RunFailed:
        hours = AWAY_SECONDS // 3600
        message = f"The agent of {self._agents.name(self._server)} was away for {hours} hours"
        if self._accepted:
            unknown = f"{message}; what became of its job is not known."
            return RunFailed(unknown, Outcome.INTERRUPTED)
        return RunFailed(f"{message}; nothing was started.")

    # --- One attempt over one link

    async def _attempt(self, session: AgentSession, command: JobCommand | None) -> JobResult:
        try:
            if not self._accepted and not self._live.cancelled.is_set() and command is not None:
                self._maybe_there = True
                start = StartJob(job=self.id, command=command)  # pyright: ignore[reportArgumentType]
                await session.call(start, timeout=_CALL_SECONDS)
            if not self._accepted and not self._maybe_there:
                raise RunCancelled
            async with self._cancelling(session):
                return await self._follow(session)
        except CallFailed as error:
            return self._refused(error)

    def _refused(self, error: CallFailed) -> JobResult:
        if error.code in {"busy", "link_lost"}:
            raise LinkLost(error.message) from error
        if error.code != "unknown_job":
            raise RunFailed(error.message) from error
        if self._accepted:
            name = self._agents.name(self._server)
            return JobResult(
                status="interrupted",
                message=f"The agent of {name} does not know the job any more, so it is not known how it ended.",
            )
        if self._live.cancelled.is_set():
            raise RunCancelled from error
        raise RunFailed(error.message) from error

    @asynccontextmanager
    async def _cancelling(self, session: AgentSession) -> AsyncGenerator[None, None]:
        """Meanwhile, pass a cancel on to the agent. The result is what it makes of it."""

        async def pass_on() -> None:
            await self._live.cancelled.wait()
            with suppress(LinkLost, CallTimeout, CallFailed):
                await session.call(CancelJob(job=self.id), timeout=_CALL_SECONDS)

        task = asyncio.ensure_future(pass_on())
        try:
            yield
        finally:
            task.cancel()

    async def _follow(self, session: AgentSession) -> JobResult:
        if self._bounds is None:
            self._bounds = Bounds()
            after = await self._bounds.count_stored(self._live.output, self._live.id, self._name)
        else:
            after = await self._live.output.last_seq(self._live.id, self._name)
        redactor = Redactor(self._secrets())
        accepted = JobRecord(name=self._name, server=self._server)
        writer = OutputWriter(self._live, self._name, redactor, self._bounds, session.offset_ms)
        chunks = session.stream(FollowJob(job=self.id, after=after), timeout=None)
        async with writer, aclosing(chunks):
            async for chunk in chunks:
                if not self._accepted:
                    writer.change(partial(_with_accepted, job=accepted))
                match chunk:
                    case JobLines():
                        writer.lines(chunk.lines)
                    case JobStage():
                        writer.stage(chunk)
                    case JobEnded():
                        return _masked(chunk.result, redactor)
                await writer.room()
        raise LinkLost("the job's output ended before the job did")


def _with_accepted(record: UpdateRecord, *, job: JobRecord) -> UpdateRecord:
    return record if record.job(job.name) is not None else with_job(record, job)


def _masked(result: JobResult, redactor: Redactor) -> JobResult:
    return msgspec.structs.replace(result, message=redactor.mask(result.message))


# --- Results in the record


def _with_result(record: UpdateRecord, *, name: str, result: JobResult, now: int) -> UpdateRecord:
    for index, told in enumerate(result.stages):
        place = record.place(name, index)
        if place >= 0 and record.stages[place].success is None:
            ended = msgspec.structs.replace(
                record.stages[place], success=told.success, end_ts=max(now, told.start_ts)
            )
            record = with_stage(record, ended)
    record = with_stages_ended(record, now, success=result.status == "done", job=name)
    known = record.job(name)
    if known is not None:
        record = with_job(record, msgspec.structs.replace(known, ended=True))
    stored: dict[str, Any] = {
        "status": result.status,
        "message": result.message,
        "value": base64.b64encode(result.value).decode(),
        "last_seq": result.last_seq,
    }
    return with_step(record, name, stored)


def stored_result(record: UpdateRecord, name: str) -> JobResult | None:
    """How a job ended, if that is stored."""
    step = record.step(name)
    if step is None:
        return None
    stages = tuple(
        StageResult(
            name=stage.name,
            command=stage.command,
            success=bool(stage.success),
            start_ts=stage.start_ts,
            end_ts=stage.end_ts or stage.start_ts,
        )
        for stage in record.stages
        if stage.job == name
    )
    return JobResult(
        status=step.value["status"],
        message=step.value["message"],
        stages=stages,
        value=base64.b64decode(step.value["value"]),
        last_seq=step.value["last_seq"],
    )


async def forget(session: AgentSession, job: str) -> None:
    """Let an agent remove a job whose result is stored; if it can't be told now, it is when it comes back."""
    with suppress(LinkLost, CallTimeout, CallFailed):
        await session.call(ForgetJob(job=job), timeout=_CALL_SECONDS)
