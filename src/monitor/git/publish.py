"""Changing one file of a clone and pushing that as a commit."""

import os
from collections.abc import Mapping
from pathlib import Path

from monitor import programs
from monitor.git.address import address
from monitor.git.environ import git_environ
from monitor.git.errors import GitFailed
from monitor.git.fetch import why
from monitor.git.tree import write_inside
from monitor.link.builds import GitSource
from monitor.programs import OnLine, Stream

PUSH_SECONDS = 120.0


async def publish(
    source: GitSource,
    folder: Path,
    path: str,
    text: str,
    *,
    message: str,
    author: str,
    scratch: Path,
    known_hosts: Path,
    on_line: OnLine,
    environ: Mapping[str, str] = os.environ,
) -> str:
    """Write `path` in a clone that `fetch` has just made, commit it, and push it to the source's branch.

    Answers the hash of the commit; "" where the file was so already. Raises GitFailed.
    """
    where = address(source)
    found = git_environ(where, scratch, known_hosts, environ)
    found |= {
        "GIT_AUTHOR_NAME": author,
        "GIT_COMMITTER_NAME": author,
        "GIT_AUTHOR_EMAIL": "monitor@localhost",
        "GIT_COMMITTER_EMAIL": "monitor@localhost",
    }

    async def git(*arguments: str) -> str:
        out: list[str] = []
        every: list[str] = []

        def line(stream: Stream, text: str) -> None:
            every.append(text)
            if stream == "out":
                out.append(text)
            on_line(stream, text)

        finished = await programs.run(
            ("git", *arguments), env=found, cwd=str(folder), on_line=line, seconds=PUSH_SECONDS
        )
        if not finished.ok:
            raise GitFailed(why(every, finished.code))
        return "\n".join(out)

    write_inside(folder, path, text.encode(), "file")
    await git("add", "--force", "--", path)
    if not await git("status", "--porcelain", "--untracked-files=no"):
        return ""
    await git("commit", "--quiet", "--no-verify", "--message", message)
    commit = (await git("rev-parse", "HEAD")).strip()
    branch = source.branch if source.branch.startswith("refs/") else f"refs/heads/{source.branch}"
    await git("push", "--", "origin", f"HEAD:{branch}")
    return commit
