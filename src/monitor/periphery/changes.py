"""Changes of one container: as the `docker` command says them, and as the engine's API is asked for them. Pure.

Asking the engine takes a few milliseconds where starting the command takes a tenth of a second.
"""

import json
import shlex
from typing import Literal

from msgspec import Struct

from monitor.link.base import CommandFailed
from monitor.link.commands import ContainerAction
from monitor.periphery.docker import segment
from monitor.periphery.job import JobFailed

CHANGE_SECONDS = 120.0
"""For what a healthy engine does at once."""
GRACE_SECONDS = 10
"""What the engine gives a container to stop, where nothing else is said."""


class Change(Struct, frozen=True, kw_only=True):
    """One change. `words` are those of the `docker` command, which prints `prints` when it is done."""

    words: tuple[str, ...]
    path: str
    method: Literal["POST", "DELETE"] = "POST"
    query: dict[str, str] = {}
    body: bytes = b""
    prints: str = ""
    seconds: float = CHANGE_SECONDS

    @property
    def shown(self) -> str:
        """The command as one would type it."""
        return shlex.join(("docker", *self.words))


def act(action: ContainerAction, name: str) -> Change:
    """Start, restart, pause, unpause or stop a container."""
    return Change(words=(action, "--", name), path=f"{container_path(name)}/{action}", prints=name)


def stop(name: str, signal: str = "", seconds: int | None = None) -> Change:
    """Stop a container; `seconds` after `signal` it is killed. What is not given the container's settings say."""
    grace = () if seconds is None else ("-t", str(seconds))
    query = {"signal": signal} if signal else {}
    return Change(
        words=("stop", *(("--signal", signal) if signal else ()), *grace, "--", name),
        path=f"{container_path(name)}/stop",
        query=query if seconds is None else {**query, "t": str(seconds)},
        prints=name,
        seconds=CHANGE_SECONDS + (GRACE_SECONDS if seconds is None else max(0, seconds)),
    )


def kill(name: str, signal: str) -> Change:
    """Send a signal to a container."""
    return Change(
        words=("kill", "--signal", signal, "--", name),
        path=f"{container_path(name)}/kill",
        query={"signal": signal},
        prints=name,
    )


def rename(name: str, new_name: str) -> Change:
    """Rename a container."""
    return Change(
        words=("rename", "--", name, new_name),
        path=f"{container_path(name)}/rename",
        query={"name": new_name},
    )


def set_restart(name: str, mode: str) -> Change:
    """Change a container's restart mode, as `docker update --restart` takes it: `on-failure:3`."""
    policy, _, tries = mode.partition(":")
    wanted = {"RestartPolicy": {"Name": policy, "MaximumRetryCount": int(tries or 0)}}
    return Change(
        words=("update", f"--restart={mode}", "--", name),
        path=f"{container_path(name)}/update",
        body=json.dumps(wanted).encode(),
        prints=name,
    )


def remove(name: str, *, force: bool = False, volumes: bool = False) -> Change:
    """Remove a container: with `force` one that runs, with `volumes` its anonymous volumes too."""
    chosen = {"force": force, "volumes": volumes}
    options = tuple(f"--{option}" for option, wanted in chosen.items() if wanted)
    return Change(
        words=("rm", *options, "--", name),
        path=container_path(name),
        method="DELETE",
        query={"force": str(int(force)), "v": str(int(volumes))},
        prints=name,
    )


def container_path(name: str) -> str:
    """Where the engine's API has a container. Raises JobFailed for what can be no name."""
    try:
        return f"/containers/{segment(name)}"
    except CommandFailed as error:
        raise JobFailed(error.message) from error
