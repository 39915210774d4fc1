"""The Docker engine a job works on: looked at and changed by its API.

The `docker` command is for what it does itself: reading the user's options, registry logins, builds, progress.
"""

import base64
import json
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from monitor.link.base import CommandFailed
from monitor.link.commands import RegistryLogin
from monitor.periphery import changes
from monitor.periphery.changes import CHANGE_SECONDS, GRACE_SECONDS, Change, container_path
from monitor.periphery.docker import Docker, DockerAway, DockerRefused, decode, segment
from monitor.periphery.docker_lists import RawContainer, container_name, list_containers
from monitor.periphery.job import Job, JobFailed, Ran
from monitor.periphery.locks import Locks
from monitor.periphery.seen import Seen

COMPONENT_LABEL = "monitor.component"
"""On Monitor's own containers."""
TRIES = 3
_TRY_AGAIN_SECONDS = 0.5
_LOOK_SECONDS = 0.1
_STOP_SIGNAL_SINCE = (1, 42)


class _Image(Struct, frozen=True):
    Id: str


class Engine:
    """One engine with its locks; `tmp` takes files that live as long as a job.

    `agent` is an id that this agent alone has, `own_id` that of the container it runs in.
    """

    def __init__(
        self,
        docker: Docker,
        tmp: Path,
        *,
        agent: str,
        own_id: str = "",
        program: str = "docker",
    ) -> None:
        self.docker = docker
        self.tmp = tmp
        self.agent = agent
        self.own_id = own_id
        self.program = program
        self.locks = Locks()

    # --- looking

    async def look(self, name: str) -> Seen | None:
        """A container by name or id. Raises JobFailed if the engine does not answer."""
        try:
            return decode(await self.docker.get(f"{container_path(name)}/json"), Seen)
        except DockerRefused as error:
            if error.status == 404:  # noqa: PLR2004
                return None
            raise JobFailed(error.message) from error
        except DockerAway as error:
            raise JobFailed(str(error)) from error

    async def all(self) -> list[Seen]:
        """All containers."""
        seen = [await self.look(one.Id) for one in await self._list()]
        return [one for one in seen if one is not None]

    async def named(self, pattern: re.Pattern[str]) -> list[str]:
        """Names of containers that match."""
        names = [name.lstrip("/") for one in await self._list() for name in one.Names or ()]
        return [name for name in names if pattern.fullmatch(name)]

    async def network_users(self, container: str) -> list[str]:
        """Names of containers that use the network of `container` (an id)."""
        mode = f"container:{container}"
        return [
            container_name(one.Names)
            for one in await self._list()
            if one.HostConfig is not None and one.HostConfig.NetworkMode == mode
        ]

    async def _list(self) -> list[RawContainer]:
        try:
            return await list_containers(self.docker)
        except (DockerRefused, DockerAway) as error:
            raise JobFailed(str(error)) from error

    async def image_id(self, image: str) -> str | None:
        """The id of an image that is here."""
        try:
            body = await self.docker.get(f"/images/{segment(image)}/json")
        except CommandFailed:
            return None
        except DockerRefused as error:
            if error.status in {400, 404}:
                return None
            raise JobFailed(error.message) from error
        except DockerAway as error:
            raise JobFailed(str(error)) from error
        return decode(body, _Image).Id

    # --- changing containers

    async def apply(self, job: Job, change: Change, *, cancellable: bool = True) -> None:
        """Make a change; the output has what the `docker` command prints then.

        Raises JobFailed with the engine's words, JobCancelled if the job is cancelled before it is made.
        """
        if cancellable:
            job.check()
        asked = self.docker.change(
            change.method, change.path, change.query, change.body, seconds=change.seconds
        )
        try:
            await (job.race(asked) if cancellable else asked)
        except DockerRefused as error:
            said = f"Error response from daemon: {error.message}"
            job.line(said, "err")
            raise JobFailed(job.redacted(said)) from error
        except DockerAway as error:
            raise JobFailed(str(error)) from error
        if change.prints:
            job.line(change.prints, "out")

    async def step(self, job: Job, change: Change, *, cancellable: bool = True) -> None:
        """Make a change and show its command in the output."""
        job.line(change.shown)
        await self.apply(job, change, cancellable=cancellable)

    async def insist(self, job: Job, change: Change, *, cancellable: bool = True) -> None:
        """Like `step`, but try three times: a container that restarts all the time is now and then between states."""
        for _ in range(TRIES - 1):
            try:
                await self.step(job, change, cancellable=cancellable)
            except JobFailed:
                await job.pause(_TRY_AGAIN_SECONDS, cancellable=cancellable)
            else:
                return
        await self.step(job, change, cancellable=cancellable)

    async def stop(self, job: Job, name: str, signal: str, seconds: int | None) -> None:
        """Stop a container, with a signal if one is given. Engines before API 1.42 ignore signals: see `_old_stop`."""
        seen = await self.look(name) if signal else None
        if seen is not None and signal == (seen.Config.StopSignal or "SIGTERM"):
            signal = ""
        if seen is not None and signal and await self._ignores_signals():
            await self._old_stop(job, seen, signal, seconds)
        else:
            await self.apply(job, changes.stop(name, signal, seconds))

    async def _ignores_signals(self) -> bool:
        try:
            version = (await self.docker.version()).ApiVersion
        except (DockerRefused, DockerAway) as error:
            raise JobFailed(str(error)) from error
        major, _, minor = version.partition(".")
        return (int(major or 0), int(minor or 0)) < _STOP_SIGNAL_SINCE

    async def _old_stop(self, job: Job, seen: Seen, signal: str, seconds: int | None) -> None:
        """Send the signal and wait, where that ends the container; one that would be restarted gets its own signal."""
        grace = GRACE_SECONDS if seconds is None else max(0, seconds)
        if seen.restart == "no":
            await self.apply(job, changes.kill(seen.Id, signal))
            deadline = time.monotonic() + grace
            while (now := await self.look(seen.Id)) is not None and now.State.Running:
                if time.monotonic() > deadline:
                    break
                await job.pause(_LOOK_SECONDS)
            grace = 0
        else:
            job.line("This Docker is too old to stop with a signal; the container's own is used.")
        if await self.look(seen.Id) is not None:
            await self.apply(job, changes.stop(seen.name, seconds=grace))

    # --- the command

    async def change(
        self,
        job: Job,
        *arguments: str,
        seconds: float | None = CHANGE_SECONDS,
        cancellable: bool = True,
        check: bool = True,
        env: dict[str, str] | None = None,
    ) -> Ran:
        """Run the `docker` command on this engine, its lines going to the job's output."""
        return await job.run(
            (self.program, *arguments),
            env={"DOCKER_HOST": self.docker.command_host, **(env or {})},
            seconds=seconds,
            cancellable=cancellable,
            check=check,
        )

    def is_own(self, seen: Seen, protected: tuple[str, ...] = ()) -> bool:
        """Whether a container is part of Monitor itself."""
        return (
            COMPONENT_LABEL in seen.labels
            or (bool(self.own_id) and seen.Id.startswith(self.own_id))
            or any(one and seen.Id.startswith(one) for one in protected)
        )

    # --- files of a job

    @contextmanager
    def folder(self) -> Generator[Path]:
        """A folder only this job sees, removed at its end."""
        self.tmp.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=self.tmp))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @asynccontextmanager
    async def signed_in(
        self, job: Job, login: RegistryLogin | None
    ) -> AsyncGenerator[dict[str, str]]:
        """Variables under which `docker` uses `login`, and nothing of it stays behind."""
        if login is None or not login.token:
            yield {}
            return
        job.hide("token", login.token)
        home = Path(job.environ.get("HOME", "/root"))
        config = Path(job.environ.get("DOCKER_CONFIG", str(home / ".docker")))
        with self.folder() as folder:
            _write_private(folder / "config.json", login_config(_read(config), login))
            for part in ("cli-plugins", "buildx", "contexts"):
                if (config / part).is_dir():
                    (folder / part).symlink_to((config / part).resolve())
            yield {"DOCKER_CONFIG": str(folder)}


def login_config(config: bytes, login: RegistryLogin) -> bytes:
    """A `config.json` with `login` in it. Stores of credentials are left out: they would outlive the job."""
    try:
        said = msgspec.json.decode(config or b"{}", type=dict[str, Any])
    except msgspec.MsgspecError:
        said = dict[str, Any]()
    said.pop("credsStore", None)
    key = registry_key(login.domain)
    helpers: Any = said.get("credHelpers")
    if isinstance(helpers, dict):
        said["credHelpers"] = {**helpers}
        said["credHelpers"].pop(key, None)
    auths: Any = said.get("auths")
    token = base64.b64encode(f"{login.username}:{login.token}".encode()).decode()
    said["auths"] = {**(auths if isinstance(auths, dict) else {}), key: {"auth": token}}
    return json.dumps(said).encode()


def registry_key(domain: str) -> str:
    """The name under which the docker command keeps a registry's login."""
    hub = {"", "docker.io", "index.docker.io", "registry-1.docker.io"}
    return "https://index.docker.io/v1/" if domain in hub else domain


def _read(config: Path) -> bytes:
    try:
        return (config / "config.json").read_bytes()
    except OSError:
        return b""


def _write_private(path: Path, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def agent_id(root: Path) -> str:
    """The id of the agent that works under `root`, made when it has none."""
    path = root / "agent-id"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        made = secrets.token_hex(8)
        _write_private(path, f"{made}\n".encode())
        return made


def own_container_id(mountinfo: str) -> str:
    """The id of the container this process runs in, from its /proc/self/mountinfo; "" on a host."""
    found = re.search(
        r"/containers/([0-9a-f]{64})/\S+ /etc/(?:hostname|hosts|resolv\.conf) ", mountinfo
    )
    return found[1] if found else ""
