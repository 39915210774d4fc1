"""All live topics and who looks at them: made on demand, kept up by Core's events."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Literal
from uuid import uuid4

from msgspec import Struct

from monitor.api.target import ResourceKind
from monitor.api.update import UpdateListItem
from monitor.core.errors import ApiError
from monitor.core.events import (
    ContainersChanged,
    ContainersSampled,
    DockerListChanged,
    Event,
    Events,
    HostSampled,
    ItemChanged,
    OutputAdded,
    RightsChanged,
    TagChanged,
    UpdateChanged,
)
from monitor.core.fleet.samples import Sample
from monitor.core.web.live_catalogue import UpdatesTopic, make_topic
from monitor.core.web.live_lists import RowsTopic
from monitor.core.web.live_rows import KINDS, Sources, list_name
from monitor.core.web.live_topics import KEEP, Since, Topic
from monitor.core.web.live_values import BootTopic, StatsTopic, UpdateTopic, ValueTopic
from monitor.core.web.live_viewer import Viewer, encode, gap, refused
from monitor.core.web.sockets import now_ms

log = logging.getLogger(__name__)

MAX_TOPICS = 256
"""Topics of one socket."""
_TICK = 1.0
_MAX_PACE = 60.0
_YIELD_AFTER = 200
_DOCKER_LISTS = ("images", "networks", "volumes")
_CONTAINER_LISTS = ("containers", "container_problems")
_LISTS = {list_name(kind): kind for kind in KINDS}
_TOPIC_OF = {kind: name for name, kind in _LISTS.items()}


class ClientFrame(Struct, frozen=True):
    """What a page may say."""

    op: Literal["sub", "unsub", "pace", "ping"]
    topic: str = ""
    since: Since | None = None
    ms: float = 0


class Hub:
    """All live topics. They are made when somebody looks, and follow Core's events."""

    def __init__(self, events: Events, sources: Sources) -> None:
        self.epoch = uuid4().hex
        self.sources = sources
        self._events = events
        self._topics: dict[str, Topic] = {}
        self._viewers: set[Viewer] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._started = 0.0

    # --- Its life

    async def run(self) -> None:
        """Follow events for as long as Core runs."""
        self._started = asyncio.get_running_loop().time()
        news = self._events.subscribe(
            ItemChanged, TagChanged, ContainersChanged, ContainersSampled, DockerListChanged,
            HostSampled, UpdateChanged, OutputAdded, RightsChanged,
        )  # fmt: skip
        ticking = asyncio.create_task(self._tick())
        dropped = 0
        try:
            for number in range(1, 1 << 62):
                event = await news.get()
                try:
                    self._take(event)
                except Exception:
                    log.exception("an event did not reach the live topics")
                if news.dropped != dropped:
                    dropped = news.dropped
                    self._refresh()
                if number % _YIELD_AFTER == 0:
                    await asyncio.sleep(0)
        finally:
            self._events.unsubscribe(news)
            ticking.cancel()
            for task in self._tasks:
                task.cancel()
            for topic in self._topics.values():
                topic.close()

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_TICK)
            now = loop.time()
            for key, topic in list(self._topics.items()):
                if topic.ready:
                    self._show_out(topic)
                topic.tick(now)
                if topic.idle_since is not None and topic.idle_since < now - KEEP:
                    topic.close()
                    del self._topics[key]
            for viewer in list(self._viewers):
                self._pace(viewer, now)

    def _show_out(self, topic: Topic) -> None:
        for viewer in list(topic.viewers):
            if not topic.allows(viewer.user):
                self._refuse(viewer, topic, 404, "There is no such topic")

    def _pace(self, viewer: Viewer, now: float) -> None:
        if not viewer.pace or now < viewer.paced_at + viewer.pace:
            return
        viewer.paced_at = now
        self._catch_up(viewer)

    def _catch_up(self, viewer: Viewer) -> None:
        for name in viewer.topics:
            topic = self._topics.get(self._key(viewer, name))
            subscribed = topic.viewers.get(viewer) if topic is not None else None
            if isinstance(topic, RowsTopic) and subscribed is not None and subscribed.ready:
                topic.catch_up(viewer, subscribed)

    def _tell_gap(self, viewer: Viewer) -> None:
        for name in list(viewer.topics):
            self.unsubscribe(viewer, name)
            viewer.put(gap(name))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # --- Viewers

    def join(self, viewer: Viewer) -> None:
        """A socket is open."""
        loop = asyncio.get_running_loop()
        viewer.on_overflow = lambda: loop.call_soon(self._tell_gap, viewer)
        self._viewers.add(viewer)
        viewer.put(
            encode(
                {
                    "op": "hello",
                    "epoch": self.epoch,
                    "build": self.sources.build,
                    "now": now_ms(),
                    "user": viewer.user,
                }
            )
        )

    def leave(self, viewer: Viewer) -> None:
        """It is closed."""
        self._viewers.discard(viewer)
        for name in list(viewer.topics):
            self.unsubscribe(viewer, name)

    def say(self, viewer: Viewer, frame: ClientFrame) -> None:
        """Take a frame of a page."""
        if frame.op == "ping":
            viewer.put(encode({"op": "pong", "now": now_ms()}))
        elif frame.op == "pace":
            viewer.pace = min(max(frame.ms / 1000, 0.0), _MAX_PACE)
            if not viewer.pace:
                self._catch_up(viewer)
        elif frame.op == "unsub":
            self.unsubscribe(viewer, frame.topic)
        else:
            self.subscribe(viewer, frame.topic, frame.since)

    def subscribe(self, viewer: Viewer, name: str, since: Since | None = None) -> None:
        """Begin to show a topic; again: send all of it anew."""
        if name not in viewer.topics and len(viewer.topics) >= MAX_TOPICS:
            viewer.put(refused(name, 429, f"A socket may have {MAX_TOPICS} topics"))
            return
        key = self._key(viewer, name)
        topic = self._topics.get(key)
        if topic is None:
            topic = self._make(viewer, name)
            if topic is None:
                viewer.put(refused(name, 404, "There is no such topic"))
                return
            self._topics[key] = topic
            self._spawn(self._open(key, topic))
        elif topic.ready and not topic.allows(viewer.user):
            viewer.put(refused(name, 404, "There is no such topic"))
            return
        viewer.topics.add(name)
        known = since is not None and since.epoch == self.epoch
        topic.subscribe(viewer, since if known else None)

    def unsubscribe(self, viewer: Viewer, name: str) -> None:
        """Show it no more."""
        viewer.topics.discard(name)
        topic = self._topics.get(self._key(viewer, name))
        if topic is not None:
            topic.unsubscribe(viewer)

    async def _open(self, key: str, topic: Topic) -> None:
        try:
            await topic.open()
        except ApiError as error:
            self._give_up(key, topic, error.status, error.message)
        except Exception:
            self._give_up(key, topic, 500, "Monitor failed at this")
            raise
        else:
            self._show_out(topic)
            topic.opened()

    def _give_up(self, key: str, topic: Topic, status: int, message: str) -> None:
        topic.close()
        if self._topics.get(key) is topic:
            del self._topics[key]
        for viewer in list(topic.viewers):
            self._refuse(viewer, topic, status, message)

    def _refuse(self, viewer: Viewer, topic: Topic, status: int, message: str) -> None:
        topic.unsubscribe(viewer)
        viewer.topics.discard(topic.name)
        viewer.put(refused(topic.name, status, message))

    def _key(self, viewer: Viewer, name: str) -> str:
        return f"boot {viewer.user}" if name == "boot" else name

    def _make(self, viewer: Viewer, name: str) -> Topic | None:
        # Milliseconds: more than the changes of a topic, so that one made again has numbers of its own.
        seq = round((asyncio.get_running_loop().time() - self._started) * 1000)
        return make_topic(name, viewer.user, seq, self._spawn, self.sources)

    # --- Events

    def _take(self, event: Event) -> None:  # noqa: C901, PLR0912 - one case a kind of event
        match event:
            case HostSampled():
                topic = self._topics.get(f"stats:{event.server}")
                if isinstance(topic, StatsTopic) and isinstance(event.sample, Sample):
                    topic.add(event.sample)
            case ContainersSampled():
                self._containers_sampled(event)
            case ItemChanged():
                self._item_changed(event)
            case ContainersChanged():
                self._containers_changed(event)
            case DockerListChanged():
                topic = self._topics.get(f"{event.what}:{event.server}")
                if isinstance(topic, RowsTopic):
                    topic.touch_all()
            case UpdateChanged():
                self._update_changed(event)
            case OutputAdded():
                topic = self._topics.get(f"update:{event.update}")
                if isinstance(topic, UpdateTopic):
                    topic.add(event.lines)
            case TagChanged():
                topic = self._topics.get("tags")
                if isinstance(topic, RowsTopic):
                    topic.touch(event.id)
            case RightsChanged():
                self._rights_changed(event)
            case _:
                pass

    def _containers_changed(self, event: ContainersChanged) -> None:
        for topic in map(self._topics.get, (*_CONTAINER_LISTS, "container_stats")):
            if isinstance(topic, RowsTopic):
                for name in (*event.changed, *event.removed):
                    topic.touch(f"{event.server}/{name}")
        self._touch_boot()

    def _containers_sampled(self, event: ContainersSampled) -> None:
        topic = self._topics.get("container_stats")
        now = self.sources.fleet.server(event.server)
        if isinstance(topic, RowsTopic) and now is not None:
            # While nobody looks, figures wait for the next sample; what is gone has none.
            names = event.gone if topic.idle_since is not None else (*now.samples, *event.gone)
            topic.touch_many(f"{event.server}/{name}" for name in names)

    def _item_changed(self, event: ItemChanged) -> None:
        topic = self._topics.get(_TOPIC_OF.get(event.kind, ""))
        old = None
        if isinstance(topic, RowsTopic):
            old = topic.rows.get(event.id)
            topic.touch(event.id, urgent=_is_urgent(old, event.item))
        if old is None or event.item is None:
            self._touch_boot()
        if event.kind is ResourceKind.DEPLOYMENT:
            self._touch_owned(event.item)

    def _touch_owned(self, item: Any) -> None:
        """A deployment's container shows whose it is."""
        for topic in map(self._topics.get, _CONTAINER_LISTS):
            if isinstance(topic, RowsTopic) and item is not None:
                topic.touch(f"{item.info.server_id}/{item.info.custom_name or item.name}")

    def _update_changed(self, event: UpdateChanged) -> None:
        topic = self._topics.get("updates")
        if isinstance(topic, UpdatesTopic) and isinstance(event.item, UpdateListItem):
            topic.take(event.item)
        topic = self._topics.get(f"update:{event.id}")
        if isinstance(topic, ValueTopic):
            topic.touch()
        self._touch_boot()

    def _touch_boot(self) -> None:
        for topic in self._topics.values():
            if isinstance(topic, BootTopic):
                topic.touch()

    def _rights_changed(self, event: RightsChanged) -> None:
        for topic in self._topics.values():
            topic.forget()
        for viewer in self._viewers:
            if event.user in {None, viewer.user}:
                viewer.put(b'{"op":"perm"}')
        self._touch_boot()

    def _refresh(self) -> None:
        """Events were lost: look at everything again."""
        log.warning("live topics fell behind and are made again")
        for topic in self._topics.values():
            if isinstance(topic, RowsTopic):
                topic.touch_all()
            if isinstance(topic, ValueTopic):
                topic.touch()
            if isinstance(topic, UpdateTopic):
                topic.read_again()


def _is_urgent(old: Any, new: Any) -> bool:
    """Whether somebody waits to see this; figures that move all the time can wait a moment."""
    if old is None or new is None:
        return True
    a, b = old.info, new.info
    if not hasattr(a, "sparkline"):
        return True
    return (a.state, a.docker, a.containers, a.busy, a.busy_update) != (
        b.state, b.docker, b.containers, b.busy, b.busy_update,
    ) or (old.name, old.tags) != (new.name, new.tags)  # fmt: skip


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("a live topic failed")
