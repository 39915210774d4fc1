"""How long Core takes to start with resources in its database."""

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bench.figures import Figure, median
from bench.programs import started_core
from bench.stored import store_resources

STARTS = 5
_EACH = 500


async def run() -> AsyncIterator[Figure]:
    """From the start of the program until it is ready, with 500 servers and 500 deployments."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        await store_resources(Path(folder) / "data", servers=_EACH, deployments=_EACH)
        took: list[float] = []
        for number in range(1 + STARTS):
            began = time.perf_counter()
            async with contextlib.AsyncExitStack() as stack:
                await stack.enter_async_context(started_core(Path(folder)))
                if number:
                    took.append(time.perf_counter() - began)
        yield Figure(
            what=f"Core's start with {2 * _EACH:,} resources until it is ready",
            figure=median(took), unit="s", budget=1.5, note=f"median of {STARTS}",
        )  # fmt: skip
