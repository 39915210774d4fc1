"""Looks up accounts at git providers and image registries: stored ones first, then those of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.core import documents
from monitor.core.errors import invalid
from monitor.link.jobs import RegistryLogin

if TYPE_CHECKING:
    from monitor.core.context import Services

DOCKER_HUB = "docker.io"
_HUB_NAMES = frozenset(
    {"", DOCKER_HUB, "index.docker.io", "index.docker.io/v1", "registry-1.docker.io"}
)


class GitAccess(Struct, frozen=True, kw_only=True):
    """How to get at a git provider. A token that is a private key is a deploy key, for ssh."""

    https: bool
    username: str
    token: str

    def __repr__(self) -> str:
        """Leave the token out."""
        return f"<GitAccess {self.username}>"


def git_account(app: Services, provider: str, username: str) -> GitAccess | None:
    """The account of this name at the provider; None if there is none, or no name is given."""
    if not username:
        return None
    domain = git_domain(provider)
    for account in app.memory.table(documents.GIT_ACCOUNTS).values():
        if (git_domain(account.domain), account.username) == (domain, username):
            return GitAccess(https=account.https, username=username, token=account.token)
    for known in app.settings.git_providers:
        for one in known.accounts:
            if (git_domain(known.domain), one.username) == (domain, username):
                return GitAccess(https=known.https, username=username, token=one.token)
    return None


def registry_account(app: Services, domain: str, username: str) -> RegistryLogin | None:
    """The log-in of this name at the registry; None if there is none, or no name is given."""
    if not username:
        return None
    wanted = registry_domain(domain)
    for account in app.memory.table(documents.REGISTRY_ACCOUNTS).values():
        if (registry_domain(account.domain), account.username) == (wanted, username):
            return RegistryLogin(domain=wanted, username=username, token=account.token)
    for known in app.settings.image_registries:
        for one in known.accounts:
            if (registry_domain(known.domain), one.username) == (wanted, username):
                return RegistryLogin(domain=wanted, username=username, token=one.token)
    return None


def login_for(app: Services, image: str, username: str) -> RegistryLogin | None:
    """The log-in of this name at the registry that an image is from; None without a name. Raises 400."""
    domain = registry_of(image)
    login = registry_account(app, domain, username)
    if login is None and username:
        raise invalid(f"There is no account {username} at the registry {domain}")
    return login


def git_domain(domain: str) -> str:
    """A provider as it is compared: lower case, without scheme and slash."""
    return _host(domain)


def registry_domain(domain: str) -> str:
    """A registry as it is compared and logged in to; Docker Hub has several names and none."""
    host = _host(domain)
    return DOCKER_HUB if host in _HUB_NAMES else host


def registry_of(image: str) -> str:
    """The registry that an image's name says it is from."""
    first, slash, _ = image.partition("/")
    named = bool(slash) and ("." in first or ":" in first or first == "localhost")
    return registry_domain(first if named else "")


def _host(domain: str) -> str:
    text = domain.strip().lower()
    return text.removeprefix("https://").removeprefix("http://").strip("/")
