"""What a request, a permission or an Update is about: one resource by kind and id, or the system."""

from enum import StrEnum

from msgspec import Struct


class ResourceKind(StrEnum):
    """The kinds of resource, by their names on the wire. `System` stands for Monitor itself."""

    SYSTEM = "System"
    SWARM = "Swarm"
    SERVER = "Server"
    STACK = "Stack"
    DEPLOYMENT = "Deployment"
    BUILD = "Build"
    REPO = "Repo"
    PROCEDURE = "Procedure"
    ACTION = "Action"
    BUILDER = "Builder"
    ALERTER = "Alerter"
    RESOURCE_SYNC = "ResourceSync"


class ResourceTarget(Struct, frozen=True):
    """One resource: its kind and its id (24 hex digits; `system` for the kind System)."""

    type: ResourceKind
    id: str


SYSTEM = ResourceTarget(ResourceKind.SYSTEM, "system")
