"""Accounts at git providers and image registries, from the database and from Core's settings."""

from typing import Annotated, ClassVar

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.base import Read, Write
from monitor.api.ids import Oid
from monitor.api.marks import Partial, PartialOf, accepts
from monitor.api.target import ResourceTarget


class GitProviderAccount(Struct, frozen=True, kw_only=True):
    """An account at a git provider. For administrators' eyes."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    domain: str = "github.com"
    """The host, with `:port` where it is not the usual one."""
    https: bool = True
    """False: plain http."""
    username: str = ""
    token: str = ""
    """An access token, or a private ssh key: then clones go over ssh."""

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid

    def __repr__(self) -> str:
        """Leave the token out."""
        return f"<GitProviderAccount {self.username} at {self.domain}>"


class ImageRegistryAccount(Struct, frozen=True, kw_only=True):
    """An account at an image registry. For administrators' eyes."""

    oid: Oid | UnsetType = field(name="_id", default=UNSET)
    domain: str = "docker.io"
    username: str = ""
    token: str = ""

    @property
    def id(self) -> str:
        """The id, 24 hex digits; empty for a document that is not stored yet."""
        return "" if self.oid is UNSET else self.oid.oid

    def __repr__(self) -> str:
        """Leave the token out."""
        return f"<ImageRegistryAccount {self.username} at {self.domain}>"


class ProviderAccount(Struct, frozen=True, kw_only=True):
    """An account that can be chosen. Its token is not told."""

    username: Annotated[str, accepts("account")]


class GitProvider(Struct, frozen=True, kw_only=True):
    """A git provider, and the accounts that Core's settings have for it."""

    domain: str = "github.com"
    https: bool = True
    accounts: Annotated[tuple[ProviderAccount, ...], accepts("account")] = ()


class ImageRegistry(Struct, frozen=True, kw_only=True):
    """An image registry, and the accounts that Core's settings have for it."""

    domain: str = "docker.io"
    accounts: Annotated[tuple[ProviderAccount, ...], accepts("account")] = ()
    organizations: Annotated[tuple[str, ...], accepts("organization")] = ()
    """Under which images are pushed."""


GitAccountPartial = Annotated[Partial, PartialOf(GitProviderAccount)]
RegistryAccountPartial = Annotated[Partial, PartialOf(ImageRegistryAccount)]


class ListGitProvidersFromConfig(Read[tuple[GitProvider, ...]], frozen=True, kw_only=True):
    """The git providers of Core's settings, and those that builds and repos you may read use, by domain.

    `target` is a Server or Builder; 400 for another kind.
    """

    target: ResourceTarget | None = None


class ListImageRegistriesFromConfig(Read[tuple[ImageRegistry, ...]], frozen=True, kw_only=True):
    """The image registries of Core's settings, and those that builds you may read push to, by domain.

    `target` is a Server or Builder; 400 for another kind.
    """

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerRegistriesFromConfig",)

    target: ResourceTarget | None = None


class GetGitProviderAccount(Read[GitProviderAccount], frozen=True, kw_only=True):
    """A git account with its token. 404 if there is none. Administrators only."""

    id: str


class ListGitProviderAccounts(Read[tuple[GitProviderAccount, ...]], frozen=True, kw_only=True):
    """The git accounts with their tokens, by domain and username. Administrators only."""

    domain: str | None = None
    username: str | None = None


class CreateGitProviderAccount(Write[GitProviderAccount], frozen=True, kw_only=True):
    """Stores a git account. 409 if there is one of this name at the domain. Administrators only."""

    account: GitAccountPartial


class UpdateGitProviderAccount(Write[GitProviderAccount], frozen=True, kw_only=True):
    """Changes what is given of a git account. 404 if there is none. Administrators only."""

    id: str
    account: GitAccountPartial


class DeleteGitProviderAccount(Write[GitProviderAccount], frozen=True, kw_only=True):
    """Deletes a git account. 404 if there is none. Administrators only."""

    id: str


class GetImageRegistryAccount(Read[ImageRegistryAccount], frozen=True, kw_only=True):
    """A registry account with its token. 404 if there is none. Administrators only."""

    aliases: ClassVar[tuple[str, ...]] = ("GetDockerRegistryAccount",)

    id: str


class ListImageRegistryAccounts(Read[tuple[ImageRegistryAccount, ...]], frozen=True, kw_only=True):
    """The registry accounts with their tokens, by domain and username. Administrators only."""

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerRegistryAccounts",)

    domain: str | None = None
    username: str | None = None


class CreateImageRegistryAccount(Write[ImageRegistryAccount], frozen=True, kw_only=True):
    """Stores a registry account. 409 if there is one of this name at the domain. Administrators only."""

    aliases: ClassVar[tuple[str, ...]] = ("CreateDockerRegistryAccount",)

    account: RegistryAccountPartial


class UpdateImageRegistryAccount(Write[ImageRegistryAccount], frozen=True, kw_only=True):
    """Changes what is given of a registry account. 404 if there is none. Administrators only."""

    aliases: ClassVar[tuple[str, ...]] = ("UpdateDockerRegistryAccount",)

    id: str
    account: RegistryAccountPartial


class DeleteImageRegistryAccount(Write[ImageRegistryAccount], frozen=True, kw_only=True):
    """Deletes a registry account. 404 if there is none. Administrators only."""

    aliases: ClassVar[tuple[str, ...]] = ("DeleteDockerRegistryAccount",)

    id: str


REQUESTS = (
    ListGitProvidersFromConfig,
    ListImageRegistriesFromConfig,
    GetGitProviderAccount,
    ListGitProviderAccounts,
    CreateGitProviderAccount,
    UpdateGitProviderAccount,
    DeleteGitProviderAccount,
    GetImageRegistryAccount,
    ListImageRegistryAccounts,
    CreateImageRegistryAccount,
    UpdateImageRegistryAccount,
    DeleteImageRegistryAccount,
)
