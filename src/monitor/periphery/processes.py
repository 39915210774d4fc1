"""The processes of this host."""

import contextlib
import time
from typing import Any

import psutil

from monitor.api.stats import SystemProcess

_SETTLE_SECONDS = 0.25
_FRESH_SECONDS = 15.0
_KIB, _MIB = 1024, 1024 * 1024
_ASKED = (
    "pid",
    "name",
    "exe",
    "cmdline",
    "create_time",
    "cpu_percent",
    "memory_info",
    "io_counters",
)


class Processes:
    """Lists processes; keeps when it last did, as CPU use is what was used since then."""

    def __init__(self) -> None:
        self._at = -_FRESH_SECONDS

    def list(self) -> tuple[SystemProcess, ...]:
        """All processes, those that use most CPU first. Blocks: for a thread."""
        if time.monotonic() - self._at > _FRESH_SECONDS:
            for process in psutil.process_iter():
                with contextlib.suppress(psutil.Error, OSError):
                    process.cpu_percent()
            time.sleep(_SETTLE_SECONDS)
        self._at = time.monotonic()
        found = [_process(process) for process in psutil.process_iter(_ASKED)]
        return tuple(sorted(found, key=lambda one: (-one.cpu_perc, -one.mem_mb, one.pid)))


def _process(process: psutil.Process) -> SystemProcess:
    info: dict[str, Any] = process.info
    memory = info.get("memory_info")
    io = info.get("io_counters")
    words: list[str] = info.get("cmdline") or []
    return SystemProcess(
        pid=process.pid,
        name=_text(info.get("name")),
        exe=_text(info.get("exe")),
        cmd=tuple(map(_text, words)),
        start_time=round(_number(info.get("create_time")) * 1000),
        cpu_perc=_number(info.get("cpu_percent")),
        mem_mb=_number(getattr(memory, "rss", 0)) / _MIB,
        disk_read_kb=_number(getattr(io, "read_bytes", 0)) / _KIB,
        disk_write_kb=_number(getattr(io, "write_bytes", 0)) / _KIB,
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _text(odd: object) -> str:
    return (
        odd.encode(errors="surrogateescape").decode(errors="replace")
        if isinstance(odd, str)
        else ""
    )
