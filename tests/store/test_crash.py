"""A writer that is killed in mid-load: what it acknowledged is there, and feed and documents agree."""

import asyncio
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.core.store.protocol import FeedTrimmed, Store
from monitor.core.store.sqlite import open_sqlite

from .contract import PLAINS

WRITER = """
import asyncio, sys
from pathlib import Path
from monitor.core.store.protocol import Line
from monitor.core.store.sqlite import open_sqlite
from store.contract import PLAINS, Plain

async def write(store, worker):
    plains = store.collection(PLAINS)
    for n in range(100_000):
        row = await plains.insert(Plain(f"{n}", f"w{worker}"))
        print("insert", row.id, n, flush=True)
        row = await plains.replace(row.id, Plain(f"{n} again", f"w{worker}"), rev=row.rev)
        print("replace", row.id, row.rev, flush=True)
        if n % 3 == 0:
            await plains.delete(row.id)
            print("delete", row.id, 0, flush=True)
        await store.output.append("update", f"w{worker}", [Line(n + 1, 0, "", "out", str(n))])
        print("line", f"w{worker}", n + 1, flush=True)

async def main():
    store = await open_sqlite(Path(sys.argv[1]))
    await asyncio.gather(*(write(store, worker) for worker in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(
    tmp_path: Path, seed: int
) -> None:
    log = tmp_path / "log"
    with log.open("wb") as out:
        writer = subprocess.Popen(  # noqa: ASYNC220 - it is killed below
            [sys.executable, "-c", WRITER, tmp_path / "data"],
            stdout=out,
            cwd=Path(__file__).parent.parent,
        )
    while log.stat().st_size < 1_000:
        assert writer.poll() is None
        await asyncio.sleep(0.05)
    await asyncio.sleep(random.Random(seed).uniform(0.05, 0.5))
    writer.kill()
    writer.wait()
    said = [entry.split() for entry in log.read_text().splitlines() if entry.count(" ") == 2]
    deleted = {entry[1] for entry in said if entry[0] == "delete"}
    revisions = {entry[1]: int(entry[2]) for entry in said if entry[0] == "replace"}

    store = await open_sqlite(tmp_path / "data")
    plains = store.collection(PLAINS)
    rows = {row.id: row for row in await plains.find()}
    assert len(said) > 20
    for _, document, _ in (entry for entry in said if entry[0] == "insert"):
        # A delete may have happened without its acknowledgement having been printed.
        assert document in deleted or document in rows or document in revisions
    assert not deleted & rows.keys()
    for document, rev in revisions.items():
        if document in rows:
            assert rows[document].rev == rev
    for _, job, seq in (entry for entry in said if entry[0] == "line"):
        assert await store.output.last_seq("update", job) >= int(seq)
    lines = await store.output.read("update", limit=1_000_000)
    for job in await store.output.jobs("update"):
        seqs = [found.seq for found in lines if found.job == job]
        assert seqs == list(range(1, len(seqs) + 1))
    assert await replay(store) == {document: row.rev for document, row in rows.items()}
    await store.close()
    check = sqlite3.connect(tmp_path / "data" / "state.db")
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()


async def replay(store: Store) -> dict[str, int]:
    """The documents and revisions that follow from the feed alone."""
    seen: dict[str, int] = {}
    try:
        async with asyncio.timeout(5):
            async for change in store.changes(0):
                if change.op == "put":
                    seen[change.id] = change.rev
                if change.seq == await store.last_change():
                    break
    except FeedTrimmed:
        pytest.fail("the feed is too short for this test")
    return seen
