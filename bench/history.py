"""Thirty days of a server's history, and what it takes on disk."""

import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bench.figures import Figure, median
from monitor.core.history.series import MINUTE, Mount, Point, Series

DAYS = 30
READS = 20
_DAY = 86_400
_HOUR = 3600
_GIB = 1024**3


def _point(ts: int) -> Point:
    swing = (ts // MINUTE * 7919 % 1000) / 10
    used = 4 * _GIB + ts * 977 % _GIB
    return Point(
        ts=ts, cpu=swing, cpu_max=min(swing * 1.2, 100), load=(swing / 50, swing / 60, swing / 70),
        mem_used=used, mem_total=8 * _GIB, mem_cache=_GIB, swap_used=0, swap_total=2 * _GIB,
        net_in=swing * 1000, net_out=swing * 700, disk_read=swing * 50, disk_write=swing * 90,
        disks=(Mount("/", "ext4", 40 * _GIB, 100 * _GIB), Mount("/data", "xfs", 3 * _GIB, 9 * _GIB)),
    )  # fmt: skip


async def run() -> AsyncIterator[Figure]:
    """One server that was up for 30 days; then a day of 50 servers for the disk."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        now = int(time.time()) // _DAY * _DAY
        series = Series(Path(folder) / "history.db")
        await series.open()
        await _fill(series, ["one"], now - DAYS * _DAY, now)
        await series.prune(now)
        took: list[float] = []
        points = 0
        for number in range(1 + READS):
            began = time.perf_counter()
            points = len(await series.read("one", _HOUR, now - DAYS * _DAY, now))
            if number:
                took.append((time.perf_counter() - began) * 1000)
        await series.close()
        yield Figure(
            what=f"{DAYS} days of one server's history, all series", figure=median(took), unit="ms",
            budget=50, note=f"{points} points of an hour, median of {READS}",
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        servers = [f"server {number}" for number in range(20)]
        path = Path(folder) / "history.db"
        series = Series(path)
        await series.open()
        await _fill(series, servers, now - 2 * _DAY, now - _DAY)
        await series.close()
        size = path.stat().st_size / len(servers) / 1000
        yield Figure(
            what="history on disk, per server and day", figure=size, unit="kB", budget=250,
            note=f"one day of {len(servers)} servers at one point a minute",
        )  # fmt: skip


async def _fill(series: Series, servers: list[str], first: int, last: int) -> None:
    for hour in range(first, last, _HOUR):
        for ts in range(hour, hour + _HOUR, MINUTE):
            for server in servers:
                series.add(server, _point(ts))
        await series.flush()
