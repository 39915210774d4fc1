"""Where builds are built: which of a builder's agents, and how it is reached."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from monitor.api.builder import (
    Builder,
    BuilderConfigServer,
    BuilderConfigUrl,
)
from monitor.core import documents
from monitor.core.errors import invalid, unavailable
from monitor.core.fleet.directory import LinkTarget
from monitor.core.fleet.fleet import ServerAway
from monitor.core.kinds.on_server import demand_enabled
from monitor.core.runs.execution import RunFailed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from monitor.core.context import Services
    from monitor.link.base import Command

_REACHED_SECONDS = 10.0
_ASK_SECONDS = 30.0
PLAN = "plan"
"""The step of a run in which its server was chosen, kept as `server` in its value."""


def builder_of(identity: str, whose: str, app: Services) -> Builder:
    """A configured builder. Raises 400 without one."""
    row = app.memory.table(documents.BUILDERS).rows.get(identity)
    if row is None:
        raise invalid(f"{whose} has no builder: choose one first")
    return row.value


def place(builder: Builder, app: Services) -> str:
    """The server to build on, by id: of several the reachable one that builds least; a guest's id for an address.

    Raises 400, 409.
    """
    config = builder.config
    if isinstance(config, BuilderConfigServer):
        return _server(builder, config.params.server_ids, app)
    if isinstance(config, BuilderConfigUrl):
        if not config.params.periphery_public_key:
            raise invalid(
                f"Builder {builder.name} has no periphery_public_key: an agent is worked with only under a known key"
            )
        return builder.id
    raise invalid(
        f"Builder {builder.name} is of the type Aws, which is not built yet: use a Server or Url builder"
    )


def _server(builder: Builder, ids: tuple[str, ...], app: Services) -> str:
    servers = app.memory.table(documents.SERVERS).rows
    known = [servers[identity].value for identity in ids if identity in servers]
    if not known:
        raise invalid(f"Builder {builder.name} has no server: choose one first")
    enabled = [server for server in known if server.config.enabled]
    if not enabled:
        demand_enabled(known[0])
    reachable = [server for server in enabled if _is_reachable(server.id, app)]
    busy = _builds_by_server(app)
    return min(reachable or enabled, key=lambda server: busy.get(server.id, 0)).id


def _is_reachable(server: str, app: Services) -> bool:
    try:
        app.fleet.session(server)
    except ServerAway:
        return False
    return True


def _builds_by_server(app: Services) -> dict[str, int]:
    """How many runs that chose a server are under way on each."""
    counts: dict[str, int] = {}
    for record in app.runs.running():
        step = record.step(PLAN)
        value: Any = step.value if step is not None else None
        server = value.get("server") if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if isinstance(server, str):
            counts[server] = counts.get(server, 0) + 1
    return counts


@asynccontextmanager
async def reached(place: str, app: Services, *, patient: bool = False) -> AsyncGenerator[None]:
    """Keep the link to an address for as long as it is worked with; a server's is there anyway.

    Raises RunFailed where it cannot be reached within 10 s, unless `patient`.
    """
    row = app.memory.table(documents.BUILDERS).rows.get(place)
    if row is None or not isinstance(row.value.config, BuilderConfigUrl):
        yield
        return
    params = row.value.config.params
    target = LinkTarget(
        id=place,
        name=f"builder {row.value.name}",
        address=params.address,
        insecure_tls=params.insecure_tls,
        public_key=params.periphery_public_key,
    )
    with app.guests.linked(target):
        if not patient:
            await _wait_for(target, app)
        yield


async def _wait_for(target: LinkTarget, app: Services) -> None:
    try:
        async with asyncio.timeout(_REACHED_SECONDS):
            await app.guests.until_up(target.id)
    except TimeoutError as error:
        why = app.links.error(target.id) or "it does not answer"
        raise RunFailed(f"{target.name.capitalize()} can't be reached: {why}") from error


async def ask(place: str, command: Command[Any], app: Services) -> Any:
    """Have a builder's agent do something at once. Raises 503."""
    if place not in app.memory.table(documents.BUILDERS).rows:
        return await app.fleet.ask(place, command)
    try:
        async with reached(place, app):
            session = await app.guests.until_up(place)
            return await session.call(command, timeout=_ASK_SECONDS)
    except RunFailed as error:
        raise unavailable(error.message) from error
