"""Clones on this server: fetched, deleted into the trash, renamed."""

import asyncio
import shlex
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from monitor.git.address import address
from monitor.git.errors import GitCancelled, GitFailed
from monitor.git.fetch import Commit, fetch
from monitor.link.builds import (
    BuildImage,
    DeleteRepo,
    FetchDone,
    FetchRepo,
    GitSource,
    RenameRepo,
)
from monitor.periphery.engine import Engine
from monitor.periphery.job import Job, JobCancelled, JobFailed
from monitor.periphery.places import Places
from monitor.periphery.trash import refuse_mounted, throw_away
from monitor.periphery.user_commands import run_shell, write_environment

_NEW = ".monitor-new"


@contextmanager
def as_job_errors(job: Job) -> Generator[None]:
    """What git could not do, the job could not."""
    try:
        yield
    except GitFailed as error:
        raise JobFailed(job.redacted(str(error))) from error
    except GitCancelled as error:
        raise JobCancelled from error


async def fetch_repo(job: Job, engine: Engine, places: Places, command: FetchRepo) -> FetchDone:
    """Clone or pull a repo, write its environment file and run its commands. Raises JobFailed."""
    hide(job, command)
    folder = places.repo(command.path)
    async with engine.locks.folders(job, folder):
        commit = await fetch_into(
            job, engine, places, folder, command, command.source, anew=command.mode == "clone"
        )
    return FetchDone(commit_hash=commit.hash, commit_message=commit.message)


async def delete_repo(job: Job, engine: Engine, places: Places, command: DeleteRepo) -> None:
    """Move a clone into the trash. Raises JobFailed while a container mounts it."""
    folder = places.repo(command.path)
    async with engine.locks.folders(job, folder):
        with job.stage("Delete Repo", str(folder)):
            if not _is_there(folder):
                job.line(f"There is nothing at {folder}.")
                return
            await refuse_mounted(engine, folder)
            place = await throw_away(places, folder)
            job.line(f"Moved to {place}; it is kept there for a week.")


async def rename_repo(job: Job, engine: Engine, places: Places, command: RenameRepo) -> None:
    """Move a clone. Raises JobFailed while a container mounts it, or where something is already."""
    old, new = places.repo(command.path), places.repo(command.new_path)
    async with engine.locks.folders(job, old, new):
        with job.stage("Rename Repo", f"{old} -> {new}"):
            if not _is_there(old):
                job.line(f"There is nothing at {old}.")
                return
            if _is_there(new):
                raise JobFailed(f"There is something at {new} already")
            await refuse_mounted(engine, old)
            try:
                new.parent.mkdir(parents=True, exist_ok=True)
                old.rename(new)
            except OSError as error:
                raise JobFailed(f"{old} cannot be moved: {error.strerror}") from error


def hide(job: Job, command: FetchRepo | BuildImage) -> None:
    """Keep what is secret in a command out of the job's output."""
    for name, value in command.secrets.items():
        job.hide(name, value)
    if command.source is not None:
        job.hide("TOKEN", command.source.token)


# --- fetching


async def fetch_into(
    job: Job,
    engine: Engine,
    places: Places,
    folder: Path,
    command: FetchRepo | BuildImage,
    source: GitSource,
    *,
    anew: bool = False,
    clean: bool = False,
) -> Commit:
    """Clone or pull, then write the environment file and run on_clone (of a new clone) and on_pull.

    A new clone takes its place only when it is whole; what it replaces (`anew`) goes into the trash.
    """
    new = anew or not (folder / ".git").is_dir()
    commit = await (_clone if new else _pull)(job, engine, places, folder, source, clean=clean)
    with job.stage("Latest Commit"):
        job.line(f"{commit.short} {commit.message}")
    write_environment(job, folder, command.environment, command.env_file_path)
    if new:
        await run_shell(job, engine, "On Clone", command.on_clone, folder)
    await run_shell(job, engine, "On Pull", command.on_pull, folder)
    return commit


async def _clone(
    job: Job, engine: Engine, places: Places, folder: Path, source: GitSource, *, clean: bool
) -> Commit:
    with job.stage("Clone Repo", _shown(source)):
        if _is_there(folder):
            await refuse_mounted(engine, folder)
        fresh = folder.with_name(folder.name + _NEW)
        await asyncio.to_thread(shutil.rmtree, fresh, ignore_errors=True)
        try:
            commit = await _fetch(job, engine, places, fresh, source, clean=clean)
            if _is_there(folder):
                place = await throw_away(places, folder)
                job.line(f"What was at {folder} is kept at {place} for a week.")
            fresh.rename(folder)
        except OSError as error:
            raise JobFailed(f"{folder} cannot be made: {error.strerror}") from error
        finally:
            await asyncio.to_thread(shutil.rmtree, fresh, ignore_errors=True)
        return commit


async def _pull(
    job: Job, engine: Engine, places: Places, folder: Path, source: GitSource, *, clean: bool
) -> Commit:
    with job.stage("Git Pull", _shown(source)):
        try:
            return await _fetch(job, engine, places, folder, source, clean=clean)
        except OSError as error:
            raise JobFailed(f"{folder} cannot be pulled to: {error.strerror}") from error


async def _fetch(
    job: Job, engine: Engine, places: Places, folder: Path, source: GitSource, *, clean: bool
) -> Commit:
    with as_job_errors(job), engine.folder() as scratch:
        return await fetch(
            source,
            folder,
            scratch=scratch,
            known_hosts=places.known_hosts,
            on_line=lambda stream, text: job.line(text, stream),
            cancel=job.cancelled,
            clean=clean,
            environ=job.environ,
        )


def _shown(source: GitSource) -> str:
    try:
        url = address(source).url
    except GitFailed:
        return "git fetch"
    return shlex.join(("git", "fetch", "--depth=1", "--", url, source.commit or source.branch))


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()
