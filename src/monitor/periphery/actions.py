"""What jobs do: one function per command, each a few stages."""

import shlex

from msgspec import Struct

from monitor.link.base import JobCommand
from monitor.link.commands import (
    AllContainers,
    ContainerAction,
    CreateNetwork,
    DeleteImage,
    DeleteNetwork,
    DeleteVolume,
    DeployContainer,
    DestroyContainer,
    PauseContainer,
    Prune,
    PruneKind,
    PullImage,
    RenameContainer,
    RestartContainer,
    StartContainer,
    StopContainer,
    UnpauseContainer,
)
from monitor.periphery import changes
from monitor.periphery.changes import Change
from monitor.periphery.engine import Engine
from monitor.periphery.images import pull
from monitor.periphery.job import Job, JobFailed
from monitor.periphery.seen import Seen
from monitor.periphery.swap import deploy

SKIP_LABELS = ("monitor.skip", "komodo.skip")
PRUNE_SECONDS = 3600.0

PRUNES: dict[PruneKind, tuple[str, tuple[str, ...]]] = {
    "containers": ("Prune Containers", ("container", "prune", "-f")),
    "images": ("Prune Images", ("image", "prune", "-a", "-f")),
    "networks": ("Prune Networks", ("network", "prune", "-f")),
    "volumes": ("Prune Volumes", ("volume", "prune", "-a", "-f")),
    "builders": ("Prune Builders", ("builder", "prune", "-a", "-f")),
    "buildx": ("Prune Buildx", ("buildx", "prune", "-a", "-f")),
    "system": ("Prune System", ("system", "prune", "-a", "-f", "--volumes")),
}

_SUITS: dict[ContainerAction, frozenset[str]] = {
    "start": frozenset({"exited", "created", "dead"}),
    "restart": frozenset({"running", "exited", "created", "paused", "restarting"}),
    "pause": frozenset({"running"}),
    "unpause": frozenset({"paused"}),
    "stop": frozenset({"running", "restarting", "paused"}),
}


async def do(job: Job, command: JobCommand, engine: Engine) -> Struct | None:  # noqa: C901, PLR0912 - one case per command
    """Do what `command` says. Raises JobFailed and JobCancelled."""
    match command:
        case DeployContainer():
            return await deploy(job, engine, command)
        case PullImage(image=image, login=login):
            with job.stage("Docker Pull", _shown("pull", "--", image)):
                await pull(job, engine, image, login)
        case StartContainer(name=name):
            await simple(job, engine, "start", name)
        case RestartContainer(name=name):
            await simple(job, engine, "restart", name)
        case PauseContainer(name=name):
            await simple(job, engine, "pause", name)
        case UnpauseContainer(name=name):
            await simple(job, engine, "unpause", name)
        case StopContainer():
            await stop(job, engine, command)
        case DestroyContainer():
            await destroy(job, engine, command)
        case RenameContainer(name=name, new_name=new_name):
            async with engine.locks.names(job, name, new_name):
                await change(job, engine, "Docker Rename", changes.rename(name, new_name))
        case AllContainers():
            await every(job, engine, command)
        case Prune(kind=kind):
            await prune(job, engine, kind)
        case DeleteImage(name=name):
            await one(job, engine, "Delete Image", "image", "rm", "--", name)
        case DeleteNetwork(name=name):
            await one(job, engine, "Delete Network", "network", "rm", "--", name)
        case DeleteVolume(name=name):
            await one(job, engine, "Delete Volume", "volume", "rm", "--", name)
        case CreateNetwork(name=name, driver=driver):
            chosen = ("--driver", driver) if driver else ()
            await one(job, engine, "Create Network", "network", "create", *chosen, "--", name)
        case _:
            raise JobFailed(f"This agent does not know the job {type(command).__name__}")
    return None


async def one(job: Job, engine: Engine, stage: str, *arguments: str) -> None:
    """One command, one stage."""
    with job.stage(stage, _shown(*arguments)):
        await engine.change(job, *arguments)


async def change(job: Job, engine: Engine, stage: str, wanted: Change) -> None:
    """One change of a container, one stage."""
    with job.stage(stage, wanted.shown):
        await engine.apply(job, wanted)


async def simple(job: Job, engine: Engine, action: ContainerAction, name: str) -> None:
    """Start, restart, pause or unpause one container."""
    async with engine.locks.names(job, name):
        await change(job, engine, f"Docker {action.title()}", changes.act(action, name))


async def stop(job: Job, engine: Engine, command: StopContainer) -> None:
    """Stop one container with its signal and time."""
    async with engine.locks.names(job, command.name):
        with job.stage("Docker Stop", _stop(command).shown):
            await engine.stop(job, command.name, command.signal, command.time)


async def destroy(job: Job, engine: Engine, command: DestroyContainer) -> None:
    """Stop and remove one container; its volumes stay."""
    shown = f"{_stop(command).shown} && {_shown('container', 'rm', '--', command.name)}"
    async with engine.locks.names(job, command.name):
        with job.stage("Docker Stop and Remove", shown):
            seen = await engine.look(command.name)
            if seen is None:
                raise JobFailed(f"No such container: {command.name}")
            if seen.State.Running or seen.State.Restarting:
                await engine.stop(job, command.name, command.signal, command.time)
            if await engine.look(seen.Id) is not None:
                await engine.apply(job, changes.remove(seen.Id))


async def every(job: Job, engine: Engine, command: AllContainers) -> None:
    """One action on every container it suits, a stage each. Raises JobFailed with a summary if one failed."""
    failed: list[str] = []
    suited = 0
    for seen in sorted(await engine.all(), key=lambda seen: seen.name):
        if seen.State.Status not in _SUITS[command.action]:
            continue
        if is_skipped(seen) or engine.is_own(seen, command.protected):
            job.line(f"{seen.name} is skipped.")
            continue
        suited += 1
        try:
            async with engine.locks.names(job, seen.name):
                stage = f"Docker {command.action} {seen.name}"
                await change(job, engine, stage, changes.act(command.action, seen.name))
        except JobFailed:
            failed.append(seen.name)
    job.line(f"{command.action}: {suited - len(failed)} of {suited} containers.")
    if failed:
        raise JobFailed(f"{command.action} failed for {', '.join(failed)}")


def is_skipped(seen: Seen) -> bool:
    """Whether a container's labels keep it out of actions on all containers."""
    return any(seen.labels.get(label, "false") != "false" for label in SKIP_LABELS)


async def prune(job: Job, engine: Engine, kind: PruneKind) -> None:
    """Remove what is not used."""
    stage, arguments = PRUNES[kind]
    async with engine.locks.alone(job):
        with job.stage(stage, _shown(*arguments)):
            ran = await engine.change(job, *arguments, seconds=PRUNE_SECONDS, check=False)
            if ran.ok:
                return
            if kind == "volumes" and _knows_no_all(ran.err):
                job.line("This Docker prunes all unused volumes without being told --all.")
                await engine.change(job, "volume", "prune", "-f", seconds=PRUNE_SECONDS)
                return
            if kind == "buildx" and any("unknown" in line for line in ran.err):
                raise JobFailed("This server has no docker buildx")
            raise JobFailed(ran.why)


def _knows_no_all(said: tuple[str, ...]) -> bool:
    text = " ".join(said)
    return "requires API version" in text or "unknown shorthand flag: 'a'" in text


def _stop(command: StopContainer | DestroyContainer) -> Change:
    return changes.stop(command.name, command.signal, command.time)


def _shown(*arguments: str) -> str:
    return shlex.join(("docker", *arguments))
