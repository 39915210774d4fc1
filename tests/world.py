"""A real Core and real agents, as programs of their own, for tests that go through the typed client."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from monitor.api.server import ListServers, ServerState
from monitor.client import Client, Failed, Unreachable
from monitor.link.keys import encode_key, load_or_generate

ADMIN = "admin"
PASSWORD = "correct horse"
STARTS_WITHIN = 20.0


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def patched(old: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """A live row with what changed of it; its `info` is told field by field."""
    row = {**old, **fields}
    if "info" in old and "info" in fields:
        row["info"] = {**old["info"], **fields["info"]}
    return row


async def until(what: Callable[[], object], within: float = 20.0) -> None:
    """Wait until `what()` is true or its awaited result is."""
    end = time.monotonic() + within
    while True:
        found = what()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s: {what}")
        await asyncio.sleep(0.02)


class Program:
    """One of our programs as a process. Its output goes to a file."""

    def __init__(self, module: str, environ: dict[str, str], log: Path) -> None:
        self._module = module
        self.environ = environ
        self.log = log
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._module,
                env={**os.environ, **self.environ},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def kill(self) -> None:
        """SIGKILL, as when the power goes."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM; answers the exit status. Fails if it takes over 10 s."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 10)

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def text(self) -> str:
        return self.log.read_text(errors="replace")


class RunningCore(Program):
    """Core on a port of its own, with data of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = folder / "data"
        environ = {
            "MONITOR_PORT": str(self.port),
            "MONITOR_DATA_DIR": str(self.data),
            "MONITOR_INIT_ADMIN_USERNAME": ADMIN,
            "MONITOR_INIT_ADMIN_PASSWORD": PASSWORD,
            **settings,
        }
        super().__init__("monitor.core", environ, folder / "core.log")

    @property
    def keys(self) -> Path:
        folder = self.data / "keys"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / "core.key"

    @property
    def public_key(self) -> str:
        return encode_key(load_or_generate(self.keys).public)

    async def start(self) -> None:
        await super().start()
        await self.ready()

    async def ready(self) -> None:
        async with Client(self.url) as client:
            end = time.monotonic() + STARTS_WITHIN
            while True:
                with contextlib.suppress(Unreachable, Failed, OSError):
                    await client._once("GET", "/health/ready", None, {})
                    return
                if not self.runs or time.monotonic() > end:
                    raise AssertionError(f"Core did not start:\n{self.text()[-4000:]}")
                await asyncio.sleep(0.05)

    @contextlib.asynccontextmanager
    async def client(
        self, username: str = ADMIN, password: str = PASSWORD
    ) -> AsyncIterator[Client]:
        async with Client(self.url) as client:
            await client.login(username, password)
            yield client


class RunningAgent(Program):
    """An agent with a root of its own. It dials Core unless it is given a port to listen on."""

    def __init__(self, folder: Path, core: RunningCore, name: str, **settings: str) -> None:
        self.name = name
        self.root = folder / f"agent-{name}"
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        environ = {
            "PERIPHERY_ROOT_DIR": str(self.root),
            "PERIPHERY_CONNECT_AS": name,
            "PERIPHERY_CORE_ADDRESS": f"ws://127.0.0.1:{core.port}",
            "PERIPHERY_CORE_PUBLIC_KEYS": core.public_key,
            **settings,
        }
        super().__init__("monitor.periphery", environ, folder / f"agent-{name}.log")

    @property
    def public_key(self) -> str:
        folder = self.root / "keys"
        folder.mkdir(mode=0o700, exist_ok=True)
        return encode_key(load_or_generate(folder / "periphery.key").public)


async def server_ok(client: Client, name: str) -> bool:
    """Whether a server's agent is connected."""
    return any(
        item.name == name and item.info.state is ServerState.OK
        for item in await client.send(ListServers())
    )
