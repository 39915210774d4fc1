"""Accounts at git providers and image registries. Administrators see and change them; others may know the settings' names."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from msgspec import structs

from monitor.api.build import ListFullBuilds
from monitor.api.ids import Oid, is_id, new_id
from monitor.api.provider import (
    CreateGitProviderAccount,
    CreateImageRegistryAccount,
    DeleteGitProviderAccount,
    DeleteImageRegistryAccount,
    GetGitProviderAccount,
    GetImageRegistryAccount,
    GitProvider,
    GitProviderAccount,
    ImageRegistry,
    ImageRegistryAccount,
    ListGitProviderAccounts,
    ListGitProvidersFromConfig,
    ListImageRegistriesFromConfig,
    ListImageRegistryAccounts,
    ProviderAccount,
    UpdateGitProviderAccount,
    UpdateImageRegistryAccount,
)
from monitor.api.reader import Invalid, lay_over
from monitor.api.repo import ListFullRepos
from monitor.api.target import SYSTEM
from monitor.api.update import Log, Operation
from monitor.core import documents
from monitor.core.config import AccountSettings
from monitor.core.context import Context
from monitor.core.errors import ApiError, conflict, invalid
from monitor.core.memory import Table
from monitor.core.providers import git_domain, registry_domain
from monitor.core.requests.variables import demand_host
from monitor.core.routes import Admin, Enabled, Routes
from monitor.core.store.protocol import Duplicate, Missing, Row

AccountT = TypeVar("AccountT", GitProviderAccount, ImageRegistryAccount)

_LONGEST_NAME = 255
_LONGEST_TOKEN = 64 * 1024

routes = Routes()


# --- What the settings have


@routes.answers(ListGitProvidersFromConfig, Enabled())
async def _providers(request: ListGitProvidersFromConfig, ctx: Context) -> list[GitProvider]:
    await demand_host(request.target, ctx)
    found = {
        git_domain(one.domain): GitProvider(
            domain=git_domain(one.domain), https=one.https, accounts=_names(one.accounts)
        )
        for one in ctx.app.settings.git_providers
    }
    for one in (*await ctx.ask(ListFullBuilds()), *await ctx.ask(ListFullRepos())):
        domain = git_domain(one.config.git_provider)
        if domain and one.config.repo:
            found.setdefault(domain, GitProvider(domain=domain))
    return [found[domain] for domain in sorted(found)]


@routes.answers(ListImageRegistriesFromConfig, Enabled())
async def _registries(request: ListImageRegistriesFromConfig, ctx: Context) -> list[ImageRegistry]:
    await demand_host(request.target, ctx)
    found = {
        registry_domain(one.domain): ImageRegistry(
            domain=registry_domain(one.domain),
            accounts=_names(one.accounts),
            organizations=one.organizations,
        )
        for one in ctx.app.settings.image_registries
    }
    for build in await ctx.ask(ListFullBuilds()):
        for pushed in build.config.image_registry:
            if pushed.domain:
                domain = registry_domain(pushed.domain)
                found.setdefault(domain, ImageRegistry(domain=domain))
    return [found[domain] for domain in sorted(found)]


def _names(accounts: Iterable[AccountSettings]) -> tuple[ProviderAccount, ...]:
    return tuple(ProviderAccount(username=one.username) for one in accounts)


# --- Git accounts


@routes.answers(GetGitProviderAccount, Admin())
async def _git(request: GetGitProviderAccount, ctx: Context) -> GitProviderAccount:
    return _find(_git_accounts(ctx), request.id, "did not find git provider account").value


@routes.answers(ListGitProviderAccounts, Admin())
async def _list_git(request: ListGitProviderAccounts, ctx: Context) -> list[GitProviderAccount]:
    return _listed(_git_accounts(ctx), request.domain, request.username, git_domain)


@routes.answers(CreateGitProviderAccount, Admin())
async def _create_git(request: CreateGitProviderAccount, ctx: Context) -> GitProviderAccount:
    account = _laid(GitProviderAccount(), request.account, git_domain)
    return await _create(_git_accounts(ctx), account, Operation.CREATE_GIT_PROVIDER_ACCOUNT, ctx)


@routes.answers(UpdateGitProviderAccount, Admin())
async def _update_git(request: UpdateGitProviderAccount, ctx: Context) -> GitProviderAccount:
    row = _find(_git_accounts(ctx), request.id)
    account = _laid(row.value, request.account, git_domain)
    return await _update(
        _git_accounts(ctx), row, account, Operation.UPDATE_GIT_PROVIDER_ACCOUNT, ctx
    )


@routes.answers(DeleteGitProviderAccount, Admin())
async def _delete_git(request: DeleteGitProviderAccount, ctx: Context) -> GitProviderAccount:
    return await _delete(_git_accounts(ctx), request.id, Operation.DELETE_GIT_PROVIDER_ACCOUNT, ctx)


# --- Registry accounts


@routes.answers(GetImageRegistryAccount, Admin())
async def _registry(request: GetImageRegistryAccount, ctx: Context) -> ImageRegistryAccount:
    return _find(_registry_accounts(ctx), request.id, "did not find docker registry account").value


@routes.answers(ListImageRegistryAccounts, Admin())
async def _list_registries(
    request: ListImageRegistryAccounts, ctx: Context
) -> list[ImageRegistryAccount]:
    return _listed(_registry_accounts(ctx), request.domain, request.username, registry_domain)


@routes.answers(CreateImageRegistryAccount, Admin())
async def _create_registry(
    request: CreateImageRegistryAccount, ctx: Context
) -> ImageRegistryAccount:
    account = _laid(ImageRegistryAccount(), request.account, registry_domain)
    return await _create(
        _registry_accounts(ctx), account, Operation.CREATE_DOCKER_REGISTRY_ACCOUNT, ctx
    )


@routes.answers(UpdateImageRegistryAccount, Admin())
async def _update_registry(
    request: UpdateImageRegistryAccount, ctx: Context
) -> ImageRegistryAccount:
    row = _find(_registry_accounts(ctx), request.id)
    account = _laid(row.value, request.account, registry_domain)
    return await _update(
        _registry_accounts(ctx), row, account, Operation.UPDATE_DOCKER_REGISTRY_ACCOUNT, ctx
    )


@routes.answers(DeleteImageRegistryAccount, Admin())
async def _delete_registry(
    request: DeleteImageRegistryAccount, ctx: Context
) -> ImageRegistryAccount:
    return await _delete(
        _registry_accounts(ctx), request.id, Operation.DELETE_DOCKER_REGISTRY_ACCOUNT, ctx
    )


# --- What both have


def _git_accounts(ctx: Context) -> Table[GitProviderAccount]:
    return ctx.app.memory.table(documents.GIT_ACCOUNTS)


def _registry_accounts(ctx: Context) -> Table[ImageRegistryAccount]:
    return ctx.app.memory.table(documents.REGISTRY_ACCOUNTS)


def _find(
    table: Table[AccountT], reference: str, missing: str = "No account found"
) -> Row[AccountT]:
    row = table.rows.get(reference.lower()) if is_id(reference) else None
    if row is None:
        raise ApiError(404, f"{missing} with id {reference}")
    return row


def _listed(
    table: Table[AccountT],
    domain: str | None,
    username: str | None,
    normalised: Callable[[str], str],
) -> list[AccountT]:
    found = [
        account
        for account in table.values()
        if (not domain or account.domain == normalised(domain))
        and (not username or account.username == username)
    ]
    return sorted(found, key=lambda account: (account.domain, account.username))


def _laid(account: AccountT, partial: Any, normalised: Callable[[str], str]) -> AccountT:
    """The account with what is given of it, its id as it was. Raises 400."""
    try:
        laid = lay_over(account, partial, type(account))
    except Invalid as error:
        raise invalid(str(error.within("account"))) from error
    domain, username = normalised(laid.domain), laid.username.strip()
    if not domain or not username:
        raise invalid("An account has a domain and a username")
    if max(len(domain), len(username)) > _LONGEST_NAME or len(laid.token) > _LONGEST_TOKEN:
        raise invalid("The domain, the username or the token is too long")
    if any(letter.isspace() or not letter.isprintable() for letter in domain):
        raise invalid("A domain is a host, with :port where it is not the usual one")
    if any(not letter.isprintable() for letter in username):
        raise invalid("A username has no control characters")
    return structs.replace(
        laid, oid=account.oid, domain=domain, username=username, token=laid.token.strip()
    )


async def _create(
    table: Table[AccountT], account: AccountT, operation: Operation, ctx: Context
) -> AccountT:
    try:
        row = await table.insert(structs.replace(account, oid=Oid(new_id())))
    except Duplicate as error:
        raise _taken(account) from error
    await _record(operation, "Create", row.value, ctx)
    return row.value


async def _update(
    table: Table[AccountT],
    row: Row[AccountT],
    account: AccountT,
    operation: Operation,
    ctx: Context,
) -> AccountT:
    if account == row.value:
        return row.value
    try:
        changed = await table.edit(row.id, lambda _: account)
    except Duplicate as error:
        raise _taken(account) from error
    except Missing as error:
        raise ApiError(404, f"No account found with id {row.id}") from error
    await _record(operation, "Update", changed.value, ctx, _what_changed(row.value, account))
    return changed.value


async def _delete(
    table: Table[AccountT], reference: str, operation: Operation, ctx: Context
) -> AccountT:
    row = _find(table, reference)
    if not await table.delete(row.id):
        raise ApiError(404, f"No account found with id {reference}")
    await _record(operation, "Delete", row.value, ctx)
    return row.value


def _taken(account: GitProviderAccount | ImageRegistryAccount) -> ApiError:
    return conflict(f"There is an account {account.username} at {account.domain} already")


def _what_changed(before: AccountT, after: AccountT) -> str:
    """Which fields changed, without a token's value."""
    changed = [
        name for name in after.__struct_fields__ if getattr(before, name) != getattr(after, name)
    ]
    return "\n".join(
        f"{name} changed"
        if name == "token"
        else f"{name}: {getattr(before, name)} -> {getattr(after, name)}"
        for name in changed
    )


async def _record(
    operation: Operation,
    verb: str,
    account: GitProviderAccount | ImageRegistryAccount,
    ctx: Context,
    more: str = "",
) -> None:
    """An Update that says which account, and never its token."""
    kind = "Git Account" if isinstance(account, GitProviderAccount) else "Registry Account"
    now = ctx.app.now()
    log = Log(
        stage=f"{verb} {kind}",
        command="",
        stdout=f"{account.username} at {account.domain}\n{more}".strip(),
        stderr="",
        success=True,
        start_ts=now,
        end_ts=now,
    )
    await ctx.app.runs.record(operation, SYSTEM, ctx.caller.id, logs=(log,))
