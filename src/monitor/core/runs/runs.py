"""All runs: starting them, one at a time where they exclude each other, cancelling them, and going on after a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import msgspec

from monitor.api.activity import UpdateOutput
from monitor.api.base import Request
from monitor.api.ids import Oid, new_id
from monitor.api.resource import PermissionLevel
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
from monitor.core.events import Events
from monitor.core.runs import reading
from monitor.core.runs.agents import Agents, AgentSession
from monitor.core.runs.driver import Driver, Load, Servers
from monitor.core.runs.execution import Execution
from monitor.core.runs.live import LiveUpdate, now_ms
from monitor.core.runs.locks import Hold
from monitor.core.runs.records import (
    LockRecord,
    RunRecord,
    Stage,
    UpdateRecord,
    list_item,
    wire,
    with_cancel,
    with_run,
)
from monitor.core.runs.run import Run
from monitor.core.runs.underway import Underway, either, hold_of
from monitor.core.runs.writing import lines_of_log, said
from monitor.core.store.protocol import Duplicate, Filter, Store, parse_filter

log = logging.getLogger(__name__)

_UNFINISHED = parse_filter(
    {"status": {"$in": [UpdateStatus.IN_PROGRESS.value, UpdateStatus.QUEUED.value]}}, UpdateRecord
)


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
        self._executions = executions
        self._load = load
        self._username = username
        self._underway = Underway(store, events, self.item)
        self._updates = self._underway.updates
        self._output = store.output
        self._locks = self._underway.locks
        self._live = self._underway.live
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        agents = Agents(session, server_name)
        self._servers = Servers(self._underway, agents, events)
        self._driver = Driver(
            self,
            self._underway,
            agents,
            self._servers,
            executions=executions,
            load=load,
            username=username,
        )

    # --- Life

    async def resume(self) -> None:
        """Take the locks of all runs that are not complete, then run their functions again from the top."""
        rows = await self._updates.find(_UNFINISHED, sort=(("start_ts", 1),))
        for row in sorted(rows, key=lambda row: row.value.status is UpdateStatus.QUEUED):
            self._underway.adopt(row)
            hold = hold_of(row.value)
            if hold is None:
                continue
            if row.value.status is UpdateStatus.QUEUED:
                self._underway.granted[row.id] = self._locks.queue(hold)
            else:
                self._locks.restore(hold)
        self.spawn(self._servers.watch())
        for row in rows:
            log.info("going on with %s of update %s", row.value.operation, row.id)
            self.spawn(self._driver.drive(self._live[row.id], resumed=True))

    async def close(self) -> None:
        """Stop working on runs; what is stored is enough for the next Core to go on."""
        await self._underway.close()

    def spawn(self, work: Awaitable[None]) -> None:
        """Do something in the background, until it is done or Core ends."""
        self._underway.spawn(work)

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
        hold = hold_of(record)
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
            self._underway.granted.pop(record.id, None)
            self._locks.release(record.id, record.target)
            if isinstance(error, Duplicate):
                return await self._found(record, error)
            raise
        live = self._underway.adopt(row)
        live.tell()
        self.spawn(self._driver.drive(live, resumed=False))
        return wire(row.value)

    def _line_up(
        self, hold: Hold, record: UpdateRecord, when_busy: reading.WhenBusy
    ) -> Update | None:
        """Queue the run, unless one that waits already does the same: then that one's Update. Raises 409."""
        blocker = self._locks.blocker(hold)
        lineage = self._underway.lineage(record)
        if when_busy == "refuse" or (blocker is not None and blocker.update in lineage):
            raise busy()
        same = self._locks.waiting_like(hold)
        if same is not None and (live := self._live.get(same.update)) is not None:
            return wire(live.record)
        self._underway.granted[record.id] = self._locks.queue(hold)
        return None

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
            await self._output.append(identity, stage.job, lines)
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
        self._underway.told(row).tell()
        return msgspec.structs.replace(wire(row.value), logs=tuple(logs))

    # --- Cancelling

    async def cancel(self, update_id: str, by: str) -> Update:
        """Have a run end: no further job or child begins, and those that run are ended. Raises 404, 409 if complete."""
        live = self._live.get(update_id.lower())
        if live is None:
            record = await self._record(update_id)
            raise conflict(f"The update is {record.status.value} already")
        await live.change(partial(with_cancel, by=by, now=now_ms()))
        live.cancelled.set()
        return wire(live.record)

    # --- Children

    async def start_child(self, run: Run, request: Request[Any], id: str, operator: str) -> str:
        """Start another execution with an operator's rights; answers its Update's id. Raises ApiError."""
        return (await self.start_as(request, operator, id=id, parent=run.update_id)).id

    async def start_as(
        self,
        request: Request[Any],
        operator: str,
        *,
        id: str | None = None,
        parent: str | None = None,
    ) -> Update:
        """Start an execution with an operator's rights; where the resource is busy it waits. Raises ApiError."""
        execution = self._executions[type(request).__name__]
        resource, _ = await self._load(execution, request, operator)
        target = ResourceTarget(execution.kind, resource.id if resource is not None else "system")
        return await self.start(
            execution, request, target, operator, id=id, parent=parent, when_busy="queue"
        )

    async def say(self, update_id: str, stage: str, text: str) -> None:
        """One more stage with one text in an Update that is not complete. First, where its run starts just now."""
        live = self._live.get(update_id)
        if live is not None:
            await live.say(said(stage, f"said {new_id()}"), text)

    async def child_ended(self, id: str, cancelled: LiveUpdate) -> Update:
        """Wait for a child to be complete, and cancel it if its parent is."""
        child = self._live.get(id)
        if child is not None:
            await either(child.finished, cancelled.cancelled)
            if not child.finished.is_set():
                run = cancelled.record.run
                with suppress(ApiError):
                    await self.cancel(id, (run.cancel_by if run else None) or "")
                await child.finished.wait()
        return wire(await self._record(id))

    async def exists(self, id: str) -> bool:
        """Whether there is such an Update."""
        return id in self._live or await self._updates.get(id) is not None

    # --- Asking

    def action_state(self, target: ResourceTarget) -> Mapping[str, int]:
        """The busy flags that are set on a resource, and how many runs set each."""
        return self._locks.flags(target)

    def busy(self, target: ResourceTarget) -> tuple[str, str] | None:
        """The flag and the Update's id of the run that has held a resource longest; None if it is free."""
        hold = self._locks.first(target)
        return (hold.lock.flag, hold.update) if hold is not None else None

    def level(self, update_id: str) -> PermissionLevel:
        """The level that starting a run needed, and cancelling it needs. Execute for what does not run."""
        live = self._live.get(update_id)
        run = live.record.run if live is not None else None
        execution = self._executions.get(run.request) if run is not None else None
        return execution.level if execution is not None else PermissionLevel.EXECUTE

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
        return await reading.with_logs(await self._record(update_id), self._output)

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
            await self._record(update_id), self._output, after=after, limit=limit
        )

    async def with_key(self, operator: str, key: str) -> Update | None:
        """The Update that an operator asked for with this Idempotency-Key."""
        found = await reading.by_key(self._updates, operator, key)
        return wire(found) if found is not None else None

    async def _record(self, update_id: str) -> UpdateRecord:
        live = self._live.get(update_id.lower())
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


def _asks(record: UpdateRecord) -> tuple[str, Any]:
    return (record.run.request, record.run.params) if record.run else ("", None)
