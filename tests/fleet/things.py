"""Servers, containers and samples to feed a Fleet with."""

from __future__ import annotations

import time
from typing import Any

from monitor.api.docker import ContainerListItem, ContainerStateStatusEnum, ImageListItem
from monitor.api.ids import Oid, new_id
from monitor.api.server import Server, ServerConfig, ServerInfo
from monitor.link.events import ContainerSample, ContainerStatsBatch, Disk, DockerState, HostStats

GIB = 1024**3


def server(name: str, **config: Any) -> Server:
    """A configured server."""
    config = {"enabled": True, **config}
    return Server(oid=Oid(new_id()), name=name, info=ServerInfo(), config=ServerConfig(**config))


def container(name: str, state: str = "running", **fields: Any) -> ContainerListItem:
    """A container as an agent tells of it."""
    fields = {
        "id": f"{name}-id".ljust(64, "0"),
        "image": "app:1",
        "status": "Up 2 minutes" if state == "running" else "Exited (0) 1 second ago",
        **fields,
    }
    return ContainerListItem(name=name, state=ContainerStateStatusEnum(state), **fields)


def image(identity: str) -> ImageListItem:
    """An image."""
    return ImageListItem(
        id=identity, parent_id="", name=f"{identity}:latest", created=0, size=10, in_use=True
    )


def docker(*containers: ContainerListItem, **lists: Any) -> DockerState:
    """Everything an engine has."""
    return DockerState(version="27.0.1", containers=containers, **lists)


def stats(cpu: float = 10.0, ts_ms: int | None = None, **fields: Any) -> HostStats:
    """A host's sample, now by default."""
    fields = {
        "interval_ms": 5000,
        "load": (1.0, 0.5, 0.25),
        "mem_used": 2 * GIB,
        "mem_total": 8 * GIB,
        "mem_free": 5 * GIB,
        "mem_cache": GIB,
        "disks": (
            Disk(mount="/", fs="ext4", used=50 * GIB, total=100 * GIB),
            Disk(mount="/data", fs="xfs", used=90 * GIB, total=100 * GIB),
        ),
        "net_in": 1000.0,
        "net_out": 200.0,
        **fields,
    }
    return HostStats(ts_ms=now_ms() if ts_ms is None else ts_ms, cpu=cpu, **fields)


def sample(cpu: float = 1.5, **fields: Any) -> ContainerSample:
    """A container's sample."""
    return ContainerSample(cpu=cpu, **{"mem": 1_572_864, "mem_limit": 8 * GIB, **fields})


def batch(ts_ms: int | None = None, **containers: ContainerSample) -> ContainerStatsBatch:
    """Samples of containers by name."""
    return ContainerStatsBatch(
        ts_ms=now_ms() if ts_ms is None else ts_ms, containers=dict(containers)
    )


def now_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000
