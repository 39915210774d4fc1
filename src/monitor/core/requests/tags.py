"""Tags: names and colours that people put on resources."""

import re

from msgspec import structs

from monitor.api.ids import Oid, is_id, new_id
from monitor.api.tag import (
    CreateTag,
    DeleteTag,
    GetTag,
    ListTags,
    RenameTag,
    Tag,
    TagColor,
    UpdateTagColor,
)
from monitor.core import documents
from monitor.core.context import Context
from monitor.core.errors import ApiError, conflict, forbidden, invalid
from monitor.core.routes import Enabled, Routes
from monitor.core.store.protocol import BadFilter, Duplicate, Row, parse_filter

routes = Routes()


@routes.answers(GetTag, Enabled())
async def _get(request: GetTag, ctx: Context) -> Tag:
    return find_tag(request.tag, ctx).value


@routes.answers(ListTags, Enabled())
async def _list(request: ListTags, ctx: Context) -> list[Tag]:
    table = ctx.app.memory.table(documents.TAGS)
    if not request.query:
        return sorted(table.values(), key=lambda tag: tag.name)
    try:
        wanted = parse_filter(request.query, Tag)
    except BadFilter as error:
        raise invalid(str(error)) from error
    return [row.value for row in await table.collection.find(wanted, sort=(("name", 1),))]


@routes.answers(CreateTag, Enabled())
async def _create(request: CreateTag, ctx: Context) -> Tag:
    return (await make_tag(request.name, request.color or TagColor.SLATE, ctx)).value


@routes.answers(RenameTag, Enabled())
async def _rename(request: RenameTag, ctx: Context) -> Tag:
    row = _owned(request.id, ctx)
    name = tag_name(request.name)
    try:
        changed = await ctx.app.memory.table(documents.TAGS).edit(
            row.id, lambda tag: structs.replace(tag, name=name)
        )
    except Duplicate as error:
        raise conflict(f"A tag named '{name}' already exists") from error
    return changed.value


@routes.answers(UpdateTagColor, Enabled())
async def _color(request: UpdateTagColor, ctx: Context) -> Tag:
    row = _owned(request.tag, ctx)
    changed = await ctx.app.memory.table(documents.TAGS).edit(
        row.id, lambda tag: structs.replace(tag, color=request.color)
    )
    return changed.value


@routes.answers(DeleteTag, Enabled())
async def _delete(request: DeleteTag, ctx: Context) -> Tag:
    """The tag goes from every resource that has it."""
    row = _owned(request.id, ctx)
    for spec in documents.BY_KIND.values():
        table = ctx.app.memory.table(spec)
        for resource in [r for r in table.rows.values() if row.id in r.value.tags]:
            await table.edit(
                resource.id,
                lambda r: structs.replace(r, tags=tuple(t for t in r.tags if t != row.id)),
            )
    await ctx.app.memory.table(documents.TAGS).delete(row.id)
    return row.value


def find_tag(reference: str, ctx: Context) -> Row[Tag]:
    """A tag by id or name; 404 if there is none."""
    row = ctx.app.memory.table(documents.TAGS).get(reference)
    if row is None:
        raise ApiError(404, f"no tag found matching {reference}")
    return row


async def make_tag(name: str, color: TagColor, ctx: Context) -> Row[Tag]:
    """A new tag of the caller's. Raises 400, 403, 409."""
    demand_may_make_tags(ctx)
    name = tag_name(name)
    tag = Tag(oid=Oid(new_id()), name=name, owner=ctx.caller.id, color=color)
    try:
        return await ctx.app.memory.table(documents.TAGS).insert(tag)
    except Duplicate as error:
        raise conflict(f"A tag named '{name}' already exists") from error


def demand_may_make_tags(ctx: Context) -> None:
    """403 for those who may not create tags."""
    if ctx.app.settings.disable_non_admin_create and not ctx.caller.user.admin:
        raise forbidden("Only administrators create tags here")


def tag_name(name: str) -> str:
    """A tag's name without blanks around it. Raises 400 for one that can't be."""
    name = name.strip()
    if not name or len(name) > 100 or re.search(r"[\x00-\x1f,]", name):  # noqa: PLR2004 - said below
        raise invalid("A tag's name has 1 to 100 characters, no comma and no control characters")
    if is_id(name):
        raise invalid("A tag's name can't be 24 hex digits, because ids are")
    return name


def _owned(reference: str, ctx: Context) -> Row[Tag]:
    row = find_tag(reference, ctx)
    if not ctx.caller.user.admin and row.value.owner != ctx.caller.id:
        raise forbidden("Only a tag's owner and administrators may change it")
    return row
