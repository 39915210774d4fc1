"""All runs: starting them, one at a time where they exclude each other, cancelling them, and going on after a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import msgspec

from monitor.api.activity import UpdateOutput
from monitor.api.base import Request
from monitor.api.ids import Oid, new_id
from monitor.api.target import ResourceTarget
from monitor.api.update import (
    ListUpdatesResponse,
    Log,
    Operation,
    Outcome,
    Update,
    UpdateListItem,
    UpdateStatus,
)
from monitor.core.errors import ApiError, busy, conflict, not_found
from monitor.core.events import BusyChanged, Events, ServerStateChanged, ServerUp
from monitor.core.runs import reading
from monitor.core.runs.agents import Agents, AgentSession
from monitor.core.runs.ending import Ending, completed, ending_of, last_words
from monitor.core.runs.execution import Execution, RunCancelled
from monitor.core.runs.live import LiveUpdate, now_ms
from monitor.core.runs.locks import Hold, Locks
from monitor.core.runs.orphans import settle_orphans
from monitor.core.runs.records import (
    UPDATES,
    LockRecord,
    RunRecord,
    Stage,
    UpdateRecord,
    list_item,
    wire,
    with_run,
)
from monitor.core.runs.run import UPGRADED, Run
from monitor.core.runs.writing import lines_of_log
from monitor.core.store.protocol import Duplicate, Filter, Row, Store, StoreError, parse_filter

if TYPE_CHECKING:
    from monitor.core.context import Context

log = logging.getLogger(__name__)

Load = Callable[[Execution, Request[Any], str], Awaitable[tuple[Any, "Context"]]]
_UNFINISHED = parse_filter(
    {"status": {"$in": [UpdateStatus.IN_PROGRESS.value, UpdateStatus.QUEUED.value]}}, UpdateRecord
)
_STORE_AGAIN_SECONDS = 2.0


class Runs:
    """Every run of this Core. `resume` once, before the first `start`; `close` leaves runs to the next Core.

    `session` gives the link to a server, or raises ServerAway. `load` finds an execution's resource with the rights
    its operator has now, or raises ApiError. `username` and `server_name` turn ids into names.
    """

    def __init__(
        self,
        *,
        store: Store,
        events: Events,
        executions: Mapping[str, Execution],
        session: Callable[[str], AgentSession],
        load: Load,
        username: Callable[[str], str],
        server_name: Callable[[str], str],
        build: str,
    ) -> None:
        self.build = build
        self._store = store
        self._updates = store.collection(UPDATES)
        self._events = events
        self._executions = executions
        self._agents = Agents(session, server_name)
        self._load = load
        self._username = username
        self._locks = Locks(lambda target: events.publish(BusyChanged(target)))
        self._live: dict[str, LiveUpdate] = {}
        self._granted: dict[str, asyncio.Event] = {}
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()
        self._met: dict[str, AgentSession] = {}
        self._closing = False

    # --- Life

    async def resume(self) -> None:
        """Take the locks of all runs that are not complete, then run their functions again from the top."""
        rows = await self._updates.find(_UNFINISHED, sort=(("start_ts", 1),))
        for row in sorted(rows, key=lambda row: row.value.status is UpdateStatus.QUEUED):
            self._adopt(row)
            hold = _hold_of(row.value)
            if hold is None:
                continue
            if row.value.status is UpdateStatus.QUEUED:
                self._granted[row.id] = self._locks.queue(hold)
            else:
                self._locks.restore(hold)
        self.spawn(self._watch_servers())
        for row in rows:
            log.info("going on with %s of update %s", row.value.operation, row.id)
            self.spawn(self._drive(self._live[row.id], resumed=True))

    async def close(self) -> None:
        """Stop working on runs; what is stored is enough for the next Core to go on."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def spawn(self, work: Awaitable[None]) -> None:
        """Do something in the background, until it is done or Core ends."""
        if self._closing:
            return
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[None]) -> None:
        self._tasks.discard(task)  # pyright: ignore[reportArgumentType]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work of a run failed unexpectedly", exc_info=error)

    # --- Starting

    async def start(
        self,
        execution: Execution,
        request: Request[Any],
        target: ResourceTarget,
        operator: str,
        *,
        key: str | None = None,
        id: str | None = None,
        parent: str | None = None,
        when_busy: reading.WhenBusy = "refuse",
    ) -> Update:
        """Store the Update of a new run and start it; answers the Update as it is then.

        The same `key` of the same operator, or the same `id`, gives the Update that there is already. Raises ApiError
        409: `busy` unless `when_busy` is "queue", `conflict` where the key came with another request before.
        """
        if execution.target and target.id:
            request = msgspec.structs.replace(request, **{execution.target: target.id})
        record = UpdateRecord(
            oid=Oid(id or new_id()),
            operation=execution.operation,
            start_ts=now_ms(),
            operator=operator,
            target=target,
            status=UpdateStatus.IN_PROGRESS,
            key=key,
            run=RunRecord(
                request=execution.request.__name__,
                params=msgspec.to_builtins(request),
                build=self.build,
                parent=parent,
                lock=_lock_of(execution, request),
            ),
        )
        if key is None:
            return await self._start(record, when_busy)
        async with self._turns.setdefault((operator, key), asyncio.Lock()):
            return await self._with_key(record) or await self._start(record, when_busy)

    async def _with_key(self, record: UpdateRecord) -> Update | None:
        found = await reading.by_key(self._updates, record.operator, record.key or "")
        if found is None:
            return None
        if _asks(found) != _asks(record):
            raise conflict("This Idempotency-Key came with another request before")
        return wire(found)

    async def _start(self, record: UpdateRecord, when_busy: reading.WhenBusy) -> Update:
        if (live := self._live.get(record.id)) is not None:
            return wire(live.record)
        hold = _hold_of(record)
        if hold is not None and not self._locks.take(hold):
            merged = self._line_up(hold, record, when_busy)
            if merged is not None:
                return merged
            record = msgspec.structs.replace(record, status=UpdateStatus.QUEUED)
        elif hold is not None:
            record = with_run(record, lock_key=hold.key)
        try:
            row = await self._updates.insert(record, id=record.id)
        except BaseException as error:
            self._granted.pop(record.id, None)
            self._locks.release(record.id, record.target)
            if isinstance(error, Duplicate):
                return await self._found(record, error)
            raise
        live = self._adopt(row)
        live.tell()
        self.spawn(self._drive(live, resumed=False))
        return wire(row.value)

    def _line_up(
        self, hold: Hold, record: UpdateRecord, when_busy: reading.WhenBusy
    ) -> Update | None:
        """Queue the run, unless one that waits already does the same: then that one's Update. Raises 409."""
        blocker = self._locks.blocker(hold)
        lineage = self._lineage(record)
        if when_busy == "refuse" or (blocker is not None and blocker.update in lineage):
            raise busy()
        same = self._locks.waiting_like(hold)
        if same is not None and (live := self._live.get(same.update)) is not None:
            return wire(live.record)
        self._granted[record.id] = self._locks.queue(hold)
        return None

    def _lineage(self, record: UpdateRecord) -> set[str]:
        """The runs that wait for this one: waiting for a lock of theirs would never end."""
        found: set[str] = set()
        parent = record.run.parent if record.run else None
        while parent is not None and parent not in found:
            found.add(parent)
            live = self._live.get(parent)
            parent = live.record.run.parent if live is not None and live.record.run else None
        return found

    async def _found(self, record: UpdateRecord, error: Duplicate) -> Update:
        """What is there instead of a record that could not be stored."""
        if error.field == "_id":
            return wire(await self._record(record.id))
        if error.field == "run.lock_key":
            raise busy() from error
        found = await self._with_key(record)
        if found is None:
            raise error
        return found

    def _adopt(self, row: Row[UpdateRecord]) -> LiveUpdate:
        live = self._live[row.id] = LiveUpdate(
            row,
            updates=self._updates,
            output=self._store.output,
            events=self._events,
            item=self.item,
        )
        return live

    async def record(
        self,
        operation: Operation,
        target: ResourceTarget,
        operator: str,
        *,
        logs: Sequence[Log] = (),
        success: bool = True,
        prev_toml: str = "",
        current_toml: str = "",
        key: str | None = None,
    ) -> Update:
        """The Update of a write, complete at once."""
        now = now_ms()
        identity = new_id()
        stages: list[Stage] = []
        for number, text in enumerate(logs):
            stage, lines = lines_of_log(number, text)
            stages.append(stage)
            await self._store.output.append(identity, stage.job, lines)
        value = UpdateRecord(
            oid=Oid(identity),
            operation=operation,
            start_ts=min((text.start_ts for text in logs), default=now),
            success=success,
            operator=operator,
            target=target,
            end_ts=now,
            status=UpdateStatus.COMPLETE,
            prev_toml=prev_toml or msgspec.UNSET,
            current_toml=current_toml or msgspec.UNSET,
            outcome=Outcome.SUCCEEDED if success else Outcome.FAILED,
            key=key,
            stages=tuple(stages),
        )
        row = await self._updates.insert(value, id=identity)
        self._adopt(row).tell()
        del self._live[identity]
        return msgspec.structs.replace(wire(row.value), logs=tuple(logs))

    # --- Running

    async def _drive(self, live: LiveUpdate, *, resumed: bool) -> None:
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
        granted = self._granted.get(live.id)
        if granted is None:
            return
        waits = [asyncio.ensure_future(e.wait()) for e in (granted, live.cancelled)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if live.cancelled.is_set():
            raise RunCancelled
        del self._granted[live.id]
        hold = _hold_of(live.record)
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
        work = Run(self, live, self._agents, ctx, resumed=resumed)
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
        self._granted.pop(live.id, None)
        del self._live[live.id]
        self._locks.release(live.id, live.record.target)
        live.finished.set()
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
            self._settle_orphans(server)

    # --- Cancelling

    async def cancel(self, update_id: str, by: str) -> Update:
        """Have a run end: no further job or child begins, and those that run are ended. Raises 404, 409 if complete."""
        live = self._live.get(update_id)
        if live is None:
            record = await self._record(update_id)
            raise conflict(f"The update is {record.status.value} already")
        await live.change(partial(_cancelled, by=by, now=now_ms()))
        live.cancelled.set()
        return wire(live.record)

    # --- Children

    async def start_child(self, run: Run, request: Request[Any], id: str) -> str:
        """Start another execution as the run's operator; answers its Update's id. Raises ApiError."""
        execution = self._executions[type(request).__name__]
        resource, _ = await self._load(execution, request, run.operator)
        target = ResourceTarget(execution.kind, resource.id if resource is not None else "system")
        update = await self.start(
            execution, request, target, run.operator, id=id, parent=run.update_id, when_busy="queue"
        )
        return update.oid.oid if isinstance(update.oid, Oid) else id

    async def child_ended(self, id: str, cancelled: LiveUpdate) -> Update:
        """Wait for a child to be complete, and cancel it if its parent is."""
        child = self._live.get(id)
        if child is not None:
            waits = [asyncio.ensure_future(e.wait()) for e in (child.finished, cancelled.cancelled)]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()
            if not child.finished.is_set():
                run = cancelled.record.run
                with suppress(ApiError):
                    await self.cancel(id, (run.cancel_by if run else None) or "")
                await child.finished.wait()
        return wire(await self._record(id))

    async def exists(self, id: str) -> bool:
        """Whether there is such an Update."""
        return id in self._live or await self._updates.get(id) is not None

    # --- Servers

    async def _watch_servers(self) -> None:
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
                    self._settle_orphans(server)
        finally:
            self._events.unsubscribe(changes)

    def _settle_orphans(self, server: str) -> None:
        session = self._agents.session(server)
        if session is not None:
            self.spawn(settle_orphans(session, self._updates, frozenset(self._live)))

    # --- Asking

    def action_state(self, target: ResourceTarget) -> Mapping[str, int]:
        """The busy flags that are set on a resource, and how many runs set each."""
        return self._locks.flags(target)

    def busy(self, target: ResourceTarget) -> tuple[str, str] | None:
        """The flag and the Update's id of the run that has held a resource longest; None if it is free."""
        hold = self._locks.first(target)
        return (hold.lock.flag, hold.update) if hold is not None else None

    def running(self) -> Iterable[UpdateRecord]:
        """The Updates that are not complete."""
        return [live.record for live in self._live.values()]

    def item(self, record: UpdateRecord) -> UpdateListItem:
        """An Update as lists show it."""
        return list_item(record, self._username(record.operator))

    async def get(self, update_id: str) -> Update:
        """An Update with its steps, without the text of its logs. Raises 404."""
        return wire(await self._record(update_id))

    async def update(self, update_id: str) -> Update:
        """An Update with its logs. Raises 404."""
        return await reading.with_logs(await self._record(update_id), self._store.output)

    async def list(
        self,
        filter: Filter | None = None,
        *,
        page: int = 0,
        limit: int = reading.PAGE,
    ) -> ListUpdatesResponse:
        """A page of Updates, newest first."""
        rows = await reading.newest(self._updates, filter, page=page, limit=limit)
        return ListUpdatesResponse(
            updates=tuple(self.item(row.value) for row in rows),
            next_page=page + 1 if len(rows) == limit else None,
        )

    async def lines(self, update_id: str, *, after: int = 0, limit: int = 1000) -> UpdateOutput:
        """A stretch of a run's output, after the line numbered `after`. Raises 404."""
        return await reading.lines(
            await self._record(update_id), self._store.output, after=after, limit=limit
        )

    async def with_key(self, operator: str, key: str) -> Update | None:
        """The Update that an operator asked for with this Idempotency-Key."""
        found = await reading.by_key(self._updates, operator, key)
        return wire(found) if found is not None else None

    async def _record(self, update_id: str) -> UpdateRecord:
        live = self._live.get(update_id)
        if live is not None:
            return live.record
        row = await self._updates.get(update_id.lower())
        if row is None:
            raise not_found("Update", update_id)
        return row.value


def _lock_of(execution: Execution, request: Request[Any]) -> LockRecord | None:
    if not execution.busy:
        return None
    detail = execution.lock(request) if execution.lock is not None else ""
    return LockRecord(flag=execution.busy, shared=execution.shared, detail=detail)


def _hold_of(record: UpdateRecord) -> Hold | None:
    run = record.run
    if run is None or run.lock is None:
        return None
    return Hold(
        update=record.id,
        target=record.target,
        lock=run.lock,
        request=run.request,
        params=run.params,
    )


def _asks(record: UpdateRecord) -> tuple[str, Any]:
    return (record.run.request, record.run.params) if record.run else ("", None)


def _begun(record: UpdateRecord, *, key: str | None) -> UpdateRecord:
    begun = msgspec.structs.replace(record, status=UpdateStatus.IN_PROGRESS)
    return with_run(begun, lock_key=key)


def _cancelled(record: UpdateRecord, *, by: str, now: int) -> UpdateRecord:
    if record.run is None or record.run.cancel_ts is not None:
        return record
    return with_run(record, cancel_by=by, cancel_ts=now)
