"""Clones that Core reads from itself: one for each source, made at need, bounded in age and size."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from monitor.git.address import address
from monitor.git.fetch import Commit, fetch, latest

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from monitor.link.builds import GitSource

FETCH_SECONDS = 120.0
LARGEST_BYTES = 2 * 1024**3
OLDEST_SECONDS = 7 * 86_400
_AT_ONCE = 4


class RepoCache:
    """Shallow clones below one folder, each used by one at a time. `prune` keeps the folder within bounds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._few = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def clone(self, source: GitSource) -> AsyncGenerator[tuple[Path, Path, Commit]]:
        """The source's clone as it is now, a private folder for credentials, and the commit. Raises GitFailed."""
        key = _key(source)
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock, self._few:
            folder, scratch = self._folder / key, self._scratch(key)
            try:
                commit = await fetch(
                    source,
                    folder,
                    scratch=scratch,
                    known_hosts=self.known_hosts,
                    on_line=lambda _stream, _text: None,
                    seconds=FETCH_SECONDS,
                    clean=True,
                    submodules=False,
                )
                folder.touch()
                yield folder, scratch, commit
            finally:
                await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)

    async def latest(self, source: GitSource) -> str:
        """The full hash of the branch's newest commit. Raises GitFailed."""
        key = f"{_key(source)}-latest"
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock, self._few:
            scratch = self._scratch(key)
            try:
                return await latest(source, scratch=scratch, known_hosts=self.known_hosts)
            finally:
                await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)

    @property
    def known_hosts(self) -> Path:
        """The ssh hosts that were met."""
        return self._folder / "known_hosts"

    def _scratch(self, key: str) -> Path:
        """A private folder, without what a killed Core left there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        scratch = self._folder / f"{key}.scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        return scratch

    async def prune(self) -> None:
        """Delete clones that nobody used for a week, then the longest unused ones until 2 GiB are left at most."""
        if not self._folder.is_dir():
            return
        sizes = await asyncio.to_thread(_sizes, self._folder)
        total = sum(size for _, size in sizes.values())
        now = time.time()
        for name, (used, size) in sorted(sizes.items(), key=lambda item: item[1][0]):
            key = name.removesuffix(".scratch")
            lock = self._locks.get(key) or self._locks.get(f"{key}-latest")
            if lock is not None and lock.locked():
                continue
            old = now - used > OLDEST_SECONDS or name.endswith(".scratch")
            if old or total > LARGEST_BYTES:
                await asyncio.to_thread(shutil.rmtree, self._folder / name, ignore_errors=True)
                total -= size


def _sizes(folder: Path) -> dict[str, tuple[float, int]]:
    """When each clone was last used, and its bytes."""
    return {
        clone.name: (
            clone.stat().st_mtime,
            sum(file.lstat().st_size for file in clone.rglob("*") if not file.is_dir()),
        )
        for clone in folder.iterdir()
        if clone.is_dir() and not clone.is_symlink()
    }


def _key(source: GitSource) -> str:
    """A folder's name. The account is part of it: what one may read, another may not. Raises GitFailed."""
    parts = (address(source).url, source.branch, source.commit, source.username)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
