"""What all kinds of resource share: get, list, create, copy, rename, update, delete.

With rights, names, tags, and partial updates whose difference goes on record. A kind is a frozen spec over this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Raw, Struct, structs

from monitor.api.ids import Oid, new_id
from monitor.api.reader import Invalid, lay_over
from monitor.api.resource import (
    PermissionLevel,
    Resource,
    SpecificPermission,
)
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Log, Operation, Update
from monitor.api.user import Permission, User, UserTargetUser
from monitor.core import documents
from monitor.core.context import Context, Services, target_of
from monitor.core.errors import busy, conflict, forbidden, invalid
from monitor.core.identity.accounts import HIDDEN
from monitor.core.identity.rights import covers
from monitor.core.kinds import listing, names
from monitor.core.kinds.on_server import note
from monitor.core.memory import Table
from monitor.core.resource_toml import resource_toml
from monitor.core.routes import Enabled, Routes, on
from monitor.core.store.protocol import Duplicate

ConfigT = TypeVar("ConfigT", bound=Struct)
InfoT = TypeVar("InfoT", bound=Struct | None)


@dataclass(frozen=True)
class Requests:
    """The requests that every kind has; no `action_state` for a kind that nothing runs on."""

    get: type[Any]
    list: type[Any]
    list_full: type[Any]
    create: type[Any]
    copy: type[Any]
    update: type[Any]
    rename: type[Any]
    delete: type[Any]
    action_state: type[Any] | None = None


async def _nothing(*_: Any) -> None: ...


def _everybody(_: Context) -> bool:
    return True


def _as_it_is(config: Any) -> Any:
    return config


@dataclass(frozen=True)
class Resources(Generic[ConfigT, InfoT]):
    """A kind of resource, as Core handles it.

    `list_info` makes the changing part of its list item. `check` validates a config for its saver, given what it
    was before (None for a new one), and answers it with references as ids. `hidden` are the fields of a config that
    only those who may write it see. `sorts` gives sort keys of list items, `matches` the kind's own filter.
    `new_info` makes the info of a new one from its request. `created`, `updated`, `renamed` and `deleting` are what
    else happens then; the logs they answer go on record. Where the config is one of several types, `first` is that
    of a new one. `copy_level` is what copying needs on the source, `copied` what of its config is copied.
    """

    kind: ResourceKind
    field: str
    config: type[ConfigT]
    info: type[InfoT]
    requests: Requests
    busy: type[Struct] | None
    list_info: Callable[[Resource[ConfigT, InfoT], Services], Any]
    check: Callable[[ConfigT, ConfigT | None, Context], Awaitable[ConfigT]]
    matches: Callable[[Any, Any], bool]
    sorts: dict[str, Callable[[Any], Any]]
    may_create: Callable[[Context], bool] = _everybody
    new_info: Callable[[Any, Context], InfoT] | None = None
    normalise: Callable[[str], str] = names.general
    creator: tuple[SpecificPermission, ...] = ()
    hidden: tuple[str, ...] = ()
    first: ConfigT | None = None
    copy_level: PermissionLevel = PermissionLevel.READ
    copied: Callable[[ConfigT], ConfigT] = _as_it_is
    created: Callable[[Resource[Any, Any], Context], Awaitable[None]] = _nothing
    updated: Callable[[Resource[Any, Any], Resource[Any, Any], Context], Awaitable[None]] = _nothing
    renamed: Callable[[Resource[Any, Any], str, Context], Awaitable[Any]] = _nothing
    deleting: Callable[[Resource[Any, Any], Context], Awaitable[Any]] = _nothing

    def table(self, ctx: Context) -> Table[Any]:
        """Where the resources of this kind are."""
        return ctx.app.memory.table(documents.BY_KIND[self.kind])

    def operation(self, verb: str) -> Operation:
        """`Create`, `Update`, `Rename` or `Delete` of this kind, as an Operation."""
        return Operation(f"{verb}{self.kind}")

    def routes(self) -> Routes:
        """The routes that every kind has; the kind's module adds its own."""
        routes = Routes()
        right = on(self.kind, self.field)
        by_id = on(self.kind, "id")
        requests = self.requests
        routes.answers(requests.get, right(PermissionLevel.READ))(self._get)
        routes.answers(requests.list, Enabled())(self._list)
        routes.answers(requests.list_full, Enabled())(self._list_full)
        if requests.action_state is not None:
            state = routes.answers(requests.action_state, right(PermissionLevel.READ))
            state(self._action_state)
        routes.answers(requests.create, Enabled())(self._create)
        routes.answers(requests.copy, by_id(self.copy_level))(self._copy)
        routes.answers(requests.update, by_id(PermissionLevel.WRITE))(self._update)
        routes.answers(requests.rename, by_id(PermissionLevel.WRITE))(self._rename)
        routes.answers(requests.delete, by_id(PermissionLevel.WRITE))(self._delete)
        return routes

    async def _list(self, request: Any, ctx: Context) -> list[Raw]:
        return [item.raw for item in listing.items(self, request, ctx)]

    async def _list_full(self, request: Any, ctx: Context) -> list[Resource[ConfigT, InfoT]]:
        rows = self.table(ctx).rows
        found = listing.items(self, request, ctx)
        return [self.shown(rows[item.value.id].value, ctx) for item in found]

    async def _get(
        self, _request: Any, resource: Resource[ConfigT, InfoT], ctx: Context
    ) -> Resource[ConfigT, InfoT]:
        return self.shown(resource, ctx)

    def shown(self, resource: Resource[ConfigT, InfoT], ctx: Context) -> Resource[ConfigT, InfoT]:
        """The resource as the caller may see it."""
        held = [field for field in self.hidden if getattr(resource.config, field)]
        if not held:
            return resource
        have = ctx.app.access.permission(ctx.caller.user, self.kind, resource)
        if covers(have, PermissionLevel.WRITE):
            return resource
        config = structs.replace(resource.config, **dict.fromkeys(held, HIDDEN))
        return structs.replace(resource, config=config)

    async def _action_state(
        self, _request: Any, resource: Resource[Any, Any], ctx: Context
    ) -> Struct:
        if self.busy is None:
            raise TypeError(self.kind)
        flags = ctx.app.runs.action_state(target_of(self.kind, resource))
        return msgspec.convert(
            {
                field.name: flags.get(field.name, 0)
                if field.type is int
                else bool(flags.get(field.name))
                for field in structs.fields(self.busy)
            },
            self.busy,
        )

    async def _create(self, request: Any, ctx: Context) -> Resource[ConfigT, InfoT]:
        config = self._laid(self._empty(), request)
        return await self.create(request.name, config, ctx, info=self._info(request, ctx))

    def _empty(self) -> ConfigT:
        return self.config() if self.first is None else self.first

    def _laid(self, config: ConfigT, request: Any) -> ConfigT:
        """The config with what the request gives of it. Raises 400."""
        if not request.config:
            return config
        try:
            return lay_over(config, request.config, self.config)
        except Invalid as error:
            raise invalid(str(error.within("config"))) from error

    def _info(self, request: Any, ctx: Context) -> InfoT:
        return self.new_info(request, ctx) if self.new_info is not None else self.info()

    async def _copy(
        self, request: Any, source: Resource[ConfigT, InfoT], ctx: Context
    ) -> Resource[ConfigT, InfoT]:
        empty = self._empty()
        config = structs.replace(
            self.copied(source.config), **{field: getattr(empty, field) for field in self.hidden}
        )
        return await self.create(request.name, config, ctx, info=self._info(request, ctx))

    async def create(
        self, name: str, config: ConfigT, ctx: Context, *, info: InfoT | None = None
    ) -> Resource[ConfigT, InfoT]:
        """A new resource with this config. Raises 400, 403, 409."""
        user = ctx.caller.user
        if not user.admin and (
            ctx.app.settings.disable_non_admin_create or not self.may_create(ctx)
        ):
            raise forbidden(f"You do not have permission to create a {self.kind}")
        name = self.normalise(name)
        config = await self.check(config, None, ctx)
        resource = Resource(
            oid=Oid(new_id()),
            name=name,
            info=info or self.info(),
            config=config,
            updated_at=ctx.app.now(),
            owner=user.id,
        )
        try:
            row = await self.table(ctx).insert(resource)
        except Duplicate as error:
            raise conflict(f"Resource with name '{name}' already exists") from error
        target = target_of(self.kind, row.value)
        if not user.admin:
            await self._give_creator(target, ctx)
        await self.created(row.value, ctx)
        await ctx.app.runs.record(
            self.operation("Create"),
            target,
            user.id,
            logs=(note(f"Create {self.kind}", f"Created {self.kind} {name}"),),
            current_toml=self.toml(row.value, ctx),
        )
        return row.value

    async def _give_creator(self, target: ResourceTarget, ctx: Context) -> None:
        await ctx.app.memory.table(documents.PERMISSIONS).insert(
            Permission(
                oid=Oid(new_id()),
                user_target=UserTargetUser(ctx.caller.id),
                resource_target=target,
                level=PermissionLevel.WRITE,
                specific=self.creator,
            )
        )

    async def _update(
        self, request: Any, resource: Resource[ConfigT, InfoT], ctx: Context
    ) -> Resource[ConfigT, InfoT]:
        self.demand_idle(resource, ctx)
        laid = self._laid(resource.config, request)
        if laid == resource.config:
            return resource
        checked = await self.check(laid, resource.config, ctx)
        if checked == resource.config:
            return resource

        def change(stored: Resource[ConfigT, InfoT]) -> Resource[ConfigT, InfoT]:
            """Only what was checked is changed, whatever somebody else changes at the same time."""
            config = _with_changes(stored.config, resource.config, checked)
            return structs.replace(
                stored, config=config, updated_at=ctx.app.now(), owner=ctx.caller.id
            )

        row = await self.table(ctx).edit(resource.id, change)
        await self.updated(resource, row.value, ctx)
        await ctx.app.runs.record(
            self.operation("Update"),
            target_of(self.kind, row.value),
            ctx.caller.id,
            prev_toml=self.toml(resource, ctx),
            current_toml=self.toml(row.value, ctx),
        )
        return row.value

    async def _rename(
        self, request: Any, resource: Resource[ConfigT, InfoT], ctx: Context
    ) -> Update:
        self.demand_idle(resource, ctx)
        name = self.normalise(request.name)
        taken = self.table(ctx).get(name)
        if taken is not None and taken.id != resource.id:
            raise conflict(f"Resource with name '{name}' already exists")
        logs: list[Log] = list(await self.renamed(resource, name, ctx) or ())
        try:
            await self.table(ctx).edit(
                resource.id,
                lambda stored: structs.replace(stored, name=name, updated_at=ctx.app.now()),
            )
        except Duplicate as error:
            raise conflict(f"Resource with name '{name}' already exists") from error
        logs.insert(
            0, note(f"Rename {self.kind}", f"Renamed {self.kind} from {resource.name} to {name}")
        )
        return await ctx.app.runs.record(
            self.operation("Rename"), target_of(self.kind, resource), ctx.caller.id, logs=logs
        )

    async def _delete(
        self, _request: Any, resource: Resource[ConfigT, InfoT], ctx: Context
    ) -> Resource[ConfigT, InfoT]:
        self.demand_idle(resource, ctx)
        target = target_of(self.kind, resource)
        toml = self.toml(resource, ctx)
        logs: list[Log] = list(await self.deleting(resource, ctx) or ())
        await self.table(ctx).delete(resource.id)
        await _forget(target, ctx)
        logs.insert(0, note(f"Delete {self.kind}", f"Deleted {self.kind} {resource.name}"))
        await ctx.app.runs.record(
            self.operation("Delete"), target, ctx.caller.id, logs=logs, prev_toml=toml
        )
        return resource

    def demand_idle(self, resource: Resource[Any, Any], ctx: Context) -> None:
        """409 while a run holds the resource."""
        if ctx.app.runs.busy(target_of(self.kind, resource)) is not None:
            raise busy(f"{self.kind} {resource.name} is busy")

    def toml(self, resource: Resource[Any, Any], ctx: Context) -> str:
        """The resource as TOML, tags and what it refers to by name."""
        return resource_toml(self.kind, resource, ctx.app.memory)


async def _forget(target: ResourceTarget, ctx: Context) -> None:
    """Nothing points at a deleted resource any more: no permission, nobody's list of what they viewed last."""
    permissions = ctx.app.memory.table(documents.PERMISSIONS)
    for row in [r for r in permissions.rows.values() if r.value.resource_target == target]:
        await permissions.delete(row.id)
    users = ctx.app.memory.table(documents.USERS)
    for row in list(users.rows.values()):
        if target.id not in row.value.recents.get(target.type, ()):
            continue

        def without(user: User) -> User:
            kept = tuple(i for i in user.recents.get(target.type, ()) if i != target.id)
            return structs.replace(user, recents={**user.recents, target.type: kept})

        await users.edit(row.id, without)


def _with_changes(stored: ConfigT, before: ConfigT, after: ConfigT) -> ConfigT:
    if type(stored) is not type(after) or type(before) is not type(after):
        return after
    changes = {
        field: value
        for field in before.__struct_fields__
        if (value := getattr(after, field)) != getattr(before, field)
    }
    return structs.replace(stored, **changes)
