"""Core, wired: builds everything, top to bottom, and runs it until it is told to stop."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NoReturn

from monitor import __version__
from monitor.api.base import Request
from monitor.api.resource import Resource
from monitor.api.target import ResourceTarget
from monitor.core import documents
from monitor.core.access import Access
from monitor.core.alerts import keep_pruning_alerts
from monitor.core.config import Settings
from monitor.core.context import Caller, Context, Services
from monitor.core.door import Door, demand_enabled_user
from monitor.core.errors import unauthenticated
from monitor.core.events import Events, SessionEnded, TagChanged
from monitor.core.fleet.fleet import Fleet
from monitor.core.fleet.guests import Guests
from monitor.core.fleet.links import Links
from monitor.core.follow import Follow
from monitor.core.history.series import Series
from monitor.core.identity import identity as identities
from monitor.core.identity.api_keys import API_KEYS
from monitor.core.identity.identity import Identity, Policy
from monitor.core.identity.sessions import SESSIONS
from monitor.core.items import Items, MakeInfo
from monitor.core.kinds import (
    build_actions,
    build_files,
    build_history,
    builders,
    builds,
    containers,
    deployment_actions,
    deployments,
    docker_objects,
    repo_actions,
    repos,
    servers,
)
from monitor.core.kinds.engine import Resources
from monitor.core.kinds.refreshing import Refresher
from monitor.core.memory import Memory
from monitor.core.repo_cache import RepoCache
from monitor.core.requests import (
    accounts,
    alerts,
    core_info,
    meta,
    onboarding,
    providers,
    tags,
    toml_export,
    updates,
    users,
    variables,
)
from monitor.core.roster import Roster
from monitor.core.routes import executions_by_name
from monitor.core.runs.execution import Execution
from monitor.core.runs.newest import COUNTED, Newest
from monitor.core.runs.prune import keep_pruning
from monitor.core.runs.runs import Runs
from monitor.core.store.lease import SqliteLease
from monitor.core.store.protocol import Change, Row, Store
from monitor.core.store.sqlite import open_sqlite
from monitor.core.web.server import Web
from monitor.link.keys import load_or_generate
from monitor.link.vocabulary import VOCABULARY

log = logging.getLogger(__name__)

MODULES = (
    accounts.routes,
    users.routes,
    core_info.routes,
    tags.routes,
    variables.routes,
    providers.routes,
    meta.routes,
    toml_export.routes,
    onboarding.routes,
    updates.routes,
    alerts.routes,
    servers.routes,
    containers.routes,
    docker_objects.routes,
    deployments.routes,
    deployment_actions.routes,
    builds.routes,
    build_history.routes,
    build_actions.routes,
    build_files.routes,
    repos.routes,
    repo_actions.routes,
    builders.routes,
)
"""Every module that answers requests. A request that none of them answers is answered with 501."""

KINDS = (
    servers.SERVERS,
    deployments.DEPLOYMENTS,
    builds.BUILDS,
    repos.REPOS,
    builders.BUILDERS,
)
"""Every kind of resource."""


async def run(
    settings: Settings, stopping: asyncio.Event, *, ready: Callable[[], None] = lambda: None
) -> None:
    """Run Core until `stopping` is set; `ready` is called once it serves.

    Raises StoreError, BadSettings, OSError for what keeps it from starting.
    """
    data = data_folder(settings)
    lease = SqliteLease(data)
    log.info("waiting for the database")
    await lease.acquire(lambda: log.warning("another Core holds the database: standing by"))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(lease.release)
        specs = (*documents.IN_MEMORY, *identities.IN_MEMORY)
        store = await open_sqlite(
            data, specs, encryption_key=settings.encryption_key or None, guard=lease.guard
        )
        stack.push_async_callback(store.close)
        core = await Core.build(settings, store, Memory(store, specs))
        stack.push_async_callback(core.close)
        async with asyncio.TaskGroup() as group:
            background = [group.create_task(lease.keep())]
            background += await core.start(group)
            ready()
            await stopping.wait()
            # Or else agents whose links are closed below would be back before Core is gone.
            await core.stop_listening()
            for task in background:
                task.cancel()


class Core:
    """All parts, and their life."""

    def __init__(self, app: Services, web_server: Web, roster: Roster) -> None:
        self.app = app
        self._web = web_server
        self._roster = roster

    @classmethod
    async def build(cls, settings: Settings, store: Store, memory: Memory) -> "Core":
        """Everything, in the order in which one part needs another."""
        events = Events()
        data = Path(settings.data_dir)
        await memory.load()
        door = Door(MODULES)
        access = Access(memory, events, transparent=settings.transparent_mode)
        identity = Identity(memory, data, policy_of(settings))
        history = Series(data / "history.db")
        await history.open()
        fleet = Fleet(events, series=history)
        app = Services(
            settings=settings,
            store=store,
            memory=memory,
            events=events,
            access=access,
            items=Items(memory, events),
            fleet=fleet,
            history=history,
            identity=identity,
            front_door=door.answer,
        )
        app.runs = Runs(
            store=store,
            events=events,
            executions=executions_by_name(MODULES),
            session=lambda server: app.guests.session(server) or fleet.session(server),
            load=Loader(app).load,
            username=lambda user: users.username(user, memory.table(documents.USERS)),
            server_name=lambda server: server_name(memory, server),
            build=__version__,
        )
        app.newest = Newest()
        app.refresher = Refresher(app, RepoCache(data / "repo-cache"))
        roster = Roster(app)
        app.guests = Guests(roster, fleet, events)
        app.links = Links(
            directory=app.guests,
            observer=app.guests,
            keys=load_or_generate(data / "keys" / "core.key"),
            version=__version__,
            vocabulary=VOCABULARY,
        )
        app.guests.links = app.links
        return cls(app, Web(app), roster)

    async def start(self, group: asyncio.TaskGroup) -> list[asyncio.Task[Any]]:
        """Fill memory, take up runs again, open the doors; answers the tasks that go on."""
        app = self.app
        following = [group.create_task(app.memory.run(), name="memory")]
        await self._first_start()
        app.fleet.set_servers(app.memory.table(documents.SERVERS).values())
        self._listen()
        await app.newest.load(app.store, counted(app.memory))
        follow = Follow(app)
        for kind in KINDS:
            app.items.register(kind.kind, _info_maker(kind, app))
        app.items.fill()
        for name, work in (
            ("items", follow.run()),
            ("fleet", app.fleet.run()),
            ("history", app.history.run()),
            ("refresh", app.refresher.run()),
            ("sessions", forget_expired(app.identity)),
            ("alerts", keep_pruning_alerts(app)),
            (
                "retention",
                keep_pruning(
                    app.store,
                    keep_output_days=app.settings.keep_output_days,
                    keep_updates_days=app.settings.keep_updates_days,
                ),
            ),
        ):
            following.append(group.create_task(work, name=name))
        await app.runs.resume()
        following += await self._web.start(group, follow.owner)
        following.append(group.create_task(app.links.run(), name="links"))
        return following

    async def _first_start(self) -> None:
        """The first administrator and the first server, where the settings name them."""
        app, settings = self.app, self.app.settings
        wanted = settings.init_admin_username and settings.init_admin_password
        if wanted and not app.identity.has_users:
            await app.identity.create_user(
                settings.init_admin_username, settings.init_admin_password, enabled=True
            )
        await self._roster.add_first(settings.first_server_name, settings.first_server_public_key)

    def _listen(self) -> None:
        app = self.app

        def server_changed(change: Change, _was: Row[Any] | None) -> None:
            if change.value is None:
                app.fleet.remove_server(change.id)
            else:
                app.fleet.set_server(change.value)
            app.links.changed(change.id)

        def session_changed(change: Change, _was: Row[Any] | None) -> None:
            if change.value is None:
                app.events.publish(SessionEnded(change.id))

        def key_changed(change: Change, was: Row[Any] | None) -> None:
            if change.value is None and was is not None:
                app.events.publish(SessionEnded(was.value.key))

        def tag_changed(change: Change, _was: Row[Any] | None) -> None:
            app.events.publish(TagChanged(change.id, change.value))

        app.memory.listen(documents.SERVERS, server_changed)
        app.memory.listen(SESSIONS, session_changed)
        app.memory.listen(API_KEYS, key_changed)
        app.memory.listen(documents.TAGS, tag_changed)

    async def stop_listening(self) -> None:
        """Let nobody else in."""
        await self._web.stop_listening()

    async def close(self) -> None:
        """Close the doors, then let go of the rest; runs go on in the next Core."""
        await self._web.close()
        await self.app.runs.close()
        await self.app.fleet.close()
        await self.app.history.close()


class Loader:
    """Finds what a run is about, with the rights its operator has at that moment."""

    def __init__(self, app: Services) -> None:
        self._app = app

    async def load(
        self, execution: Execution, request: Request[Any], operator: str
    ) -> tuple[Any, Context]:
        """The resource and a context of the operator's. Raises 401, 403, 404."""
        row = self._app.memory.table(documents.USERS).rows.get(operator)
        if row is None:
            raise unauthenticated("The user who started this is gone")
        ctx = Context(Caller(row.value), self._app)
        demand_enabled_user(ctx)
        if not execution.target:
            ctx.demand_admin()
            return None, ctx
        reference = getattr(request, execution.target)
        resource = await ctx.find(execution.kind, reference, execution.level, execution.specific)
        return resource, ctx


def _info_maker(kind: Resources[Any, Any], app: Services) -> MakeInfo:
    def make(resource: Resource[Any, Any]) -> Any:
        return kind.list_info(resource, app)

    return make


async def forget_expired(identity: Identity) -> NoReturn:
    """Delete expired sessions each hour, for as long as Core runs."""
    while True:
        await identity.sessions.prune()
        await asyncio.sleep(3600)


def data_folder(settings: Settings) -> Path:
    """Where all that survives lies; made if need be, for nobody else to read."""
    data = Path(settings.data_dir)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data


def policy_of(settings: Settings) -> Policy:
    """What the settings say about log-ins."""
    return Policy(
        local_auth=settings.local_auth,
        registration_disabled=settings.disable_user_registration,
        enable_new_users=settings.enable_new_users,
        shortest_password=settings.min_password_length,
        session_ms=settings.jwt_ttl_hours * 3_600_000,
    )


def counted(memory: Memory) -> list[ResourceTarget]:
    """Everything whose newest run its list item shows."""
    return [
        ResourceTarget(kind, identity)
        for kind in COUNTED
        for identity in memory.table(documents.BY_KIND[kind]).rows
    ]


def server_name(memory: Memory, server: str) -> str:
    """A server's name by id, or that of a builder that is an address."""
    row = memory.table(documents.SERVERS).rows.get(server)
    if row is not None:
        return row.value.name
    builder = memory.table(documents.BUILDERS).rows.get(server)
    return builder.value.name if builder is not None else server
