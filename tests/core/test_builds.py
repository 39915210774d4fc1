"""What only a Build does: its version, its references, and the texts of its config."""

from collections.abc import Callable
from typing import Any

import pytest

from core.conftest import As
from monitor.api.build import (
    BuildQuery,
    BuildQuerySpecifics,
    BuildSortBy,
    BuildState,
    CancelBuild,
    CopyBuild,
    CreateBuild,
    DeleteBuild,
    GetBuild,
    GetBuildActionState,
    GetBuildMonthlyStats,
    GetBuildsSummary,
    ListBuilds,
    ListBuildVersions,
    ListCommonBuildExtraArgs,
    RenameBuild,
    RunBuild,
    UpdateBuild,
)
from monitor.api.builder import CreateBuilder, DeleteBuilder
from monitor.api.deployment import (
    CreateDeployment,
    DeploymentImageBuild,
    GetDeployment,
    ListDeployments,
)
from monitor.api.repo import CreateRepo, DeleteRepo, UpdateRepo
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.toml_export import ExportResourcesToToml
from monitor.api.update import Outcome
from monitor.api.values import Version
from monitor.client import Client
from world import until

Refused = Callable[..., Any]


async def test_a_build_is_created_with_references_by_name_and_texts_in_any_form(
    admin: Client, name: str
) -> None:
    builder = await admin.send(CreateBuilder(name=name))
    repo = await admin.send(CreateRepo(name=name, config={"repo": "me/app"}))
    build = await admin.send(
        CreateBuild(
            name=name,
            config={
                "builder": name,
                "linked_repo": name,
                "version": "1.2.3",
                "image_registry": {"domain": "ghcr.io", "account": "me"},
                "build_args": [{"variable": "A", "value": "1"}],
                "extra_args": "--quiet, --no-cache",
                "dockerfile": "FROM scratch",
            },
        )
    )
    config = build.config
    assert (config.builder_id, config.linked_repo) == (builder.id, repo.id)
    assert config.version == Version(1, 2, 3)
    assert config.image_registry[0].domain == "ghcr.io"
    assert config.build_args == "  A = 1\n"
    assert config.extra_args == ("--quiet", "--no-cache")
    assert config.dockerfile == "FROM scratch\n"
    assert build.owner == (await admin.send(GetBuild(build=name))).owner != ""
    item = next(i for i in await admin.send(ListBuilds()) if i.name == build.name)
    assert (item.info.repo, item.info.linked_repo_name) == ("me/app", name)
    assert item.info.repo_link == "https://github.com/me/app"
    assert (item.info.builder_name, item.info.image_registry_domain) == (name, "ghcr.io")
    assert item.info.state is BuildState.OK


async def test_an_images_name_comes_of_the_builds(admin: Client, name: str) -> None:
    build = await admin.send(CreateBuild(name=f"My App/{name}"))
    assert build.name == f"my_app_{name}"
    await admin.send(RenameBuild(id=build.id, name=f"Other {name}"))
    assert (await admin.send(GetBuild(build=build.id))).name == f"other_{name}"


async def test_a_copy_begins_at_no_version_and_without_the_secret(admin: Client, name: str) -> None:
    config = {"version": "2.0.1", "webhook_secret": "shared", "repo": "me/app"}
    await admin.send(CreateBuild(name=name, config=config))
    copy = await admin.send(CopyBuild(name=f"{name}-copy", id=name))
    assert copy.config.version == Version()
    assert (copy.config.webhook_secret, copy.config.repo) == ("", "me/app")


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"repo": "--upload-pack=x/y"}, "repo"),
        ({"repo": "a/../../b"}, "repo"),
        ({"repo": "a/b", "branch": "--all"}, "branch"),
        ({"repo": "a/b", "git_provider": "ext::sh -c id"}, "provider"),
        ({"repo": "a/b", "commit": "; id"}, "commit"),
        ({"build_args": "no separator"}, "build_args"),
        ({"secret_args": "a,b=1"}, "secret_args"),
        ({"image_name": "Upper"}, "image_name"),
        ({"image_tag": "a b"}, "image_tag"),
        ({"image_registry": {"domain": "ghcr.io"}}, "account"),
        ({"version": {"major": -1}}, "version"),
    ],
)
async def test_a_config_that_cannot_be_is_refused(
    admin: Client, name: str, refused: Refused, config: dict[str, Any], words: str
) -> None:
    with refused(400, words):
        await admin.send(CreateBuild(name=name, config=config))


async def test_creating_builds_takes_the_right_to(acting: As, name: str, refused: Refused) -> None:
    async with acting("stranger") as stranger:
        with refused(403):
            await stranger.send(CreateBuild(name=name))


async def test_a_webhooks_secret_is_not_exported(admin: Client, name: str) -> None:
    build = await admin.send(CreateBuild(name=name, config={"webhook_secret": "shared"}))
    target = ResourceTarget(ResourceKind.BUILD, build.id)
    exported = await admin.send(ExportResourcesToToml(targets=(target,)))
    assert "shared" not in exported.toml


async def test_lists_filter_and_sort_by_what_a_build_is_made_of(admin: Client, name: str) -> None:
    await admin.send(CreateBuilder(name=name))
    for number in (1, 2):
        config = {"builder": name, "repo": f"{name}/{3 - number}", "extra_args": f"--{name}"}
        await admin.send(CreateBuild(name=f"{name}-{number}", config=config))

    async def listed(**specific: Any) -> list[str]:
        query = BuildQuery(specific=BuildQuerySpecifics(**specific))
        found = await admin.send(ListBuilds(query=query, sort_by=BuildSortBy.SOURCE))
        return [item.name for item in found if item.name.startswith(name)]

    assert await listed(builder_ids=(name,)) == [f"{name}-2", f"{name}-1"]
    assert await listed(repos=(f"{name}/1",)) == [f"{name}-2"]
    assert await listed(built_since=1) == []
    assert await listed(states=(BuildState.FAILED,)) == []
    query = BuildQuery(terms=(name,))
    assert await admin.send(ListCommonBuildExtraArgs(query=query)) == (f"--{name}",)


async def test_a_build_without_source_or_builder_says_so_and_keeps_its_version(
    admin: Client, name: str
) -> None:
    await admin.send(CreateBuild(name=name))
    update = await admin.run(RunBuild(build=name))
    assert (update.success, update.outcome) == (False, Outcome.FAILED)
    assert "is empty" in update.logs[-1].stderr + update.logs[-1].stdout
    await admin.send(UpdateBuild(id=name, config={"dockerfile": "FROM scratch"}))
    update = await admin.run(RunBuild(build=name))
    assert "no builder" in update.logs[-1].stderr + update.logs[-1].stdout
    build = await admin.send(GetBuild(build=name))
    assert build.config.version == Version()
    await until(lambda: _state(admin, name, BuildState.FAILED))
    assert await admin.send(ListBuildVersions(build=name)) == ()
    summary = await admin.send(GetBuildsSummary())
    assert summary.failed >= 1
    assert summary.total == summary.ok + summary.failed + summary.building + summary.unknown
    stats = await admin.send(GetBuildMonthlyStats())
    assert len(stats.days) == 30
    assert stats.days[-1].count == stats.total_count >= 2
    assert (await admin.send(GetBuildMonthlyStats(page=2**62))).total_count == 0
    assert not (await admin.send(GetBuildActionState(build=name))).building


async def _state(admin: Client, name: str, state: BuildState) -> bool:
    found = await admin.send(ListBuilds(query=BuildQuery(names=(name,))))
    return found[0].info.state is state


async def test_an_aws_builder_is_refused_with_a_sentence(admin: Client, name: str) -> None:
    await admin.send(CreateBuilder(name=name, config={"type": "Aws", "params": {}}))
    await admin.send(CreateBuild(name=name, config={"builder": name, "dockerfile": "FROM scratch"}))
    update = await admin.run(RunBuild(build=name))
    assert "Aws, which is not built yet" in update.logs[-1].stderr + update.logs[-1].stdout


async def test_cancelling_what_does_not_run_is_refused(
    admin: Client, name: str, refused: Refused
) -> None:
    await admin.send(CreateBuild(name=name))
    with refused(409, "not building"):
        await admin.send(CancelBuild(build=name))


async def test_a_deployment_of_a_build_shows_its_image_and_may_pin_a_version(
    admin: Client, name: str
) -> None:
    config = {
        "version": "1.2.3",
        "image_registry": {"domain": "ghcr.io", "account": "Me"},
        "repo": "me/app",
    }
    build = await admin.send(CreateBuild(name=name, config=config))
    for suffix, version, image in (
        ("latest", None, f"ghcr.io/me/{name}:1.2.3"),
        ("pinned", "1.1.0", f"ghcr.io/me/{name}:1.1.0"),
    ):
        params = {"build": name, "version": version}
        made = await admin.send(
            CreateDeployment(
                name=f"{name}-{suffix}", config={"image": {"type": "Build", "params": params}}
            )
        )
        assert isinstance(made.config.image, DeploymentImageBuild)
        assert made.config.image.params.build_id == build.id
        item = next(i for i in await admin.send(ListDeployments()) if i.name == made.name)
        assert (item.info.image, item.info.build_id) == (image, build.id)
    target = ResourceTarget(
        ResourceKind.DEPLOYMENT, (await admin.send(GetDeployment(deployment=f"{name}-pinned"))).id
    )
    exported = await admin.send(ExportResourcesToToml(targets=(target,)))
    assert f'build = "{name}"' in exported.toml


async def test_a_deployment_needs_attach_on_the_build_it_is_made_from(
    admin: Client, writer: Client, name: str, refused: Refused
) -> None:
    await admin.send(CreateBuild(name=name))
    params = {"type": "Build", "params": {"build": name}}
    with refused(404):
        await writer.send(CreateDeployment(name=name, config={"image": params}))


async def test_deleting_what_a_build_refers_to_leaves_it_without(admin: Client, name: str) -> None:
    await admin.send(CreateBuilder(name=name))
    await admin.send(CreateRepo(name=name))
    await admin.send(CreateBuild(name=name, config={"builder": name, "linked_repo": name}))
    await admin.send(UpdateRepo(id=name, config={"branch": "next"}))
    item = (await admin.send(ListBuilds(query=BuildQuery(names=(name,)))))[0]
    assert item.info.branch == "next"
    await admin.send(DeleteBuilder(id=name))
    await admin.send(DeleteRepo(id=name))
    build = await admin.send(GetBuild(build=name))
    assert (build.config.builder_id, build.config.linked_repo) == ("", "")
    assert (await admin.send(DeleteBuild(id=name))).id == build.id
