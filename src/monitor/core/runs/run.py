"""What an execution's function works with: effects that outlive Core, children, and stages of its own."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import msgspec

from monitor.api.base import Request
from monitor.api.target import ResourceTarget
from monitor.api.update import Outcome, Update
from monitor.api.values import Version
from monitor.core.errors import ApiError
from monitor.core.runs.agents import Agents
from monitor.core.runs.execution import RunCancelled, RunFailed
from monitor.core.runs.job import JobOfRun, MakeCommand, forget, stored_result
from monitor.core.runs.live import LiveUpdate, now_ms
from monitor.core.runs.records import Stage, UpdateRecord, with_step
from monitor.link.commands import JobResult

if TYPE_CHECKING:
    from monitor.core.context import Context

T = TypeVar("T")

UPGRADED = "Monitor was upgraded while this ran, and does not know its {what} any more."
_JOB_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Family(Protocol):
    """What a run asks of the runs as a whole."""

    build: str

    async def start_child(self, run: Run, request: Request[Any], id: str, operator: str) -> str:
        """Start another execution with an operator's rights; answers its Update's id. Raises ApiError."""
        ...

    async def child_ended(self, id: str, cancelled: LiveUpdate) -> Update:
        """Wait for a child to be complete, and cancel it if its parent is."""
        ...

    async def exists(self, id: str) -> bool:
        """Whether there is such an Update."""
        ...

    def spawn(self, work: Awaitable[None]) -> None:
        """Do something beside the run."""
        ...


class Run:
    """One run. Core may die at any await: the function is run again from the top, and what is done is not done twice.

    Every effect goes through `once`, `job` or `child`, each under a name that no other has. Put secret values
    into `secrets` (name to value) before the job that might print them.
    """

    def __init__(
        self, family: Family, live: LiveUpdate, agents: Agents, ctx: Context, *, resumed: bool
    ) -> None:
        self.ctx = ctx
        self.secrets: dict[str, str] = {}
        self._runs = family
        self._live = live
        self._agents = agents
        self._resumed = resumed
        self._called: set[str] = set()
        self._logged: dict[str, int] = {}

    @property
    def update_id(self) -> str:
        """The id of the run's Update; ids of what it makes may be derived from it."""
        return self._live.id

    @property
    def record(self) -> UpdateRecord:
        """The Update as it is stored."""
        return self._live.record

    @property
    def operator(self) -> str:
        """The id of the user with whose rights it runs."""
        return self.record.operator

    @property
    def target(self) -> ResourceTarget:
        """What it is about."""
        return self.record.target

    @property
    def start_ts(self) -> int:
        """When it was asked for, unix milliseconds; the same after a restart."""
        return self.record.start_ts

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled it; `job` and `child` then do not begin."""
        return self._live.cancelled.is_set()

    # --- Effects

    async def once(
        self,
        name: str,
        do: Callable[[], T | Awaitable[T]],
        type: type[T] | Any = Any,
    ) -> T:
        """Do something at least once, and store what it gives; answered in the stored form, as `type`.

        `do` must bear a repeat, and give no secrets. It is not stopped by a cancel.
        """
        self._call(name)
        step = self.record.step(name)
        if step is None:
            await self._before_new()
            made: Any = do()
            value: Any = await made if inspect.isawaitable(made) else made
            built = msgspec.to_builtins(value, str_keys=True)
            await self._live.change(partial(with_step, name=name, value=built))
        else:
            built = step.value
        return cast("T", msgspec.convert(built, type, str_keys=True))

    async def job(
        self, name: str, server: str, make: MakeCommand, *, check: bool = True
    ) -> JobResult:
        """Have a server's agent do a job at most once, however often Core, the link or the agent fail meanwhile.

        `make` gives the command, anew in each process; it may hold secrets. Raises RunFailed unless the job is done
        (with `check=False` only where it could not be started), RunCancelled if it was cancelled.
        """
        if not _JOB_NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a job")
        self._call(name)
        result = stored_result(self.record, name)
        if result is None:
            if self.cancelled and not self._resumed:
                raise RunCancelled
            await self._before_new()
            work = JobOfRun(
                self._live,
                self._agents,
                name=name,
                server=server,
                make=make,
                secrets=lambda: self.secrets,
                resumed=self._resumed,
            )
            result = await work.result()
            self._resumed = False
            self._forget(server, work.id)
        return _checked(result, check=check)

    def _forget(self, server: str, job: str) -> None:
        session = self._agents.session(server)
        if session is not None:
            self._runs.spawn(forget(session, job))

    async def child(
        self,
        name: str,
        request: Request[Any],
        *,
        needed: bool = True,
        operator: str | None = None,
    ) -> Update | None:
        """Run another execution, with its own rights, lock and Update, and wait for it.

        It runs with the rights of `operator`, a user's id, or those of this run's.
        Raises RunFailed if it fails and is `needed`. Else a failure is logged; None if it could not even start.
        """
        step_name = f"child {name}"
        self._call(step_name)
        step = self.record.step(step_name)
        derived = derived_id(self.update_id, step_name)
        child = step.value if step is not None else derived
        if not await self._runs.exists(child):
            if self.cancelled:
                raise RunCancelled
            await self._before_new()
            try:
                child = await self._runs.start_child(
                    self, request, derived, operator or self.operator
                )
            except ApiError as error:
                return await self._not_started(name, error, needed=needed)
        if step is None:
            await self._live.change(partial(with_step, name=step_name, value=child))
        return await self._child_ended(name, child, needed=needed)

    async def _not_started(self, name: str, error: ApiError, *, needed: bool) -> None:
        if needed:
            raise RunFailed(f"{name}: {error.message}") from error
        await self.log(name, error.message, success=False)

    async def _child_ended(self, name: str, child: str, *, needed: bool) -> Update:
        stage = Stage(job=f"child {name}", index=0, name=name, start_ts=now_ms())
        await self._live.say(stage, f"Update {child}")
        stage = self.record.stages[self.record.place(stage.job, stage.index)]
        update = await self._runs.child_ended(child, self._live)
        ended = msgspec.structs.replace(stage, success=update.success, end_ts=update.end_ts)
        await self._live.stage(ended)
        if self.cancelled and update.outcome is Outcome.CANCELLED:
            raise RunCancelled
        if needed and not update.success:
            raise RunFailed(f"{name} did not succeed")
        return update

    # --- What the Update shows

    async def log(self, stage: str, text: str, *, success: bool = True, command: str = "") -> None:
        """A stage with one text, such as a decision that was made. The run goes on, whatever `success` says."""
        count = self._logged.get(stage, 0)
        self._logged[stage] = count + 1
        now = now_ms()
        said = Stage(
            job=f"log {stage}",
            index=count,
            name=stage,
            command=command,
            start_ts=now,
            end_ts=now,
            success=success,
        )
        # A job's lines count from 1, so that each text of a stage that comes again is a job of its own.
        if count:
            said = msgspec.structs.replace(said, job=f"log {stage} {count}")
        await self._live.say(said, text)

    async def set(
        self,
        *,
        version: Version | None = None,
        commit_hash: str | None = None,
        other_data: str | None = None,
    ) -> None:
        """Fields of the Update; None leaves one as it is."""
        given = {"version": version, "commit_hash": commit_hash, "other_data": other_data}
        fields = {name: value for name, value in given.items() if value is not None}
        await self._live.change(lambda record: msgspec.structs.replace(record, **fields))

    # --- Doing nothing twice, and nothing else

    def _call(self, name: str) -> None:
        if name in self._called:
            raise ValueError(f"the run has two effects named {name!r}")
        self._called.add(name)

    async def _before_new(self) -> None:
        """Refuse to go on if another build's run has done something that this one does not do.

        Effects that are done give their values at once, so that all of them were asked for, also those of branches
        that run side by side, before a new one begins.
        """
        run = self.record.run
        if run is None or run.build == self._runs.build:
            return
        await asyncio.sleep(0)
        unknown = [step.name for step in run.steps if step.name not in self._called]
        if unknown:
            raise RunFailed(UPGRADED.format(what=f"step {unknown[0]!r}"))


def _checked(result: JobResult, *, check: bool) -> JobResult:
    if result.status == "cancelled":
        raise RunCancelled
    if check and result.status == "interrupted":
        raise RunFailed(result.message, Outcome.INTERRUPTED)
    if check and result.status != "done":
        raise RunFailed(result.message)
    return result


def derived_id(update: str, name: str) -> str:
    """The id of a child's Update: always the same, as old as its parent, and nobody else's."""
    return update[:8] + hashlib.sha256(f"{update}/{name}".encode()).hexdigest()[:16]
