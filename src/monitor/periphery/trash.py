"""Deleted folders: kept for a week, in case it was a mistake, and never taken from under a container."""

import asyncio
import shutil
import time
from pathlib import Path

from monitor.periphery.docker import DockerAway, DockerRefused
from monitor.periphery.docker_lists import RawContainer, container_name, list_containers
from monitor.periphery.engine import Engine
from monitor.periphery.job import JobFailed, now_ms
from monitor.periphery.places import Places

KEPT_SECONDS = 7 * 24 * 3600.0
EXPIRY_SECONDS = 3600.0


async def throw_away(places: Places, folder: Path) -> Path:
    """Move a folder into the trash; returns where it is now. Raises JobFailed."""
    place = places.trash / f"{now_ms()}-{folder.name}"
    try:
        places.trash.mkdir(mode=0o700, parents=True, exist_ok=True)
        await asyncio.to_thread(shutil.move, folder, place)
    except OSError as error:
        raise JobFailed(f"{folder} cannot be moved to the trash: {error.strerror}") from error
    return place


async def refuse_mounted(engine: Engine, folder: Path) -> None:
    """Raise JobFailed while a container, running or not, mounts the folder or something below it."""
    try:
        containers = await list_containers(engine.docker)
    except DockerAway as error:
        if _there_is_no_docker(engine):
            return
        raise JobFailed(
            f"Whether a container mounts {folder} cannot be found out: {error}"
        ) from error
    except DockerRefused as error:
        raise JobFailed(error.message) from error
    for container in containers:
        for source in _mounted(container):
            if source.is_relative_to(folder.resolve()):  # noqa: ASYNC240 - of a path that is there
                raise JobFailed(f"The container {container_name(container.Names)} mounts {source}")


def _mounted(container: RawContainer) -> list[Path]:
    return [Path(mount.Source) for mount in container.Mounts or () if mount.Source]


def _there_is_no_docker(engine: Engine) -> bool:
    scheme, _, path = engine.docker.host.partition("://")
    return scheme == "unix" and not Path(path).exists()


def expire(places: Places, now: float) -> None:
    """Remove what has been in the trash for a week. `now` is in seconds since 1970."""
    if not places.trash.is_dir():
        return
    for entry in places.trash.iterdir():
        thrown, _, _ = entry.name.partition("-")
        if not thrown.isdigit() or int(thrown) / 1000 > now - KEPT_SECONDS:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


async def keep_trash(places: Places) -> None:
    """Empty the trash of what has expired, hour by hour, for ever."""
    while True:
        await asyncio.to_thread(expire, places, time.time())
        await asyncio.sleep(EXPIRY_SECONDS)
