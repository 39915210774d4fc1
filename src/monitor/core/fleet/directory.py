"""What links need to know of the configured servers, and tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.link.base import Event
    from monitor.link.session import Session


class LinkTarget(Struct, frozen=True, kw_only=True):
    """A server: Core dials `address`, or waits for its agent if that is empty. Keys as in `monitor.link.keys`."""

    id: str
    name: str
    address: str = ""
    insecure_tls: bool = False
    public_key: str = ""
    enabled: bool = True


class OnboardingRefused(Exception):
    """An onboarding key is unknown, expired, used up or disabled. The text says which, to the agent too."""


class Directory(Protocol):
    """The configured servers. What it changes itself, it also reports by `Links.changed`."""

    def servers(self) -> Iterable[LinkTarget]:
        """All of them, as they are now."""
        ...

    def server(self, server_id: str) -> LinkTarget | None:
        """One of them."""
        ...

    def named(self, name: str) -> LinkTarget | None:
        """The one of that name."""
        ...

    async def learned_key(self, server_id: str, key: str) -> None:
        """Store the first key a server that Core dials has shown, if it still has none."""
        ...

    async def attempted_key(self, server_id: str, key: str) -> None:
        """Note a key that was refused, for an admin to accept."""
        ...

    async def onboard(
        self, *, secret_hash: str, public_key: str, name: str, address: str
    ) -> LinkTarget:
        """Create the server `name`, or give it this key. OnboardingRefused if the onboarding key may not.

        Also asked for a server that has another key already: to replace that takes a right of its own.
        """
        ...


class Observer(Protocol):
    """Who is told of links. None of these waits. `down` without a session: a link could not be made."""

    def up(self, server_id: str, session: Session) -> None:
        """A session stands."""
        ...

    def down(self, server_id: str, reason: str, session: Session | None = None) -> None:
        """It is no more."""
        ...

    def event(self, server_id: str, event: Event, session: Session | None = None) -> None:
        """The agent told something."""
        ...
