"""."""

from typing import ClassVar

from monitor.api.base import Execute, Read, Target, Write
from monitor.api.docker import (
    ImageHistoryResponseItem,
    ImageListItem,
    NetworkListItem,
    VolumeListItem,
)
from monitor.api.inspect import Image, Network, Volume
from monitor.api.update import Update


class ListNetworks(Read[tuple[NetworkListItem, ...]], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerNetworks",)
    server: Target


class InspectNetwork(Read[Network], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("InspectDockerNetwork",)
    server: Target
    network: str


class ListImages(Read[tuple[ImageListItem, ...]], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerImages",)
    server: Target


class InspectImage(Read[Image], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("InspectDockerImage",)
    server: Target
    image: str


class ListImageHistory(Read[tuple[ImageHistoryResponseItem, ...]], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerImageHistory",)
    server: Target
    image: str


class ListVolumes(Read[tuple[VolumeListItem, ...]], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerVolumes",)
    server: Target


class InspectVolume(Read[Volume], frozen=True, kw_only=True):
    """."""

    aliases: ClassVar[tuple[str, ...]] = ("InspectDockerVolume",)
    server: Target
    volume: str


class CreateNetwork(Write[Update], frozen=True, kw_only=True):
    """."""

    server: str
    name: str


class DeleteNetwork(Execute, frozen=True, kw_only=True):
    """."""

    server: str
    name: str


class PruneNetworks(Execute, frozen=True, kw_only=True):
    """."""

    server: str


class DeleteImage(Execute, frozen=True, kw_only=True):
    """."""

    server: str
    name: str


class PruneImages(Execute, frozen=True, kw_only=True):
    """."""

    server: str


class DeleteVolume(Execute, frozen=True, kw_only=True):
    """."""

    server: str
    name: str


class PruneVolumes(Execute, frozen=True, kw_only=True):
    """."""

    server: str


class PruneDockerBuilders(Execute, frozen=True, kw_only=True):
    """."""

    server: str


class PruneBuildx(Execute, frozen=True, kw_only=True):
    """."""

    server: str


class PruneSystem(Execute, frozen=True, kw_only=True):
    """."""

    server: str


REQUESTS = (
    ListNetworks,
    InspectNetwork,
    ListImages,
    InspectImage,
    ListImageHistory,
    ListVolumes,
    InspectVolume,
    CreateNetwork,
    DeleteNetwork,
    PruneNetworks,
    DeleteImage,
    PruneImages,
    DeleteVolume,
    PruneVolumes,
    PruneDockerBuilders,
    PruneBuildx,
    PruneSystem,
)
