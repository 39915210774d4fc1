"""Repos: git repositories cloned to a server, and kept there for what uses them."""

from enum import StrEnum
from typing import Annotated, Any

from msgspec import Struct, field

from monitor.api.base import BatchExecute, Execute, Read, Target, Write
from monitor.api.kind import Kind
from monitor.api.marks import Count, Environment, Lines, Partial, PartialOf, accepts
from monitor.api.resource import Resource, ResourceListItem, ResourceQuery
from monitor.api.target import ResourceKind
from monitor.api.update import Update
from monitor.api.values import NoData, SystemCommand


class RepoConfig(Struct, frozen=True, kw_only=True):
    """What users set of a repo."""

    server_id: Annotated[str, accepts("server")] = ""
    """Where it is cloned to. Names are accepted, here and for the builder; ids are kept."""
    builder_id: Annotated[str, accepts("builder")] = ""
    """Where BuildRepo runs."""
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
    """Check out this commit in place of the branch's newest."""
    path: str = ""
    """The clone's folder: absolute, or relative to the agent's repos. Empty for the repo's name."""
    webhook_enabled: bool = True
    """A push to the branch may clone, pull or build."""
    webhook_secret: str = ""
    """Empty for Core's own."""
    on_clone: SystemCommand = SystemCommand()
    """Runs in the clone after it was made."""
    on_pull: SystemCommand = SystemCommand()
    """Runs in the clone after each pull, and after it was made."""
    links: Lines = ()
    """URLs shown on the repo's page."""
    environment: Environment = ""
    """Written to a file in the clone."""
    env_file_path: str = ".env"
    """That file, relative to the clone."""
    skip_secret_interp: bool = False
    """Take `[[NAME]]` in the config as it stands."""


class RepoInfo(Struct, frozen=True, kw_only=True):
    """What Monitor keeps about a repo."""

    last_pulled_at: int = 0
    """Unix milliseconds; 0 before the first."""
    last_built_at: int = 0
    built_hash: str | None = None
    """The commit of the newest BuildRepo, shortened."""
    built_message: str | None = None
    latest_hash: str | None = None
    """The newest commit of the branch, shortened."""
    latest_message: str | None = None
    # Ours from here on; published clients ignore them.
    cloned_hash: str | None = None
    """The commit that is checked out on the server, shortened."""
    cloned_message: str | None = None


class RepoState(StrEnum):
    """How a repo's newest run went."""

    CLONING = "Cloning"
    PULLING = "Pulling"
    BUILDING = "Building"
    OK = "Ok"
    """Also before the first."""
    FAILED = "Failed"
    UNKNOWN = "Unknown"


class RepoListItemInfo(Struct, frozen=True, kw_only=True):
    """A repo's state as lists show it."""

    server_id: str
    server_name: str = ""
    builder_id: str
    last_pulled_at: int
    last_built_at: int
    git_provider: str
    repo: str
    branch: str
    repo_link: str
    """The repository in a browser; empty without one."""
    state: RepoState
    cloned_hash: str | None = None
    cloned_message: str | None = None
    built_hash: str | None = None
    latest_hash: str | None = None
    # Ours from here on; published clients ignore them.
    busy: str | None = None
    """The operation that runs on the repo now."""
    busy_update: str | None = None
    """The id of that operation's Update."""
    builder_name: str = ""


class RepoActionState(Struct, frozen=True, kw_only=True):
    """Which operations run on a repo now."""

    cloning: bool
    pulling: bool
    building: bool
    renaming: bool


class RepoQuerySpecifics(Struct, frozen=True, kw_only=True):
    """By what repos alone can be filtered. An empty list filters nothing."""

    repos: tuple[str, ...] = ()
    """`owner/name`."""
    server_ids: tuple[str, ...] = ()
    states: tuple[RepoState, ...] = ()


class RepoSortBy(StrEnum):
    """By what a list of repos is sorted."""

    NAME = "Name"
    REPO = "Repo"
    BRANCH = "Branch"
    STATE = "State"


class GetReposSummaryResponse(Struct, frozen=True, kw_only=True):
    """How many repos there are, by state."""

    total: int
    ok: int
    cloning: int
    pulling: int
    building: int
    failed: int
    unknown: int


class GetReposSummary(Read[GetReposSummaryResponse], frozen=True, kw_only=True):
    """How many repos you may read there are, by state."""


Repo = Resource[RepoConfig, RepoInfo]


class GetRepo(Read[Repo], frozen=True, kw_only=True):
    """One repo. 404 if there is none, or none you may see."""

    repo: Target


class GetRepoActionState(Read[RepoActionState], frozen=True, kw_only=True):
    """Which operations run on a repo now."""

    repo: Target


RepoListItem = ResourceListItem[RepoListItemInfo]


RepoQuery = ResourceQuery[RepoQuerySpecifics]


class ListRepos(Read[tuple[RepoListItem, ...]], frozen=True, kw_only=True):
    """Repos you may read."""

    query: RepoQuery = RepoQuery()
    page: Count = 0
    """From 0."""
    limit: Count | None = None
    """Repos a page; 0, and null by default, is all."""
    sort_by: RepoSortBy = RepoSortBy.NAME
    sort_desc: bool = False


class ListFullRepos(Read[tuple[Repo, ...]], frozen=True, kw_only=True):
    """Repos you may read, with their whole config, by name."""

    query: RepoQuery = RepoQuery()
    page: Count = 0
    limit: Count | None = None


class CreateRepo(Write[Repo], frozen=True, kw_only=True):
    """Creates a repo; nothing is cloned yet. 409 if the name is taken."""

    name: str
    config: Annotated[Partial, PartialOf(RepoConfig)] = field(default_factory=dict[str, Any])


class CopyRepo(Write[Repo], frozen=True, kw_only=True):
    """Creates a repo with another one's config. 409 if the name is taken."""

    name: str
    id: str


class DeleteRepo(Write[Repo], frozen=True, kw_only=True):
    """Removes the clone from its server, then deletes the repo, and answers what it was. 409 if it is busy."""

    id: str


class UpdateRepo(Write[Repo], frozen=True, kw_only=True):
    """Changes a repo's config; the clone changes with the next clone or pull. 409 if it is busy."""

    id: str
    config: Annotated[Partial, PartialOf(RepoConfig)]


class RenameRepo(Write[Update], frozen=True, kw_only=True):
    """Renames a repo, and its clone's folder unless that has a path of its own. 409 if the name is taken."""

    id: str
    name: str


class RefreshRepoCache(Write[NoData], frozen=True, kw_only=True):
    """Reads the newest commit of a repo's branch again. Needs Execute."""

    repo: Target


class CloneRepo(Execute, frozen=True, kw_only=True):
    """Clones a repo to its server anew."""

    repo: str


class BatchCloneRepo(BatchExecute, frozen=True, kw_only=True):
    """Clones every matching repo."""


class PullRepo(Execute, frozen=True, kw_only=True):
    """Brings a repo's clone up to its branch, or makes it where it is not there yet."""

    repo: str


class BatchPullRepo(BatchExecute, frozen=True, kw_only=True):
    """Pulls every matching repo."""


class BuildRepo(Execute, frozen=True, kw_only=True):
    """Clones or pulls a repo on its builder, and runs its commands there."""

    repo: str


class BatchBuildRepo(BatchExecute, frozen=True, kw_only=True):
    """Builds every matching repo."""


class CancelRepoBuild(Execute, frozen=True, kw_only=True):
    """Ends a BuildRepo that runs. 409 if none does. The answered Update is complete at once."""

    repo: str


REQUESTS = (
    GetReposSummary,
    GetRepo,
    GetRepoActionState,
    ListRepos,
    ListFullRepos,
    CreateRepo,
    CopyRepo,
    DeleteRepo,
    UpdateRepo,
    RenameRepo,
    RefreshRepoCache,
    CloneRepo,
    BatchCloneRepo,
    PullRepo,
    BatchPullRepo,
    BuildRepo,
    BatchBuildRepo,
    CancelRepoBuild,
)

REPO = Kind(
    name=ResourceKind.REPO,
    resource=Repo,
    config=RepoConfig,
    info=RepoInfo,
    list_item=RepoListItem,
    list_info=RepoListItemInfo,
    query=RepoQuery,
    specifics=RepoQuerySpecifics,
    sort_by=RepoSortBy,
    action_state=RepoActionState,
    requests=REQUESTS,
)
