"""Alerts: reading those about what one may read, and closing them."""

from typing import Any

from msgspec import structs

from monitor.api.alert import Alert, CloseAlert, GetAlert, ListAlerts, ListAlertsResponse
from monitor.api.values import NoData
from monitor.core.alerts import ALERTS
from monitor.core.context import Context
from monitor.core.errors import ApiError, invalid
from monitor.core.requests.updates import may_read, readable_targets
from monitor.core.routes import Admin, Enabled, Routes
from monitor.core.store.filter import BadFilter, Filter, all_of, parse_filter
from monitor.core.store.protocol import Missing, edit

_PAGE = 100
_FAR = 1 << 62
"""Beyond any page, and still a number that databases take."""

routes = Routes()


@routes.answers(GetAlert, Enabled())
async def _get(request: GetAlert, ctx: Context) -> Alert:
    row = await ctx.app.store.collection(ALERTS).get(request.id.lower())
    if row is None or not may_read(row.value.target, ctx):
        raise _missing(request.id)
    return row.value


@routes.answers(ListAlerts, Enabled())
async def _list(request: ListAlerts, ctx: Context) -> ListAlertsResponse:
    rows = await ctx.app.store.collection(ALERTS).find(
        _filter(request.query, ctx),
        sort=(("ts", -1),),
        skip=min(request.page * _PAGE, _FAR),
        limit=_PAGE,
    )
    return ListAlertsResponse(
        alerts=tuple(row.value for row in rows),
        next_page=request.page + 1 if len(rows) == _PAGE else None,
    )


@routes.answers(CloseAlert, Admin())
async def _close(request: CloseAlert, ctx: Context) -> NoData:
    now = ctx.app.now()

    def closed(alert: Alert) -> Alert:
        return alert if alert.resolved else structs.replace(alert, resolved=True, resolved_ts=now)

    try:
        await edit(ctx.app.store.collection(ALERTS), request.id.lower(), closed)
    except Missing as error:
        raise _missing(request.id) from error
    return NoData()


def _filter(query: dict[str, Any] | None, ctx: Context) -> Filter | None:
    """The caller's query and what the caller may read, both. Raises 400 for a query that can't be."""
    rights = readable_targets(ctx)
    mine = parse_filter(rights, Alert, own=True) if rights else None
    if not query:
        return mine
    try:
        theirs = parse_filter(query, Alert)
    except BadFilter as error:
        raise invalid(str(error)) from error
    return theirs if mine is None else all_of(theirs, mine)


def _missing(identity: str) -> ApiError:
    return ApiError(404, f"no alert found with id {identity}")
