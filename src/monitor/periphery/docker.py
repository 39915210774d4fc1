"""The Docker Engine's API over its socket: requests, long-lived streams, and what can go wrong with them."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec
from msgspec import Struct
from yarl import URL

from monitor.link.base import CommandFailed

DEFAULT_HOST = "unix:///var/run/docker.sock"
ANSWER_SECONDS = 15.0
CONNECT_SECONDS = 3.0
_NOT_MODIFIED = 304
_NO_LIMIT = 0
"""On connections: a request never waits for a log that is followed to end."""

T = TypeVar("T")
Method = Literal["GET", "POST", "DELETE"]


class DockerAway(Exception):
    """There is no engine at the socket, or it does not answer."""


class DockerRefused(Exception):
    """The engine answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Version(Struct, frozen=True):
    """What `GET /version` says."""

    Version: str = ""
    ApiVersion: str = ""


class Docker:
    """One engine. Requests go without a version: the engine answers in its newest."""

    def __init__(self, host: str = DEFAULT_HOST) -> None:
        self.host = host
        scheme, _, rest = host.partition("://")
        if scheme not in {"unix", "tcp", "http"}:
            raise ValueError(f"the agent reads Docker at unix:// or tcp:// addresses, not {host}")
        self._socket = rest if scheme == "unix" else None
        self._origin = "http://docker" if scheme == "unix" else f"http://{rest}"
        self._session: aiohttp.ClientSession | None = None

    @property
    def command_host(self) -> str:
        """Its address as the `docker` command takes it."""
        return self.host.replace("http://", "tcp://", 1)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = (
                aiohttp.UnixConnector(self._socket, limit=_NO_LIMIT)
                if self._socket
                else aiohttp.TCPConnector(limit=_NO_LIMIT)
            )
            self._session = aiohttp.ClientSession(
                connector=connector, auto_decompress=False, read_bufsize=2**18
            )
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @asynccontextmanager
    async def open(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        method: Method = "GET",
        body: bytes = b"",
        seconds: float | None = ANSWER_SECONDS,
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """Ask, and read the answer while it is open; `seconds=None` lets it stay open. `body` is JSON.

        Raises DockerAway and DockerRefused.
        """
        asked = "&".join(f"{key}={quote(value, safe='')}" for key, value in (query or {}).items())
        url = URL(f"{self._origin}{path}{'?' + asked if asked else ''}", encoded=True)
        try:
            async with self._client().request(
                method,
                url,
                data=body or None,
                headers={"Content-Type": "application/json"} if body else None,
                timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS),
                allow_redirects=False,
            ) as response:
                if response.status >= 300:  # noqa: PLR2004
                    raise DockerRefused(response.status, _message(await response.read()))
                yield response
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DockerAway(_reason(error, self.host)) from error

    async def get(
        self, path: str, query: Mapping[str, str] | None = None, *, seconds: float = ANSWER_SECONDS
    ) -> bytes:
        """`GET path`, whole."""
        async with self.open(path, query, seconds=seconds) as response:
            return await response.read()

    async def change(
        self, method: Method, path: str, query: Mapping[str, str], body: bytes, *, seconds: float
    ) -> None:
        """Ask for a change and wait until it is made. Where things are so already, nothing is refused."""
        try:
            async with self.open(path, query, method=method, body=body, seconds=seconds) as answer:
                await answer.read()
        except DockerRefused as error:
            if error.status != _NOT_MODIFIED:
                raise

    async def version(self) -> Version:
        """Ask which engine this is."""
        return decode(await self.get("/version", seconds=CONNECT_SECONDS), Version)


def decode(data: bytes, kind: type[T]) -> T:
    """JSON of the engine as `kind`; odd bytes are made valid text."""
    try:
        return msgspec.json.decode(data, type=kind, strict=False)
    except UnicodeDecodeError:
        return msgspec.json.decode(data.decode(errors="replace"), type=kind, strict=False)


def segment(name: str) -> str:
    """A user's name as one part of a path. Fails with `not_found` for what can be no name."""
    parts = name.split("/")
    if not name or any(part in {"", ".", ".."} for part in parts) or not name.isprintable():
        raise CommandFailed("not_found", f"No such object: {name!r}")
    return quote(name, safe="/:@")


def refusal(error: DockerRefused | DockerAway) -> CommandFailed:
    """The failure of a command whose question the engine did not answer."""
    if isinstance(error, DockerAway):
        return CommandFailed("docker_away", str(error))
    return CommandFailed("not_found" if error.status == 404 else "docker", error.message)  # noqa: PLR2004


def _message(body: bytes) -> str:
    try:
        said: Any = json.loads(body)
        return str(said["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace").strip() or "the engine gave no reason"


def _reason(error: BaseException, host: str) -> str:
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return f"Docker at {host} does not answer"
    cause = error.__cause__ or error
    what = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return f"Docker at {host} cannot be reached: {what}"
