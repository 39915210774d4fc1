"""The right to write: one Core at a time holds it, another waits as standby and takes over."""

import asyncio
import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from monitor.core.store.database import connect
from monitor.core.store.protocol import StoreError

LEASE_SECONDS = 15.0
RENEW_SECONDS = 5.0
_TRY_SECONDS = 0.5
_SCHEMA = """CREATE TABLE IF NOT EXISTS lease (
    one INTEGER PRIMARY KEY CHECK (one = 1), holder TEXT NOT NULL, host TEXT NOT NULL, until REAL NOT NULL)"""


class LeaseLost(StoreError):
    """Another Core may be writing: this one must end at once."""


class SqliteLease:
    """The lease on an SQLite store: a lock on `<directory>/lock`, and a row in `state.db` with an end.

    The lock alone decides on one host: when its holder died, the next takes over without waiting. The
    row is for directories shared between hosts, where locks may not be: there it has to run out.
    """

    def __init__(self, directory: Path, *, seconds: float = LEASE_SECONDS) -> None:
        self._directory = directory
        self._seconds = seconds
        self._holder = os.urandom(12).hex()
        self._host = _boot_id()
        self._lock: int | None = None
        self._until = 0.0

    @property
    def held(self) -> bool:
        """Whether this Core may write now."""
        return self._lock is not None and time.monotonic() < self._until

    async def acquire(self, standby: Callable[[], None] = lambda: None) -> None:
        """Wait until the lease is ours; calls `standby` once if another Core holds it."""
        told = False
        try:
            while not await asyncio.to_thread(self._try):
                if not told:
                    standby()
                    told = True
                await asyncio.sleep(_TRY_SECONDS)
        except asyncio.CancelledError:
            self._unlock()
            raise

    async def keep(self) -> NoReturn:
        """Renew the lease for as long as this runs. Raises LeaseLost when that fails: then end at once."""
        pause = self._seconds * RENEW_SECONDS / LEASE_SECONDS
        while True:
            await asyncio.sleep(pause)
            reason = "it took too long"
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    reason = await asyncio.to_thread(self._renew)
            if reason and not self.held:
                raise LeaseLost(f"the lease on the database could not be renewed: {reason}")

    def guard(self, connection: sqlite3.Connection) -> None:
        """Refuse the transaction unless the lease is still ours; given to `open_sqlite`.

        Raises LeaseLost.
        """
        found = connection.execute("SELECT holder FROM lease").fetchone()
        if found is None or found[0] != self._holder:
            self._until = 0.0
            raise LeaseLost("another Core writes to this database now")

    async def release(self) -> None:
        """Give the lease back, after the store is closed."""
        if self._lock is not None:
            await asyncio.to_thread(self._give_back)
        self._unlock()

    def _try(self) -> bool:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._lock is None:
            lock = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(lock)
                return False
            self._lock = lock
        return self._take_row()

    def _take_row(self) -> bool:
        started = time.monotonic()
        with closing(connect(self._directory / "state.db", synchronous="FULL")) as connection:
            connection.execute(_SCHEMA)
            now = time.time()
            connection.execute("BEGIN IMMEDIATE")
            found = connection.execute("SELECT host, until FROM lease").fetchone()
            # An end further away than a lease lasts was written by a clock that went wrong since.
            far = now + 2 * self._seconds
            free = found is None or found[0] == self._host or not now <= found[1] <= far
            if free:
                connection.execute(
                    "INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?)",
                    [self._holder, self._host, now + self._seconds],
                )
                self._until = started + self._seconds
            connection.execute("COMMIT")
        return bool(free)

    def _renew(self) -> str:
        """Renew once; answers why not, or an empty text."""
        started = time.monotonic()
        try:
            with closing(connect(self._directory / "state.db", synchronous="FULL")) as connection:
                renewed = connection.execute(
                    "UPDATE lease SET until = ? WHERE holder = ?",
                    [time.time() + self._seconds, self._holder],
                ).rowcount
        except sqlite3.Error as error:
            return str(error)
        if not renewed:
            self._until = 0.0
            return "another Core has it"
        self._until = started + self._seconds
        return ""

    def _give_back(self) -> None:
        with (
            contextlib.suppress(sqlite3.Error),
            closing(connect(self._directory / "state.db", synchronous="FULL")) as connection,
        ):
            connection.execute("DELETE FROM lease WHERE holder = ?", [self._holder])

    def _unlock(self) -> None:
        self._until = 0.0
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _boot_id() -> str:
    """What tells this running kernel from others: containers on one host share it, and its locks."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return os.uname().nodename
