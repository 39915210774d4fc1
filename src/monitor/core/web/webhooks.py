"""`/listener/...`: pushes that git providers tell of, and the builds and pulls that follow.

A webhook without a secret is off. What is unknown, off or wrongly signed answers alike.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import unquote

from aiohttp import web
from msgspec import Struct

from monitor.api.build import Build, RunBuild
from monitor.api.forms import Invalid
from monitor.api.ids import is_id
from monitor.api.repo import BuildRepo, CloneRepo, PullRepo, Repo, RepoConfig
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Log, Operation, Update, UpdateStatus
from monitor.core import documents
from monitor.core.context import SYSTEM_USER
from monitor.core.errors import ApiError, conflict, invalid, unauthenticated
from monitor.core.identity.limiter import Limiter, address_key
from monitor.core.kinds.sources import build_origin
from monitor.core.store.protocol import CollectionSpec, Duplicate, parse_filter
from monitor.core.web.push import Provider, delivery_of, is_push, is_signed, parse_push
from monitor.core.web.rpc import answer, read_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.api.base import Execute
    from monitor.core.context import Services

log = logging.getLogger(__name__)

ANY_BRANCH = "__ANY__"
STAGE = "Webhook"
KEPT_MS = 90 * 24 * 3600 * 1000
"""How long a delivery is known again."""
_AT_ONCE = 100
_FAILURES = 30
_WINDOW = 60.0
"""Seconds in which an address has so many failures before it is refused."""
_NOBODYS_SECRET = secrets.token_hex(32)

Hookable = Build | Repo


class Hook(Struct, frozen=True, kw_only=True):
    """What a path asks for."""

    provider: Provider
    kind: ResourceKind
    reference: str
    request: Literal["RunBuild", "CloneRepo", "PullRepo", "BuildRepo"]
    any_branch: bool = False


class Delivery(Struct, frozen=True, kw_only=True):
    """That a delivery was taken: hashes of what the provider calls it, and of what it signed."""

    name: str | None
    body: str | None
    ts: int


DELIVERIES = CollectionSpec("deliveries", Delivery, unique=("name", "body"), indexes=(("ts",),))


class Webhooks:
    """Takes deliveries. `address` says where a call comes from."""

    def __init__(self, app: Services, address: Callable[[web.Request], str]) -> None:
        self._app = app
        self._address = address
        self._limiter = Limiter(_FAILURES, _WINDOW)

    async def handle(self, http: web.Request) -> web.Response:
        """Answer a delivery; what follows goes on in the background. Raises 400, 401, 409, 413, 429."""
        caller = address_key(self._address(http))
        if self._limiter.remaining(caller) <= 0:
            self._limiter.admit(caller)
        body = await read_body(http, self._app.settings.max_body_bytes)
        self._limiter.admit(caller)
        hook = parse_path(http.rel_url.raw_path)
        resource = self._find(hook) if hook is not None else None
        secret = self._secret(resource)
        signed = is_signed(
            hook.provider if hook is not None else "github",
            http.headers,
            body,
            secret or _NOBODYS_SECRET,
        )
        if hook is None or resource is None or not secret or not signed:
            raise unauthenticated("This webhook is not known here, or its signature is wrong")
        self._limiter.forgive(caller)
        return await self._signed(hook, resource, http, body)

    async def _signed(
        self, hook: Hook, resource: Hookable, http: web.Request, body: bytes
    ) -> web.Response:
        if not is_push(hook.provider, http.headers):
            return _ignored("this is no push")
        try:
            push = parse_push(body, http.content_type)
        except Invalid as error:
            raise invalid(str(error)) from error
        wanted = branch_of(resource, self._app)
        if not push.branch or push.deleted or not (hook.any_branch or push.branch == wanted):
            return _ignored(f"only pushes to {'branches' if hook.any_branch else wanted} count")
        delivery = delivery_of(hook.provider, http.headers)
        kept = await self._remember(hook, resource, delivery, body)
        text = f"{push}\nDelivery {delivery or '(unnamed)'} from {self._address(http)}"
        try:
            update = await self._start(hook, resource, text)
        except BaseException as error:
            await self._app.store.collection(DELIVERIES).delete(kept)
            if not isinstance(error, ApiError):
                raise
            await self._record_failure(hook, resource, f"{text}\n{error.message}")
            raise conflict(error.message) from error
        log.info("%s of %s %s by webhook", hook.request, hook.kind, resource.id)
        return answer({"update": update.id})

    # --- Whose webhook it is

    def _find(self, hook: Hook) -> Hookable | None:
        """The resource, by id or name. The secret is what gives access to it."""
        table = self._app.memory.table(documents.BY_KIND[hook.kind])
        known = is_id(hook.reference)
        row = table.rows.get(hook.reference.lower()) if known else table.get(hook.reference)
        return row.value if row is not None else None

    def _secret(self, resource: Hookable | None) -> str:
        if resource is None or not resource.config.webhook_enabled:
            return ""
        return resource.config.webhook_secret or self._app.settings.webhook_secret

    # --- Once each

    async def _remember(self, hook: Hook, resource: Hookable, delivery: str, body: bytes) -> str:
        """Keep that a delivery was taken; answers under which id. Raises 409 for one that was.

        A signature is good for ever, and the name of a delivery is not signed: so what was signed counts as well.
        """
        what = f"{hook.request}/{resource.id}"
        signed = hook.provider == "github" or not delivery
        kept = Delivery(
            name=_hash(f"{what}/{delivery}".encode()) if delivery else None,
            body=_hash(f"{what}/".encode() + body) if signed else None,
            ts=self._app.now(),
        )
        deliveries = self._app.store.collection(DELIVERIES)
        try:
            row = await deliveries.insert(kept)
        except Duplicate as error:
            raise conflict("This delivery was taken before") from error
        old = parse_filter({"ts": {"$lt": kept.ts - KEPT_MS}}, Delivery)
        for gone in await deliveries.find(old, limit=_AT_ONCE):
            await deliveries.delete(gone.id)
        return row.id

    # --- What follows

    async def _start(self, hook: Hook, resource: Hookable, text: str) -> Update:
        """Start the run with the rights of the resource's owner; one waits, and later ones merge with it."""
        app, owner = self._app, resource.owner
        if owner is None:
            raise conflict(
                f"Nobody owns the {hook.kind} {resource.name}: who changes its configuration does"
            )
        row = app.memory.table(documents.USERS).rows.get(owner)
        name = row.value.username if row is not None else owner
        update = await app.runs.start_as(_request(hook, resource), owner)
        await app.runs.say(update.id, STAGE, f"{text}\nRuns with the rights of {name}")
        if (
            hook.request == "RunBuild"
            and update.status is UpdateStatus.QUEUED
            and app.settings.webhook_build_busy == "cancel"
        ):
            await self._cancel_older(ResourceTarget(hook.kind, resource.id), update.id, owner)
        return update

    async def _cancel_older(self, target: ResourceTarget, newer: str, owner: str) -> None:
        flag, running = self._app.runs.busy(target) or ("", "")
        if flag != "building" or running == newer:
            return
        await self._app.runs.say(running, STAGE, f"A newer push came: update {newer} builds it")
        with suppress(ApiError):  # it has ended meanwhile
            await self._app.runs.cancel(running, owner)

    async def _record_failure(self, hook: Hook, resource: Hookable, text: str) -> None:
        """Nothing is silent: the resource's page says why a push was not followed by anything."""
        now = self._app.now()
        said = Log(
            stage=STAGE, command="", stdout="", stderr=text, success=False, start_ts=now, end_ts=now
        )
        await self._app.runs.record(
            Operation(hook.request),
            ResourceTarget(hook.kind, resource.id),
            resource.owner or SYSTEM_USER,
            logs=(said,),
            success=False,
        )


_REPO_OPTIONS: dict[str, Literal["CloneRepo", "PullRepo", "BuildRepo"]] = {
    "clone": "CloneRepo",
    "pull": "PullRepo",
    "build": "BuildRepo",
}


def parse_path(path: str) -> Hook | None:
    """What `/listener/<provider>/<kind>/<id or name>[/<option>][/__ANY__]` asks for; None for nothing."""
    parts = [unquote(part) for part in path.strip("/").split("/")[1:]]
    any_branch = len(parts) > 3 and parts[-1] == ANY_BRANCH  # noqa: PLR2004 - what comes before it
    if any_branch:
        parts.pop()
    match parts:
        case ["github" | "gitlab" as provider, "build", reference, *option] if option in (
            [],
            ["build"],
        ):
            return Hook(
                provider=provider,
                kind=ResourceKind.BUILD,
                reference=reference,
                request="RunBuild",
                any_branch=any_branch,
            )
        case ["github" | "gitlab" as provider, "repo", reference, option] if (
            option in _REPO_OPTIONS
        ):
            return Hook(
                provider=provider,
                kind=ResourceKind.REPO,
                reference=reference,
                request=_REPO_OPTIONS[option],
                any_branch=any_branch,
            )
        case _:
            return None


def branch_of(resource: Hookable, app: Services) -> str:
    """The branch whose pushes count: of a linked repo where a build has one."""
    if isinstance(resource.config, RepoConfig):
        return resource.config.branch
    return build_origin(cast("Build", resource), app).branch


def _request(hook: Hook, resource: Hookable) -> Execute:
    requests: dict[str, Callable[..., Execute]] = {
        "RunBuild": RunBuild,
        "CloneRepo": CloneRepo,
        "PullRepo": PullRepo,
        "BuildRepo": BuildRepo,
    }
    field = "build" if hook.kind is ResourceKind.BUILD else "repo"
    return requests[hook.request](**{field: resource.id})


def _ignored(why: str) -> web.Response:
    return answer({"ignored": why})


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
