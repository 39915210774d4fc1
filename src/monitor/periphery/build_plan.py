"""What `docker build` is told, planned from what Core sent. Pure.

No value of a build argument or secret is an argument of the program: `--build-arg KEY` and `--secret id=K,env=V` take
them from its environment. Names that the docker command reads itself (PATH, DOCKER_HOST, HTTP_PROXY, ...) must not stand
there: a secret gets another variable, a build argument of such a name is given as `KEY=VALUE` unless that holds a secret.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from monitor.link.builds import BuildImage
from monitor.periphery.deploy import is_read_by_docker, split_words
from monitor.periphery.job import JobFailed

_IMAGE = re.compile(
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?/)?"
    r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*"
)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_SECRET_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_SHORT_HASH = 7
_LONGEST_IMAGE = 255

SecretIn = Callable[[str], str | None]
"""The name of a secret that stands in a text, if one does."""


class Build(Struct, frozen=True, kw_only=True):
    """A planned build: the words after `docker build`, and variables for the program's environment."""

    arguments: tuple[str, ...]
    environ: dict[str, str]


def references(command: BuildImage, commit: str) -> tuple[str, ...]:
    """All names the image gets, `image:tag`. Raises JobFailed for what can't be a name."""
    tags = list(command.tags)
    if command.commit_tag is not None and commit:
        tags.append(f"{commit[:_SHORT_HASH]}{command.commit_tag}")
    for image in command.images:
        if len(image) > _LONGEST_IMAGE or not _IMAGE.fullmatch(image):
            raise JobFailed(
                f"The image name {image!a} can't be: lower case letters, digits, . _ - and / make one"
            )
    for tag in tags:
        if not _TAG.fullmatch(tag):
            raise JobFailed(f"The image tag {tag!a} can't be: letters, digits, . _ and - make one")
    if not command.images or not tags:
        raise JobFailed("The build has no image name or no tag")
    return tuple(dict.fromkeys(f"{image}:{tag}" for image in command.images for tag in tags))


def is_pushed(reference: str) -> bool:
    """Whether a name says which registry it belongs to; others stay on the server."""
    first, slash, _ = reference.partition("/")
    return bool(slash) and ("." in first or ":" in first or first == "localhost")


def plan_build(
    command: BuildImage,
    names: Sequence[str],
    *,
    dockerfile: Path,
    context: Path,
    secret_in: SecretIn,
) -> Build:
    """Plan to build `context`. Raises JobFailed for what cannot be, and where a secret would be an argument."""
    extra = [word for text in command.extra_args for word in split_words(text, "extra arguments")]
    pairs, extra = take_build_args(extra)
    environ, inline = _build_args(dict((*command.build_args, *pairs)))
    secrets = _secrets(dict(command.secret_args), environ)
    arguments = [
        *_options("--tag", names),
        *_options("--build-arg", (*environ, *inline)),
        *_options("--secret", (f"id={name},env={variable}" for name, variable in secrets.items())),
        *_options("--label", (f"{key}={value}" for key, value in command.labels)),
        *extra,
        *("--file", str(dockerfile), "--", str(context)),
    ]
    _refuse_secrets(arguments, secret_in)
    values = dict(command.secret_args)
    environ |= {variable: values[name] for name, variable in secrets.items()}
    return Build(arguments=tuple(arguments), environ=environ)


def take_build_args(words: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Part `--build-arg KEY=VALUE` from a user's extra arguments."""
    pairs: list[tuple[str, str]] = []
    rest: list[str] = []
    given = iter(words)
    for word in given:
        value = word.removeprefix("--build-arg=") if word.startswith("--build-arg=") else None
        if word == "--build-arg":
            value = next(given, "")
        if value is None:
            rest.append(word)
        elif "=" in value:
            key, _, text = value.partition("=")
            pairs.append((key, text))
        else:
            rest.extend(("--build-arg", value))
    return pairs, rest


def _build_args(pairs: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    environ: dict[str, str] = {}
    inline: list[str] = []
    for key, value in pairs.items():
        if not key or set(key) & set("=\0\n\r ") or "\0" in value:
            raise JobFailed(f"{key!a} cannot be a build argument")
        if is_read_by_docker(key):
            inline.append(f"{key}={value}")
        else:
            environ[key] = value
    return environ, inline


def _secrets(pairs: Mapping[str, str], taken: Mapping[str, str]) -> dict[str, str]:
    """Which variable each secret is given by."""
    found: dict[str, str] = {}
    for index, (name, value) in enumerate(pairs.items()):
        if not _SECRET_ID.fullmatch(name) or "\0" in value:
            raise JobFailed(f"{name!a} cannot be the name of a secret argument")
        plain = not is_read_by_docker(name) and name not in taken and name.isidentifier()
        found[name] = name if plain else f"BUILD_SECRET_{index}"
    return found


def _refuse_secrets(arguments: Sequence[str], secret_in: SecretIn) -> None:
    for argument in arguments:
        if "\0" in argument:
            raise JobFailed("A setting holds a NUL character, which no program can be given")
        name = secret_in(argument)
        if name is not None:
            raise JobFailed(
                f"The secret {name} would stand in the command line of docker build, where every user of the server can "
                "read it, or in the image: give it as a secret argument"
            )


def _options(flag: str, values: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for value in values for word in (flag, value))
