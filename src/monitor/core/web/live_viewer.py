"""One open live socket: what waits to be sent to it, bounded, and the frames all topics are told in."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

import msgspec

MAX_WAITING = 1_000
"""Frames that may wait for a viewer; one more and it is told of a gap."""
MAX_WAITING_BYTES = 64 * 1024 * 1024
_ROOM = 100

_encoder = msgspec.json.Encoder()
encode = _encoder.encode


class Viewer:
    """Who looks, over one socket. `put` never waits; `run` sends.

    When more waits than may, all of it goes and `on_overflow` is called, from within `put`.
    """

    def __init__(
        self, user: str, on_overflow: Callable[[], object] = lambda: None, *, unzips: bool = False
    ) -> None:
        self.user = user
        self.unzips = unzips
        """Whether it takes large snapshots compressed."""
        self.on_overflow = on_overflow
        self.topics: set[str] = set()
        """Names of the topics it subscribed to."""
        self.pace = 0.0
        """Seconds between two frames of a list; 0 is as they come."""
        self.paced_at = 0.0
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._drained = asyncio.Event()

    def put(self, frame: bytes) -> None:
        """Send a frame as soon as possible, unless too many wait."""
        if len(self._frames) >= MAX_WAITING or self._bytes > MAX_WAITING_BYTES:
            self._frames.clear()
            self._bytes = 0
            self._drained.set()
            self.on_overflow()
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        self._news.set()

    async def room(self) -> None:
        """Wait until few frames wait; for those who can hold back what they have."""
        while len(self._frames) >= _ROOM:
            self._drained.clear()
            await self._drained.wait()

    async def run(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Send what was put, in order, for as long as the socket is open."""
        while True:
            if not self._frames:
                self._drained.set()
                self._news.clear()
                await self._news.wait()
                continue
            frame = self._frames.popleft()
            self._bytes -= len(frame)
            if len(self._frames) < _ROOM:
                self._drained.set()
            await send(frame)


def is_text(frame: bytes) -> bool:
    """Whether a frame is JSON as it is; else it is compressed."""
    return frame.startswith(b"{")


def snap_rows(topic: bytes, seq: int, rows: Iterable[bytes]) -> bytes:
    """All rows of a topic; `topic` is its name in JSON."""
    return b'{"op":"snap","topic":%b,"seq":%d,"rows":[%b]}' % (topic, seq, b",".join(rows))


class LargeSnap:
    """All rows of a topic, added one by one: the parts of a list of many thousand are not kept."""

    def __init__(self, topic: bytes, seq: int) -> None:
        self._frame = bytearray(b'{"op":"snap","topic":%b,"seq":%d,"rows":[' % (topic, seq))
        self._empty = True

    def add(self, row: object) -> None:
        """Add a row."""
        if not self._empty:
            self._frame += b","
        self._empty = False
        _encoder.encode_into(row, self._frame, -1)

    def frame(self) -> bytes:
        """Close the frame. Nothing can be added any more."""
        self._frame += b"]}"
        # What waits to be sent to many viewers is shared by them only if it cannot change.
        frame = bytes(self._frame)
        self._frame.clear()
        return frame


def snap_value(topic: bytes, seq: int, value: bytes) -> bytes:
    """The value of a topic."""
    return b'{"op":"snap","topic":%b,"seq":%d,"value":%b}' % (topic, seq, value)


def patch(
    topic: bytes, seq: int, prev: int, changed: Iterable[bytes], gone: Iterable[bytes] = ()
) -> bytes:
    """What changed since `prev`; it is told where it is not the number before."""
    before = b"" if prev == seq - 1 else b',"prev":%d' % prev
    return b'{"op":"p","topic":%b,"seq":%d%b,"set":[%b],"del":[%b]}' % (
        topic,
        seq,
        before,
        b",".join(changed),
        b",".join(gone),
    )


def lines(topic: bytes, rows: Iterable[bytes]) -> bytes:
    """Lines of a run's output."""
    return b'{"op":"lines","topic":%b,"lines":[%b]}' % (topic, b",".join(rows))


def gap(topic: str) -> bytes:
    """The viewer was too slow: it subscribes again."""
    return encode({"op": "gap", "topic": topic})


def refused(topic: str, status: int, error: str) -> bytes:
    """There is no such topic for the viewer."""
    return encode({"op": "err", "topic": topic, "status": status, "error": error})
