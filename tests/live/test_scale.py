import asyncio
import time
import tracemalloc
from contextlib import AsyncExitStack
from typing import Any

import pytest

from fleet.things import GIB, batch, container, docker, sample, stats

from .world import World

SERVERS, CONTAINERS, SECONDS = 1000, 20, 5

pytestmark = pytest.mark.alone


def figures(number: int) -> list[Any]:
    """Other figures than any server had before."""
    return [
        stats(number / 11, mem_used=GIB + number),
        batch(**{f"c{n}": sample(number / 7 + n) for n in range(CONTAINERS)}),
    ]


async def test_a_thousand_servers_cost_a_quarter_of_a_core_while_ten_dashboards_look(
    world: World,
) -> None:
    tracemalloc.start()
    ids = [world.add_server(f"server-{number:04}") for number in range(SERVERS)]
    for one in ids:
        full = docker(*(container(f"c{n}", labels={"a": f"{one}{n}"}) for n in range(CONTAINERS)))
        world.fleet.event(one, full)
    await asyncio.sleep(0.5)
    bytes_used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    told = [(one, event) for number, one in enumerate(ids) for event in figures(number)]
    async with AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(world.page()) for _ in range(10)]
        for page in pages:
            for topic in ("servers", "boot"):
                await page.send(op="sub", topic=topic)

        async def drain(page: Any) -> int:
            size = 0
            async for message in page.ws:
                size += len(message.data)
            return size

        draining = [asyncio.create_task(drain(page)) for page in pages]
        await asyncio.sleep(1)
        began, cpu = time.perf_counter(), time.process_time()
        done = 0
        while done < len(told):
            due = int((time.perf_counter() - began) / SECONDS * len(told))
            for one, event in told[done:due]:
                world.fleet.event(one, event)
            done = max(due, done)
            await asyncio.sleep(0.005)
        wall, used = time.perf_counter() - began, time.process_time() - cpu
        for page in pages:
            await page.ws.close()
        received = await asyncio.gather(*draining)
    assert min(received) > 500_000
    # The ten pages are in this process too, so the budget of a quarter of a core is not drawn tight.
    assert used / wall < 0.35, f"{used / wall:.2f} of a core"
    assert bytes_used < 150_000_000, f"{bytes_used / 1e6:.0f} MB"
