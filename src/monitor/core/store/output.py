"""What jobs printed, in an SQLite file of its own: lines are appended once and read by place."""

import sqlite3
import time
from collections.abc import Iterable, Sequence
from typing import Any

from monitor.core.store.database import Database
from monitor.core.store.protocol import Line, StoredLine

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS updates (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, last_pos INTEGER NOT NULL, written INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS jobs (
        number INTEGER PRIMARY KEY, up INTEGER NOT NULL REFERENCES updates ON DELETE CASCADE,
        name TEXT NOT NULL, last_seq INTEGER NOT NULL, UNIQUE (up, name))""",
    """CREATE TABLE IF NOT EXISTS lines (
        up INTEGER NOT NULL REFERENCES updates ON DELETE CASCADE, pos INTEGER NOT NULL, job INTEGER NOT NULL,
        seq INTEGER NOT NULL, ts INTEGER NOT NULL, stage TEXT NOT NULL, stream TEXT NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (up, pos)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS updates_written ON updates (written)",
)
_SELECT = (
    "SELECT pos, jobs.name, seq, ts, stage, stream, text FROM lines"
    " CROSS JOIN jobs ON jobs.number = lines.job"  # CROSS: in the order of the lines
    " WHERE lines.up = (SELECT number FROM updates WHERE id = ?) AND (? IS NULL OR jobs.name = ?)"
)


class SqliteOutput:
    """A `protocol.Output`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self) -> None:
        """Make the tables."""
        await self._database.write(_make_tables)

    async def append(self, update: str, job: str, lines: Sequence[Line]) -> list[StoredLine]:
        """Store lines; answers those that were new."""
        if not lines:
            return []
        return await self._database.write(
            lambda connection: _append(connection, update, job, lines)
        )

    async def last_seq(self, update: str, job: str) -> int:
        """The seq of the job's last line."""

        def do(connection: sqlite3.Connection) -> int:
            found = connection.execute(
                "SELECT last_seq FROM jobs JOIN updates ON updates.number = jobs.up"
                " WHERE updates.id = ? AND jobs.name = ?",
                [update, job],
            ).fetchone()
            return int(found[0]) if found else 0

        return await self._database.read(do)

    async def read(
        self, update: str, *, job: str | None = None, after: int = 0, limit: int = 10_000
    ) -> list[StoredLine]:
        """Lines behind a place."""
        sql = f"{_SELECT} AND pos > ? ORDER BY pos LIMIT ?"
        return await self._database.read(
            lambda connection: _lines(connection.execute(sql, [update, job, job, after, limit]))
        )

    async def tail(
        self, update: str, *, job: str | None = None, max_chars: int = 65_536
    ) -> list[StoredLine]:
        """The last lines."""

        def do(connection: sqlite3.Connection) -> list[StoredLine]:
            rows: list[Any] = []
            chars = 0
            found = connection.execute(f"{_SELECT} ORDER BY pos DESC", [update, job, job])
            for row in found:
                chars += len(row[6]) + 1
                if rows and chars > max_chars:
                    break
                rows.append(row)
            found.close()
            return _lines(reversed(rows))

        return await self._database.read(do)

    async def jobs(self, update: str) -> list[str]:
        """The Update's jobs, in order of their first line."""
        sql = (
            "SELECT name FROM jobs JOIN updates ON updates.number = jobs.up"
            " WHERE updates.id = ? ORDER BY jobs.number"
        )
        return await self._database.read(
            lambda connection: [name for (name,) in connection.execute(sql, [update])]
        )

    async def cut(self, update: str, job: str, first: int, last: int) -> int:
        """Remove lines from the middle."""
        sql = (
            "DELETE FROM lines WHERE up = (SELECT number FROM updates WHERE id = ?) AND job ="
            " (SELECT jobs.number FROM jobs JOIN updates ON updates.number = jobs.up"
            "  WHERE updates.id = ? AND name = ?) AND seq BETWEEN ? AND ?"
        )
        return await self._database.write(
            lambda connection: connection.execute(sql, [update, update, job, first, last]).rowcount
        )

    async def delete(self, update: str) -> bool:
        """Forget an Update's output."""
        return await self._database.write(
            lambda connection: (
                connection.execute("DELETE FROM updates WHERE id = ?", [update]).rowcount > 0
            )
        )

    async def prune(self, before_ms: int) -> int:
        """Forget what was last written before this time, a few Updates a transaction."""
        count = 0
        sql = (
            "DELETE FROM updates WHERE number IN"
            " (SELECT number FROM updates WHERE written < ? ORDER BY written LIMIT 20)"
        )
        while deleted := await self._database.write(
            lambda connection: connection.execute(sql, [before_ms]).rowcount
        ):
            count += deleted
        return count

    async def close(self) -> None:
        """Close the file."""
        await self._database.close()


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA:
        connection.execute(statement)


def _append(
    connection: sqlite3.Connection, update: str, job: str, lines: Sequence[Line]
) -> list[StoredLine]:
    connection.execute(
        "INSERT INTO updates (id, last_pos, written) VALUES (?, 0, ?) ON CONFLICT DO NOTHING",
        [update, int(time.time() * 1000)],
    )
    up, pos = connection.execute(
        "SELECT number, last_pos FROM updates WHERE id = ?", [update]
    ).fetchone()
    connection.execute(
        "INSERT INTO jobs (up, name, last_seq) VALUES (?, ?, 0) ON CONFLICT DO NOTHING", [up, job]
    )
    number, last = connection.execute(
        "SELECT number, last_seq FROM jobs WHERE up = ? AND name = ?", [up, job]
    ).fetchone()
    fresh: list[StoredLine] = []
    for line in lines:
        if line.seq > last:
            pos += 1
            last = line.seq
            fresh.append(
                StoredLine(pos, job, line.seq, line.ts, line.stage, line.stream, line.text)
            )
    if fresh:
        connection.executemany(
            "INSERT INTO lines (up, pos, job, seq, ts, stage, stream, text)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(up, f.pos, number, f.seq, f.ts, f.stage, f.stream, f.text) for f in fresh],
        )
        connection.execute("UPDATE jobs SET last_seq = ? WHERE number = ?", [last, number])
        connection.execute(
            "UPDATE updates SET last_pos = ?, written = ? WHERE number = ?",
            [pos, int(time.time() * 1000), up],
        )
    return fresh


def _lines(rows: Iterable[Any]) -> list[StoredLine]:
    return [StoredLine(*row) for row in rows]
