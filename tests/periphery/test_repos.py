"""Clones on a server: fetched with a user's commands, thrown away, renamed, and kept inside their root."""

import time
import uuid
from pathlib import Path

import pytest
from msgspec.structs import replace

from docker_fixtures import docker
from git_fixtures import GIT_TOKEN, GIT_USER, GitServer, Repository, SshServer
from monitor.link.builds import (
    DeleteRepo,
    FetchDone,
    FetchRepo,
    GitSource,
    RenameRepo,
    ShellCommand,
)
from monitor.periphery.places import Places
from monitor.periphery.trash import KEPT_SECONDS, expire

from .conftest import Agent, value


@pytest.fixture
def repository(git_server: GitServer, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GIT_SSL_CAINFO", str(git_server.certificate))
    return git_server.repository(f"private/{uuid.uuid4().hex}")


@pytest.fixture
def fetch(git_server: GitServer, repository: Repository) -> FetchRepo:
    source = GitSource(
        provider=git_server.provider, repo=repository.name, username=GIT_USER, token=GIT_TOKEN
    )
    return FetchRepo(path="web", source=source)


async def test_a_repo_is_cloned_pulled_and_cloned_anew_with_its_commands(
    agent: Agent, repository: Repository, fetch: FetchRepo
) -> None:
    first = repository.commit({"a": "1", "sub/x": ""}, "First")
    fetch = replace(
        fetch,
        on_clone=ShellCommand(
            path="sub", command="# a comment\npwd >> ../log\necho cloned >> ../log"
        ),
        on_pull=ShellCommand(command="cat .env >> log"),
        environment=(("KEY", "some value"),),
    )
    done = await agent.run(fetch)
    assert done.result.status == "done", done.text
    assert done.stages == [
        (name, True)
        for name in ("Clone Repo", "Latest Commit", "Write Environment File", "On Clone", "On Pull")
    ]
    assert value(done, FetchDone) == FetchDone(commit_hash=first, commit_message="First")
    folder = agent.places.repos / "web"
    assert (folder / "log").read_text() == f"{folder}/sub\ncloned\nKEY=some value\n"
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600
    repository.commit({"a": "2"}, "Second")
    pulled = await agent.run(fetch)
    assert pulled.stages[0] == ("Git Pull", True)
    assert "On Clone" not in [name for name, _ in pulled.stages]
    assert (folder / "a").read_text() == "2"
    assert (folder / "log").exists()
    anew = await agent.run(replace(fetch, mode="clone"))
    assert anew.stages[0] == ("Clone Repo", True)
    assert (folder / "log").read_text().count("\ncloned\n") == 1
    assert len(list(agent.places.trash.iterdir())) == 1


async def test_a_command_that_fails_ends_the_job_with_its_last_lines(
    agent: Agent, repository: Repository, fetch: FetchRepo
) -> None:
    repository.commit({"a": "1"})
    command = ShellCommand(command="echo one\necho two >&2\nfalse\necho never")
    done = await agent.run(replace(fetch, on_clone=command))
    assert done.result.status == "failed"
    assert done.result.message == "exit code 1: two"
    assert done.stages[-1] == ("On Clone", False)
    assert "never" not in [line.text for line in done.lines]


async def test_a_failed_clone_leaves_the_old_one(
    agent: Agent, repository: Repository, fetch: FetchRepo
) -> None:
    repository.commit({"a": "1"})
    await agent.run(fetch)
    gone = replace(fetch, mode="clone", source=replace(fetch.source, branch="none"))
    done = await agent.run(gone)
    assert done.result.message == "There is no branch 'none'"
    assert (agent.places.repos / "web" / "a").read_text() == "1"
    assert [path.name for path in agent.places.repos.iterdir()] == ["web"]


async def test_a_deploy_key_is_gone_with_its_job(
    agent: Agent, repository: Repository, fetch: FetchRepo, ssh_server: SshServer
) -> None:
    repository.commit({"a": "1"})
    source = GitSource(
        provider=ssh_server.provider, repo=repository.name, token=ssh_server.deploy_key
    )
    look = ShellCommand(command="env; cat .git/config")
    done = await agent.run(replace(fetch, source=source, on_clone=look))
    assert done.result.status == "done", done.text
    secret = ssh_server.deploy_key.splitlines()[1]
    assert secret not in done.text
    for file in agent.places.root.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file
    assert not list(agent.engine.tmp.iterdir())


async def test_a_repo_is_deleted_into_the_trash_but_not_from_under_a_container(
    agent: Agent, repository: Repository, fetch: FetchRepo, busybox_image: str, container_name: str
) -> None:
    repository.commit({"a": "1", "data/b": ""})
    await agent.run(fetch)
    folder = agent.places.repos / "web"
    docker("create", "--name", container_name, "-v", f"{folder}/data:/data", busybox_image)
    for command in (
        DeleteRepo(path="web"),
        RenameRepo(path="web", new_path="new"),
        replace(fetch, mode="clone"),
    ):
        done = await agent.run(command)
        assert done.result.message == f"The container {container_name} mounts {folder}/data"
        assert (folder / "a").exists()
    docker("rm", container_name)
    done = await agent.run(DeleteRepo(path="web"))
    assert done.stages == [("Delete Repo", True)]
    assert not folder.exists()
    (thrown,) = agent.places.trash.iterdir()
    assert (thrown / "a").read_text() == "1"
    expire(agent.places, time.time() + KEPT_SECONDS - 60)
    assert thrown.exists()
    expire(agent.places, time.time() + KEPT_SECONDS + 60)
    assert not thrown.exists()
    again = await agent.run(DeleteRepo(path="web"))
    assert again.result.status == "done"


async def test_a_repo_is_renamed_and_nothing_is_overwritten(
    agent: Agent, repository: Repository, fetch: FetchRepo
) -> None:
    repository.commit({"a": "1"})
    await agent.run(fetch)
    await agent.run(replace(fetch, path="other"))
    done = await agent.run(RenameRepo(path="web", new_path="other"))
    assert "something at" in done.result.message
    done = await agent.run(RenameRepo(path="web", new_path="new"))
    assert done.stages == [("Rename Repo", True)]
    assert (agent.places.repos / "new" / "a").exists()


@pytest.mark.parametrize(
    "path",
    ["", ".", "..", "a/../../b", "../jobs", "a\0b", "a\nb", "/etc", "{root}/jobs", "{root}/repos"],
)
async def test_a_path_outside_of_the_agents_folders_is_refused(
    agent: Agent, repository: Repository, fetch: FetchRepo, path: str
) -> None:
    repository.commit({"a": "1"})
    path = path.format(root=agent.places.root)
    for command in (
        replace(fetch, path=path, mode="clone"),
        DeleteRepo(path=path),
        RenameRepo(path="web", new_path=path),
    ):
        done = await agent.run(command)
        assert done.result.status == "failed"
        assert "The path" in done.result.message


@pytest.mark.parametrize("file", ["out/env", "../env", ".git/../../env"])
async def test_an_environment_file_stays_in_the_clone(
    agent: Agent, repository: Repository, fetch: FetchRepo, tmp_path: Path, file: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    repository.commit({"a": "1"}, links={"out": str(outside), ".env": str(outside / "x")})
    done = await agent.run(replace(fetch, environment=(("K", "v"),), env_file_path=file))
    assert "leads out of the folder" in done.result.message
    done = await agent.run(replace(fetch, environment=(("K", "v"),)))
    assert done.result.status == "done"
    assert not list(outside.iterdir())


def test_allowed_folders_take_absolute_paths_and_never_the_agents_own(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "link").symlink_to("/etc")
    places = Places(root, (tmp_path / "open",))
    assert places.repo(f"{tmp_path}/open/app") == tmp_path / "open" / "app"
    everything = Places(root, (Path("/"),))
    assert everything.repo("/srv/app") == Path("/srv/app")
    for refused, of in (
        (f"{tmp_path}/open/link/x", places),
        (f"{tmp_path}/open/link", places),
        (f"{tmp_path}/other", places),
        (f"{root}/keys", everything),
        (f"{root}", everything),
        (f"{tmp_path}", everything),
    ):
        with pytest.raises(Exception, match="outside of the folders"):
            of.repo(refused)
