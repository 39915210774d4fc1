"""Who may do what: the one place where a permission is checked, at the moment it is used."""

from collections.abc import Iterable
from typing import Any

from monitor.api.resource import (
    PermissionLevel,
    PermissionLevelAndSpecifics,
    Resource,
    SpecificPermission,
)
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.user import User
from monitor.core import documents
from monitor.core.errors import ApiError, forbidden, not_found
from monitor.core.events import Events, RightsChanged
from monitor.core.identity import rights
from monitor.core.memory import Memory
from monitor.core.store.protocol import Change, Row


class Access:
    """Rights as they are now. What a user may read is kept per kind until a right changes."""

    def __init__(self, memory: Memory, events: Events, *, transparent: bool) -> None:
        self._memory = memory
        self._events = events
        self._transparent = transparent
        self._readable: dict[tuple[str, ResourceKind], frozenset[str]] = {}
        for spec in (documents.USERS, documents.GROUPS, documents.PERMISSIONS):
            memory.listen(spec, self._rights_changed)
        for spec in documents.BY_KIND.values():
            memory.listen(spec, self._resource_changed)

    def permission(
        self, user: User, kind: ResourceKind, resource: Resource[Any, Any]
    ) -> PermissionLevelAndSpecifics:
        """What a user may do with a resource, from all sources."""
        return rights.effective(
            user,
            ResourceTarget(kind, resource.id),
            base=resource.base_permission,
            groups=self._memory.table(documents.GROUPS).values(),
            permissions=self._memory.table(documents.PERMISSIONS).values(),
            transparent=self._transparent,
            parent=self._of_server(user, resource),
        )

    def _of_server(self, user: User, resource: Resource[Any, Any]) -> PermissionLevelAndSpecifics:
        """The rights on the server a resource is attached to: its specific ones are inherited."""
        server_id = getattr(resource.config, "server_id", "")
        row = self._memory.table(documents.SERVERS).rows.get(server_id) if server_id else None
        if row is None:
            return rights.NOTHING
        return self.permission(user, ResourceKind.SERVER, row.value)

    def demand(
        self,
        user: User,
        kind: ResourceKind,
        resource: Resource[Any, Any],
        level: PermissionLevel,
        specific: tuple[SpecificPermission, ...],
        reference: str,
    ) -> None:
        """404 if the user may not read the resource, 403 if it may not do what is asked."""
        if user.admin and user.enabled:
            return
        have = self.permission(user, kind, resource)
        if not rights.covers(have, PermissionLevel.READ):
            raise not_found(kind, reference)
        if not rights.covers(have, level, specific):
            raise lacking(kind, level, specific)

    def readable(self, user: User, kind: ResourceKind) -> frozenset[str] | None:
        """The ids a user may read; None stands for all."""
        if user.admin and user.enabled:
            return None
        key = (user.id, kind)
        if key not in self._readable:
            self._readable[key] = frozenset(
                row.id
                for row in self._memory.table(documents.BY_KIND[kind]).rows.values()
                if rights.covers(self.permission(user, kind, row.value), PermissionLevel.READ)
            )
        return self._readable[key]

    def _rights_changed(self, change: Change, was: Row[Any] | None) -> None:
        before = was.value if was is not None else None
        if change.collection == documents.USERS.name and _same_rights(before, change.value):
            return
        self._readable.clear()
        user = change.id if change.collection == documents.USERS.name else None
        self._events.publish(RightsChanged(user))

    def _resource_changed(self, change: Change, was: Row[Any] | None) -> None:
        if (
            was is None
            or change.value is None
            or was.value.base_permission != change.value.base_permission
        ):
            self._readable.clear()


def _same_rights(before: User | None, after: User | None) -> bool:
    if before is None or after is None:
        return False
    return (before.enabled, before.admin, before.all) == (after.enabled, after.admin, after.all)


def lacking(
    kind: ResourceKind, level: PermissionLevel, specific: Iterable[SpecificPermission]
) -> ApiError:
    """403 that names what is missing."""
    more = ", ".join(specific)
    return forbidden(
        f"This needs {level} permission on the {kind}" + (f" with [{more}]" if more else "")
    )
