"""Who is calling: by header first, else by the browser's cookie, which counts from our own pages alone."""

from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import web
from msgspec import Struct

from monitor.api.base import Request
from monitor.api.login import JwtLogin, JwtResponse, Logout
from monitor.api.user import User, UserConfigService, UserConfigServiceFields
from monitor.core import documents
from monitor.core.context import Caller, Context, Services
from monitor.core.errors import ApiError, forbidden, unauthenticated
from monitor.core.identity.addresses import client_address, is_https, parse_networks
from monitor.core.identity.identity import Known
from monitor.core.web.sockets import Logins, Who

COOKIE = "monitor_session"
NOBODY = User(
    username="",
    enabled=False,
    config=UserConfigService(data=UserConfigServiceFields(description="")),
)
"""The caller of requests that need no credentials."""


class JwtFrame(Struct, tag_field="type", tag="Jwt"):
    """A log-in by a session's token, as sockets take it."""

    params: JwtResponse


class KeyParams(Struct):
    """An API key."""

    key: str
    secret: str


class KeyFrame(Struct, tag_field="type", tag="ApiKeys"):
    """A log-in by an API key, as sockets take it."""

    params: KeyParams


class Calling:
    """Credentials of HTTP calls and sockets."""

    def __init__(self, app: Services) -> None:
        self._app = app
        self._proxies = parse_networks(app.settings.trusted_proxies)
        self.logins = Logins(
            by_cookie=self._socket_by_cookie,
            by_message=self._socket_by_message,
            problem=self._problem,
        )

    def address(self, http: web.Request) -> str:
        """Where a call comes from."""
        return client_address(http.remote or "", http.headers, self._proxies)

    async def context(self, http: web.Request, group: str) -> Context:
        """The context of a call. Raises 401 without valid credentials, but for log-in requests."""
        if group == "auth/login":
            if is_from_elsewhere(http) and http.content_type != "application/json":
                raise forbidden("Another site's page can't log in here")
            return Context(Caller(NOBODY, self._session_of(http), self.address(http)), self._app)
        return Context(await self.caller(http), self._app)

    async def caller(self, http: web.Request) -> Caller:
        """The caller of a call. Raises 401."""
        known = self._by_headers(http) or self._by_cookie(http)
        if known is None:
            raise unauthenticated("Invalid client credentials")
        return Caller(known.user, known.session, self.address(http), known.until)

    def _by_headers(self, http: web.Request) -> Known | None:
        token = http.headers.get("Authorization", "").strip()
        if token:
            return self._app.identity.by_token(token.removeprefix("Bearer ").strip())
        key, secret = http.headers.get("X-Api-Key"), http.headers.get("X-Api-Secret")
        if key is None and secret is None:
            return None
        if key is None or secret is None:
            raise unauthenticated("X-Api-Key and X-Api-Secret belong together")
        return self._app.identity.by_api_key(
            key.strip(), secret.strip(), address=self.address(http)
        )

    def has_session(self, http: web.Request) -> bool:
        """Whether a browser comes with a session that holds. It allows nothing: any site's link leads to a page."""
        try:
            return bool(self._app.identity.by_token(http.cookies.get(COOKIE, "")))
        except ApiError:
            return False

    def _by_cookie(self, http: web.Request) -> Known | None:
        token = http.cookies.get(COOKIE)
        if not token:
            return None
        self._demand_own_page(http)
        return self._app.identity.by_token(token)

    def _demand_own_page(self, http: web.Request) -> None:
        """A cookie counts only from our own pages: same `Origin`, and JSON where there is a body."""
        if is_from_elsewhere(http):
            raise forbidden("A request with this page's cookie came from another origin")
        plain = "Origin" not in http.headers or http.content_type != "application/json"
        if http.method == "POST" and plain:
            raise forbidden("A cookie counts only with Origin and Content-Type: application/json")

    def _session_of(self, http: web.Request) -> str | None:
        """The session a log-in request carries, if any; for logging out."""
        try:
            known = self._by_headers(http) or self._by_cookie(http)
        except ApiError:
            return None
        return known.session if known is not None else None

    async def after(
        self, http: web.Request, response: web.Response, request: Request[Any], value: Any
    ) -> None:
        """Give the browser its cookie after a log-in, a newer one in time, and take it after logging out."""
        if isinstance(value, JwtLogin):
            value = value.data
        if isinstance(value, JwtResponse) and not is_from_elsewhere(http):
            self._set_cookie(http, response, value.jwt)
        elif isinstance(request, Logout):
            response.del_cookie(COOKIE, path="/")
        elif COOKIE in http.cookies and "Authorization" not in http.headers:
            again = await self._app.identity.sessions.renew(http.cookies[COOKIE])
            if again is not None:
                self._set_cookie(http, response, again.jwt)

    def _set_cookie(self, http: web.Request, response: web.Response, jwt: str) -> None:
        response.set_cookie(
            COOKIE,
            jwt,
            httponly=True,
            samesite="Strict",
            secure=is_https(http.remote or "", http.scheme, http.headers, self._proxies),
            path="/",
            max_age=self._app.settings.jwt_ttl_hours * 3600,
        )

    # --- Sockets

    async def _socket_by_cookie(self, http: web.Request) -> Who | None:
        token = http.cookies.get(COOKIE)
        if not token:
            return None
        if "Origin" not in http.headers or is_from_elsewhere(http):
            return None
        return self._who(self._app.identity.by_token(token))

    async def _socket_by_message(self, http: web.Request, text: str) -> Who:
        try:
            frame = msgspec.json.decode(text, type=JwtFrame | KeyFrame)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise unauthenticated("Invalid client credentials") from error
        identity = self._app.identity
        if isinstance(frame, JwtFrame):
            return self._who(identity.by_token(frame.params.jwt))
        key = frame.params.key.strip()
        return self._who(
            identity.by_api_key(key, frame.params.secret, address=self.address(http)), key
        )

    def _who(self, known: Known, key: str | None = None) -> Who:
        """Whose socket it is. With an API key, that stands for the session: the socket ends with it."""
        if not known.user.enabled:
            raise unauthenticated("User is not enabled")
        return Who(known.user.id, known.session or key)

    async def _problem(self, who: Who) -> str | None:
        row = self._app.memory.table(documents.USERS).rows.get(who.user)
        if row is None or not row.value.enabled:
            return "The user is disabled"
        identity = self._app.identity
        if who.session is None or identity.sessions.is_alive(who.session):
            return None
        if identity.api_keys.is_good(who.session, now=self._app.now()):
            return None
        return "The session has ended"


def is_from_elsewhere(http: web.Request) -> bool:
    """Whether a browser says that another site's page makes this call."""
    origin = http.headers.get("Origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != http.host
    except ValueError:
        return True
