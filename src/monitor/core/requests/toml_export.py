"""Resources and variables as TOML, the form that syncs read."""

from collections.abc import Iterable

from monitor.api.resource import PermissionLevel
from monitor.api.target import ResourceKind
from monitor.api.toml_export import ExportAllResourcesToToml, ExportResourcesToToml, TomlResponse
from monitor.api.variable import ListVariables
from monitor.core import documents
from monitor.core.context import AnyResource, Context
from monitor.core.errors import ApiError
from monitor.core.requests.meta import built
from monitor.core.resource_toml import resource_toml, variable_toml
from monitor.core.routes import Enabled, Routes

_ORDER = (
    ResourceKind.SERVER,
    ResourceKind.DEPLOYMENT,
    ResourceKind.BUILD,
    ResourceKind.REPO,
    ResourceKind.BUILDER,
)

routes = Routes()


@routes.answers(ExportResourcesToToml, Enabled())
async def _export(request: ExportResourcesToToml, ctx: Context) -> TomlResponse:
    found: list[tuple[ResourceKind, AnyResource]] = []
    for target in request.targets:
        kind = built(target.type)
        try:
            found.append((kind, await ctx.find(kind, target.id, PermissionLevel.READ)))
        except ApiError as error:
            if error.status != 404:  # noqa: PLR2004 - not found
                raise
    return await _document(found, ctx, variables=request.include_variables)


@routes.answers(ExportAllResourcesToToml, Enabled())
async def _export_all(request: ExportAllResourcesToToml, ctx: Context) -> TomlResponse:
    tags = ctx.app.memory.table(documents.TAGS)
    wanted = {row.id if (row := tags.get(tag)) is not None else tag for tag in request.tags}
    found = [
        (kind, resource)
        for kind in _ORDER
        for resource in _readable(kind, ctx)
        if wanted <= set(resource.tags)
    ]
    return await _document(
        found if request.include_resources else (), ctx, variables=request.include_variables
    )


def _readable(kind: ResourceKind, ctx: Context) -> list[AnyResource]:
    """All of a kind that the caller may read, by name."""
    ids = ctx.app.access.readable(ctx.caller.user, kind)
    resources = ctx.app.memory.table(documents.BY_KIND[kind]).values()
    return sorted(
        (one for one in resources if ids is None or one.id in ids), key=lambda one: one.name
    )


async def _document(
    found: Iterable[tuple[ResourceKind, AnyResource]], ctx: Context, *, variables: bool
) -> TomlResponse:
    texts = [resource_toml(kind, resource, ctx.app.memory) for kind, resource in found]
    if variables:
        texts += [variable_toml(variable) for variable in await ctx.ask(ListVariables())]
    return TomlResponse(toml="\n".join(texts))
