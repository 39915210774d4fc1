"""The gate a new container has to pass before the old one goes: healthy, done, or at least staying up."""

import time
from typing import Literal

from msgspec import Struct

from monitor.periphery.engine import Engine
from monitor.periphery.job import Job, JobFailed
from monitor.periphery.seen import Seen, SeenCheck

STAY_UP_SECONDS = 2.0
"""How long a container without a health check has to run."""
SPARE_SECONDS = 10.0
_LOOK_SECONDS = 0.15
_NANO = 1_000_000_000
_DEFAULT_INTERVAL = 30.0
_DEFAULT_TIMEOUT = 30.0
_DEFAULT_RETRIES = 3


class Verdict(Struct, frozen=True):
    """What is thought of a container so far, and why."""

    outcome: Literal["good", "bad", "wait"]
    reason: str = ""


def judge(seen: Seen, up_seconds: float) -> Verdict:  # noqa: PLR0911 - one return per verdict
    """Judge a started container that has been seen running for `up_seconds`. Pure."""
    state = seen.State
    if state.OOMKilled and not state.Running:
        return Verdict("bad", "it was killed because it ran out of memory")
    if seen.RestartCount > 0 or state.Restarting:
        return Verdict("bad", f"it restarted; its last exit code was {state.ExitCode}")
    if state.Status in {"exited", "dead"}:
        if state.ExitCode == 0 and state.Status == "exited":
            return Verdict("good", "it ran once and exited with 0")
        return Verdict("bad", f"it exited with {state.ExitCode}")
    if not state.Running:
        return Verdict("bad", state.Error or f"it is {state.Status or 'not running'}")
    health = state.Health.Status if state.Health else "none"
    if health == "healthy":
        return Verdict("good", "it is healthy")
    if health == "unhealthy":
        return Verdict("bad", _unhealthy(seen))
    if health == "starting":
        return Verdict("wait")
    if up_seconds >= STAY_UP_SECONDS:
        return Verdict("good", f"it stayed up for {STAY_UP_SECONDS:g} s")
    return Verdict("wait")


def _unhealthy(seen: Seen) -> str:
    log = (seen.State.Health.Log if seen.State.Health else None) or []
    said = log[-1].Output.strip().splitlines() if log else []
    return "it is unhealthy" + (f": {said[-1]}" if said else "")


def deadline_seconds(check: SeenCheck | None) -> float:
    """How long the gate waits: all that the health check may take, and some."""
    if check is None or not check.Test or check.Test[0] == "NONE":
        return STAY_UP_SECONDS + SPARE_SECONDS
    interval = check.Interval / _NANO or _DEFAULT_INTERVAL
    timeout = check.Timeout / _NANO or _DEFAULT_TIMEOUT
    retries = check.Retries or _DEFAULT_RETRIES
    return check.StartPeriod / _NANO + retries * (interval + timeout) + SPARE_SECONDS


async def pass_gate(job: Job, engine: Engine, container: str, *, cancellable: bool = True) -> None:
    """Wait until `container` proves good. Raises JobFailed with the reason where it does not."""
    began = time.monotonic()
    deadline: float | None = None
    while True:
        seen = await engine.look(container)
        if seen is None:
            raise JobFailed("The new container is gone, so nothing can be said of its exit code")
        if deadline is None:
            deadline = deadline_seconds(seen.Config.Healthcheck)
            if seen.State.Health is not None:
                job.line(f"Waiting up to {deadline:.0f} s for the container to become healthy.")
        up = time.monotonic() - began
        verdict = judge(seen, up)
        if verdict.outcome == "good":
            job.line(f"The container is good: {verdict.reason}.")
            return
        if verdict.outcome == "bad":
            raise JobFailed(f"The new container is not good: {verdict.reason}")
        if up > deadline:
            raise JobFailed(f"The new container did not become healthy within {deadline:.0f} s")
        await job.pause(_LOOK_SECONDS, cancellable=cancellable)
