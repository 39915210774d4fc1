"""Core's CPU and memory with a large fleet that samples each 5 s and pages that watch it, and how it stops then."""

import asyncio
import time
from collections.abc import AsyncIterator

from msgspec import Struct

from bench.figures import Figure
from bench.machine import cpu_seconds, memory_mb
from bench.programs import (
    CONTAINERS,
    Watching,
    create_servers,
    pid_of,
    running_core,
    simulated,
    viewers,
)
from bench.simulator import Plan

VIEWERS = 10
MEASURED = 60.0
FIGURES_MEASURED = 20.0
_SETTLE = 5.0


class Used(Struct, frozen=True, kw_only=True):
    """Core's share of a core, its resident MB, and MB/s to each viewer."""

    share: float
    memory: float
    sent: float


class Measured(Struct, frozen=True, kw_only=True):
    """What Core used while dashboards were looked at, then lists of all containers; seconds it took to stop."""

    dashboards: Used
    figures: Used
    stopped: float


async def measure(
    plan: Plan,
    *,
    watching: int = VIEWERS,
    seconds: float = MEASURED,
    figures_seconds: float = FIGURES_MEASURED,
    settle: float = _SETTLE,
) -> Measured:
    """Core with the servers of a plan and so many viewers; stopped in the middle of it."""
    async with running_core() as core:
        pid = pid_of(core)
        async with core.client() as client:
            await create_servers(client, plan)
        lasts = plan.ramp + 60 + seconds + figures_seconds
        async with simulated(core, plan, lasts):
            async with viewers(core, watching) as pages:
                dashboards = await _use(pid, pages, seconds, settle)
            async with viewers(core, watching, CONTAINERS) as pages:
                figures = await _use(pid, pages, figures_seconds, settle)
                began = time.monotonic()
                await core.stop()
                stopped = time.monotonic() - began
    return Measured(dashboards=dashboards, figures=figures, stopped=stopped)


async def _use(pid: int, pages: list[Watching], seconds: float, settle: float) -> Used:
    await asyncio.sleep(settle)
    sent = sum(page.bytes for page in pages)
    began, used = time.monotonic(), cpu_seconds(pid)
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    share = (cpu_seconds(pid) - used) / took
    sent = sum(page.bytes for page in pages) - sent
    gaps = sum(page.gaps for page in pages)
    assert not gaps, f"{gaps} viewers fell behind"
    return Used(share=share, memory=memory_mb(pid)[0], sent=sent / took / max(len(pages), 1) / 1e6)


async def run() -> AsyncIterator[Figure]:
    """1,000 servers with 20 containers, 10 viewers of the dashboard."""
    plan = Plan(servers=1000, containers=20)
    measured = await measure(plan)
    fleet = f"{plan.servers} servers x {plan.containers} containers, {VIEWERS}"
    used = measured.dashboards
    note = f"over {MEASURED:.0f} s, each viewer is sent {used.sent:.2f} MB/s"
    yield Figure(
        what=f"{fleet} dashboards: CPU", figure=used.share, unit="core", budget=0.25, note=note
    )
    yield Figure(what=f"{fleet} dashboards: memory", figure=used.memory, unit="MB", budget=200)
    used = measured.figures
    note = f"over {FIGURES_MEASURED:.0f} s, each viewer is sent {used.sent:.2f} MB/s"
    yield Figure(what=f"{fleet} lists with figures: CPU", figure=used.share, unit="core", note=note)
    yield Figure(what=f"{fleet} lists with figures: memory", figure=used.memory, unit="MB")
    yield Figure(
        what=f"Core stops with {plan.servers} links", figure=measured.stopped, unit="s", budget=5
    )
