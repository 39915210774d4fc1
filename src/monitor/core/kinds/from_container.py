"""The config of a deployment that would make a container like one that runs already."""

import shlex
from collections.abc import Sequence

from monitor.api.deployment import (
    DeploymentConfig,
    DeploymentImageImage,
    DeploymentImageImageFields,
    RestartMode,
)
from monitor.api.inspect import Container, ContainerConfig, DockerHostConfig
from monitor.api.text import format_conversions, format_pairs
from monitor.api.values import TerminationSignal

_INTERNAL = ("monitor.", "com.docker.", "org.opencontainers.image.")


def config_of(container: Container, server_id: str) -> DeploymentConfig:
    """What `docker inspect` tells, as a deployment's config; what it can't hold is left out."""
    config = container.Config or ContainerConfig()
    host = container.HostConfig or DockerHostConfig()
    return DeploymentConfig(
        server_id=server_id,
        image=DeploymentImageImage(DeploymentImageImageFields(image=config.Image or "")),
        network=host.NetworkMode or "bridge",
        restart=_restart(host),
        command=shlex.join(config.Cmd),
        termination_signal=_signal(config.StopSignal),
        termination_timeout=10 if config.StopTimeout is None else config.StopTimeout,
        ports=format_conversions(_ports(host)),
        volumes=format_conversions(_halves(host.Binds, ":")),
        environment=format_pairs(_halves(config.Env, "=")),
        labels=format_pairs(
            [(k, v) for k, v in config.Labels.items() if not k.startswith(_INTERNAL)], ":"
        ),
    )


def _ports(host: DockerHostConfig) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for port, bindings in host.PortBindings.items():
        inside = port.removesuffix("/tcp")
        for binding in bindings or ():
            outside = binding.HostPort or ""
            pairs.append((f"{binding.HostIp}:{outside}" if binding.HostIp else outside, inside))
    return pairs


def _halves(texts: Sequence[str], separator: str) -> list[tuple[str, str]]:
    cut = (text.partition(separator) for text in texts)
    return [(key, value) for key, found, value in cut if found]


def _restart(host: DockerHostConfig) -> RestartMode:
    name = host.RestartPolicy.Name if host.RestartPolicy is not None else ""
    return RestartMode(name) if name in set(RestartMode) else RestartMode.NO


def _signal(name: str | None) -> TerminationSignal:
    return TerminationSignal(name) if name in set(TerminationSignal) else TerminationSignal.SIGTERM
