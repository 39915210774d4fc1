"""Calls requests through the published client `komodo-api`, which checks every answer against Komodo's own types."""

import typing
from typing import Any

import komodo_api.types as shapes
from komodo_api.lib import ApiKeyInitOptions, KomodoClient

TOTAL = 333
"""How many requests the published client has."""

GROUPS = ("read", "write", "execute")


class Komodo:
    """The published client, with its requests by their names on the wire."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        self._client = KomodoClient(url, ApiKeyInitOptions(key, secret))
        self._groups = {group: getattr(self._client, group) for group in GROUPS}
        self.parsed: set[str] = set()
        """The requests that were answered so that the client could parse it."""
        self.watched: list[Any] = []
        """The Updates that came over the socket."""

    async def send(self, name: str, /, **params: Any) -> Any:
        """Ask, and answer the parsed value. Raises what the client raises where the answer is not of the shape."""
        method = self._method(name)
        answer = await method(getattr(shapes, name).model_validate(params))
        self.parsed.add(name)
        return answer

    async def done(self, name: str, /, **params: Any) -> Any:
        """Run an execution and wait for the end of its Update, parsing every state of it on the way."""
        update = await self.send(name, **params)
        return await self._client.poll_update_until_complete(update, 0.05)  # type: ignore[arg-type]

    async def watch(self) -> None:
        """Collect what the update socket says until cancelled. Raises where the client cannot parse it."""
        await self._client.get_update_websocket(self.watched.append)

    async def close(self) -> None:
        await self._client.close()

    def _method(self, name: str) -> Any:
        spelled = name[0].lower() + name[1:]
        return next(
            getattr(group, spelled) for group in self._groups.values() if hasattr(group, spelled)
        )


def published() -> set[str]:
    """The names of all requests that the client has."""
    unions = (shapes.ReadRequest, shapes.WriteRequest, shapes.ExecuteRequest)
    return {
        typing.get_type_hints(member)["params"].__name__
        for union in unions
        for member in typing.get_args(union)
    }
