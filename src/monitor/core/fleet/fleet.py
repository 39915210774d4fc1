"""The servers as they are now, and the way to ask their agents.

Links tell of sessions and hand over the agents' events; everything here follows from them and from the
configured servers. Whoever wants to hear of changes subscribes to Core's events.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Mapping
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from monitor.api.docker import ContainerListItem
from monitor.api.server import Server
from monitor.api.stats import GetHistoricalServerStatsResponse
from monitor.api.values import Timelength
from monitor.core.errors import ApiError
from monitor.core.events import (
    ContainersChanged,
    ContainersSampled,
    DockerListChanged,
    Events,
    HostSampled,
    ServerDown,
    ServerStateChanged,
    ServerUp,
)
from monitor.core.fleet import past
from monitor.core.fleet.away import ServerAway, refused
from monitor.core.fleet.samples import NEWEST, sample_of, samples_of
from monitor.core.fleet.server_now import DockerDelta, ServerNow
from monitor.core.history.series import MINUTE, Series
from monitor.link.base import Command, Event, StreamCommand
from monitor.link.commands import GetHost, GetStatsHistory, StatsHistory, WatchStats
from monitor.link.errors import CallFailed, CallTimeout, LinkLost
from monitor.link.events import (
    ContainerStatsBatch,
    DockerChanged,
    DockerDown,
    DockerState,
    DockerUp,
    HostStats,
)
from monitor.link.session import Session

__all__ = ["Fleet", "ServerAway"]

log = logging.getLogger(__name__)

R = TypeVar("R")
WATCH_EVERY = 10.0
"""Seconds between two reminders to an agent that somebody watches."""
_ASK = 10.0
_FILL_RING = 1.0
_RING_MS = 600_000


class Fleet:
    """All servers by id. With `series`, each minute of a host that has ended is kept there."""

    def __init__(self, events: Events, *, series: Series | None = None) -> None:
        self._events = events
        self._series = series
        self._servers: dict[str, ServerNow] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._handlers: dict[type[Event], Callable[[ServerNow, Any, int], None]] = {
            HostStats: self._host_stats,
            ContainerStatsBatch: self._container_stats,
            DockerState: self._docker_state,
            DockerChanged: self._docker_changed,
            DockerUp: self._docker_up,
            DockerDown: self._docker_down,
        }

    # --- Which servers there are

    def set_servers(self, servers: Iterable[Server]) -> None:
        """The configured servers: all others are forgotten."""
        kept: set[str] = set()
        for server in servers:
            kept.add(server.id)
            self.set_server(server)
        for gone in [identity for identity in self._servers if identity not in kept]:
            self.remove_server(gone)

    def set_server(self, server: Server) -> None:
        """A server was made, or is configured otherwise."""
        now = self._servers.get(server.id)
        if now is None:
            now = self._servers[server.id] = ServerNow(server.id, server.name)
        renamed = now.name != server.name
        now.name = server.name
        now.enabled = server.config.enabled
        now.ignore_mounts = tuple(server.config.ignore_mounts)
        if renamed:
            self._events.publish(ContainersChanged(now.id, tuple(now.containers), ()))

    def remove_server(self, server_id: str) -> None:
        """A server was deleted."""
        now = self._servers.pop(server_id, None)
        if now is not None:
            self._events.publish(ContainersChanged(server_id, (), tuple(now.containers)))
            if self._series is not None:
                self._spawn(self._series.forget(server_id))

    # --- What links tell

    def up(self, server_id: str, session: Session) -> None:
        """The link to a server stands. A session before this one is no more."""
        now = self._of(server_id)
        now.session = session
        now.up_since_ms = now.seen_ms = _now_ms()
        now.down_since_ms, now.down_reason = None, ""
        self._spawn(self._meet(now, session))
        self._events.publish(ServerUp(server_id))
        self._events.publish(ServerStateChanged(server_id))

    def down(self, server_id: str, reason: str, session: Session | None = None) -> None:
        """The link is lost, or could not be made. With `session`, nothing unless it is the one in use."""
        now = self._servers.get(server_id)
        if now is None or (session is not None and now.session is not session):
            return
        was_up = now.session is not None
        if not was_up and now.down_reason == reason:
            return
        now.session, now.up_since_ms = None, None
        now.down_reason = reason
        if was_up or now.down_since_ms is None:
            now.down_since_ms = _now_ms()
        self._events.publish(ServerDown(server_id, reason))
        self._publish(now, now.lose_docker(), state=True)

    def event(self, server_id: str, event: Event, session: Session | None = None) -> None:
        """Take an event of a server's agent, in order; what comes over an older session is dropped."""
        now = self._servers.get(server_id)
        if now is None or (session is not None and now.session is not session):
            return
        handler = self._handlers.get(type(event))
        if handler is None:
            return
        at = _now_ms()
        now.seen_ms = at
        handler(now, event, at)

    # --- What is known

    @property
    def servers(self) -> Mapping[str, ServerNow]:
        """All servers, by id."""
        return self._servers

    def server(self, server_id: str) -> ServerNow | None:
        """A server as it is now."""
        return self._servers.get(server_id)

    def containers(self, server_id: str) -> Mapping[str, ContainerListItem]:
        """A server's containers by name, as last told (see `views` for how lists show them)."""
        now = self._servers.get(server_id)
        return now.containers if now is not None else {}

    def container(self, server_id: str, name: str) -> ContainerListItem | None:
        """A container by its exact name, as last told; None also while it is not known."""
        now = self._servers.get(server_id)
        return now.containers.get(name) if now is not None and now.fresh else None

    # --- Asking agents

    def session(self, server_id: str) -> Session:
        """The link to a server. Raises ServerAway."""
        now = self._servers.get(server_id)
        if now is None:
            raise ServerAway(server_id, "there is no such server")
        if not now.enabled:
            raise ServerAway(now.name, "it is disabled")
        if now.session is None:
            raise ServerAway(now.name, now.down_reason)
        return now.session

    async def ask(self, server_id: str, command: Command[R], timeout: float = _ASK) -> R:  # noqa: ASYNC109
        """Have an agent do `command` within `timeout` seconds. ServerAway, and ApiError as it failed."""
        session = self.session(server_id)
        try:
            return await session.call(command, timeout=timeout)
        except (LinkLost, CallTimeout, CallFailed) as error:
            raise refused(self._name(server_id), error) from error

    async def stream(
        self,
        server_id: str,
        command: StreamCommand[R],
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> AsyncGenerator[R, None]:
        """Items of an agent's stream; use it in `aclosing`. ServerAway, and ApiError as it failed."""
        session = self.session(server_id)
        try:
            async with aclosing(session.stream(command, timeout=timeout)) as items:
                async for item in items:
                    yield item
        except (LinkLost, CallTimeout, CallFailed) as error:
            raise refused(self._name(server_id), error) from error

    async def history(
        self, server_id: str, granularity: Timelength, page: int
    ) -> GetHistoricalServerStatsResponse:
        """A page of a server's past, newest first: below a minute from its agent, else as kept here."""
        now = self._of(server_id)
        step = past.SECONDS[granularity]
        newest = _now_ms() // 1000 // step * step - page * step * past.PAGE
        oldest = newest - step * (past.PAGE - 1)
        if step < MINUTE:
            told = await self.last_hour(server_id, oldest * 1000)
            offset = self.session(server_id).offset_ms
            records = past.from_agent(now, told.host, offset, step=step, first=oldest, last=newest)
            more = bool(records) and (page + 1) * past.PAGE * step < past.AGENT_KEEPS
        elif self._series is not None:
            points = await self._series.read(server_id, step, oldest, newest)
            records = past.from_series(now, points, step)
            start = await self._series.oldest(server_id)
            more = start is not None and start < oldest
        else:
            records, more = (), False
        return GetHistoricalServerStatsResponse(stats=records, next_page=page + 1 if more else None)

    async def last_hour(self, server_id: str, since_ms: int) -> StatsHistory:
        """An agent's samples of the last hour since a time of Core's clock; their times are the agent's."""
        offset = self.session(server_id).offset_ms
        return await self.ask(server_id, GetStatsHistory(since_ms=round(since_ms + offset)))

    async def watch(self, server_id: str) -> None:
        """Have samples each second until `unwatch`; counted. Waits up to a second for the newest ones."""
        now = self._of(server_id)
        now.watchers += 1
        if now.ring is not None:
            return
        now.ring = deque(maxlen=NEWEST)
        with suppress(TimeoutError):
            async with asyncio.timeout(_FILL_RING):
                await self._begin_watch(now)

    def unwatch(self, server_id: str) -> None:
        """End one `watch`."""
        now = self._servers.get(server_id)
        if now is None or not now.watchers:
            return
        now.watchers -= 1
        if not now.watchers:
            now.ring = None
            self._spawn(self._remind(now, on=False))

    async def run(self) -> None:
        """Keep watched agents reminded, for as long as Core runs."""
        while True:
            await asyncio.sleep(WATCH_EVERY)
            for now in self._servers.values():
                if now.watchers and now.session is not None:
                    self._spawn(self._remind(now, on=True))

    async def close(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- Events of agents

    def _host_stats(self, now: ServerNow, stats: HostStats, at: int) -> None:
        ts = self._core_time(now, stats.ts_ms, at)
        ended = now.take_stats(stats, ts)
        if ended is not None and self._series is not None:
            self._series.add(now.id, ended)
        self._events.publish(HostSampled(now.id, stats))
        if now.ring is not None:
            # The agent samples the host first: its sample waits for that of its containers.
            self._add_to_ring(now)
            now.unpaired = (stats, ts)

    def _container_stats(self, now: ServerNow, batch: ContainerStatsBatch, _at: int) -> None:
        gone = now.take_samples(batch.containers)
        self._add_to_ring(now)
        self._events.publish(ContainersSampled(now.id, gone))

    def _add_to_ring(self, now: ServerNow) -> None:
        if now.unpaired is None or now.ring is None:
            return
        stats, ts = now.unpaired
        now.unpaired = None
        sample = sample_of(stats, now.samples, ts)
        now.ring.append(sample)
        self._events.publish(HostSampled(now.id, sample))

    def _docker_state(self, now: ServerNow, state: DockerState, _at: int) -> None:
        news = not now.fresh or now.docker_version != state.version
        before = now.counts
        self._publish(now, now.take_state(state), state=news or now.counts != before)

    def _docker_changed(self, now: ServerNow, change: DockerChanged, _at: int) -> None:
        before = now.counts
        delta = now.take_change(change)
        self._publish(now, delta, state=now.counts != before)

    def _docker_up(self, now: ServerNow, event: DockerUp, _at: int) -> None:
        now.docker_version, now.docker_error = event.version, ""
        if now.session is not None:
            self._spawn(self._meet(now, now.session))
        self._events.publish(ServerStateChanged(now.id))

    def _docker_down(self, now: ServerNow, event: DockerDown, _at: int) -> None:
        now.docker_version, now.docker_error = None, event.reason
        self._publish(now, now.lose_docker(), state=True)

    def _publish(self, now: ServerNow, delta: DockerDelta, *, state: bool) -> None:
        if delta.changed or delta.removed:
            self._events.publish(ContainersChanged(now.id, delta.changed, delta.removed))
        for what in delta.lists:
            self._events.publish(DockerListChanged(now.id, what))
        if state:
            self._events.publish(ServerStateChanged(now.id))

    # --- Work with agents

    async def _meet(self, now: ServerNow, session: Session) -> None:
        """Ask an agent that has connected who it is, and go on watching if somebody does."""
        host = await session.call(GetHost(), timeout=_ASK)
        if now.session is not session:
            return
        now.host = host
        if host.docker_version and now.docker_version is None and not now.docker_error:
            now.docker_version = host.docker_version
        if not host.docker_version and not now.fresh:
            now.docker_version, now.docker_error = None, host.docker_error
        self._events.publish(ServerStateChanged(now.id))
        if now.watchers:
            await self._begin_watch(now)

    async def _begin_watch(self, now: ServerNow) -> None:
        session = now.session
        if session is None:
            return
        await self._remind(now, on=True)
        known = _now_ms() - _RING_MS
        try:
            told = await self.last_hour(now.id, known)
        except ApiError:
            log.info("server %s did not give its last samples", now.name)
            return
        if now.ring is None or now.session is not session:
            return
        older = samples_of(told.host, told.containers, session.offset_ms)
        newest = list(now.ring)
        first = newest[0].ts if newest else float("inf")
        now.ring.clear()
        now.ring.extend([*(one for one in older if one.ts < first - 500), *newest])

    async def _remind(self, now: ServerNow, *, on: bool) -> None:
        session = now.session
        if session is not None:
            with suppress(LinkLost, CallFailed, CallTimeout):
                await session.call(WatchStats(on=on), timeout=_ASK)

    def _name(self, server_id: str) -> str:
        now = self._servers.get(server_id)
        return now.name if now is not None else server_id

    def _core_time(self, now: ServerNow, ts_ms: int, at: int) -> int:
        """A time of the agent's clock by Core's, never ahead of now."""
        offset = now.session.offset_ms if now.session is not None else 0.0
        return min(round(ts_ms - offset), at)

    def _of(self, server_id: str) -> ServerNow:
        now = self._servers.get(server_id)
        if now is None:
            now = self._servers[server_id] = ServerNow(server_id, server_id)
        return now

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (LinkLost, CallFailed, CallTimeout, ApiError) as error:
        log.info("an agent was not asked: %s", error)
    except Exception:
        log.exception("work with an agent failed")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
