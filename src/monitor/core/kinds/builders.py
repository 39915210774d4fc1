"""Builders: where builds are built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from monitor.api.builder import (
    Builder,
    BuilderConfig,
    BuilderConfigAws,
    BuilderConfigServer,
    BuilderConfigUrl,
    BuilderListItemInfo,
    BuilderQuerySpecifics,
    CopyBuilder,
    CreateBuilder,
    DeleteBuilder,
    GetBuilder,
    GetBuildersSummary,
    GetBuildersSummaryResponse,
    ListBuilders,
    ListFullBuilders,
    RenameBuilder,
    ServerBuilderConfig,
    UpdateBuilder,
)
from monitor.api.resource import PermissionLevel, SpecificPermission
from monitor.api.target import ResourceKind
from monitor.core import documents
from monitor.core.errors import invalid
from monitor.core.kinds import listing
from monitor.core.kinds.engine import Requests, Resources
from monitor.core.routes import Enabled
from monitor.link.keys import KeyUnusable, decode_key

if TYPE_CHECKING:
    from monitor.core.context import Context, Services

_KIND = ResourceKind.BUILDER
_SCHEMES = ("ws://", "wss://", "http://", "https://")


def list_info(builder: Builder, _app: Services) -> BuilderListItemInfo:
    """What a list shows of a builder: its type, and where it builds."""
    config = builder.config
    match config:
        case BuilderConfigUrl():
            where = config.params.address
        case BuilderConfigServer():
            where = next(iter(config.params.server_ids), None)
        case BuilderConfigAws():
            where = config.params.instance_type
    return BuilderListItemInfo(
        builder_type=str(config.__struct_config__.tag), instance_type=where or None
    )


async def check(config: BuilderConfig, before: BuilderConfig | None, ctx: Context) -> BuilderConfig:
    """Servers as ids, with the right to attach to new ones; an address that can be dialled. Raises 400, 403, 404."""
    if isinstance(config, BuilderConfigServer):
        old = before.params.server_ids if isinstance(before, BuilderConfigServer) else ()
        ids = [await _server(reference, old, ctx) for reference in config.params.server_ids]
        return BuilderConfigServer(ServerBuilderConfig(server_ids=tuple(dict.fromkeys(ids))))
    if isinstance(config, BuilderConfigUrl):
        _check_address(config.params.address.strip())
        if config.params.periphery_public_key:
            try:
                decode_key(config.params.periphery_public_key)
            except KeyUnusable as error:
                raise invalid(f"periphery_public_key is no key: {error}") from error
    return config


async def _server(reference: str, before: tuple[str, ...], ctx: Context) -> str:
    if reference in before:
        return reference
    server = await ctx.find(
        ResourceKind.SERVER, reference, PermissionLevel.READ, (SpecificPermission.ATTACH,)
    )
    return server.id


def _check_address(address: str) -> None:
    if not address:
        raise invalid("address can't be empty")
    if "://" in address and not address.startswith(_SCHEMES):
        raise invalid(f"address must begin with one of {', '.join(_SCHEMES)}")


async def _deleting(builder: Builder, ctx: Context) -> tuple[()]:
    """Builds and repos that used it stay, without one."""
    for kind in (ResourceKind.BUILD, ResourceKind.REPO):
        table = ctx.app.memory.table(documents.BY_KIND[kind])
        for row in [r for r in table.rows.values() if r.value.config.builder_id == builder.id]:
            await table.edit(
                row.id,
                lambda r: structs.replace(r, config=structs.replace(r.config, builder_id="")),
            )
    return ()


def _matches(_info: BuilderListItemInfo, _specific: BuilderQuerySpecifics) -> bool:
    return True


def _only_administrators(ctx: Context) -> bool:
    return ctx.caller.user.admin


BUILDERS: Resources[BuilderConfig, None] = Resources(
    kind=_KIND,
    field="builder",
    config=BuilderConfig,  # pyright: ignore[reportArgumentType] - one of several types
    info=type(None),
    requests=Requests(
        get=GetBuilder,
        list=ListBuilders,
        list_full=ListFullBuilders,
        create=CreateBuilder,
        copy=CopyBuilder,
        update=UpdateBuilder,
        rename=RenameBuilder,
        delete=DeleteBuilder,
    ),
    busy=None,
    list_info=list_info,
    check=check,
    matches=_matches,
    sorts={
        "Provider": lambda info: info.builder_type,
        "InstanceType": lambda info: info.instance_type or "",
    },
    may_create=_only_administrators,
    creator=(SpecificPermission.ATTACH,),
    first=BuilderConfigServer(),
    copy_level=PermissionLevel.WRITE,
    deleting=_deleting,
)
routes = BUILDERS.routes()


@routes.answers(GetBuildersSummary, Enabled())
async def _summary(_request: GetBuildersSummary, ctx: Context) -> GetBuildersSummaryResponse:
    return GetBuildersSummaryResponse(total=len(listing.readable(BUILDERS, ctx)))
