"""What builds and repos have in common: where their source is, under which account, and what refers to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.api.resource import PermissionLevel, SpecificPermission
from monitor.core import documents
from monitor.core.errors import invalid
from monitor.core.providers import git_account, git_domain
from monitor.git.address import address
from monitor.git.errors import GitFailed
from monitor.link.builds import GitSource, ShellCommand

if TYPE_CHECKING:
    from monitor.api.build import Build, BuildConfig
    from monitor.api.repo import Repo, RepoConfig
    from monitor.api.target import ResourceKind
    from monitor.api.values import SystemCommand
    from monitor.core.context import Context, Services

SHORT_HASH = 7
"""How much of a commit's hash is shown, and used as a tag."""


class Origin(Struct, frozen=True):
    """Where a git repository is: what is shown of a build or repo, also where a build has it from its linked repo."""

    provider: str
    https: bool
    repo: str
    branch: str
    commit: str
    account: str

    @property
    def link(self) -> str:
        """The repository in a browser; empty without one."""
        if not self.repo:
            return ""
        scheme = "https" if self.https else "http"
        return f"{scheme}://{git_domain(self.provider).rpartition('@')[2]}/{self.repo}"


def origin_of(config: BuildConfig | RepoConfig) -> Origin:
    """Where a config itself says its repository is."""
    return Origin(
        provider=config.git_provider,
        https=config.git_https,
        repo=config.repo,
        branch=config.branch,
        commit=config.commit,
        account=config.git_account,
    )


def linked_repo(build: Build, app: Services) -> Repo | None:
    """The repo whose clone a build's source is, or None."""
    row = app.memory.table(documents.REPOS).rows.get(build.config.linked_repo)
    return row.value if row is not None else None


def folder_of(repo: Repo) -> str:
    """Where a repo's clone is on its server: absolute, or relative to the agent's repos."""
    return repo.config.path or repo.name


def build_origin(build: Build, app: Services) -> Origin:
    """Where a build's repository is: that of its linked repo, or its own."""
    repo = linked_repo(build, app)
    return origin_of(repo.config if repo is not None else build.config)


def git_source(origin: Origin, app: Services) -> GitSource:
    """What clones an origin, with its account's token. Raises 400 for an account that there is not."""
    access = git_account(app, origin.provider, origin.account)
    if access is None and origin.account:
        raise invalid(f"There is no account {origin.account} at {origin.provider}")
    return GitSource(
        provider=git_domain(origin.provider),
        repo=origin.repo,
        https=origin.https,
        branch=origin.branch,
        commit=origin.commit,
        username=access.username if access else "",
        token=access.token if access else "",
    )


def check_origin(config: BuildConfig | RepoConfig) -> None:
    """400 for a provider, repository, branch or commit that git or a shell could take for something else."""
    if not config.repo:
        return
    try:
        address(
            GitSource(
                provider=git_domain(config.git_provider),
                repo=config.repo,
                branch=config.branch,
                commit=config.commit,
            )
        )
    except GitFailed as error:
        raise invalid(str(error)) from error


def shell_command(command: SystemCommand) -> ShellCommand:
    """A user's command as a shell runs it: lines without comments, each only if the one before succeeded."""
    if command.shell_mode:
        return ShellCommand(path=command.path, command=command.command.strip())
    joined = command.command.replace("\\\n", " ")
    lines = (line.split(" #", 1)[0].strip() for line in joined.split("\n"))
    return ShellCommand(
        path=command.path,
        command=" && ".join(line for line in lines if line and not line.startswith("#")),
    )


async def attached(kind: ResourceKind, reference: str, before: str | None, ctx: Context) -> str:
    """The id of what a config newly refers to, if the caller may attach to it. Raises 403, 404."""
    if not reference or reference == before:
        return reference
    found = await ctx.find(kind, reference, PermissionLevel.READ, (SpecificPermission.ATTACH,))
    return found.id


def name_of(kind: ResourceKind, identity: str, app: Services) -> str:
    """A resource's name by id; empty where there is none."""
    row = app.memory.table(documents.BY_KIND[kind]).rows.get(identity)
    return row.value.name if row is not None else ""
