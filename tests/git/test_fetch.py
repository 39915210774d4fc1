"""Fetching from real servers: over https with a token and over ssh with a key, and what hostile ones cannot do."""

import asyncio
import os
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from git_fixtures import GIT_TOKEN, GIT_USER, GitServer, Repository, SshServer, git
from monitor.git.errors import GitCancelled, GitFailed
from monitor.git.fetch import Commit, fetch, latest
from monitor.link.builds import GitSource


class Place:
    """A folder to clone to, and what is said meanwhile."""

    def __init__(self, path: Path, server: GitServer) -> None:
        self.root = path
        self.folder = path / "clone"
        self.lines: list[str] = []
        self.environ: Mapping[str, str] = {**os.environ, **server.environ}
        self.cancel = asyncio.Event()

    async def fetch(self, source: GitSource, *, clean: bool = False) -> Commit:
        scratch = self.root / uuid.uuid4().hex
        return await fetch(
            source,
            self.folder,
            scratch=scratch,
            known_hosts=self.root / "known_hosts",
            on_line=lambda _, text: self.lines.append(text),
            cancel=self.cancel,
            seconds=30,
            clean=clean,
            environ=self.environ,
        )

    async def latest(self, source: GitSource) -> str:
        return await latest(
            source,
            scratch=self.root / uuid.uuid4().hex,
            known_hosts=self.root / "known_hosts",
            environ=self.environ,
        )

    def text(self, path: str) -> str:
        return (self.folder / path).read_text()


@pytest.fixture
def place(tmp_path: Path, git_server: GitServer) -> Place:
    return Place(tmp_path, git_server)


@pytest.fixture
def repository(git_server: GitServer) -> Repository:
    return git_server.repository(f"private/{uuid.uuid4().hex}")


@pytest.fixture
def source(git_server: GitServer, repository: Repository) -> GitSource:
    return GitSource(
        provider=git_server.provider, repo=repository.name, username=GIT_USER, token=GIT_TOKEN
    )


async def test_a_clone_is_shallow_and_a_second_fetch_brings_it_to_the_tip(
    place: Place, repository: Repository, source: GitSource
) -> None:
    repository.commit({"a": "1", "gone": "x"}, "First")
    tip = repository.commit({"a": "2"}, "Second\n\nwith a body")
    assert await place.fetch(source) == Commit(hash=tip, message="Second")
    assert place.text("a") == "2"
    assert (place.folder / ".git" / "shallow").exists()
    (place.folder / "a").write_text("changed by hand")
    (place.folder / "mine").write_text("not tracked")
    (repository.copy / "gone").unlink()
    tip = repository.commit({"a": "3"}, "Third")
    assert (await place.fetch(source)).hash == tip
    assert place.text("a") == "3"
    assert place.text("mine") == "not tracked"
    assert not (place.folder / "gone").exists()
    assert await place.latest(source) == tip
    await place.fetch(source, clean=True)
    assert not (place.folder / "mine").exists()


async def test_the_token_is_in_no_file_of_the_clone(
    place: Place, repository: Repository, source: GitSource
) -> None:
    repository.commit({"a": "1"})
    await place.fetch(source)
    assert f"url = https://{source.provider}/{source.repo}" in place.text(".git/config")
    for file in place.folder.rglob("*"):
        if file.is_file():
            assert GIT_TOKEN.encode() not in file.read_bytes()
    assert GIT_TOKEN not in "\n".join(place.lines)


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_without_its_token_a_private_repository_is_refused_in_a_sentence(
    place: Place, repository: Repository, source: GitSource, token: str
) -> None:
    repository.commit({"a": "1"})
    with pytest.raises(GitFailed, match=r"The git server (asks for a login|refuses the account)"):
        await place.fetch(replace(source, token=token))


async def test_a_branch_or_tag_is_followed_and_a_missing_one_named(
    place: Place, repository: Repository, source: GitSource
) -> None:
    repository.commit({"a": "main"})
    tip = repository.commit({"a": "side"}, branch="feature/$(id);x")
    assert (await place.fetch(replace(source, branch="feature/$(id);x"))).hash == tip
    git(repository.bare, "tag", "v1", tip)
    assert (await place.fetch(replace(source, branch="v1"))).hash == tip
    assert await place.latest(replace(source, branch="v1")) == tip
    with pytest.raises(GitFailed, match="There is no branch 'none'"):
        await place.fetch(replace(source, branch="none"))
    with pytest.raises(GitFailed, match="There is no branch 'none'"):
        await place.latest(replace(source, branch="none"))


async def test_a_pinned_commit_is_checked_out_also_by_a_short_hash(
    place: Place, repository: Repository, source: GitSource
) -> None:
    first = repository.commit({"a": "1"}, "First")
    second = repository.commit({"a": "2"}, "Second")
    repository.commit({"a": "3"}, "Third")
    assert await place.fetch(replace(source, commit=first)) == Commit(hash=first, message="First")
    assert place.text("a") == "1"
    assert (await place.fetch(replace(source, commit=second[:8]))).hash == second
    assert place.text("a") == "2"
    with pytest.raises(GitFailed, match="There is no commit abcdef0"):
        await place.fetch(replace(source, commit="abcdef0"))


async def test_an_old_server_gives_a_pinned_commit_with_its_history(
    place: Place, repository: Repository, source: GitSource, git_server: GitServer
) -> None:
    first = repository.commit({"a": "1"}, "First")
    repository.commit({"a": "2"}, "Second")
    git_server.old.add(repository.name)
    await place.fetch(source)
    assert (await place.fetch(replace(source, commit=first))).hash == first
    assert place.text("a") == "1"
    assert any("fetching the whole history" in line for line in place.lines)


async def test_an_old_server_gives_a_submodule_with_its_history(
    place: Place, repository: Repository, source: GitSource, git_server: GitServer
) -> None:
    inner = git_server.repository(f"private/{uuid.uuid4().hex}")
    old = inner.commit({"b": "old"})
    inner.commit({"b": "new"})
    git_server.old.add(inner.name)
    repository.commit({"a": "1"})
    repository.add_submodule("sub", f"../{inner.name.split('/')[1]}", old)
    repository.publish()
    await place.fetch(source)
    assert place.text("sub/b") == "old"


async def test_a_machine_without_git_says_so(place: Place, source: GitSource) -> None:
    place.environ = {**place.environ, "PATH": str(place.root)}
    with pytest.raises(GitFailed, match="git is not installed"):
        await place.fetch(source)


async def test_submodules_come_along_and_the_token_goes_to_no_other_host(
    place: Place, repository: Repository, source: GitSource, git_server: GitServer
) -> None:
    inner = git_server.repository(f"private/{uuid.uuid4().hex}")
    old = inner.commit({"b": "old"})
    inner.commit({"b": "new"})
    repository.commit({"a": "1"})
    repository.add_submodule("sub", f"../{inner.name.split('/')[1]}", old)
    repository.publish()
    await place.fetch(source)
    assert place.text("sub/b") == "old"
    git_server.logins.clear()
    repository.add_submodule("evil", f"https://{git_server.elsewhere}/{inner.name}", old)
    repository.publish()
    with pytest.raises(GitFailed):
        await place.fetch(source)
    assert {host for host, _ in git_server.logins} == {git_server.provider}


@pytest.mark.parametrize(
    "url", ["ext::sh -c 'touch {mark}'", "file://{root}", "{root}", "http://localhost:1/x"]
)
async def test_a_submodule_of_another_protocol_is_refused(
    place: Place, repository: Repository, source: GitSource, url: str
) -> None:
    mark = place.root / "mark"
    tip = repository.commit({"a": "1"})
    repository.add_submodule("sub", url.format(mark=mark, root=repository.bare), tip)
    repository.publish()
    with pytest.raises(GitFailed, match=r"not allowed|submodule|clone of"):
        await place.fetch(source)
    assert not mark.exists()


async def test_a_redirect_to_another_host_is_not_given_the_token(
    place: Place, repository: Repository, source: GitSource, git_server: GitServer
) -> None:
    repository.commit({"a": "1"})
    git_server.redirect["/moved/"] = f"https://{git_server.elsewhere}/"
    git_server.logins.clear()
    with pytest.raises(GitFailed):
        await place.fetch(replace(source, repo=f"moved/{repository.name}"))
    assert not git_server.logins


async def test_hooks_filters_and_remotes_in_a_clone_take_no_effect(
    place: Place, repository: Repository, source: GitSource
) -> None:
    repository.commit({"a": "1", ".gitattributes": "* filter=evil\n"})
    await place.fetch(source)
    mark = place.root / "mark"
    hooks = place.folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch {mark}\n")
    (hooks / "post-checkout").chmod(0o755)
    with (place.folder / ".git" / "config").open("a") as config:
        config.write(
            f'[filter "evil"]\n\tsmudge = touch {mark}\n[core]\n\tfsmonitor = touch {mark}\n'
        )
    repository.commit({"a": "2"})
    await place.fetch(source)
    assert place.text("a") == "2"
    assert not mark.exists()


async def test_a_folder_that_is_no_clone_is_left_alone(
    place: Place, repository: Repository, source: GitSource
) -> None:
    repository.commit({"a": "1"})
    place.folder.mkdir()
    (place.folder / "a").write_text("mine")
    with pytest.raises(GitFailed, match="not empty and no clone"):
        await place.fetch(source)
    assert place.text("a") == "mine"
    link = place.root / "link"
    link.symlink_to(place.folder)
    place.folder = link
    with pytest.raises(GitFailed, match="is a link"):
        await place.fetch(source)


async def test_a_deploy_key_clones_over_ssh_and_a_changed_host_is_refused(
    place: Place, repository: Repository, source: GitSource, ssh_server: SshServer
) -> None:
    tip = repository.commit({"a": "1"})
    key = replace(source, provider=ssh_server.provider, username="", token=ssh_server.deploy_key)
    assert (await place.fetch(key)).hash == tip
    assert await place.latest(key) == tip
    assert f"[127.0.0.1]:{ssh_server.port}" in (place.root / "known_hosts").read_text()
    with pytest.raises(GitFailed, match="refuses the deploy key"):
        await place.latest(replace(key, token=ssh_server.other_key))
    ssh_server.change_host_key()
    with pytest.raises(GitFailed, match="host key is another"):
        await place.fetch(key)


async def test_a_fetch_is_cancelled_at_once(
    place: Place, repository: Repository, source: GitSource
) -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    silent = GitSource(provider=f"127.0.0.1:{port}", repo="a/b", https=False)
    work = asyncio.create_task(place.fetch(silent))
    while not (place.folder / ".git" / "config").exists():
        await asyncio.sleep(0.01)
    start = time.monotonic()
    place.cancel.set()
    with pytest.raises(GitCancelled):
        await work
    assert time.monotonic() - start < 2
    server.close()
