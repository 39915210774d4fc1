"""Which builder of Docker does a build, found out from the programs that are here.

What there is, and what it can: the docker command before 23 has BuildKit built in and uses it with DOCKER_BUILDKIT=1
(also `--secret id=K,env=V` from 20.10 on). From 23 on BuildKit needs the plugin `docker buildx`; without it such a command
can only do classic builds, which know no secrets, and begins each with the notice that they are deprecated.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from monitor.link.builds import BuildImage
from monitor.periphery.engine import Engine
from monitor.periphery.job import Job, JobFailed

ASK_SECONDS = 20.0
_NEEDS_BUILDX_SINCE = 23


def without_notice() -> Callable[[str], str | None]:
    """What leaves the docker command's notice on classic builds out of a build's lines: a heading, then what is indented."""
    noticed = False

    def shown(line: str) -> str | None:
        nonlocal noticed
        noticed = line.startswith("DEPRECATED: The legacy builder") or (
            noticed and (not line or line[0].isspace())
        )
        return None if noticed else line

    return shown


class Builder(Struct, frozen=True):
    """How a build is begun: the words after `docker`, and variables for it. `pushes`: the build itself can push."""

    words: tuple[str, ...]
    environ: dict[str, str]
    pushes: bool = False


async def choose(
    job: Job, engine: Engine, command: BuildImage, environ: Mapping[str, str]
) -> Builder:
    """The builder for a build. Raises JobFailed with what the server lacks."""
    plain = {"BUILDKIT_PROGRESS": "plain"}
    has_buildx = await _answers(job, engine, environ, "buildx", "version") is not None
    if not command.use_buildx and not command.secret_args:
        if has_buildx:
            return Builder(("build",), plain)
        old = await _version(job, engine, environ) < _NEEDS_BUILDX_SINCE
        # The classic builder leaves the container of a step that failed, among the user's own.
        return Builder(("build", "--force-rm"), plain if old else {"DOCKER_BUILDKIT": "0"})
    if command.use_buildx:
        if not has_buildx:
            raise JobFailed(
                "This server has no docker buildx: install Docker's buildx plugin, or build without Use Buildx"
            )
        return Builder(("buildx", "build"), plain, pushes=True)
    if has_buildx or await _version(job, engine, environ) < _NEEDS_BUILDX_SINCE:
        return Builder(("build",), {**plain, "DOCKER_BUILDKIT": "1"})
    raise JobFailed(
        "Secret arguments need BuildKit, which this server's docker command has only with the buildx plugin: install it"
    )


async def _version(job: Job, engine: Engine, environ: Mapping[str, str]) -> int:
    said = await _answers(job, engine, environ, "version", "--format", "{{.Client.Version}}")
    major = (said or "").partition(".")[0]
    return int(major) if major.isdigit() else _NEEDS_BUILDX_SINCE


async def _answers(
    job: Job, engine: Engine, environ: Mapping[str, str], *arguments: str
) -> str | None:
    """What the docker command prints, None if it fails."""
    out = await job.ask((engine.program, *arguments), env=environ, seconds=ASK_SECONDS)
    return None if out is None else out.strip()
