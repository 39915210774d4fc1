"""Where the agent keeps clones, and where else on its host Core may have files read and written.

All of it is below the agent's root: `repos/<name>`, `builds/<name>`, `trash/`, `known_hosts`. Absolute paths are allowed
below `repos`, `builds` and the folders of the setting `allowed_dirs` alone, links resolved. The agent's keys, jobs and
temporary files are out of reach, also where an allowed folder contains them.
"""

import os
from pathlib import Path

from msgspec import Struct

from monitor.git.errors import GitFailed
from monitor.git.tree import inside
from monitor.periphery.job import JobFailed

_LONGEST_NAME = 200


class Places(Struct, frozen=True):
    """The folders of one agent. `allowed` are further ones, as its settings have them."""

    root: Path
    allowed: tuple[Path, ...] = ()

    @property
    def repos(self) -> Path:
        """Clones of repos, and of builds that have a linked repo."""
        return self.root / "repos"

    @property
    def builds(self) -> Path:
        """Clones and files of builds."""
        return self.root / "builds"

    @property
    def trash(self) -> Path:
        """What was deleted, for a while."""
        return self.root / "trash"

    @property
    def known_hosts(self) -> Path:
        """Keys of the ssh servers met so far."""
        return self.root / "known_hosts"

    def repo(self, path: str) -> Path:
        """The folder of a clone. Raises JobFailed."""
        if path.startswith("/"):
            return self.absolute(path, "path")
        for name in path.split("/"):
            _check_name(name, "path")
        return _below(self.repos, path, "path")

    def build(self, name: str) -> Path:
        """The folder of a build. Raises JobFailed."""
        _check_name(name, "name of the build")
        return _below(self.builds, name, "name of the build")

    def absolute(self, path: str, what: str) -> Path:
        """An absolute path that may be used, its folder's links resolved. Raises JobFailed."""
        if "\0" in path or ".." in path.split("/"):
            raise JobFailed(f"The {what} {path!a} can't be used: it has .. in it")
        plain = Path(os.path.normpath(path))
        found = plain.parent.resolve() / plain.name
        if self._is_allowed(found) and self._is_allowed(found.resolve()):
            return found
        raise JobFailed(
            f"The {what} {path!a} is outside of the folders this agent may use. They are {self.repos}, {self.builds} "
            "and those of its setting allowed_dirs (PERIPHERY_ALLOWED_DIRS)"
        )

    def _is_allowed(self, path: Path) -> bool:
        own = (self.repos.resolve(), self.builds.resolve())
        if path.is_relative_to(self.root.resolve()):
            return any(path != one and path.is_relative_to(one) for one in own)
        below = (one.resolve() for one in self.allowed)
        holds_own = self.root.resolve().is_relative_to(path)
        return not holds_own and any(path.is_relative_to(one) for one in below)


def _below(folder: Path, path: str, what: str) -> Path:
    parent, _, name = path.rpartition("/")
    try:
        return inside(folder, parent or ".", what) / name
    except GitFailed as error:
        raise JobFailed(str(error)) from error


def _check_name(name: str, what: str) -> None:
    bad = (
        not name.strip()
        or name in {".", ".."}
        or "/" in name
        or len(name.encode(errors="replace")) > _LONGEST_NAME
        or not name.isprintable()
    )
    if bad:
        raise JobFailed(f"The {what} {name!a} can't be the name of a folder")
