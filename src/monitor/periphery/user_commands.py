"""What users wrote themselves: shell commands that run in a clone, and its environment file."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from monitor.git.environ import write_private
from monitor.git.errors import GitFailed
from monitor.git.tree import folder_inside, write_inside
from monitor.link.builds import ShellCommand
from monitor.periphery.engine import Engine
from monitor.periphery.job import Job, JobFailed

COMMAND_SECONDS = 6 * 3600.0
GRACE_SECONDS = 1.5
"""From TERM to KILL when a user cancels."""


async def run_shell(
    job: Job, engine: Engine, stage: str, command: ShellCommand, root: Path
) -> None:
    """Run a user's shell command below `root` in a stage of its own; an empty one is no stage. Raises JobFailed.

    The command is a file of the job and not an argument: secrets may have been put into it. It ends at the first
    command that fails.
    """
    text = command.command.replace("\r\n", "\n").strip()
    if not any(line.strip() and not line.strip().startswith("#") for line in text.split("\n")):
        return
    with job.stage(stage, text):
        try:
            cwd = folder_inside(root, command.path or ".", f"path of {stage}")
        except GitFailed as error:
            raise JobFailed(str(error)) from error
        with engine.folder() as scratch:
            write_private(scratch / "command", f"{text}\n".encode(errors="replace"))
            ran = await job.run(
                (shutil.which("bash") or "/bin/sh", "-e", str(scratch / "command")),
                cwd=str(cwd),
                seconds=COMMAND_SECONDS,
                grace=GRACE_SECONDS,
                check=False,
            )
        if not ran.ok:
            raise JobFailed(job.redacted(ran.ending))


def write_environment(job: Job, root: Path, pairs: Sequence[tuple[str, str]], path: str) -> None:
    """Write `KEY=VALUE` lines to a file below `root` that only the agent's user can read. Nothing without pairs."""
    if not pairs:
        return
    with job.stage("Write Environment File", path):
        for key, value in pairs:
            if set(key + value) & set("\n\r\0"):
                raise JobFailed(
                    f"The value of {key!a} holds a line break, which the file cannot carry"
                )
        data = "".join(f"{key}={value}\n" for key, value in pairs).encode(errors="replace")
        try:
            write_inside(root, path, data, "path of the environment file", mode=0o600)
        except GitFailed as error:
            raise JobFailed(str(error)) from error
