"""What the engine has, told as it changes: its event stream, looked up and compared, and everything once a minute."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from monitor.link.base import Event
from monitor.link.events import DockerChanged, DockerDown, DockerState, DockerUp
from monitor.periphery.container_stats import Running
from monitor.periphery.docker import ANSWER_SECONDS, Docker, DockerAway, DockerRefused, decode
from monitor.periphery.docker_lists import (
    Listing,
    RawContainer,
    container_item,
    container_name,
    image_items,
    list_all,
    list_containers,
    list_images,
    list_networks,
    list_volumes,
    network_items,
    volume_items,
)

log = logging.getLogger(__name__)

DEBOUNCE_SECONDS = 0.05
"""Between two looks at what changed."""
FIRST_SECONDS = 0.01
"""After a change that comes out of quiet: what it brings with it is seen in the same look."""
SETTLE_SECONDS = 10.0
"""The engine tells of a death before it lists the container as dead: so long it is looked at again."""
RESYNC_SECONDS = 60.0
_FIRST_RETRY_SECONDS = 0.2
_LAST_RETRY_SECONDS = 2.0
_QUEUED = 10_000
_KINDS = '{"type":["container","image","network","volume"]}'
_SILENT = (
    "exec_",
    "top",
    "attach",
    "detach",
    "resize",
    "copy",
    "export",
    "archive-path",
    "extract-to-dir",
)

Tell = Callable[[Event], Awaitable[None]]
K = TypeVar("K")


class RawActor(Struct, frozen=True):
    """Whom an event is about."""

    ID: str = ""
    Attributes: dict[str, str] | None = None


class RawEvent(Struct, frozen=True):
    """One line of `GET /events`."""

    Type: str = ""
    Action: str = ""
    Actor: RawActor = RawActor()


class Touched:
    """What events of the last moments were about."""

    def __init__(self, dying: dict[str, float] | None = None) -> None:
        self.dying = dying or {}
        """Containers that died, and the time until which the engine may still list them as running."""
        self.containers: set[str] = set(self.dying)
        self.kinds: set[str] = set()

    def add(self, event: RawEvent, now: float) -> bool:
        """Note an event; False if it changes nothing that is shown."""
        if event.Action.startswith(_SILENT):
            return False
        if event.Type == "container":
            self.containers.add(event.Actor.ID)
            if event.Action == "die":
                self.dying[event.Actor.ID] = now + SETTLE_SECONDS
            elif event.Action == "start":
                self.dying.pop(event.Actor.ID, None)
            return True
        self.kinds.add(event.Type)
        other = (event.Actor.Attributes or {}).get("container")
        if other:
            self.containers.add(other)
        return True

    def again(self, containers: Mapping[str, RawContainer], now: float) -> "Touched":
        """What has to be looked at once more: the dead that were listed as running."""
        return Touched(
            {
                one: until
                for one, until in self.dying.items()
                if until > now and one in containers and containers[one].State == "running"
            }
        )


class DockerWatch:
    """Follows one engine. `tell` gets every event; `state` is what a Core that just came is told."""

    def __init__(self, docker: Docker, tell: Tell) -> None:
        self._docker = docker
        self._tell = tell
        self._listing: Listing | None = None
        self._items: DockerState | None = None
        self.version = ""
        self.api_version = ""
        self.reason = "Docker was not asked yet"

    @property
    def state(self) -> DockerState | DockerDown:
        """Everything, or why nothing is known."""
        return self._items or DockerDown(reason=self.reason)

    def running(self) -> list[Running]:
        """Containers that run now."""
        listing = self._listing
        if listing is None:
            return []
        return [
            Running(raw.Id, container_name(raw.Names), not _shares_network(raw))
            for raw in listing.containers.values()
            if raw.State == "running"
        ]

    async def run(self) -> None:
        """Follow the engine for ever, through its absences."""
        retry = _FIRST_RETRY_SECONDS
        while True:
            try:
                await self._follow()
            except (DockerAway, DockerRefused, msgspec.MsgspecError) as error:
                if self._items is not None:
                    retry = _FIRST_RETRY_SECONDS
                await self._down(str(error))
            await asyncio.sleep(retry)
            retry = min(retry * 2, _LAST_RETRY_SECONDS)

    async def _down(self, reason: str) -> None:
        was_told = self._items is None and self.reason == reason
        self._listing = self._items = None
        self.version = self.api_version = ""
        self.reason = reason
        if not was_told:
            log.warning("no Docker: %s", reason)
            await self._tell(DockerDown(reason=reason))

    async def _follow(self) -> None:
        version = await self._docker.version()
        events: asyncio.Queue[RawEvent | Exception] = asyncio.Queue(_QUEUED)
        opened = asyncio.Event()
        reader = asyncio.create_task(self._read(events, opened))
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await opened.wait()
            self.version, self.api_version = version.Version, version.ApiVersion
            await self._resync(first=True)
            while True:
                await self._changes(events)
                await self._resync(first=False)
        except TimeoutError as error:
            raise DockerAway(f"Docker at {self._docker.host} does not tell of events") from error
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _read(
        self, events: "asyncio.Queue[RawEvent | Exception]", opened: asyncio.Event
    ) -> None:
        """Read the event stream into `events`; how it ended comes last."""
        end: Exception = DockerAway(f"Docker at {self._docker.host} has gone")
        try:
            query = {"filters": _KINDS}
            async with self._docker.open("/events", query, seconds=None) as response:
                opened.set()
                rest = b""
                async for chunk in response.content.iter_any():
                    *lines, rest = (rest + chunk).split(b"\n")
                    for line in lines:
                        if line.strip():
                            await events.put(decode(line, RawEvent))
        except (DockerAway, DockerRefused, msgspec.MsgspecError) as error:
            end = error
        opened.set()
        await events.put(end)

    async def _changes(self, events: "asyncio.Queue[RawEvent | Exception]") -> None:
        """Tell of changes until it is time for everything again."""
        loop = asyncio.get_running_loop()
        resync_at = loop.time() + RESYNC_SECONDS
        flush_at: float | None = None
        flushed_at = 0.0
        touched = Touched()
        while loop.time() < resync_at:
            until = resync_at if flush_at is None else flush_at
            event: RawEvent | Exception | None = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    event = await events.get()
            if isinstance(event, Exception):
                raise event
            if event is not None and touched.add(event, loop.time()) and flush_at is None:
                flush_at = max(loop.time() + FIRST_SECONDS, flushed_at + DEBOUNCE_SECONDS)
            if flush_at is not None and loop.time() >= flush_at:
                await self._flush(touched)
                flushed_at = loop.time()
                touched = touched.again(self._containers(), flushed_at)
                flush_at = flushed_at + DEBOUNCE_SECONDS if touched.dying else None

    def _containers(self) -> Mapping[str, RawContainer]:
        return self._listing.containers if self._listing is not None else {}

    async def _resync(self, *, first: bool) -> None:
        listing = await list_all(self._docker)
        if first:
            await self._tell(DockerUp(version=self.version))
        self._listing = listing
        self._items = _state(self.version, listing)
        await self._tell(self._items)

    async def _flush(self, touched: Touched) -> None:
        before, listing = self._items, self._listing
        if before is None or listing is None:
            return
        containers = dict(listing.containers)
        if touched.containers:
            ids = frozenset(touched.containers)
            for one in ids:
                containers.pop(one, None)
            for raw in await list_containers(self._docker, ids):
                containers[raw.Id] = raw
        kinds = touched.kinds
        self._listing = Listing(
            containers,
            await list_images(self._docker) if "image" in kinds else listing.images,
            await list_networks(self._docker) if "network" in kinds else listing.networks,
            await list_volumes(self._docker) if "volume" in kinds else listing.volumes,
        )
        self._items = _state(self.version, self._listing)
        changed = difference(before, self._items)
        if changed is not None:
            await self._tell(changed)


def _shares_network(raw: RawContainer) -> bool:
    mode = (raw.HostConfig.NetworkMode if raw.HostConfig else None) or ""
    return mode == "host" or mode.startswith("container:")


def _state(version: str, listing: Listing) -> DockerState:
    return DockerState(
        version=version,
        containers=tuple(map(container_item, listing.containers.values())),
        images=image_items(listing),
        networks=network_items(listing),
        volumes=volume_items(listing),
    )


def difference(before: DockerState, after: DockerState) -> DockerChanged | None:
    """What has to be told so that `before` becomes `after`; None if nothing. Pure."""
    containers, containers_gone = _compare(before.containers, after.containers, "id")
    images, images_gone = _compare(before.images, after.images, "id")
    networks, networks_gone = _compare(before.networks, after.networks, "id")
    volumes, volumes_gone = _compare(before.volumes, after.volumes, "name")
    changed = DockerChanged(
        containers=containers,
        images=images,
        networks=networks,
        volumes=volumes,
        containers_gone=containers_gone,
        images_gone=images_gone,
        networks_gone=networks_gone,
        volumes_gone=volumes_gone,
    )
    return None if changed == DockerChanged() else changed


def _compare(
    before: tuple[K, ...], after: tuple[K, ...], key: str
) -> tuple[tuple[K, ...], tuple[str, ...]]:
    old: dict[Any, K] = {getattr(item, key): item for item in before}
    new: dict[Any, K] = {getattr(item, key): item for item in after}
    changed = tuple(item for one, item in new.items() if old.get(one) != item)
    return changed, tuple(str(one) for one in old if one not in new)
