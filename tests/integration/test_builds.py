"""From a git repository to a running container: builds, their versions, what follows them, and how they fail."""

import time
from typing import Any

import pytest

from docker_fixtures import REGISTRY_TOKEN, docker
from git_fixtures import GIT_TOKEN
from integration.works import Works, failing_stage
from monitor.api.activity import GetUpdateOutput, ListUpdates
from monitor.api.alert import ListAlerts
from monitor.api.build import (
    BuildQuery,
    BuildState,
    CancelBuild,
    GetBuild,
    ListBuilds,
    ListBuildVersions,
    RefreshBuildCache,
    RunBuild,
    UpdateBuild,
    WriteBuildFileContents,
)
from monitor.api.deployment import Deploy, UpdateDeployment
from monitor.api.provider import (
    ListGitProviderAccounts,
    ListImageRegistryAccounts,
    UpdateGitProviderAccount,
    UpdateImageRegistryAccount,
)
from monitor.api.update import Operation, Outcome, UpdateStatus
from monitor.api.user import CreateLocalUser, UpdateUserAdmin, UpdateUserBasePermissions
from monitor.api.values import Version
from monitor.client import Failed
from world import PASSWORD, until


def running(container: str, path: str) -> str:
    """A file of a running container."""
    return docker("exec", container, "cat", path)


@pytest.mark.timeout(120)
async def test_a_push_builds_pushes_and_deploys_and_the_next_makes_the_next_version(
    works: Works, container_name: str
) -> None:
    first = works.push(text="first")
    await works.build()
    deployment = await works.deployment(container_name)
    assert await works.hook(first) == 200
    update = await works.newest(operation="RunBuild")
    assert update.success, update.logs
    assert (update.version, update.commit_hash) == (Version(0, 0, 1), first[:7])
    assert await works.tags() == {"0.0.1", "0.0", "0", "latest", first[:7]}
    listed = await works.admin.send(ListUpdates(query={"operation": "Deploy"}))
    assert listed.updates == (), "it was not up, so it is not deployed"
    deployed = await works.admin.run(Deploy(deployment=deployment.id))
    assert deployed.success, deployed.logs
    assert deployed.version == Version(0, 0, 1)
    assert running(container_name, "/version") == "0.0.1"

    second = works.push(text="second")
    assert await works.hook(second) == 200
    update = await works.newest(operation="RunBuild")
    assert update.success, update.logs
    follower = await works.newest(operation="Deploy")
    assert follower.success, follower.logs
    assert follower.version == Version(0, 0, 2)
    assert (running(container_name, "/version"), running(container_name, "/text")) == (
        "0.0.2",
        "second",
    )
    build = await works.admin.send(GetBuild(build=works.name))
    assert (build.config.version, build.info.built_hash) == (Version(0, 0, 2), second[:7])
    assert build.info.built_message == "A change"
    versions = await works.admin.send(ListBuildVersions(build=works.name))
    assert [one.version for one in versions] == [Version(0, 0, 2), Version(0, 0, 1)]
    assert [one.commit_hash for one in versions] == [second[:7], first[:7]]

    # Back to the version before, with one change and one deploy.
    image = {"type": "Build", "params": {"build": works.name, "version": "0.0.1"}}
    await works.admin.send(UpdateDeployment(id=deployment.id, config={"image": image}))
    back = await works.admin.run(Deploy(deployment=deployment.id))
    assert back.success, back.logs
    assert back.version == Version(0, 0, 1)
    assert running(container_name, "/text") == "first"
    shown = docker("inspect", "--format", "{{.Config.Image}}", container_name)
    assert shown == f"{works.image}:0.0.1"

    # There it stays, whatever is built.
    deploys = (await works.admin.send(ListUpdates(query={"operation": "Deploy"}))).updates
    works.push(text="third")
    assert (await works.admin.run(RunBuild(build=works.name))).success
    after = (await works.admin.send(ListUpdates(query={"operation": "Deploy"}))).updates
    assert [one.id for one in after] == [one.id for one in deploys]
    info = (await works.admin.send(GetBuild(build=works.name))).info
    assert info.latest_hash == info.built_hash


@pytest.mark.timeout(120)
async def test_each_failure_says_why_in_its_stage_and_uses_no_version(works: Works) -> None:
    works.push()
    build = await works.build()
    assert (await works.admin.run(RunBuild(build=works.name))).success
    account = (await works.admin.send(ListGitProviderAccounts()))[0]

    async def fails(stage: str, words: str, **config: Any) -> None:
        before = await works.admin.send(GetBuild(build=works.name))
        await works.admin.send(UpdateBuild(id=works.name, config=config))
        update = await works.admin.run(RunBuild(build=works.name))
        assert update.outcome is Outcome.FAILED
        failed, said = failing_stage(update)
        assert (failed, words in said) == (stage, True), (failed, said)
        assert await works.version() == Version(0, 0, 1)
        old = {key: getattr(before.config, key) for key in config}
        old["pre_build"] = {"command": ""}
        if "image_registry" in old:
            old["image_registry"] = works.config()["image_registry"]
        await works.admin.send(UpdateBuild(id=works.name, config=old))

    await fails(
        "Pre Build", "no such thing", pre_build={"command": "echo no such thing >&2; false"}
    )
    await fails("Git Pull", "nowhere", branch="nowhere")
    await fails("Docker Build", "", dockerfile_path="Missing")
    await fails("Docker Build", "", extra_args=["--no-such-option"])
    await works.admin.send(UpdateGitProviderAccount(id=account.id, account={"token": "wrong"}))
    await fails("Git Pull", "refuses")
    await works.admin.send(UpdateGitProviderAccount(id=account.id, account={"token": GIT_TOKEN}))
    registry = (await works.admin.send(ListImageRegistryAccounts()))[0]
    changed = UpdateImageRegistryAccount(id=registry.id, account={"token": "wrong"})
    await works.admin.send(changed)
    await fails("Docker Login", "401")
    changed = UpdateImageRegistryAccount(id=registry.id, account={"token": REGISTRY_TOKEN})
    await works.admin.send(changed)
    await fails(
        "Docker Push",
        "",
        image_registry=[{"domain": "127.0.0.1:1", "account": "nobody"}],
    )
    works.repository.commit({"Dockerfile": f"FROM {works.base}\nRUN false\n"})
    await fails("Docker Build", "false")
    alerts = await works.admin.send(ListAlerts())
    ours = [one for one in alerts.alerts if one.target.id == build.id]
    assert len(ours) == 8
    assert all(one.resolved for one in ours)
    item = (await works.admin.send(ListBuilds(query=BuildQuery(names=(works.name,)))))[0]
    assert item.info.state is BuildState.FAILED
    versions = await works.admin.send(ListBuildVersions(build=works.name))
    assert [one.version for one in versions] == [Version(0, 0, 1)]


async def test_a_missing_variable_fails_before_anything_runs(works: Works) -> None:
    works.push()
    await works.build(build_args="TOKEN=[[NOT_THERE]]")
    update = await works.admin.run(RunBuild(build=works.name))
    assert update.outcome is Outcome.FAILED
    _, said = failing_stage(update)
    assert "build_args" in said
    assert "NOT_THERE" in said
    assert [log.stage for log in update.logs] == ["Task Error"]


async def test_cancel_ends_a_build_within_two_seconds_and_says_who_did(works: Works) -> None:
    works.push("RUN sleep 60")
    await works.build()
    update = await works.admin.send(RunBuild(build=works.name))

    async def sleeps() -> bool:
        output = await works.admin.send(GetUpdateOutput(id=update.id))
        return any("sleep 60" in line.text for line in output.lines)

    await until(sleeps)
    with pytest.raises(Failed, match="busy"):
        await works.admin.send(RunBuild(build=works.name))
    begun = time.monotonic()
    cancelled = await works.admin.send(CancelBuild(build=works.name))
    assert cancelled.status is UpdateStatus.COMPLETE
    assert cancelled.operation is Operation.CANCEL_BUILD
    done = await works.admin.wait(update.id)
    assert time.monotonic() - begun < 2
    assert done.outcome is Outcome.CANCELLED
    assert done.logs[-1].stage == "Cancel"
    assert "Cancelled by admin" in done.logs[-1].stderr + done.logs[-1].stdout
    assert await works.version() == Version()
    item = (await works.admin.send(ListBuilds(query=BuildQuery(names=(works.name,)))))[0]
    assert item.info.state is BuildState.OK, "what was cancelled does not count"


async def test_core_reads_and_writes_the_dockerfile_in_its_repository(works: Works) -> None:
    commit = works.push()
    await works.build()
    await works.admin.send(RefreshBuildCache(build=works.name))
    build = await works.admin.send(GetBuild(build=works.name))
    assert build.info.latest_hash == commit[:7]
    assert build.info.remote_contents == works.dockerfile()
    assert build.info.remote_error is None
    update = await works.admin.send(
        WriteBuildFileContents(build=works.name, contents=works.dockerfile(text="written"))
    )
    assert update.success, update.logs

    async def read() -> bool:
        build = await works.admin.send(GetBuild(build=works.name))
        return "written" in (build.info.remote_contents or "")

    await until(read)
    await works.admin.send(UpdateBuild(id=works.name, config={"dockerfile_path": "Missing"}))

    async def missing() -> bool:
        build = await works.admin.send(GetBuild(build=works.name))
        return "Missing" in (build.info.remote_error or "")

    await until(missing)


async def test_an_image_that_is_in_no_registry_is_deployed_where_it_was_built(
    works: Works, container_name: str
) -> None:
    works.push()
    await works.build(
        image_registry=[], repo="", dockerfile=works.dockerfile(text="typed"), linked_repo=""
    )
    update = await works.admin.run(RunBuild(build=works.name))
    assert update.success, update.logs
    assert "Docker Push" not in [log.stage for log in update.logs]
    deployment = await works.deployment(container_name)
    done = await works.admin.run(Deploy(deployment=deployment.id))
    assert done.success, done.logs
    assert running(container_name, "/text") == "typed"


@pytest.mark.timeout(120)
async def test_what_follows_a_build_is_done_with_the_deployments_owners_rights(
    works: Works, container_name: str
) -> None:
    admin = works.admin
    works.push(text="one")
    await works.build()
    assert (await admin.run(RunBuild(build=works.name))).success
    ann = await admin.send(CreateLocalUser(username="ann", password=PASSWORD))
    await admin.send(UpdateUserAdmin(user_id=ann.id, admin=True))
    async with works.core.client("ann", PASSWORD) as client:
        deployment = await works.deployment(container_name, client)
        assert deployment.owner == ann.id
        assert (await client.run(Deploy(deployment=deployment.id))).success
    works.push(text="two")
    update = await admin.run(RunBuild(build=works.name))
    assert update.success, update.logs
    follower = await works.newest(operation="Deploy")
    assert (follower.operator, follower.success) == (ann.id, True)
    assert running(container_name, "/text") == "two"

    await admin.send(UpdateUserBasePermissions(user_id=ann.id, enabled=False))
    works.push(text="three")
    update = await admin.run(RunBuild(build=works.name))
    assert update.success, update.logs
    assert await works.version() == Version(0, 0, 3)
    stage, _ = failing_stage(update)
    assert stage == f"Redeploy {container_name}"
    assert running(container_name, "/text") == "two"


async def test_files_on_the_builders_host_are_written_read_and_built(works: Works) -> None:
    admin = works.admin
    await works.build(files_on_host=True, repo="", git_account="")
    written = await admin.send(
        WriteBuildFileContents(build=works.name, contents=works.dockerfile(text="hosted"))
    )
    assert written.success, written.logs
    await admin.send(RefreshBuildCache(build=works.name))
    info = (await admin.send(GetBuild(build=works.name))).info
    assert (info.remote_contents, info.remote_error) == (works.dockerfile(text="hosted"), None)
    assert (info.remote_path or "").startswith(str(works.agent.root))
    update = await admin.run(RunBuild(build=works.name))
    assert update.success, update.logs
    assert await works.tags() == {"0.0.1", "0.0", "0", "latest"}
