"""Jobs that an agent still has of runs that are complete: ended if they run, forgotten if they have ended."""

import logging
from collections.abc import Set as AbstractSet

from monitor.api.update import UpdateStatus
from monitor.core.runs.agents import AgentSession
from monitor.core.runs.records import UpdateRecord
from monitor.core.store.protocol import Collection
from monitor.link.commands import CancelJob, ForgetJob, JobInfo, ListJobs
from monitor.link.errors import CallFailed, CallTimeout, LinkLost

log = logging.getLogger(__name__)

_SECONDS = 30.0


async def settle_orphans(
    session: AgentSession, updates: Collection[UpdateRecord], live: AbstractSet[str]
) -> None:
    """Go through an agent's jobs. Those of Updates that are not ours, or not complete, are left alone."""
    try:
        for job in await session.call(ListJobs(), timeout=_SECONDS):
            await _settle(job, session, updates, live)
    except (LinkLost, CallTimeout, CallFailed) as error:
        log.info("the jobs of an agent could not be gone through: %s", error)


async def _settle(
    job: JobInfo,
    session: AgentSession,
    updates: Collection[UpdateRecord],
    live: AbstractSet[str],
) -> None:
    update_id, _, _name = job.job.partition("/")
    if update_id in live:
        return
    row = await updates.get(update_id)
    if row is None or row.value.status is not UpdateStatus.COMPLETE:
        return
    if job.status is None:
        log.warning("job %s is ended: its run is complete", job.job)
        await session.call(CancelJob(job=job.job), timeout=_SECONDS)
    else:
        await session.call(ForgetJob(job=job.job), timeout=_SECONDS)
