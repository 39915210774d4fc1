"""Every request that Core answers, listed once, and the names of those it does not answer yet."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from monitor.api import (
    activity,
    alert,
    build,
    builder,
    container,
    core_info,
    deployment,
    docker_objects,
    login,
    meta,
    onboarding,
    provider,
    repo,
    server,
    stats,
    tag,
    toml_export,
    user,
    variable,
)
from monitor.api.base import Request
from monitor.api.build import BUILD
from monitor.api.builder import BUILDER
from monitor.api.deployment import DEPLOYMENT
from monitor.api.kind import Kind
from monitor.api.not_built import NOT_BUILT
from monitor.api.repo import REPO
from monitor.api.server import SERVER

__all__ = [
    "BY_NAME",
    "GROUPS",
    "KINDS",
    "NOT_BUILT",
    "REQUESTS",
    "is_planned",
    "names_of",
]

AnyRequest = type[Request[Any]]

GROUPS = ("auth/login", "auth/manage", "read", "write", "execute")
"""The paths under which requests are posted."""

KINDS: tuple[Kind, ...] = (SERVER, DEPLOYMENT, BUILD, REPO, BUILDER)
"""The kinds of resource that are built."""

REQUESTS: tuple[AnyRequest, ...] = (
    *core_info.REQUESTS,
    *login.REQUESTS,
    *user.REQUESTS,
    *onboarding.REQUESTS,
    *tag.REQUESTS,
    *variable.REQUESTS,
    *provider.REQUESTS,
    *meta.REQUESTS,
    *activity.REQUESTS,
    *alert.REQUESTS,
    *toml_export.REQUESTS,
    *server.REQUESTS,
    *stats.REQUESTS,
    *container.REQUESTS,
    *docker_objects.REQUESTS,
    *deployment.REQUESTS,
    *build.REQUESTS,
    *repo.REQUESTS,
    *builder.REQUESTS,
)
"""Every request that is built, in the order of the documentation."""


def _by_name() -> dict[tuple[str, str], AnyRequest]:
    named = ((request.group, name, request) for request in REQUESTS for name in names_of(request))
    return {(group, name): request for group, name, request in named}


def names_of(request: AnyRequest) -> tuple[str, ...]:
    """The names under which a request is accepted, its own first."""
    return (request.__name__, *request.aliases)


BY_NAME: Mapping[tuple[str, str], AnyRequest] = MappingProxyType(_by_name())
"""The built requests by group and name, older names included."""


def is_planned(group: str, name: str) -> bool:
    """Whether the contract has such a request and Core does not answer it yet."""
    return name in NOT_BUILT.get(group, ())
