"""Builds: source that becomes images, each under a version of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from monitor.api.build import (
    Build,
    BuildActionState,
    BuildConfig,
    BuildInfo,
    BuildListItemInfo,
    BuildQuerySpecifics,
    BuildState,
    CopyBuild,
    CreateBuild,
    DeleteBuild,
    GetBuild,
    GetBuildActionState,
    GetBuildsSummary,
    GetBuildsSummaryResponse,
    ListBuilds,
    ListCommonBuildExtraArgs,
    ListFullBuilds,
    RenameBuild,
    UpdateBuild,
)
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.text import BadText, parse_pairs
from monitor.api.values import Version
from monitor.core.errors import invalid
from monitor.core.kinds import images, listing, names
from monitor.core.kinds.engine import Requests, Resources
from monitor.core.kinds.sources import attached, build_origin, check_origin, name_of
from monitor.core.routes import Enabled

if TYPE_CHECKING:
    from monitor.core.context import Context, Services

_KIND = ResourceKind.BUILD
_TEXTS = ("build_args", "secret_args", "labels")


def list_info(build: Build, app: Services) -> BuildListItemInfo:
    """What a list shows of a build: how its newest run went, and what it is built from."""
    config, info = build.config, build.info
    target = ResourceTarget(_KIND, build.id)
    flag, update = app.runs.busy(target) or (None, None)
    origin = build_origin(build, app)
    return BuildListItemInfo(
        state=_state(target, flag, app),
        last_built_at=info.last_built_at,
        version=config.version,
        builder_id=config.builder_id,
        files_on_host=config.files_on_host,
        dockerfile_contents=bool(config.dockerfile),
        linked_repo=config.linked_repo,
        linked_repo_name=name_of(ResourceKind.REPO, config.linked_repo, app),
        git_provider=origin.provider,
        repo=origin.repo,
        branch=origin.branch,
        repo_link=origin.link,
        built_hash=info.built_hash,
        latest_hash=info.latest_hash,
        image_registry_domain=next(
            (one.domain for one in config.image_registry if one.domain), None
        ),
        busy=flag,
        busy_update=update,
        builder_name=name_of(ResourceKind.BUILDER, config.builder_id, app),
    )


def _state(target: ResourceTarget, flag: str | None, app: Services) -> BuildState:
    if flag == "building":
        return BuildState.BUILDING
    return BuildState.FAILED if app.newest.failed(target) else BuildState.OK


async def check(config: BuildConfig, before: BuildConfig | None, ctx: Context) -> BuildConfig:
    """References as ids, with the right to attach to new ones; texts that parse, names that images can have.

    Raises 400, 403, 404.
    """
    config = structs.replace(
        config,
        builder_id=await attached(
            ResourceKind.BUILDER, config.builder_id, before.builder_id if before else None, ctx
        ),
        linked_repo=await attached(
            ResourceKind.REPO, config.linked_repo, before.linked_repo if before else None, ctx
        ),
        extra_args=tuple(arg.strip() for arg in config.extra_args if arg.strip()),
        links=tuple(link for link in config.links if link.strip()),
        branch=config.branch.strip(),
        repo=config.repo.strip().removesuffix(".git").strip("/"),
    )
    for field in _TEXTS:
        try:
            pairs = parse_pairs(getattr(config, field))
        except BadText as error:
            raise invalid(f"{field}: {error}") from error
        if field == "secret_args" and any("," in name or "=" in name for name, _ in pairs):
            raise invalid("secret_args: a name can't hold a comma or =")
    fault = images.fault_in(config.image_name, config.image_tag, config.image_registry)
    if fault:
        raise invalid(fault)
    check_origin(config)
    if config.version < Version():
        raise invalid("version can't be negative")
    return config


def _matches(info: BuildListItemInfo, specific: BuildQuerySpecifics) -> bool:
    return (
        (
            not specific.builder_ids
            or info.builder_id in specific.builder_ids
            or info.builder_name in specific.builder_ids
        )
        and (not specific.repos or info.repo in specific.repos)
        and (
            not specific.linked_repos
            or info.linked_repo in specific.linked_repos
            or info.linked_repo_name in specific.linked_repos
        )
        and info.last_built_at >= specific.built_since
        and (not specific.states or info.state in specific.states)
    )


def _may_create(ctx: Context) -> bool:
    return ctx.caller.user.create_build_permissions


def _copied(config: BuildConfig) -> BuildConfig:
    return structs.replace(config, version=Version())


async def _created(build: Build, ctx: Context) -> None:
    ctx.app.refresher.soon(_KIND, build.id)


async def _updated(_before: Build, after: Build, ctx: Context) -> None:
    ctx.app.refresher.soon(_KIND, after.id)


BUILDS = Resources(
    kind=_KIND,
    field="build",
    config=BuildConfig,
    info=BuildInfo,
    requests=Requests(
        get=GetBuild,
        list=ListBuilds,
        list_full=ListFullBuilds,
        action_state=GetBuildActionState,
        create=CreateBuild,
        copy=CopyBuild,
        update=UpdateBuild,
        rename=RenameBuild,
        delete=DeleteBuild,
    ),
    busy=BuildActionState,
    list_info=list_info,
    check=check,
    matches=_matches,
    sorts={
        "Source": lambda info: (info.git_provider, info.repo),
        "State": lambda info: info.state,
    },
    may_create=_may_create,
    normalise=names.image,
    hidden=("webhook_secret",),
    created=_created,
    updated=_updated,
    copied=_copied,
)
routes = BUILDS.routes()


@routes.answers(GetBuildsSummary, Enabled())
async def _summary(_request: GetBuildsSummary, ctx: Context) -> GetBuildsSummaryResponse:
    states = [item.value.info.state for item in listing.readable(BUILDS, ctx)]
    return GetBuildsSummaryResponse(
        total=len(states),
        ok=states.count(BuildState.OK),
        failed=states.count(BuildState.FAILED),
        building=states.count(BuildState.BUILDING),
        unknown=states.count(BuildState.UNKNOWN),
    )


@routes.answers(ListCommonBuildExtraArgs, Enabled())
async def _extra_args(request: ListCommonBuildExtraArgs, ctx: Context) -> list[str]:
    full = await ctx.ask(ListFullBuilds(query=request.query))
    return sorted({arg for build in full for arg in build.config.extra_args})
