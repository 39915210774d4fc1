"""Builds: the source is fetched, prepared, built and pushed, each step a stage; the first that fails ends the job."""

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from monitor.git.environ import write_private
from monitor.git.fetch import Commit
from monitor.git.tree import file_inside, inside
from monitor.link.builds import BuildDone, BuildImage
from monitor.periphery.build_context import without_file
from monitor.periphery.build_plan import Build, is_pushed, plan_build, references
from monitor.periphery.builders import Builder, choose, without_notice
from monitor.periphery.credentials import logged_in
from monitor.periphery.dockerfiles import Tree, context_of, dockerfile_of, tree
from monitor.periphery.engine import Engine
from monitor.periphery.job import Job, JobFailed, shown
from monitor.periphery.places import Places
from monitor.periphery.repos import as_job_errors, fetch_into, hide
from monitor.periphery.user_commands import GRACE_SECONDS, run_shell

BUILD_SECONDS = 12 * 3600.0
PUSH_SECONDS = 6 * 3600.0
_OUTPUT = re.compile(r"(--output|-o|--push|--load|--print|--call|--check)(=.*)?")


async def build_image(job: Job, engine: Engine, places: Places, command: BuildImage) -> BuildDone:
    """Build as `command` says. Raises JobFailed and JobCancelled."""
    hide(job, command)
    for name, value in command.secret_args:
        job.hide(name, value)
    found = tree(places, command)
    references(command, "")
    async with engine.locks.folders(job, found.root):
        commit = await _provide(job, engine, places, found, command)
        names = references(command, commit.hash)
        await run_shell(job, engine, "Pre Build", command.pre_build, found.root)
        async with (
            logged_in(job, engine, command.logins) as environ,
            engine.locks.build(job),
        ):
            pushed = await _build(job, engine, found, command, names, environ)
            if command.push and not pushed:
                pushed = await _push(job, engine, names, environ)
    return BuildDone(
        commit_hash=commit.hash,
        commit_message=commit.message,
        image_id=await engine.image_id(names[0]) or "",
        pushed=pushed,
    )


async def _provide(
    job: Job, engine: Engine, places: Places, found: Tree, command: BuildImage
) -> Commit:
    """The source's files in their folder; without git, the folder alone."""
    if command.source is not None:
        own = not command.folder
        return await fetch_into(job, engine, places, found.root, command, command.source, clean=own)
    if not command.files_on_host and not command.dockerfile.strip():
        raise JobFailed(
            "The build is empty: it has no repo, no files on the host and no Dockerfile"
        )
    if not command.files_on_host:
        with as_job_errors(job):
            try:
                found.root.mkdir(mode=0o755, parents=True, exist_ok=True)
                inside(found.root, found.build_path, "build path").mkdir(
                    parents=True, exist_ok=True
                )
            except OSError as error:
                raise JobFailed(f"{found.root} cannot be made: {error.strerror}") from error
    return Commit(hash="", message="")


async def _build(
    job: Job,
    engine: Engine,
    found: Tree,
    command: BuildImage,
    names: tuple[str, ...],
    environ: dict[str, str],
) -> tuple[str, ...]:
    """Build; returns what the builder itself has pushed."""
    with engine.folder() as scratch:
        dockerfile = _dockerfile(job, found, command, scratch)
        try:
            builder = await choose(job, engine, command, environ)
            pushed = tuple(filter(is_pushed, names)) if builder.pushes and command.push else ()
            plan, context = _plan(job, found, command, pushed or names, dockerfile)
        except JobFailed:
            with job.stage("Docker Build"):
                raise
        words = (*builder.words, *_output(builder, command, pushed), *plan.arguments)
        with (
            job.stage("Docker Build", shown(("docker", *words))),
            _hidden(job, found, command, dockerfile, context),
        ):
            await _docker(job, engine, words, {**builder.environ, **plan.environ, **environ})
    return pushed


def _dockerfile(job: Job, found: Tree, command: BuildImage, scratch: Path) -> Path | None:
    """Where a Dockerfile written in the UI lies: beside the clone, so that nothing in the clone can redirect it."""
    if not command.dockerfile.strip():
        return None
    with job.stage("Write Dockerfile", dockerfile_of(found, command.dockerfile_path)):
        write_private(scratch / "Dockerfile", command.dockerfile.encode(errors="replace"))
    return scratch / "Dockerfile"


def _plan(
    job: Job, found: Tree, command: BuildImage, names: Sequence[str], written: Path | None
) -> tuple[Build, Path]:
    with as_job_errors(job):
        context = context_of(found)
        dockerfile = written or file_inside(
            found.root, dockerfile_of(found, command.dockerfile_path), "Dockerfile"
        )
    plan = plan_build(
        command, names, dockerfile=dockerfile, context=context, secret_in=job.secret_in
    )
    return plan, context


@contextmanager
def _hidden(
    job: Job, found: Tree, command: BuildImage, dockerfile: Path | None, context: Path
) -> Generator[None]:
    """Leave a linked repo's environment file out of the context."""
    if not command.folder:
        yield
        return
    with as_job_errors(job):
        root = found.root.resolve()
        hidden = inside(root, command.env_file_path, "path of the environment file")
        read = dockerfile or inside(root, dockerfile_of(found, command.dockerfile_path), "path")
    with without_file(root, context, read, hidden) as changed:
        if changed:
            job.line(f"{command.env_file_path} is kept out of the build context.")
        yield


def _output(builder: Builder, command: BuildImage, pushed: Sequence[str]) -> tuple[str, ...]:
    """Where buildx is to put the image, unless the user says it."""
    if not builder.pushes:
        return ()
    said = " ".join(command.extra_args).split()
    if any(_OUTPUT.fullmatch(word) for word in said):
        return ()
    return ("--push",) if pushed else ("--load",)


async def _push(
    job: Job, engine: Engine, names: Sequence[str], environ: dict[str, str]
) -> tuple[str, ...]:
    """Push each name that has a registry, a stage each; returns them."""
    pushed = tuple(filter(is_pushed, names))
    for name in pushed:
        words = ("push", "--", name)
        with job.stage("Docker Push", shown(("docker", *words))):
            await _docker(job, engine, words, environ, seconds=PUSH_SECONDS)
    return pushed


async def _docker(
    job: Job,
    engine: Engine,
    words: Sequence[str],
    environ: dict[str, str],
    *,
    seconds: float = BUILD_SECONDS,
) -> None:
    """Run docker; where it fails, its last lines are the reason."""
    ran = await job.run(
        (engine.program, *words),
        env=environ,
        seconds=seconds,
        grace=GRACE_SECONDS,
        check=False,
        shown=without_notice(),
    )
    if not ran.ok:
        raise JobFailed(job.redacted(ran.ending))
