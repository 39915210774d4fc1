"""Programs we start: argv lists in a process group of their own, read line by line.

Nothing here goes through a shell; a caller that has shell commands of a user names the shell itself.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

Stream = Literal["out", "err"]
OnLine = Callable[[Stream, str], None]

LONGEST_LINE = 64 * 1024
"""Bytes; a longer line is cut into several."""
GRACE_SECONDS = 10.0
"""From TERM to KILL."""
LEFT_OPEN_SECONDS = 1.0
"""How long the output of a program that has ended may stay open in a child it left behind."""
_CHUNK = 64 * 1024
_CONTINUES_A_CHARACTER = range(0x80, 0xC0)


class Finished(Struct, frozen=True, kw_only=True):
    """How a program ended. `code` is its exit code, or minus the signal that ended it."""

    code: int
    timed_out: bool = False
    cancelled: bool = False

    @property
    def ok(self) -> bool:
        """Ended by itself with exit code 0."""
        return self.code == 0 and not self.timed_out and not self.cancelled


class Lines:
    """Bytes in, whole lines of valid text out.

    A carriage return ends a line too, so that each state of a progress bar is a line; empty states are left out.
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that `chunk` completes."""
        data = self._rest + chunk
        held = b""
        if data.endswith(b"\r"):
            data, held = data[:-1], b"\r"
        *complete, rest = data.split(b"\n")
        lines: list[str] = []
        for line in complete:
            lines.extend(_states(line.removesuffix(b"\r")))
        if b"\r" in rest:
            *states, rest = rest.split(b"\r")
            for state in states:
                lines.extend(_pieces(state) if state else [])
        while len(rest) > LONGEST_LINE:
            cut = _cut(rest)
            lines.append(rest[:cut].decode(errors="replace"))
            rest = rest[cut:]
        self._rest = rest + held
        return lines

    def end(self) -> list[str]:
        """What is left when the stream has ended without a newline."""
        rest, self._rest = self._rest.removesuffix(b"\r"), b""
        return _states(rest) if rest else []


def _states(line: bytes) -> list[str]:
    if b"\r" not in line:
        return _pieces(line)
    return [piece for state in line.split(b"\r") if state for piece in _pieces(state)]


def _pieces(line: bytes) -> list[str]:
    pieces: list[str] = []
    while len(line) > LONGEST_LINE:
        cut = _cut(line)
        pieces.append(line[:cut].decode(errors="replace"))
        line = line[cut:]
    pieces.append(line.decode(errors="replace"))
    return pieces


def _cut(line: bytes) -> int:
    """Where to cut a long line without cutting a character."""
    cut = LONGEST_LINE
    while cut > LONGEST_LINE - 4 and line[cut] in _CONTINUES_A_CHARACTER:
        cut -= 1
    return cut


async def run(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    on_line: OnLine,
    cwd: str | None = None,
    stdin: bytes | None = None,
    seconds: float | None = None,
    cancel: asyncio.Event | None = None,
    grace: float = GRACE_SECONDS,
) -> Finished:
    """Run `argv` to its end and give every line to `on_line`.

    After `seconds`, or once `cancel` is set, the whole process group gets TERM and, `grace` seconds
    later, KILL. Raises OSError when the program cannot be started.
    """
    process = subprocess.Popen(  # noqa: ASYNC220 - it returns once the program runs
        list(argv),
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    running = _Running(process, on_line)
    try:
        return await running.finish(stdin, seconds, cancel, grace)
    finally:
        running.close()


class _Running:
    """One started program. It stays a zombie until `close`, so that its process group cannot be another's."""

    def __init__(self, process: "subprocess.Popen[bytes]", on_line: OnLine) -> None:
        self._process = process
        self._on_line = on_line
        self._loop = asyncio.get_running_loop()
        self._exited = asyncio.Event()
        self._drained = asyncio.Event()
        self._open: dict[int, tuple[Stream, Lines]] = {}
        self._pidfd = os.pidfd_open(process.pid)
        self._loop.add_reader(self._pidfd, self._on_exit)
        if process.stdout is not None and process.stderr is not None:
            self._read_from(process.stdout.fileno(), "out")
            self._read_from(process.stderr.fileno(), "err")

    def _read_from(self, fd: int, stream: Stream) -> None:
        os.set_blocking(fd, False)
        self._open[fd] = (stream, Lines())
        self._loop.add_reader(fd, self._on_readable, fd)

    def _on_exit(self) -> None:
        self._loop.remove_reader(self._pidfd)
        self._exited.set()

    def _on_readable(self, fd: int) -> None:
        try:
            chunk = os.read(fd, _CHUNK)
        except BlockingIOError:
            return
        stream, lines = self._open[fd]
        if chunk:
            for line in lines.feed(chunk):
                self._on_line(stream, line)
            return
        self._stop_reading(fd)

    def _stop_reading(self, fd: int) -> None:
        self._loop.remove_reader(fd)
        stream, lines = self._open.pop(fd)
        for line in lines.end():
            self._on_line(stream, line)
        if not self._open:
            self._drained.set()

    async def finish(
        self,
        stdin: bytes | None,
        seconds: float | None,
        cancel: asyncio.Event | None,
        grace: float,
    ) -> Finished:
        feeding = asyncio.ensure_future(self._feed(stdin)) if stdin is not None else None
        timed_out = cancelled = False
        try:
            reason = await self._until_exit(seconds, cancel)
            if reason is not None:
                timed_out, cancelled = reason == "timeout", reason == "cancel"
                await self._end_group(grace)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LEFT_OPEN_SECONDS):
                    await self._drained.wait()
        finally:
            if feeding is not None:
                feeding.cancel()
        for fd in list(self._open):
            self._stop_reading(fd)
        return Finished(code=self._process.wait(), timed_out=timed_out, cancelled=cancelled)

    async def _until_exit(
        self, seconds: float | None, cancel: asyncio.Event | None
    ) -> Literal["timeout", "cancel"] | None:
        waits = [asyncio.ensure_future(self._exited.wait())]
        if cancel is not None:
            waits.append(asyncio.ensure_future(cancel.wait()))
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if self._exited.is_set():
            return None
        return "cancel" if cancel is not None and cancel.is_set() else "timeout"

    async def _end_group(self, grace: float) -> None:
        self._signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._exited.wait()
                await self._drained.wait()
        self._signal(signal.SIGKILL)
        await self._exited.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    async def _feed(self, data: bytes) -> None:
        pipe = self._process.stdin
        if pipe is None:
            return
        with contextlib.suppress(BrokenPipeError):
            await asyncio.to_thread(_write_and_close, pipe.fileno(), data)
        with contextlib.suppress(BrokenPipeError):
            pipe.close()

    def close(self) -> None:
        """Leave nothing behind: a program that still runs is killed with its group."""
        if not self._exited.is_set():
            self._signal(signal.SIGKILL)
        self._loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
        for fd in list(self._open):
            self._loop.remove_reader(fd)
        self._open.clear()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _write_and_close(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
