"""Updates: the record of everything that was done, its output, and cancelling what is under way."""

from collections.abc import Iterable
from typing import Any

from monitor.api.activity import (
    CancelUpdate,
    GetUpdate,
    GetUpdateOutput,
    ListUpdates,
    UpdateOutput,
)
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import ListUpdatesResponse, Update
from monitor.core import documents
from monitor.core.context import Context
from monitor.core.errors import ApiError, invalid
from monitor.core.routes import Enabled, Routes
from monitor.core.runs.records import UPDATES, UpdateRecord
from monitor.core.store.filter import BadFilter, Filter, all_of, parse_filter

_MOST_LINES = 10_000

routes = Routes()


@routes.answers(GetUpdate, Enabled())
async def _get(request: GetUpdate, ctx: Context) -> Update:
    await _readable(request.id, ctx)
    return await ctx.app.runs.update(request.id)


@routes.answers(GetUpdateOutput, Enabled())
async def _output(request: GetUpdateOutput, ctx: Context) -> UpdateOutput:
    if request.after < 0 or not 0 < request.limit <= _MOST_LINES:
        raise invalid(f"after can't be negative, and limit is 1 to {_MOST_LINES}")
    await _readable(request.id, ctx)
    return await ctx.app.runs.lines(request.id, after=request.after, limit=request.limit)


@routes.answers(ListUpdates, Enabled())
async def _list(request: ListUpdates, ctx: Context) -> ListUpdatesResponse:
    if request.page < 0:
        raise invalid("page can't be negative")
    return await ctx.app.runs.list(_filter(request.query, ctx), page=request.page)


def _filter(query: dict[str, Any] | None, ctx: Context) -> Filter | None:
    """The caller's query and what the caller may read, both. Raises 400 for a query that can't be."""
    rights = readable_targets(ctx)
    mine = parse_filter(rights, UpdateRecord, own=True) if rights else None
    if not query:
        return mine
    try:
        parse_filter(query, Update)
        theirs = parse_filter(query, UpdateRecord, secret=UPDATES.secret)
    except BadFilter as error:
        raise invalid(str(error)) from error
    return theirs if mine is None else all_of(theirs, mine)


@routes.answers(CancelUpdate, Enabled())
async def _cancel(request: CancelUpdate, ctx: Context) -> Update:
    """Whoever may start such a run may cancel it; runs on the system are for administrators."""
    update = await _readable(request.id, ctx)
    if update.target.type in documents.BY_KIND:
        level = ctx.app.runs.level(update.id)
        await ctx.find(update.target.type, update.target.id, level)
    else:
        ctx.demand_admin()
    await ctx.app.runs.cancel(update.id, ctx.caller.id)
    return await ctx.app.runs.update(update.id)


async def _readable(identity: str, ctx: Context) -> Update:
    """An Update, without its logs, of something the caller may read. 404 otherwise."""
    missing = ApiError(404, f"no update exists with id {identity}")
    try:
        update = await ctx.app.runs.get(identity)
    except ApiError as error:
        raise missing if error.status == missing.status else error from error
    if not may_read(update.target, ctx):
        raise missing
    return update


def may_read(target: ResourceTarget, ctx: Context) -> bool:
    """Whether the caller may see Updates of a target: what it may read; all, for administrators."""
    if ctx.caller.user.admin:
        return True
    if target.type not in documents.BY_KIND:
        return False
    ids = ctx.app.access.readable(ctx.caller.user, target.type)
    return ids is None or target.id in ids


def readable_targets(ctx: Context) -> dict[str, Any] | None:
    """The filter for Updates of what the caller may read; None stands for all."""
    if ctx.caller.user.admin:
        return None
    return {"$or": [_of_kind(kind, ctx) for kind in documents.BY_KIND]}


def _of_kind(kind: ResourceKind, ctx: Context) -> dict[str, Any]:
    ids: Iterable[str] = ctx.app.access.readable(ctx.caller.user, kind) or ()
    return {"target.type": str(kind), "target.id": {"$in": sorted(ids)}}
