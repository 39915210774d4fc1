"""Averages of hosts over time, in an SQLite file of their own: minutes for a day, coarser ones for longer.

Minutes are written spread over the minute, and rolled up when a coarser step is over. What is lost in a
crash is at most a minute.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

log = logging.getLogger(__name__)

T = TypeVar("T")

MINUTE = 60
TIERS = {
    MINUTE: 24 * 3600,
    10 * MINUTE: 7 * 86_400,
    3_600: 90 * 86_400,
    86_400: 5 * 365 * 86_400,
}
"""Steps and how long their points are kept, in seconds."""
_SLOTS = 60
_PRUNE_EVERY = 3_600

_COLUMNS = (
    "cpu", "cpu_max", "load1", "load5", "load15", "mem_used", "mem_total", "mem_cache", "zfs_arc",
    "swap_used", "swap_total", "net_in", "net_out", "disk_read", "disk_write",
)  # fmt: skip
"""CPU and load in hundredths, sizes in KiB, rates in bytes per second; all whole numbers, for size."""
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS servers (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS points (
  step INTEGER NOT NULL, server INTEGER NOT NULL, ts INTEGER NOT NULL,
  {", ".join(f"{name} INTEGER NOT NULL" for name in _COLUMNS)}, disks BLOB,
  PRIMARY KEY (step, server, ts)
) WITHOUT ROWID;
"""


class Mount(Struct, frozen=True, array_like=True):
    """A file system; bytes."""

    mount: str
    fs: str
    used: int
    total: int


class Point(Struct, frozen=True, kw_only=True):
    """Averages of one step that began at `ts` (unix seconds): %, bytes, bytes per second.

    `cpu_max` is the highest sample; `disks` is as of some moment in the step, and may be empty.
    """

    ts: int
    cpu: float
    cpu_max: float
    load: tuple[float, float, float]
    mem_used: float
    mem_total: float
    mem_cache: float = 0
    zfs_arc: float = 0
    swap_used: float = 0
    swap_total: float = 0
    net_in: float = 0
    net_out: float = 0
    disk_read: float = 0
    disk_write: float = 0
    disks: tuple[Mount, ...] = ()


class Series:
    """The file. `add` takes minutes, `run` writes them, `read` answers points of any step."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history")
        self._database: sqlite3.Connection | None = None
        self._numbers: dict[str, int] = {}
        self._last: dict[int, int] = {}
        self._waiting: list[list[tuple[str, Point]]] = [[] for _ in range(_SLOTS)]

    async def open(self) -> None:
        """Open the file, or make it."""
        await self._in_thread(self._open)

    async def close(self) -> None:
        """Write what waits and close the file."""
        await self.flush()
        await self._in_thread(self._close)
        self._thread.shutdown()

    def add(self, server: str, point: Point) -> None:
        """Take a minute of a server; it is written within the next minute."""
        self._waiting[hash(server) % _SLOTS].append((server, point))

    async def flush(self) -> None:
        """Write everything that waits."""
        for slot in range(_SLOTS):
            await self._write_slot(slot)

    async def run(self) -> None:
        """Write a sixtieth of the servers each second, and forget what is too old each hour."""
        pruned = 0.0
        while True:
            await asyncio.sleep(1)
            try:
                await self._write_slot(int(time.time()) % _SLOTS)
                if time.monotonic() - pruned > _PRUNE_EVERY:
                    pruned = time.monotonic()
                    await self.prune(int(time.time()))
            except sqlite3.Error:
                log.exception("history was not written")

    async def read(self, server: str, step: int, first: int, last: int) -> list[Point]:
        """Points of `step` seconds that begin from `first` to `last` (unix seconds), oldest first.

        Steps may be any multiple of a minute. Where a coarse step is not rolled up yet, or was forgotten,
        the points come from the steps there are.
        """
        return await self._in_thread(partial(self._read, server, step, first, last))

    async def oldest(self, server: str) -> int | None:
        """When the oldest point of a server begins, unix seconds."""
        return await self._in_thread(partial(self._oldest, server))

    async def prune(self, now: int) -> None:
        """Forget what is older than its tier is kept, at `now` unix seconds."""
        await self._in_thread(partial(self._prune, now))

    async def forget(self, server: str) -> None:
        """Forget a server."""
        await self._in_thread(partial(self._forget, server))

    async def _in_thread(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _write_slot(self, slot: int) -> None:
        waiting, self._waiting[slot] = self._waiting[slot], []
        if waiting:
            await self._in_thread(partial(self._write, waiting))

    # --- In the thread

    def _open(self) -> None:
        database = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(_SCHEMA)
        self._numbers = dict(database.execute("SELECT id, number FROM servers"))
        self._last = dict(
            database.execute(
                "SELECT server, max(ts) FROM points WHERE step = ? GROUP BY server", (MINUTE,)
            )
        )
        self._database = database

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    @property
    def _db(self) -> sqlite3.Connection:
        if self._database is None:
            raise sqlite3.ProgrammingError("the history is not open")
        return self._database

    def _number(self, server: str) -> int:
        number = self._numbers.get(server)
        if number is None:
            cursor = self._db.execute("INSERT INTO servers (id) VALUES (?)", (server,))
            number = self._numbers[server] = cursor.lastrowid or 0
        return number

    def _write(self, waiting: Sequence[tuple[str, Point]]) -> None:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            for server, point in waiting:
                number = self._number(server)
                last = self._last.get(number)
                if last is not None:
                    self._roll_up(number, last, point.ts)
                self._insert(MINUTE, number, _row(point))
                self._last[number] = max(point.ts, last or 0)
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def _roll_up(self, number: int, last: int, now: int) -> None:
        for step in TIERS:
            start = last - last % step
            if step == MINUTE or now < start + step:
                continue
            for row in self._grouped(number, MINUTE, step, start, start + step - 1):
                self._insert(step, number, row)

    def _insert(self, step: int, number: int, row: Sequence[Any]) -> None:
        marks = ", ".join("?" * (len(_COLUMNS) + 4))
        self._db.execute(f"INSERT OR REPLACE INTO points VALUES ({marks})", (step, number, *row))  # noqa: S608

    def _grouped(
        self, number: int, tier: int, step: int, first: int, last: int
    ) -> Iterable[Sequence[Any]]:
        """Rows of `tier` gathered to `step`: (ts, columns..., disks)."""
        averages = ", ".join(
            f"max({name})" if name == "cpu_max" else f"CAST(round(avg({name})) AS INTEGER)"
            for name in _COLUMNS
        )
        return self._db.execute(
            f"SELECT ts / ? * ?, {averages}, max(disks) FROM points"  # noqa: S608 - our own names
            " WHERE step = ? AND server = ? AND ts BETWEEN ? AND ? GROUP BY 1 ORDER BY 1",
            (step, step, tier, number, first, last),
        ).fetchall()

    def _read(self, server: str, step: int, first: int, last: int) -> list[Point]:
        number = self._numbers.get(server)
        if number is None:
            return []
        found: dict[int, Point] = {}
        for tier in sorted(TIERS, reverse=True):
            if tier <= step and step % tier == 0:
                for row in self._grouped(number, tier, step, first, last + step - 1):
                    found.setdefault(row[0], _point(row))
        newest = self._last.get(number, 0)
        running = newest - newest % step
        if first <= running <= last and newest - running < TIERS[MINUTE]:
            # The step that runs is not rolled up yet: its minutes tell it best.
            for row in self._grouped(number, MINUTE, step, running, newest):
                found[row[0]] = _point(row)
        return [found[ts] for ts in sorted(found)]

    def _oldest(self, server: str) -> int | None:
        number = self._numbers.get(server, -1)
        starts = [
            self._db.execute(
                "SELECT min(ts) FROM points WHERE step = ? AND server = ?", (step, number)
            ).fetchone()[0]
            for step in TIERS
        ]
        return min((start for start in starts if start is not None), default=None)

    def _prune(self, now: int) -> None:
        for step, kept in TIERS.items():
            for number in self._numbers.values():
                self._db.execute(
                    "DELETE FROM points WHERE step = ? AND server = ? AND ts < ?",
                    (step, number, now - kept),
                )

    def _forget(self, server: str) -> None:
        number = self._numbers.pop(server, None)
        if number is None:
            return
        self._last.pop(number, None)
        for step in TIERS:
            self._db.execute("DELETE FROM points WHERE step = ? AND server = ?", (step, number))
        self._db.execute("DELETE FROM servers WHERE number = ?", (number,))


_DISKS = msgspec.msgpack.Decoder(tuple[Mount, ...])
_KIB = 1024


def _row(point: Point) -> list[Any]:
    sizes = (
        point.mem_used, point.mem_total, point.mem_cache, point.zfs_arc, point.swap_used,
        point.swap_total,
    )  # fmt: skip
    return [
        point.ts,
        *(round(100 * value) for value in (point.cpu, point.cpu_max, *point.load)),
        *(round(size / _KIB) for size in sizes),
        *(round(rate) for rate in (point.net_in, point.net_out, point.disk_read, point.disk_write)),
        # They change slowly: told each ten minutes.
        msgspec.msgpack.encode(point.disks) if point.ts % (10 * MINUTE) == 0 else None,
    ]


def _point(row: Sequence[Any]) -> Point:
    ts, cpu, cpu_max, one, five, fifteen, *rest = row
    sizes = [size * _KIB for size in rest[:6]]
    return Point(
        ts=ts,
        cpu=cpu / 100,
        cpu_max=cpu_max / 100,
        load=(one / 100, five / 100, fifteen / 100),
        mem_used=sizes[0],
        mem_total=sizes[1],
        mem_cache=sizes[2],
        zfs_arc=sizes[3],
        swap_used=sizes[4],
        swap_total=sizes[5],
        net_in=rest[6],
        net_out=rest[7],
        disk_read=rest[8],
        disk_write=rest[9],
        disks=_DISKS.decode(rest[10]) if rest[10] is not None else (),
    )
