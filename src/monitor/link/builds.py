"""Jobs that fetch git repositories and build images of them, and the files such builds read."""

from typing import Literal

from msgspec import Struct, field

from monitor.link.base import Command, JobCommand
from monitor.link.jobs import Pairs, RegistryLogin


class GitSource(Struct, frozen=True, kw_only=True):
    """Where a clone comes from.

    `provider` is a host (`github.com`, `host:port`), with `user@` before it where ssh wants another user than git.
    `repo` is `owner/name`. A pinned `commit` is checked out instead of the branch's tip. A `token` that is a private
    key (`-----BEGIN ... PRIVATE KEY-----`) is a deploy key: the clone goes over ssh.
    """

    provider: str = "github.com"
    repo: str
    https: bool = True
    branch: str = "main"
    commit: str = ""
    username: str = ""
    token: str = ""

    def __repr__(self) -> str:
        """Leave the token out."""
        return f"<GitSource {self.provider}/{self.repo}>"


class ShellCommand(Struct, frozen=True, kw_only=True):
    """A user's shell command; `path` is relative to the clone. No command: nothing is run."""

    path: str = ""
    command: str = ""


class BuildImage(JobCommand, frozen=True, kw_only=True):
    """Fetch the source, build an image of it, and push it.

    The source is one of: `source` cloned to `<root>/builds/<name>`; with `folder`, `source` cloned to
    `<root>/repos/<folder>` (a linked repo, whose `environment`, `on_clone` and `on_pull` these are); with
    `files_on_host`, the folder `build_path`, which is there already (relative to `<root>/builds/<name>`, or absolute);
    with none of them, the folder `<root>/builds/<name>` as it is. A `dockerfile` is used instead of the one in the files,
    and never written among them. `dockerfile_path` is relative to `build_path`, and that to the clone.

    `images` are full names without tag; each gets each of `tags`, and, with `commit_tag` (not None), the first 7
    characters of the commit's hash followed by `commit_tag`. `secret_args` are given by `--secret` and need BuildKit.
    `secrets` (name to value) are replaced by `<name>` in all output, and so are values of `secret_args` and tokens.
    """

    name: str
    folder: str = ""
    source: GitSource | None = None
    files_on_host: bool = False
    dockerfile: str = ""
    build_path: str = "."
    dockerfile_path: str = "Dockerfile"
    pre_build: ShellCommand = ShellCommand()
    on_clone: ShellCommand = ShellCommand()
    on_pull: ShellCommand = ShellCommand()
    environment: Pairs = ()
    env_file_path: str = ".env"
    images: tuple[str, ...]
    tags: tuple[str, ...] = ("latest",)
    commit_tag: str | None = None
    build_args: Pairs = ()
    secret_args: Pairs = ()
    labels: Pairs = ()
    extra_args: tuple[str, ...] = ()
    use_buildx: bool = False
    push: bool = False
    logins: tuple[RegistryLogin, ...] = ()
    secrets: dict[str, str] = field(default_factory=dict)


class BuildDone(Struct, frozen=True, kw_only=True):
    """Value of a build that is done. `commit_*` are "" without git; `pushed` are the references that were pushed."""

    commit_hash: str = ""
    commit_message: str = ""
    image_id: str = ""
    pushed: tuple[str, ...] = ()


class FetchRepo(JobCommand, frozen=True, kw_only=True):
    """Clone a repository, or pull it (clone it where it is not there yet).

    `path` is a folder below `<root>/repos`, or an absolute path that the agent allows. "clone" replaces what is there.
    """

    mode: Literal["clone", "pull"] = "pull"
    path: str
    source: GitSource
    environment: Pairs = ()
    env_file_path: str = ".env"
    on_clone: ShellCommand = ShellCommand()
    on_pull: ShellCommand = ShellCommand()
    secrets: dict[str, str] = field(default_factory=dict)


class FetchDone(Struct, frozen=True, kw_only=True):
    """Value of a fetch that is done: the full hash and the first line of the message of what is checked out."""

    commit_hash: str
    commit_message: str


class DeleteRepo(JobCommand, frozen=True, kw_only=True):
    """Move a clone into the agent's trash. Fails while a container mounts it. One that is not there is no failure."""

    path: str


class RenameRepo(JobCommand, frozen=True, kw_only=True):
    """Move a clone. One that is not there is no failure."""

    path: str
    new_path: str


class FileRead(Struct, frozen=True, kw_only=True):
    """A file on the host: its whole path and contents, or why it cannot be read."""

    path: str
    contents: str = ""
    error: str = ""


class ReadDockerfile(Command[FileRead], frozen=True, kw_only=True):
    """A build's Dockerfile as it lies on this server. Where it lies follows the rules of BuildImage."""

    name: str
    folder: str = ""
    files_on_host: bool = False
    build_path: str = "."
    dockerfile_path: str = "Dockerfile"


class WriteDockerfile(JobCommand, frozen=True, kw_only=True):
    """Write a build's Dockerfile on this server."""

    name: str
    folder: str = ""
    files_on_host: bool = False
    build_path: str = "."
    dockerfile_path: str = "Dockerfile"
    contents: str
