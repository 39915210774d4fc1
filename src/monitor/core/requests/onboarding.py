"""Onboarding keys: one text that lets a new server's agent join, once or for a while."""

from msgspec import structs

from monitor.api.onboarding import (
    CreateOnboardingKey,
    CreateOnboardingKeyResponse,
    DeleteOnboardingKey,
    ListOnboardingKeys,
    OnboardingKey,
    UpdateOnboardingKey,
)
from monitor.core import documents
from monitor.core.context import Context
from monitor.core.errors import ApiError, conflict, invalid
from monitor.core.routes import Admin, Routes
from monitor.core.store.protocol import Duplicate, Row
from monitor.link.keys import OnboardingKey as Secret
from monitor.link.keys import decode_key, new_onboarding_key, secret_hash

routes = Routes()


@routes.answers(ListOnboardingKeys, Admin())
async def _list(_request: ListOnboardingKeys, ctx: Context) -> list[OnboardingKey]:
    keys = ctx.app.memory.table(documents.ONBOARDING_KEYS).values()
    return sorted(keys, key=lambda key: (key.expires != 0, -key.expires, key.name))


@routes.answers(CreateOnboardingKey, Admin())
async def _create(request: CreateOnboardingKey, ctx: Context) -> CreateOnboardingKeyResponse:
    """The identifier of a key (`public_key`) is the hash of its secret; the secret is not stored."""
    if request.private_key is not None:
        raise invalid("The secret of an onboarding key is made by Core: leave private_key out")
    if request.expires and request.expires <= ctx.app.now():
        raise invalid("expires is in the past")
    secret = new_onboarding_key(decode_key(ctx.app.links.public_key))
    key = OnboardingKey(
        public_key=secret_hash(secret.secret),
        enabled=True,
        expires=request.expires,
        name=request.name.strip(),
        created_at=ctx.app.now(),
        tags=request.tags,
        privileged=request.privileged,
        copy_server=request.copy_server,
        uses=request.uses,
    )
    try:
        row = await ctx.app.memory.table(documents.ONBOARDING_KEYS).insert(key)
    except Duplicate as error:
        raise conflict("An onboarding key with this secret exists already") from error
    return CreateOnboardingKeyResponse(private_key=_text(secret), created=row.value)


def _text(secret: Secret) -> str:
    return str(secret)


@routes.answers(UpdateOnboardingKey, Admin())
async def _update(request: UpdateOnboardingKey, ctx: Context) -> OnboardingKey:
    row = _find(request.public_key, ctx)
    changes = {
        name: value
        for name in ("enabled", "name", "expires", "tags", "privileged", "copy_server")
        if (value := getattr(request, name)) is not None
    }
    table = ctx.app.memory.table(documents.ONBOARDING_KEYS)
    changed = await table.edit(row.id, lambda key: structs.replace(key, **changes))
    return changed.value


@routes.answers(DeleteOnboardingKey, Admin())
async def _delete(request: DeleteOnboardingKey, ctx: Context) -> OnboardingKey:
    row = _find(request.public_key, ctx)
    await ctx.app.memory.table(documents.ONBOARDING_KEYS).delete(row.id)
    return row.value


def _find(public_key: str, ctx: Context) -> Row[OnboardingKey]:
    row = ctx.app.memory.table(documents.ONBOARDING_KEYS).get(public_key)
    if row is None:
        raise ApiError(404, "no onboarding key found")
    return row
