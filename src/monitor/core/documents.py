"""The collections of Core, one line each: what is stored, what is unique, what is encrypted."""

from collections.abc import Mapping
from typing import Any

from monitor.api.build import Build
from monitor.api.builder import Builder
from monitor.api.deployment import Deployment
from monitor.api.onboarding import OnboardingKey
from monitor.api.provider import GitProviderAccount, ImageRegistryAccount
from monitor.api.repo import Repo
from monitor.api.server import Server
from monitor.api.tag import Tag
from monitor.api.target import ResourceKind
from monitor.api.user import Permission, User, UserGroup
from monitor.api.variable import Variable
from monitor.core.store.protocol import CollectionSpec

SERVERS = CollectionSpec("servers", Server, unique=("name",), secret=("config.passkey",))
DEPLOYMENTS = CollectionSpec(
    "deployments", Deployment, unique=("name",), secret=("config.environment",)
)
BUILDS = CollectionSpec(
    "builds",
    Build,
    unique=("name",),
    secret=(
        "config.webhook_secret",
        "config.build_args",
        "config.secret_args",
    ),
)
REPOS = CollectionSpec(
    "repos", Repo, unique=("name",), secret=("config.webhook_secret", "config.environment")
)
BUILDERS = CollectionSpec("builders", Builder, unique=("name",), secret=("config.params.passkey",))
TAGS = CollectionSpec("tags", Tag, unique=("name",))
USERS = CollectionSpec("users", User, unique=("username",), secret=("totp.secret",))
GROUPS = CollectionSpec("groups", UserGroup, unique=("name",))
PERMISSIONS = CollectionSpec(
    "permissions", Permission, unique=(("user_target.id", "resource_target.id"),)
)

ONBOARDING_KEYS = CollectionSpec("onboarding_keys", OnboardingKey, unique=("public_key",))
VARIABLES = CollectionSpec("variables", Variable, unique=("name",), secret=("value",))
GIT_ACCOUNTS = CollectionSpec(
    "git_accounts", GitProviderAccount, unique=(("domain", "username"),), secret=("token",)
)
REGISTRY_ACCOUNTS = CollectionSpec(
    "registry_accounts", ImageRegistryAccount, unique=(("domain", "username"),), secret=("token",)
)

BY_KIND: Mapping[ResourceKind, CollectionSpec[Any]] = {
    ResourceKind.SERVER: SERVERS,
    ResourceKind.DEPLOYMENT: DEPLOYMENTS,
    ResourceKind.BUILD: BUILDS,
    ResourceKind.REPO: REPOS,
    ResourceKind.BUILDER: BUILDERS,
}
"""Where the resources of each kind are."""

IN_MEMORY = (
    *BY_KIND.values(),
    TAGS,
    USERS,
    GROUPS,
    PERMISSIONS,
    ONBOARDING_KEYS,
    VARIABLES,
    GIT_ACCOUNTS,
    REGISTRY_ACCOUNTS,
)
"""What is read from memory alone."""
