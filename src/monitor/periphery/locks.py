"""Who may change what at the same time: one change per container or folder, and no prune while a swap is under way."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from monitor.periphery.job import Job


class Locks:
    """The locks of one engine."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._names: set[str] = set()
        self._folders: set[Path] = set()
        self._swaps = 0
        self._builds = 0
        self._prunes = 0
        self._pruning = False

    @asynccontextmanager
    async def names(self, job: Job, *names: str) -> AsyncGenerator[None]:
        """Hold these containers' names. Raises JobCancelled if the job is cancelled while it waits."""
        wanted = set(names)
        await self._take(job, lambda: not wanted & self._names, "another change of the container")
        self._names |= wanted
        try:
            yield
        finally:
            self._names -= wanted
            self._tell()

    @asynccontextmanager
    async def folders(self, job: Job, *folders: Path) -> AsyncGenerator[None]:
        """Hold these folders. Raises JobCancelled if the job is cancelled while it waits."""
        wanted = set(folders)
        await self._take(job, lambda: not wanted & self._folders, "another job in this folder")
        self._folders |= wanted
        try:
            yield
        finally:
            self._folders -= wanted
            self._tell()

    @asynccontextmanager
    async def swap(self, job: Job, *names: str) -> AsyncGenerator[None]:
        """Hold these names, and keep prunes away."""
        async with self.names(job, *names):
            await self._take(job, self._may_swap, "a prune or a recovery")
            self._swaps += 1
            try:
                yield
            finally:
                self._swaps -= 1
                self._tell()

    def _may_swap(self) -> bool:
        """Not while a prune works or is next; one that waits for a build may wait for a deploy too."""
        return not self._pruning and (not self._prunes or self._builds > 0)

    @asynccontextmanager
    async def build(self, job: Job) -> AsyncGenerator[None]:
        """Keep prunes away from what is being built and pushed."""
        await self._take(job, lambda: not self._prunes, "a prune or a recovery")
        self._builds += 1
        try:
            yield
        finally:
            self._builds -= 1
            self._tell()

    @asynccontextmanager
    async def alone(self, job: Job) -> AsyncGenerator[None]:
        """Wait for swaps and builds that are under way, then keep others away: for prunes and recoveries."""
        self._prunes += 1
        try:
            await self._take(job, self._may_be_alone, "a deploy or a build")
            self._pruning = True
            try:
                yield
            finally:
                self._pruning = False
        finally:
            self._prunes -= 1
            self._tell()

    def _may_be_alone(self) -> bool:
        return not self._swaps and not self._builds and not self._pruning

    async def _take(self, job: Job, free: Callable[[], bool], holder: str) -> None:
        if not free():
            job.line(f"Waiting for {holder} to end.")
        while not free():
            await job.race(self._changed.wait())

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
