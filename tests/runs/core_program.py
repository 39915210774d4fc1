"""A Core to be killed: starts the runs it is told to (the same keys each time), and says when all are complete."""

import asyncio
import json
import sys
from pathlib import Path

from monitor.api.update import UpdateStatus

from .parts import Core, RunScript, core, id_of

COUNT = 4
LINES = 40


def script(folder: Path, number: int) -> str:
    """Notes that it ran, then prints lines for a second or so."""
    return (
        f"echo ran >> {folder}/ran.{number}; i=0;"
        f" while [ $i -lt {LINES} ]; do i=$((i+1)); echo line $i; sleep 0.03; done"
    )


def target(number: int) -> str:
    return f"{number:024x}"


async def drive(app: Core, folder: Path) -> None:
    for number in range(COUNT):
        request = RunScript(deployment=target(number), script=script(folder, number))
        update = await app.start(request, key=f"key {number}")
        print(json.dumps(id_of(update)), flush=True)
    while any(r.status is not UpdateStatus.COMPLETE for r in app.runs.running()):
        await asyncio.sleep(0.02)
    print(json.dumps("complete"), flush=True)
    await asyncio.Event().wait()


async def main(folder: Path, port: int) -> None:
    async with core(folder, port) as app:
        await drive(app, folder)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
