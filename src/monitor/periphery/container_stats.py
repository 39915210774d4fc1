"""Samples of running containers: from cgroup files, and by the engine's API where those are out of reach."""

import asyncio
import time
from collections.abc import Iterable

from msgspec import Struct

from monitor.link.events import ContainerSample, ContainerStatsBatch
from monitor.periphery.cgroups import Cgroups, Usage, sample
from monitor.periphery.docker import Docker, DockerAway, DockerRefused, decode
from monitor.periphery.job import now_ms

_AT_ONCE = 4


class Running(Struct, frozen=True):
    """A container to be sampled."""

    id: str
    name: str
    own_network: bool = True


class _Cpu(Struct, frozen=True):
    total_usage: int = 0


class _CpuStats(Struct, frozen=True):
    cpu_usage: _Cpu = _Cpu()


class _Memory(Struct, frozen=True):
    usage: int = 0
    limit: int = 0
    stats: dict[str, int] | None = None


class _Network(Struct, frozen=True):
    rx_bytes: int = 0
    tx_bytes: int = 0


class _Block(Struct, frozen=True):
    op: str = ""
    value: int = 0


class _Blocks(Struct, frozen=True):
    io_service_bytes_recursive: list[_Block] | None = None


class _Pids(Struct, frozen=True):
    current: int = 0


class _Stats(Struct, frozen=True):
    cpu_stats: _CpuStats = _CpuStats()
    memory_stats: _Memory = _Memory()
    networks: dict[str, _Network] | None = None
    blkio_stats: _Blocks = _Blocks()
    pids_stats: _Pids = _Pids()


class ContainerSampler:
    """Takes samples of containers; remembers the reading before."""

    def __init__(self, docker: Docker, cgroups: Cgroups) -> None:
        self._docker = docker
        self._cgroups = cgroups
        self._before: dict[str, Usage] = {}

    async def sample(self, running: Iterable[Running]) -> ContainerStatsBatch:
        """Take a sample of every container of `running` that can be read."""
        containers = list(running)
        ids = [one.id for one in containers]
        self._cgroups.keep(ids)
        usages = {
            one.id: self._cgroups.usage(one.id, own_network=one.own_network) for one in containers
        }
        missing = [one for one, usage in usages.items() if usage is None]
        if missing:
            usages |= await self._ask(missing)
        samples: dict[str, ContainerSample] = {}
        for one in containers:
            usage = usages[one.id]
            if usage is not None:
                samples[one.name] = sample(self._before.get(one.id), usage)
        self._before = {one: usage for one, usage in usages.items() if usage is not None}
        return ContainerStatsBatch(ts_ms=now_ms(), containers=samples)

    async def _ask(self, ids: list[str]) -> dict[str, Usage | None]:
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(container: str) -> Usage | None:
            async with free:
                return await api_usage(self._docker, container)

        return dict(zip(ids, await asyncio.gather(*map(one, ids)), strict=True))


async def api_usage(docker: Docker, container: str) -> Usage | None:
    """What a container has used so far as the engine tells it; takes up to a second. None if it does not."""
    query = {"stream": "false", "one-shot": "true"}
    try:
        stats = decode(await docker.get(f"/containers/{container}/stats", query), _Stats)
    except (DockerAway, DockerRefused):
        return None
    memory = stats.memory_stats
    caches = memory.stats or {}
    idle = caches.get("total_inactive_file", caches.get("inactive_file", 0))
    networks = (stats.networks or {}).values()
    blocks = stats.blkio_stats.io_service_bytes_recursive or []
    return Usage(
        at=time.monotonic(),
        cpu_ns=stats.cpu_stats.cpu_usage.total_usage,
        mem=max(0, memory.usage - idle),
        mem_limit=memory.limit,
        net_in=sum(one.rx_bytes for one in networks),
        net_out=sum(one.tx_bytes for one in networks),
        block_read=sum(one.value for one in blocks if one.op.lower() == "read"),
        block_write=sum(one.value for one in blocks if one.op.lower() == "write"),
        pids=stats.pids_stats.current,
    )
