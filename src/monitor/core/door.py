"""The front door: every request, from HTTP or from inside, comes through here and has its right checked here."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from monitor.api.base import BatchExecute, Request, Write
from monitor.api.resource import PermissionLevel
from monitor.api.target import SYSTEM, ResourceKind, ResourceTarget
from monitor.api.update import (
    BatchExecutionFailure,
    BatchExecutionResponseItem,
    BatchExecutionResponseItemErr,
    BatchExecutionResponseItemOk,
    Update,
)
from monitor.api.values import Serror
from monitor.core import documents
from monitor.core.answers import Answers
from monitor.core.context import Context
from monitor.core.errors import ApiError, unauthenticated
from monitor.core.kinds.listing import tag_ids
from monitor.core.kinds.patterns import pattern_matcher
from monitor.core.routes import Admin, AnyUser, Batch, On, Open, Route, Routes, collect
from monitor.core.runs.execution import Execution

log = logging.getLogger(__name__)
_BATCH_AT_ONCE = 10


class Door:
    """What answers each request. Built once; raises ValueError when two routes answer one request."""

    def __init__(self, modules: Sequence[Routes]) -> None:
        self.table: Mapping[type[Request[Any]], Route | Execution | Batch] = collect(modules)
        self._answers = Answers()

    async def answer(self, request: Request[Any], ctx: Context, key: str | None = None) -> Any:
        """The answer to a request, for the caller of `ctx`. `key` is an idempotency key."""
        entry = self.table.get(type(request))
        if entry is None:
            raise ApiError(501, f"{type(request).__name__} is not built yet", code="not_built")
        if isinstance(entry, Route):
            return await self._answer(entry, request, ctx, key)
        demand_enabled_user(ctx)
        if isinstance(entry, Batch):
            return await self._batch(entry, request, ctx, key)
        return await self._execute(entry, request, ctx, key)

    async def _answer(
        self, route: Route, request: Request[Any], ctx: Context, key: str | None
    ) -> Any:
        right = route.right
        if isinstance(right, Open | AnyUser):
            return await route.handler(request, ctx)
        demand_enabled_user(ctx)
        if isinstance(right, Admin):
            ctx.demand_admin()
        if key is None or not isinstance(request, Write):
            return await self._do(route, request, ctx)
        return await self._answers.once(request, key, ctx, lambda: self._do(route, request, ctx))

    async def _do(self, route: Route, request: Request[Any], ctx: Context) -> Any:
        right = route.right
        if isinstance(right, On):
            resource = await ctx.find(
                right.kind, getattr(request, right.field), right.level, right.specific
            )
            return await route.handler(request, resource, ctx)
        return await route.handler(request, ctx)

    async def _execute(
        self, execution: Execution, request: Request[Any], ctx: Context, key: str | None
    ) -> Update:
        target = await self.target(execution, request, ctx)
        return await ctx.app.runs.start(execution, request, target, ctx.caller.id, key=key)

    async def target(
        self, execution: Execution, request: Request[Any], ctx: Context
    ) -> ResourceTarget:
        """What an execution is about, if the caller may do it there. Raises 403, 404."""
        if not execution.target:
            ctx.demand_admin()
            return SYSTEM
        reference = getattr(request, execution.target)
        resource = await ctx.find(execution.kind, reference, execution.level, execution.specific)
        return ResourceTarget(execution.kind, resource.id)

    async def _batch(
        self, batch: Batch, request: Request[Any], ctx: Context, key: str | None
    ) -> list[BatchExecutionResponseItem]:
        if not isinstance(request, BatchExecute):
            raise TypeError(type(request))
        matches = pattern_matcher(request.pattern)
        tags = tag_ids(request.tags, ctx)
        rows = [
            row
            for row in ctx.app.memory.table(documents.BY_KIND[batch.kind]).rows.values()
            if matches(row.value.name, row.id)
            and (tags is None or tags.issubset(row.value.tags))
            and _may(batch.kind, row.value, ctx)
        ]
        rows.sort(key=lambda row: row.value.name)
        room = asyncio.Semaphore(_BATCH_AT_ONCE)

        async def one(row: Any) -> BatchExecutionResponseItem:
            async with room:
                own_key = f"{key} {row.id}" if key is not None else None
                return await _outcome(
                    self, batch.single(**{batch.field: row.id}), row, ctx, own_key
                )

        return list(await asyncio.gather(*(one(row) for row in rows)))


async def _outcome(
    door: Door, request: Struct, row: Any, ctx: Context, key: str | None
) -> BatchExecutionResponseItem:
    try:
        return BatchExecutionResponseItemOk(await door.answer(request, ctx, key))  # pyright: ignore[reportArgumentType]
    except ApiError as error:
        return BatchExecutionResponseItemErr(
            BatchExecutionFailure(
                name=row.value.name, error=Serror(error=error.message, trace=error.trace)
            )
        )


def _may(kind: ResourceKind, resource: Any, ctx: Context) -> bool:
    try:
        ctx.app.access.demand(
            ctx.caller.user, kind, resource, PermissionLevel.EXECUTE, (), resource.name
        )
    except ApiError:
        return False
    return True


def demand_enabled_user(ctx: Context) -> None:
    """401 for a user that is not enabled."""
    if not ctx.caller.user.enabled:
        raise unauthenticated("User is not enabled")
