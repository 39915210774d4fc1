"""Deploys: a new container takes the old one's place, and the old one comes back unless the new one is good.

Read it top-down. The agent may die between any two lines: the marks on the containers say what the old one was, and
`recover` brings one of the two to the name, at the agent's next start and before the next deploy.
"""

import shlex

from monitor.link.commands import DeployContainer, DeployDone
from monitor.periphery import changes
from monitor.periphery.deploy import plan_create
from monitor.periphery.engine import Engine
from monitor.periphery.gate import pass_gate
from monitor.periphery.images import provide
from monitor.periphery.job import Job, JobCancelled, JobFailed
from monitor.periphery.seen import Seen
from monitor.periphery.swap_end import discard, keep_log, remove_old, roll_back
from monitor.periphery.swap_marks import AGENT, NEXT, OLD, Before, before
from monitor.periphery.swap_recover import recover


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
    """Stop the old container and give it another name; the first change marks it as touched.

    One that restarts by itself is renamed once it is stopped: between two restarts it counts as running and has no
    network sandbox, and such a one Docker 20.10 does not rename.
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
