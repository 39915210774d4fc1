"""What only a Repo does: its references, its folder's name, and what it refuses."""

from collections.abc import Callable
from typing import Any

import pytest

from monitor.api.repo import (
    CancelRepoBuild,
    CloneRepo,
    CopyRepo,
    CreateRepo,
    DeleteRepo,
    GetRepo,
    GetRepoActionState,
    GetReposSummary,
    ListRepos,
    RenameRepo,
    RepoQuery,
    RepoQuerySpecifics,
    RepoSortBy,
    RepoState,
)
from monitor.api.server import GetServer
from monitor.api.update import Outcome
from monitor.client import Client
from world import until

Refused = Callable[..., Any]


async def test_a_repo_has_its_server_by_name_and_its_name_is_a_folders(
    admin: Client, name: str
) -> None:
    server = await admin.send(GetServer(server="alpha"))
    config = {
        "server": "alpha",
        "repo": "/me/app.git",
        "environment": [{"variable": "A", "value": "1"}],
        "on_clone": {"path": "sub", "command": "make"},
    }
    repo = await admin.send(CreateRepo(name=f"my repo/{name}", config=config))
    assert repo.name == f"my_repo_{name}"
    assert (repo.config.server_id, repo.config.repo) == (server.id, "me/app")
    assert repo.config.on_clone.command == "make\n"
    item = next(i for i in await admin.send(ListRepos()) if i.name == repo.name)
    assert (item.info.server_name, item.info.state) == ("alpha", RepoState.OK)
    assert item.info.repo_link == "https://github.com/me/app"
    await admin.send(RenameRepo(id=repo.id, name=name))
    assert (await admin.send(GetRepo(repo=repo.id))).name == name
    copy = await admin.send(CopyRepo(name=f"{name}-copy", id=name))
    assert copy.config.repo == "me/app"
    assert (await admin.send(DeleteRepo(id=copy.id))).name == f"{name}-copy"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"repo": "-x/y"}, "repo"),
        ({"repo": "a/b", "branch": "a..b"}, "branch"),
        ({"repo": "a/b", "git_provider": "file:///etc"}, "provider"),
        ({"path": "../elsewhere"}, "path"),
        ({"env_file_path": "../.env"}, "env_file_path"),
        ({"environment": "nothing"}, "environment"),
    ],
)
async def test_a_config_that_cannot_be_is_refused(
    admin: Client, name: str, refused: Refused, config: dict[str, Any], words: str
) -> None:
    with refused(400, words):
        await admin.send(CreateRepo(name=name, config=config))


async def test_lists_filter_and_sort(admin: Client, name: str) -> None:
    for number in (1, 2):
        config = {"server": "alpha", "repo": f"{name}/{3 - number}", "branch": f"b{number}"}
        await admin.send(CreateRepo(name=f"{name}-{number}", config=config))

    async def listed(**specific: Any) -> list[str]:
        query = RepoQuery(terms=(name,), specific=RepoQuerySpecifics(**specific))
        found = await admin.send(ListRepos(query=query, sort_by=RepoSortBy.REPO))
        return [item.name for item in found]

    assert await listed(server_ids=("alpha",)) == [f"{name}-2", f"{name}-1"]
    assert await listed(repos=(f"{name}/2",)) == [f"{name}-1"]
    assert await listed(states=(RepoState.CLONING,)) == []


async def test_a_repo_without_source_fails_with_a_sentence_and_is_shown_as_failed(
    admin: Client, name: str, refused: Refused
) -> None:
    await admin.send(CreateRepo(name=name, config={"server": "alpha"}))
    update = await admin.run(CloneRepo(repo=name))
    assert update.outcome is Outcome.FAILED
    assert "no repository" in update.logs[-1].stderr + update.logs[-1].stdout

    async def failed() -> bool:
        found = await admin.send(ListRepos(query=RepoQuery(names=(name,))))
        return found[0].info.state is RepoState.FAILED

    await until(failed)
    summary = await admin.send(GetReposSummary())
    assert summary.failed >= 1
    state = await admin.send(GetRepoActionState(repo=name))
    assert not (state.cloning or state.pulling or state.building)
    with refused(409, "not building"):
        await admin.send(CancelRepoBuild(repo=name))
