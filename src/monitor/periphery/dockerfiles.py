"""Where a build's files lie on this server, and reading and writing its Dockerfile there."""

from pathlib import Path

from msgspec import Struct

from monitor.git.errors import GitFailed
from monitor.git.tree import folder_inside, inside, read_inside, write_inside
from monitor.link.builds import BuildImage, FileRead, ReadDockerfile, WriteDockerfile
from monitor.periphery.engine import Engine
from monitor.periphery.job import Job, JobFailed
from monitor.periphery.places import Places


class Tree(Struct, frozen=True):
    """A build's files: the folder nothing leads out of, and the path of the build below it."""

    root: Path
    build_path: str


def tree(places: Places, command: BuildImage | ReadDockerfile | WriteDockerfile) -> Tree:
    """Where the files of a build are. Raises JobFailed."""
    if command.folder:
        return Tree(places.repo(command.folder), command.build_path)
    if command.files_on_host and command.build_path.startswith("/"):
        return Tree(places.absolute(command.build_path, "build path"), ".")
    return Tree(places.build(command.name), command.build_path)


def context_of(found: Tree) -> Path:
    """The folder that is given to the builder. Raises GitFailed."""
    return folder_inside(found.root, found.build_path or ".", "build path")


def dockerfile_of(found: Tree, dockerfile_path: str) -> str:
    """The Dockerfile's path below the tree's root."""
    return f"{found.build_path or '.'}/{dockerfile_path or 'Dockerfile'}"


def read_dockerfile(places: Places, command: ReadDockerfile) -> FileRead:
    """The Dockerfile as it is here, or why it cannot be read."""
    try:
        found = tree(places, command)
        path = dockerfile_of(found, command.dockerfile_path)
    except JobFailed as error:
        return FileRead(path=command.dockerfile_path, error=str(error))
    try:
        whole = str(inside(found.root, path, "Dockerfile"))
        return FileRead(path=whole, contents=read_inside(found.root, path, "Dockerfile"))
    except (GitFailed, OSError) as error:
        return FileRead(path=str(found.root / path), error=str(error))


async def write_dockerfile(
    job: Job, engine: Engine, places: Places, command: WriteDockerfile
) -> None:
    """Write the Dockerfile on this server. Raises JobFailed."""
    found = tree(places, command)
    path = dockerfile_of(found, command.dockerfile_path)
    async with engine.locks.folders(job, found.root):
        with job.stage("Write Dockerfile", str(found.root / path)):
            try:
                found.root.mkdir(parents=True, exist_ok=True)
                written = write_inside(found.root, path, command.contents.encode(), "Dockerfile")
            except GitFailed as error:
                raise JobFailed(str(error)) from error
            except OSError as error:
                raise JobFailed(f"{found.root} cannot be made: {error.strerror}") from error
            job.line(f"Wrote {written}.")
