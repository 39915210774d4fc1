"""Logs of containers: the last lines, a search in them, and following them."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from monitor.api.update import Log
from monitor.api.values import SearchCombinator
from monitor.link.base import CommandFailed
from monitor.link.commands import (
    ContainerLog,
    FollowLog,
    LogChunk,
    LogEnded,
    LogLine,
    LogLines,
    SearchLog,
)
from monitor.periphery.docker import Docker, DockerAway, DockerRefused, decode, refusal, segment
from monitor.periphery.job import now_ms
from monitor.programs import LONGEST_LINE

MOST_LINES = 5000
MOST_CHARACTERS = 768 * 1024
"""Of a log in one answer, the newest: it has to fit into a frame."""
READ_SECONDS = 15.0
_HEADER = 8
_ERR = 2

Which = Literal["out", "err"]


class LogText:
    """The engine's log stream in, lines out. `framed` streams tell standard output from error."""

    def __init__(self, *, framed: bool) -> None:
        self._framed = framed
        self._data = b""
        self._rest: dict[Which, bytes] = {"out": b"", "err": b""}

    def feed(self, chunk: bytes) -> list[LogLine]:
        """The lines that `chunk` completes; each must begin with the engine's timestamp."""
        if not self._framed:
            return list(self._lines("out", chunk))
        self._data += chunk
        lines: list[LogLine] = []
        at = 0
        while len(self._data) - at >= _HEADER:
            size = int.from_bytes(self._data[at + 4 : at + _HEADER])
            if len(self._data) - at - _HEADER < size:
                break
            message = self._data[at + _HEADER : at + _HEADER + size]
            which: Which = "err" if self._data[at] == _ERR else "out"
            at += _HEADER + size
            lines.extend(self._lines(which, self._joined(which, message)))
        self._data = self._data[at:]
        return lines

    def end(self) -> list[LogLine]:
        """What was left without a newline."""
        return [_line(which, rest) for which, rest in self._rest.items() if rest]

    def _joined(self, which: Which, message: bytes) -> bytes:
        """Leave out the timestamp of a message that continues a long line."""
        if not self._rest[which]:
            return message
        stamp, space, text = message.partition(b" ")
        return text if space and _time(stamp) else message

    def _lines(self, which: Which, data: bytes) -> Iterator[LogLine]:
        *lines, rest = (self._rest[which] + data).split(b"\n")
        if len(rest) > LONGEST_LINE:
            lines.append(rest)
            rest = b""
        self._rest[which] = rest
        for line in lines:
            yield _line(which, line)


def _line(which: Which, line: bytes) -> LogLine:
    stamp, _, text = line.partition(b" ")
    moment = _time(stamp)
    said = (text if moment else line).removesuffix(b"\r").decode(errors="replace")
    return LogLine(which, moment, said)


def _time(stamp: bytes) -> int:
    """Milliseconds of an RFC 3339 time with nanoseconds; 0 for what is none."""
    if len(stamp) < 20 or stamp[4:5] != b"-":  # noqa: PLR2004
        return 0
    try:
        return round(datetime.fromisoformat(stamp.decode()[:19] + "+00:00").timestamp() * 1000) + (
            int(stamp[20:23]) if stamp[19:20] == b"." else 0
        )
    except ValueError:
        return 0


class _Config(Struct, frozen=True):
    Tty: bool = False


class _Container(Struct, frozen=True):
    Config: _Config


async def follow_log(docker: Docker, command: FollowLog) -> AsyncGenerator[LogChunk]:
    """The log as it comes. Fails with `not_found` and `docker_away`."""
    query = {
        "stdout": "1",
        "stderr": "1",
        "timestamps": "1",
        "tail": str(max(0, min(command.tail, MOST_LINES))),
        "follow": "1" if command.follow else "0",
    }
    if command.since_ms is not None:
        query["since"] = f"{command.since_ms / 1000:.3f}"
    path = f"/containers/{segment(command.name)}"
    try:
        tty = decode(await docker.get(f"{path}/json"), _Container).Config.Tty
        text = LogText(framed=not tty)
        async with docker.open(f"{path}/logs", query, seconds=None) as response:
            async for chunk in response.content.iter_any():
                if lines := text.feed(chunk):
                    yield LogLines(lines=tuple(lines))
    except (DockerAway, DockerRefused) as error:
        raise refusal(error) from error
    if lines := text.end():
        yield LogLines(lines=tuple(lines))
    yield LogEnded(reason="The container stopped." if command.follow else "")


async def container_log(docker: Docker, command: ContainerLog) -> Log:
    """The last lines, as one Log."""
    began = now_ms()
    lines = await _last(docker, command.name, command.tail, command.since_ms)
    words = f"docker logs --tail {command.tail}" + (" --timestamps" if command.timestamps else "")
    return _log(
        "Get container log",
        f"{words} -- {command.name}",
        lines,
        began=began,
        timestamps=command.timestamps,
    )


async def search_log(docker: Docker, command: SearchLog) -> Log:
    """Lines that have what is looked for, as one Log."""
    began = now_ms()
    lines = await _last(docker, command.name, MOST_LINES, None)
    words = f"docker logs --tail {MOST_LINES}" + (" --timestamps" if command.timestamps else "")
    joint = " and " if command.combinator is SearchCombinator.AND else " or "
    looked_for = joint.join(repr(term) for term in command.terms)
    return _log(
        "Search container log",
        f"{words} -- {command.name}, lines {'without' if command.invert else 'with'} {looked_for}",
        [line for line in lines if has_terms(line.text, command)],
        began=began,
        timestamps=command.timestamps,
    )


def has_terms(text: str, search: SearchLog) -> bool:
    """Whether a line is among those looked for."""
    terms = [term for term in search.terms if term]
    every = search.combinator is SearchCombinator.AND
    found = all(term in text for term in terms) if every else any(term in text for term in terms)
    return found is not search.invert


async def _last(docker: Docker, name: str, tail: int, since_ms: int | None) -> list[LogLine]:
    command = FollowLog(name=name, tail=tail, since_ms=since_ms, follow=False)
    lines: deque[LogLine] = deque()
    size = 0
    try:
        async with asyncio.timeout(READ_SECONDS), aclosing(follow_log(docker, command)) as chunks:
            async for chunk in chunks:
                for line in chunk.lines if isinstance(chunk, LogLines) else ():
                    lines.append(line)
                    size += len(line.text)
                    while size > MOST_CHARACTERS:
                        size -= len(lines.popleft().text)
    except TimeoutError as error:
        raise CommandFailed("timeout", f"the log was not read within {READ_SECONDS:g} s") from error
    return list(lines)


def _log(stage: str, command: str, lines: list[LogLine], *, began: int, timestamps: bool) -> Log:
    def text(which: Which) -> str:
        chosen = [line for line in lines if line.stream == which]
        return "".join(f"{_stamped(line) if timestamps else line.text}\n" for line in chosen)

    return Log(
        stage=stage,
        command=command,
        stdout=text("out"),
        stderr=text("err"),
        success=True,
        start_ts=began,
        end_ts=now_ms(),
    )


def _stamped(line: LogLine) -> str:
    moment = datetime.fromtimestamp(line.ts_ms / 1000, UTC)
    return f"{moment.isoformat(timespec='milliseconds').replace('+00:00', 'Z')} {line.text}"
