"""The engine's lists of containers, images, networks and volumes as the contract's list items. Pure."""

from typing import Any

from msgspec import Struct

from monitor.api.docker import (
    ContainerListItem,
    ContainerStateStatusEnum,
    ImageListItem,
    NetworkListItem,
    Port,
    PortTypeEnum,
    VolumeListItem,
    VolumeScopeEnum,
)
from monitor.periphery.docker import Docker, decode


class RawPort(Struct, frozen=True):
    """A port of a listed container."""

    IP: str | None = None
    PrivatePort: int = 0
    PublicPort: int | None = None
    Type: str = ""


class RawMount(Struct, frozen=True):
    """A mount of a listed container."""

    Type: str | None = None
    Name: str | None = None
    Source: str | None = None


class RawNetworks(Struct, frozen=True):
    """The networks of a listed container."""

    Networks: dict[str, Any] | None = None


TOLD_LABELS = frozenset({"com.docker.compose.project", "com.docker.compose.project.config_files"})
"""The labels of a container that Core is told; others may be many, and none of its business."""


class RawHostConfig(Struct, frozen=True):
    """The host configuration of a listed container."""

    NetworkMode: str | None = None


class RawContainer(Struct, frozen=True):
    """An item of `GET /containers/json`."""

    Id: str
    Names: list[str] | None = None
    Image: str = ""
    ImageID: str = ""
    Created: int = 0
    State: str = ""
    Status: str = ""
    Ports: list[RawPort] | None = None
    Labels: dict[str, str] | None = None
    HostConfig: RawHostConfig | None = None
    NetworkSettings: RawNetworks | None = None
    Mounts: list[RawMount] | None = None


class RawImage(Struct, frozen=True):
    """An item of `GET /images/json`."""

    Id: str
    ParentId: str = ""
    RepoTags: list[str] | None = None
    RepoDigests: list[str] | None = None
    Created: int = 0
    Size: int = 0


class RawIpamConfig(Struct, frozen=True):
    """An address range of a network."""

    Subnet: str | None = None
    Gateway: str | None = None


class RawIpam(Struct, frozen=True):
    """How a network gives addresses."""

    Driver: str | None = None
    Config: list[RawIpamConfig] | None = None


class RawNetwork(Struct, frozen=True):
    """An item of `GET /networks`."""

    Name: str
    Id: str
    Created: str | None = None
    Scope: str | None = None
    Driver: str | None = None
    EnableIPv6: bool | None = None
    IPAM: RawIpam | None = None
    Internal: bool | None = None
    Attachable: bool | None = None
    Ingress: bool | None = None


class RawVolume(Struct, frozen=True):
    """An item of `GET /volumes`."""

    Name: str
    Driver: str = ""
    Mountpoint: str = ""
    CreatedAt: str | None = None
    Scope: str = ""


class RawVolumes(Struct, frozen=True):
    """`GET /volumes`."""

    Volumes: list[RawVolume] | None = None


class Listing(Struct, frozen=True):
    """What the engine has, as it says it."""

    containers: dict[str, RawContainer]
    images: tuple[RawImage, ...]
    networks: tuple[RawNetwork, ...]
    volumes: tuple[RawVolume, ...]


async def list_containers(docker: Docker, ids: frozenset[str] | None = None) -> list[RawContainer]:
    """All containers, or those of `ids` that exist."""
    query = {"all": "1"}
    if ids is not None:
        quoted = ",".join(f'"{one}"' for one in sorted(ids))
        query["filters"] = f'{{"id":[{quoted}]}}'
    return decode(await docker.get("/containers/json", query), list[RawContainer])


async def list_images(docker: Docker) -> tuple[RawImage, ...]:
    """All images that are not only layers of others."""
    return tuple(decode(await docker.get("/images/json"), list[RawImage]))


async def list_networks(docker: Docker) -> tuple[RawNetwork, ...]:
    """All networks."""
    return tuple(decode(await docker.get("/networks"), list[RawNetwork]))


async def list_volumes(docker: Docker) -> tuple[RawVolume, ...]:
    """All volumes."""
    return tuple(decode(await docker.get("/volumes"), RawVolumes).Volumes or ())


async def list_all(docker: Docker) -> Listing:
    """Everything, in four requests."""
    return Listing(
        containers={raw.Id: raw for raw in await list_containers(docker)},
        images=await list_images(docker),
        networks=await list_networks(docker),
        volumes=await list_volumes(docker),
    )


def container_name(names: list[str] | None) -> str:
    """The container's own name among those it has through links."""
    own = [name for name in names or () if name.count("/") <= 1]
    return own[0].lstrip("/") if own else ""


def container_item(raw: RawContainer) -> ContainerListItem:
    """One container as a list item, without stats."""
    networks = (raw.NetworkSettings.Networks if raw.NetworkSettings else None) or {}
    return ContainerListItem(
        name=container_name(raw.Names),
        id=raw.Id,
        image=raw.Image,
        image_id=raw.ImageID,
        created=raw.Created,
        size_rw=None,
        size_root_fs=None,
        state=container_state(raw.State),
        status=raw.Status,
        network_mode=raw.HostConfig.NetworkMode if raw.HostConfig else None,
        networks=tuple(sorted(networks)),
        ports=tuple(sorted(map(_port, raw.Ports or ()), key=_port_order)),
        volumes=tuple(mount.Name for mount in raw.Mounts or () if mount.Name),
        stats=None,
        labels={key: value for key, value in (raw.Labels or {}).items() if key in TOLD_LABELS},
    )


def container_state(state: str) -> ContainerStateStatusEnum:
    """A state the contract knows; others are the empty one."""
    known = {one.value for one in ContainerStateStatusEnum}
    return ContainerStateStatusEnum(state if state in known else "")


def _port(raw: RawPort) -> Port:
    known = {one.value for one in PortTypeEnum}
    return Port(
        IP=raw.IP,
        PrivatePort=raw.PrivatePort,
        PublicPort=raw.PublicPort,
        Type=PortTypeEnum(raw.Type if raw.Type in known else ""),
    )


def _port_order(port: Port) -> tuple[int, str, str, int]:
    return port.PrivatePort, port.Type.value, port.IP or "", port.PublicPort or 0


def image_items(listing: Listing) -> tuple[ImageListItem, ...]:
    """Images; in use by any container, running or not."""
    used = {raw.ImageID for raw in listing.containers.values()}
    return tuple(_image(raw, in_use=raw.Id in used) for raw in listing.images)


def _image(raw: RawImage, *, in_use: bool) -> ImageListItem:
    tags = tuple(tag for tag in raw.RepoTags or () if tag != "<none>:<none>")
    digests = tuple(one for one in raw.RepoDigests or () if not one.startswith("<none>@"))
    return ImageListItem(
        id=raw.Id,
        parent_id=raw.ParentId,
        name=tags[0] if tags else raw.Id,
        tags=tags,
        digests=digests,
        created=raw.Created,
        size=raw.Size,
        in_use=in_use,
    )


def network_items(listing: Listing) -> tuple[NetworkListItem, ...]:
    """Networks; in use by any container, running or not."""
    used = {
        name
        for raw in listing.containers.values()
        if raw.NetworkSettings
        for name in raw.NetworkSettings.Networks or ()
    }
    return tuple(_network(raw, in_use=raw.Name in used) for raw in listing.networks)


def _network(raw: RawNetwork, *, in_use: bool) -> NetworkListItem:
    first = (raw.IPAM.Config or [None])[0] if raw.IPAM else None
    return NetworkListItem(
        name=raw.Name,
        id=raw.Id,
        created=raw.Created,
        scope=raw.Scope,
        driver=raw.Driver,
        enable_ipv6=raw.EnableIPv6,
        ipam_driver=raw.IPAM.Driver if raw.IPAM else None,
        ipam_subnet=first.Subnet if first else None,
        ipam_gateway=first.Gateway if first else None,
        internal=raw.Internal,
        attachable=raw.Attachable,
        ingress=raw.Ingress,
        in_use=in_use,
    )


def volume_items(listing: Listing) -> tuple[VolumeListItem, ...]:
    """Volumes; in use by any container, running or not."""
    used = {
        mount.Name
        for raw in listing.containers.values()
        for mount in raw.Mounts or ()
        if mount.Name
    }
    return tuple(
        VolumeListItem(
            name=raw.Name,
            driver=raw.Driver,
            mountpoint=raw.Mountpoint,
            created=raw.CreatedAt,
            scope=VolumeScopeEnum(raw.Scope if raw.Scope in {"local", "global"} else ""),
            size=None,
            in_use=raw.Name in used,
        )
        for raw in listing.volumes
    )
