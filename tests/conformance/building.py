"""What the published client asks of builders, builds and repos."""

from typing import Any

from komodo import Komodo
from msgspec import Struct, to_builtins
from msgspec.structs import replace

from docker_fixtures import docker
from git_fixtures import GIT_TOKEN, GIT_USER, Repository
from monitor.api.build import BuildConfig
from monitor.api.builder import (
    BuilderConfigAws,
    BuilderConfigServer,
    BuilderConfigUrl,
    ServerBuilderConfig,
)
from monitor.api.repo import RepoConfig
from monitor.api.values import SystemCommand
from world import until

SLOW = SystemCommand(command="sleep 60")


async def builders_builds_and_repos(
    komodo: Komodo, repository: Repository, provider: str, image: str, name: str
) -> None:
    """Every request about them, each Update of theirs parsed until it is complete."""
    repository.commit({"Dockerfile": f"FROM {image}\nLABEL of={name}\n"})
    account = {"domain": provider, "https": True, "username": GIT_USER, "token": GIT_TOKEN}
    await komodo.send("CreateGitProviderAccount", account=account)
    source: dict[str, Any] = {
        "git_provider": provider,
        "git_account": GIT_USER,
        "repo": repository.name,
        "builder_id": "local-builder",
        "links": ("http://localhost",),
    }
    await builders(komodo)
    await builds(komodo, BuildConfig(**source), name)
    await repos(komodo, RepoConfig(server_id="local", **source), name)
    await komodo.send("DeleteBuilder", id="local-builder")
    left = docker("image", "ls", "-q", "--filter", f"label=of={name}").split()
    docker("image", "rm", "--force", *left, check=False)


async def builders(komodo: Komodo) -> None:
    config = BuilderConfigServer(ServerBuilderConfig(server_ids=("local",)))
    made = await komodo.send("CreateBuilder", name="first-builder", config=to_builtins(config))
    await komodo.send("RenameBuilder", id=made.id.oid, name="local-builder")
    await komodo.send("GetBuilder", builder="local-builder")
    kinds: dict[str, Struct] = {"Aws": BuilderConfigAws(), "Url": BuilderConfigUrl()}
    for kind, config in kinds.items():
        copy = await komodo.send("CopyBuilder", id=made.id.oid, name=kind)
        await komodo.send("UpdateBuilder", id=copy.id.oid, config=to_builtins(config))
    assert len(await komodo.send("ListBuilders", query={})) >= len(kinds)
    assert len(await komodo.send("ListFullBuilders", query={})) >= len(kinds)
    assert (await komodo.send("GetBuildersSummary")).total >= len(kinds)
    for kind in kinds:
        await komodo.send("DeleteBuilder", id=kind)


async def builds(komodo: Komodo, config: BuildConfig, name: str) -> None:
    made = await komodo.send("CreateBuild", name=f"{name}-built", config=to_builtins(config))
    which = {"build": made.id.oid}
    update = await komodo.done("RunBuild", **which)
    assert update.success, update.logs
    for request in ("GetBuild", "GetBuildActionState", "ListBuildVersions"):
        assert await komodo.send(request, **which)
    await komodo.send("RefreshBuildCache", **which)
    for request in ("ListBuilds", "ListFullBuilds", "ListCommonBuildExtraArgs"):
        await komodo.send(request, query={})
    await komodo.send("GetBuildsSummary")
    await komodo.send("GetBuildMonthlyStats")
    contents = (await komodo.send("GetBuild", **which)).info.remote_contents
    written = await komodo.send("WriteBuildFileContents", **which, contents=f"{contents}# more\n")
    assert written.success, written.logs
    (item,) = await komodo.send("BatchRunBuild", pattern=made.name)
    await until(lambda: _complete(komodo, item.data.id.oid))
    slow = to_builtins(replace(config, pre_build=SLOW))
    await komodo.send("UpdateBuild", id=made.id.oid, config=slow)
    update = await komodo.send("RunBuild", **which)
    await komodo.send("CancelBuild", **which)
    await until(lambda: _complete(komodo, update.id.oid))
    copy = await komodo.send("CopyBuild", id=made.id.oid, name=f"{name}-copied")
    await komodo.send("RenameBuild", id=copy.id.oid, name=f"{name}-other")
    await komodo.send("DeleteBuild", id=copy.id.oid)


async def repos(komodo: Komodo, config: RepoConfig, name: str) -> None:
    made = await komodo.send("CreateRepo", name=f"{name}-cloned", config=to_builtins(config))
    which = {"repo": made.id.oid}
    for request in ("CloneRepo", "PullRepo", "BuildRepo"):
        update = await komodo.done(request, **which)
        assert update.success, (request, update.logs)
        (item,) = await komodo.send(f"Batch{request}", pattern=made.name)
        await until(lambda: _complete(komodo, item.data.id.oid))  # noqa: B023 - awaited at once
    for request in ("GetRepo", "GetRepoActionState"):
        assert await komodo.send(request, **which)
    await komodo.send("RefreshRepoCache", **which)
    for request in ("ListRepos", "ListFullRepos"):
        assert await komodo.send(request, query={})
    await komodo.send("GetReposSummary")
    slow = to_builtins(replace(config, on_pull=SLOW))
    await komodo.send("UpdateRepo", id=made.id.oid, config=slow)
    update = await komodo.send("BuildRepo", **which)
    await komodo.send("CancelRepoBuild", **which)
    await until(lambda: _complete(komodo, update.id.oid))
    copy = await komodo.send("CopyRepo", id=made.id.oid, name=f"{name}-copied")
    await komodo.send("RenameRepo", id=copy.id.oid, name=f"{name}-other")
    await komodo.send("DeleteRepo", id=copy.id.oid)
    await komodo.send("DeleteRepo", id=made.id.oid)


async def _complete(komodo: Komodo, update: str) -> bool:
    return (await komodo.send("GetUpdate", id=update)).status == "Complete"
