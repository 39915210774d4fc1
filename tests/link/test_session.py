"""Calls, streams and events over a real link."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import pytest

from monitor.link.base import CommandFailed
from monitor.link.errors import CallFailed, CallTimeout, LinkLost
from monitor.link.frames import Vocabulary
from monitor.link.session import MAX_CALLS, STREAM_WINDOW

from .pair import Break, Count, Echo, Happened, News, Unheard, linked


async def until(condition: object, within: float = 2.0) -> None:
    assert callable(condition)
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_call_is_answered_in_either_direction() -> None:
    async with linked() as pair:
        assert await pair.core.call(Echo(text="down"), timeout=2) == "down"
        assert await pair.agent.call(Echo(text="up"), timeout=2) == "up"
        assert pair.core.peer.name == "agent"
        assert pair.agent.peer.version == "test"
        assert pair.core.peer_key == pair.agent_keys.public
        assert pair.agent.peer_key == pair.core_keys.public


async def test_a_failed_command_is_told_with_its_code_and_a_crash_without_its_text() -> None:
    async with linked() as pair:
        with pytest.raises(CallFailed, match="there is no such thing") as failed:
            await pair.core.call(Break(how="failed"), timeout=2)
        assert failed.value.code == "no_such_thing"
        with pytest.raises(CallFailed) as crashed:
            await pair.core.call(Break(how="crash"), timeout=2)
        assert crashed.value.code == "internal"
        assert "password" not in crashed.value.message
        with pytest.raises(CallFailed) as wrong:
            await pair.core.call(Break(how="wrong"), timeout=2)
        assert wrong.value.code == "bad_answer"


async def test_an_unknown_command_is_answered_as_such_and_an_unknown_event_is_skipped() -> None:
    async with linked() as pair:
        with pytest.raises(CallFailed, match="Unheard is not known") as failed:
            await pair.core.call(Unheard(), timeout=2)
        assert failed.value.code == "unknown_command"
        await pair.agent.emit(News())
        await pair.agent.emit(Happened(number=1))
        await until(lambda: pair.core_did.events)
        assert [event.number for event in pair.core_did.events] == [1]


async def test_a_timeout_cancels_the_command_at_the_peer() -> None:
    async with linked() as pair:
        before = time.monotonic()
        with pytest.raises(CallTimeout, match="Echo"):
            await pair.core.call(Echo(text="late", delay=30), timeout=0.1)
        assert time.monotonic() - before < 1
        await until(lambda: pair.agent_did.cancelled == 1)
        assert await pair.core.call(Echo(text="next"), timeout=2) == "next"


async def test_a_caller_that_is_cancelled_cancels_at_the_peer() -> None:
    async with linked() as pair:
        task = asyncio.create_task(pair.core.call(Echo(text="x", delay=30), timeout=60))
        await until(lambda: pair.agent_did.started == 1)
        task.cancel()
        await until(lambda: pair.agent_did.cancelled == 1)


async def test_a_slow_call_never_delays_another() -> None:
    async with linked() as pair:
        slow = [
            asyncio.create_task(pair.core.call(Echo(text="slow", delay=20), timeout=30))
            for _ in range(50)
        ]
        await until(lambda: pair.agent_did.started == 50)
        before = time.monotonic()
        for number in range(20):
            assert await pair.core.call(Echo(text=str(number)), timeout=2) == str(number)
        assert time.monotonic() - before < 1
        for task in slow:
            task.cancel()


async def test_more_calls_than_may_be_in_flight_are_refused_as_busy() -> None:
    async with linked() as pair:
        held = [
            asyncio.create_task(pair.core.call(Echo(text="x", delay=20), timeout=30))
            for _ in range(MAX_CALLS)
        ]
        await until(lambda: pair.agent_did.started == MAX_CALLS)
        with pytest.raises(CallFailed) as failed:
            await pair.core.call(Echo(text="one more"), timeout=2)
        assert failed.value.code == "busy"
        for task in held:
            task.cancel()
        await until(lambda: pair.agent_did.cancelled == MAX_CALLS)
        assert await pair.core.call(Echo(text="again"), timeout=2) == "again"


async def test_what_does_not_fit_in_a_frame_is_refused_on_both_ways_and_the_link_lives() -> None:
    async with linked() as pair:
        with pytest.raises(CallFailed) as asked:
            await pair.core.call(Echo(text="x" * (5 * 1024 * 1024)), timeout=5)
        assert asked.value.code == "too_large"
        with pytest.raises(CallFailed) as answered:
            await pair.core.call(Break(how="too_large"), timeout=5)
        assert answered.value.code == "too_large"
        with pytest.raises(CommandFailed):
            await pair.agent.emit(Happened(number=1, text="x" * (5 * 1024 * 1024)))
        big = "x" * (3 * 1024 * 1024)
        assert await pair.core.call(Echo(text=big), timeout=5) == big


async def test_a_stream_comes_whole_and_in_order() -> None:
    async with linked() as pair, aclosing(pair.core.stream(Count(end=2000), timeout=5)) as items:
        assert [item.number async for item in items] == list(range(2000))


async def test_a_stream_that_fails_gives_what_came_before_and_then_the_error() -> None:
    async with linked() as pair:
        stream = pair.core.stream(Count(end=10, fail_at=5), timeout=5)
        assert [(await anext(stream)).number for _ in range(5)] == [0, 1, 2, 3, 4]
        with pytest.raises(CallFailed, match="cannot count past 5"):
            await anext(stream)


async def test_closing_a_stream_stops_it_at_the_peer() -> None:
    async with linked() as pair:
        async with aclosing(pair.core.stream(Count(end=10**6, delay=0.001), timeout=5)) as items:
            async for item in items:
                if item.number == 3:
                    break
        await until(lambda: pair.agent_did.closed_streams == 1)
        produced = pair.agent_did.produced
        await asyncio.sleep(0.05)
        assert pair.agent_did.produced == produced


async def test_a_silent_stream_times_out_and_one_without_a_timeout_waits() -> None:
    async with linked() as pair:
        with pytest.raises(CallTimeout):
            async for _ in pair.core.stream(Count(end=1, delay=20), timeout=0.1):
                pass
        await until(lambda: pair.agent_did.closed_streams == 1)
        async with aclosing(pair.core.stream(Count(end=1, delay=0.3), timeout=None)) as items:
            assert [item.number async for item in items] == [0]


async def test_a_stream_nobody_reads_stops_at_its_window_and_goes_on_when_read() -> None:
    async with linked() as pair:
        size = 10_000
        async with aclosing(pair.core.stream(Count(end=500, size=size), timeout=5)) as items:
            await anext(items)
            await asyncio.sleep(0.2)
            assert pair.agent_did.produced <= STREAM_WINDOW // size + 3
            assert await pair.core.call(Echo(text="beside"), timeout=1) == "beside"
            rest = [item.number async for item in items]
        assert rest == list(range(1, 500))


async def test_events_come_in_order_and_wait_while_the_peer_is_behind() -> None:
    async with linked() as pair:
        pair.core_did.event_gate.clear()

        async def emit() -> None:
            for number in range(300):
                await pair.agent.emit(Happened(number=number, text="x" * 10_000))

        task = asyncio.create_task(emit())
        await asyncio.sleep(0.3)
        assert not task.done()
        assert await pair.core.call(Echo(text="beside"), timeout=1) == "beside"
        pair.core_did.event_gate.set()
        await asyncio.wait_for(task, 5)
        await until(lambda: len(pair.core_did.events) == 300)
        assert [event.number for event in pair.core_did.events] == list(range(300))


@pytest.mark.alone
async def test_beside_a_flood_of_100_000_lines_calls_stay_quick() -> None:
    async with linked() as pair:
        lines_per_item, items = 20, 5000

        async def flood() -> int:
            count = 0
            text_size = lines_per_item * 60
            async with aclosing(
                pair.core.stream(Count(end=items, size=text_size), timeout=10)
            ) as stream:
                async for _ in stream:
                    count += lines_per_item
            return count

        task = asyncio.create_task(flood())
        await until(lambda: pair.agent_did.produced > 100)
        taken: list[float] = []
        while not task.done():
            before = time.perf_counter()
            await pair.core.call(Echo(text="x"), timeout=2)
            taken.append(time.perf_counter() - before)
        assert await task == 100_000
        taken.sort()
        p99 = taken[int(len(taken) * 0.99)]
        print(f"{len(taken)} calls beside the flood, p99 {p99 * 1000:.1f} ms")
        assert len(taken) > 100
        assert p99 < 0.1


async def test_the_clock_and_the_round_trip_are_measured() -> None:
    async with linked() as pair:
        await until(lambda: pair.core.rtt_ms > 0)
        assert pair.core.rtt_ms < 500
        assert abs(pair.core.offset_ms) < 250


async def test_closing_tells_both_sides_the_reason_and_ends_what_waited() -> None:
    async with linked() as pair:
        waiting = asyncio.create_task(pair.core.call(Echo(text="x", delay=30), timeout=60))
        stream = pair.core.stream(Count(end=10, delay=30), timeout=60)
        reading = asyncio.create_task(anext(stream))
        await until(lambda: pair.agent_did.started == 1)
        await pair.core.close("the server was disabled")
        assert await pair.ended("core") == "the server was disabled"
        assert await pair.ended("agent") == "the server was disabled"
        with pytest.raises(LinkLost, match="the server was disabled"):
            await waiting
        with pytest.raises(LinkLost, match="the server was disabled"):
            await reading
        with pytest.raises(LinkLost):
            await pair.core.call(Echo(text="late"), timeout=1)
        with pytest.raises(LinkLost):
            await pair.agent.emit(Happened(number=1))
        assert pair.agent_did.cancelled == 1


async def test_an_agent_that_knows_fewer_fields_ignores_the_others() -> None:
    class Later(Echo, frozen=True, kw_only=True, tag="Echo"):
        """Echo, as a later version may have it."""

        emphasis: str = "loud"

    async with linked() as pair:
        assert await pair.core.call(Later(text="x"), timeout=2) == "x"


async def test_a_peer_that_knows_nothing_answers_so() -> None:
    async with linked(vocabulary=Vocabulary(Unheard, News)) as pair:
        with pytest.raises(CallFailed) as failed:
            await pair.core.call(Echo(text="x"), timeout=2)
        assert failed.value.code == "unknown_command"
