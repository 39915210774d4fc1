"""What is changed in place on resources of every kind: description, template mark, tags."""

from collections.abc import Iterable

from msgspec import structs

from monitor.api.meta import UpdateResourceMeta
from monitor.api.resource import PermissionLevel
from monitor.api.tag import TagColor
from monitor.api.target import ResourceKind
from monitor.api.values import NoData
from monitor.core import documents
from monitor.core.context import Context
from monitor.core.errors import ApiError, invalid
from monitor.core.requests.tags import demand_may_make_tags, make_tag, tag_name
from monitor.core.routes import Enabled, Routes

routes = Routes()


@routes.answers(UpdateResourceMeta, Enabled())
async def _update(request: UpdateResourceMeta, ctx: Context) -> NoData:
    kind = built(request.target.type)
    resource = await ctx.find(kind, request.target.id, PermissionLevel.WRITE)
    changes: dict[str, object] = {}
    if request.description is not None:
        changes["description"] = request.description
    if request.template is not None:
        changes["template"] = request.template
    if request.tags is not None:
        changes["tags"] = await _tag_ids(request.tags, ctx)
    if changes:
        changes["updated_at"] = ctx.app.now()
        await ctx.app.memory.table(documents.BY_KIND[kind]).edit(
            resource.id, lambda stored: structs.replace(stored, **changes)
        )
    return NoData()


async def _tag_ids(references: Iterable[str], ctx: Context) -> tuple[str, ...]:
    """Tags by id or name as ids, each once. Makes those there are not, if all of them can be made."""
    table = ctx.app.memory.table(documents.TAGS)
    wanted = [reference.strip() for reference in references]
    if any(table.get(reference) is None for reference in wanted):
        demand_may_make_tags(ctx)
    for reference in wanted:
        if table.get(reference) is None:
            tag_name(reference)
    ids: list[str] = []
    for reference in wanted:
        row = table.get(reference) or await make_tag(reference, TagColor.SLATE, ctx)
        ids.append(row.id)
    return tuple(dict.fromkeys(ids))


def built(kind: ResourceKind) -> ResourceKind:
    """The kind, if it is one of resources that are built. Raises 400, 501."""
    if kind is ResourceKind.SYSTEM:
        raise invalid("The target can't be System")
    if kind not in documents.BY_KIND:
        raise ApiError(501, f"Resources of the kind {kind} are not built yet", code="not_built")
    return kind
