"""What an agent costs the server it is on."""

import asyncio
import time
from collections.abc import AsyncIterator

from bench.containers import SERVICE, demand_docker, docker_async, image, names, real_server
from bench.figures import Figure
from bench.machine import cpu_seconds, memory_mb

CONTAINERS = 50
MEASURED = 60.0
_AT_ONCE = 5
_SETTLE = 10.0


async def run() -> AsyncIterator[Figure]:
    """With 50 running containers and a sample each 5 s."""
    demand_docker()
    with names() as prefix, image(f"{prefix}/service", SERVICE) as service:
        left = iter(range(CONTAINERS))

        async def start() -> None:
            for number in left:
                name = f"{prefix}-{number}"
                await docker_async("run", "-d", "--name", name, "--network", "none", service)

        await asyncio.gather(*(start() for _ in range(_AT_ONCE)))
        async with real_server() as place:
            await asyncio.sleep(_SETTLE)
            pid = place.agent_pid
            began, used = time.monotonic(), cpu_seconds(pid)
            await asyncio.sleep(MEASURED)
            share = (cpu_seconds(pid) - used) / (time.monotonic() - began)
            resident, private = memory_mb(pid)
    what = f"agent with {CONTAINERS} containers at 5 s samples"
    yield Figure(what=f"{what}: resident", figure=resident, unit="MB", budget=60)
    yield Figure(what=f"{what}: private", figure=private, unit="MB", budget=45)
    yield Figure(
        what=f"{what}: CPU", figure=100 * share, unit="% of a core", budget=0.5,
        note=f"over {MEASURED:.0f} s",
    )  # fmt: skip
