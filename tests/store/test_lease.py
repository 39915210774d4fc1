"""The lease: one writer, a standby that takes over, and an end for one who cannot renew."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.core.store.lease import LeaseLost, SqliteLease
from monitor.core.store.sqlite import open_sqlite

from .contract import THINGS, Thing

HOLDER = """
import asyncio, sys
from pathlib import Path
from monitor.core.store.lease import SqliteLease

async def main():
    lease = SqliteLease(Path(sys.argv[1]))
    await lease.acquire()
    print("held", flush=True)
    await lease.keep()

asyncio.run(main())
"""


async def test_a_second_one_waits_says_so_and_takes_over(tmp_path: Path) -> None:
    first, second = SqliteLease(tmp_path), SqliteLease(tmp_path)
    said: list[str] = []
    await first.acquire(lambda: said.append("first"))
    waiting = asyncio.create_task(second.acquire(lambda: said.append("second")))
    await asyncio.sleep(0.7)
    assert not waiting.done()
    assert said == ["second"]
    assert first.held
    assert not second.held
    await first.release()
    async with asyncio.timeout(3):
        await waiting
    assert second.held
    await second.release()


async def test_after_a_kill_the_next_takes_over_at_once(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE)  # noqa: ASYNC220
    assert holder.stdout is not None
    assert await asyncio.to_thread(holder.stdout.readline) == b"held\n"
    lease = SqliteLease(tmp_path)
    waiting = asyncio.create_task(lease.acquire())
    await asyncio.sleep(0.3)
    assert not waiting.done()
    holder.kill()
    holder.wait()
    started = time.monotonic()
    await waiting
    assert time.monotonic() - started < 2
    await lease.release()


async def test_a_lease_of_another_host_has_to_run_out(tmp_path: Path) -> None:
    lease = SqliteLease(tmp_path, seconds=1.0)
    await lease.acquire()
    elsewhere(tmp_path, until=time.time() + 1.5)
    await lease.release()
    other = SqliteLease(tmp_path, seconds=1.0)
    started = time.monotonic()
    await other.acquire()
    assert time.monotonic() - started > 1
    await other.release()


async def test_it_is_renewed_for_as_long_as_it_is_kept(tmp_path: Path) -> None:
    lease = SqliteLease(tmp_path, seconds=0.6)
    await lease.acquire()
    keeping = asyncio.create_task(lease.keep())
    await asyncio.sleep(1.5)
    assert lease.held
    assert not keeping.done()
    keeping.cancel()
    await lease.release()


async def test_one_who_lost_it_is_told_and_writes_nothing_more(tmp_path: Path) -> None:
    lease = SqliteLease(tmp_path, seconds=0.6)
    await lease.acquire()
    store = await open_sqlite(tmp_path, guard=lease.guard)
    things = store.collection(THINGS)
    await things.insert(Thing(name="a"))
    elsewhere(tmp_path, until=time.time() + 60)
    with pytest.raises(LeaseLost):
        await things.insert(Thing(name="b"))
    assert not lease.held
    with pytest.raises(LeaseLost, match="another Core"):
        async with asyncio.timeout(3):
            await lease.keep()
    assert await things.count() == 1
    await store.close()
    await lease.release()


async def test_one_whose_database_does_not_answer_is_told_when_the_lease_runs_out(
    tmp_path: Path,
) -> None:
    lease = SqliteLease(tmp_path, seconds=0.9)
    await lease.acquire()
    blocker = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    with pytest.raises(LeaseLost):
        await lease.keep()
    assert 0.5 < time.monotonic() - started < 3
    blocker.execute("ROLLBACK")
    blocker.close()
    await lease.release()


def elsewhere(directory: Path, *, until: float) -> None:
    with sqlite3.connect(directory / "state.db") as connection:
        connection.execute("UPDATE lease SET holder = 'x', host = 'y', until = ?", [until])
    connection.close()
