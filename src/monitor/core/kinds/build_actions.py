"""Running a build: one job on its builder, then the version, then the deployments that follow it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, structs

from monitor.api.alert import SeverityLevel
from monitor.api.alert_data import AlertBuildFailed, AlertBuildFailedFields
from monitor.api.build import BatchRunBuild, Build, CancelBuild, RunBuild
from monitor.api.deployment import Deploy
from monitor.api.deployment_state import DeploymentState
from monitor.api.resource import PermissionLevel
from monitor.api.target import ResourceKind
from monitor.api.text import parse_pairs
from monitor.api.update import Operation, Update
from monitor.api.values import Version
from monitor.core import documents
from monitor.core.alerts import record_alert
from monitor.core.errors import ApiError, invalid
from monitor.core.interpolation import interpolate
from monitor.core.kinds import building, images
from monitor.core.kinds.build_cancel import cancel
from monitor.core.kinds.ownership import follows
from monitor.core.kinds.sources import (
    SHORT_HASH,
    build_origin,
    folder_of,
    git_source,
    linked_repo,
    shell_command,
)
from monitor.core.providers import registry_account, registry_domain
from monitor.core.routes import Routes, on
from monitor.core.runs.execution import RunCancelled, RunFailed
from monitor.core.runs.run import derived_id
from monitor.link.builds import BuildDone, BuildImage, GitSource

if TYPE_CHECKING:
    from monitor.api.repo import Repo
    from monitor.core.context import Context, Services
    from monitor.core.runs.run import Run
    from monitor.link.jobs import RegistryLogin

_KIND = ResourceKind.BUILD
_FIELDS = (
    "build_args",
    "secret_args",
    "labels",
    "pre_build.command",
    "dockerfile",
    "extra_args",
)
_REPO_FIELDS = ("environment", "on_clone.command", "on_pull.command")
_NOT_UP = frozenset({DeploymentState.NOT_DEPLOYED, DeploymentState.EXITED, DeploymentState.UNKNOWN})

routes = Routes()


class Plan(Struct, frozen=True, kw_only=True):
    """What is decided once for a build: where it is built, and which version it makes."""

    server: str
    version: Version


class Follower(Struct, frozen=True, kw_only=True):
    """A deployment that is deployed after the build, with its owner's rights."""

    id: str
    name: str
    owner: str | None = None


@routes.executes(RunBuild, Operation.RUN_BUILD, kind=_KIND, field="build", busy="building")
async def _run_build(_request: RunBuild, build: Build, run: Run) -> None:
    try:
        plan = await run.once("plan", lambda: _plan(build, run.ctx.app), Plan)
        await run.set(version=plan.version)
        done = await _built(build, plan, run)
    except (RunFailed, ApiError):
        await run.once("alert", lambda: _alert(build, run))
        raise
    if done.commit_hash:
        await run.set(commit_hash=done.commit_hash[:SHORT_HASH])
    await run.once("store", lambda: _store(build, plan, done, run.ctx.app))
    followers = await run.once(
        "followers", lambda: _followers(build, run.ctx.app), tuple[Follower, ...]
    )
    async with asyncio.TaskGroup() as group:
        for follower in followers:
            group.create_task(_redeploy(follower, run))
    run.ctx.app.refresher.soon(_KIND, build.id)


def _plan(build: Build, app: Services) -> Plan:
    """Where to build which version. Raises 400, 409 for what can't be built."""
    config = build.config
    if not (config.files_on_host or config.linked_repo or config.repo or config.dockerfile):
        raise invalid(
            f"Build {build.name} is empty: give it a repo, files on the builder's host, or a Dockerfile"
        )
    builder = building.builder_of(config.builder_id, f"Build {build.name}", app)
    fault = images.fault_in(config.image_name, config.image_tag, config.image_registry)
    if fault:
        raise invalid(fault)
    return Plan(server=building.place(builder, app), version=images.next_version(build))


async def _built(build: Build, plan: Plan, run: Run) -> BuildDone:
    """The job. A job that an earlier Core has started is waited for, however long its agent is away."""
    patient = run.record.job("build") is not None or run.record.step("build") is not None
    async with building.reached(plan.server, run.ctx.app, patient=patient):
        result = await run.job("build", plan.server, lambda: _command(build, plan, run))
    return msgspec.msgpack.decode(result.value, type=BuildDone)


async def _command(build: Build, plan: Plan, run: Run) -> BuildImage:
    """What the agent is told: secrets and all, made anew for each attempt and never stored."""
    app = run.ctx.app
    version = images.version_text(plan.version)
    repo = None if build.config.files_on_host else linked_repo(build, app)
    source = _source(build, app)
    logins = _logins(build, app)
    config = build.config
    if not config.skip_secret_interp:
        config = await interpolate(run, config, _FIELDS, {"$VERSION": version})
    if source is not None and source.token:
        run.secrets["GIT_TOKEN"] = source.token
    run.secrets.update({f"REGISTRY_TOKEN_{login.domain}": login.token for login in logins})
    secret_args = parse_pairs(config.secret_args)
    run.secrets.update(secret_args)
    command = BuildImage(
        name=build.name,
        source=source,
        files_on_host=config.files_on_host,
        dockerfile="" if source is not None or config.files_on_host else config.dockerfile,
        build_path=config.build_path,
        dockerfile_path=config.dockerfile_path or "Dockerfile",
        pre_build=shell_command(config.pre_build),
        images=images.image_names(build),
        tags=images.tags(build, plan.version),
        commit_tag=images.commit_tag(build) if source is not None else None,
        build_args=_build_args(config.build_args, version),
        secret_args=secret_args,
        labels=parse_pairs(config.labels),
        extra_args=config.extra_args,
        use_buildx=config.use_buildx,
        push=any(registry.domain for registry in config.image_registry),
        logins=logins,
    )
    if repo is not None:
        command = await _with_repo(command, repo, run)
    return structs.replace(command, secrets=dict(run.secrets))


async def _with_repo(command: BuildImage, repo: Repo, run: Run) -> BuildImage:
    """The source is the clone of a linked repo, made as that repo says."""
    config = repo.config
    if not config.skip_secret_interp:
        config = await interpolate(run, config, _REPO_FIELDS)
    return structs.replace(
        command,
        folder=folder_of(repo),
        environment=parse_pairs(config.environment),
        env_file_path=config.env_file_path or ".env",
        on_clone=shell_command(config.on_clone),
        on_pull=shell_command(config.on_pull),
    )


def _source(build: Build, app: Services) -> GitSource | None:
    if build.config.files_on_host:
        return None
    if build.config.linked_repo and linked_repo(build, app) is None:
        raise invalid(f"The repo that build {build.name} is linked to is gone")
    origin = build_origin(build, app)
    return git_source(origin, app) if origin.repo else None


def _build_args(text: str, version: str) -> tuple[tuple[str, str], ...]:
    """The build args, with the version unless one of them is called so."""
    pairs = parse_pairs(text)
    declared = any(name == "VERSION" for name, _ in pairs)
    return pairs if declared else (*pairs, ("VERSION", version))


def _logins(build: Build, app: Services) -> tuple[RegistryLogin, ...]:
    """A log-in for each registry it is pushed to. An account without a token is the builder's own affair."""
    wanted = {
        (registry_domain(one.domain), one.account)
        for one in build.config.image_registry
        if one.domain and one.account
    }
    found = (registry_account(app, domain, account) for domain, account in sorted(wanted))
    return tuple(login for login in found if login is not None)


async def _alert(build: Build, run: Run) -> bool:
    version = images.next_version(build)
    await record_alert(
        run.ctx.app,
        SeverityLevel.WARNING,
        run.target,
        AlertBuildFailed(AlertBuildFailedFields(id=build.id, name=build.name, version=version)),
        id=derived_id(run.update_id, "alert"),
    )
    return True


async def _store(build: Build, plan: Plan, done: BuildDone, app: Services) -> bool:
    """The new version and what it was built from. Only here a version goes up."""
    now = app.now()
    commit, message = done.commit_hash[:SHORT_HASH] or None, done.commit_message or None
    fields = {"built_hash": commit, "built_message": message}
    if not build_origin(build, app).commit:
        fields |= {"latest_hash": commit, "latest_message": message}

    def change(stored: Build) -> Build:
        info = structs.replace(
            stored.info,
            last_built_at=now,
            built_contents=stored.config.dockerfile or stored.info.remote_contents,
            **fields,
        )
        config = structs.replace(stored.config, version=plan.version)
        return structs.replace(stored, config=config, info=info)

    await app.memory.table(documents.BUILDS).edit(build.id, change)
    return True


def _followers(build: Build, app: Services) -> tuple[Follower, ...]:
    """The deployments that take each new version by themselves, and are up; those kept at a version are not."""
    items = app.items.of(ResourceKind.DEPLOYMENT)
    return tuple(
        Follower(id=row.id, name=row.value.name, owner=row.value.owner)
        for row in app.memory.table(documents.DEPLOYMENTS).rows.values()
        if follows(row.value, build.id) and items[row.id].value.info.state not in _NOT_UP
    )


async def _redeploy(follower: Follower, run: Run) -> None:
    """A failure is the deployment's own: the image is there. A cancel, now, ends what follows the build only."""
    with suppress(RunCancelled):
        await run.child(
            f"Redeploy {follower.name}",
            Deploy(deployment=follower.id),
            needed=False,
            operator=follower.owner,
        )


routes.batch(BatchRunBuild, RunBuild, kind=_KIND, field="build")


@routes.answers(CancelBuild, on(_KIND, "build")(PermissionLevel.EXECUTE))
async def _cancel(_request: CancelBuild, build: Build, ctx: Context) -> Update:
    return await cancel(_KIND, build, Operation.CANCEL_BUILD, ctx)
