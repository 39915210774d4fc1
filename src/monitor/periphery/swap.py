"""Deploys: a new container takes the old one's place, and the old one comes back unless the new one is good.

Read it top-down. The agent may die between any two lines: labels on the new container say what the old one was, and
`recover` brings either of them back to the name, at the agent's next start and before the next deploy.
"""

import contextlib
import re
import shlex

from msgspec import Struct

from monitor.link.commands import DeployContainer, DeployDone
from monitor.periphery import changes
from monitor.periphery.changes import Change
from monitor.periphery.deploy import CONTAINER_NAME, plan_create
from monitor.periphery.engine import Engine
from monitor.periphery.gate import pass_gate
from monitor.periphery.images import provide
from monitor.periphery.job import Job, JobCancelled, JobFailed
from monitor.periphery.seen import Seen

NEXT, OLD, FAILED = ".monitor-next", ".monitor-old", ".monitor-failed"
"""Behind a name: the new container until its turn, the old one after its turn, the new one while the old comes back."""
AGENT = "monitor.swap.agent"
OLD_ID = "monitor.swap.old-id"
OLD_NAME = "monitor.swap.old-name"
OLD_RAN = "monitor.swap.old-ran"
OLD_RESTART = "monitor.swap.old-restart"
KEPT_LOG_LINES = "200"
_LEFT = re.compile(f"{CONTAINER_NAME.pattern}({'|'.join(map(re.escape, (NEXT, OLD, FAILED)))})")


class Before(Struct, frozen=True):
    """What the old container was before the swap."""

    id: str
    name: str
    ran: str
    restart: str

    def labels(self) -> dict[str, str]:
        """How the new container remembers it."""
        return {
            OLD_ID: self.id,
            OLD_NAME: self.name,
            OLD_RAN: self.ran,
            OLD_RESTART: self.restart,
        }

    @property
    def restarts(self) -> bool:
        """Whether the engine starts it again by itself."""
        return self.restart != "no"

    def is_touched(self, old: Seen) -> bool:
        """Whether a swap has begun with the old container."""
        return old.name != self.name or old.restart != self.restart


def before(old: Seen) -> Before:
    """What `old` is now."""
    state = old.State
    ran = "paused" if state.Paused else "yes" if state.Running or state.Restarting else "no"
    return Before(old.Id, old.name, ran, old.restart)


def remembered(new: Seen) -> Before | None:
    """What `new` remembers of the container it replaces."""
    labels = new.labels
    if OLD_ID not in labels:
        return None
    return Before(
        labels[OLD_ID],
        labels.get(OLD_NAME, _base(new.name)),
        labels.get(OLD_RAN, "yes"),
        labels.get(OLD_RESTART, "no"),
    )


# --- forwards


async def deploy(job: Job, engine: Engine, spec: DeployContainer) -> DeployDone:
    """Make `spec.name` run as it says. Raises JobFailed or JobCancelled with the old container running as before."""
    for name, value in spec.secrets.items():
        job.hide(name, value)
    async with engine.locks.swap(job, spec.name, *spec.old_names):
        await recover(job, engine, {spec.name, *spec.old_names})
        old = await find_old(engine, spec)
        policy = spec.pull if spec.pull != "auto" else "always" if old else "missing"
        await provide(job, engine, spec.image, spec.login, policy)
        if old is None:
            return await first(job, engine, spec)
        return await replace(job, engine, spec, old)


async def find_old(engine: Engine, spec: DeployContainer) -> Seen | None:
    """Find the container to be replaced. Raises JobFailed where it must not be, or its name is another's."""
    by_name = {name: await engine.look(name) for name in (*spec.old_names, spec.name) if name}
    found = [seen for name, seen in by_name.items() if seen is not None and seen.name == name]
    if not found:
        return None
    old = found[0]
    if len({seen.Id for seen in found}) > 1 and old.name != spec.name:
        raise JobFailed(
            f"{old.name} is to be replaced by {spec.name}, but another container has that name"
        )
    if engine.is_own(old, spec.protected):
        raise JobFailed(f"{old.name} is a part of Monitor itself and is not replaced by a deploy")
    return old


async def first(job: Job, engine: Engine, spec: DeployContainer) -> DeployDone:
    """Deploy where nothing is replaced: create, start, gate."""
    new = ""
    try:
        new = await create(job, engine, spec, spec.name, {})
        start = changes.act("start", spec.name)
        with job.stage("Start", start.shown):
            await engine.apply(job, start)
    except (JobFailed, JobCancelled):
        await discard(job, engine, new or spec.name, created=bool(new))
        raise
    try:
        with job.stage("Check"):
            await pass_gate(job, engine, new)
    except JobCancelled:
        await discard(job, engine, new, created=True)
        raise
    except JobFailed:
        await keep_log(job, engine, new)
        job.line("The container is left as it is: there is none to go back to.")
        raise
    return await done(engine, new)


async def replace(job: Job, engine: Engine, spec: DeployContainer, old: Seen) -> DeployDone:
    """Deploy by swap."""
    was = before(old)
    labels = {**was.labels(), AGENT: engine.agent}
    await say_limits(job, engine, old)
    try:
        new = await create(job, engine, spec, f"{spec.name}{NEXT}", labels)
    except (JobFailed, JobCancelled):
        await discard(job, engine, f"{spec.name}{NEXT}", created=False)
        job.line(f"{was.name} was not touched.")
        raise
    try:
        with job.stage("Swap", f"{was.name} -> {spec.name}"):
            await put_aside(job, engine, spec, was)
            await engine.step(job, changes.rename(f"{spec.name}{NEXT}", spec.name))
            await engine.step(job, changes.act("start", spec.name))
        with job.stage("Check"):
            await pass_gate(job, engine, new)
    except (JobFailed, JobCancelled):
        await roll_back(job, engine, new, was)
        raise
    await remove_old(job, engine, was)
    return await done(engine, new, replaced=was.id)


async def put_aside(job: Job, engine: Engine, spec: DeployContainer, was: Before) -> None:
    """Stop the old container and give it another name.

    What is done first marks it as touched. One that restarts by itself gets its name last: between two restarts it
    has no network sandbox, and older engines rename nothing that should have one.
    """
    name, aside = was.name, f"{was.name}{OLD}"
    if was.restarts:
        await engine.insist(job, changes.set_restart(name, "no"))
    else:
        await engine.step(job, changes.rename(name, aside))
        name = aside
    if was.ran == "paused":
        await engine.step(job, changes.act("unpause", name))
    if was.ran != "no":
        job.line(f"Stopping {name}.")
        await engine.stop(job, name, spec.old_stop_signal, spec.old_stop_time)
    if was.restarts:
        await engine.step(job, changes.rename(name, aside))


async def create(
    job: Job, engine: Engine, spec: DeployContainer, name: str, labels: dict[str, str]
) -> str:
    """Create the new container, not started. Returns its id."""
    with engine.folder() as folder:
        env_file = folder / "env"
        plan = plan_create(spec, name=name, labels=labels, env_file=str(env_file))
        with job.stage("Create", shlex.join(("docker", *plan.arguments))):
            if plan.env_file:
                env_file.touch(mode=0o600)
                env_file.write_text(plan.env_file)
            await engine.change(job, *plan.arguments, env=plan.environ)
            seen = await engine.look(name)
            if seen is None:
                raise JobFailed(f"{name} was created and is gone")
            return seen.Id


async def remove_old(job: Job, engine: Engine, was: Before) -> None:
    """Remove the replaced container, never its volumes. A failure is only noted: the next deploy tries again."""
    with job.stage("Clean up", changes.remove(f"{was.name}{OLD}").shown) as stage:
        try:
            if await engine.look(was.id) is not None:
                await engine.apply(job, changes.remove(was.id), cancellable=False)
        except JobFailed as error:
            stage.fail()
            job.line(f"The old container stays for now: {error}")


async def done(engine: Engine, new: str, replaced: str = "") -> DeployDone:
    """Say what runs now."""
    seen = await engine.look(new)
    return DeployDone(container_id=new, image_id=seen.Image if seen else "", replaced=replaced)


async def say_limits(job: Job, engine: Engine, old: Seen) -> None:
    """Say what going back does not cover."""
    if old.HostConfig.AutoRemove:
        job.line(
            f"{old.name} was started with --rm: once it is stopped there is no way back to it."
        )
    if users := await engine.network_users(old.Id):
        job.line(
            f"{', '.join(users)} use the network of {old.name}: they lose it until they are deployed again."
        )


# --- back


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
        await _back(job, engine, changes.remove(new, force=True, volumes=True))
    job.line(f"{was.name} {'runs' if was.ran != 'no' else 'is there'} as before.")


async def put_away(job: Job, engine: Engine, fresh: Seen) -> None:
    """Rename the new container, so that nobody takes it for good once it has stopped, and stop it."""
    failed = f"{_base(fresh.name)}{FAILED}"
    stop, rename = changes.stop(fresh.Id), changes.rename(fresh.Id, failed)
    if fresh.name != failed:
        try:
            await engine.step(job, rename, cancellable=False)
        except JobFailed:
            # Between two restarts it cannot be renamed, see `put_aside`; that it restarted tells enough.
            await _back(job, engine, stop)
            await _back(job, engine, rename)
    await _back(job, engine, stop)


async def bring_back(job: Job, engine: Engine, old: Seen, was: Before) -> None:
    """Make the old container what it was. It gets its name and restart mode while it is stopped: see `put_aside`."""
    untouched = old.State.Running and not was.is_touched(old)
    starts = was.ran != "no" and not untouched and not old.State.Paused
    if starts:
        # A stop that was cancelled goes on in the engine: only after it has ended a start is the last word.
        await _back(job, engine, changes.stop(was.id))
    if old.name != was.name:
        await _back(job, engine, changes.rename(was.id, was.name))
    if old.restart != was.restart:
        await _back(job, engine, changes.set_restart(was.id, was.restart))
    if starts:
        await _back(job, engine, changes.act("start", was.id))
    if was.ran == "paused" and not old.State.Paused:
        await _back(job, engine, changes.act("pause", was.id))


async def _back(job: Job, engine: Engine, change: Change) -> None:
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


# --- after a crash


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
    left = await engine.named(_LEFT)
    bases = {_base(name) for name in left}
    if left and names is None:
        begun = [seen for seen in await engine.all() if seen.labels.get(AGENT) == engine.agent]
        names = {was.name for seen in begun if (was := remembered(seen))}
        names |= {_base(seen.name) for seen in begun}
    said: list[str] = []
    for base in sorted(bases & (names or set())):
        said += await _recover_one(job, engine, base)
    return said


def _base(name: str) -> str:
    return name.removesuffix(NEXT).removesuffix(OLD).removesuffix(FAILED)


async def _recover_one(job: Job, engine: Engine, base: str) -> list[str]:
    for name in (f"{base}{NEXT}", f"{base}{FAILED}"):
        new = await engine.look(name)
        if new is not None:
            return [await _undo(job, engine, new)]
    old = await engine.look(f"{base}{OLD}")
    if old is None:
        return []
    followers = [seen for seen in await engine.all() if seen.labels.get(OLD_ID) == old.Id]
    if followers:
        return [await _finish(job, engine, followers[0], old)]
    return [await _bring_back_alone(job, engine, old, base)]


async def _undo(job: Job, engine: Engine, new: Seen) -> str:
    """A new container that has not the name, or no longer: the old one comes back, if it was touched."""
    was = remembered(new)
    old = await engine.look(was.id) if was else None
    with job.stage("Recover", f"undo the unfinished deploy of {_base(new.name)}"):
        untouched = new.name.endswith(NEXT) and was and old and not was.is_touched(old)
        if was is None or old is None or untouched:
            await _back(job, engine, changes.remove(new.Id, force=True))
            return f"An unfinished deploy of {_base(new.name)} was removed."
        await go_back(job, engine, new.Id, was)
    return f"{was.name} was brought back after an unfinished deploy."


async def _finish(job: Job, engine: Engine, new: Seen, old: Seen) -> str:
    """The new container has the name and the old one is still there: the gate decides."""
    was = remembered(new) or before(old)
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
            await _back(job, engine, changes.act("start", old.Id))
        await _back(job, engine, changes.rename(old.Id, base))
        job.line(f"Its restart mode is {old.restart} now; deploy it again to set it.")
    return f"{base} was brought back."
