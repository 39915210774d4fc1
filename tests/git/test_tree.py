"""Files below a folder that is not trusted: nothing leads out of it."""

import os
from pathlib import Path

import pytest

from monitor.git.errors import GitFailed
from monitor.git.tree import file_inside, folder_inside, inside, read_inside, write_inside


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "clone"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "file").write_text("text")
    (tmp_path / "outside").write_text("secret")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "up").symlink_to("..")
    (root / "in").symlink_to("sub/file")
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize(
    "path", ["..", "../outside", "sub/../../outside", "out", "up/outside", "a\0"]
)
def test_a_path_that_leads_out_is_refused_by_name(root: Path, path: str) -> None:
    with pytest.raises(GitFailed, match="The Dockerfile"):
        inside(root, path, "Dockerfile")
    with pytest.raises(GitFailed, match="The Dockerfile"):
        read_inside(root, path, "Dockerfile")


def test_paths_and_links_that_stay_inside_are_followed(root: Path) -> None:
    assert inside(root, "/sub", "path") == root / "sub"
    assert read_inside(root, "in", "file") == "text"
    assert file_inside(root, "in", "file") == root / "sub" / "file"
    assert folder_inside(root, ".", "folder") == root


@pytest.mark.parametrize("path", ["loop", "pipe", "none", "sub"])
def test_what_is_no_file_is_not_read(root: Path, path: str) -> None:
    with pytest.raises(GitFailed, match="The file"):
        read_inside(root, path, "file")


def test_writing_replaces_a_link_and_follows_none(root: Path) -> None:
    written = write_inside(root, "out", b"new", "file", mode=0o600)
    assert written.read_text() == "new"
    assert written.stat().st_mode & 0o777 == 0o600
    assert (root.parent / "outside").read_text() == "secret"
    for path in ("up/outside", "../x", "..", ""):
        with pytest.raises(GitFailed):
            write_inside(root, path, b"new", "file")
    assert (root.parent / "outside").read_text() == "secret"
    write_inside(root, "a/b/c", b"deep", "file")
    assert (root / "a" / "b" / "c").read_text() == "deep"
