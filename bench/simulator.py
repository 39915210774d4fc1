"""Simulated agents: any number of servers with containers, over the real link, in one process.

Every figure follows from the seed. `python -m bench.simulator --help` says what can be chosen; it ends by itself.
"""

import argparse
import asyncio
import hashlib
import logging
import random
import sys
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvloop
from msgspec import Struct

import monitor
from monitor.api.docker import (
    ContainerListItem,
    ContainerStateStatusEnum,
    ImageListItem,
    NetworkListItem,
    Port,
    PortTypeEnum,
)
from monitor.api.server import PeripheryInformation
from monitor.api.stats import SystemInformation, SystemProcess
from monitor.api.values import Timelength
from monitor.link import commands, events
from monitor.link.base import Command, CommandFailed, Event, StreamCommand
from monitor.link.errors import LinkLost
from monitor.link.keys import Keypair, encode_key, from_private
from monitor.link.session import Session
from monitor.link.vocabulary import VOCABULARY
from monitor.periphery.link import CoreLink, LinkSettings

EVERY = 5.0
WATCHED = 1.0
WATCH_LASTS = 30.0
RESYNC = 60.0
"""Seconds between samples, between those of a watched server, that one reminder lasts, between full lists."""
_GIB = 1024**3
_NOWHERE = Path("/nonexistent/monitor-simulator")
_SERVICES = ("postgres", "redis", "nginx", "grafana", "immich", "gitea", "traefik", "worker")


class Plan(Struct, frozen=True, kw_only=True):
    """What to simulate. `restart_every` is the seconds between two restarts of a container on one server."""

    servers: int
    containers: int
    seed: int = 1
    ramp: float = 10.0
    restart_every: float = 300.0


def name_of(number: int) -> str:
    """A simulated server's name."""
    return f"sim-{number:05d}"


def keys_of(number: int, seed: int = 1) -> Keypair:
    """A simulated server's keys: always the same for a seed."""
    return from_private(hashlib.sha256(f"monitor simulator {seed} {number}".encode()).digest())


def public_key_of(number: int, seed: int = 1) -> str:
    """The public key to create a simulated server with."""
    return encode_key(keys_of(number, seed).public)


class SimulatedHost:
    """What one server's agent would measure and list."""

    def __init__(self, number: int, plan: Plan) -> None:
        self.number = number
        self.random = random.Random(f"{plan.seed}/{number}")
        self._cpu = self.random.uniform(2, 60)
        self._memory = self.random.choice((4, 8, 16, 32, 64)) * _GIB
        self._used = self.random.uniform(0.2, 0.8)
        self._created = 1_790_000_000 - self.random.randrange(5_000_000)
        self.containers = [self._container(index) for index in range(plan.containers)]
        self._loads = {item.name: self.random.uniform(0, 20) for item in self.containers}
        self._sizes = {item.name: self.random.randrange(2**22, 2**29) for item in self.containers}
        self._traffic = {item.name: self.random.randrange(2**30) for item in self.containers}

    def _id(self, what: object) -> str:
        return hashlib.sha256(f"{self.number}/{what}".encode()).hexdigest()

    def _container(self, index: int) -> ContainerListItem:
        service = _SERVICES[index % len(_SERVICES)]
        running = self.random.random() < 0.95
        state = ContainerStateStatusEnum.RUNNING if running else ContainerStateStatusEnum.EXITED
        return ContainerListItem(
            name=f"{service}-{index}",
            id=self._id(index),
            image=f"registry.example/{service}:1.{index}",
            image_id=f"sha256:{self._id(service)}",
            created=self._created + index,
            state=state,
            status="Up 3 hours" if running else "Exited (0) 3 hours ago",
            network_mode="bridge",
            networks=("bridge",),
            ports=(
                Port(IP="0.0.0.0", PrivatePort=80, PublicPort=8000 + index, Type=PortTypeEnum.TCP),  # noqa: S104 - as Docker lists it
            ),
            volumes=(f"{service}-data",),
            labels={},
        )

    def host_stats(self, interval: float) -> events.HostStats:
        """A sample of the host, near the one before."""
        step = self.random.uniform(-4, 4)
        self._cpu = min(max(self._cpu + step, 0.5), 99)
        self._used = min(max(self._used + step / 1000, 0.1), 0.95)
        return events.HostStats(
            ts_ms=_now_ms(),
            interval_ms=round(interval * 1000),
            cpu=round(self._cpu, 1),
            load=(round(self._cpu / 25, 2), round(self._cpu / 28, 2), round(self._cpu / 30, 2)),
            mem_used=round(self._memory * self._used),
            mem_total=self._memory,
            mem_free=round(self._memory * (0.97 - self._used)),
            mem_cache=round(self._memory * 0.03),
            swap_total=2 * _GIB,
            disks=(
                events.Disk(
                    mount="/", fs="ext4", used=round(70 * _GIB * self._used), total=100 * _GIB
                ),
                events.Disk(mount="/data", fs="xfs", used=400 * _GIB, total=1000 * _GIB),
            ),
            net_in=round(20_000 + 1_000 * self._cpu, 1),
            net_out=round(10_000 + 900 * self._cpu, 1),
            disk_read=round(500 * self._cpu, 1),
            disk_write=round(900 * self._cpu, 1),
        )

    def container_stats(self) -> events.ContainerStatsBatch:
        """A sample of every running container."""
        samples: dict[str, events.ContainerSample] = {}
        for item in self.containers:
            if item.state is not ContainerStateStatusEnum.RUNNING:
                continue
            name = item.name
            load = self._loads[name] = min(
                max(self._loads[name] + self.random.uniform(-1, 1), 0), 99
            )
            self._traffic[name] += round(load * 10_000)
            samples[name] = events.ContainerSample(
                cpu=round(load, 2),
                mem=self._sizes[name] + round(load) * 4096,
                mem_limit=self._memory,
                net_in=round(load * 1000, 1),
                net_out=round(load * 800, 1),
                net_in_total=self._traffic[name],
                net_out_total=self._traffic[name] // 2,
                block_read_total=self._sizes[name],
                block_write_total=self._sizes[name] // 3,
                pids=5 + round(load),
            )
        return events.ContainerStatsBatch(ts_ms=_now_ms(), containers=samples)

    def docker_state(self) -> events.DockerState:
        """All that the engine has."""
        images = {item.image: item.image_id for item in self.containers}
        return events.DockerState(
            version="28.5.2",
            containers=tuple(self.containers),
            images=tuple(
                ImageListItem(
                    id=str(identity), parent_id="", name=str(name), tags=(str(name),),
                    created=self._created, size=2**27, in_use=True,
                )
                for name, identity in images.items()
            ),
            networks=(NetworkListItem(name="bridge", id=self._id("bridge"), driver="bridge", in_use=True),),
        )  # fmt: skip

    def toggle(self) -> events.DockerChanged | None:
        """Stop a running container, or start one that is stopped."""
        if not self.containers:
            return None
        index = self.random.randrange(len(self.containers))
        item = self.containers[index]
        running = item.state is ContainerStateStatusEnum.RUNNING
        return self.set_state(index, running=not running)

    def set_state(self, index: int, *, running: bool) -> events.DockerChanged:
        """Have a container run, or not."""
        from msgspec.structs import replace  # noqa: PLC0415

        self.containers[index] = replace(
            self.containers[index],
            state=ContainerStateStatusEnum.RUNNING if running else ContainerStateStatusEnum.EXITED,
            status="Up 1 second" if running else "Exited (0) 1 second ago",
        )
        return events.DockerChanged(containers=(self.containers[index],))

    def information(self) -> commands.HostInfo:
        """What the agent says of itself."""
        return commands.HostInfo(
            information=SystemInformation(
                name=name_of(self.number), os="Debian GNU/Linux 13", kernel="6.12.0",
                core_count=4, logical_core_count=8, host_name=name_of(self.number),
                cpu_brand="Simulated", cpu_arch="x86_64",
            ),
            periphery=PeripheryInformation(
                version=monitor.__version__, public_key=public_key_of(self.number),
                terminals_disabled=False, container_terminals_disabled=False,
                stats_polling_rate=Timelength.SECONDS_5, docker_connected=True,
            ),
            docker_version="28.5.2",
            docker_api_version="1.51",
        )  # fmt: skip

    def processes(self) -> tuple[SystemProcess, ...]:
        """A few processes."""
        return tuple(
            SystemProcess(
                pid=100 + index, name=f"process-{index}", exe="/bin/process", cmd=("process",),
                cpu_perc=round(self.random.uniform(0, 50), 1), mem_mb=50.0,
                start_time=1.0, disk_read_kb=0.0, disk_write_kb=0.0,
            )
            for index in range(20)
        )  # fmt: skip


class SimulatedAgent:
    """One agent: tells Core of its host for as long as there is a link."""

    def __init__(self, number: int, plan: Plan) -> None:
        self.host = SimulatedHost(number, plan)
        self._plan = plan
        self._phase = number / max(plan.servers, 1)
        self._telling: asyncio.Task[None] | None = None
        self._watched_until = 0.0
        self._watched = asyncio.Event()
        self.jobs: dict[str, commands.JobResult] = {}
        self.session: Session | None = None

    # --- What the link asks

    def up(self, session: Session) -> None:
        """Core is there."""
        self.session = session
        self._telling = asyncio.create_task(self._tell(session))

    def down(self, reason: str, session: Session) -> None:
        """Core is gone."""
        del reason, session
        self.session = None
        if self._telling is not None:
            self._telling.cancel()

    async def event(self, event: Event, session: Session) -> None:
        """Core tells agents nothing."""

    async def handle(self, command: Command[Any], session: Session) -> Any:  # noqa: PLR0911 - one case a command
        """Answer the commands that pages use."""
        del session
        match command:
            case commands.GetHost():
                return self.host.information()
            case commands.WatchStats():
                self._watched_until = time.monotonic() + WATCH_LASTS if command.on else 0.0
                self._watched.set()
                return None
            case commands.GetStatsHistory():
                return self._history(command.since_ms)
            case commands.ListProcesses():
                return self.host.processes()
            case commands.StartJob():
                known = command.job in self.jobs
                self.jobs[command.job] = commands.JobResult(status="done", last_seq=1)
                return commands.JobAccepted(job=command.job, known=known)
            case commands.CancelJob() | commands.ForgetJob():
                return self.jobs.pop(command.job, None) is not None
            case commands.ListJobs():
                return ()
            case _:
                message = f"{type(command).__name__} is not simulated"
                raise CommandFailed("unknown_command", message)

    async def stream(
        self, command: StreamCommand[Any], session: Session
    ) -> AsyncGenerator[Any, None]:
        """A job of one line that ends at once; a log of one line."""
        del session
        now = _now_ms()
        if isinstance(command, commands.FollowJob):
            result = self.jobs.get(command.job)
            if result is None:
                raise CommandFailed("unknown_job", command.job)
            if not command.after:
                yield commands.JobLines(lines=(commands.JobLine(1, now, -1, "sys", "simulated"),))
            yield commands.JobEnded(result=result)
        elif isinstance(command, commands.FollowLog):
            yield commands.LogLines(lines=(commands.LogLine("out", now, "simulated"),))
            yield commands.LogEnded(reason="simulated")

    def _history(self, since_ms: int) -> commands.StatsHistory:
        """Ten minutes of the newest sample."""
        from msgspec.structs import replace  # noqa: PLC0415

        now = _now_ms()
        host = self.host.host_stats(EVERY)
        times = [ts for ts in range(now - 600_000, now, 5_000) if ts > since_ms]
        return commands.StatsHistory(host=tuple(replace(host, ts_ms=ts) for ts in times))

    # --- What it tells

    async def _tell(self, session: Session) -> None:
        with suppress(LinkLost):
            await session.emit(events.DockerUp(version="28.5.2"))
            await session.emit(self.host.docker_state())
            await self._sample(session, EVERY)
            told = time.monotonic()
            toggle_at = told + self._plan.restart_every * self.host.random.random()
            await asyncio.sleep(EVERY * self._phase)
            while True:
                began = time.monotonic()
                interval = WATCHED if began < self._watched_until else EVERY
                await self._sample(session, interval)
                if began - told >= RESYNC:
                    told = began
                    await session.emit(self.host.docker_state())
                if began >= toggle_at:
                    toggle_at = began + self._plan.restart_every
                    await self.toggle(session)
                await self._rest(began)

    async def toggle(self, session: Session) -> None:
        """Stop or start a container."""
        changed = self.host.toggle()
        if changed is not None:
            await session.emit(changed)

    async def _sample(self, session: Session, interval: float) -> None:
        await session.emit(self.host.host_stats(interval))
        await session.emit(self.host.container_stats())

    async def _rest(self, began: float) -> None:
        if time.monotonic() < self._watched_until:
            await asyncio.sleep(max(0.05, began + WATCHED - time.monotonic()))
            return
        self._watched.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.05, began + EVERY - time.monotonic())):
                await self._watched.wait()


async def simulate(plan: Plan, core: str, core_key: str, seconds: float) -> int:
    """Be all agents of the plan for so many seconds; answers how many had a link at the end."""
    agents = [SimulatedAgent(number, plan) for number in range(plan.servers)]
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for number, agent in enumerate(agents):
                group.create_task(_keep(agent, plan, link_settings(number, plan, core, core_key)))
    return sum(agent.session is not None for agent in agents)


async def _keep(agent: SimulatedAgent, plan: Plan, settings: LinkSettings) -> None:
    link = CoreLink(settings, agent, VOCABULARY)
    await asyncio.sleep(plan.ramp * agent.host.number / max(plan.servers, 1))
    await link.run()


def link_settings(number: int, plan: Plan, core: str, core_key: str) -> LinkSettings:
    """How a simulated agent reaches Core."""
    return LinkSettings(
        name=name_of(number),
        version=monitor.__version__,
        keys_dir=_NOWHERE,
        private_key=encode_key(keys_of(number, plan.seed).private),
        core_public_keys=(core_key,),
        core_address=core,
    )


def arguments_of(plan: Plan, core: str, core_key: str, seconds: float) -> list[str]:
    """The command line of a simulator in a process of its own."""
    return [
        sys.executable, "-m", "bench.simulator", "--core", core, "--core-key", core_key,
        "--seconds", str(seconds), "--servers", str(plan.servers),
        "--containers", str(plan.containers), "--seed", str(plan.seed),
        "--ramp", str(plan.ramp), "--restart-every", str(plan.restart_every),
    ]  # fmt: skip


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def main(arguments: Iterable[str] | None = None) -> None:
    """Simulate as the command line says."""
    parser = argparse.ArgumentParser(prog="bench.simulator", description=__doc__)
    parser.add_argument("--core", required=True, help="ws://host:port")
    parser.add_argument("--core-key", required=True, help="Core's public key")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long, all in all")
    parser.add_argument("--servers", type=int, default=1000)
    parser.add_argument("--containers", type=int, default=20, help="on each server")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ramp", type=float, default=10.0, help="seconds in which all connect")
    parser.add_argument("--restart-every", type=float, default=300.0)
    given = parser.parse_args(list(arguments) if arguments is not None else None)
    plan = Plan(
        servers=given.servers,
        containers=given.containers,
        seed=given.seed,
        ramp=given.ramp,
        restart_every=given.restart_every,
    )
    logging.basicConfig(level=logging.ERROR)
    uvloop.run(simulate(plan, given.core, given.core_key, given.seconds))


if __name__ == "__main__":
    main()
