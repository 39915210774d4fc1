"""Compose projects, as the labels of a server's containers tell of them. Pure."""

from collections import Counter
from collections.abc import Iterable

from monitor.api.docker import ComposeProject, ContainerListItem

_PROJECT = "com.docker.compose.project"
_FILES = "com.docker.compose.project.config_files"


def projects_of(containers: Iterable[ContainerListItem]) -> tuple[ComposeProject, ...]:
    """The projects these containers belong to, by name; status and files as `docker compose ls` tells them."""
    by_name: dict[str, list[ContainerListItem]] = {}
    for container in containers:
        if project := container.labels.get(_PROJECT):
            by_name.setdefault(project, []).append(container)
    return tuple(_project(name, by_name[name]) for name in sorted(by_name))


def _project(name: str, containers: Iterable[ContainerListItem]) -> ComposeProject:
    states: Counter[str] = Counter()
    files: dict[str, None] = {}
    for container in containers:
        states[container.state] += 1
        files.update(dict.fromkeys(filter(None, container.labels.get(_FILES, "").split(","))))
    return ComposeProject(
        name=name,
        status=", ".join(f"{state}({count})" for state, count in sorted(states.items())),
        compose_files=tuple(files),
    )
