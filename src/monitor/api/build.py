"""Builds: source that becomes images, each under a version of its own."""

from enum import StrEnum
from typing import Annotated, Any, ClassVar

from msgspec import Struct, field

from monitor.api.base import BatchExecute, Execute, Read, Target, Write
from monitor.api.kind import Kind
from monitor.api.marks import (
    Count,
    Environment,
    Labels,
    Lines,
    OrOne,
    Partial,
    PartialOf,
    Text,
    accepts,
)
from monitor.api.resource import Resource, ResourceListItem, ResourceQuery
from monitor.api.target import ResourceKind
from monitor.api.update import Update
from monitor.api.values import NoData, SystemCommand, Version


class ImageRegistryConfig(Struct, frozen=True, kw_only=True):
    """Where an image is pushed to, and by which account."""

    domain: str = ""
    """Such as `docker.io` or `ghcr.io`. Empty: the image stays on the builder."""
    account: str = ""
    """The account's name; without an organization it comes before the image's name."""
    organization: str = ""
    """Comes before the image's name in place of the account."""


class BuildConfig(Struct, frozen=True, kw_only=True):
    """What users set of a build."""

    builder_id: Annotated[str, accepts("builder")] = ""
    """Where it is built. Names are accepted; ids are kept."""
    version: Version = Version()
    """The version of the newest image; 0.0.0 before the first."""
    auto_increment_version: bool = True
    """Each build that succeeds raises the patch number by one."""
    image_name: str = ""
    """The image's name, where it is not to be the build's."""
    image_tag: str = ""
    """Follows each tag after a hyphen, and is a tag by itself."""
    include_latest_tag: bool = True
    """Tag it `latest`."""
    include_version_tags: bool = True
    """Tag it with the version: `1.2.3`, `1.2` and `1`."""
    include_commit_tag: bool = True
    """Tag it with the first characters of the commit's hash."""
    links: Lines = ()
    """URLs shown on the build's page."""
    linked_repo: str = ""
    """The repo whose clone is the source, in place of the git fields below. Names are accepted; ids are kept."""
    git_provider: str = "github.com"
    """Host, with port where it needs one."""
    git_https: bool = True
    """False for plain http."""
    git_account: str = ""
    """The account that clones; empty for none."""
    repo: str = ""
    """`owner/name`."""
    branch: str = "main"
    commit: str = ""
    """Build this commit in place of the branch's newest."""
    webhook_enabled: bool = True
    """A push to the branch starts a build."""
    webhook_secret: str = ""
    """Empty for Core's own."""
    files_on_host: bool = False
    """The source lies on the builder's host, below `build_path`."""
    build_path: str = "."
    """The folder that is built, relative to the source's."""
    dockerfile_path: str = "Dockerfile"
    """Relative to `build_path`."""
    image_registry: Annotated[tuple[ImageRegistryConfig, ...], OrOne()] = ()
    """Where the image is pushed to; nowhere without any."""
    skip_secret_interp: bool = False
    """Take `[[NAME]]` in the config as it stands."""
    use_buildx: bool = False
    """Build by `docker buildx`."""
    extra_args: Lines = ()
    """Further arguments of `docker build`."""
    pre_build: SystemCommand = SystemCommand()
    """Runs in the source before the build."""
    dockerfile: Text = ""
    """The Dockerfile's text, for a build without other source."""
    build_args: Environment = ""
    """Values that the Dockerfile's `ARG`s get. They can be read from the image."""
    secret_args: Environment = ""
    """Values for `RUN --mount=type=secret,id=NAME`. They leave no trace in the image."""
    labels: Labels = ""


class BuildInfo(Struct, frozen=True, kw_only=True):
    """What Monitor keeps about a build."""

    last_built_at: int = 0
    """Unix milliseconds; 0 before the first."""
    built_hash: str | None = None
    """The commit that the newest image was built from, shortened."""
    built_message: str | None = None
    built_contents: str | None = None
    """The Dockerfile then."""
    remote_path: str | None = None
    """Where the Dockerfile was last read."""
    remote_contents: str | None = None
    """What it was."""
    remote_error: str | None = None
    """Why it could not be read."""
    latest_hash: str | None = None
    """The newest commit of the branch, shortened."""
    latest_message: str | None = None


class BuildState(StrEnum):
    """How a build's newest run went."""

    BUILDING = "Building"
    OK = "Ok"
    """Also before the first."""
    FAILED = "Failed"
    UNKNOWN = "Unknown"


class BuildListItemInfo(Struct, frozen=True, kw_only=True):
    """A build's state as lists show it."""

    state: BuildState
    last_built_at: int
    version: Version
    builder_id: str
    files_on_host: bool
    dockerfile_contents: bool
    """Whether its source is a Dockerfile's text."""
    linked_repo: str
    linked_repo_name: str = ""
    git_provider: str
    repo: str
    branch: str
    repo_link: str
    """The repository in a browser; empty without one."""
    built_hash: str | None = None
    latest_hash: str | None = None
    image_registry_domain: str | None = None
    # Ours from here on; published clients ignore them.
    busy: str | None = None
    """The operation that runs on the build now."""
    busy_update: str | None = None
    """The id of that operation's Update."""
    builder_name: str = ""


class BuildActionState(Struct, frozen=True, kw_only=True):
    """Which operations run on a build now."""

    building: bool


class BuildQuerySpecifics(Struct, frozen=True, kw_only=True):
    """By what builds alone can be filtered. An empty list filters nothing."""

    builder_ids: tuple[str, ...] = ()
    repos: tuple[str, ...] = ()
    """`owner/name`."""
    linked_repos: tuple[str, ...] = ()
    built_since: int = 0
    """Unix milliseconds; 0 filters nothing."""
    states: tuple[BuildState, ...] = ()


class BuildSortBy(StrEnum):
    """By what a list of builds is sorted."""

    NAME = "Name"
    SOURCE = "Source"
    STATE = "State"


class GetBuildsSummaryResponse(Struct, frozen=True, kw_only=True):
    """How many builds there are, by state."""

    total: int
    ok: int
    failed: int
    building: int
    unknown: int


class BuildStatsDay(Struct, frozen=True, kw_only=True):
    """What was built on one day."""

    time: float
    """Hours."""
    count: float
    ts: float
    """The day's beginning in UTC, unix milliseconds."""


class GetBuildMonthlyStatsResponse(Struct, frozen=True, kw_only=True):
    """What was built on 30 days, the earliest first."""

    total_time: float
    """Hours."""
    total_count: float
    days: tuple[BuildStatsDay, ...]


class BuildVersionResponseItem(Struct, frozen=True, kw_only=True):
    """A version that was built."""

    version: Version
    ts: int
    """When its build began, unix milliseconds."""
    # Ours from here on; published clients ignore them.
    commit_hash: str | None = None
    update_id: str = ""
    """The Update of the build."""


class GetBuildsSummary(Read[GetBuildsSummaryResponse], frozen=True, kw_only=True):
    """How many builds you may read there are, by state."""


Build = Resource[BuildConfig, BuildInfo]


class GetBuild(Read[Build], frozen=True, kw_only=True):
    """One build. 404 if there is none, or none you may see."""

    build: Target


class GetBuildActionState(Read[BuildActionState], frozen=True, kw_only=True):
    """Which operations run on a build now."""

    build: Target


class GetBuildMonthlyStats(Read[GetBuildMonthlyStatsResponse], frozen=True, kw_only=True):
    """How many of the builds you may read ran on each of 30 days, and how long."""

    page: Count = 0
    """0 is the 30 days until today, 1 the 30 before, and so on."""


class ListBuildVersions(Read[tuple[BuildVersionResponseItem, ...]], frozen=True, kw_only=True):
    """The versions that a build has made, newest first."""

    aliases: ClassVar[tuple[str, ...]] = ("GetBuildVersions",)

    build: Target
    major: int | None = None
    minor: int | None = None
    patch: int | None = None
    limit: Count | None = None
    """At most so many; 0 and null are all."""


BuildListItem = ResourceListItem[BuildListItemInfo]


BuildQuery = ResourceQuery[BuildQuerySpecifics]


class ListBuilds(Read[tuple[BuildListItem, ...]], frozen=True, kw_only=True):
    """Builds you may read."""

    query: BuildQuery = BuildQuery()
    page: Count = 0
    """From 0."""
    limit: Count | None = None
    """Builds a page; 0, and null by default, is all."""
    sort_by: BuildSortBy = BuildSortBy.NAME
    sort_desc: bool = False


class ListFullBuilds(Read[tuple[Build, ...]], frozen=True, kw_only=True):
    """Builds you may read, with their whole config, by name."""

    query: BuildQuery = BuildQuery()
    page: Count = 0
    limit: Count | None = None


class ListCommonBuildExtraArgs(Read[tuple[str, ...]], frozen=True, kw_only=True):
    """The extra arguments that your builds use, each once, sorted."""

    query: BuildQuery = BuildQuery()


class CreateBuild(Write[Build], frozen=True, kw_only=True):
    """Creates a build; nothing is built yet. 403 without the right to create builds, 409 if the name is taken."""

    name: str
    config: Annotated[Partial, PartialOf(BuildConfig)] = field(default_factory=dict[str, Any])


class CopyBuild(Write[Build], frozen=True, kw_only=True):
    """Creates a build with another one's config, from version 0.0.0 on. 409 if the name is taken."""

    name: str
    id: str


class DeleteBuild(Write[Build], frozen=True, kw_only=True):
    """Deletes a build, and answers what it was. Its images stay. 409 if it is busy."""

    id: str


class UpdateBuild(Write[Build], frozen=True, kw_only=True):
    """Changes a build's config. 409 if it is busy."""

    id: str
    config: Annotated[Partial, PartialOf(BuildConfig)]


class RenameBuild(Write[Update], frozen=True, kw_only=True):
    """Renames a build; later images have the new name. 409 if the name is taken."""

    id: str
    name: str


class WriteBuildFileContents(Write[Update], frozen=True, kw_only=True):
    """Writes a build's Dockerfile where it lies: on the builder's host, or as a commit that is pushed to its branch.

    400 for a build whose Dockerfile is part of its config.
    """

    build: Target
    contents: str


class RefreshBuildCache(Write[NoData], frozen=True, kw_only=True):
    """Reads a build's Dockerfile and its branch's newest commit again. Needs Execute."""

    build: Target


class RunBuild(Execute, frozen=True, kw_only=True):
    """Builds an image, pushes it, and deploys the deployments that follow the build.

    The version goes up only if the build succeeds. 409 while the build runs already.
    """

    build: str


class BatchRunBuild(BatchExecute, frozen=True, kw_only=True):
    """Runs every matching build."""


class CancelBuild(Execute, frozen=True, kw_only=True):
    """Ends a build that runs. 409 if it does not run. The answered Update is complete at once."""

    build: str


REQUESTS = (
    GetBuildsSummary,
    GetBuild,
    GetBuildActionState,
    GetBuildMonthlyStats,
    ListBuildVersions,
    ListBuilds,
    ListFullBuilds,
    ListCommonBuildExtraArgs,
    CreateBuild,
    CopyBuild,
    DeleteBuild,
    UpdateBuild,
    RenameBuild,
    WriteBuildFileContents,
    RefreshBuildCache,
    RunBuild,
    BatchRunBuild,
    CancelBuild,
)

BUILD = Kind(
    name=ResourceKind.BUILD,
    resource=Build,
    config=BuildConfig,
    info=BuildInfo,
    list_item=BuildListItem,
    list_info=BuildListItemInfo,
    query=BuildQuery,
    specifics=BuildQuerySpecifics,
    sort_by=BuildSortBy,
    action_state=BuildActionState,
    requests=REQUESTS,
)
