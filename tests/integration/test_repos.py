"""Repos on real servers: cloned, pulled, renamed and deleted, built on builders, and the source of builds."""

from pathlib import Path
from typing import Any

import pytest

from docker_fixtures import docker, free_port
from git_fixtures import GIT_USER
from integration.works import Works, failing_stage
from monitor.api.build import RunBuild, UpdateBuild
from monitor.api.builder import CreateBuilder, UpdateBuilder
from monitor.api.repo import (
    BuildRepo,
    CancelRepoBuild,
    CloneRepo,
    CreateRepo,
    DeleteRepo,
    GetRepo,
    ListRepos,
    PullRepo,
    RefreshRepoCache,
    RenameRepo,
    RepoQuery,
    RepoState,
    UpdateRepo,
)
from monitor.api.update import Outcome
from monitor.api.variable import CreateVariable
from world import RunningAgent, until


def repo_config(works: Works, **more: Any) -> dict[str, Any]:
    """A repo of the works' repository on its server."""
    return {
        "server": works.server.id,
        "builder": "here",
        "git_provider": works.git_server.provider,
        "git_account": GIT_USER,
        "repo": works.repository.name,
        **more,
    }


async def state(works: Works, name: str) -> RepoState:
    found = await works.admin.send(ListRepos(query=RepoQuery(names=(name,))))
    return found[0].info.state


@pytest.mark.timeout(120)
async def test_a_repo_is_cloned_pulled_renamed_and_deleted_on_its_server(works: Works) -> None:
    admin = works.admin
    first = works.push(text="one", **{"data.txt": "one"})
    await works.build()
    await admin.send(CreateVariable(name="GREETING", value="hello"))
    config = repo_config(
        works,
        environment="GREETING=[[GREETING]]",
        on_clone={"command": "echo cloned > cloned"},
        on_pull={"command": "# a comment\necho pulled > pulled\n"},
    )
    repo = await admin.send(CreateRepo(name="first", config=config))
    cloned = await admin.run(CloneRepo(repo="first"))
    assert cloned.success, cloned.logs
    assert cloned.commit_hash == first[:7]
    folder: Path = works.agent.root / "repos" / "first"
    assert (folder / "data.txt").read_text() == "one"
    assert (folder / "cloned").read_text() == "cloned\n"
    assert "hello" in (folder / ".env").read_text()
    second = works.repository.commit({"data.txt": "two"})
    await admin.send(RefreshRepoCache(repo="first"))
    info = (await admin.send(GetRepo(repo="first"))).info
    assert (info.cloned_hash, info.latest_hash) == (first[:7], second[:7])
    assert info.last_pulled_at > 0
    pulled = await admin.run(PullRepo(repo="first"))
    assert pulled.success, pulled.logs
    assert (folder / "data.txt").read_text() == "two"
    assert (folder / "pulled").exists()

    await admin.send(RenameRepo(id=repo.id, name="second"))
    assert not folder.exists()
    folder = works.agent.root / "repos" / "second"
    assert (folder / "data.txt").exists()
    await admin.send(UpdateRepo(id=repo.id, config={"branch": "nowhere"}))
    failed = await admin.run(PullRepo(repo="second"))
    assert failed.outcome is Outcome.FAILED
    assert "nowhere" in failing_stage(failed)[1]
    assert await state(works, "second") is RepoState.FAILED
    await admin.send(DeleteRepo(id=repo.id))
    assert not folder.exists()


@pytest.mark.timeout(120)
async def test_a_repo_is_built_on_a_builder_and_is_the_source_of_builds(works: Works) -> None:
    admin = works.admin
    commit = works.push("COPY made /made")
    await works.build(repo="", git_account="", branch="not-this-one")
    made = {"command": "echo by the repo > made"}
    await admin.send(CreateRepo(name="source", config=repo_config(works, on_pull=made)))
    built = await admin.run(BuildRepo(repo="source"))
    assert built.success, built.logs
    info = (await admin.send(GetRepo(repo="source"))).info
    assert (info.built_hash, info.last_pulled_at) == (commit[:7], 0)
    await admin.send(UpdateBuild(id=works.name, config={"linked_repo": "source"}))
    update = await admin.run(RunBuild(build=works.name))
    assert update.success, update.logs
    assert update.commit_hash == commit[:7]
    said = docker("run", "--rm", "--network", "none", f"{works.image}:0.0.1", "cat", "/made")
    assert said == "by the repo"

    await admin.send(UpdateRepo(id="source", config={"on_pull": {"command": "sleep 60"}}))
    slow = await admin.send(BuildRepo(repo="source"))

    async def sleeps() -> bool:
        found = await admin.send(ListRepos(query=RepoQuery(names=("source",))))
        return found[0].info.busy == "building"

    await until(sleeps)
    assert (await admin.send(CancelRepoBuild(repo="source"))).success
    assert (await admin.wait(slow.id)).outcome is Outcome.CANCELLED


@pytest.mark.timeout(120)
async def test_a_builder_that_is_an_address_is_dialled_for_the_time_of_a_build(
    works: Works, tmp_path: Path
) -> None:
    admin = works.admin
    works.push()
    await works.build()
    port = free_port()
    guest = RunningAgent(
        tmp_path,
        works.core,
        "guest",
        PERIPHERY_CORE_ADDRESS="",
        PERIPHERY_PORT=str(port),
        **works.git_server.environ,
    )
    await guest.start()
    try:
        params = {"address": f"127.0.0.1:{port}", "periphery_public_key": guest.public_key}
        await admin.send(CreateBuilder(name="guest", config={"type": "Url", "params": params}))
        await admin.send(UpdateBuild(id=works.name, config={"builder": "guest"}))
        update = await admin.run(RunBuild(build=works.name))
        assert update.success, update.logs
        assert "0.0.1" in await works.tags()
        assert (guest.root / "builds" / works.name / "Dockerfile").exists()

        other = {"type": "Url", "params": {"periphery_public_key": works.agent.public_key}}
        await admin.send(UpdateBuilder(id="guest", config=other))
        refused = await admin.run(RunBuild(build=works.name))
        assert "key" in failing_stage(refused)[1]
        nobody = {"type": "Url", "params": {"address": "127.0.0.1:1"}}
        await admin.send(CreateBuilder(name="nobody", config=nobody))
        await admin.send(UpdateBuild(id=works.name, config={"builder": "nobody"}))
        keyless = await admin.run(RunBuild(build=works.name))
        assert "no periphery_public_key" in failing_stage(keyless)[1]
    finally:
        await guest.stop()
