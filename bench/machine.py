"""What the kernel says of a process and of this machine."""

import os
import platform
import time
from pathlib import Path

_WORK = 0.3
"""Seconds of CPU to see how crowded the machine is."""
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """CPU time a process has used, all threads, without its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident memory and its private dirty part, in MB."""
    rss = dirty = 0
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name == "Rss":
            rss = int(rest.split()[0])
        elif name == "Private_Dirty":
            dirty = int(rest.split()[0])
    return rss * 1024 / 1e6, dirty * 1024 / 1e6


def crowded() -> float:
    """How many times longer work takes than it would alone on this machine: wall time over CPU time."""
    began, used = time.perf_counter(), time.process_time()
    while time.process_time() - used < _WORK:
        sum(range(1000))
    return (time.perf_counter() - began) / (time.process_time() - used)


def describe() -> str:
    """The machine in one line."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, Linux {platform.release()}, "
        f"Python {platform.python_version()}; load {os.getloadavg()[0]:.1f}"
    )
