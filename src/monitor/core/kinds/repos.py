"""Repos: git repositories cloned to a server, and kept there for what uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from monitor.api.repo import (
    CopyRepo,
    CreateRepo,
    DeleteRepo,
    GetRepo,
    GetRepoActionState,
    GetReposSummary,
    GetReposSummaryResponse,
    ListFullRepos,
    ListRepos,
    RenameRepo,
    Repo,
    RepoActionState,
    RepoConfig,
    RepoInfo,
    RepoListItemInfo,
    RepoQuerySpecifics,
    RepoState,
    UpdateRepo,
)
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.text import BadText, parse_pairs
from monitor.core import documents
from monitor.core.errors import ApiError, invalid
from monitor.core.kinds import listing, names
from monitor.core.kinds.engine import Requests, Resources
from monitor.core.kinds.on_server import failure_log, run_now
from monitor.core.kinds.sources import attached, check_origin, folder_of, name_of, origin_of
from monitor.core.routes import Enabled
from monitor.link import builds

if TYPE_CHECKING:
    from monitor.api.update import Log
    from monitor.core.context import Context, Services

_KIND = ResourceKind.REPO
_BUSY = {
    "cloning": RepoState.CLONING,
    "pulling": RepoState.PULLING,
    "building": RepoState.BUILDING,
}


def list_info(repo: Repo, app: Services) -> RepoListItemInfo:
    """What a list shows of a repo: how its newest run went, and where it is cloned to."""
    config, info = repo.config, repo.info
    target = ResourceTarget(_KIND, repo.id)
    flag, update = app.runs.busy(target) or (None, None)
    ended = RepoState.FAILED if app.newest.failed(target) else RepoState.OK
    return RepoListItemInfo(
        server_id=config.server_id,
        server_name=name_of(ResourceKind.SERVER, config.server_id, app),
        builder_id=config.builder_id,
        last_pulled_at=info.last_pulled_at,
        last_built_at=info.last_built_at,
        git_provider=config.git_provider,
        repo=config.repo,
        branch=config.branch,
        repo_link=origin_of(config).link,
        state=_BUSY.get(flag or "", ended),
        cloned_hash=info.cloned_hash,
        cloned_message=info.cloned_message,
        built_hash=info.built_hash,
        latest_hash=info.latest_hash,
        busy=flag,
        busy_update=update,
        builder_name=name_of(ResourceKind.BUILDER, config.builder_id, app),
    )


async def check(config: RepoConfig, before: RepoConfig | None, ctx: Context) -> RepoConfig:
    """References as ids, with the right to attach to new ones; texts that parse. Raises 400, 403, 404."""
    config = structs.replace(
        config,
        server_id=await attached(
            ResourceKind.SERVER, config.server_id, before.server_id if before else None, ctx
        ),
        builder_id=await attached(
            ResourceKind.BUILDER, config.builder_id, before.builder_id if before else None, ctx
        ),
        links=tuple(link for link in config.links if link.strip()),
        branch=config.branch.strip(),
        repo=config.repo.strip().removesuffix(".git").strip("/"),
        path=config.path.strip(),
    )
    try:
        parse_pairs(config.environment)
    except BadText as error:
        raise invalid(f"environment: {error}") from error
    check_origin(config)
    for field in ("path", "env_file_path"):
        if ".." in getattr(config, field).split("/"):
            raise invalid(f"{field} can't hold ..")
    return config


def _matches(info: RepoListItemInfo, specific: RepoQuerySpecifics) -> bool:
    return (
        (not specific.repos or info.repo in specific.repos)
        and (
            not specific.server_ids
            or info.server_id in specific.server_ids
            or info.server_name in specific.server_ids
        )
        and (not specific.states or info.state in specific.states)
    )


async def _renamed(repo: Repo, name: str, ctx: Context) -> tuple[Log, ...]:
    """The clone's folder has the repo's name, unless it has a path of its own."""
    if not repo.config.server_id or repo.config.path or not repo.info.last_pulled_at:
        return ()
    command = builds.RenameRepo(path=repo.name, new_path=name)
    return await run_now(repo.config.server_id, command, ctx.app)


async def _deleting(repo: Repo, ctx: Context) -> tuple[Log, ...]:
    """Its clone goes too, where its server can be reached; a failure is on record and no obstacle."""
    table = ctx.app.memory.table(documents.BUILDS)
    for row in [r for r in table.rows.values() if r.value.config.linked_repo == repo.id]:
        await table.edit(
            row.id, lambda b: structs.replace(b, config=structs.replace(b.config, linked_repo=""))
        )
    if not repo.config.server_id or not repo.info.last_pulled_at:
        return ()
    try:
        command = builds.DeleteRepo(path=folder_of(repo))
        return await run_now(repo.config.server_id, command, ctx.app)
    except (ApiError, TimeoutError) as error:
        return (failure_log("Delete repo", str(error), ctx.app.now()),)


async def _created(repo: Repo, ctx: Context) -> None:
    ctx.app.refresher.soon(_KIND, repo.id)


async def _updated(_before: Repo, after: Repo, ctx: Context) -> None:
    ctx.app.refresher.soon(_KIND, after.id)


REPOS = Resources(
    kind=_KIND,
    field="repo",
    config=RepoConfig,
    info=RepoInfo,
    requests=Requests(
        get=GetRepo,
        list=ListRepos,
        list_full=ListFullRepos,
        action_state=GetRepoActionState,
        create=CreateRepo,
        copy=CopyRepo,
        update=UpdateRepo,
        rename=RenameRepo,
        delete=DeleteRepo,
    ),
    busy=RepoActionState,
    list_info=list_info,
    check=check,
    matches=_matches,
    sorts={
        "Repo": lambda info: info.repo,
        "Branch": lambda info: info.branch,
        "State": lambda info: info.state,
    },
    normalise=names.folder,
    hidden=("webhook_secret",),
    created=_created,
    updated=_updated,
    renamed=_renamed,
    deleting=_deleting,
)
routes = REPOS.routes()


@routes.answers(GetReposSummary, Enabled())
async def _summary(_request: GetReposSummary, ctx: Context) -> GetReposSummaryResponse:
    states = [item.value.info.state for item in listing.readable(REPOS, ctx)]
    return GetReposSummaryResponse(
        total=len(states),
        ok=states.count(RepoState.OK),
        cloning=states.count(RepoState.CLONING),
        pulling=states.count(RepoState.PULLING),
        building=states.count(RepoState.BUILDING),
        failed=states.count(RepoState.FAILED),
        unknown=states.count(RepoState.UNKNOWN),
    )
