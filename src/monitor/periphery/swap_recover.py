"""Finishing or undoing swaps in the middle of which an agent died."""

from monitor.link.commands import DeployContainer
from monitor.periphery import changes
from monitor.periphery.engine import Engine
from monitor.periphery.gate import pass_gate
from monitor.periphery.job import Job, JobFailed
from monitor.periphery.seen import Seen
from monitor.periphery.swap_end import back, go_back, remove_old, roll_back
from monitor.periphery.swap_marks import (
    AGENT,
    FAILED,
    LEFT,
    NEXT,
    OLD,
    Before,
    base_of,
    remembered,
)


async def recover_interrupted(job: Job, engine: Engine, kind: str) -> str:
    """Clean up after a job of an agent that died. Returns what was done, in a sentence or more."""
    if kind != DeployContainer.__name__:
        return ""
    async with engine.locks.alone(job):
        return " ".join(await recover(job, engine))


async def recover(job: Job, engine: Engine, names: set[str] | None = None) -> list[str]:
    """Finish or undo what a crash left, for `names` or all that this agent began. Returns a sentence for each.

    Nothing is printed and no stage is made where there is nothing to do. Raises JobFailed if that fails.
    """
    left = await engine.named(LEFT)
    bases = {base_of(name) for name in left}
    if left and names is None:
        begun = [seen for seen in await engine.all() if seen.labels.get(AGENT) == engine.agent]
        names = {was.name for seen in begun if (was := remembered(seen))}
        names |= {base_of(seen.name) for seen in begun}
    said: list[str] = []
    for base in sorted(bases & (names or set())):
        said += await _recover_one(job, engine, base)
    return said


async def _recover_one(job: Job, engine: Engine, base: str) -> list[str]:
    for name in (f"{base}{NEXT}", f"{base}{FAILED}"):
        new = await engine.look(name)
        if new is not None:
            return [await _undo(job, engine, new)]
    old = await engine.look(f"{base}{OLD}")
    if old is None:
        return []
    for seen in await engine.all():
        was = remembered(seen)
        if was is not None and was.id == old.Id:
            return [await _finish(job, engine, seen, was)]
    return [await _bring_back_alone(job, engine, old, base)]


async def _undo(job: Job, engine: Engine, new: Seen) -> str:
    """A new container that has not the name, or no longer: the old one comes back, if it was touched."""
    was = remembered(new)
    old = await engine.look(was.id) if was else None
    with job.stage("Recover", f"undo the unfinished deploy of {base_of(new.name)}"):
        untouched = new.name.endswith(NEXT) and was and old and not was.is_touched(old)
        if was is None or old is None or untouched:
            await back(job, engine, changes.remove(new.Id, force=True))
            return f"An unfinished deploy of {base_of(new.name)} was removed."
        await go_back(job, engine, new.Id, was)
    return f"{was.name} was brought back after an unfinished deploy."


async def _finish(job: Job, engine: Engine, new: Seen, was: Before) -> str:
    """The new container has the name and the old one is still there: the gate decides."""
    try:
        with job.stage("Recover", f"check {new.name} after an unfinished deploy"):
            await pass_gate(job, engine, new.Id, cancellable=False)
    except JobFailed:
        await roll_back(job, engine, new.Id, was)
        return f"{was.name} was brought back after an unfinished deploy."
    await remove_old(job, engine, was)
    return f"The unfinished deploy of {new.name} was completed."


async def _bring_back_alone(job: Job, engine: Engine, old: Seen, base: str) -> str:
    """Only the old one is there, and nothing says how it ran."""
    with job.stage("Recover", f"bring {base} back"):
        if await engine.look(base) is not None:
            job.line(f"{old.name} is left over, but another container has the name {base}.")
            return f"{old.name} was left over and not touched."
        if not old.State.Running:
            await back(job, engine, changes.act("start", old.Id))
        await back(job, engine, changes.rename(old.Id, base))
        job.line(f"Its restart mode is {old.restart} now; deploy it again to set it.")
    return f"{base} was brought back."
