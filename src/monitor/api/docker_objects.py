"""Images, networks and volumes on a server, and pruning."""

from typing import ClassVar

from monitor.api.base import Execute, Read, Target, Write
from monitor.api.docker import (
    ComposeProject,
    ImageHistoryResponseItem,
    ImageListItem,
    NetworkListItem,
    VolumeListItem,
)
from monitor.api.inspect import Image, Network, Volume
from monitor.api.update import Update


class ListComposeProjects(Read[tuple[ComposeProject, ...]], frozen=True, kw_only=True):
    """Compose projects on a server, by the labels of their containers, as last reported."""

    server: Target


class ListNetworks(Read[tuple[NetworkListItem, ...]], frozen=True, kw_only=True):
    """Networks of a server, as last reported."""

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerNetworks",)
    server: Target


class InspectNetwork(Read[Network], frozen=True, kw_only=True):
    """Everything Docker says of a network.

    404 if there is no such network, 503 if the agent is away.
    """

    aliases: ClassVar[tuple[str, ...]] = ("InspectDockerNetwork",)
    server: Target
    network: str


class ListImages(Read[tuple[ImageListItem, ...]], frozen=True, kw_only=True):
    """Images of a server, as last reported."""

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerImages",)
    server: Target


class InspectImage(Read[Image], frozen=True, kw_only=True):
    """Everything Docker says of an image.

    404 if there is no such image, 503 if the agent is away.
    """

    aliases: ClassVar[tuple[str, ...]] = ("InspectDockerImage",)
    server: Target
    image: str


class ListImageHistory(Read[tuple[ImageHistoryResponseItem, ...]], frozen=True, kw_only=True):
    """How an image was made, newest layer first.

    404 if there is no such image, 503 if the agent is away.
    """

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerImageHistory",)
    server: Target
    image: str


class ListVolumes(Read[tuple[VolumeListItem, ...]], frozen=True, kw_only=True):
    """Volumes of a server, as last reported."""

    aliases: ClassVar[tuple[str, ...]] = ("ListDockerVolumes",)
    server: Target


class InspectVolume(Read[Volume], frozen=True, kw_only=True):
    """Everything Docker says of a volume.

    404 if there is no such volume, 503 if the agent is away.
    """

    aliases: ClassVar[tuple[str, ...]] = ("InspectDockerVolume",)
    server: Target
    volume: str


class CreateNetwork(Write[Update], frozen=True, kw_only=True):
    """Creates a bridge network on a server. Needs Write on the server."""

    server: str
    name: str


class DeleteNetwork(Execute, frozen=True, kw_only=True):
    """Deletes a network of a server."""

    server: str
    name: str


class PruneNetworks(Execute, frozen=True, kw_only=True):
    """Deletes a server's networks that no container uses."""

    server: str


class DeleteImage(Execute, frozen=True, kw_only=True):
    """Deletes an image of a server, by name or id."""

    server: str
    name: str


class PruneImages(Execute, frozen=True, kw_only=True):
    """Deletes a server's images that no container uses."""

    server: str


class DeleteVolume(Execute, frozen=True, kw_only=True):
    """Deletes a volume of a server with all that is in it."""

    server: str
    name: str


class PruneVolumes(Execute, frozen=True, kw_only=True):
    """Deletes a server's volumes that no container uses, with all that is in them."""

    server: str


class PruneDockerBuilders(Execute, frozen=True, kw_only=True):
    """Empties the build cache of a server's Docker engine."""

    server: str


class PruneBuildx(Execute, frozen=True, kw_only=True):
    """Empties the build cache of a server's buildx."""

    server: str


class PruneSystem(Execute, frozen=True, kw_only=True):
    """Deletes a server's stopped containers, unused networks, images and volumes, with all that is in them."""

    server: str


REQUESTS = (
    ListComposeProjects,
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
