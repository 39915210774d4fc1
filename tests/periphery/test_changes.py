"""Changes of containers are asked of the engine as the `docker` command asks for them."""

import asyncio
import json
import os
import re

import pytest

from monitor.periphery.changes import Change, act, kill, remove, rename, set_restart, stop
from monitor.periphery.docker import Docker, DockerRefused

from .doorstep import Doorstep

NAME = "no-such-container"
CHANGES = [
    act("start", NAME),
    act("restart", NAME),
    act("pause", NAME),
    act("unpause", NAME),
    act("stop", NAME),
    stop(NAME),
    stop(NAME, seconds=3),
    kill(NAME, "SIGHUP"),
    rename(NAME, f"{NAME}.monitor-old"),
    set_restart(NAME, "no"),
    set_restart(NAME, "unless-stopped"),
    set_restart(NAME, "on-failure:3"),
    remove(NAME),
    remove(NAME, force=True, volumes=True),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.shown)
async def test_a_change_asks_the_engine_what_its_command_asks(
    docker_engine: None, change: Change
) -> None:
    async with Doorstep() as doorstep:
        host = f"unix://{doorstep.path}"
        command = await asyncio.create_subprocess_exec(
            *("docker", *change.words),
            env={**os.environ, "DOCKER_HOST": host},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await command.wait()
        docker = Docker(host)
        with pytest.raises(DockerRefused, match="No such container"):
            await docker.change(
                change.method, change.path, change.query, change.body, seconds=change.seconds
            )
        await docker.close()
    (theirs, their_body), (ours, our_body) = doorstep.changes
    assert _asked(ours) == _asked(theirs)
    assert _policy(our_body) == _policy(their_body)


def _asked(line: str) -> tuple[str, dict[str, str]]:
    """Method and path without the API's version, and the query without what is off."""
    path, _, query = re.sub(r" /v[0-9.]+/", " /", line).removesuffix(" HTTP/1.1").partition("?")
    pairs = dict(pair.split("=") for pair in query.split("&") if pair)
    return path, {key: value for key, value in pairs.items() if value != "0"}


def _policy(body: bytes) -> object:
    return json.loads(body)["RestartPolicy"] if body else None
