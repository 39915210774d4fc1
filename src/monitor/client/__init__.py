"""The Python client: `async with Client(url, ...) as client: await client.send(ListServers())`."""

from monitor.client.client import Client
from monitor.client.errors import Failed, Unreachable
from monitor.client.sync import SyncClient

__all__ = ["Client", "Failed", "SyncClient", "Unreachable"]
