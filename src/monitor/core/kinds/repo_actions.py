"""Cloning and pulling repos on their servers, and building them on builders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct, structs

from monitor.api.alert import SeverityLevel
from monitor.api.alert_data import AlertRepoBuildFailed, AlertResource
from monitor.api.repo import (
    BatchBuildRepo,
    BatchCloneRepo,
    BatchPullRepo,
    BuildRepo,
    CancelRepoBuild,
    CloneRepo,
    PullRepo,
    Repo,
)
from monitor.api.resource import PermissionLevel
from monitor.api.target import ResourceKind
from monitor.api.text import parse_pairs
from monitor.api.update import Operation, Update
from monitor.core import documents
from monitor.core.alerts import record_alert
from monitor.core.errors import ApiError, invalid
from monitor.core.interpolation import interpolate
from monitor.core.kinds import building
from monitor.core.kinds.build_cancel import cancel
from monitor.core.kinds.on_server import enabled_server
from monitor.core.kinds.sources import SHORT_HASH, folder_of, git_source, origin_of, shell_command
from monitor.core.routes import Routes, on
from monitor.core.runs.execution import RunFailed
from monitor.core.runs.run import derived_id
from monitor.link.builds import FetchDone, FetchRepo

if TYPE_CHECKING:
    from monitor.core.context import Context
    from monitor.core.runs.run import Run

_KIND = ResourceKind.REPO
_FIELDS = ("environment", "on_clone.command", "on_pull.command")

routes = Routes()


class Plan(Struct, frozen=True, kw_only=True):
    """Where a repo is built."""

    server: str


@routes.executes(CloneRepo, Operation.CLONE_REPO, kind=_KIND, field="repo", busy="cloning")
async def _clone(_request: CloneRepo, repo: Repo, run: Run) -> None:
    await _on_server("clone", repo, run)


@routes.executes(PullRepo, Operation.PULL_REPO, kind=_KIND, field="repo", busy="pulling")
async def _pull(_request: PullRepo, repo: Repo, run: Run) -> None:
    await _on_server("pull", repo, run)


async def _on_server(mode: Literal["clone", "pull"], repo: Repo, run: Run) -> None:
    _demand_source(repo)
    server = enabled_server(repo.config.server_id, repo.name, run.ctx.app).id
    result = await run.job(mode, server, lambda: _command(mode, repo, run))
    done = msgspec.msgpack.decode(result.value, type=FetchDone)
    await run.set(commit_hash=done.commit_hash[:SHORT_HASH])
    await run.once("store", lambda: _store(repo, done, run, built=False))


@routes.executes(BuildRepo, Operation.BUILD_REPO, kind=_KIND, field="repo", busy="building")
async def _build(_request: BuildRepo, repo: Repo, run: Run) -> None:
    app = run.ctx.app
    _demand_source(repo)
    plan = await run.once("plan", lambda: _plan(repo, run), Plan)
    patient = run.record.job("fetch") is not None or run.record.step("fetch") is not None
    try:
        async with building.reached(plan.server, app, patient=patient):
            result = await run.job("fetch", plan.server, lambda: _command("pull", repo, run))
    except (RunFailed, ApiError):
        await run.once("alert", lambda: _alert(repo, run))
        raise
    done = msgspec.msgpack.decode(result.value, type=FetchDone)
    await run.set(commit_hash=done.commit_hash[:SHORT_HASH])
    await run.once("store", lambda: _store(repo, done, run, built=True))


def _plan(repo: Repo, run: Run) -> Plan:
    app = run.ctx.app
    builder = building.builder_of(repo.config.builder_id, f"Repo {repo.name}", app)
    return Plan(server=building.place(builder, app))


def _demand_source(repo: Repo) -> None:
    if not repo.config.repo:
        raise invalid(f"{repo.name} has no repository configured")


async def _command(mode: Literal["clone", "pull"], repo: Repo, run: Run) -> FetchRepo:
    """What the agent is told: secrets and all, made anew for each attempt and never stored."""
    source = git_source(origin_of(repo.config), run.ctx.app)
    if source.token:
        run.secrets["GIT_TOKEN"] = source.token
    config = repo.config
    if not config.skip_secret_interp:
        config = await interpolate(run, config, _FIELDS)
    return FetchRepo(
        mode=mode,
        path=folder_of(repo),
        source=source,
        environment=parse_pairs(config.environment),
        env_file_path=config.env_file_path or ".env",
        on_clone=shell_command(config.on_clone),
        on_pull=shell_command(config.on_pull),
        secrets=dict(run.secrets),
    )


async def _store(repo: Repo, done: FetchDone, run: Run, *, built: bool) -> bool:
    now = run.ctx.app.now()
    commit, message = done.commit_hash[:SHORT_HASH], done.commit_message
    fields = (
        {"last_built_at": now, "built_hash": commit, "built_message": message}
        if built
        else {"last_pulled_at": now, "cloned_hash": commit, "cloned_message": message}
    )
    if not repo.config.commit:
        fields |= {"latest_hash": commit, "latest_message": message}
    await run.ctx.app.memory.table(documents.REPOS).edit(
        repo.id, lambda stored: structs.replace(stored, info=structs.replace(stored.info, **fields))
    )
    return True


async def _alert(repo: Repo, run: Run) -> bool:
    await record_alert(
        run.ctx.app,
        SeverityLevel.WARNING,
        run.target,
        AlertRepoBuildFailed(AlertResource(id=repo.id, name=repo.name)),
        id=derived_id(run.update_id, "alert"),
    )
    return True


routes.batch(BatchCloneRepo, CloneRepo, kind=_KIND, field="repo")
routes.batch(BatchPullRepo, PullRepo, kind=_KIND, field="repo")
routes.batch(BatchBuildRepo, BuildRepo, kind=_KIND, field="repo")


@routes.answers(CancelRepoBuild, on(_KIND, "repo")(PermissionLevel.EXECUTE))
async def _cancel(_request: CancelRepoBuild, repo: Repo, ctx: Context) -> Update:
    return await cancel(_KIND, repo, Operation.CANCEL_REPO_BUILD, ctx)
