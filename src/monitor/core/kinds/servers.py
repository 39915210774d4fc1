"""Servers: the machines that agents look after, whether they can be reached, and how they are."""

from typing import Any

from msgspec import structs

from monitor.api.resource import PermissionLevel, SpecificPermission
from monitor.api.server import (
    CopyServer,
    CreateServer,
    DeleteServer,
    GetPeripheryInformation,
    GetServer,
    GetServerActionState,
    GetServersSummary,
    GetServersSummaryResponse,
    GetServerState,
    GetServerStateResponse,
    ListFullServers,
    ListServers,
    PeripheryInformation,
    RenameServer,
    Server,
    ServerActionState,
    ServerConfig,
    ServerInfo,
    ServerListItemInfo,
    ServerQuerySpecifics,
    ServerState,
    UpdateServer,
    UpdateServerPublicKey,
)
from monitor.api.stats import (
    GetHistoricalServerStats,
    GetHistoricalServerStatsResponse,
    GetSystemInformation,
    GetSystemStats,
    ListSystemProcesses,
    SystemInformation,
    SystemProcess,
    SystemStats,
)
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Operation, Update
from monitor.core import documents
from monitor.core.context import Context, Services, target_of
from monitor.core.errors import conflict, invalid, unavailable
from monitor.core.fleet import views
from monitor.core.kinds import listing
from monitor.core.kinds.engine import Requests, Resources
from monitor.core.kinds.on_server import demand_enabled
from monitor.core.routes import Enabled, on
from monitor.link import commands
from monitor.link.keys import KeyUnusable, decode_key, encode_key

_KIND = ResourceKind.SERVER


def list_info(server: Server, app: Services) -> ServerListItemInfo:
    """What a list shows of a server: its state and figures now, and what runs on it."""
    return views.server_info(
        server,
        app.fleet.server(server.id),
        busy=app.runs.busy(ResourceTarget(_KIND, server.id)),
    )


async def check(config: ServerConfig, _before: ServerConfig | None, _ctx: Context) -> ServerConfig:
    """Thresholds in order and in 0..100, an address that can be dialled. Raises 400."""
    for name in ("cpu", "mem", "disk"):
        warning = getattr(config, f"{name}_warning")
        critical = getattr(config, f"{name}_critical")
        if not 0 <= warning <= critical <= 100:  # noqa: PLR2004 - per cent
            raise invalid(f"{name}_warning must not be over {name}_critical, both within 0 and 100")
    address = config.address.strip()
    if (
        address
        and "://" in address
        and not address.startswith(("ws://", "wss://", "http://", "https://"))
    ):
        raise invalid("address must begin with ws://, wss://, http:// or https://")
    return structs.replace(
        config,
        address=address,
        links=tuple(link for link in config.links if link.strip()),
    )


async def _deleting(server: Server, ctx: Context) -> tuple[()]:
    """Its deployments stay, without a server."""
    table = ctx.app.memory.table(documents.DEPLOYMENTS)
    for row in [r for r in table.rows.values() if r.value.config.server_id == server.id]:
        await table.edit(
            row.id, lambda d: structs.replace(d, config=structs.replace(d.config, server_id=""))
        )
    return ()


_DISK_NONE = 0.0


def _memory_share(info: ServerListItemInfo) -> float:
    stats = info.stats
    return stats.mem_used_gb / stats.mem_total_gb if stats and stats.mem_total_gb else _DISK_NONE


def _disk_share(info: ServerListItemInfo) -> float:
    stats = info.stats
    return stats.disk_used_gb / stats.disk_total_gb if stats and stats.disk_total_gb else _DISK_NONE


def _matches(info: ServerListItemInfo, specific: ServerQuerySpecifics) -> bool:
    return not specific.states or info.state in specific.states


def _may_create(ctx: Context) -> bool:
    return ctx.caller.user.create_server_permissions


def _new_info(request: CreateServer | CopyServer, ctx: Context) -> ServerInfo:
    return ServerInfo(public_key=_free_key(request.public_key, "", ctx))


def _free_key(text: str | None, server: str, ctx: Context) -> str:
    """An agent's key that no server but this one has: who may write one server must not reach another's machine."""
    if not text:
        return ""
    try:
        key = encode_key(decode_key(text))
    except KeyUnusable as error:
        raise invalid(f"public_key is no key: {error}") from error
    for row in ctx.app.memory.table(documents.SERVERS).rows.values():
        if row.id != server and row.value.info.public_key == key:
            raise conflict("Another server has this key already")
    return key


SERVERS = Resources(
    kind=_KIND,
    field="server",
    config=ServerConfig,
    info=ServerInfo,
    requests=Requests(
        get=GetServer,
        list=ListServers,
        list_full=ListFullServers,
        action_state=GetServerActionState,
        create=CreateServer,
        copy=CopyServer,
        update=UpdateServer,
        rename=RenameServer,
        delete=DeleteServer,
    ),
    busy=ServerActionState,
    list_info=list_info,
    check=check,
    matches=_matches,
    sorts={
        "Region": lambda info: info.region,
        "Version": lambda info: info.version or "",
        "State": lambda info: info.state,
        "Cpu": lambda info: info.stats.cpu_perc if info.stats else 0.0,
        "Memory": _memory_share,
        "Disk": _disk_share,
        "LoadAverage": lambda info: info.stats.load_average.one if info.stats else 0.0,
        "Network": lambda info: (
            info.stats.network_ingress_bytes + info.stats.network_egress_bytes
            if info.stats
            else 0.0
        ),
    },
    may_create=_may_create,
    new_info=_new_info,
    creator=tuple(SpecificPermission),
    hidden=("passkey",),
    deleting=_deleting,
)
routes = SERVERS.routes()
_ON = on(_KIND, "server")
_READ = _ON(PermissionLevel.READ)


@routes.answers(GetServersSummary, Enabled())
async def _summary(_request: GetServersSummary, ctx: Context) -> GetServersSummaryResponse:
    infos = [item.value.info for item in listing.readable(SERVERS, ctx)]
    ok = [info for info in infos if info.state is ServerState.OK]
    warning = sum(_over_warning(info) for info in ok)
    return GetServersSummaryResponse(
        total=len(infos),
        healthy=len(ok) - warning,
        warning=warning,
        unhealthy=sum(info.state is ServerState.NOT_OK for info in infos),
        disabled=sum(info.state is ServerState.DISABLED for info in infos),
    )


def _over_warning(info: ServerListItemInfo) -> bool:
    limits = info.alerting_thresholds
    return info.stats is not None and (
        info.stats.cpu_perc >= limits.cpu_warning
        or _memory_share(info) * 100 >= limits.mem_warning
        or _disk_share(info) * 100 >= limits.disk_warning
    )


@routes.answers(GetServerState, _READ)
async def _state(_request: GetServerState, server: Server, ctx: Context) -> GetServerStateResponse:
    return GetServerStateResponse(status=list_info(server, ctx.app).state)


@routes.answers(GetPeripheryInformation, _READ)
async def _periphery(
    _request: GetPeripheryInformation, server: Server, ctx: Context
) -> PeripheryInformation:
    demand_enabled(server)
    return (await ctx.app.fleet.ask(server.id, commands.GetHost())).periphery


@routes.answers(GetSystemInformation, _READ)
async def _information(
    _request: GetSystemInformation, server: Server, ctx: Context
) -> SystemInformation:
    demand_enabled(server)
    now = ctx.app.fleet.server(server.id)
    if now is None or now.host is None:
        return (await ctx.app.fleet.ask(server.id, commands.GetHost())).information
    return now.host.information


@routes.answers(GetSystemStats, _READ)
async def _stats(_request: GetSystemStats, server: Server, ctx: Context) -> SystemStats:
    demand_enabled(server)
    now = ctx.app.fleet.server(server.id)
    stats = views.system_stats(now) if now is not None else None
    if stats is None:
        ctx.app.fleet.session(server.id)
        raise unavailable(f"Server {server.name} has not sent a sample yet")
    return stats


@routes.answers(ListSystemProcesses, _ON(PermissionLevel.READ, SpecificPermission.PROCESSES))
async def _processes(
    _request: ListSystemProcesses, server: Server, ctx: Context
) -> tuple[SystemProcess, ...]:
    demand_enabled(server)
    return await ctx.app.fleet.ask(server.id, commands.ListProcesses())


@routes.answers(GetHistoricalServerStats, _READ)
async def _history(
    request: GetHistoricalServerStats, server: Server, ctx: Context
) -> GetHistoricalServerStatsResponse:
    if request.page < 0:
        raise invalid("page can't be negative")
    return await ctx.app.fleet.history(server.id, request.granularity, request.page)


@routes.answers(UpdateServerPublicKey, _ON(PermissionLevel.WRITE))
async def _update_key(request: UpdateServerPublicKey, server: Server, ctx: Context) -> Update:
    """Accept an agent's key, as after it was made anew: the link is tried again at once."""
    key = _free_key(request.public_key, server.id, ctx)

    def change(stored: Any) -> Any:
        info = ServerInfo(public_key=key, attempted_public_key="")
        return structs.replace(stored, info=info, updated_at=ctx.app.now())

    await ctx.app.memory.table(documents.SERVERS).edit(server.id, change)
    return await ctx.app.runs.record(
        Operation.UPDATE_SERVER_KEY, target_of(_KIND, server), ctx.caller.id
    )
