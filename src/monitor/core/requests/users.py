"""Users: who they are, service users and their keys, and who administers."""

from msgspec import structs

from monitor.api.ids import Oid, new_id
from monitor.api.resource import PermissionLevel, PermissionLevelAndSpecifics
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.user import (
    ApiKey,
    CreateApiKeyForServiceUser,
    CreateApiKeyResponse,
    CreateLocalUser,
    CreateServiceUser,
    DeleteApiKeyForServiceUser,
    DeleteUser,
    FindUser,
    GetPermission,
    GetUsername,
    GetUsernameResponse,
    ListApiKeys,
    ListApiKeysForServiceUser,
    ListUsers,
    PushRecentlyViewed,
    ServiceUserQueryBehavior,
    SetLastSeenUpdate,
    UpdateServiceUserDescription,
    UpdateUserAdmin,
    UpdateUserBasePermissions,
    User,
    UserConfigService,
    UserConfigServiceFields,
    UserTargetUser,
)
from monitor.api.values import NoData
from monitor.core import documents
from monitor.core.context import SYSTEM_USER, Context
from monitor.core.errors import ApiError, forbidden, invalid
from monitor.core.identity.accounts import sanitised
from monitor.core.identity.passwords import check_username
from monitor.core.identity.rights import EVERYTHING, NOTHING
from monitor.core.memory import Table
from monitor.core.routes import Admin, Enabled, Routes
from monitor.core.store.protocol import Duplicate, Row

_RECENT = 10
_SERVICE_NAMES = (
    "System",
    "Procedure",
    "Action",
    "Git Webhook",
    "Auto Redeploy",
    "Resource Sync",
    "Stack Wizard",
    "Build Manager",
    "Repo Manager",
)

routes = Routes()


def username(identity: str, table: Table[User]) -> str:
    """The name of a user by id, also of those that stand for Monitor itself; "unknown" for one that is gone."""
    if identity.startswith(SYSTEM_USER[:-1]) and identity[-1].isdigit():
        number = int(identity[-1])
        return _SERVICE_NAMES[number] if number < len(_SERVICE_NAMES) else "unknown"
    row = table.rows.get(identity)
    return row.value.username if row is not None else "unknown"


@routes.answers(GetUsername, Enabled())
async def _username(request: GetUsername, ctx: Context) -> GetUsernameResponse:
    name = username(request.user_id, ctx.app.memory.table(documents.USERS))
    if name == "unknown":
        raise ApiError(404, f"No user found with id {request.user_id}")
    return GetUsernameResponse(username=name, avatar=None)


@routes.answers(GetPermission, Enabled())
async def _permission(request: GetPermission, ctx: Context) -> PermissionLevelAndSpecifics:
    target: ResourceTarget = request.target
    if target.type is ResourceKind.SYSTEM:
        return EVERYTHING if ctx.caller.user.admin else NOTHING
    if target.type not in documents.BY_KIND:
        raise ApiError(501, f"Resources of the kind {target.type} are not built yet")
    resource = await ctx.find(target.type, target.id, PermissionLevel.READ)
    return ctx.app.access.permission(ctx.caller.user, target.type, resource)


@routes.answers(FindUser, Admin())
async def _find(request: FindUser, ctx: Context) -> User:
    return sanitised(_user(request.user, ctx).value)


@routes.answers(ListUsers, Admin())
async def _list(request: ListUsers, ctx: Context) -> list[User]:
    wanted = request.service_users
    users = [
        user
        for user in ctx.app.memory.table(documents.USERS).values()
        if wanted is ServiceUserQueryBehavior.INCLUDE
        or (wanted is ServiceUserQueryBehavior.ONLY) == isinstance(user.config, UserConfigService)
    ]
    return [sanitised(user) for user in sorted(users, key=lambda user: user.username)]


@routes.answers(ListApiKeys, Enabled())
async def _keys(_request: ListApiKeys, ctx: Context) -> tuple[ApiKey, ...]:
    return ctx.app.identity.api_keys.of_user(ctx.caller.id)


@routes.answers(ListApiKeysForServiceUser, Admin())
async def _service_keys(request: ListApiKeysForServiceUser, ctx: Context) -> tuple[ApiKey, ...]:
    return ctx.app.identity.api_keys.of_user(_service(request.user, ctx).id)


@routes.answers(PushRecentlyViewed, Enabled())
async def _recent(request: PushRecentlyViewed, ctx: Context) -> NoData:
    kind = request.resource.type
    if kind in documents.BY_KIND:
        resource = await ctx.find(kind, request.resource.id, PermissionLevel.READ)

        def push(user: User) -> User:
            older = [i for i in user.recents.get(kind, ()) if i != resource.id]
            recents = {**user.recents, kind: (resource.id, *older)[:_RECENT]}
            return structs.replace(user, recents=recents)

        await ctx.app.memory.table(documents.USERS).edit(ctx.caller.id, push)
    return NoData()


@routes.answers(SetLastSeenUpdate, Enabled())
async def _seen(_request: SetLastSeenUpdate, ctx: Context) -> NoData:
    now = ctx.app.now()
    await ctx.app.memory.table(documents.USERS).edit(
        ctx.caller.id, lambda user: structs.replace(user, last_update_view=now)
    )
    return NoData()


@routes.answers(CreateLocalUser, Admin())
async def _create(request: CreateLocalUser, ctx: Context) -> User:
    user = await ctx.app.identity.create_user(request.username, request.password, enabled=True)
    return sanitised(user)


@routes.answers(CreateServiceUser, Admin())
async def _create_service(request: CreateServiceUser, ctx: Context) -> User:
    check_username(request.username)
    user = User(
        oid=Oid(new_id()),
        username=request.username,
        enabled=True,
        config=UserConfigService(data=UserConfigServiceFields(description=request.description)),
        updated_at=ctx.app.now(),
    )
    try:
        return (await ctx.app.memory.table(documents.USERS).insert(user)).value
    except Duplicate as error:
        raise invalid(f"The username {request.username} is taken") from error


@routes.answers(UpdateServiceUserDescription, Admin())
async def _describe(request: UpdateServiceUserDescription, ctx: Context) -> User:
    row = _service(request.username, ctx)
    config = UserConfigService(data=UserConfigServiceFields(description=request.description))
    changed = await ctx.app.memory.table(documents.USERS).edit(
        row.id, lambda user: structs.replace(user, config=config)
    )
    return changed.value


@routes.answers(CreateApiKeyForServiceUser, Admin())
async def _create_service_key(
    request: CreateApiKeyForServiceUser, ctx: Context
) -> CreateApiKeyResponse:
    row = _service(request.user_id, ctx)
    return await ctx.app.identity.api_keys.create(
        row.id, request.name, expires=request.expires, now=ctx.app.now()
    )


@routes.answers(DeleteApiKeyForServiceUser, Admin())
async def _delete_service_key(request: DeleteApiKeyForServiceUser, ctx: Context) -> NoData:
    found = ctx.app.identity.api_keys.find(request.key)
    if found is None:
        raise ApiError(404, "No API key found with that name")
    await ctx.app.identity.delete_api_key(_service(found.value.user_id, ctx).id, request.key)
    return NoData()


@routes.answers(DeleteUser, Admin())
async def _delete(request: DeleteUser, ctx: Context) -> User:
    """Administrators are deleted by the super administrator alone, who can't be deleted."""
    row = _user(request.user, ctx)
    if row.value.super_admin:
        raise forbidden("The super administrator can't be deleted")
    if row.value.admin and not ctx.caller.user.super_admin:
        raise forbidden("Only the super administrator deletes administrators")
    await ctx.app.identity.sessions.end_all(row.id)
    await ctx.app.identity.api_keys.delete_of_user(row.id)
    permissions = ctx.app.memory.table(documents.PERMISSIONS)
    theirs = UserTargetUser(row.id)
    for one in [r for r in permissions.rows.values() if r.value.user_target == theirs]:
        await permissions.delete(one.id)
    await ctx.app.memory.table(documents.USERS).delete(row.id)
    return sanitised(row.value)


@routes.answers(UpdateUserAdmin, Admin())
async def _admin(request: UpdateUserAdmin, ctx: Context) -> NoData:
    row = _user(request.user_id, ctx)
    if not ctx.caller.user.super_admin:
        raise forbidden("Only the super administrator makes administrators")
    if row.value.super_admin:
        raise forbidden("The super administrator stays one")
    await ctx.app.memory.table(documents.USERS).edit(
        row.id, lambda user: structs.replace(user, admin=request.admin)
    )
    return NoData()


@routes.answers(UpdateUserBasePermissions, Admin())
async def _base(request: UpdateUserBasePermissions, ctx: Context) -> NoData:
    row = _user(request.user_id, ctx)
    if row.value.super_admin or (row.value.admin and not ctx.caller.user.super_admin):
        raise forbidden("Only the super administrator changes what administrators may do")
    changes = {
        name: value
        for name, value in (
            ("enabled", request.enabled),
            ("create_server_permissions", request.create_servers),
            ("create_build_permissions", request.create_builds),
        )
        if value is not None
    }
    await ctx.app.memory.table(documents.USERS).edit(
        row.id, lambda user: structs.replace(user, **changes)
    )
    if request.enabled is False:
        await ctx.app.identity.sessions.end_all(row.id)
    return NoData()


def _user(reference: str, ctx: Context) -> Row[User]:
    row = ctx.app.memory.table(documents.USERS).get(reference)
    if row is None:
        raise ApiError(404, f"No user found matching {reference}")
    return row


def _service(reference: str, ctx: Context) -> Row[User]:
    row = _user(reference, ctx)
    if not isinstance(row.value.config, UserConfigService):
        raise invalid(f"{row.value.username} is not a service user")
    return row
