"""A Core made of its real runs, store, fleet and links, and executions that run shell scripts on a server."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

from msgspec import Struct

from monitor.api.base import Execute
from monitor.api.ids import Oid
from monitor.api.resource import Resource
from monitor.api.server import Server, ServerConfig, ServerInfo
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Operation, Update, UpdateStatus
from monitor.core.errors import forbidden
from monitor.core.events import Event, Events
from monitor.core.fleet.directory import LinkTarget
from monitor.core.fleet.fleet import Fleet
from monitor.core.fleet.links import Links
from monitor.core.runs.execution import Execution
from monitor.core.runs.run import Run
from monitor.core.runs.runs import Runs
from monitor.core.store.protocol import Store
from monitor.core.store.sqlite import open_sqlite
from monitor.link.commands import StartContainer
from monitor.link.keys import encode_key, load_or_generate
from monitor.link.vocabulary import VOCABULARY

HERE = Path(__file__).parent
SERVER = "5" * 24
WEB = "a" * 24
API = "b" * 24
ADMIN = "1" * 24
NOBODY = "2" * 24


def deployment(identity: str) -> ResourceTarget:
    return ResourceTarget(ResourceKind.DEPLOYMENT, identity)


class RunScript(Execute, frozen=True, kw_only=True):
    """Runs a script on the server, between two effects of Core's own."""

    deployment: str
    script: str
    secret: str = ""


class SharedScript(RunScript, frozen=True, kw_only=True):
    """Runs beside others of its kind."""


class DetailScript(RunScript, frozen=True, kw_only=True):
    """Locks a part of its resource."""

    part: str


class Chain(Execute, frozen=True, kw_only=True):
    """Runs scripts on other deployments, one after the other."""

    deployment: str
    scripts: tuple[tuple[str, str], ...]
    needed: bool = True


class Odd(Execute, frozen=True, kw_only=True):
    """Does what `Scenario.odd` is at the time."""

    deployment: str


async def run_script(request: RunScript, resource: Any, run: Run) -> None:
    name = await run.once("plan", lambda: f"plan of {resource.name}")
    if request.secret:
        run.secrets["TOKEN"] = request.secret
    await run.job("script", SERVER, lambda: StartContainer(name=request.script))
    await run.once("after", lambda: name)
    await run.set(other_data=name)


async def chain(request: Chain, _resource: Any, run: Run) -> None:
    for at, (target, script) in enumerate(request.scripts):
        child = RunScript(deployment=target, script=script)
        await run.child(f"script {at}", child, needed=request.needed)


class Scenario:
    """What the Odd execution does."""

    odd: ClassVar[Any] = None


async def odd(request: Odd, resource: Any, run: Run) -> None:
    await Scenario.odd(request, resource, run)


def execution(request: type[Execute], function: Any, **more: Any) -> Execution:
    return Execution(
        request=request,
        operation=more.pop("operation", Operation.DEPLOY),
        kind=ResourceKind.DEPLOYMENT,
        target="deployment",
        function=function,
        **more,
    )


EXECUTIONS = {
    each.request.__name__: each
    for each in (
        execution(RunScript, run_script, busy="deploying"),
        execution(SharedScript, run_script, busy="starting", shared=True),
        execution(DetailScript, run_script, busy="stopping", lock=lambda r: r.part),
        execution(Chain, chain, busy="restarting"),
        execution(Odd, odd, busy="deploying"),
    )
}


async def load(_: Execution, request: Any, operator: str) -> tuple[Any, Any]:
    if operator == NOBODY:
        raise forbidden("You may not do this")
    identity = request.deployment
    return Resource(oid=Oid(identity), name=f"d-{identity[:2]}", info=None, config=None), None


class OneServer:
    """A `Directory` of one server."""

    def __init__(self, port: int) -> None:
        self._target = LinkTarget(id=SERVER, name="box", address=f"127.0.0.1:{port}")

    def servers(self) -> Iterable[LinkTarget]:
        return (self._target,)

    def server(self, server_id: str) -> LinkTarget | None:
        return self._target if server_id == SERVER else None

    def named(self, name: str) -> LinkTarget | None:
        return self._target if name == self._target.name else None

    async def learned_key(self, server_id: str, key: str) -> None:
        pass

    async def attempted_key(self, server_id: str, key: str) -> None:
        pass

    async def onboard(self, **_: Any) -> LinkTarget:
        raise NotImplementedError


class Core:
    """What tests use of it."""

    def __init__(self, store: Store, events: Events, fleet: Fleet, runs: Runs) -> None:
        self.store = store
        self.events = events
        self.fleet = fleet
        self.runs = runs
        self.heard: list[Event] = []

    async def start(self, request: Execute, **options: Any) -> Update:
        by_name = EXECUTIONS[type(request).__name__]
        target = deployment(request.deployment)  # type: ignore[attr-defined]
        return await self.runs.start(by_name, request, target, options.pop("by", ADMIN), **options)

    async def complete(self, update: Update | str, within: float = 30) -> Update:
        identity = update if isinstance(update, str) else id_of(update)
        async with asyncio.timeout(within):
            while (await self.runs.get(identity)).status is not UpdateStatus.COMPLETE:
                await asyncio.sleep(0.01)
        return await self.runs.update(identity)

    async def run(self, request: Execute, **options: Any) -> Update:
        return await self.complete(await self.start(request, **options))

    async def until_line(self, update: Update, text: str, within: float = 20) -> None:
        async with asyncio.timeout(within):
            while text not in texts(await self.runs.update(id_of(update))):
                await asyncio.sleep(0.01)

    async def until_linked(self) -> None:
        async with asyncio.timeout(20):
            while self.fleet.servers[SERVER].session is None:
                await asyncio.sleep(0.01)


def id_of(update: Update) -> str:
    assert isinstance(update.oid, Oid)
    return update.oid.oid


def texts(update: Update) -> list[str]:
    """All lines of an Update's logs."""
    return [
        line
        for log in update.logs
        for text in (log.stdout, log.stderr)
        for line in text.split("\n")
        if line
    ]


@asynccontextmanager
async def core(
    folder: Path, port: int, *, build: str = "1", link: bool = True
) -> AsyncIterator[Core]:
    """A Core on the store in `folder`, dialling the agent on `port`."""
    async with AsyncExitStack() as stack:
        store = await open_sqlite(folder / "core")
        stack.push_async_callback(store.close)
        events = Events()
        fleet = Fleet(events)
        fleet.set_servers(
            [Server(oid=Oid(SERVER), name="box", info=ServerInfo(), config=enabled())]
        )
        links = Links(
            directory=OneServer(port),
            observer=fleet,
            keys=load_or_generate(folder / "core.key"),
            version="1",
            vocabulary=VOCABULARY,
        )
        runs = Runs(
            store=store,
            events=events,
            executions=EXECUTIONS,
            session=fleet.session,
            load=load,
            username=lambda identity: {ADMIN: "admin"}.get(identity, "unknown"),
            server_name=lambda _: "box",
            build=build,
        )
        made = Core(store, events, fleet, runs)
        stack.callback(events.unsubscribe, subscription := events.subscribe(Event, limit=1_000_000))
        listening = asyncio.create_task(_listen(subscription, made.heard))
        stack.callback(listening.cancel)
        stack.push_async_callback(runs.close)
        linking = asyncio.create_task(links.run()) if link else None
        await runs.resume()
        if linking is not None:
            stack.push_async_callback(_end, linking)
            await made.until_linked()
        yield made


def enabled() -> ServerConfig:
    return ServerConfig(enabled=True)


async def _listen(subscription: Any, heard: list[Event]) -> None:
    async for event in subscription:
        heard.append(event)


async def _end(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Agent(Struct):
    """An agent in a process of its own, on the same port and spool each time it is started."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        key = encode_key(load_or_generate(self.folder / "core.key").public)
        self.process = program("agent_program", str(self.folder / "agent"), str(self.port), key)

    def kill(self) -> None:
        """As the host's death would: its process group, and those of its jobs."""
        if self.process is not None:
            children = _children(self.process.pid)
            self.process.kill()
            self.process.wait()
            for child in children:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
            self.process = None


def program(name: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """One of the programs beside this file, as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", f"runs.{name}", *arguments],
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
    )


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def said(process: "subprocess.Popen[bytes]") -> Any:
    """The next line a program printed, as JSON."""
    assert process.stdout is not None
    return json.loads(process.stdout.readline())
