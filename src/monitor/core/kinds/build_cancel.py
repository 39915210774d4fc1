"""Ending a build of a build or repo at somebody's request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.context import AnyResource, Context, target_of
from monitor.core.errors import conflict
from monitor.core.kinds.on_server import note

if TYPE_CHECKING:
    from monitor.api.target import ResourceKind
    from monitor.api.update import Operation, Update


async def cancel(
    kind: ResourceKind, resource: AnyResource, operation: Operation, ctx: Context
) -> Update:
    """End the build that runs on a resource, and put on record who did so. 409 if none does."""
    target = target_of(kind, resource)
    flag, update = ctx.app.runs.busy(target) or ("", "")
    if flag != "building":
        raise conflict(f"{kind} {resource.name} is not building")
    await ctx.app.runs.cancel(update, ctx.caller.id)
    text = f"{ctx.caller.user.username} cancelled update {update}"
    return await ctx.app.runs.record(
        operation, target, ctx.caller.id, logs=(note("Cancel Triggered", text),)
    )
