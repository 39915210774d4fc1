"""Lists of many resources over HTTP."""

import http.client
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from bench.figures import Figure, median
from bench.machine import cpu_seconds
from bench.programs import pid_of, started_core
from bench.stored import store_resources

CALLS = 50
_WARM = 3
_SIZES = ((1000, 2.0), (10_000, 15.0))


async def run() -> AsyncIterator[Figure]:
    """ListServers and ListDeployments of 1,000 and of 10,000."""
    for size, budget in _SIZES:
        with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
            await store_resources(Path(folder) / "data", servers=size, deployments=size)
            async with started_core(Path(folder)) as core, core.client() as client:
                for name in ("ListServers", "ListDeployments"):
                    took, cpu, length = calls(core.url, name, client.jwt, pid_of(core))
                    note = f"p50 of {CALLS}; {cpu:.1f} ms of Core's CPU; {length / 1e6:.2f} MB"
                    yield Figure(
                        what=f"{name} of {size:,}", figure=took, unit="ms", budget=budget, note=note
                    )


def calls(url: str, name: str, jwt: str, pid: int) -> tuple[float, float, int]:
    """Median ms of a call, Core's CPU ms of one, and the bytes of an answer.

    With the plainest client there is: what is measured is Core, not what reads from it.
    """
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    headers = {"Authorization": jwt, "Content-Type": "application/json"}
    took: list[float] = []
    length, used = 0, 0.0
    for number in range(_WARM + CALLS):
        if number == _WARM:
            used = cpu_seconds(pid)
        began = time.perf_counter()
        connection.request("POST", f"/read/{name}", b"{}", headers)
        answer = connection.getresponse()
        length = len(answer.read())
        assert answer.status == 200, answer.status
        if number >= _WARM:
            took.append((time.perf_counter() - began) * 1000)
    connection.close()
    return median(took), (cpu_seconds(pid) - used) / CALLS * 1000, length
