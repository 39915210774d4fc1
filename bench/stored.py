"""A data directory with many resources in it, written before Core starts."""

import asyncio
from pathlib import Path
from typing import Any

from monitor.api.deployment import (
    Deployment,
    DeploymentConfig,
    DeploymentImageImage,
    DeploymentImageImageFields,
    DeploymentInfo,
)
from monitor.api.ids import Oid, new_id
from monitor.api.server import Server, ServerConfig, ServerInfo
from monitor.core import documents
from monitor.core.store.sqlite import open_sqlite

_AT_ONCE = 500


async def store_resources(data: Path, *, servers: int, deployments: int) -> None:
    """Store servers, each without an agent, and deployments spread over them."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = await open_sqlite(data, documents.IN_MEMORY)
    made_servers = [
        Server(
            oid=Oid(new_id()),
            name=f"server-{number:05d}",
            info=ServerInfo(),
            config=ServerConfig(enabled=True),
        )
        for number in range(servers)
    ]
    made_deployments = [
        Deployment(
            oid=Oid(new_id()),
            name=f"deployment-{number:05d}",
            info=DeploymentInfo(),
            config=DeploymentConfig(
                server_id=made_servers[number % servers].id if servers else "",
                image=DeploymentImageImage(
                    DeploymentImageImageFields(image="registry.example/app:1")
                ),
                environment="A=1\nB=2",
            ),
        )
        for number in range(deployments)
    ]
    try:
        await _insert(store.collection(documents.SERVERS), made_servers)
        await _insert(store.collection(documents.DEPLOYMENTS), made_deployments)
    finally:
        await store.close()


async def _insert(collection: Any, values: list[Any]) -> None:
    for start in range(0, len(values), _AT_ONCE):
        part = values[start : start + _AT_ONCE]
        await asyncio.gather(*(collection.insert(value, id=value.id) for value in part))
