"""What is asked of a server's agent for its containers, whichever kind of resource they belong to."""

import asyncio
from collections.abc import Sequence

from monitor.api.ids import new_id
from monitor.api.server import Server
from monitor.api.target import ResourceKind
from monitor.api.update import Log
from monitor.api.values import SearchCombinator
from monitor.core import documents
from monitor.core.context import Context, Services
from monitor.core.errors import ApiError, conflict, invalid, not_found
from monitor.link import commands

_SIDE_JOB_S = 120


def demand_enabled(server: Server) -> None:
    """409 for a server that is disabled."""
    if not server.config.enabled:
        raise conflict(f"Server {server.name} is disabled")


def enabled_server(server_id: str, whose: str, app: Services) -> Server:
    """A server by id that is there and enabled. Raises 400 without an id, 404, 409."""
    if not server_id:
        raise invalid(f"{whose} has no server configured")
    row = app.memory.table(documents.SERVERS).rows.get(server_id)
    if row is None:
        raise not_found(ResourceKind.SERVER, server_id)
    demand_enabled(row.value)
    return row.value


async def container_log(
    server: str, name: str, *, tail: int, timestamps: bool, ctx: Context
) -> Log:
    """The last lines of a container's log. Raises 400 for a negative tail, 503 without the agent."""
    if tail < 0:
        raise invalid("tail can't be negative")
    return await ctx.app.fleet.ask(
        server, commands.ContainerLog(name=name, tail=min(tail, 5000), timestamps=timestamps)
    )


async def search_log(
    server: str,
    name: str,
    terms: Sequence[str],
    combinator: SearchCombinator,
    ctx: Context,
    *,
    invert: bool,
    timestamps: bool,
) -> Log:
    """Lines of a container's log that hold the terms. Raises 400 without terms, 503 without the agent."""
    if not terms:
        raise invalid("A search needs at least one term")
    return await ctx.app.fleet.ask(
        server,
        commands.SearchLog(
            name=name,
            terms=tuple(terms),
            combinator=combinator,
            invert=invert,
            timestamps=timestamps,
        ),
    )


async def run_now(server: str, command: commands.AnyJob, app: Services) -> tuple[Log, ...]:
    """Work on a server that belongs to a write: done before the write goes on, its stages as logs.

    Raises 503 when the agent is away or the work failed, with the logs' errors as its trace.
    """
    job = f"{new_id()}/write"
    logs: list[Log] = []
    async with asyncio.timeout(_SIDE_JOB_S):
        await app.fleet.ask(server, commands.StartJob(job=job, command=command))
        errors: list[str] = []
        async for chunk in app.fleet.stream(server, commands.FollowJob(job=job)):
            if isinstance(chunk, commands.JobLines):
                errors += [line.text for line in chunk.lines if line.stream == "err"]
            elif isinstance(chunk, commands.JobEnded):
                logs += [_log(stage, errors) for stage in chunk.result.stages]
                if chunk.result.status != "done":
                    raise ApiError(503, chunk.result.message or "The work failed", trace=errors)
                break
        await app.fleet.ask(server, commands.ForgetJob(job=job))
    return tuple(logs)


def _log(stage: commands.StageResult, errors: Sequence[str]) -> Log:
    return Log(
        stage=stage.name,
        command=stage.command,
        stdout="",
        stderr="\n".join(errors),
        success=stage.success,
        start_ts=stage.start_ts,
        end_ts=stage.end_ts,
    )


def note(stage: str, text: str) -> Log:
    """A stage of one sentence that is done."""
    now = Services.now()
    return Log(
        stage=stage, command="", stdout=text, stderr="", success=True, start_ts=now, end_ts=now
    )


def failure_log(stage: str, text: str, now: int) -> Log:
    """A failed stage with its reason."""
    return Log(
        stage=stage, command="", stdout="", stderr=text, success=False, start_ts=now, end_ts=now
    )
