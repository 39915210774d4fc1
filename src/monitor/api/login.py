"""Logging in, and what a user does to their own account."""

from typing import ClassVar

from msgspec import Struct

from monitor.api.base import Login, Manage
from monitor.api.marks import Count
from monitor.api.user import CreateApiKeyResponse
from monitor.api.values import NoData


class LoginOptions(Struct, frozen=True, kw_only=True):
    """Which ways to log in this Core offers."""

    local: bool
    oidc: bool
    github: bool
    google: bool
    registration_disabled: bool
    oidc_auto_redirect: bool
    no_users: bool = False
    """There is no user yet: the first to sign up becomes the administrator. Ours."""
    logged_in: bool = False
    """The request carries a session that holds. Ours."""


class JwtResponse(Struct, frozen=True, kw_only=True):
    """A session's token. Browsers get the session as a cookie as well."""

    jwt: str


class JwtLogin(Struct, frozen=True, tag_field="type", tag="Jwt"):
    """Logged in."""

    data: JwtResponse


class TotpLogin(Struct, frozen=True, tag_field="type", tag="Totp"):
    """The password was right; `CompleteTotpLogin` with a code comes next."""

    data: NoData = NoData()


JwtOrTwoFactor = JwtLogin | TotpLogin


class UserIdResponse(Struct, frozen=True, kw_only=True):
    """Who the caller is."""

    id: str


class GetLoginOptions(Login[LoginOptions], frozen=True, kw_only=True):
    """Which ways to log in there are."""


class SignUpLocalUser(Login[JwtResponse], frozen=True, kw_only=True):
    """Makes a user and logs them in.

    The first user ever becomes administrator; later ones wait until an administrator enables them.
    401 if registration is disabled, 400 for a bad or taken name or password.
    """

    username: str
    password: str


class LoginLocalUser(Login[JwtOrTwoFactor], frozen=True, kw_only=True):
    """Logs in by name and password. 401 if they do not match, 429 after too many failures."""

    username: str
    password: str


class Logout(Login[NoData], frozen=True, kw_only=True):
    """Ends the session that the request carries and clears its cookie. Ours."""

    ours: ClassVar[bool] = True


class GetUserId(Manage[UserIdResponse], frozen=True, kw_only=True):
    """The caller's own id."""


class UpdateUsername(Manage[NoData], frozen=True, kw_only=True):
    """Changes the caller's name. 400 if it is taken or looks like an id."""

    username: str


class UpdatePassword(Manage[NoData], frozen=True, kw_only=True):
    """Changes the caller's password; their other sessions end."""

    password: str


class CreateApiKey(Manage[CreateApiKeyResponse], frozen=True, kw_only=True):
    """Makes an API key with the caller's rights. The secret is answered this once."""

    name: str
    expires: Count = 0
    """Unix milliseconds; 0 is never."""


class DeleteApiKey(Manage[NoData], frozen=True, kw_only=True):
    """Deletes one of the caller's API keys. 403 if it is another user's, 404 if there is none."""

    key: str


REQUESTS = (
    GetLoginOptions,
    SignUpLocalUser,
    LoginLocalUser,
    Logout,
    GetUserId,
    UpdateUsername,
    UpdatePassword,
    CreateApiKey,
    DeleteApiKey,
)
