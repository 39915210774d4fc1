"""What a job's code holds while it runs: its stages, its output, its programs, and whether it was cancelled."""

import asyncio
import os
import shlex
import time
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple, TypeVar

from msgspec import Struct

from monitor import programs
from monitor.link.commands import JobLine, JobStage, StageResult
from monitor.periphery.spool import Spool
from monitor.redact import LineMasker, Redactor

T = TypeVar("T")

_OURS = ("PERIPHERY_", "MONITOR_", "KOMODO_")
_KEPT_LINES = 1000
_LAST_LINES = 20
_ENDING_LINES = 3
_SURELY_MEANT = 8
"""Characters of a secret that does not stand somewhere by chance."""


class _Piece(NamedTuple):
    """A line before it has its number."""

    stream: Literal["out", "err", "sys"]
    text: str
    ts_ms: int
    stage: int


class JobFailed(Exception):
    """The job could not do what it was to do; the message is for its user."""


class JobCancelled(Exception):
    """The job stops because a user said so."""


class Ran(Struct, frozen=True, kw_only=True):
    """A program of a job that has ended: the first lines it printed, and the last (errors, if it printed any)."""

    code: int
    out: tuple[str, ...] = ()
    err: tuple[str, ...] = ()
    last: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Ended with exit code 0."""
        return self.code == 0

    @property
    def ending(self) -> str:
        """The exit code and the last lines, for programs whose words are not known."""
        lines = [line.strip() for line in self.last if line.strip()][-_ENDING_LINES:]
        return f"exit code {self.code}" + (": " + " / ".join(lines) if lines else "")

    @property
    def why(self) -> str:
        """The line that most likely says what went wrong."""
        err = [line.strip() for line in self.err if line.strip()]
        out = [line.strip() for line in self.out if line.strip()]
        daemon = [line for line in err if "error response from daemon" in line.lower()]
        errors = [line for line in (*err, *out) if "error" in line.lower()]
        return next(iter((*daemon, *errors, *err, *out[-1:])), f"exit code {self.code}")


class Stage:
    """A stage under way. It ends well unless an exception leaves it or `fail` was called."""

    def __init__(self) -> None:
        self.success = True

    def fail(self) -> None:
        """Note that this stage failed although the job goes on."""
        self.success = False


def now_ms() -> int:
    """Return the time as this host has it."""
    return time.time_ns() // 1_000_000


def without_ours(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for programs: without Monitor's own settings, which may be secret."""
    return {name: value for name, value in environ.items() if not name.startswith(_OURS)}


class Job:
    """One job while it runs. Output is written to its spool once per turn of the event loop."""

    def __init__(self, job: str, spool: Spool, *, environ: Mapping[str, str] | None = None) -> None:
        self.id = job
        self.spool = spool
        self.cancelled = asyncio.Event()
        self.marks: list[JobStage] = spool.stages()
        self.environ = without_ours(os.environ if environ is None else environ)
        self._stage = len({mark.index for mark in self.marks}) - 1
        self._secrets: list[tuple[str, str]] = []
        self._redactor = Redactor()
        self._masker: LineMasker[_Piece] = LineMasker(self._redactor)
        self._flushing = False
        self._moved = asyncio.Event()

    # --- output

    def line(self, text: str, stream: Literal["out", "err", "sys"] = "sys") -> None:
        """Add one line to the output. Lines of the agent's own are `sys`.

        A line so long that a secret may be cut in two at its end waits for the next one.
        """
        self._add(self._masker.feed([_Piece(stream, text, now_ms(), self._stage)]))

    def _add(self, masked: Sequence[tuple["_Piece", str]]) -> None:
        for piece, text in masked:
            self.spool.add(
                JobLine(
                    seq=self.spool.last_seq + 1,
                    ts_ms=piece.ts_ms,
                    stage=piece.stage,
                    stream=piece.stream,
                    text=text,
                )
            )
        if masked and not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Write what was added and wake those who follow."""
        self._flushing = False
        self.spool.flush()
        self._moved.set()
        self._moved = asyncio.Event()

    @property
    def moved(self) -> asyncio.Event:
        """Set at the next change; take it before looking."""
        return self._moved

    def hide(self, name: str, value: str) -> None:
        """Show `<name>` instead of `value` from here on, also where it is encoded or cut between lines."""
        self._add(self._masker.end())
        self._secrets.append((name, value))
        self._redactor = Redactor(pairs=self._secrets)
        self._masker = LineMasker(self._redactor)

    def redacted(self, text: str) -> str:
        """`text` without the secrets this job knows."""
        return self._redactor.mask(text) if self._redactor else text

    def secret_in(self, text: str) -> str | None:
        """The name of a secret that stands in `text` as it is; those under 8 characters may do so by chance."""
        return next(
            (n for n, value in self._secrets if len(value) >= _SURELY_MEANT and value in text), None
        )

    def end_lines(self) -> None:
        """Write lines that wait for another: none follows."""
        self._add(self._masker.end())

    @contextmanager
    def stage(self, name: str, command: str = "") -> Generator[Stage]:
        """Put what follows under a name. `command` is shown to users: no secret values."""
        self.end_lines()
        self._stage = index = self._stage + 1
        begun = JobStage(
            seq=self.spool.last_seq,
            index=index,
            name=name,
            command=self.redacted(command),
            start_ts=now_ms(),
        )
        self._mark(begun)
        stage = Stage()
        try:
            yield stage
        except BaseException as error:
            stage.success = False
            if isinstance(error, JobFailed):
                self.line(str(error))
            elif isinstance(error, JobCancelled):
                self.line("Cancelled.")
            raise
        finally:
            self.end_lines()
            self._mark(_ended(begun, self.spool.last_seq, success=stage.success))

    def _mark(self, mark: JobStage) -> None:
        self.spool.flush()
        self.spool.mark(mark)
        self.marks.append(mark)
        self.flush()

    def stages(self) -> tuple[StageResult, ...]:
        """All stages; one that never ended counts as failed."""
        last = {mark.index: mark for mark in self.marks}
        return tuple(
            StageResult(
                name=mark.name,
                command=mark.command,
                success=bool(mark.success),
                start_ts=mark.start_ts,
                end_ts=mark.end_ts or now_ms(),
            )
            for _, mark in sorted(last.items())
        )

    # --- cancel

    def check(self) -> None:
        """Raise JobCancelled if the job was cancelled."""
        if self.cancelled.is_set():
            raise JobCancelled

    async def pause(self, seconds: float, *, cancellable: bool = True) -> None:
        """Wait, or raise JobCancelled as soon as the job is cancelled."""
        if not cancellable:
            await asyncio.sleep(seconds)
            return
        try:
            async with asyncio.timeout(seconds):
                await self.cancelled.wait()
        except TimeoutError:
            return
        raise JobCancelled

    async def race(self, work: Coroutine[Any, Any, T]) -> T:
        """Await `work`, or raise JobCancelled as soon as the job is cancelled."""
        task = asyncio.ensure_future(work)
        cancelled = asyncio.ensure_future(self.cancelled.wait())
        try:
            await asyncio.wait({task, cancelled}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            cancelled.cancel()
            if not task.done():
                task.cancel()
        if not task.done():
            raise JobCancelled
        return task.result()

    # --- programs

    async def run(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        stdin: bytes | None = None,
        seconds: float | None = None,
        check: bool = True,
        cancellable: bool = True,
        shown: Callable[[str], str | None] | None = None,
        grace: float = programs.GRACE_SECONDS,
    ) -> Ran:
        """Run a program, its lines going to the output; `env` is laid over the agent's own.

        `shown` may change a line, or by None leave it out, also of why the program failed. `grace` is the time from TERM to KILL in seconds, where it
        is cancelled or takes too long.

        Raises JobFailed unless it exits with 0 (`check`) or if it cannot be started or takes longer than `seconds`,
        JobCancelled if the job was cancelled meanwhile. `cancellable=False` is for ways back.
        """
        if cancellable:
            self.check()
        out: list[str] = []
        err: list[str] = []
        last: dict[str, deque[str]] = {
            "out": deque(maxlen=_LAST_LINES),
            "err": deque(maxlen=_LAST_LINES),
        }

        def on_line(stream: programs.Stream, text: str) -> None:
            kept = out if stream == "out" else err
            if len(kept) < _KEPT_LINES:
                kept.append(text)
            said = text if shown is None else shown(text)
            if said is not None:
                last[stream].append(text)
                self.line(said, stream)

        try:
            finished = await programs.run(
                argv,
                env=self.environ if env is None else {**self.environ, **env},
                cwd=cwd,
                stdin=stdin,
                seconds=seconds,
                on_line=on_line,
                cancel=self.cancelled if cancellable else None,
                grace=grace,
            )
        except OSError as error:
            raise JobFailed(f"{argv[0]} cannot be started: {error.strerror}") from error
        if finished.cancelled:
            raise JobCancelled
        if finished.timed_out:
            raise JobFailed(f"{argv[0]} took longer than {seconds:g} s")
        ran = Ran(
            code=finished.code,
            out=tuple(out),
            err=tuple(err),
            last=tuple(last["err"] or last["out"]),
        )
        if check and not ran.ok:
            raise JobFailed(self.redacted(ran.why))
        return ran

    async def ask(
        self, argv: Sequence[str], *, env: Mapping[str, str], seconds: float
    ) -> str | None:
        """What a program prints, without showing it; None if it fails. `env` is laid over the agent's own."""
        out: list[str] = []

        def on_line(stream: programs.Stream, text: str) -> None:
            if stream == "out" and len(out) < _KEPT_LINES:
                out.append(text)

        try:
            finished = await programs.run(
                argv,
                env={**self.environ, **env},
                on_line=on_line,
                seconds=seconds,
                cancel=self.cancelled,
                grace=1,
            )
        except OSError:
            return None
        self.check()
        return "\n".join(out) if finished.ok else None


def _ended(begun: JobStage, seq: int, *, success: bool) -> JobStage:
    return JobStage(
        seq=seq,
        index=begun.index,
        name=begun.name,
        command=begun.command,
        start_ts=begun.start_ts,
        end_ts=now_ms(),
        success=success,
    )


def shown(argv: Sequence[str]) -> str:
    """Argv as one would type it."""
    return shlex.join(argv)
