"""A web server with the live sockets on it, fed by a real bus and a real Fleet, and pages that look."""

from __future__ import annotations

import asyncio
import json
import zlib
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, Self

import aiohttp
from aiohttp import web
from msgspec import Struct, structs

from fleet.things import server
from monitor.api.ids import Oid
from monitor.api.resource import ResourceListItem
from monitor.api.tag import Tag
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Operation, Update, UpdateListItem, UpdateStatus
from monitor.core.errors import ApiError, forbidden, unauthenticated
from monitor.core.events import (
    ContainersChanged,
    Events,
    HostSampled,
    ItemChanged,
    OutputAdded,
    ServerStateChanged,
    UpdateChanged,
)
from monitor.core.fleet import views
from monitor.core.fleet.fleet import Fleet
from monitor.core.web.live import LiveSocket
from monitor.core.web.live_hub import Hub
from monitor.core.web.live_rows import Sources
from monitor.core.web.log_socket import LogSocket
from monitor.core.web.sockets import Logins, Sockets, Who
from monitor.core.web.update_socket import UpdateSocket
from world import patched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from monitor.api.server import Server
    from monitor.core.web.live_rows import OutputRow


class Kept(Struct, frozen=True):
    value: Any


class World:
    """Core's part that others own, as plain dicts: items, updates with output, sessions, rights."""

    def __init__(self) -> None:
        self.events = Events()
        self.fleet = Fleet(self.events)
        self.servers: dict[str, Server] = {}
        self.items: dict[ResourceKind, dict[str, Kept]] = {
            ResourceKind.SERVER: {},
            ResourceKind.DEPLOYMENT: {},
        }
        self.tags: dict[str, Tag] = {}
        self.updates: dict[str, Update] = {}
        self.output: dict[str, list[OutputRow]] = {}
        self.boots = 0
        self.admins = {"ada"}
        self.rights: dict[str, frozenset[str]] = {}
        self.sessions: dict[str, Who] = {
            "ada": Who("ada", "s-ada"),
            "bob": Who("bob", "s-bob"),
            "eve": Who("eve", None),
        }
        self.disabled: set[str] = set()
        self.slow_output = 0.0
        self.origin = ""
        self.base = ""
        self.hub: Hub
        self.sockets: Sockets
        self.http: aiohttp.ClientSession

    # --- What others give

    def sources(self) -> Sources:
        return Sources(
            fleet=self.fleet,
            items=lambda kind: self.items[kind],
            tags=self.tags.values,
            updates=self.newest,
            update=self.update,
            output=self.read_output,
            boot=self.boot,
            readable=self.readable,
            admin=lambda user: user in self.admins,
            owner=lambda _server, name: (
                ResourceTarget(ResourceKind.DEPLOYMENT, "d1") if name == "owned" else None
            ),
            build="b1",
        )

    def readable(self, user: str, kind: ResourceKind) -> frozenset[str] | None:
        return None if user in self.admins else self.rights.get(user, frozenset())

    async def newest(self, number: int) -> Sequence[UpdateListItem]:
        return [list_item(one) for one in list(self.updates.values())[-number:]]

    async def update(self, identity: str) -> Update | None:
        return self.updates.get(identity)

    async def read_output(self, update: str, after: int) -> Sequence[OutputRow]:
        rows = [row for row in self.output.get(update, []) if row[0] > after][:100]
        if self.slow_output:
            await asyncio.sleep(self.slow_output)
        return rows

    async def boot(self, user: str) -> Mapping[str, object]:
        self.boots += 1
        return {
            "user": {"username": user},
            "counts": {"servers": len(self.servers), "containers": sum(
                len(now.containers) for now in self.fleet.servers.values()
            )},
            "running": sum(
                one.status is not UpdateStatus.COMPLETE for one in self.updates.values()
            ),
        }  # fmt: skip

    # --- What happens

    def add_server(self, name: str) -> str:
        one = server(name)
        self.servers[one.id] = one
        self.fleet.set_server(one)
        self.refresh(one.id)
        return one.id

    def refresh(self, identity: str) -> None:
        """Keep a server's list item, as Core's items do."""
        one = self.servers[identity]
        item = ResourceListItem(
            id=identity,
            type=ResourceKind.SERVER,
            name=one.name,
            template=False,
            tags=(),
            info=views.server_info(one, self.fleet.server(identity)),
        )
        before = self.items[ResourceKind.SERVER].get(identity)
        if before is None or before.value != item:
            self.items[ResourceKind.SERVER][identity] = Kept(item)
            self.events.publish(ItemChanged(ResourceKind.SERVER, identity, item))

    def drop_server(self, identity: str) -> None:
        del self.servers[identity]
        del self.items[ResourceKind.SERVER][identity]
        self.fleet.remove_server(identity)
        self.events.publish(ItemChanged(ResourceKind.SERVER, identity, None))

    def put_update(self, update: Update) -> None:
        self.updates[update.id] = update
        self.events.publish(UpdateChanged(update.id, update.target, list_item(update)))

    def print(self, update: str, *texts: str, tell: bool = True) -> None:
        rows = self.output.setdefault(update, [])
        new = tuple((len(rows) + n, 0, "out", 1000 + n, text) for n, text in enumerate(texts, 1))
        rows.extend(new)
        if tell:
            self.events.publish(OutputAdded(update, new))

    async def follow_items(self) -> None:
        news = self.events.subscribe(HostSampled, ServerStateChanged, ContainersChanged)
        while True:
            event = await news.get()
            if event.server in self.servers:
                self.refresh(event.server)

    # --- Logins

    async def by_cookie(self, request: web.Request) -> Who | None:
        cookie = request.cookies.get("monitor_session")
        if cookie is None:
            return None
        if request.headers.get("Origin") != self.origin:
            raise forbidden("Another origin")
        return self._login(cookie)

    async def by_message(self, request: web.Request, text: str) -> Who:
        try:
            message = json.loads(text)
            return self._login(message["params"]["jwt"])
        except (ValueError, KeyError, TypeError):
            raise unauthenticated(
                "Invalid user credentials | You have 4 attempts remaining"
            ) from None

    def _login(self, token: str) -> Who:
        who = self.sessions.get(token)
        if who is None or who.user in self.disabled:
            raise unauthenticated("Invalid user credentials | You have 4 attempts remaining")
        return who

    async def problem(self, who: Who) -> str | None:
        return "The user is disabled" if who.user in self.disabled else None

    async def may_read_log(self, who: Who, server_ref: str, container: str) -> str:
        for one in self.servers.values():
            if server_ref in {one.id, one.name} and (
                who.user in self.admins or one.id in self.rights.get(who.user, ())
            ):
                return one.id
        raise ApiError(404, f"Did not find any Server matching {server_ref}")

    # --- Pages

    @asynccontextmanager
    async def page(
        self, user: str = "ada", wishes: str = "", **headers: str
    ) -> AsyncIterator[Page]:
        async with self.http.ws_connect(
            f"{self.base}/ws/live{wishes}",
            headers={"Cookie": f"monitor_session={user}", "Origin": self.origin, **headers},
            max_msg_size=0,
        ) as ws:
            page = Page(ws)
            page.hello = await page.next("hello")
            yield page


def list_item(update: Update) -> UpdateListItem:
    return UpdateListItem(
        id=update.id,
        operation=update.operation,
        start_ts=update.start_ts,
        success=update.success,
        username="ada",
        operator=update.operator,
        target=update.target,
        status=update.status,
        end_ts=update.end_ts,
    )


def an_update(identity: str, target: ResourceTarget, **fields: Any) -> Update:
    made = Update(
        oid=Oid(identity),
        operation=Operation.DEPLOY,
        start_ts=1000,
        success=True,
        operator="ada",
        target=target,
        logs=(),
        status=UpdateStatus.IN_PROGRESS,
    )
    return structs.replace(made, **fields)


class Page:
    """A client that keeps topics as the UI does."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.hello: dict[str, Any] = {}
        self.packed = 0
        self.frames: list[dict[str, Any]] = []
        self.rows: dict[str, dict[str, Any]] = {}
        self.seqs: dict[str, int] = {}

    async def send(self, **frame: Any) -> Self:
        await self.ws.send_str(json.dumps(frame))
        return self

    async def sub(self, topic: str, **more: Any) -> dict[str, Any]:
        """Subscribe, and give the first frame of the topic."""
        await self.send(op="sub", topic=topic, **more)
        return await self.next("snap", "p", "err", topic=topic)

    async def next(
        self, *ops: str, topic: str | None = None, within: float = 3.0
    ) -> dict[str, Any]:
        """The next frame of one of these kinds; others on the way are applied too."""
        async with asyncio.timeout(within):
            while True:
                frame = self._apply(await self.ws.receive())
                if (not ops or frame["op"] in ops) and topic in {None, frame.get("topic")}:
                    return frame

    async def quiet(self, seconds: float) -> list[dict[str, Any]]:
        """All frames that come within so many seconds."""
        frames = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    frames.append(self._apply(await self.ws.receive()))
        except TimeoutError:
            return frames

    def _apply(self, message: aiohttp.WSMessage) -> dict[str, Any]:
        packed = message.type is aiohttp.WSMsgType.BINARY
        assert packed or message.type is aiohttp.WSMsgType.TEXT, message
        frame = json.loads(zlib.decompress(message.data) if packed else message.data)
        self.packed += packed
        self.frames.append(frame)
        topic = frame.get("topic")
        if frame["op"] == "snap":
            if "rows" in frame:
                self.rows[topic] = {row["id"]: row for row in frame["rows"]}
            self.seqs[topic] = frame["seq"]
        elif frame["op"] == "p":
            assert frame["seq"] > self.seqs[topic]
            assert frame.get("prev", frame["seq"] - 1) == self.seqs[topic]
            self.seqs[topic] = frame["seq"]
            for identity, fields in frame["set"] if topic in self.rows else ():
                old = self.rows[topic].get(identity, {})
                self.rows[topic][identity] = patched(old, fields)
            for identity in frame["del"]:
                self.rows[topic].pop(identity, None)
        return frame


@asynccontextmanager
async def running(world: World) -> AsyncIterator[World]:
    """Serve a world on a free port."""
    logins = Logins(world.by_cookie, world.by_message, world.problem)
    world.hub = Hub(world.events, world.sources())
    world.sockets = Sockets(world.events, logins)
    updates = UpdateSocket(world.events, world.sockets, world.hub.sources.sees)
    app = web.Application()
    app.router.add_get("/ws/live", LiveSocket(world.hub, world.sockets).handle)
    app.router.add_get("/ws/update", updates.handle)
    logs = LogSocket(world.fleet, world.sockets, world.may_read_log)
    app.router.add_get("/ws/logs", logs.handle)

    @web.middleware
    async def as_json(request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            return await handler(request)
        except ApiError as error:
            return web.json_response(error.body(), status=error.status)

    app.middlewares.append(as_json)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    world.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    world.origin = world.base
    async with AsyncExitStack() as stack:
        world.http = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        )
        tasks = [
            asyncio.create_task(work)
            for work in (world.hub.run(), world.sockets.run(), updates.run(), world.follow_items())
        ]
        await asyncio.sleep(0)
        try:
            yield world
        finally:
            await world.http.close()
            await runner.cleanup()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await world.fleet.close()
