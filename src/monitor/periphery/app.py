"""The agent, put together: what it watches, what it does, and how it answers Core."""

import asyncio
import logging
import shutil
import signal
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import Any

from msgspec import Struct

import monitor
from monitor.api.server import PeripheryInformation
from monitor.api.values import Timelength
from monitor.link import commands, events
from monitor.link.base import Command, CommandFailed, Event, JobCommand, StreamCommand
from monitor.link.errors import NoLink
from monitor.link.frames import Vocabulary
from monitor.link.session import Session
from monitor.periphery.cgroups import Cgroups
from monitor.periphery.config import Settings
from monitor.periphery.container_stats import ContainerSampler, Running
from monitor.periphery.docker import DEFAULT_HOST, Docker
from monitor.periphery.docker_inspect import (
    image_history,
    inspect_container,
    inspect_image,
    inspect_network,
    inspect_volume,
)
from monitor.periphery.docker_logs import container_log, follow_log, search_log
from monitor.periphery.docker_watch import DockerWatch
from monitor.periphery.dockerfiles import read_dockerfile
from monitor.periphery.engine import Engine, agent_id, own_container_id
from monitor.periphery.job import Job, JobFailed
from monitor.periphery.jobs import Jobs
from monitor.periphery.link import CoreLink, LinkSettings
from monitor.periphery.outbox import Outbox
from monitor.periphery.places import Places
from monitor.periphery.processes import Processes
from monitor.periphery.sampling import Sampling
from monitor.periphery.spool import Spool
from monitor.periphery.stats import HostSampler, system_information
from monitor.periphery.swap_recover import recover, recover_interrupted
from monitor.periphery.trash import keep_trash
from monitor.periphery.work import work

log = logging.getLogger(__name__)


class Periphery:
    """One agent. `run` works until it is cancelled; everything it writes is under `settings.root_dir`."""

    def __init__(self, settings: Settings) -> None:
        root = Path(settings.root_dir)
        self._root = root
        self._settings = settings
        self._docker = Docker(settings.docker_host or DEFAULT_HOST)
        self._watch = DockerWatch(self._docker, self._told_by_docker)
        self._outbox = Outbox(self._state)
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._engine = Engine(self._docker, root / "tmp", agent=agent_id(root), own_id=_own_id())
        self._places = Places(root, tuple(map(Path, settings.allowed_dirs)))
        self._jobs = Jobs(root / "jobs", self._work, recover=self._clean_up)
        self._processes = Processes()
        self._sampling = Sampling(
            HostSampler(settings.include_disk_mounts, settings.exclude_disk_mounts),
            ContainerSampler(self._docker, Cgroups()),
            self._running,
            self._outbox.tell,
        )
        self._link = CoreLink(
            link_settings(settings), self, Vocabulary(commands.AnyCommand, events.AnyEvent)
        )
        self._recovering: asyncio.Task[None] | None = None

    @property
    def link(self) -> CoreLink:
        """The link to Core."""
        return self._link

    async def run(self) -> None:
        """Work until cancelled."""
        self._root.chmod(0o700)
        shutil.rmtree(self._root / "tmp", ignore_errors=True)
        await self._jobs.open()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch.run())
                tasks.create_task(self._sampling.run())
                tasks.create_task(self._jobs.keep())
                tasks.create_task(keep_trash(self._places))
                tasks.create_task(self._link.run())
        finally:
            if self._recovering is not None:
                self._recovering.cancel()
            await self._outbox.close()
            await self._jobs.close()
            await self._docker.close()

    # --- what the link asks

    def up(self, session: Session) -> None:
        """Core is there."""
        self._outbox.up(session)

    def down(self, reason: str, session: Session) -> None:
        """Core is gone; its jobs go on."""
        log.info("Core is gone: %s", reason)
        self._outbox.down(session)
        self._sampling.watch(on=False)

    async def event(self, event: Event, session: Session) -> None:  # noqa: ARG002 - the protocol's
        """Core tells agents nothing without being asked."""
        log.debug("%s ignored", type(event).__name__)

    async def handle(self, command: Command[Any], session: Session) -> Any:  # noqa: ARG002, C901, PLR0911, PLR0912 - one case per command
        """Answer a command. Fails with CommandFailed."""
        match command:
            case commands.StartJob():
                return await self._jobs.start(command.job, command.command)
            case commands.CancelJob():
                return self._jobs.cancel(command.job)
            case commands.ForgetJob():
                return self._jobs.forget(command.job)
            case commands.ListJobs():
                return self._jobs.known()
            case commands.GetHost():
                return await self._host()
            case commands.ListProcesses():
                return await asyncio.to_thread(self._processes.list)
            case commands.InspectContainer():
                return await inspect_container(self._docker, command.name)
            case commands.InspectImage():
                return await inspect_image(self._docker, command.name)
            case commands.InspectNetwork():
                return await inspect_network(self._docker, command.name)
            case commands.InspectVolume():
                return await inspect_volume(self._docker, command.name)
            case commands.ImageHistory():
                return await image_history(self._docker, command.name)
            case commands.ContainerLog():
                return await container_log(self._docker, command)
            case commands.SearchLog():
                return await search_log(self._docker, command)
            case commands.WatchStats():
                return self._sampling.watch(on=command.on)
            case commands.GetStatsHistory():
                return self._sampling.history(command.since_ms)
            case commands.ReadDockerfile():
                return await asyncio.to_thread(read_dockerfile, self._places, command)
            case _:
                raise CommandFailed(
                    "unknown_command", f"{type(command).__name__} is not known to this agent"
                )

    def stream(self, command: StreamCommand[Any], session: Session) -> AsyncGenerator[Any, None]:  # noqa: ARG002 - the protocol's
        """Answer a command that is answered many times. Fails with CommandFailed."""
        match command:
            case commands.FollowJob():
                return self._jobs.follow(command.job, command.after)
            case commands.FollowLog():
                return follow_log(self._docker, command)
            case _:
                raise CommandFailed(
                    "unknown_command", f"{type(command).__name__} is not known to this agent"
                )

    async def _host(self) -> commands.HostInfo:
        connected = bool(self._watch.version)
        return commands.HostInfo(
            information=await asyncio.to_thread(system_information),
            periphery=PeripheryInformation(
                version=monitor.__version__,
                public_key=self._link.public_key,
                terminals_disabled=self._settings.disable_terminals,
                container_terminals_disabled=self._settings.disable_container_terminals,
                stats_polling_rate=Timelength.SECONDS_5,
                docker_connected=connected,
                public_ip=None,
            ),
            docker_version=self._watch.version,
            docker_api_version=self._watch.api_version,
            docker_error="" if connected else self._watch.reason,
            container_id=self._engine.own_id,
        )

    # --- what it does

    async def _work(self, job: Job, command: JobCommand) -> Struct | None:
        return await work(job, command, self._engine, self._places)

    async def _clean_up(self, job: Job, kind: str) -> str:
        return await recover_interrupted(job, self._engine, kind)

    async def _told_by_docker(self, event: Event) -> None:
        await self._outbox.tell(event)
        idle = self._recovering is None or self._recovering.done()
        if isinstance(event, events.DockerUp) and idle:
            self._recovering = asyncio.create_task(self._recover())

    async def _recover(self) -> None:
        """Finish or undo swaps that no job of the spool tells of any more."""
        with self._engine.folder() as folder:
            job = Job("recovery", Spool(folder))
            try:
                async with self._engine.locks.alone(job):
                    said = await recover(job, self._engine)
            except JobFailed as error:
                said = [f"an unfinished deploy cannot be recovered: {error}"]
            for sentence in said:
                log.warning("%s", sentence)

    def _state(self) -> Iterable[Event]:
        """What a Core that has just come hears first: Docker, and the last sample of the host."""
        yield self._watch.state
        if self._sampling.latest is not None:
            yield self._sampling.latest

    def _running(self) -> Iterable[Running]:
        return self._watch.running()


def link_settings(settings: Settings) -> LinkSettings:
    """The part of the settings the link needs."""
    return LinkSettings(
        name=settings.name,
        version=monitor.__version__,
        keys_dir=Path(settings.root_dir) / "keys",
        private_key=settings.private_key,
        core_public_keys=settings.core_public_keys,
        onboarding_key=settings.onboarding_key,
        core_address=settings.core_address,
        insecure_tls=settings.core_tls_insecure_skip_verify,
        bind_ip=settings.bind_ip,
        port=settings.port,
        allowed_ips=settings.allowed_ips,
    )


async def run_periphery(settings: Settings) -> None:
    """Run an agent until SIGTERM or SIGINT. SystemExit if it cannot work at all."""
    logging.basicConfig(
        level=settings.logging_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    loop = asyncio.get_running_loop()
    working = asyncio.ensure_future(Periphery(settings).run())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, working.cancel)
    try:
        await asyncio.wait({working})
        if not working.cancelled():
            working.result()
    except* (NoLink, OSError) as group:
        for error in group.exceptions:
            log.error("the agent cannot work: %s", error)  # noqa: TRY400 - said to people
        raise SystemExit(1) from None


def _own_id() -> str:
    try:
        return own_container_id(Path("/proc/self/mountinfo").read_text(errors="replace"))
    except OSError:
        return ""
