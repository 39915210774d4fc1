"""Builders: where builds are built. Servers, an agent at an address, or machines made for one build."""

from enum import StrEnum
from typing import Annotated, Any

from msgspec import Struct, field

from monitor.api.base import Read, Target, Write
from monitor.api.kind import Kind
from monitor.api.marks import Count, Lines, Partial, PartialOf, accepts
from monitor.api.provider import GitProvider, ImageRegistry
from monitor.api.resource import Resource, ResourceListItem, ResourceQuery
from monitor.api.target import ResourceKind
from monitor.api.update import Update


class UrlBuilderConfig(Struct, frozen=True, kw_only=True):
    """An agent that Core dials for the time of a build."""

    address: str = "https://periphery:8120"
    """`host:port`, or an http, https, ws or wss URL."""
    periphery_public_key: str = ""
    """The key that the agent must prove to have."""
    insecure_tls: bool = True
    """Take any TLS certificate of the agent; the link is sealed by itself."""
    passkey: str = ""
    """Of no use any more; kept so that configs of older clients stay whole."""


class ServerBuilderConfig(Struct, frozen=True, kw_only=True):
    """Servers that build. Of several, the reachable one that builds least builds next."""

    server_ids: Annotated[Lines, accepts("server_id", "server", "servers")] = ()
    """Names are accepted; ids are kept."""


class AwsBuilderConfig(Struct, frozen=True, kw_only=True):
    """A machine made for one build. Kept and answered; builds on it are refused for now."""

    region: str = "us-east-1"
    instance_type: str = "c5.2xlarge"
    volume_gb: Count = 20
    ami_id: str = ""
    subnet_id: str = ""
    key_pair_name: str = ""
    assign_public_ip: bool = False
    use_public_ip: bool = False
    security_group_ids: Lines = ()
    user_data: str = ""
    port: Count = 8120
    use_https: bool = True
    periphery_public_key: str = ""
    insecure_tls: bool = True
    git_providers: tuple[GitProvider, ...] = ()
    image_registries: tuple[ImageRegistry, ...] = ()
    secrets: Lines = ()
    """Names of secrets that the machine's agent has."""


class BuilderConfigUrl(Struct, frozen=True, tag_field="type", tag="Url"):
    """An agent at an address."""

    params: UrlBuilderConfig = UrlBuilderConfig()


class BuilderConfigServer(Struct, frozen=True, tag_field="type", tag="Server"):
    """One server or several."""

    params: ServerBuilderConfig = ServerBuilderConfig()


class BuilderConfigAws(Struct, frozen=True, tag_field="type", tag="Aws"):
    """A machine made for one build."""

    params: AwsBuilderConfig = AwsBuilderConfig()


BuilderConfig = BuilderConfigUrl | BuilderConfigServer | BuilderConfigAws


class BuilderListItemInfo(Struct, frozen=True, kw_only=True):
    """What a builder is, as lists show it."""

    builder_type: str
    """`Url`, `Server` or `Aws`."""
    instance_type: str | None = None
    """The address, the first server's id, or the machine's type."""


class BuilderQuerySpecifics(Struct, frozen=True, kw_only=True):
    """By what builders alone can be filtered: nothing."""


class BuilderSortBy(StrEnum):
    """By what a list of builders is sorted."""

    NAME = "Name"
    PROVIDER = "Provider"
    INSTANCE_TYPE = "InstanceType"


class GetBuildersSummaryResponse(Struct, frozen=True, kw_only=True):
    """How many builders there are."""

    total: int


class GetBuildersSummary(Read[GetBuildersSummaryResponse], frozen=True, kw_only=True):
    """How many builders you may read there are."""


Builder = Resource[BuilderConfig, None]


class GetBuilder(Read[Builder], frozen=True, kw_only=True):
    """One builder. 404 if there is none, or none you may see."""

    builder: Target


BuilderListItem = ResourceListItem[BuilderListItemInfo]


BuilderQuery = ResourceQuery[BuilderQuerySpecifics]


class ListBuilders(Read[tuple[BuilderListItem, ...]], frozen=True, kw_only=True):
    """Builders you may read."""

    query: BuilderQuery = BuilderQuery()
    page: Count = 0
    """From 0."""
    limit: Count | None = None
    """Builders a page; 0, and null by default, is all."""
    sort_by: BuilderSortBy = BuilderSortBy.NAME
    sort_desc: bool = False


class ListFullBuilders(Read[tuple[Builder, ...]], frozen=True, kw_only=True):
    """Builders you may read, with their whole config, by name."""

    query: BuilderQuery = BuilderQuery()
    page: Count = 0
    limit: Count | None = None


class CreateBuilder(Write[Builder], frozen=True, kw_only=True):
    """Creates a builder; without a config one of no servers. Administrators only. 409 if the name is taken."""

    name: str
    config: Annotated[Partial, PartialOf(BuilderConfig)] = field(default_factory=dict[str, Any])


class CopyBuilder(Write[Builder], frozen=True, kw_only=True):
    """Creates a builder with another one's config. Needs Write on that one. 409 if the name is taken."""

    name: str
    id: str


class DeleteBuilder(Write[Builder], frozen=True, kw_only=True):
    """Deletes a builder, and answers what it was. Builds and repos that used it stay, without one."""

    id: str


class UpdateBuilder(Write[Builder], frozen=True, kw_only=True):
    """Changes a builder's config. Another type starts from that type's defaults."""

    id: str
    config: Annotated[Partial, PartialOf(BuilderConfig)]


class RenameBuilder(Write[Update], frozen=True, kw_only=True):
    """Renames a builder. 409 if the name is taken."""

    id: str
    name: str


REQUESTS = (
    GetBuildersSummary,
    GetBuilder,
    ListBuilders,
    ListFullBuilders,
    CreateBuilder,
    CopyBuilder,
    DeleteBuilder,
    UpdateBuilder,
    RenameBuilder,
)

BUILDER = Kind(
    name=ResourceKind.BUILDER,
    resource=Builder,
    config=BuilderConfig,
    info=type(None),
    list_item=BuilderListItem,
    list_info=BuilderListItemInfo,
    query=BuilderQuery,
    specifics=BuilderQuerySpecifics,
    sort_by=BuilderSortBy,
    action_state=None,
    requests=REQUESTS,
)
