"""`./dev up` on a clean clone: a working page, programs that are kept running, and an end that leaves nothing behind."""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from world import free_port, until

ROOT = Path(__file__).resolve().parents[2]
MARK = "UP_UNDER_TEST"
FIRST_START = 480.0
"""s: makes a Python environment, installs the UI's packages and builds the UI."""

SECOND_START = 5.0
"""s: the best of three counts, as a busy machine delays a start and never hastens it."""


class Up:
    """One `./dev up`."""

    def __init__(self, clone: Path) -> None:
        self.clone = clone
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.mark = uuid.uuid4().hex
        self.log = clone.parent / "up.log"
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, within: float) -> float:
        """Start it; answers after how many seconds it printed its address."""
        begun = time.monotonic()
        unset = ("PYTHONPATH", "VIRTUAL_ENV")
        kept = {
            key: value
            for key, value in os.environ.items()
            if key not in unset and not key.startswith(("MONITOR_", "PERIPHERY_"))
        }
        with self.log.open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                "./dev",
                "up",
                cwd=self.clone,
                env={**kept, "MONITOR_PORT": str(self.port), MARK: self.mark},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        await until(lambda: self._printed() or self._ended(), within)
        assert not self._ended(), self.log.read_text()[-4000:]
        return time.monotonic() - begun

    def _printed(self) -> bool:
        return f"Monitor is up: {self.url}" in self.log.read_text()

    def _ended(self) -> bool:
        return self.process is None or self.process.returncode is not None

    def left(self) -> dict[int, str]:
        """The processes that descend from it, by the mark in their environment: id and command line."""
        found: dict[int, str] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"{MARK}={self.mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    argv = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                    found[int(folder.name)] = argv
        return found

    def program(self, module: str) -> int | None:
        """The process id of one of the programs, if it runs."""
        return next((pid for pid, argv in self.left().items() if argv.endswith(module)), None)

    async def stop(self) -> float:
        """SIGTERM; answers after how many seconds it had ended."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(self.process.wait(), 30)
        return time.monotonic() - begun

    def kill(self) -> None:
        """End everything that is left of it."""
        for pid in self.left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def make_clone(folder: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)


@pytest.fixture
async def up(tmp_path: Path) -> AsyncIterator[Up]:
    clone = tmp_path / "clone"
    await asyncio.to_thread(make_clone, clone)
    up = Up(clone)
    yield up
    up.kill()


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(url) as answered:
        return answered.status, await answered.text()


async def page_works(up: Up) -> None:
    status, page = await get(up.url)
    assert (status, "not built" in page) == (200, False), page
    script = re.search(r'src="(/assets/[^"]+\.js)"', page)
    assert script, page
    assert (await get(up.url + script[1]))[0] == 200
    assert (await get(f"{up.url}/health/ready"))[0] == 200


async def ready(up: Up) -> bool:
    with contextlib.suppress(aiohttp.ClientError):
        return (await get(f"{up.url}/health/ready"))[0] == 200
    return False


async def killed_alone(up: Up, module: str, other: str) -> None:
    """Kill one program: it runs again, the other one all the time."""
    died, stays = up.program(module), up.program(other)
    assert died and stays
    os.kill(died, signal.SIGKILL)
    await until(lambda: up.program(module) not in {None, died})
    await until(lambda: ready(up))
    assert up.program(other) == stays


@pytest.mark.timeout(600)
async def test_a_clean_clone_comes_up_stays_up_and_goes_without_a_trace(up: Up) -> None:
    first = await up.start(FIRST_START)
    await page_works(up)
    await killed_alone(up, "monitor.core", "monitor.periphery")
    await killed_alone(up, "monitor.periphery", "monitor.core")
    await page_works(up)

    took = await up.stop()
    assert up.process is not None and up.process.returncode == 0
    assert up.left() == {}
    assert took < 10

    again: list[float] = []
    while len(again) < 3 and (not again or min(again) >= SECOND_START):
        again.append(await up.start(60))
        await page_works(up)
        await up.stop()
        assert up.left() == {}
    print(f"first start {first:.0f} s, end {took:.1f} s, further starts {again} s")
    assert min(again) < SECOND_START
