"""One run from its place in the queue to its end, and what its server has to be told besides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.api.base import Request
from monitor.api.update import Outcome, UpdateStatus
from monitor.core.errors import ApiError
from monitor.core.events import Events, ServerStateChanged, ServerUp
from monitor.core.runs.agents import Agents, AgentSession
from monitor.core.runs.ending import Ending, completed, ending_of, last_words
from monitor.core.runs.execution import Execution, RunCancelled
from monitor.core.runs.live import LiveUpdate, now_ms
from monitor.core.runs.orphans import settle_orphans
from monitor.core.runs.records import UpdateRecord, with_run
from monitor.core.runs.run import UPGRADED, Family, Run
from monitor.core.runs.underway import Underway, either, hold_of
from monitor.core.store.protocol import StoreError

if TYPE_CHECKING:
    from monitor.core.context import Context

log = logging.getLogger(__name__)

Load = Callable[[Execution, Request[Any], str], Awaitable[tuple[Any, "Context"]]]
_STORE_AGAIN_SECONDS = 2.0


class Driver:
    """Calls the functions of executions, and completes their Updates."""

    def __init__(
        self,
        family: Family,
        underway: Underway,
        agents: Agents,
        servers: Servers,
        *,
        executions: Mapping[str, Execution],
        load: Load,
        username: Callable[[str], str],
    ) -> None:
        self._family = family
        self._underway = underway
        self._agents = agents
        self._servers = servers
        self._executions = executions
        self._load = load
        self._username = username

    async def drive(self, live: LiveUpdate, *, resumed: bool) -> None:
        """A run from its place in the queue to its end."""
        try:
            await self._until_granted(live)
            await self._perform(live, resumed=resumed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the Update says it
            ending = ending_of(error, live)
        else:
            ending = Ending(Outcome.SUCCEEDED)
        await self._complete(live, ending)

    async def _until_granted(self, live: LiveUpdate) -> None:
        granted = self._underway.granted.get(live.id)
        if granted is None:
            return
        await either(granted, live.cancelled)
        if live.cancelled.is_set():
            raise RunCancelled
        del self._underway.granted[live.id]
        hold = hold_of(live.record)
        await live.change(partial(_begun, key=hold.key if hold else None))

    async def _perform(self, live: LiveUpdate, *, resumed: bool) -> None:
        run = live.record.run
        execution = self._executions.get(run.request) if run else None
        if run is None or execution is None:
            raise ApiError(400, UPGRADED.format(what=run.request if run else "request"))
        try:
            request = msgspec.convert(run.params, execution.request)
        except msgspec.ValidationError as error:
            message = UPGRADED.format(what=f"form of {run.request}")
            raise ApiError(400, message, trace=[str(error)]) from error
        resource, ctx = await self._load(execution, request, live.record.operator)
        work = Run(self._family, live, self._agents, ctx, resumed=resumed)
        await execution.function(request, resource, work)

    async def _complete(self, live: LiveUpdate, ending: Ending) -> None:
        """Store the end, again and again if the store fails; then let go of everything, then tell."""
        while True:
            try:
                await self._store_end(live, ending)
                break
            except StoreError:
                log.exception("the end of update %s could not be stored", live.id)
                await asyncio.sleep(_STORE_AGAIN_SECONDS)
        self._underway.let_go(live)
        live.tell()
        self._settle_abandoned(live.record)

    async def _store_end(self, live: LiveUpdate, ending: Ending) -> None:
        now = now_ms()
        run = live.record.run
        by = self._username(run.cancel_by) if run and run.cancel_by else ""
        words = last_words(ending, live.record, by, now)
        if words is not None:
            await live.say(*words)
        await live.change(partial(completed, ending=ending, now=now), tell=False)

    def _settle_abandoned(self, record: UpdateRecord) -> None:
        jobs = record.run.jobs if record.run else ()
        for server in {job.server for job in jobs if not job.ended}:
            self._servers.settle(server)


class Servers:
    """Hears of servers that come: runs that wait for one go on, and jobs that nobody waits for are settled."""

    def __init__(self, underway: Underway, agents: Agents, events: Events) -> None:
        self._underway = underway
        self._agents = agents
        self._events = events
        self._met: dict[str, AgentSession] = {}

    async def watch(self) -> None:
        """Wake those who wait for an agent, and clear away what is left on it of runs that are complete."""
        changes = self._events.subscribe(ServerUp, ServerStateChanged)
        try:
            while True:
                server = (await changes.get()).server
                session = self._agents.session(server)
                if session is None:
                    self._met.pop(server, None)
                    continue
                self._agents.changed(server)
                if self._met.get(server) is not session:
                    self._met[server] = session
                    self.settle(server)
        finally:
            self._events.unsubscribe(changes)

    def settle(self, server: str) -> None:
        """Go through the jobs of a server that is there."""
        session = self._agents.session(server)
        if session is not None:
            updates, live = self._underway.updates, frozenset(self._underway.live)
            self._underway.spawn(settle_orphans(session, updates, live))


def _begun(record: UpdateRecord, *, key: str | None) -> UpdateRecord:
    begun = msgspec.structs.replace(record, status=UpdateStatus.IN_PROGRESS)
    return with_run(begun, lock_key=key)
