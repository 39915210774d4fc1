"""The files of one job: what it printed and how it ended, kept until Core has them.

`output` holds the first lines, `output.<seq>` the segments after it, of which only the newest are kept; `stages` and
`result` say what was done. Everything is appended or replaced whole, so a kill at any moment leaves it readable.
"""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import Generator
from pathlib import Path

import msgspec
from msgspec import Struct

from monitor.link.commands import JobLine, JobResult, JobStage

JOB_ID = re.compile(r"[0-9a-f]{24}/[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""The Update's id and the name of the step."""

HEAD_BYTES = 1024 * 1024
SEGMENT_BYTES = 512 * 1024
TAIL_SEGMENTS = 14
"""1 MiB from the beginning and 7 MiB from the end."""
_BATCH_BYTES = 256 * 1024


class Accepted(Struct, frozen=True, kw_only=True):
    """That a job was accepted. Not what it does: that may hold secrets."""

    job: str
    kind: str
    ts_ms: int


_encode = msgspec.json.Encoder().encode
_line = msgspec.json.Decoder(JobLine)
_stage = msgspec.json.Decoder(JobStage)
_accepted = msgspec.json.Decoder(Accepted)
_result = msgspec.msgpack.Decoder(JobResult)


class Spool:
    """The folder of one job."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.last_seq = 0
        self._pending: list[bytes] = []
        self._fd: int | None = None
        self._size = 0
        self._in_head = True

    # --- accepting and ending

    async def accept(self, accepted: Accepted) -> None:
        """Make the job's acceptance outlive a crash of the host."""
        await asyncio.to_thread(self._write_durably, "accepted", _encode(accepted))

    def accepted(self) -> Accepted | None:
        """What was accepted, None where the host died while accepting."""
        try:
            return _accepted.decode((self.folder / "accepted").read_bytes())
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    async def end(self, result: JobResult) -> None:
        """Store how the job ended; after this nothing is added."""
        self.flush()
        self._close_file()
        await asyncio.to_thread(self._write_durably, "result", msgspec.msgpack.encode(result))

    def result(self) -> JobResult | None:
        """How the job ended, if it has."""
        try:
            return _result.decode((self.folder / "result").read_bytes())
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    def _write_durably(self, name: str, data: bytes) -> None:
        part = self.folder / f".{name}"
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / name)
        for folder in (self.folder, self.folder.parent):
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)

    # --- output

    def add(self, line: JobLine) -> None:
        """Add a line; it is in the file after `flush`."""
        self.last_seq = line.seq
        self._pending.append(_encode(line))

    def mark(self, stage: JobStage) -> None:
        """Add a mark: a stage began or ended."""
        with (self.folder / "stages").open("ab") as file:
            file.write(_encode(stage) + b"\n")

    def flush(self) -> None:
        """Write what was added."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        seq = self.last_seq - len(pending) + 1
        batch: list[bytes] = []
        for encoded in pending:
            limit = HEAD_BYTES if self._in_head else SEGMENT_BYTES
            if self._fd is not None and self._size + len(encoded) + 1 > limit:
                self._write(batch)
                batch = []
                self._next_segment(seq)
            elif self._fd is None:
                self._open_file(self.folder / "output")
            batch.append(encoded)
            self._size += len(encoded) + 1
            seq += 1
        self._write(batch)

    def _write(self, batch: list[bytes]) -> None:
        if batch and self._fd is not None:
            data = memoryview(b"\n".join(batch) + b"\n")
            while data:
                data = data[os.write(self._fd, data) :]

    def _next_segment(self, seq: int) -> None:
        self._in_head = False
        self._open_file(self.folder / f"output.{seq:012d}")
        for old in self._segments()[1:-TAIL_SEGMENTS]:
            old.unlink(missing_ok=True)

    def _open_file(self, path: Path) -> None:
        self._close_file()
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = os.fstat(self._fd).st_size

    def _close_file(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _segments(self) -> list[Path]:
        """The output files in the order of their lines."""
        return sorted(self.folder.glob("output*"))

    def reopen(self) -> None:
        """Continue after a restart: find the last line and cut off a half-written one."""
        segments = self._segments()
        if not segments:
            return
        path = segments[-1]
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.truncate(path, whole)
        lines = data[:whole].splitlines()
        if lines:
            self.last_seq = _line.decode(lines[-1]).seq
        elif len(segments) > 1:
            self.last_seq = int(path.name.partition(".")[2]) - 1
        self._in_head = len(segments) == 1
        self._open_file(path)

    def stages(self) -> list[JobStage]:
        """All marks, in order."""
        try:
            lines = (self.folder / "stages").read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return []
        return [_stage.decode(line) for line in lines if line.endswith(b"\n")]

    def read(self, after: int) -> Generator[list[JobLine]]:
        """Batches of the lines after `after`; an empty batch where nothing more is there yet.

        Where lines were dropped, one line says so; it has the number of the last one dropped.
        """
        return _read(self, after)

    def segment_after(self, path: Path | None, seq: int) -> Path | None:
        """The output file that follows `path`, or to begin with, the one that holds line `seq`."""
        segments = self._segments()
        if path is not None:
            return next((segment for segment in segments if segment.name > path.name), None)
        holding = [segment for segment in segments if _first_seq(segment) <= seq]
        return holding[-1] if holding else next(iter(segments), None)

    # --- room

    def size(self) -> int:
        """Bytes on disk."""
        return sum(entry.stat().st_size for entry in os.scandir(self.folder))

    def drop_output(self) -> None:
        """Give the room of the output back; that the job ran, and how it ended, stays."""
        for segment in self._segments():
            segment.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove all of it."""
        self._close_file()
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.folder.parent.rmdir()


def _first_seq(segment: Path) -> int:
    return int(segment.name.partition(".")[2] or 1)


def _read(spool: Spool, after: int) -> Generator[list[JobLine], None, None]:
    last, rest = after, b""
    for data in _chunks(spool, after + 1):
        if data is None:
            rest = b""
            continue
        *complete, rest = (rest + data).split(b"\n")
        lines = [line for line in map(_line.decode, complete) if line.seq > last]
        if lines and lines[0].seq > last + 1:
            lines.insert(0, _dropped(lines[0], lines[0].seq - last - 1))
        if lines:
            last = lines[-1].seq
        if lines or not data:
            yield lines


def _chunks(spool: Spool, seq: int) -> Generator[bytes | None, None, None]:
    """Pieces of the output from the file that holds line `seq`: None before each file, b"" where there is no more yet."""
    path: Path | None = None
    while True:
        path = spool.segment_after(path, seq)
        if path is None:
            yield b""
            continue
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        yield None
        with file:
            ended = False
            while True:
                data = file.read(_BATCH_BYTES)
                if data:
                    yield data
                elif ended:
                    break
                elif spool.segment_after(path, seq) is None:
                    yield b""
                else:
                    ended = True


def _dropped(following: JobLine, count: int) -> JobLine:
    return JobLine(
        seq=following.seq - 1,
        ts_ms=following.ts_ms,
        stage=following.stage,
        stream="sys",
        text=f"[{count} lines are not kept: of a job's output the first 1 MiB and the last 7 MiB are]",
    )
