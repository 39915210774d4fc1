"""The rhythm of samples: every five seconds, every second while somebody looks, the last hour kept packed."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

import msgspec

from monitor.link.base import Event
from monitor.link.commands import StatsHistory
from monitor.link.events import ContainerStatsBatch, HostStats
from monitor.periphery.container_stats import ContainerSampler, Running
from monitor.periphery.stats import HostSampler

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
WATCHED_SECONDS = 1.0
WATCH_LASTS_SECONDS = 30.0
MOST_BYTES = 1536 * 1024
"""Of one kind in an answer: it has to fit into a frame."""
KEPT = 720
"""Samples: an hour."""


class Ring:
    """The last samples of one kind, packed."""

    def __init__(self, kept: int = KEPT) -> None:
        self._packed: deque[tuple[int, bytes]] = deque(maxlen=kept)

    def add(self, ts_ms: int, sample: Event) -> None:
        """Keep a sample, and forget the oldest when full."""
        self._packed.append((ts_ms, msgspec.msgpack.encode(sample)))

    def since(self, ts_ms: int) -> Iterable[bytes]:
        """Samples newer than `ts_ms`, oldest first; of too many, every second or third or so."""
        chosen = [packed for ts, packed in self._packed if ts > ts_ms]
        step = 1 + sum(map(len, chosen)) // MOST_BYTES
        return chosen[::-step][::-1]


class Sampling:
    """Samples host and containers for ever and tells of each sample."""

    def __init__(
        self,
        host: HostSampler,
        containers: ContainerSampler,
        running: Callable[[], Iterable[Running]],
        tell: Callable[[Event], Awaitable[None]],
    ) -> None:
        self._host = host
        self._containers = containers
        self._running = running
        self._tell = tell
        self._host_ring, self._container_ring = Ring(), Ring()
        self._kept_at = -EVERY_SECONDS
        self._watched_until = 0.0
        self._watched = asyncio.Event()
        self.latest: HostStats | None = None

    def watch(self, *, on: bool) -> None:
        """Sample each second for the next 30 s, or no more."""
        self._watched_until = time.monotonic() + WATCH_LASTS_SECONDS if on else 0.0
        if on:
            self._watched.set()
        else:
            self._watched.clear()

    def history(self, since_ms: int) -> StatsHistory:
        """The samples that are kept and newer than `since_ms`."""
        return StatsHistory(
            host=tuple(map(_host.decode, self._host_ring.since(since_ms))),
            containers=tuple(map(_containers.decode, self._container_ring.since(since_ms))),
        )

    async def run(self) -> None:
        """Sample for ever."""
        while True:
            began = time.monotonic()
            try:
                await self._sample(began)
            except (OSError, RuntimeError):
                log.exception("a sample could not be taken")
            await self._rest(began)

    async def _sample(self, now: float) -> None:
        host = self.latest = await self._host.sample()
        await self._tell(host)
        containers = await self._containers.sample(self._running())
        await self._tell(containers)
        if now - self._kept_at >= EVERY_SECONDS - 0.1:
            self._kept_at = now
            self._host_ring.add(host.ts_ms, host)
            self._container_ring.add(containers.ts_ms, containers)

    async def _rest(self, began: float) -> None:
        if time.monotonic() < self._watched_until:
            await asyncio.sleep(max(0.05, began + WATCHED_SECONDS - time.monotonic()))
            return
        self._watched.clear()
        left = began + EVERY_SECONDS - time.monotonic()
        try:
            async with asyncio.timeout(max(0.05, left)):
                await self._watched.wait()
        except TimeoutError:
            return


_host = msgspec.msgpack.Decoder(HostStats)
_containers = msgspec.msgpack.Decoder(ContainerStatsBatch)
