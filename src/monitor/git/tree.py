"""Files below a folder whose contents are not trusted: no path and no symbolic link leads out of it."""

import os
import secrets
import stat
from pathlib import Path

from monitor.git.errors import GitFailed

LARGEST_FILE = 1024 * 1024
"""Bytes of a file that is read whole."""


def inside(root: Path, path: str, what: str) -> Path:
    """`path` below `root` with all links resolved; `what` names it. Raises GitFailed if it leads out of `root`."""
    if "\0" in path or len(path) > 4096:  # noqa: PLR2004 - PATH_MAX
        raise GitFailed(f"The {what} can't be: it is no path")
    real = root.resolve()
    try:
        found = (real / path.lstrip("/")).resolve()
    except (OSError, RuntimeError) as error:
        raise GitFailed(f"The {what} {path!a} cannot be followed") from error
    if not found.is_relative_to(real):
        raise GitFailed(f"The {what} {path!a} leads out of the folder {real}")
    return found


def folder_inside(root: Path, path: str, what: str) -> Path:
    """Like `inside`, for a folder that is there. Raises GitFailed."""
    found = inside(root, path, what)
    if not found.is_dir():
        raise GitFailed(f"The {what} {path!a} is no folder that is there")
    return found


def file_inside(root: Path, path: str, what: str) -> Path:
    """Like `inside`, for a regular file that is there. Raises GitFailed."""
    found = inside(root, path, what)
    if not found.is_file():
        raise GitFailed(f"The {what} {path!a} is no file that is there")
    return found


def read_inside(root: Path, path: str, what: str) -> str:
    """The text of a file of at most 1 MiB. Raises GitFailed."""
    found = file_inside(root, path, what)
    fd = os.open(found, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise GitFailed(f"The {what} {path!a} is no regular file")
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise GitFailed(f"The {what} {path!a} is larger than 1 MiB")
    return data.decode(errors="replace")


def write_inside(root: Path, path: str, data: bytes, what: str, *, mode: int = 0o644) -> Path:
    """Write a file whole, making folders on the way. A link at its place is replaced, not followed. Raises GitFailed."""
    folder, _, name = path.rpartition("/")
    if name in {"", ".", ".."}:
        raise GitFailed(f"The {what} {path!a} names no file")
    parent = inside(root, folder or ".", what)
    part = parent / f".{secrets.token_hex(8)}.part"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        try:
            with os.fdopen(fd, "wb") as file:
                os.fchmod(fd, mode)
                file.write(data)
            part.replace(parent / name)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise GitFailed(f"The {what} {path!a} cannot be written: {error.strerror}") from error
    return parent / name
