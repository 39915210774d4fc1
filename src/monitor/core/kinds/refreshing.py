"""What Core itself reads of builds and repos: Dockerfiles, and the newest commits of their branches."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec import structs

from monitor.api.target import ResourceKind, ResourceTarget
from monitor.core import documents
from monitor.core.errors import ApiError
from monitor.core.fleet.past import SECONDS
from monitor.core.kinds import building
from monitor.core.kinds.sources import SHORT_HASH, build_origin, git_source, origin_of
from monitor.core.store.protocol import Missing
from monitor.git.errors import GitFailed
from monitor.git.tree import read_inside
from monitor.link.builds import ReadDockerfile

if TYPE_CHECKING:
    from monitor.api.build import Build
    from monitor.api.repo import Repo
    from monitor.core.context import Services
    from monitor.core.repo_cache import RepoCache
    from monitor.link.builds import FileRead, GitSource

log = logging.getLogger(__name__)

_AT_ONCE = 4


class Refresher:
    """Reads again what is asked for soon, and everything from time to time; `run` is its one task."""

    def __init__(self, app: Services, cache: RepoCache) -> None:
        self.cache = cache
        self._app = app
        self._soon: dict[ResourceTarget, None] = {}
        self._wake = asyncio.Event()

    def soon(self, kind: ResourceKind, identity: str) -> None:
        """Read what belongs to this build or repo as soon as may be."""
        self._soon[ResourceTarget(kind, identity)] = None
        self._wake.set()

    async def run(self) -> NoReturn:
        """Do so for as long as Core runs."""
        interval = SECONDS[self._app.settings.resource_poll_interval]
        loop = asyncio.get_running_loop()
        due = loop.time() + interval
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._wake.wait()
            if loop.time() >= due:
                due = loop.time() + interval
                self._soon.update(dict.fromkeys(self._all()))
                await self.cache.prune()
            wanted, self._soon = list(self._soon), {}
            self._wake.clear()
            few = asyncio.Semaphore(_AT_ONCE)
            await asyncio.gather(*(self._one(target, few) for target in wanted))

    def _all(self) -> list[ResourceTarget]:
        return [
            ResourceTarget(kind, row.id)
            for kind in (ResourceKind.REPO, ResourceKind.BUILD)
            for row in self._app.memory.table(documents.BY_KIND[kind]).rows.values()
            if not row.value.template
        ]

    async def _one(self, target: ResourceTarget, few: asyncio.Semaphore) -> None:
        row = self._app.memory.table(documents.BY_KIND[target.type]).rows.get(target.id)
        if row is None:
            return
        async with few:
            try:
                await self.refresh(target.type, row.value)
            except Missing:
                return
            except (ApiError, GitFailed, OSError, TimeoutError) as error:
                log.info("%s %s could not be read: %s", target.type, row.value.name, error)

    async def refresh(self, kind: ResourceKind, resource: Any) -> None:
        """Read what belongs to a build or repo now. Why a Dockerfile could not be read is kept. Raises GitFailed."""
        if kind is ResourceKind.REPO:
            await self._repo(resource)
        else:
            await self._build(resource)

    async def _repo(self, repo: Repo) -> None:
        if not repo.config.repo:
            return
        source = git_source(origin_of(repo.config), self._app)
        if await self._is_known(source, repo.info.latest_hash):
            return
        async with self.cache.clone(source) as (_folder, _scratch, commit):
            await self._store(
                documents.REPOS,
                repo.id,
                latest_hash=commit.hash[:SHORT_HASH],
                latest_message=commit.message,
            )

    async def _is_known(self, source: GitSource, known: str | None) -> bool:
        """Whether the branch's newest commit is the one that was read before."""
        if source.commit or not known:
            return False
        return (await self.cache.latest(source)).startswith(known)

    async def _build(self, build: Build) -> None:
        path = "/".join((build.config.build_path, build.config.dockerfile_path or "Dockerfile"))
        nothing = {"remote_path": None, "remote_contents": None, "remote_error": None}
        if build.config.files_on_host:
            fields: dict[str, Any] = await self._on_host(build)
            fields |= {"latest_hash": None, "latest_message": None}
        elif build_origin(build, self._app).repo:
            fields = nothing | {"remote_path": path} | await self._in_git(build, path)
        else:
            fields = nothing | {"latest_hash": None, "latest_message": None}
        await self._store(documents.BUILDS, build.id, **fields)

    async def _in_git(self, build: Build, path: str) -> dict[str, Any]:
        try:
            source = git_source(build_origin(build, self._app), self._app)
            async with self.cache.clone(source) as (folder, _scratch, commit):
                found = {
                    "latest_hash": commit.hash[:SHORT_HASH],
                    "latest_message": commit.message,
                }
                try:
                    text = await asyncio.to_thread(read_inside, folder, path, "Dockerfile")
                except GitFailed as error:
                    return found | {"remote_error": str(error)}
                return found | {"remote_contents": text}
        except (ApiError, GitFailed, OSError) as error:
            return {"remote_error": str(error)}

    async def _on_host(self, build: Build) -> dict[str, Any]:
        config = build.config
        try:
            builder = building.builder_of(config.builder_id, f"Build {build.name}", self._app)
            read: FileRead = await building.ask(
                building.place(builder, self._app),
                ReadDockerfile(
                    name=build.name,
                    files_on_host=True,
                    build_path=config.build_path,
                    dockerfile_path=config.dockerfile_path or "Dockerfile",
                ),
                self._app,
            )
        except (ApiError, TimeoutError) as error:
            return {"remote_contents": None, "remote_error": str(error) or "It took too long"}
        return {
            "remote_path": read.path,
            "remote_contents": None if read.error else read.contents,
            "remote_error": read.error or None,
        }

    async def _store(self, spec: Any, identity: str, **fields: Any) -> None:
        table = self._app.memory.table(spec)
        row = table.rows.get(identity)
        if row is None or structs.replace(row.value.info, **fields) == row.value.info:
            return
        await table.edit(
            identity,
            lambda stored: structs.replace(stored, info=structs.replace(stored.info, **fields)),
        )
