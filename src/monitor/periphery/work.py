"""What jobs do: each command's function. Those on containers, images, networks and volumes are in `actions`."""

from msgspec import Struct

from monitor.link.base import JobCommand
from monitor.link.builds import BuildImage, DeleteRepo, FetchRepo, RenameRepo, WriteDockerfile
from monitor.periphery.actions import do
from monitor.periphery.builds import build_image
from monitor.periphery.dockerfiles import write_dockerfile
from monitor.periphery.engine import Engine
from monitor.periphery.job import Job
from monitor.periphery.places import Places
from monitor.periphery.repos import delete_repo, fetch_repo, rename_repo


async def work(job: Job, command: JobCommand, engine: Engine, places: Places) -> Struct | None:
    """Do what `command` says; returns its value. Raises JobFailed and JobCancelled."""
    match command:
        case BuildImage():
            return await build_image(job, engine, places, command)
        case FetchRepo():
            return await fetch_repo(job, engine, places, command)
        case DeleteRepo():
            await delete_repo(job, engine, places, command)
        case RenameRepo():
            await rename_repo(job, engine, places, command)
        case WriteDockerfile():
            await write_dockerfile(job, engine, places, command)
        case _:
            return await do(job, command, engine)
    return None
