"""Logging in and out, and what users do to their own account."""

from monitor.api.login import (
    CreateApiKey,
    DeleteApiKey,
    GetLoginOptions,
    GetUserId,
    JwtLogin,
    JwtResponse,
    LoginLocalUser,
    LoginOptions,
    Logout,
    SignUpLocalUser,
    UpdatePassword,
    UpdateUsername,
    UserIdResponse,
)
from monitor.api.user import CreateApiKeyResponse
from monitor.api.values import NoData
from monitor.core.context import Context
from monitor.core.errors import forbidden
from monitor.core.routes import AnyUser, Open, Routes

routes = Routes()


@routes.answers(GetLoginOptions, Open())
async def _options(_request: GetLoginOptions, ctx: Context) -> LoginOptions:
    identity = ctx.app.identity
    return LoginOptions(
        local=ctx.app.settings.local_auth,
        oidc=False,
        github=False,
        google=False,
        registration_disabled=identity.registration_disabled,
        oidc_auto_redirect=False,
        no_users=not identity.has_users,
        logged_in=ctx.caller.session is not None,
    )


@routes.answers(SignUpLocalUser, Open())
async def _sign_up(request: SignUpLocalUser, ctx: Context) -> JwtResponse:
    started = await ctx.app.identity.sign_up(
        request.username, request.password, address=ctx.caller.address
    )
    return JwtResponse(jwt=started.jwt)


@routes.answers(LoginLocalUser, Open())
async def _log_in(request: LoginLocalUser, ctx: Context) -> JwtLogin:
    started = await ctx.app.identity.log_in(
        request.username, request.password, address=ctx.caller.address
    )
    return JwtLogin(data=JwtResponse(jwt=started.jwt))


@routes.answers(Logout, Open())
async def _log_out(_request: Logout, ctx: Context) -> NoData:
    if ctx.caller.session is not None:
        await ctx.app.identity.sessions.end(ctx.caller.session)
    return NoData()


@routes.answers(GetUserId, AnyUser())
async def _user_id(_request: GetUserId, ctx: Context) -> UserIdResponse:
    return UserIdResponse(id=ctx.caller.id)


@routes.answers(UpdateUsername, AnyUser())
async def _rename(request: UpdateUsername, ctx: Context) -> NoData:
    _demand_session(ctx)
    await ctx.app.identity.set_username(ctx.caller.id, request.username)
    return NoData()


@routes.answers(UpdatePassword, AnyUser())
async def _password(request: UpdatePassword, ctx: Context) -> NoData:
    _demand_session(ctx)
    await ctx.app.identity.set_password(ctx.caller.id, request.password, session=ctx.caller.session)
    return NoData()


def _demand_session(ctx: Context) -> None:
    """An API key must not be enough to take over the account it belongs to."""
    if ctx.caller.session is None:
        raise forbidden("This needs a log-in, an API key is not enough")


@routes.answers(CreateApiKey, AnyUser())
async def _create_key(request: CreateApiKey, ctx: Context) -> CreateApiKeyResponse:
    until = ctx.caller.until
    if until and not 0 < request.expires <= until:
        raise forbidden("An API key that expires can't make one that outlives it")
    return await ctx.app.identity.api_keys.create(
        ctx.caller.id, request.name, expires=request.expires, now=ctx.app.now()
    )


@routes.answers(DeleteApiKey, AnyUser())
async def _delete_key(request: DeleteApiKey, ctx: Context) -> NoData:
    await ctx.app.identity.delete_api_key(ctx.caller.id, request.key)
    return NoData()
