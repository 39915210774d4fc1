"""Keeping a clone's environment file out of the build context, and so out of the image.

The builder is told by the ignore file it reads. That is changed while the build runs and put back after it; should
the agent die in between, the next build puts it back.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from monitor.git.errors import GitFailed
from monitor.git.tree import read_inside
from monitor.periphery.job import JobFailed

_KEPT = ".monitor-kept"
_NAME = ".dockerignore"


@contextmanager
def without_file(root: Path, context: Path, dockerfile: Path, hidden: Path) -> Generator[bool]:
    """Leave the file `hidden` out of the context; tells whether there was anything to do.

    A user who wants it in the image says so: a line `!<path>` in the ignore file. Raises JobFailed.
    """
    files = [context / _NAME]
    if dockerfile.is_relative_to(root):
        files.append(dockerfile.with_name(dockerfile.name + _NAME))
    for file in files:
        _put_back(file)
    if not hidden.is_file() or not hidden.is_relative_to(context):
        yield False
        return
    path = str(hidden.relative_to(context))
    changed = [file for file in files if file.name == _NAME or file.exists()]
    changed = [file for file in changed if not _asked_for(root, file, path)]
    try:
        for file in changed:
            _add_line(root, file, path)
        yield bool(changed)
    finally:
        for file in changed:
            if not _put_back(file):
                file.unlink(missing_ok=True)


def _text(root: Path, file: Path) -> str:
    if not file.exists() and not file.is_symlink():
        return ""
    try:
        return read_inside(root, str(file.relative_to(root)), "ignore file")
    except GitFailed as error:
        raise JobFailed(str(error)) from error


def _asked_for(root: Path, file: Path, path: str) -> bool:
    lines = (line.strip() for line in _text(root, file).splitlines())
    return f"!{path}" in {line.replace("!/", "!").replace("!./", "!") for line in lines}


def _add_line(root: Path, file: Path, path: str) -> None:
    text = _text(root, file)
    if file.exists() or file.is_symlink():
        file.rename(file.with_name(file.name + _KEPT))
    escaped = "".join(f"\\{letter}" if letter in "*?[\\" else letter for letter in path)
    file.write_text(f"{text.rstrip()}\n{escaped}\n**/*{_KEPT}\n")


def _put_back(file: Path) -> bool:
    kept = file.with_name(file.name + _KEPT)
    if not kept.exists() and not kept.is_symlink():
        return False
    kept.replace(file)
    return True
