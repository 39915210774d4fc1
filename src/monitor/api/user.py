"""."""

from enum import StrEnum
from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.base import Read, Write
from monitor.api.ids import Oid
from monitor.api.marks import Lines, accepts
from monitor.api.resource import (
    PermissionLevel,
    PermissionLevelAndSpecifics,
    SpecificPermission,
)
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.values import NoData


class UserConfigLocalFields(Struct, frozen=True, kw_only=True):
    """."""

    password: str


class UserConfigLocal(Struct, frozen=True, tag_field="type", tag="Local"):
    """."""

    data: UserConfigLocalFields


class UserConfigGoogleFields(Struct, frozen=True, kw_only=True):
    """."""

    google_id: str
    avatar: str


class UserConfigGoogle(Struct, frozen=True, tag_field="type", tag="Google"):
    """."""

    data: UserConfigGoogleFields


class UserConfigGithubFields(Struct, frozen=True, kw_only=True):
    """."""

    github_id: str
    avatar: str


class UserConfigGithub(Struct, frozen=True, tag_field="type", tag="Github"):
    """."""

    data: UserConfigGithubFields


class UserConfigOidcFields(Struct, frozen=True, kw_only=True):
    """."""

    provider: str
    user_id: str


class UserConfigOidc(Struct, frozen=True, tag_field="type", tag="Oidc"):
    """."""

    data: UserConfigOidcFields


class UserConfigServiceFields(Struct, frozen=True, kw_only=True):
    """."""

    description: str


class UserConfigService(Struct, frozen=True, tag_field="type", tag="Service"):
    """."""

    data: UserConfigServiceFields


UserConfig = (
    UserConfigLocal | UserConfigGoogle | UserConfigGithub | UserConfigOidc | UserConfigService
)


class UserTotpConfig(Struct, frozen=True, kw_only=True):
    """."""

    secret: str
    confirmed_at: int
    recovery_codes: tuple[str, ...]


class UserPasskeyConfig(Struct, frozen=True, kw_only=True):
    """."""

    passkey: Any = None
    created_at: int


class User(Struct, frozen=True, kw_only=True):
    """."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    username: str
    enabled: bool = False
    super_admin: bool = False
    admin: bool = False
    create_server_permissions: bool = False
    create_build_permissions: bool = False
    config: UserConfig
    linked_logins: dict[str, UserConfig] = field(default_factory=dict)
    totp: UserTotpConfig = UserTotpConfig(secret="", confirmed_at=0, recovery_codes=())
    passkey: UserPasskeyConfig = UserPasskeyConfig(created_at=0)
    external_skip_2fa: bool = True
    last_update_view: int = 0
    recents: dict[ResourceKind, tuple[str, ...]] = field(default_factory=dict)
    all: dict[ResourceKind, PermissionLevelAndSpecifics] = field(default_factory=dict)
    updated_at: int = 0

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid


class UserGroup(Struct, frozen=True, kw_only=True):
    """."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    name: str
    everyone: bool = False
    users: Lines = ()
    all: dict[ResourceKind, PermissionLevelAndSpecifics] = field(default_factory=dict)
    updated_at: int = 0

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid


class UserTargetUser(Struct, frozen=True, tag_field="type", tag="User"):
    """."""

    id: str


class UserTargetUserGroup(Struct, frozen=True, tag_field="type", tag="UserGroup"):
    """."""

    id: str


UserTarget = UserTargetUser | UserTargetUserGroup


class Permission(Struct, frozen=True, kw_only=True):
    """."""

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
    """."""

    key: str
    secret: str
    user_id: str
    name: str
    created_at: int
    expires: int


class CreateApiKeyResponse(Struct, frozen=True, kw_only=True):
    """."""

    key: str
    secret: str


class GetUsernameResponse(Struct, frozen=True, kw_only=True):
    """."""

    username: str
    avatar: str | None = None


class ServiceUserQueryBehavior(StrEnum):
    """."""

    INCLUDE = "Include"
    EXCLUDE = "Exclude"
    ONLY = "Only"


class GetUsername(Read[GetUsernameResponse], frozen=True, kw_only=True):
    """."""

    user_id: str


class GetPermission(Read[PermissionLevelAndSpecifics], frozen=True, kw_only=True):
    """."""

    target: ResourceTarget


class FindUser(Read[User], frozen=True, kw_only=True):
    """."""

    user: Annotated[str, accepts("id", "username")]


class ListUsers(Read[tuple[User, ...]], frozen=True, kw_only=True):
    """."""

    service_users: ServiceUserQueryBehavior = ServiceUserQueryBehavior.INCLUDE


class ListApiKeys(Read[tuple[ApiKey, ...]], frozen=True, kw_only=True):
    """."""


class ListApiKeysForServiceUser(Read[tuple[ApiKey, ...]], frozen=True, kw_only=True):
    """."""

    user: Annotated[str, accepts("id", "username")]


class PushRecentlyViewed(Write[NoData], frozen=True, kw_only=True):
    """."""

    resource: ResourceTarget


class SetLastSeenUpdate(Write[NoData], frozen=True, kw_only=True):
    """."""


class CreateLocalUser(Write[User], frozen=True, kw_only=True):
    """."""

    username: str
    password: str


class DeleteUser(Write[User], frozen=True, kw_only=True):
    """."""

    user: Annotated[str, accepts("username", "id")]


class CreateServiceUser(Write[User], frozen=True, kw_only=True):
    """."""

    username: str
    description: str


class UpdateServiceUserDescription(Write[User], frozen=True, kw_only=True):
    """."""

    username: str
    description: str


class CreateApiKeyForServiceUser(Write[CreateApiKeyResponse], frozen=True, kw_only=True):
    """."""

    user_id: str
    name: str
    expires: int = 0


class DeleteApiKeyForServiceUser(Write[NoData], frozen=True, kw_only=True):
    """."""

    key: str


class UpdateUserAdmin(Write[NoData], frozen=True, kw_only=True):
    """."""

    user_id: str
    admin: bool


class UpdateUserBasePermissions(Write[NoData], frozen=True, kw_only=True):
    """."""

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
