"""What `docker create` is told for a container, planned from what Core sent. Pure.

No value of an environment variable is ever an argument: other users of the host can read those.
"""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from monitor.link.commands import DeployContainer
from monitor.periphery.job import JobFailed

CONTAINER_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,200}")
LONGEST_ENV_FILE_LINE = 60_000
"""Bytes; the docker command reads lines of at most 64 KiB."""

_READ_BY_DOCKER = re.compile(
    r"(DOCKER|BUILDKIT|BUILDX|OTEL|XDG|LD|LC|MALLOC)_.*|SSL_CERT_(FILE|DIR)|SSH_(AUTH_SOCK|ASKPASS)"
    r"|GO(DEBUG|GC|MAXPROCS|MEMLIMIT|TRACEBACK|COVERDIR|RACE)|GLIBC_TUNABLES|HOSTALIASES|RES_OPTIONS|LOCALDOMAIN"
    r"|HOME|PATH|PWD|USER|LOGNAME|SHELL|TERM|TZ|ZONEINFO|LANG|LANGUAGE|TMPDIR|NO_COLOR|CLICOLOR(_FORCE)?"
    r"|(HTTP|HTTPS|FTP|ALL|NO)_PROXY",
    re.IGNORECASE,
)
_RUN_ONLY = re.compile(r"-d|--detach(=.*)?|--sig-proxy(=.*)?")
_RUN_ONLY_WITH_VALUE = "--detach-keys"
_SHORT_WITH_DETACH = re.compile(r"-[it]*d[itd]*")


class Create(Struct, frozen=True, kw_only=True):
    """A planned `docker create`: arguments, variables for its environment, and the text of its `--env-file`."""

    arguments: tuple[str, ...]
    environ: dict[str, str]
    env_file: str = ""


def plan_create(
    spec: DeployContainer,
    *,
    name: str,
    labels: Mapping[str, str],
    env_file: str,
) -> Create:
    """Plan to create `name`. `env_file` is the path used if one is needed. Raises JobFailed for what cannot be."""
    if not CONTAINER_NAME.fullmatch(name):
        raise JobFailed(
            f"{name!r} cannot be a container's name: letters, digits, _ . and - are allowed"
        )
    if not spec.image.strip():
        raise JobFailed("No image is configured")
    environ, file_lines = split_environment(spec.environment)
    arguments = [
        *("create", "--pull", "never", "--name", name),
        *_option("--network", spec.network),
        *_options("--publish", map(_joined, spec.ports)),
        *_options("--volume", map(_joined, spec.volumes)),
        *_option("--env-file", env_file if file_lines else ""),
        *_options("--env", environ),
        *("--restart", restart_mode(spec.restart)),
        *_options("--label", (f"{key}={value}" for key, value in (*spec.labels, *labels.items()))),
        *_option("--stop-signal", spec.stop_signal),
        *_option("--stop-timeout", "" if spec.stop_timeout is None else str(spec.stop_timeout)),
        *extra_arguments(spec.extra_args),
        *("--", spec.image.strip(), *split_words(spec.command, "command")),
    ]
    if any("\0" in argument for argument in arguments):
        raise JobFailed("A setting holds a NUL character, which no program can be given")
    return Create(
        arguments=tuple(arguments),
        environ=environ,
        env_file="".join(f"{line}\n" for line in file_lines),
    )


def _option(flag: str, value: str) -> tuple[str, ...]:
    return (flag, value) if value else ()


def _options(flag: str, values: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for value in values for word in (flag, value))


def _joined(pair: tuple[str, str]) -> str:
    local, container = pair
    return f"{local}:{container}" if local else container


def split_environment(pairs: Sequence[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    """Part variables into those for the command's own environment and lines for an `--env-file`.

    The latter are those the docker command reads itself. Raises JobFailed for one that neither can carry.
    """
    environ: dict[str, str] = {}
    lines: list[str] = []
    for key, value in dict(pairs).items():
        if not key or "=" in key or "\0" in key + value or "\n" in key:
            raise JobFailed(f"{key!r} cannot be set as an environment variable")
        if not _READ_BY_DOCKER.fullmatch(key):
            environ[key] = value
            continue
        if set(value) & set("\n\r") or len(value.encode()) > LONGEST_ENV_FILE_LINE or " " in key:
            raise JobFailed(
                f"The variable {key} is one that the docker command reads itself, and such a one can hold no line "
                f"break and at most {LONGEST_ENV_FILE_LINE} bytes"
            )
        lines.append(f"{key}={value}")
    return environ, lines


def is_read_by_docker(name: str) -> bool:
    """Whether the docker command itself reads a variable of this name."""
    return _READ_BY_DOCKER.fullmatch(name) is not None


def restart_mode(mode: str) -> str:
    """Restart mode for `--restart`; on-failure tries ten times."""
    return "on-failure:10" if mode == "on-failure" else mode


def extra_arguments(extra: Sequence[str]) -> list[str]:
    """Words of the user's extra arguments, without those that only `docker run` knows."""
    words = [word for text in extra for word in split_words(text, "extra arguments")]
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == _RUN_ONLY_WITH_VALUE:
            skip = True
        elif _RUN_ONLY.fullmatch(word) or word.startswith(f"{_RUN_ONLY_WITH_VALUE}="):
            continue
        elif _SHORT_WITH_DETACH.fullmatch(word):
            kept.append(word.replace("d", ""))
        else:
            kept.append(word)
    return kept


def split_words(text: str, what: str) -> list[str]:
    """Split as a shell splits words, and nothing else a shell does."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise JobFailed(f"The {what} cannot be split into words: {error}") from error
