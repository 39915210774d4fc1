"""What a handler gets: who is calling, the way to stored resources, and the services of Core."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from monitor.api.base import Request
from monitor.api.ids import is_id
from monitor.api.resource import PermissionLevel, Resource, SpecificPermission
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.user import User
from monitor.core import documents
from monitor.core.access import Access
from monitor.core.errors import ApiError, forbidden, not_found
from monitor.core.events import Events
from monitor.core.memory import Memory

if TYPE_CHECKING:
    from monitor.core.config import Settings
    from monitor.core.fleet.fleet import Fleet
    from monitor.core.fleet.guests import Guests
    from monitor.core.fleet.links import Links
    from monitor.core.history.series import Series
    from monitor.core.identity.identity import Identity
    from monitor.core.items import Items
    from monitor.core.kinds.refreshing import Refresher
    from monitor.core.runs.newest import Newest
    from monitor.core.runs.runs import Runs
    from monitor.core.store.protocol import Store

AnswerT = TypeVar("AnswerT")
AnyResource = Resource[Any, Any]

SYSTEM_USER = "000000000000000000000000"
"""Who did what nobody asked for: the id that stands for Monitor itself."""


class Caller(Struct, frozen=True):
    """Who is calling: a user, over which session if any, from which address.

    `until` is when the API key expires over which the call comes, unix milliseconds; 0 is never.
    """

    user: User
    session: str | None = None
    address: str = ""
    until: int = 0

    @property
    def id(self) -> str:
        """The user's id."""
        return self.user.id


@dataclass
class Services:
    """What Core is made of; built in `app`, top to bottom."""

    settings: Settings
    store: Store
    memory: Memory
    events: Events
    access: Access
    items: Items
    fleet: Fleet
    history: Series
    identity: Identity
    front_door: Callable[[Request[Any], Context, str | None], Awaitable[Any]]
    runs: Runs = field(init=False)
    newest: Newest = field(init=False)
    refresher: Refresher = field(init=False)
    guests: Guests = field(init=False)
    links: Links = field(init=False)

    @staticmethod
    def now() -> int:
        """Unix milliseconds."""
        return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Context:
    """One call: the caller and the services. Rights are those of the caller at the moment of asking."""

    caller: Caller
    app: Services

    async def ask(self, request: Request[AnswerT]) -> AnswerT:
        """Another request through the same front door, with the same rights."""
        return await self.app.front_door(request, self, None)

    def as_user(self, user: User) -> Context:
        """The same services for another caller."""
        return replace(self, caller=Caller(user))

    async def find(
        self,
        kind: ResourceKind,
        reference: str,
        level: PermissionLevel,
        specific: Iterable[SpecificPermission] = (),
    ) -> AnyResource:
        """A stored resource by id or name.

        404 if there is none or none the caller may see, 403 if the caller lacks the level or one of the
        specific permissions on it.
        """
        table = self.app.memory.table(documents.BY_KIND[kind])
        row = table.rows.get(reference.lower()) if is_id(reference) else table.get(reference)
        if row is None:
            raise not_found(kind, reference)
        self.app.access.demand(self.caller.user, kind, row.value, level, tuple(specific), reference)
        return row.value

    def demand_admin(self) -> None:
        """403 unless the caller is an administrator."""
        if not self.caller.user.admin:
            raise forbidden("This call is admin only")


def target_of(kind: ResourceKind, resource: AnyResource) -> ResourceTarget:
    """What an Update or a permission about this resource is about."""
    return ResourceTarget(kind, resource.id)


__all__ = ["AnyResource", "ApiError", "Caller", "Context", "Services", "target_of"]
