"""Texts as stages and lines."""

from typing import Literal

from monitor.api.update import Log
from monitor.core.runs.live import now_ms
from monitor.core.runs.records import Stage
from monitor.core.store.protocol import Line


def lines_of_log(number: int, log: Log) -> tuple[Stage, list[Line]]:
    """A Log as it is stored: its stage, and the lines of its text."""
    stage = Stage(
        job=f"log {number}",
        index=0,
        name=log.stage,
        command=log.command,
        start_ts=log.start_ts,
        end_ts=log.end_ts,
        success=log.success,
    )
    texts: list[tuple[Literal["out", "err"], str]] = [
        *(("out", line) for line in log.stdout.split("\n") if log.stdout),
        *(("err", line) for line in log.stderr.split("\n") if log.stderr),
    ]
    lines = [
        Line(seq=seq, ts=log.end_ts, stage="0", stream=stream, text=text)
        for seq, (stream, text) in enumerate(texts, 1)
    ]
    return stage, lines


def said(name: str, job: str) -> Stage:
    """A stage that was over at once."""
    now = now_ms()
    return Stage(job=job, index=0, name=name, start_ts=now, end_ts=now, success=True)
