"""Dockerfiles that lie elsewhere: read again, and written where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.api.build import Build, RefreshBuildCache, WriteBuildFileContents
from monitor.api.repo import RefreshRepoCache, Repo
from monitor.api.resource import PermissionLevel
from monitor.api.target import ResourceKind
from monitor.api.update import Operation, Update
from monitor.api.values import NoData
from monitor.core.context import Context, target_of
from monitor.core.errors import ApiError, invalid, unavailable
from monitor.core.kinds import building
from monitor.core.kinds.builds import BUILDS
from monitor.core.kinds.on_server import failure_log, note, run_now
from monitor.core.kinds.sources import build_origin, git_source
from monitor.core.routes import Routes, on
from monitor.git.errors import GitFailed
from monitor.git.publish import publish
from monitor.link.builds import WriteDockerfile

if TYPE_CHECKING:
    from monitor.api.update import Log

_BUILD = on(ResourceKind.BUILD, "build")
_STAGE = "Write Dockerfile"

routes = Routes()


@routes.answers(RefreshBuildCache, _BUILD(PermissionLevel.EXECUTE))
async def _refresh_build(_request: RefreshBuildCache, build: Build, ctx: Context) -> NoData:
    await ctx.app.refresher.refresh(ResourceKind.BUILD, build)
    return NoData()


@routes.answers(RefreshRepoCache, on(ResourceKind.REPO, "repo")(PermissionLevel.EXECUTE))
async def _refresh_repo(_request: RefreshRepoCache, repo: Repo, ctx: Context) -> NoData:
    try:
        await ctx.app.refresher.refresh(ResourceKind.REPO, repo)
    except GitFailed as error:
        raise unavailable(str(error)) from error
    return NoData()


@routes.answers(WriteBuildFileContents, _BUILD(PermissionLevel.WRITE))
async def _write(request: WriteBuildFileContents, build: Build, ctx: Context) -> Update:
    """A failure is on record, and the Update says so."""
    BUILDS.demand_idle(build, ctx)
    config = build.config
    if not config.files_on_host and not build_origin(build, ctx.app).repo:
        raise invalid(f"The Dockerfile of build {build.name} is part of its config: change that")
    logs: list[Log] = [note("Dockerfile to write", request.contents)]
    try:
        if config.files_on_host:
            logs += await _on_host(request, build, ctx)
        else:
            logs.append(await _in_git(request, build, ctx))
    except (GitFailed, ApiError, TimeoutError) as error:
        if isinstance(error, ApiError) and error.status != 503:  # noqa: PLR2004 - the agent failed
            raise
        logs.append(failure_log(_STAGE, str(error) or "It took too long", ctx.app.now()))
    ctx.app.refresher.soon(ResourceKind.BUILD, build.id)
    return await ctx.app.runs.record(
        Operation.WRITE_DOCKERFILE,
        target_of(ResourceKind.BUILD, build),
        ctx.caller.id,
        logs=logs,
        success=logs[-1].success,
    )


async def _on_host(request: WriteBuildFileContents, build: Build, ctx: Context) -> tuple[Log, ...]:
    builder = building.builder_of(build.config.builder_id, f"Build {build.name}", ctx.app)
    place = building.place(builder, ctx.app)
    if place == builder.id:
        raise invalid("Files of a builder that is an address are written there, not from here")
    command = WriteDockerfile(
        name=build.name,
        files_on_host=True,
        build_path=build.config.build_path,
        dockerfile_path=build.config.dockerfile_path or "Dockerfile",
        contents=request.contents,
    )
    return await run_now(place, command, ctx.app)


async def _in_git(request: WriteBuildFileContents, build: Build, ctx: Context) -> Log:
    source = git_source(build_origin(build, ctx.app), ctx.app)
    if source.commit:
        raise invalid(f"Build {build.name} is pinned to the commit {source.commit}")
    path = "/".join(
        part
        for part in f"{build.config.build_path}/{build.config.dockerfile_path or 'Dockerfile'}".split(
            "/"
        )
        if part not in {"", "."}
    )
    user = ctx.caller.user.username
    cache = ctx.app.refresher.cache
    said: list[str] = []
    async with cache.clone(source) as (folder, scratch, _commit):
        commit = await publish(
            source,
            folder,
            path,
            request.contents,
            message=f"[Monitor] {user}: Commit Dockerfile",
            author=user,
            scratch=scratch,
            known_hosts=cache.known_hosts,
            on_line=lambda _stream, text: said.append(text),
        )
    text = f"Pushed {commit} to {source.branch}" if commit else "It was so already"
    return note(_STAGE, "\n".join((*said, text)))
