"""What containers use, read from the kernel's cgroup files (version 1 and 2) and /proc: far cheaper than the API."""

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from monitor.link.events import ContainerSample

_PLACES = ("docker/{id}", "system.slice/docker-{id}.scope")
_NO_LIMIT = 2**60
_PAGE = 65_536
_CONTAINER_ID = re.compile(r"[0-9a-f]{64}")


class Usage(Struct, frozen=True):
    """Totals of one container at a moment: nanoseconds of CPU, bytes, processes."""

    at: float
    cpu_ns: int
    mem: int
    mem_limit: int
    net_in: int = 0
    net_out: int = 0
    block_read: int = 0
    block_write: int = 0
    pids: int = 0


class Cgroups:
    """Reads cgroups under `root` and network counters under `proc`."""

    def __init__(self, root: Path = Path("/sys/fs/cgroup"), proc: Path = Path("/proc")) -> None:
        self._root = str(root)
        self._proc = str(proc)
        self._v2 = (root / "cgroup.controllers").exists()
        self._cpu = "cpuacct" if (root / "cpuacct").is_dir() else "cpu,cpuacct"
        self._places: dict[str, str] = {}
        self._total = _total_memory(str(proc))

    def keep(self, ids: Iterable[str]) -> None:
        """Forget where containers were that are not among `ids`."""
        wanted = set(ids)
        self._places = {one: place for one, place in self._places.items() if one in wanted}

    def usage(self, container: str, *, own_network: bool = True) -> Usage | None:
        """What a container has used so far; None if its cgroup is not to be found here."""
        place = self._place(container)
        if place is None:
            return None
        try:
            usage = self._read_v2(place) if self._v2 else self._read_v1(place)
        except (OSError, ValueError):
            self._places.pop(container, None)
            return None
        if not own_network:
            return usage
        received, sent = self._network(place)
        return Usage(
            usage.at, usage.cpu_ns, usage.mem, usage.mem_limit, received, sent,
            usage.block_read, usage.block_write, usage.pids,
        )  # fmt: skip

    def _place(self, container: str) -> str | None:
        if container in self._places:
            return self._places[container]
        if not _CONTAINER_ID.fullmatch(container):
            return None
        for pattern in _PLACES:
            place = pattern.format(id=container)
            if Path(self._folder(place)).is_dir():
                self._places[container] = place
                return place
        return None

    def _folder(self, place: str) -> str:
        return f"{self._root}/{place}" if self._v2 else f"{self._root}/memory/{place}"

    def _read_v2(self, place: str) -> Usage:
        folder = f"{self._root}/{place}"
        current = _number(f"{folder}/memory.current")
        read = written = 0
        for line in _lines(f"{folder}/io.stat"):
            for word in line.split()[1:]:
                key, _, value = word.partition("=")
                read += int(value) if key == "rbytes" else 0
                written += int(value) if key == "wbytes" else 0
        return Usage(
            time.monotonic(),
            _figure(f"{folder}/cpu.stat", "usage_usec") * 1000,
            max(0, current - _figure(f"{folder}/memory.stat", "inactive_file")),
            self._limit(_number(f"{folder}/memory.max")),
            block_read=read,
            block_write=written,
            pids=_number(f"{folder}/pids.current"),
        )

    def _read_v1(self, place: str) -> Usage:
        memory = f"{self._root}/memory/{place}"
        current = _number(f"{memory}/memory.usage_in_bytes")
        read = written = 0
        blkio = f"{self._root}/blkio/{place}/blkio.throttle.io_service_bytes"
        for line in _lines(f"{blkio}_recursive") or _lines(blkio):
            words = line.split()
            if len(words) == 3:  # noqa: PLR2004 - device, operation, bytes
                read += int(words[2]) if words[1] == "Read" else 0
                written += int(words[2]) if words[1] == "Write" else 0
        return Usage(
            time.monotonic(),
            _number(f"{self._root}/{self._cpu}/{place}/cpuacct.usage"),
            max(0, current - _figure(f"{memory}/memory.stat", "total_inactive_file")),
            self._limit(_number(f"{memory}/memory.limit_in_bytes")),
            block_read=read,
            block_write=written,
            pids=_number(f"{self._root}/pids/{place}/pids.current"),
        )

    def _limit(self, limit: int) -> int:
        return self._total if not 0 < limit < _NO_LIMIT else min(limit, self._total or limit)

    def _network(self, place: str) -> tuple[int, int]:
        pids = next(iter(_lines(f"{self._folder(place)}/cgroup.procs")), "").strip()
        received = sent = 0
        if not pids or pids == "0":
            return 0, 0
        for line in _lines(f"{self._proc}/{pids}/net/dev")[2:]:
            name, _, counted = line.partition(":")
            words = counted.split()
            if name.strip() != "lo" and len(words) > 8:  # noqa: PLR2004 - bytes sent are the ninth
                received += int(words[0])
                sent += int(words[8])
        return received, sent


def sample(before: Usage | None, after: Usage) -> ContainerSample:
    """Make a sample of two readings; without the first one its rates are 0. Pure."""
    seconds = max(after.at - before.at, 0.001) if before else 1.0
    used = max(0, after.cpu_ns - before.cpu_ns) if before else 0
    return ContainerSample(
        cpu=round(used / 1e9 / seconds * 100, 2),
        mem=after.mem,
        mem_limit=after.mem_limit,
        net_in=max(0, after.net_in - before.net_in) / seconds if before else 0.0,
        net_out=max(0, after.net_out - before.net_out) / seconds if before else 0.0,
        net_in_total=after.net_in,
        net_out_total=after.net_out,
        block_read_total=after.block_read,
        block_write_total=after.block_write,
        pids=after.pids,
    )


def _read(path: str) -> str:
    """A small file of the kernel's, with as little work as can be: an agent reads hundreds each few seconds."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts: list[bytes] = []
        while part := os.read(file, _PAGE):
            parts.append(part)
    finally:
        os.close(file)
    return b"".join(parts).decode(errors="replace")


def _lines(path: str) -> list[str]:
    try:
        return _read(path).splitlines()
    except OSError:
        return []


def _figure(path: str, name: str) -> int:
    """The number behind a name at the start of a line; 0 where there is none."""
    try:
        _, found, rest = f"\n{_read(path)}".partition(f"\n{name} ")
    except OSError:
        return 0
    value = rest.partition("\n")[0].strip() if found else ""
    return int(value) if value.isdigit() else 0


def _number(path: str) -> int:
    text = _read(path).strip()
    return -1 if text == "max" else int(text)


def _total_memory(proc: str) -> int:
    for line in _lines(f"{proc}/meminfo"):
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) * 1024
    return 0
