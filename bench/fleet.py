"""Core's CPU and memory with a large fleet that samples each 5 s, and pages that watch it."""

import asyncio
import time
from collections.abc import AsyncIterator

from bench.figures import Figure
from bench.machine import cpu_seconds, memory_mb
from bench.programs import create_servers, pid_of, running_core, simulated, viewers
from bench.simulator import Plan

VIEWERS = 10
MEASURED = 60.0
_SETTLE = 5.0


async def measure(
    plan: Plan, *, watching: int = VIEWERS, seconds: float = MEASURED
) -> tuple[float, float, float]:
    """Core's share of a core, its resident MB, and MB/s to each viewer."""
    async with running_core() as core:
        async with core.client() as client:
            await create_servers(client, plan)
        lasts = plan.ramp + 40 + seconds
        async with simulated(core, plan, lasts), viewers(core, watching) as pages:
            await asyncio.sleep(_SETTLE)
            sent = sum(page.bytes for page in pages)
            began, used = time.monotonic(), cpu_seconds(pid_of(core))
            await asyncio.sleep(seconds)
            took = time.monotonic() - began
            share = (cpu_seconds(pid_of(core)) - used) / took
            sent = sum(page.bytes for page in pages) - sent
            gaps = sum(page.gaps for page in pages)
            assert not gaps, f"{gaps} viewers fell behind"
            return share, memory_mb(pid_of(core))[0], sent / took / max(watching, 1) / 1e6


async def run() -> AsyncIterator[Figure]:
    """1,000 servers with 20 containers, 10 viewers of the dashboard."""
    plan = Plan(servers=1000, containers=20)
    share, memory, sent = await measure(plan)
    what = f"{plan.servers} servers x {plan.containers} containers, {VIEWERS} viewers"
    note = f"over {MEASURED:.0f} s, each viewer is sent {sent:.2f} MB/s"
    yield Figure(what=f"{what}: CPU", figure=share, unit="core", budget=0.25, note=note)
    yield Figure(what=f"{what}: memory", figure=memory, unit="MB", budget=200)
