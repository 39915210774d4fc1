"""Names and tags of the images that builds make. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.api.values import Version
from monitor.core.providers import DOCKER_HUB, registry_domain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.api.build import Build, ImageRegistryConfig

_NAME = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
NONE = Version()


def bare_name(build: Build) -> str:
    """The image's name without registry."""
    return build.config.image_name or build.name


def image_names(build: Build) -> tuple[str, ...]:
    """The image's full names, one for each registry; the bare one without any."""
    registries = build.config.image_registry
    names = [_full_name(registry, bare_name(build)) for registry in registries]
    return tuple(dict.fromkeys(names)) or (bare_name(build),)


def _full_name(registry: ImageRegistryConfig, name: str) -> str:
    owner = registry.organization or registry.account
    if not registry.domain or not owner:
        return name
    domain = registry_domain(registry.domain)
    return f"{owner.lower()}/{name}" if domain == DOCKER_HUB else f"{domain}/{owner.lower()}/{name}"


def tags(build: Build, version: Version) -> tuple[str, ...]:
    """The tags of an image of this version, but for the commit's."""
    config = build.config
    postfix = f"-{config.image_tag}" if config.image_tag else ""
    found = [config.image_tag] if config.image_tag else []
    if config.include_latest_tag:
        found.append(f"latest{postfix}")
    if config.include_version_tags and version != NONE:
        found += [
            f"{version_text(version)}{postfix}",
            f"{version.major}.{version.minor}{postfix}",
            f"{version.major}{postfix}",
        ]
    return tuple(found)


def commit_tag(build: Build) -> str | None:
    """What follows the commit's hash in its tag; None for no such tag."""
    config = build.config
    if not config.include_commit_tag:
        return None
    return f"-{config.image_tag}" if config.image_tag else ""


def image_of_version(build: Build, version: Version) -> str:
    """The image that a deployment of the build runs: of this version, or the newest for 0.0.0."""
    config = build.config
    name = image_names(build)[0]
    wanted = config.version if version == NONE else version
    postfix = f"-{config.image_tag}" if config.image_tag else ""
    if config.include_version_tags and wanted != NONE:
        return f"{name}:{version_text(wanted)}{postfix}"
    if version == NONE and config.include_commit_tag and build.info.built_hash:
        return f"{name}:{build.info.built_hash}{postfix}"
    return f"{name}:{f'latest{postfix}' if config.include_latest_tag else config.image_tag or 'latest'}"


def version_text(version: Version) -> str:
    """`1.2.3`."""
    return f"{version.major}.{version.minor}.{version.patch}"


def next_version(build: Build) -> Version:
    """The version that the build's next image has."""
    version = build.config.version
    if not build.config.auto_increment_version:
        return version
    return Version(version.major, version.minor, version.patch + 1)


def fault_in(image_name: str, image_tag: str, registries: Sequence[ImageRegistryConfig]) -> str:
    """Why images cannot be called so; empty if they can."""
    if image_name and not _NAME.fullmatch(image_name):
        return "image_name may hold lower case letters, digits and single . _ - / between them"
    if image_tag and not _TAG.fullmatch(image_tag):
        return "image_tag may hold letters, digits and . _ -"
    for registry in registries:
        if registry.domain and not registry.account:
            return f"image_registry: {registry.domain} needs an account"
        for owner in (registry.account, registry.organization):
            if owner and registry.domain and not _NAME.fullmatch(owner.lower()):
                return f"image_registry: {owner} can't be part of an image's name"
    return ""
