"""What builds have made: their versions, and how much was built on each day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from monitor.api.build import (
    Build,
    BuildStatsDay,
    BuildVersionResponseItem,
    GetBuildMonthlyStats,
    GetBuildMonthlyStatsResponse,
    ListBuildVersions,
)
from monitor.api.resource import PermissionLevel
from monitor.api.target import ResourceKind
from monitor.api.update import Operation, UpdateStatus
from monitor.api.values import Version
from monitor.core.routes import Enabled, Routes, on
from monitor.core.runs.records import UPDATES, UpdateRecord
from monitor.core.store.protocol import parse_filter

if TYPE_CHECKING:
    from monitor.core.context import Context

_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
_DAYS = 30
_FAR = 10_000
"""Pages: before there were computers."""
_MOST = 100_000

routes = Routes()


@routes.answers(ListBuildVersions, on(ResourceKind.BUILD, "build")(PermissionLevel.READ))
async def _versions(
    request: ListBuildVersions, build: Build, ctx: Context
) -> list[BuildVersionResponseItem]:
    query: dict[str, Any] = {
        "target.type": str(ResourceKind.BUILD),
        "target.id": build.id,
        "operation": str(Operation.RUN_BUILD),
        "status": str(UpdateStatus.COMPLETE),
        "success": True,
    }
    for part in ("major", "minor", "patch"):
        value = getattr(request, part)
        if value is not None:
            query[f"version.{part}"] = value
    found = await ctx.app.store.collection(UPDATES).find(
        parse_filter(query, UpdateRecord), sort=(("start_ts", -1),), limit=request.limit or _MOST
    )
    return [
        BuildVersionResponseItem(
            version=row.value.version,
            ts=row.value.start_ts,
            commit_hash=row.value.commit_hash or None,
            update_id=row.id,
        )
        for row in found
        if row.value.version is not UNSET and row.value.version != Version()
    ]


@routes.answers(GetBuildMonthlyStats, Enabled())
async def _monthly(request: GetBuildMonthlyStats, ctx: Context) -> GetBuildMonthlyStatsResponse:
    """Days begin in UTC. A build counts for the day on which it began."""
    today = ctx.app.now() // _DAY_MS * _DAY_MS
    until = today + _DAY_MS - min(request.page, _FAR) * _DAYS * _DAY_MS
    since = until - _DAYS * _DAY_MS
    counts, times = [0] * _DAYS, [0.0] * _DAYS
    ids = ctx.app.access.readable(ctx.caller.user, ResourceKind.BUILD)
    query = {
        "target.type": str(ResourceKind.BUILD),
        "operation": str(Operation.RUN_BUILD),
        "start_ts": {"$gte": since, "$lt": until},
    }
    found = await ctx.app.store.collection(UPDATES).find(parse_filter(query, UpdateRecord))
    for update in (row.value for row in found):
        if update.end_ts is None or (ids is not None and update.target.id not in ids):
            continue
        day = (update.start_ts - since) // _DAY_MS
        counts[day] += 1
        times[day] += (update.end_ts - update.start_ts) / _HOUR_MS
    return GetBuildMonthlyStatsResponse(
        total_time=sum(times),
        total_count=float(sum(counts)),
        days=tuple(
            BuildStatsDay(
                time=times[day], count=float(counts[day]), ts=float(since + day * _DAY_MS)
            )
            for day in range(_DAYS)
        ),
    )
