"""Durable jobs: accepted once, followed from any line, told of until Core says it has everything."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from monitor.link.base import CommandFailed, JobCommand
from monitor.link.commands import (
    BuildImage,
    JobAccepted,
    JobChunk,
    JobEnded,
    JobInfo,
    JobLine,
    JobLines,
    JobResult,
    JobStage,
    JobStatus,
)
from monitor.periphery.job import Job, JobCancelled, JobFailed, now_ms
from monitor.periphery.spool import JOB_ID, Accepted, Spool

log = logging.getLogger(__name__)

AT_ONCE = 4
BUILDS_AT_ONCE = 2
"""Of the jobs at once, those that build images: they take processors, memory and disk."""
KEPT_MS = 7 * 24 * 3600 * 1000
SPOOL_BYTES = 512 * 1024 * 1024
EXPIRY_SECONDS = 3600.0

Work = Callable[[Job, JobCommand], Awaitable[Struct | None]]
"""Does a job; returns its value, raises JobFailed or JobCancelled."""
Recovery = Callable[[Job, str], Awaitable[str]]
"""Cleans up after an interrupted job of a kind; returns a sentence for its result."""


class Jobs:
    """The jobs of this agent. `root` is their folder; `limit` bounds what all their output takes, in bytes."""

    def __init__(
        self,
        root: Path,
        work: Work,
        *,
        recover: Recovery | None = None,
        at_once: int = AT_ONCE,
        builds_at_once: int = BUILDS_AT_ONCE,
        limit: int = SPOOL_BYTES,
    ) -> None:
        self._root = root
        self._work = work
        self._recover = recover
        self._at_once = at_once
        self._builds_at_once = builds_at_once
        self._limit = limit
        self._live: dict[str, Job] = {}
        self._waiting: deque[tuple[Job, JobCommand]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = 0
        self._building = 0

    # --- life

    async def open(self) -> None:
        """Read the spool: drop what has expired, and end as interrupted what an earlier agent left."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.expire()
        for job, spool in list(self._spools()):
            if spool.result() is not None:
                continue
            accepted = spool.accepted()
            if accepted is None:
                spool.remove()
                continue
            spool.reopen()
            live = self._live[job] = Job(job, spool)
            self._spawn(self._interrupt(live, accepted.kind))

    async def keep(self) -> None:
        """Drop expired jobs, hour by hour, for ever."""
        while True:
            await asyncio.sleep(EXPIRY_SECONDS)
            self.expire()

    async def close(self) -> None:
        """Stop at once. Jobs under way stay without a result, and are interrupted at the next start."""
        self._waiting.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until no job runs or waits."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    # --- what Core asks

    async def start(self, job: str, command: JobCommand) -> JobAccepted:
        """Accept a job, at most once per id. Fails with `bad_job` or `spool_full`."""
        spool = self._spool(job)
        if job in self._live:
            return JobAccepted(job=job, known=True)
        if spool.folder.exists():
            return JobAccepted(job=job, known=True)
        self._make_room()
        spool.folder.mkdir(mode=0o700, parents=True)
        live = self._live[job] = Job(job, spool)
        # A caller that is cut off meanwhile must not leave a job that is accepted and never begins.
        accepting = asyncio.get_running_loop().create_task(self._accept(live, command))
        self._tasks.add(accepting)
        accepting.add_done_callback(self._tasks.discard)
        await asyncio.shield(accepting)
        return JobAccepted(job=job)

    async def _accept(self, live: Job, command: JobCommand) -> None:
        kind = type(command).__name__
        try:
            await live.spool.accept(Accepted(job=live.id, kind=kind, ts_ms=now_ms()))
        except OSError as error:
            del self._live[live.id]
            live.spool.remove()
            raise CommandFailed("spool", f"the job cannot be stored: {error.strerror}") from error
        if live.cancelled.is_set():
            self._spawn(self._end(live, "cancelled", "Cancelled before it started."))
        else:
            self._waiting.append((live, command))
            self._begin_next()
            if any(waiting is live for waiting, _ in self._waiting):
                live.line(self._why_waiting(command))

    async def follow(self, job: str, after: int) -> AsyncGenerator[JobChunk, None]:
        """All marks, the lines after `after` as they come, and the end. Fails with `unknown_job`."""
        spool = self._spool(job)
        live = self._live.get(job)
        result = None if live else spool.result()
        if live is None and result is None:
            raise CommandFailed("unknown_job", f"there is no job {job} on this server")
        marks = live.marks if live else spool.stages()
        told = 0
        batches = spool.read(after)
        try:
            while True:
                moved = live.moved if live else None
                lines = next(batches)
                for chunk in _merge(lines, marks[told:] if lines else []):
                    told += isinstance(chunk, JobStage)
                    yield chunk
                if lines:
                    continue
                for mark in marks[told:]:
                    told += 1
                    yield mark
                result = result or spool.result()
                if result is not None and (live is None or job not in self._live):
                    yield JobEnded(result=result)
                    return
                if moved is not None:
                    await moved.wait()
        finally:
            batches.close()

    def cancel(self, job: str) -> bool:
        """Cancel a job that runs or waits; False if there is none."""
        live = self._live.get(job)
        if live is None:
            return False
        live.cancelled.set()
        for waiting in self._waiting:
            if waiting[0] is live:
                self._waiting.remove(waiting)
                self._spawn(self._end(live, "cancelled", "Cancelled before it started."))
                break
        return True

    def forget(self, job: str) -> bool:
        """Remove an ended job. False if there is none; fails with `busy` while it runs."""
        spool = self._spool(job)
        if job in self._live:
            raise CommandFailed("busy", f"job {job} has not ended")
        if not spool.folder.exists():
            return False
        spool.remove()
        return True

    def known(self) -> tuple[JobInfo, ...]:
        """All jobs that are here."""
        return tuple(self._infos())

    def _infos(self) -> Iterator[JobInfo]:
        for job, spool in self._spools():
            accepted = spool.accepted()
            if accepted is None:
                continue
            live = self._live.get(job)
            result = None if live else spool.result()
            yield JobInfo(
                job=job,
                kind=accepted.kind,
                accepted_ts=accepted.ts_ms,
                status=result.status if result else None,
                waiting=any(waiting is live for waiting, _ in self._waiting),
                last_seq=live.spool.last_seq if live else result.last_seq if result else 0,
            )

    # --- running

    def _begin_next(self) -> None:
        """Begin what there is room for, in order; a build that has to wait lets others pass."""
        for waiting in list(self._waiting):
            job, command = waiting
            builds = isinstance(command, BuildImage)
            if self._running >= self._at_once or (
                builds and self._building >= self._builds_at_once
            ):
                continue
            self._waiting.remove(waiting)
            self._running += 1
            self._building += builds
            self._spawn(self._drive(job, command))

    def _why_waiting(self, command: JobCommand) -> str:
        if isinstance(command, BuildImage) and self._building >= self._builds_at_once:
            return f"Waiting: {self._building} builds run on this server."
        return f"Waiting: {self._running} other jobs are running on this server."

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a job could not be brought to its end", exc_info=error)

    async def _drive(self, job: Job, command: JobCommand) -> None:
        status: JobStatus = "done"
        message, value = "", None
        try:
            value = await self._work(job, command)
        except JobFailed as error:
            status, message = "failed", job.redacted(str(error))
        except JobCancelled:
            status, message = "cancelled", "Cancelled."
        except Exception:
            log.exception("job %s (%s) failed unexpectedly", job.id, type(command).__name__)
            status, message = "failed", "The agent failed unexpectedly; its log says more."
        await self._end(job, status, message, value)
        self._running -= 1
        self._building -= isinstance(command, BuildImage)
        self._begin_next()

    async def _end(
        self, job: Job, status: JobStatus, message: str, value: Struct | None = None
    ) -> None:
        job.end_lines()
        job.flush()
        await job.spool.end(
            JobResult(
                status=status,
                message=message,
                stages=job.stages(),
                value=b"" if value is None else msgspec.msgpack.encode(value),
                last_seq=job.spool.last_seq,
            )
        )
        self._live.pop(job.id, None)
        job.flush()

    async def _interrupt(self, job: Job, kind: str) -> None:
        message = "The agent was stopped while this job ran."
        job.line(message)
        if self._recover is not None:
            try:
                message = f"{message} {await self._recover(job, kind)}".strip()
            except JobFailed as error:
                message = f"{message} {error}"
            except Exception:
                log.exception("recovery after job %s failed", job.id)
                message = f"{message} Cleaning up after it failed; the agent's log says more."
        await self._end(job, "interrupted", message)

    # --- the folder

    def _spool(self, job: str) -> Spool:
        if not JOB_ID.fullmatch(job):
            raise CommandFailed("bad_job", "a job id is 24 hex digits, a slash and a name")
        return Spool(self._root / job)

    def _spools(self) -> Iterator[tuple[str, Spool]]:
        for folder in sorted(self._root.glob("*/*")):
            job = f"{folder.parent.name}/{folder.name}"
            if JOB_ID.fullmatch(job) and folder.is_dir():
                yield job, Spool(folder)

    def _ended(self) -> list[tuple[int, Spool]]:
        """Ended jobs, the oldest first."""
        ended = [
            (accepted.ts_ms, spool)
            for job, spool in self._spools()
            if job not in self._live
            and (accepted := spool.accepted()) is not None
            and spool.result() is not None
        ]
        return sorted(ended, key=lambda item: item[0])

    def expire(self) -> None:
        """Remove ended jobs that nobody fetched for seven days."""
        for accepted_ms, spool in self._ended():
            if accepted_ms < now_ms() - KEPT_MS:
                spool.remove()

    def _make_room(self) -> None:
        total = 0
        for _, spool in self._spools():
            with contextlib.suppress(FileNotFoundError):
                total += spool.size()
        for _, spool in self._ended():
            if total <= self._limit:
                return
            before = spool.size()
            spool.drop_output()
            total -= before - spool.size()
        if total > self._limit:
            raise CommandFailed("spool_full", "the agent has no room for another job's output")


def _merge(lines: list[JobLine], marks: list[JobStage]) -> Iterator[JobChunk]:
    """Lines with the marks that came before or between them."""
    start = 0
    for mark in marks:
        end = start
        while end < len(lines) and lines[end].seq <= mark.seq:
            end += 1
        if end == len(lines) and mark.seq > lines[-1].seq:
            break
        if end > start:
            yield JobLines(lines=tuple(lines[start:end]))
        start = end
        yield mark
    if start < len(lines):
        yield JobLines(lines=tuple(lines[start:]))
