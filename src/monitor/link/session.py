"""A link in use: calls, streams and events over one Channel, alike on both sides.

Nothing here waits for anything else: each call the peer makes has a task of its own, the reader never blocks, and
streams and events have credit. `run` owns every task; when it ends, everything that waited gets LinkLost.
"""

# ruff: noqa: ASYNC109 - what a timeout does here is more than to stop waiting: the peer is told
from __future__ import annotations

import asyncio
import itertools
import logging
import time
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, Protocol, TypeVar, cast

from monitor.link.alive import DEAD_AFTER, Alive
from monitor.link.base import Command, CommandFailed, Event, StreamCommand
from monitor.link.clock import PeerClock
from monitor.link.errors import CallFailed, CallTimeout, LinkLost
from monitor.link.flow import Inflow, Outflow
from monitor.link.frames import (
    Bye,
    Call,
    Cancel,
    Chunk,
    Credit,
    EventFrame,
    Failed,
    Frame,
    Ping,
    Pong,
    Reply,
    Vocabulary,
    decode_answer,
    decode_frame,
    encode_frame,
    pack,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from msgspec import Raw

    from monitor.link.hello import Hello
    from monitor.link.transport import Channel

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

MAX_CALLS = 128
"""Calls and streams in flight, each way."""
STREAM_WINDOW = 256 * 1024
EVENT_WINDOW = 1024 * 1024
_EVENTS = 0
_MAX_TASKS = 4 * MAX_CALLS
_YIELD_AFTER = 16
_MOMENT = 0.05
_BYE_WITHIN = 1.0


class Handler(Protocol):
    """What a side does with what the other one says. CommandFailed is passed on to the caller as it is."""

    async def handle(self, command: Command[Any], session: Session) -> Any:
        """Answer a command. Cancelled when the caller gives up."""
        ...

    def stream(self, command: StreamCommand[Any], session: Session) -> AsyncGenerator[Any, None]:
        """Give the items of a stream, as fast as asked for. Closed when the caller gives up."""
        ...

    async def event(self, event: Event, session: Session) -> None:
        """Take an event. The next one waits until this returns."""
        ...


class Session:
    """One link, from the handshake to its end. Nothing is sent or received unless `run` runs.

    `watches`: this side pings (Core does); the other one knows from the pings that the link is alive.
    """

    def __init__(
        self,
        channel: Channel,
        peer: Hello,
        *,
        handler: Handler,
        vocabulary: Vocabulary,
        watches: bool,
    ) -> None:
        self.peer = peer
        self.peer_key = channel.peer_key
        self._channel = channel
        self._handler = handler
        self._vocabulary = vocabulary
        self._watches = watches
        self._lost: LinkLost | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._ids = itertools.count(_EVENTS + 1)
        self._calls: dict[int, asyncio.Future[Raw]] = {}
        self._inflows: dict[int, Inflow] = {}
        self._served: dict[int, asyncio.Task[None]] = {}
        self._outflows: dict[int, Outflow] = {_EVENTS: Outflow(EVENT_WINDOW)}
        self._events = Inflow(EVENT_WINDOW)
        self._emitting = asyncio.Lock()
        self._alive = Alive(time.monotonic())
        self._pinged_ms = 0.0
        self._clock = PeerClock()

    @property
    def offset_ms(self) -> float:
        """The peer's clock minus ours; 0 on the side that does not ping."""
        return self._clock.offset_ms

    @property
    def rtt_ms(self) -> float:
        """Round trip of a ping; 0 on the side that does not ping."""
        return self._clock.rtt_ms

    @property
    def lost(self) -> str | None:
        """Why the link is no more, or None while it is up."""
        return str(self._lost) if self._lost else None

    # --- What users of a link do

    async def call(self, command: Command[R], *, timeout: float) -> R:
        """Have the peer do `command`, within `timeout` seconds. CallFailed, CallTimeout (it is told to stop), LinkLost."""
        call_id = self._new_id()
        future = asyncio.get_running_loop().create_future()
        self._calls[call_id] = future
        try:
            async with asyncio.timeout(timeout):
                await self._send_call(Call(call_id, pack(command)))
                raw = await future
        except TimeoutError as error:
            message = f"{type(command).__name__} was not answered within {timeout:g} s"
            raise CallTimeout(message) from error
        finally:
            del self._calls[call_id]
            if not future.done() or future.cancelled():
                self._spawn(self._send, Cancel(call_id))
        return decode_answer(type(command), raw)

    async def stream(
        self, command: StreamCommand[R], *, timeout: float | None
    ) -> AsyncGenerator[R, None]:
        """Give the items of a stream. Use it in `aclosing`: closing it stops the peer.

        `timeout`: seconds to wait for each item; None waits as long as the link is up. Raises as `call` does.
        """
        call_id = self._new_id()
        inflow = self._inflows[call_id] = Inflow(STREAM_WINDOW)
        try:
            await self._send_call(Call(call_id, pack(command), STREAM_WINDOW))
            while True:
                async with asyncio.timeout(timeout):
                    item = await inflow.next()
                if item is None:
                    return
                yield decode_answer(type(command), item)
                if grant := inflow.consumed(item):
                    await self._send(Credit(call_id, grant))
        except TimeoutError as error:
            message = f"{type(command).__name__} gave nothing for {timeout:g} s"
            raise CallTimeout(message) from error
        finally:
            del self._inflows[call_id]
            if not inflow.ended:
                self._spawn(self._send, Cancel(call_id))

    async def emit(self, event: Event) -> None:
        """Tell the peer; in order, and waiting while it is behind. LinkLost, or CommandFailed if it is too large."""
        packed = pack(event)
        data = encode_frame(EventFrame(packed))
        async with self._emitting:
            await self._outflows[_EVENTS].take(len(packed))
            await self._send_bytes(data)

    async def close(self, reason: str) -> None:
        """End the link and tell the peer why. `run` then raises LinkLost with the same reason."""
        await self._say_bye(reason)
        self._lose(reason)
        await self._channel.close()

    async def run(self) -> NoReturn:
        """Serve the link until it is lost, then raise LinkLost. Cancelling it closes the link."""
        self._alive.heard(time.monotonic())
        try:
            async with asyncio.TaskGroup() as self._tasks:
                try:
                    self._spawn(self._watch)
                    self._spawn(self._hand_over_events)
                    await self._until_lost(self._read)
                finally:
                    await self._say_bye("the peer is stopping")
                    self._lose("this side is stopping")
        except* LinkLost:
            pass  # the first reason is kept
        finally:
            await self._channel.close()
        if (task := asyncio.current_task()) and task.cancelling():
            # The TaskGroup forgets that it was cancelled when the link was lost at the same moment.
            raise asyncio.CancelledError
        raise LinkLost(self.lost)

    # --- Reading

    async def _read(self) -> NoReturn:
        while True:
            for _ in range(_YIELD_AFTER):
                data = await self._channel.receive()
                self._alive.heard(time.monotonic())
                frame = decode_frame(data)
                if frame is not None:
                    self._take(frame)
                if len(self._running) > _MAX_TASKS:
                    raise LinkLost("the peer asks for more than it takes answers of")
            # A burst that is already here must not keep others from their turn.
            await asyncio.sleep(0)

    def _take(self, frame: Frame) -> None:  # noqa: C901, PLR0912 - one branch for each frame
        match frame:
            case Chunk():
                if inflow := self._inflows.get(frame.id):
                    inflow.put(frame.item)
            case Call():
                self._begin(frame)
            case Reply():
                self._end(frame.id, frame.result)
            case Failed():
                self._end(frame.id, CallFailed(frame.code, frame.message))
            case Cancel():
                if task := self._served.get(frame.id):
                    task.cancel()
            case EventFrame():
                self._events.put(frame.event)
            case Credit():
                if outflow := self._outflows.get(frame.id):
                    outflow.grant(frame.bytes)
            case Ping():
                self._spawn(self._send, Pong(frame.number, time.time() * 1000))
            case Pong():
                self._measure(frame)
            case Bye():
                raise LinkLost(frame.reason)

    def _end(self, call_id: int, outcome: Raw | CallFailed) -> None:
        error = outcome if isinstance(outcome, CallFailed) else None
        if inflow := self._inflows.get(call_id):
            inflow.end(error)
        future = self._calls.get(call_id)
        if future is None or future.done():
            return
        if isinstance(outcome, CallFailed):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    # --- Serving the peer's calls

    def _begin(self, call: Call) -> None:
        if call.id in self._served or call.id == _EVENTS:
            raise LinkLost("the peer used the id of a call twice")
        if len(self._served) >= MAX_CALLS:
            message = f"{MAX_CALLS} calls are in flight already"
            self._spawn(self._send, Failed(call.id, "busy", message))
        elif task := self._spawn(self._serve, call):
            self._served[call.id] = task
            task.add_done_callback(lambda _: self._served.pop(call.id, None))

    async def _serve(self, call: Call) -> None:
        try:
            command = self._vocabulary.command(call.command)
            if isinstance(command, StreamCommand):
                result = await self._produce(call, cast("StreamCommand[Any]", command))
            else:
                result = await self._handler.handle(command, self)
            ending = encode_frame(Reply(call.id, pack(result)))
        except CommandFailed as error:
            ending = encode_frame(Failed(call.id, error.code, error.message))
        except LinkLost as error:
            ending = encode_frame(Failed(call.id, "link_lost", str(error)))
        except Exception:
            log.exception("a command failed unexpectedly")
            message = "the command failed unexpectedly; the log of the side that ran it says more"
            ending = encode_frame(Failed(call.id, "internal", message))
        await self._send_bytes(ending)

    async def _produce(self, call: Call, command: StreamCommand[Any]) -> None:
        outflow = self._outflows[call.id] = Outflow(call.credit)
        try:
            async with aclosing(self._handler.stream(command, self)) as items:
                async for item in items:
                    packed = pack(item)
                    data = encode_frame(Chunk(call.id, packed))
                    await outflow.take(len(packed))
                    await self._send_bytes(data)
                    await asyncio.sleep(0)
        finally:
            del self._outflows[call.id]

    async def _hand_over_events(self) -> NoReturn:
        while True:
            raw = await self._events.next()
            if raw is None:
                raise LinkLost(self.lost)
            event = self._vocabulary.event(raw)
            if event is None:
                log.debug("an event of a kind not known here was skipped")
            else:
                try:
                    await self._handler.event(event, self)
                except Exception:
                    log.exception("an event was not handled")
            if grant := self._events.consumed(raw):
                await self._send(Credit(_EVENTS, grant))

    # --- Being alive

    async def _watch(self) -> NoReturn:
        alive = self._alive
        while (silent := alive.silence(now := time.monotonic())) < DEAD_AFTER:
            rest = DEAD_AFTER - silent
            if self._watches:
                if now >= alive.ping_at():
                    self._pinged_ms = time.time() * 1000
                    ping = encode_frame(Ping(alive.ping(now)))
                    await self._channel.send(ping, within=rest)
                rest = min(rest, alive.ping_at() - now)
            await asyncio.sleep(max(rest, _MOMENT))
        raise LinkLost(f"the peer was silent for {silent:.1f} s")

    def _measure(self, pong: Pong) -> None:
        took = self._alive.answered(pong.number, time.monotonic())
        if took is not None:
            self._clock.measured(sent_ms=self._pinged_ms, peer_ms=pong.now_ms, rtt_ms=took * 1000)

    # --- Sending

    async def _send_call(self, call: Call) -> None:
        try:
            await self._send(call)
        except CommandFailed as error:
            raise CallFailed(error.code, error.message) from error

    async def _send(self, frame: Frame) -> None:
        await self._send_bytes(encode_frame(frame))

    async def _send_bytes(self, data: bytes) -> None:
        if self._lost is not None:
            raise LinkLost(self.lost)
        self._alive.said(time.monotonic())
        await self._channel.send(data)

    async def _say_bye(self, reason: str) -> None:
        if self._lost is None:
            with suppress(LinkLost, TimeoutError):
                async with asyncio.timeout(_BYE_WITHIN):
                    await self._send(Bye(reason))

    def _new_id(self) -> int:
        if self._lost is not None:
            raise LinkLost(self.lost)
        if len(self._calls) + len(self._inflows) >= MAX_CALLS:
            raise CallFailed("busy", f"{MAX_CALLS} calls are in flight already")
        return next(self._ids)

    def _spawn(
        self, work: Callable[P, Coroutine[Any, Any, None]], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Task[None] | None:
        if self._tasks is None or self._lost is not None:
            return None
        task = self._tasks.create_task(self._until_lost(work, *args, **kwargs))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _until_lost(
        self, work: Callable[P, Coroutine[Any, Any, None]], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        try:
            await work(*args, **kwargs)
        except LinkLost as error:
            self._lose(str(error))
            raise

    def _lose(self, reason: str) -> None:
        if self._lost is not None:
            return
        self._lost = LinkLost(reason)
        for future in self._calls.values():
            if not future.done():
                future.set_exception(LinkLost(reason))
        for inflow in (*self._inflows.values(), self._events):
            inflow.end(LinkLost(reason))
        for outflow in self._outflows.values():
            outflow.end(LinkLost(reason))
