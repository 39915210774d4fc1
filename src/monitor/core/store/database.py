"""One SQLite file for asyncio: one thread that writes, in groups, and a few that read."""

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from monitor.core.store.protocol import StoreError, TooSlow

R = TypeVar("R")

_GROUP = 256
_QUEUED = 1_000
_READERS = 3
_BUSY_SECONDS = 10.0
_READ_SECONDS = 20.0
_STEPS_BETWEEN_LOOKS = 20_000


class _Write(Generic[R]):
    """A job for the writer, and where its result goes."""

    def __init__(self, do: Callable[[sqlite3.Connection], R], done: "asyncio.Future[R]") -> None:
        self.do = do
        self.done = done
        self.result: R | None = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.done.done():
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)  # pyright: ignore[reportArgumentType]


def connect(path: Path, *, synchronous: Literal["FULL", "NORMAL"]) -> sqlite3.Connection:
    """A connection that writes: autocommit, WAL. Creates the file with mode 0600."""
    if not path.exists():
        path.touch(mode=0o600)
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


class Database:
    """A database file, written by one thread and read by others.

    What is queued while a transaction commits goes into the next one together, so that many writers
    share one sync to disk. `guard` runs first in every transaction and may refuse it by raising.
    """

    def __init__(
        self,
        path: Path,
        *,
        synchronous: Literal["FULL", "NORMAL"],
        guard: Callable[[sqlite3.Connection], None] | None = None,
        committed: Callable[[list[Any]], None] | None = None,
    ) -> None:
        self._path = path
        self._guard = guard
        self._committed = committed
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Semaphore(_QUEUED)
        self._queue: queue.SimpleQueue[_Write[Any] | None] = queue.SimpleQueue()
        self._connection = connect(path, synchronous=synchronous)
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._pool = ThreadPoolExecutor(_READERS, thread_name_prefix=f"{path.stem}-read")
        self._closed = False
        self._writer = threading.Thread(
            target=self._write_all, name=f"{path.stem}-write", daemon=True
        )
        self._writer.start()

    async def write(self, do: Callable[[sqlite3.Connection], R]) -> R:
        """Run `do` on the writer's connection; returns when its transaction is committed.

        What `do` changed before it raised is undone; others that share its transaction go on.
        A write that was queued happens even if the caller is cancelled. Raises what `do` raises, and
        StoreError when the transaction could not be committed.
        """
        async with self._room:
            if self._closed:
                raise StoreError("the store is closed")
            write = _Write(do, self._loop.create_future())
            self._queue.put(write)
            return await write.done

    async def read(self, do: Callable[[sqlite3.Connection], R]) -> R:
        """Run `do` on a read-only connection that sees all that is committed. Raises TooSlow."""
        if self._closed:
            raise StoreError("the store is closed")
        return await self._loop.run_in_executor(self._pool, self._read, do)

    async def close(self) -> None:
        """Finish what is queued, then close. Idempotent."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._pool.shutdown)
        for reader in self._readers:
            reader.close()
        self._connection.close()

    def _read(self, do: Callable[[sqlite3.Connection], R]) -> R:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=ro",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=_BUSY_SECONDS,
            )
            self._local.connection = connection
            self._readers.append(connection)
        until = time.monotonic() + _READ_SECONDS
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS_BETWEEN_LOOKS)
        try:
            return do(connection)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise TooSlow(f"a read took over {_READ_SECONDS:.0f} s") from error
            raise

    def _write_all(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            ending = False
            while len(group) < _GROUP and not ending:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    ending = True
                else:
                    group.append(following)
            self._commit(group)
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._settle, group)
            if ending:
                return

    def _commit(self, group: list[_Write[Any]]) -> None:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            if self._guard is not None:
                self._guard(connection)
            for write in group:
                self._run(connection, write)
            connection.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - whatever it is, it goes to those who wait
            with contextlib.suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            for write in group:
                write.error = write.error or _refused(error)

    def _run(self, connection: sqlite3.Connection, write: _Write[Any]) -> None:
        connection.execute("SAVEPOINT one")
        try:
            write.result = write.do(connection)
        except BaseException as error:
            if not connection.in_transaction:  # SQLite itself gave up on all of it
                raise
            write.error = error
            connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")

    def _settle(self, group: list[_Write[Any]]) -> None:
        if self._committed is not None:
            results = [write.result for write in group if write.error is None]
            if results:
                self._committed(results)
        for write in group:
            write.settle()


def _refused(error: BaseException) -> BaseException:
    if isinstance(error, StoreError):
        return error
    refused = StoreError(f"the database could not be written: {error}")
    refused.__cause__ = error
    return refused
