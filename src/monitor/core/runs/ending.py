"""How a run ends: what its function raised, in words, and what of it is stored."""

import logging
import secrets
from typing import cast

import msgspec
from msgspec import Struct

from monitor.api.update import Outcome, UpdateStatus
from monitor.core.errors import ApiError
from monitor.core.runs.execution import RunCancelled, RunFailed
from monitor.core.runs.live import LiveUpdate
from monitor.core.runs.records import Stage, UpdateRecord, with_run, with_stages_ended

log = logging.getLogger(__name__)

ERROR_STAGE = "Task Error"
CANCEL_STAGE = "Cancel"
ROLLBACK_STAGE = "Rollback"


class Ending(Struct, frozen=True):
    """An outcome, and a message unless a stage says it already."""

    outcome: Outcome
    message: str = ""
    always_said: bool = False

    @property
    def success(self) -> bool:
        """Whether all went well."""
        return self.outcome is Outcome.SUCCEEDED


def ending_of(error: BaseException, live: LiveUpdate) -> Ending:
    """What to say of a run whose function raised. What was not foreseen is logged, under an id that is told."""
    cause = _most_telling(error)
    match cause:
        case RunCancelled():
            return Ending(Outcome.CANCELLED, cause.message)
        case RunFailed():
            outcome = cause.outcome
            if outcome is Outcome.FAILED and _rolled_back(live.record):
                outcome = Outcome.ROLLED_BACK
            return Ending(outcome, cause.message)
        case ApiError() if cause.status < 500 or cause.status == 503:  # noqa: PLR2004 - not our own fault
            return Ending(
                Outcome.FAILED, "\n".join((cause.message, *cause.trace)), always_said=True
            )
        case _:
            return Ending(Outcome.FAILED, _unforeseen(error, live), always_said=True)


def _most_telling(error: BaseException) -> BaseException:
    """Of what several branches raised, what was not foreseen, else a failure, else the cancel."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    group = cast("BaseExceptionGroup[BaseException]", error)
    return min((_most_telling(each) for each in group.exceptions), key=_rank)


def _rank(error: BaseException) -> int:
    if isinstance(error, RunCancelled):
        return 2
    return 1 if isinstance(error, (RunFailed, ApiError)) else 0


def _rolled_back(record: UpdateRecord) -> bool:
    return any(stage.name == ROLLBACK_STAGE and stage.success for stage in record.stages)


def _unforeseen(error: BaseException, live: LiveUpdate) -> str:
    error_id = secrets.token_hex(4)
    request = live.record.run.request if live.record.run else ""
    log.error(
        "%s failed unexpectedly (error %s, update %s)", request, error_id, live.id, exc_info=error
    )
    return f"Monitor failed unexpectedly. Its log says more, under error {error_id}."


def last_words(
    ending: Ending, record: UpdateRecord, cancelled_by: str, now: int
) -> tuple[Stage, str] | None:
    """The stage that says how it ended, and its text; None where a stage says so already."""
    if ending.success:
        return None
    if ending.outcome is Outcome.CANCELLED:
        name = CANCEL_STAGE
        text = f"Cancelled by {cancelled_by}." if cancelled_by else "Cancelled."
        text = "\n".join(filter(None, (text, ending.message)))
    else:
        said = any(stage.success is False for stage in record.stages)
        if said and not ending.always_said:
            return None
        name, text = ERROR_STAGE, ending.message or "It failed."
    stage = Stage(job=f"end {now}", index=0, name=name, start_ts=now, end_ts=now, success=False)
    return stage, text


def completed(record: UpdateRecord, ending: Ending, now: int) -> UpdateRecord:
    """The record at its end: what was only needed to go on is gone from it."""
    if record.status is UpdateStatus.COMPLETE:
        return record
    record = with_stages_ended(record, now, success=ending.success)
    if record.run is not None:
        record = with_run(record, steps=(), lock_key=None)
    return msgspec.structs.replace(
        record,
        status=UpdateStatus.COMPLETE,
        success=ending.success,
        outcome=ending.outcome,
        end_ts=now,
    )
