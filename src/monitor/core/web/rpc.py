"""Calls over HTTP: `POST /<group>/<Name>` with the parameters, or `POST /<group>` with `{"type", "params"}`."""

import logging
from collections.abc import Callable
from typing import Any, cast

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from monitor.api import codec
from monitor.api.contract import BY_NAME, GROUPS, is_planned
from monitor.api.ids import new_id
from monitor.api.login import JwtLogin
from monitor.api.reader import Invalid, decode_json, read
from monitor.core.context import Context
from monitor.core.errors import ApiError, invalid, unavailable
from monitor.core.identity.accounts import sanitised
from monitor.core.web.calling import Calling

log = logging.getLogger(__name__)

_MAX_KEY = 200


class Rpc:
    """Decodes calls, has them answered, and encodes what comes of it."""

    def __init__(self, calling: Calling, max_body: int) -> None:
        self._calling = calling
        self._max_body = max_body

    def routes(self) -> list[web.RouteDef]:
        """The HTTP routes of all groups."""
        return [
            *(web.post(f"/{group}", self._envelope) for group in GROUPS),
            *(web.post(f"/{group}/{{name}}", self._named) for group in GROUPS),
            web.post("/auth", self._any_auth),
            web.post("/auth/{name}", self._any_auth),
            web.get("/user", self._user),
        ]

    async def _named(self, http: web.Request) -> web.Response:
        name = http.match_info["name"]
        group = http.path.strip("/").removesuffix(f"/{name}")
        return await self._call(http, group, name, await self._body(http))

    async def _envelope(self, http: web.Request) -> web.Response:
        name, params = _opened(await self._body(http))
        return await self._call(http, http.path.strip("/"), name, params)

    async def _any_auth(self, http: web.Request) -> web.Response:
        """`/auth` without a group, as some clients have it: log-in requests first, then the account's."""
        body = await self._body(http)
        name, params = (
            (http.match_info["name"], body) if "name" in http.match_info else _opened(body)
        )
        group = "auth/login" if ("auth/login", name) in BY_NAME else "auth/manage"
        return await self._call(http, group, name, params, both_ways)

    async def _user(self, http: web.Request) -> web.Response:
        caller = await self._calling.caller(http)
        return answer(sanitised(caller.user))

    async def _call(
        self,
        http: web.Request,
        group: str,
        name: str,
        params: Any,
        answered: Callable[[Any], web.Response] | None = None,
    ) -> web.Response:
        request_type = BY_NAME.get((group, name))
        if request_type is None:
            raise _unknown(group, name)
        try:
            request = read(request_type, {} if params is None else params)
        except Invalid as error:
            raise invalid(str(error)) from error
        ctx: Context = await self._calling.context(http, group)
        key = http.headers.get("Idempotency-Key")
        if key is not None and not (0 < len(key) <= _MAX_KEY and key.isascii()):
            raise invalid(f"Idempotency-Key has 1 to {_MAX_KEY} ASCII characters")
        value = await ctx.app.front_door(request, ctx, key)
        response = (answered or answer)(value)
        await self._calling.after(http, response, request, value)
        return response

    async def _body(self, http: web.Request) -> Any:
        data = await read_body(http, self._max_body)
        if not data.strip():
            return {}
        try:
            return decode_json(data)
        except Invalid as error:
            raise invalid(str(error)) from error


def _opened(body: Any) -> tuple[str, Any]:
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    name = fields.get("type")
    if not isinstance(name, str):
        raise invalid('The body must be {"type": <request>, "params": {...}}')
    return name, fields.get("params")


def _unknown(group: str, name: str) -> ApiError:
    if is_planned(group, name):
        return ApiError(501, f"{name} is not built yet", code="not_built")
    return ApiError(404, f"There is no request {name[:100]!r} in {group}", code="unknown_request")


async def read_body(http: web.Request, most: int) -> bytes:
    """The body as it was sent. Raises 400, 413."""
    if (http.content_length or 0) > most:
        raise ApiError(413, f"The body is larger than {most} bytes")
    try:
        return await http.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise ApiError(413, f"The body is larger than {most} bytes") from error
    except web.RequestPayloadError as error:
        raise invalid("The body is not what its headers say") from error


def answer(value: Any) -> web.Response:
    """200 with the value as JSON."""
    return web.Response(body=codec.encode(value), content_type="application/json")


def both_ways(value: Any) -> web.Response:
    """200; a log-in both as clients of today (`data.jwt`) and as those of 1.x (`jwt`) look for it."""
    if isinstance(value, JwtLogin):
        return answer({"type": "Jwt", "data": value.data, "jwt": value.data.jwt})
    return answer(value)


def failure(error: ApiError) -> web.Response:
    """An error as `{"error", "trace", "code"}`."""
    return web.Response(
        status=error.status,
        body=msgspec.json.encode(error.body()),
        content_type="application/json",
    )


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure is JSON; an unexpected one is logged once and answered with 500 and an id."""
    try:
        return await handler(request)
    except ApiError as error:
        return failure(error)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - redirects are no failures
            raise
        return failure(ApiError(error.status, error.reason))
    except ConnectionResetError:
        raise
    except TimeoutError:
        return failure(unavailable("It took too long"))
    except Exception:
        number = new_id()
        log.exception("%s %s failed, error %s", request.method, request.path, number)
        return failure(ApiError(500, f"Monitor failed at this; the log has it as {number}"))
