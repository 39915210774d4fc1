"""Programs: output line by line, deadlines, cancel, and nothing left behind."""

import asyncio
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.programs import LONGEST_LINE, Finished, Lines, run

ENV = {"PATH": os.environ["PATH"]}


def alive(pid: int) -> bool:
    """Runs still; a zombie that nobody has fetched does not."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


async def sh(script: str, **options: object) -> tuple[Finished, list[tuple[str, str]]]:
    lines: list[tuple[str, str]] = []
    finished = await run(
        ["sh", "-c", script],
        env=ENV,
        on_line=lambda stream, text: lines.append((stream, text)),
        **options,  # type: ignore[arg-type]
    )
    return finished, lines


async def test_both_streams_arrive_line_by_line() -> None:
    finished, lines = await sh("echo one; echo two >&2; printf 'no newline'; exit 3")
    assert finished == Finished(code=3)
    assert [text for stream, text in lines if stream == "out"] == ["one", "no newline"]
    assert [text for stream, text in lines if stream == "err"] == ["two"]


async def test_a_line_is_seen_before_the_program_ends() -> None:
    seen: dict[str, float] = {}
    start = time.monotonic()
    await run(
        ["sh", "-c", "echo first; sleep 0.6; echo last"],
        env=ENV,
        on_line=lambda _, text: seen.setdefault(text, time.monotonic() - start),
    )
    assert seen["first"] < 0.4 < seen["last"]


async def test_odd_bytes_become_valid_text() -> None:
    _, lines = await sh(r"printf '\377ok\n\303\251\n'")
    assert lines == [("out", "\ufffdok"), ("out", "é")]


async def test_a_shell_is_never_involved(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    lines: list[str] = []
    hostile = f"$(touch {canary}); `touch {canary}` & | > {canary} \n touch {canary}"
    await run(["printf", "%s", hostile], env=ENV, on_line=lambda _, text: lines.append(text))
    assert "\n".join(lines) == hostile
    assert not canary.exists()


async def test_the_environment_is_only_what_was_given() -> None:
    lines: list[str] = []
    await run(["env"], env={**ENV, "A": "x y"}, on_line=lambda _, text: lines.append(text))
    assert sorted(lines) == sorted([f"PATH={ENV['PATH']}", "A=x y"])


async def test_input_is_handed_over_and_ended() -> None:
    lines: list[str] = []
    await run(["cat"], env=ENV, on_line=lambda _, text: lines.append(text), stdin=b"a\nb")
    assert lines == ["a", "b"]


async def test_a_deadline_ends_the_whole_group() -> None:
    finished, lines = await sh("sleep 300 & echo $!; wait", seconds=0.5)
    assert finished.timed_out
    assert not finished.ok
    assert not alive(int(lines[0][1]))


async def test_cancel_sends_term_then_kill() -> None:
    cancel = asyncio.Event()
    asyncio.get_running_loop().call_later(0.4, cancel.set)
    start = time.monotonic()
    script = "trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done"
    finished, lines = await sh(script, cancel=cancel, grace=0.5)
    assert finished == Finished(code=-9, cancelled=True)
    assert ("out", "asked") in lines
    assert 0.8 < time.monotonic() - start < 3


async def test_a_child_left_behind_does_not_hold_the_answer_up() -> None:
    start = time.monotonic()
    finished, lines = await sh("sleep 5 & echo $!")
    os.kill(int(lines[0][1]), 9)
    assert finished.ok
    assert time.monotonic() - start < 3


async def test_a_task_that_is_cancelled_takes_its_program_along() -> None:
    lines: list[str] = []
    task = asyncio.create_task(
        run(["sh", "-c", "echo $$; sleep 300"], env=ENV, on_line=lambda _, t: lines.append(t))
    )
    while not lines:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(int(lines[0]))


async def test_a_missing_program_is_an_error_at_once() -> None:
    with pytest.raises(FileNotFoundError):
        await run(["no-such-program"], env=ENV, on_line=lambda *_: None)


def test_each_state_of_a_progress_bar_is_a_line() -> None:
    lines = Lines()
    assert lines.feed(b"10%\r20%\r\r30") == ["10%", "20%"]
    assert lines.feed(b"%\r") == []
    assert lines.feed(b"\nnext\r\n\r\n") == ["30%", "next", ""]
    assert lines.end() == []


def test_a_long_line_is_cut_between_characters() -> None:
    lines = Lines()
    text = "a" + "é" * LONGEST_LINE
    pieces = [*lines.feed(text.encode()), *lines.end()]
    assert len(pieces) == 3
    assert "".join(pieces) == text


@given(st.binary(max_size=300), st.integers(1, 20))
def test_lines_do_not_depend_on_how_the_bytes_were_cut(data: bytes, size: int) -> None:
    whole, cut = Lines(), Lines()
    expected = [*whole.feed(data), *whole.end()]
    got = [line for at in range(0, len(data), size) for line in cut.feed(data[at : at + size])]
    assert [*got, *cut.end()] == expected
