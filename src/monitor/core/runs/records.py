"""Updates as they are stored: what the wire shows of them, the run behind them, and their stages without text."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.ids import Oid
from monitor.api.target import ResourceTarget
from monitor.api.update import Operation, Outcome, Update, UpdateListItem, UpdateStatus, UpdateStep
from monitor.api.values import Version
from monitor.core.store.protocol import CollectionSpec


class Stage(Struct, frozen=True, kw_only=True):
    """A stage of a run. Its text is in the output: the lines of `job` whose stage is `index`."""

    job: str
    index: int
    name: str
    command: str = ""
    start_ts: int
    end_ts: int | None = None
    success: bool | None = None
    """None while it runs."""


class Step(Struct, frozen=True, kw_only=True):
    """An effect that is done, and the value it gave, as JSON."""

    name: str
    value: Any = None


class JobRecord(Struct, frozen=True, kw_only=True):
    """A job that an agent has accepted. Lines `cut_first` to `cut_last` (`cut` in number) were not kept."""

    name: str
    server: str
    ended: bool = False
    cut_first: int = 0
    cut_last: int = 0
    cut: int = 0


class LockRecord(Struct, frozen=True, kw_only=True):
    """What the run locks on its target while it is InProgress, and waits for while it is Queued."""

    flag: str
    shared: bool = False
    detail: str = ""


class RunRecord(Struct, frozen=True, kw_only=True):
    """All that is needed to go on with a run in another process."""

    request: str
    params: dict[str, Any]
    build: str
    """The build of Monitor that started it."""
    parent: str | None = None
    cancel_by: str | None = None
    cancel_ts: int | None = None
    steps: tuple[Step, ...] = ()
    jobs: tuple[JobRecord, ...] = ()
    lock: LockRecord | None = None
    lock_key: str | None = None
    """Set while an exclusive lock is held: no two documents have the same one."""


class UpdateRecord(Struct, frozen=True, kw_only=True):
    """An Update as stored. `run` is None for the record of a write, which was complete at once."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    operation: Operation
    start_ts: int
    success: bool = True
    operator: str
    target: ResourceTarget
    end_ts: int | None = None
    status: UpdateStatus
    version: Version | UnsetType = UNSET
    commit_hash: str | UnsetType = UNSET
    other_data: str | UnsetType = UNSET
    prev_toml: str | UnsetType = UNSET
    current_toml: str | UnsetType = UNSET
    outcome: Outcome | None = None
    key: str | None = None
    """The Idempotency-Key it was asked for with."""
    stages: tuple[Stage, ...] = ()
    run: RunRecord | None = None

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a record that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid

    def step(self, name: str) -> Step | None:
        """The effect of this name, if it is done."""
        steps = self.run.steps if self.run else ()
        return next((step for step in steps if step.name == name), None)

    def job(self, name: str) -> JobRecord | None:
        """The job of this name, if the agent has accepted it."""
        jobs = self.run.jobs if self.run else ()
        return next((job for job in jobs if job.name == name), None)

    def place(self, job: str, index: int) -> int:
        """Where in `stages` a stage is, -1 if it is not there."""
        for place, stage in enumerate(self.stages):
            if stage.job == job and stage.index == index:
                return place
        return -1


UPDATES = CollectionSpec(
    "updates",
    UpdateRecord,
    unique=(("operator", "key"), "run.lock_key"),
    indexes=(("start_ts",), ("status",), ("target.type", "target.id", "start_ts")),
    secret=("prev_toml", "current_toml"),
)

Change = Callable[[UpdateRecord], UpdateRecord]
"""A change to a stored Update. It bears a repeat: applied to its own result it changes nothing."""


def with_run(record: UpdateRecord, **fields: Any) -> UpdateRecord:
    """The record with some fields of its run replaced."""
    if record.run is None:
        raise ValueError("the record of a write has no run")
    return msgspec.structs.replace(record, run=msgspec.structs.replace(record.run, **fields))


def with_step(record: UpdateRecord, name: str, value: Any) -> UpdateRecord:
    """The record with one more effect done."""
    if record.run is None or record.step(name) is not None:
        return record
    return with_run(record, steps=(*record.run.steps, Step(name=name, value=value)))


def with_job(record: UpdateRecord, job: JobRecord) -> UpdateRecord:
    """The record with this job in place of what it knew of it."""
    if record.run is None or record.job(job.name) == job:
        return record
    others = tuple(each for each in record.run.jobs if each.name != job.name)
    return with_run(record, jobs=(*others, job))


def with_stage(record: UpdateRecord, stage: Stage) -> UpdateRecord:
    """The record with this stage: in its old place if it was known, else last."""
    place = record.place(stage.job, stage.index)
    if place < 0:
        return msgspec.structs.replace(record, stages=(*record.stages, stage))
    stages = (*record.stages[:place], stage, *record.stages[place + 1 :])
    return msgspec.structs.replace(record, stages=stages)


def with_stages_ended(
    record: UpdateRecord, now: int, *, success: bool, job: str | None = None
) -> UpdateRecord:
    """The record in which no stage (of one job, or at all) runs any more."""
    stages = tuple(
        msgspec.structs.replace(stage, success=success, end_ts=now)
        if stage.success is None and job in (None, stage.job)
        else stage
        for stage in record.stages
    )
    return msgspec.structs.replace(record, stages=stages)


def with_cancel(record: UpdateRecord, *, by: str, now: int) -> UpdateRecord:
    """The record of a run that is to end; as it is where that is too late, or was said before."""
    run = record.run
    if run is None or run.cancel_ts is not None or record.status is UpdateStatus.COMPLETE:
        return record
    return with_run(record, cancel_by=by, cancel_ts=now)


def running_stage(record: UpdateRecord) -> str | None:
    """The name of the stage that runs now."""
    running = [stage.name for stage in record.stages if stage.success is None]
    return running[-1] if running and record.status is not UpdateStatus.COMPLETE else None


def list_item(record: UpdateRecord, username: str) -> UpdateListItem:
    """What lists and sockets show of an Update."""
    return UpdateListItem(
        id=record.id,
        operation=record.operation,
        start_ts=record.start_ts,
        success=record.success,
        username=username,
        operator=record.operator,
        target=record.target,
        status=record.status,
        version=record.version,
        other_data=record.other_data,
        end_ts=record.end_ts,
        outcome=record.outcome,
        step=running_stage(record),
    )


def steps(stages: Iterable[Stage]) -> tuple[UpdateStep, ...]:
    """The stages as the wire has them."""
    return tuple(
        UpdateStep(
            index=index,
            stage=stage.name,
            command=stage.command,
            success=stage.success,
            start_ts=stage.start_ts,
            end_ts=stage.end_ts,
        )
        for index, stage in enumerate(stages)
    )


def wire(record: UpdateRecord) -> Update:
    """The Update with its steps, without the text of its logs."""
    return Update(
        oid=record.oid,
        operation=record.operation,
        start_ts=record.start_ts,
        success=record.success,
        operator=record.operator,
        target=record.target,
        logs=(),
        end_ts=record.end_ts,
        status=record.status,
        version=record.version,
        commit_hash=record.commit_hash,
        other_data=record.other_data,
        prev_toml=record.prev_toml,
        current_toml=record.current_toml,
        outcome=record.outcome,
        steps=steps(record.stages),
    )
