"""The asynchronous client, typed by the contract: a request goes in, its answer comes out as a struct."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Self, TypeVar, cast, get_args

import aiohttp
import msgspec

from monitor.api import codec
from monitor.api.activity import GetUpdate, GetUpdateOutput, UpdateOutputLine
from monitor.api.base import BatchExecute, Execute, Read, Request, Write
from monitor.api.login import JwtLogin, LoginLocalUser, SignUpLocalUser
from monitor.api.reader import read
from monitor.api.update import Update, UpdateListItem, UpdateStatus
from monitor.api.user import User
from monitor.client.errors import Failed, Unreachable

AnswerT = TypeVar("AnswerT")

_TRIES = 4
_POLL_S = 0.25


class Client:
    """One Core, as one user. Use it in `async with`, or `close` it.

    `timeout` is in seconds, for one call. Reads are tried again when the connection is lost; so are writes
    and executes, safely, because each carries an idempotency key.
    """

    def __init__(
        self,
        url: str,
        *,
        jwt: str = "",
        key: str = "",
        secret: str = "",
        timeout: float = 30,
    ) -> None:
        self.url = url.rstrip("/")
        self._jwt = jwt
        self._key = key
        self._secret = secret
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def jwt(self) -> str:
        """The session's token after a log-in."""
        return self._jwt

    async def login(self, username: str, password: str) -> None:
        """Log in by name and password; calls after this are made as that user."""
        answer = await self.send(LoginLocalUser(username=username, password=password))
        if not isinstance(answer, JwtLogin):
            raise Failed(401, "This user needs a second factor", code="second_factor")
        self._jwt = answer.data.jwt

    async def sign_up(self, username: str, password: str) -> None:
        """Make a user and go on as that one."""
        self._jwt = (await self.send(SignUpLocalUser(username=username, password=password))).jwt

    async def user(self) -> User:
        """The user these calls are made as."""
        return codec.decode(User, await self._call("GET", "/user", None, {}, tries=_TRIES))

    async def send(self, request: Request[AnswerT], *, key: str | None = None) -> AnswerT:
        """Have a request answered. Raises Failed with what Core said, Unreachable without an answer.

        `key` is an idempotency key: the same one gives the same Update or answer again.
        """
        headers: dict[str, str] = {}
        repeatable = isinstance(request, Read)
        if isinstance(request, Execute | BatchExecute | Write):
            headers["Idempotency-Key"] = key or secrets.token_urlsafe(18)
            repeatable = True
        body = codec.encode(request)
        path = f"/{request.group}/{type(request).__name__}"
        text = await self._call("POST", path, body, headers, tries=_TRIES if repeatable else 1)
        return cast("AnswerT", read(_answer_type(type(request)), msgspec.json.decode(text)))

    async def run(self, request: Execute, *, timeout: float = 600) -> Update:  # noqa: ASYNC109
        """Start an execution and wait for its end; `timeout` in seconds. Raises TimeoutError."""
        update = await self.send(request)
        async with asyncio.timeout(timeout):
            return await self.wait(update.id)

    async def wait(self, update: str) -> Update:
        """The Update once it is complete."""
        while True:
            found = await self.send(GetUpdate(id=update))
            if found.status is UpdateStatus.COMPLETE:
                return found
            await asyncio.sleep(_POLL_S)

    async def lines(self, update: str, *, after: int = 0) -> AsyncIterator[UpdateOutputLine]:
        """A run's lines from the first (or behind number `after`) to its end, as they come."""
        while True:
            output = await self.send(GetUpdateOutput(id=update, after=after))
            for line in output.lines:
                yield line
            after = output.last
            if output.complete and not output.lines:
                return
            if not output.lines:
                await asyncio.sleep(_POLL_S)

    async def updates(self) -> AsyncIterator[UpdateListItem]:
        """Every change of an Update this user may see, from now on; connects again when the link is lost."""
        delay = 0.5
        while True:
            try:
                async with aclosing(self._updates_once()) as items:
                    async for item in items:
                        delay = 0.5
                        yield item
            except (aiohttp.ClientError, Unreachable):
                await asyncio.sleep(random.uniform(0, delay))  # noqa: S311 - jitter
                delay = min(delay * 2, 15)

    async def _updates_once(self) -> AsyncGenerator[UpdateListItem, None]:
        async with self._open().ws_connect(f"{self.url}/ws/update", heartbeat=30) as socket:
            await socket.send_str(self._login_frame())
            hello = await socket.receive_str(timeout=10)
            if hello != "LOGGED_IN":
                raise Failed(401, hello)
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    yield codec.decode(UpdateListItem, message.data)
        raise Unreachable("the connection was closed")

    def _login_frame(self) -> str:
        if self._jwt:
            login: dict[str, Any] = {"type": "Jwt", "params": {"jwt": self._jwt}}
        else:
            login = {"type": "ApiKeys", "params": {"key": self._key, "secret": self._secret}}
        return msgspec.json.encode(login).decode()

    async def _call(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], *, tries: int
    ) -> bytes:
        for attempt in range(tries):
            try:
                return await self._once(method, path, body, headers | self._credentials())
            except (aiohttp.ClientConnectionError, TimeoutError) as error:
                if attempt + 1 == tries:
                    raise Unreachable(f"{self.url} does not answer: {error}") from error
                await asyncio.sleep(random.uniform(0, 0.3 * 2**attempt))  # noqa: S311 - jitter
        raise Unreachable(self.url)

    async def _once(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> bytes:
        async with self._open().request(
            method, self.url + path, data=body, headers=headers
        ) as answer:
            text = await answer.read()
            if answer.status != 200:  # noqa: PLR2004 - anything else is an error
                raise _failed(answer.status, text)
            return text

    def _credentials(self) -> dict[str, str]:
        if self._jwt:
            return {"Authorization": self._jwt}
        if self._key:
            return {"X-Api-Key": self._key, "X-Api-Secret": self._secret}
        return {}

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                headers={"Content-Type": "application/json"},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _answer_type(request: type[Any]) -> Any:
    """What a request is answered with: the parameter of its base."""
    for base in getattr(request, "__orig_bases__", ()):
        arguments = get_args(base)
        if arguments:
            return arguments[0]
    parent = request.__mro__[1]
    if parent is not Request:
        return _answer_type(parent)
    raise TypeError(f"{request.__name__} does not say what it is answered with")


def _failed(status: int, text: bytes) -> Failed:
    try:
        body = msgspec.json.decode(text)
        return Failed(status, body["error"], code=body.get("code", ""), trace=body["trace"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return Failed(status, text[:500].decode(errors="replace"))
