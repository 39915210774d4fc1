"""Fetching: a folder becomes a shallow clone of a source at one commit, whatever it was before.

`.git/config` is written anew each time, so nothing that was put there (filters, other remotes, credentials) takes
effect or stays. Tracked files become those of the commit; untracked ones stay unless `clean` is asked for.
"""

import asyncio
import contextlib
import os
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from monitor import programs
from monitor.git.address import Address, address
from monitor.git.environ import git_environ
from monitor.git.errors import GitCancelled, GitFailed
from monitor.link.builds import GitSource
from monitor.programs import OnLine, Stream

FETCH_SECONDS = 3600.0
LATEST_SECONDS = 30.0
GRACE_SECONDS = 1.0
SHORT = 7
"""Characters of a short hash."""

_FETCHED = "refs/monitor/fetched"
_WHOLE = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PROGRESS = re.compile(r"^(?:remote: )?(.*?):\s+\d+%")
_PROGRESS_SECONDS = 2.0
_KEPT_LINES = 200
_MISSING_REF = ("couldn't find remote ref", "no matching ref")


class Commit(Struct, frozen=True, kw_only=True):
    """What is checked out: its full hash, and the first line of its message."""

    hash: str
    message: str

    @property
    def short(self) -> str:
        """The first 7 characters of the hash."""
        return self.hash[:SHORT]


async def fetch(
    source: GitSource,
    folder: Path,
    *,
    scratch: Path,
    known_hosts: Path,
    on_line: OnLine,
    cancel: asyncio.Event | None = None,
    seconds: float = FETCH_SECONDS,
    clean: bool = False,
    submodules: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Commit:
    """Make `folder` a clone of `source` at its branch's tip or pinned commit.

    `scratch` (private, removed by the caller) holds the credentials meanwhile. `clean` removes untracked and ignored
    files. Raises GitFailed, also for a folder that is neither empty nor a clone, and GitCancelled.
    """
    where = address(source)
    git = _Git(folder, git_environ(where, scratch, known_hosts, environ), on_line, cancel, seconds)
    await _prepare(git, where)
    wanted = await _provide(git, source)
    await git.run("checkout", "--force", "--detach", wanted, "--")
    if clean:
        await git.run("clean", "-ffdx", "--quiet")
    if submodules and (folder / ".gitmodules").is_file():
        await _submodules(git)
    said = await git.ask("log", "-1", "--format=%H%n%s", wanted, "--")
    commit, _, message = said.partition("\n")
    return Commit(hash=commit, message=message.strip())


async def latest(
    source: GitSource,
    *,
    scratch: Path,
    known_hosts: Path,
    cancel: asyncio.Event | None = None,
    seconds: float = LATEST_SECONDS,
    environ: Mapping[str, str] = os.environ,
) -> str:
    """The full hash of the branch's tip, as the server has it now. Raises GitFailed and GitCancelled."""
    where = address(source)
    git = _Git(scratch, git_environ(where, scratch, known_hosts, environ), _silent, cancel, seconds)
    refs = _refs(source.branch)
    said = await git.ask("ls-remote", "--quiet", "--", where.url, *refs)
    found: dict[str, str] = {}
    for line in said.splitlines():
        commit, _, ref = line.partition("\t")
        found[ref] = commit
    for ref in refs:
        if ref in found:
            return found[ref]
    raise GitFailed(f"There is no branch {source.branch!a} in {where.url}")


def _silent(_stream: Stream, _text: str) -> None:
    return


# --- steps


async def _prepare(git: "_Git", where: Address) -> None:
    """An own, quiet repository in the folder."""
    folder, inner = git.folder, git.folder / ".git"
    if folder.is_symlink() or inner.is_symlink():
        raise GitFailed(f"{folder} is a link, which is not followed")
    folder.mkdir(parents=True, exist_ok=True)
    if not inner.is_dir():
        if any(folder.iterdir()):
            raise GitFailed(f"{folder} is not empty and no clone: clone it anew to replace it")
        await git.run("init", "--quiet")
    for lock in ("index.lock", "shallow.lock", "HEAD.lock", "config.lock"):
        (inner / lock).unlink(missing_ok=True)
    (inner / "config").unlink(missing_ok=True)
    (inner / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = false\n"
        f'[remote "origin"]\n\turl = {where.url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n'
    )


async def _provide(git: "_Git", source: GitSource) -> str:
    """Fetch what is to be checked out, and name it."""
    commit = source.commit.lower()
    if not commit:
        await _fetch_branch(git, source.branch)
        return _FETCHED
    if await git.resolve(commit):
        return commit
    if _WHOLE.fullmatch(commit):
        try:
            await git.run(*_FETCH, "--depth=1", "--", "origin", f"+{commit}:{_FETCHED}")
        except GitFailed:
            git.say("The server does not give single commits; fetching the whole history.")
        else:
            return commit
    whole = ("--unshallow",) if (git.folder / ".git" / "shallow").exists() else ()
    await git.run(*_FETCH, *whole, "--", "origin", "+refs/heads/*:refs/remotes/origin/*")
    if not await git.resolve(commit):
        raise GitFailed(f"There is no commit {commit} in any branch")
    return commit


_FETCH = ("fetch", "--force", "--no-tags", "--progress", "--no-recurse-submodules")


async def _fetch_branch(git: "_Git", branch: str) -> None:
    for ref in (refs := _refs(branch)):
        try:
            await git.run(*_FETCH, "--depth=1", "--", "origin", f"+{ref}:{_FETCHED}")
        except GitFailed as error:
            if not any(words in str(error) for words in _MISSING_REF):
                raise
            if ref == refs[-1]:
                raise GitFailed(f"There is no branch {branch!a}") from error
        else:
            return


def _refs(branch: str) -> tuple[str, ...]:
    """What a branch field may mean: a branch, a tag, or a whole ref."""
    return (
        (branch,) if branch.startswith("refs/") else (f"refs/heads/{branch}", f"refs/tags/{branch}")
    )


async def _submodules(git: "_Git") -> None:
    """Submodules at their commits, by the same rules; those whose server gives no single commits in full."""
    update = ("submodule", "--quiet", "update", "--init", "--recursive", "--force")
    await git.run("submodule", "--quiet", "sync", "--recursive")
    try:
        await git.run(*update, "--depth=1")
    except GitFailed:
        git.say("Fetching submodules with their history.")
        await asyncio.to_thread(shutil.rmtree, git.folder / ".git" / "modules", ignore_errors=True)
        with contextlib.suppress(GitFailed):
            await git.run("submodule", "--quiet", "deinit", "--all", "--force")
        await git.run(*update)


# --- running git


class _Git:
    """Git in one folder until a deadline."""

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        on_line: OnLine,
        cancel: asyncio.Event | None,
        seconds: float,
    ) -> None:
        self.folder = folder
        self._environ = {**environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
        self._on_line = on_line
        self._cancel = cancel
        self._deadline = time.monotonic() + seconds

    def say(self, text: str) -> None:
        """A line of our own."""
        self._on_line("out", text)

    async def run(self, *arguments: str) -> None:
        """Run git; its lines go to the output. Raises GitFailed with the line that says why."""
        kept: list[str] = []
        progress: dict[str, float] = {}

        def on_line(stream: Stream, text: str) -> None:
            if not _worth_showing(text, progress):
                return
            if len(kept) < _KEPT_LINES:
                kept.append(text)
            self._on_line(stream, text)

        finished = await self._run(arguments, on_line)
        if finished.code:
            raise GitFailed(why(kept, finished.code))

    async def ask(self, *arguments: str) -> str:
        """What git prints. Raises GitFailed."""
        out: list[str] = []
        err: list[str] = []

        def on_line(stream: Stream, text: str) -> None:
            (out if stream == "out" else err).append(text)

        finished = await self._run(arguments, on_line)
        if finished.code:
            raise GitFailed(why(err, finished.code))
        return "\n".join(out)

    async def resolve(self, commit: str) -> bool:
        """Whether a commit is here."""
        try:
            await self.ask("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
        except GitFailed:
            return False
        return True

    async def _run(self, arguments: Sequence[str], on_line: OnLine) -> programs.Finished:
        if self._cancel is not None and self._cancel.is_set():
            raise GitCancelled
        try:
            finished = await programs.run(
                ("git", *arguments),
                env=self._environ,
                cwd=str(self.folder),
                on_line=on_line,
                cancel=self._cancel,
                seconds=max(0.1, self._deadline - time.monotonic()),
                grace=GRACE_SECONDS,
            )
        except OSError as error:
            if error.filename == "git":
                raise GitFailed("git is not installed on this machine") from error
            raise GitFailed(f"git cannot be started: {error.strerror}") from error
        if finished.cancelled:
            raise GitCancelled
        if finished.timed_out:
            raise GitFailed("git took too long and was ended")
        return finished


def _worth_showing(text: str, shown: dict[str, float]) -> bool:
    """Of a progress that counts to 100 %, the end, and before it a state each two seconds."""
    found = _PROGRESS.match(text)
    if found is None or ", done." in text:
        return True
    now = time.monotonic()
    if now - shown.setdefault(found[1], now) < _PROGRESS_SECONDS:
        return False
    shown[found[1]] = now
    return True


_SENTENCES = (
    ("No space left on device", "The disk is full"),
    ("Out of diskspace", "The disk is full"),
    ("could not read Username", "The git server asks for a login, and no account is given for it"),
    ("could not read Password", "The git server asks for a login, and no account is given for it"),
    ("Authentication failed", "The git server refuses the account's login"),
    ("Permission denied (", "The git server refuses the deploy key"),
    ("Host key verification failed", "The git server's host key is another than it was before"),
)


def why(lines: Sequence[str], code: int) -> str:
    """The reason git gives, in a sentence of ours where there is a better one."""
    said = [line.strip() for line in lines if line.strip()]
    for words, sentence in _SENTENCES:
        for line in said:
            if words in line:
                return f"{sentence} ({line.removeprefix('fatal: ').removeprefix('error: ')})"
    fatal = [line for line in said if line.startswith(("fatal: ", "error: ", "ERROR: "))]
    remote = [line for line in said if line.startswith("remote: ")]
    found = next(iter((*fatal, *remote[-1:], *said[-1:])), f"git ended with exit code {code}")
    for prefix in ("fatal: ", "error: "):
        found = found.removeprefix(prefix)
    return found
