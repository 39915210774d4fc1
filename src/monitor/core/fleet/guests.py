"""Agents that Core is linked to only while it needs them: those of builders that are addresses."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.core.events import ServerUp

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from monitor.core.events import Events
    from monitor.core.fleet.directory import Directory, LinkTarget, Observer
    from monitor.core.fleet.links import Links
    from monitor.link.base import Event
    from monitor.link.session import Session


class Guests:
    """The directory and observer of all links: those of servers are handed on, those of guests are kept here."""

    def __init__(self, directory: Directory, observer: Observer, events: Events) -> None:
        self.links: Links | None = None
        self._directory = directory
        self._observer = observer
        self._events = events
        self._targets: dict[str, LinkTarget] = {}
        self._uses: dict[str, int] = {}
        self._sessions: dict[str, Session] = {}
        self._came: dict[str, asyncio.Event] = {}

    @contextmanager
    def linked(self, target: LinkTarget) -> Generator[None]:
        """Dial the agent, and keep the link up until all who want it are done."""
        self._uses[target.id] = self._uses.get(target.id, 0) + 1
        self._targets[target.id] = target
        self._came.setdefault(target.id, asyncio.Event())
        self._tell(target.id)
        try:
            yield
        finally:
            self._uses[target.id] -= 1
            if not self._uses[target.id]:
                del self._uses[target.id], self._targets[target.id], self._came[target.id]
                self._sessions.pop(target.id, None)
                self._tell(target.id)

    def session(self, identity: str) -> Session | None:
        """The link to a guest, if it is up."""
        return self._sessions.get(identity)

    async def until_up(self, identity: str) -> Session:
        """Wait until the link to a guest stands."""
        while (session := self._sessions.get(identity)) is None:
            self._came[identity].clear()
            await self._came[identity].wait()
        return session

    def _tell(self, identity: str) -> None:
        if self.links is not None:
            self.links.changed(identity)

    # --- As directory

    def servers(self) -> Iterable[LinkTarget]:
        """All servers. Guests are none."""
        return self._directory.servers()

    def server(self, server_id: str) -> LinkTarget | None:
        """A server or guest."""
        return self._targets.get(server_id) or self._directory.server(server_id)

    def named(self, name: str) -> LinkTarget | None:
        """The server of that name."""
        return self._directory.named(name)

    async def learned_key(self, server_id: str, key: str) -> None:
        """Store the first key of a server. Guests are linked to under a known key only."""
        await self._directory.learned_key(server_id, key)

    async def attempted_key(self, server_id: str, key: str) -> None:
        """Note a key that was refused."""
        if server_id not in self._targets:
            await self._directory.attempted_key(server_id, key)

    async def onboard(
        self, *, secret_hash: str, public_key: str, name: str, address: str
    ) -> LinkTarget:
        """Let a new server join."""
        return await self._directory.onboard(
            secret_hash=secret_hash, public_key=public_key, name=name, address=address
        )

    # --- As observer

    def up(self, server_id: str, session: Session) -> None:
        """A link stands."""
        if server_id in self._targets:
            self._sessions[server_id] = session
            self._came[server_id].set()
            self._events.publish(ServerUp(server_id))
        else:
            self._observer.up(server_id, session)

    def down(self, server_id: str, reason: str, session: Session | None = None) -> None:
        """A link is no more, or could not be made."""
        if server_id in self._targets or server_id in self._sessions:
            self._sessions.pop(server_id, None)
        else:
            self._observer.down(server_id, reason, session)

    def event(self, server_id: str, event: Event, session: Session | None = None) -> None:
        """What an agent tells; of guests nothing is wanted."""
        if server_id not in self._targets:
            self._observer.event(server_id, event, session)
