"""How a swap ends: the old container goes for good, or it comes back."""

import contextlib

from monitor.periphery import changes
from monitor.periphery.changes import Change
from monitor.periphery.engine import Engine
from monitor.periphery.job import Job, JobFailed
from monitor.periphery.seen import Seen
from monitor.periphery.swap_marks import FAILED, NEXT, OLD, Before, base_of

KEPT_LOG_LINES = "200"


async def remove_old(job: Job, engine: Engine, was: Before) -> None:
    """Remove the replaced container, never its volumes. A failure is only noted: the next deploy tries again."""
    with job.stage("Clean up", changes.remove(f"{was.name}{OLD}").shown) as stage:
        try:
            if await engine.look(was.id) is not None:
                await engine.apply(job, changes.remove(was.id), cancellable=False)
        except JobFailed as error:
            stage.fail()
            job.line(f"The old container stays for now: {error}")


async def roll_back(job: Job, engine: Engine, new: str, was: Before) -> None:
    """Bring the old container back, in an order in which every step can be the last one done.

    First the new one gets a name that says so; it, whose labels say what to bring back, goes last. Where a step fails
    nothing more is touched.
    """
    with job.stage("Rollback", f"{was.name} comes back"):
        try:
            await go_back(job, engine, new, was)
        except JobFailed as error:
            raise JobFailed(
                f"Going back failed, and both containers were kept as they are: {error}"
            ) from error


async def go_back(job: Job, engine: Engine, new: str, was: Before) -> None:
    """Do the steps of `roll_back`. May be repeated from the top."""
    fresh, old = await engine.look(new), await engine.look(was.id)
    if old is None:
        raise JobFailed(f"{was.name} is gone (it was started with --rm, or somebody removed it)")
    if fresh is not None:
        await keep_log(job, engine, new)
        await put_away(job, engine, fresh)
    await bring_back(job, engine, old, was)
    if fresh is not None:
        await back(job, engine, changes.remove(new, force=True, volumes=True))
    job.line(f"{was.name} {'runs' if was.ran != 'no' else 'is there'} as before.")


async def put_away(job: Job, engine: Engine, fresh: Seen) -> None:
    """Rename the new container, so that nobody takes it for good once it has stopped, and stop it."""
    failed = f"{base_of(fresh.name)}{FAILED}"
    stop, rename = changes.stop(fresh.Id), changes.rename(fresh.Id, failed)
    if fresh.name != failed:
        try:
            await engine.step(job, rename, cancellable=False)
        except JobFailed:
            # Between two restarts it cannot be renamed, see `put_aside`; that it restarted tells enough.
            await back(job, engine, stop)
            await back(job, engine, rename)
    await back(job, engine, stop)


async def bring_back(job: Job, engine: Engine, old: Seen, was: Before) -> None:
    """Make the old container what it was. It gets its name and restart mode while it is stopped: see `put_aside`."""
    untouched = old.State.Running and not was.is_touched(old)
    starts = was.ran != "no" and not untouched and not old.State.Paused
    if starts:
        # A stop that was cancelled goes on in the engine: only after it has ended a start is the last word.
        await back(job, engine, changes.stop(was.id))
    if old.name != was.name:
        await back(job, engine, changes.rename(was.id, was.name))
    if old.restart != was.restart:
        await back(job, engine, changes.set_restart(was.id, was.restart))
    if starts:
        await back(job, engine, changes.act("start", was.id))
    if was.ran == "paused" and not old.State.Paused:
        await back(job, engine, changes.act("pause", was.id))


async def back(job: Job, engine: Engine, change: Change) -> None:
    """Make a change on the way back: it is tried again, and no cancel stops it. Raises JobFailed."""
    await engine.insist(job, change, cancellable=False)


async def keep_log(job: Job, engine: Engine, container: str) -> None:
    """Keep the end of a container's log in the output."""
    job.line(f"The last {KEPT_LOG_LINES} lines of its log:")
    await engine.change(
        job, "logs", "--tail", KEPT_LOG_LINES, "--", container,
        cancellable=False, check=False, seconds=20,
    )  # fmt: skip


async def discard(job: Job, engine: Engine, name: str, *, created: bool) -> None:
    """Remove a new container that is of no use; unless `created`, only if it never started."""
    seen = await engine.look(name)
    if seen is not None and (created or (seen.State.Status == "created" and NEXT in seen.name)):
        with contextlib.suppress(JobFailed):
            unused = changes.remove(seen.Id, force=True, volumes=True)
            await engine.apply(job, unused, cancellable=False)
