"""Core's HTTP server: calls, sockets, agents' links, health, metrics, documentation, the browser UI."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from monitor.api.core_info import GetCoreInfo
from monitor.api.resource import PermissionLevel, SpecificPermission
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Update, UpdateListItem
from monitor.core import documents
from monitor.core.config import Settings
from monitor.core.context import Caller, Context, Services
from monitor.core.errors import ApiError
from monitor.core.identity.accounts import sanitised
from monitor.core.kinds.names import of_object
from monitor.core.kinds.ownership import deployment_of
from monitor.core.requests.core_info import COMPATIBLE
from monitor.core.requests.updates import may_read
from monitor.core.web.calling import Calling
from monitor.core.web.docs import docs_page, openapi
from monitor.core.web.live import LiveSocket
from monitor.core.web.live_hub import Hub
from monitor.core.web.live_rows import KINDS, OutputRow, Sources, list_name
from monitor.core.web.log_socket import LogSocket
from monitor.core.web.protocol_log import keep_requests_out
from monitor.core.web.rpc import Rpc, errors_as_json
from monitor.core.web.sockets import Sockets, Who
from monitor.core.web.static import Ui
from monitor.core.web.update_socket import UpdateSocket
from monitor.core.web.webhooks import Webhooks

_BACKLOG = 2048
_CLOSE_S = 1.0
"""Seconds a request under way has to end, and again once it is cancelled."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


class Web:
    """The server. `start` opens the port; `close` closes it and every connection."""

    def __init__(self, app: Services) -> None:
        self._app = app
        self._calling = Calling(app)
        self._ui = Ui(ui_folder(app.settings), self._calling.has_session)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._sockets = Sockets(app.events, self._calling.logins, app.settings.sockets_per_user)

    async def start(
        self, group: asyncio.TaskGroup, owner: Callable[[str, str], str | None]
    ) -> list[asyncio.Task[Any]]:
        """Open the port; answers the tasks that go on. Raises OSError if the port is taken."""
        app = self._app
        sockets = self._sockets
        sources = self._sources(owner)
        hub = Hub(app.events, sources)
        updates = UpdateSocket(app.events, sockets, sources.sees)
        rpc = Rpc(self._calling, app.settings.max_body_bytes)
        http = web.Application(
            middlewares=[errors_as_json], client_max_size=app.settings.max_body_bytes
        )
        http.on_response_prepare.append(_add_headers)
        http.add_routes(
            [
                *rpc.routes(),
                web.post("/listener/{path:.*}", Webhooks(app, self._calling.address).handle),
                web.get("/version", _version),
                web.get("/health/live", _live),
                web.get("/health/ready", _live),
                web.get("/metrics", self._metrics),
                web.get("/openapi.json", openapi),
                web.get("/docs", docs_page),
                web.get("/ws/live", LiveSocket(hub, sockets).handle),
                web.get("/ws/update", updates.handle),
                web.get("/ws/logs", LogSocket(app.fleet, sockets, self._may_read_log).handle),
                web.get("/ws/periphery", app.links.accept),
                web.get("/{path:.*}", self._ui.get),
            ]
        )
        keep_requests_out()
        self._runner = web.AppRunner(http, access_log=None, shutdown_timeout=_CLOSE_S)
        await self._runner.setup()
        site = self._site = web.TCPSite(
            self._runner, app.settings.bind_ip, app.settings.port, backlog=_BACKLOG
        )
        tasks = [group.create_task(work) for work in (sockets.run(), hub.run(), updates.run())]
        await site.start()
        return tasks

    async def stop_listening(self) -> None:
        """Close the port: who is connected is still answered."""
        if self._site is not None:
            site, self._site = self._site, None
            await site.stop()

    async def close(self) -> None:
        """Close the port and every connection; requests under way have a moment to end."""
        await self.stop_listening()
        await self._sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # --- What sockets show

    def _sources(self, owner: Callable[[str, str], str | None]) -> Sources:
        app = self._app
        users = app.memory.table(documents.USERS)

        def readable(user: str, kind: ResourceKind) -> frozenset[str] | None:
            row = users.rows.get(user)
            return app.access.readable(row.value, kind) if row is not None else frozenset()

        def admin(user: str) -> bool:
            row = users.rows.get(user)
            return row is not None and row.value.admin

        def owning(server: str, container: str) -> ResourceTarget | None:
            deployment = owner(server, container)
            return ResourceTarget(ResourceKind.DEPLOYMENT, deployment) if deployment else None

        return Sources(
            fleet=app.fleet,
            items=app.items.of,
            tags=app.memory.table(documents.TAGS).values,
            updates=self._newest,
            update=self._update,
            output=self._output,
            boot=self._boot,
            readable=readable,
            admin=admin,
            owner=owning,
            build=self._ui.build,
        )

    async def _newest(self, count: int) -> Sequence[UpdateListItem]:
        return (await self._app.runs.list(limit=count)).updates

    async def _update(self, identity: str) -> Update | None:
        try:
            return await self._app.runs.get(identity)
        except ApiError:
            return None

    async def _output(self, identity: str, after: int) -> Sequence[OutputRow]:
        output = await self._app.runs.lines(identity, after=after, limit=5000)
        return [(one.seq, one.step, one.stream, one.ts, one.text) for one in output.lines]

    async def _boot(self, user: str) -> Mapping[str, object]:
        """What a user's page begins with: who they are, this Core, and how much there is."""
        app = self._app
        ctx = self._context(user)
        counts: dict[str, int] = {}
        for kind in KINDS:
            ids = app.access.readable(ctx.caller.user, kind)
            counts[list_name(kind)] = len(app.items.of(kind)) if ids is None else len(ids)
        servers = app.access.readable(ctx.caller.user, ResourceKind.SERVER)
        counts["containers"] = sum(
            len(now.containers)
            for identity, now in app.fleet.servers.items()
            if servers is None or identity in servers
        )
        return {
            "user": sanitised(ctx.caller.user),
            "info": await ctx.ask(GetCoreInfo()),
            "counts": counts,
            "running": sum(may_read(record.target, ctx) for record in app.runs.running()),
        }

    def _context(self, user: str) -> Context:
        row = self._app.memory.table(documents.USERS).rows.get(user)
        if row is None:
            raise ApiError(401, "The user is gone")
        return Context(Caller(row.value), self._app)

    async def _may_read_log(self, who: Who, server: str, container: str) -> str:
        """The id of the server whose container's log this is.

        Logs on the server, or on the container's deployment, is needed: 403 or 404 without. 400 for what can be
        no container's name.
        """
        ctx = self._context(who.user)
        level, logs = PermissionLevel.READ, (SpecificPermission.LOGS,)
        of_object(container)
        row = self._app.memory.table(documents.SERVERS).get(server)
        deployment = deployment_of(row.id, container, self._app) if row is not None else None
        if row is not None and deployment is not None:
            try:
                await ctx.find(ResourceKind.DEPLOYMENT, deployment.id, level, logs)
            except ApiError:
                pass
            else:
                return row.id
        return (await ctx.find(ResourceKind.SERVER, server, level, logs)).id

    async def _metrics(self, http: web.Request) -> web.Response:
        """Prometheus metrics, for any enabled user."""
        # Loaded when asked for: most installations never are, and Core starts sooner.
        from prometheus_client import (  # noqa: PLC0415
            CONTENT_TYPE_LATEST,
            CollectorRegistry,
            Gauge,
            generate_latest,
        )

        caller = await self._calling.caller(http)
        if not caller.user.enabled:
            raise ApiError(401, "User is not enabled")
        registry = CollectorRegistry()
        figures = {
            "monitor_servers": len(self._app.fleet.servers),
            "monitor_servers_up": sum(now.up for now in self._app.fleet.servers.values()),
            "monitor_containers": sum(
                len(now.containers) for now in self._app.fleet.servers.values()
            ),
            "monitor_runs": sum(1 for _ in self._app.runs.running()),
        }
        for name, value in figures.items():
            Gauge(name, name.replace("_", " "), registry=registry).set(value)
        return web.Response(
            body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )


async def _version(_http: web.Request) -> web.Response:
    return web.Response(text=COMPATIBLE)


async def _live(_http: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _add_headers(_http: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


def ui_folder(settings: Settings) -> Path:
    """Where the built UI lies: as set, else inside the package, else in the checkout it runs from."""
    if settings.ui_dir:
        return Path(settings.ui_dir)
    packaged = Path(__file__).parent / "static"
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[4] / "ui" / "dist"
