"""Users, what they may do, and their API keys."""

from enum import StrEnum
from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.base import Read, Write
from monitor.api.ids import Oid
from monitor.api.marks import Count, Lines, accepts
from monitor.api.resource import (
    PermissionLevel,
    PermissionLevelAndSpecifics,
    SpecificPermission,
)
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.values import NoData


class UserConfigLocalFields(Struct, frozen=True, kw_only=True):
    """A password, answered as `########`."""

    password: str


class UserConfigLocal(Struct, frozen=True, tag_field="type", tag="Local"):
    """A user who logs in by name and password."""

    data: UserConfigLocalFields


class UserConfigGoogleFields(Struct, frozen=True, kw_only=True):
    """Who a user is at Google."""

    google_id: str
    avatar: str


class UserConfigGoogle(Struct, frozen=True, tag_field="type", tag="Google"):
    """A user who logs in by Google."""

    data: UserConfigGoogleFields


class UserConfigGithubFields(Struct, frozen=True, kw_only=True):
    """Who a user is at GitHub."""

    github_id: str
    avatar: str


class UserConfigGithub(Struct, frozen=True, tag_field="type", tag="Github"):
    """A user who logs in by GitHub."""

    data: UserConfigGithubFields


class UserConfigOidcFields(Struct, frozen=True, kw_only=True):
    """Who a user is at an OpenID Connect provider."""

    provider: str
    user_id: str


class UserConfigOidc(Struct, frozen=True, tag_field="type", tag="Oidc"):
    """A user who logs in by OpenID Connect."""

    data: UserConfigOidcFields


class UserConfigServiceFields(Struct, frozen=True, kw_only=True):
    """What a service user is for."""

    description: str


class UserConfigService(Struct, frozen=True, tag_field="type", tag="Service"):
    """A user that cannot log in and acts by API keys alone."""

    data: UserConfigServiceFields


UserConfig = (
    UserConfigLocal | UserConfigGoogle | UserConfigGithub | UserConfigOidc | UserConfigService
)


class UserTotpConfig(Struct, frozen=True, kw_only=True):
    """A user's one-time codes; answered without secret and recovery codes."""

    secret: str
    confirmed_at: int
    """Unix milliseconds; 0 while there is none."""
    recovery_codes: tuple[str, ...]


class UserPasskeyConfig(Struct, frozen=True, kw_only=True):
    """A user's passkey; answered without the key."""

    passkey: Any = None
    created_at: int
    """Unix milliseconds; 0 while there is none."""


class User(Struct, frozen=True, kw_only=True):
    """A user. Answers never hold password, secrets or keys."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    username: str
    enabled: bool = False
    """A disabled user can log in and do nothing else."""
    super_admin: bool = False
    """The first user: can make administrators."""
    admin: bool = False
    create_server_permissions: bool = False
    create_build_permissions: bool = False
    config: UserConfig
    linked_logins: dict[str, UserConfig] = field(default_factory=dict)
    """Further ways to log in, by kind."""
    totp: UserTotpConfig = UserTotpConfig(secret="", confirmed_at=0, recovery_codes=())
    passkey: UserPasskeyConfig = UserPasskeyConfig(created_at=0)
    external_skip_2fa: bool = True
    """No second factor after logging in elsewhere."""
    last_update_view: int = 0
    """When they last looked at the Updates, in unix milliseconds."""
    recents: dict[ResourceKind, tuple[str, ...]] = field(default_factory=dict)
    """Ids of what they viewed last, newest first, ten of each kind."""
    all: dict[ResourceKind, PermissionLevelAndSpecifics] = field(default_factory=dict)
    """What they may do with every resource of a kind."""
    updated_at: int = 0

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid


class UserGroup(Struct, frozen=True, kw_only=True):
    """Users who have rights together."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    name: str
    everyone: bool = False
    """All users belong to it."""
    users: Lines = ()
    all: dict[ResourceKind, PermissionLevelAndSpecifics] = field(default_factory=dict)
    updated_at: int = 0

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid


class UserTargetUser(Struct, frozen=True, tag_field="type", tag="User"):
    """A user, by id."""

    id: str


class UserTargetUserGroup(Struct, frozen=True, tag_field="type", tag="UserGroup"):
    """A group, by id."""

    id: str


UserTarget = UserTargetUser | UserTargetUserGroup


class Permission(Struct, frozen=True, kw_only=True):
    """What a user or group may do with one resource."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    user_target: UserTarget
    resource_target: ResourceTarget
    level: PermissionLevel = PermissionLevel.NONE
    specific: tuple[SpecificPermission, ...] = ()

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid


class ApiKey(Struct, frozen=True, kw_only=True):
    """An API key. Its secret is answered empty."""

    key: str
    secret: str
    user_id: str
    name: str
    created_at: int
    """Unix milliseconds."""
    expires: Count
    """Unix milliseconds; 0 is never."""


class CreateApiKeyResponse(Struct, frozen=True, kw_only=True):
    """A new API key with its secret, which is answered this once."""

    key: str
    secret: str


class GetUsernameResponse(Struct, frozen=True, kw_only=True):
    """How a user is shown."""

    username: str
    avatar: str | None = None


class ServiceUserQueryBehavior(StrEnum):
    """Whether a list has the service users too, none of them, or only them."""

    INCLUDE = "Include"
    EXCLUDE = "Exclude"
    ONLY = "Only"


class GetUsername(Read[GetUsernameResponse], frozen=True, kw_only=True):
    """A user's name and picture, by id."""

    user_id: str


class GetPermission(Read[PermissionLevelAndSpecifics], frozen=True, kw_only=True):
    """What you may do with a resource."""

    target: ResourceTarget


class FindUser(Read[User], frozen=True, kw_only=True):
    """One user, by id or name. 404 if there is none. Administrators only."""

    user: Annotated[str, accepts("id", "username")]


class ListUsers(Read[tuple[User, ...]], frozen=True, kw_only=True):
    """All users, by name. Administrators only."""

    service_users: ServiceUserQueryBehavior = ServiceUserQueryBehavior.INCLUDE


class ListApiKeys(Read[tuple[ApiKey, ...]], frozen=True, kw_only=True):
    """Your own API keys, without their secrets."""


class ListApiKeysForServiceUser(Read[tuple[ApiKey, ...]], frozen=True, kw_only=True):
    """The API keys of a service user, without their secrets. Administrators only."""

    user: Annotated[str, accepts("id", "username")]


class PushRecentlyViewed(Write[NoData], frozen=True, kw_only=True):
    """Puts a resource first among those you viewed last; ten of each kind are kept."""

    resource: ResourceTarget


class SetLastSeenUpdate(Write[NoData], frozen=True, kw_only=True):
    """Says that you have seen all Updates up to now."""


class CreateLocalUser(Write[User], frozen=True, kw_only=True):
    """Creates an enabled user with a password. 400 if the name is taken. Administrators only."""

    username: str
    password: str


class DeleteUser(Write[User], frozen=True, kw_only=True):
    """Deletes a user and answers who it was.

    Not oneself; administrators by a super-admin alone. Administrators only.
    """

    user: Annotated[str, accepts("username", "id")]


class CreateServiceUser(Write[User], frozen=True, kw_only=True):
    """Creates a user that acts by API keys alone. 400 if the name is taken. Administrators only."""

    username: str
    description: str


class UpdateServiceUserDescription(Write[User], frozen=True, kw_only=True):
    """Changes what a service user is for. Administrators only."""

    username: str
    description: str


class CreateApiKeyForServiceUser(Write[CreateApiKeyResponse], frozen=True, kw_only=True):
    """Creates an API key with a service user's rights. Administrators only."""

    user_id: str
    name: str
    expires: Count = 0
    """Unix milliseconds; 0 is never."""


class DeleteApiKeyForServiceUser(Write[NoData], frozen=True, kw_only=True):
    """Deletes an API key of a service user. 404 if there is none. Administrators only."""

    key: str


class UpdateUserAdmin(Write[NoData], frozen=True, kw_only=True):
    """Makes a user administrator, or takes that back. Super-admins only."""

    user_id: str
    admin: bool


class UpdateUserBasePermissions(Write[NoData], frozen=True, kw_only=True):
    """Enables or disables a user, and says what they may create. Administrators only."""

    user_id: str
    enabled: bool | None = None
    create_servers: bool | None = None
    create_builds: bool | None = None


REQUESTS = (
    GetUsername,
    GetPermission,
    FindUser,
    ListUsers,
    ListApiKeys,
    ListApiKeysForServiceUser,
    PushRecentlyViewed,
    SetLastSeenUpdate,
    CreateLocalUser,
    DeleteUser,
    CreateServiceUser,
    UpdateServiceUserDescription,
    CreateApiKeyForServiceUser,
    DeleteApiKeyForServiceUser,
    UpdateUserAdmin,
    UpdateUserBasePermissions,
)
