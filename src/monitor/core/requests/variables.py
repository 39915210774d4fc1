"""Variables: values that configurations take by name. Everybody may know the names, secret values only administrators."""

import re

from msgspec import structs

from monitor.api.resource import PermissionLevel
from monitor.api.target import SYSTEM, ResourceKind, ResourceTarget
from monitor.api.update import Log, Operation
from monitor.api.variable import (
    CreateVariable,
    DeleteVariable,
    GetVariable,
    ListSecrets,
    ListVariables,
    UpdateVariableDescription,
    UpdateVariableIsSecret,
    UpdateVariableValue,
    Variable,
)
from monitor.core import documents
from monitor.core.context import Context
from monitor.core.errors import ApiError, conflict, invalid
from monitor.core.identity.accounts import HIDDEN
from monitor.core.resource_toml import variable_toml
from monitor.core.routes import Admin, Enabled, Routes
from monitor.core.store.protocol import Duplicate, Missing, Row

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,199}")
_LONGEST = 1 << 20
"""Characters."""

routes = Routes()


@routes.answers(ListSecrets, Enabled())
async def _secrets(request: ListSecrets, ctx: Context) -> list[str]:
    await demand_host(request.target, ctx)
    return sorted(ctx.app.settings.secrets)


@routes.answers(GetVariable, Enabled())
async def _get(request: GetVariable, ctx: Context) -> Variable:
    return _as_seen(_find(request.name, ctx).value, ctx)


@routes.answers(ListVariables, Enabled())
async def _list(_request: ListVariables, ctx: Context) -> list[Variable]:
    variables = ctx.app.memory.table(documents.VARIABLES).values()
    return [_as_seen(one, ctx) for one in sorted(variables, key=lambda one: one.name)]


@routes.answers(CreateVariable, Admin())
async def _create(request: CreateVariable, ctx: Context) -> Variable:
    name = request.name.strip()
    if not _NAME.fullmatch(name):
        raise invalid(
            "A variable's name has at most 200 letters, digits, _ - and ., a letter or _ first"
        )
    variable = Variable(
        name=name,
        value=_value(request.value),
        description=request.description,
        is_secret=request.is_secret,
    )
    try:
        row = await ctx.app.memory.table(documents.VARIABLES).insert(variable)
    except Duplicate as error:
        raise conflict(f"Variable with name '{name}' already exists") from error
    await _record(Operation.CREATE_VARIABLE, "Create Variable", None, row.value, ctx)
    return row.value


@routes.answers(UpdateVariableValue, Admin())
async def _set_value(request: UpdateVariableValue, ctx: Context) -> Variable:
    return await _change(request.name, ctx, value=_value(request.value))


@routes.answers(UpdateVariableDescription, Admin())
async def _describe(request: UpdateVariableDescription, ctx: Context) -> Variable:
    return await _change(request.name, ctx, description=request.description)


@routes.answers(UpdateVariableIsSecret, Admin())
async def _set_secret(request: UpdateVariableIsSecret, ctx: Context) -> Variable:
    return await _change(request.name, ctx, is_secret=request.is_secret)


@routes.answers(DeleteVariable, Admin())
async def _delete(request: DeleteVariable, ctx: Context) -> Variable:
    row = _find(request.name, ctx)
    if not await ctx.app.memory.table(documents.VARIABLES).delete(row.id):
        raise _missing(request.name)
    await _record(Operation.DELETE_VARIABLE, "Delete Variable", row.value, None, ctx)
    return row.value


async def demand_host(target: ResourceTarget | None, ctx: Context) -> None:
    """400 for a target that is neither a server nor a builder, 404 for one the caller may not see."""
    if target is None:
        return
    if target.type not in {ResourceKind.SERVER, ResourceKind.BUILDER}:
        raise invalid(f"target: {target.type} is neither Server nor Builder")
    await ctx.find(target.type, target.id, PermissionLevel.READ)


async def _change(name: str, ctx: Context, **fields: str | bool) -> Variable:
    row = _find(name, ctx)
    if structs.replace(row.value, **fields) == row.value:
        return row.value
    try:
        changed = await ctx.app.memory.table(documents.VARIABLES).edit(
            row.id, lambda variable: structs.replace(variable, **fields)
        )
    except Missing as error:
        raise _missing(name) from error
    await _record(Operation.UPDATE_VARIABLE_VALUE, "Update Variable", row.value, changed.value, ctx)
    return changed.value


def _value(text: str) -> str:
    if len(text) > _LONGEST:
        raise invalid(f"A variable's value has at most {_LONGEST} characters")
    return text


def _as_seen(variable: Variable, ctx: Context) -> Variable:
    return variable if ctx.caller.user.admin else _masked(variable)


def _masked(variable: Variable) -> Variable:
    return structs.replace(variable, value=HIDDEN) if variable.is_secret else variable


def _find(name: str, ctx: Context) -> Row[Variable]:
    row = ctx.app.memory.table(documents.VARIABLES).get(name)
    if row is None or row.value.name != name:
        raise _missing(name)
    return row


def _missing(name: str) -> ApiError:
    return ApiError(404, f"no variable found with name {name}")


async def _record(
    operation: Operation,
    stage: str,
    before: Variable | None,
    after: Variable | None,
    ctx: Context,
) -> None:
    """An Update that shows what changed. A value that is or was secret shows as neither."""
    secret = any(one is not None and one.is_secret for one in (before, after))
    now = ctx.app.now()
    named = after or before
    log = Log(
        stage=stage,
        command="",
        stdout=named.name if named is not None else "",
        stderr="",
        success=True,
        start_ts=now,
        end_ts=now,
    )
    await ctx.app.runs.record(
        operation,
        SYSTEM,
        ctx.caller.id,
        logs=(log,),
        prev_toml=_toml(before, secret=secret),
        current_toml=_toml(after, secret=secret),
    )


def _toml(variable: Variable | None, *, secret: bool) -> str:
    if variable is None:
        return ""
    return variable_toml(structs.replace(variable, value=HIDDEN) if secret else variable)
