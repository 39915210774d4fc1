"""What all WebSockets of Core share: logging in, how many one user may have, and ending with the session."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web
from msgspec import Struct

from monitor.core.errors import ApiError, unauthenticated
from monitor.core.events import Events, RightsChanged, SessionEnded

MAX_SOCKETS = 64
"""Open sockets of one user, if nothing else is said."""
LOGIN_WITHIN = 10.0
"""Seconds a client has for its first frame."""
HEARTBEAT = 30.0
"""Seconds between pings; a client that does not answer within half of it is gone."""
CLOSE_UNAUTHORISED = 4401
CLOSE_TOO_MANY = 4429
_LOOK_EVERY = 20.0


class Who(Struct, frozen=True):
    """Whose socket it is: a user's id, and the session's if there is one (not for API keys)."""

    user: str
    session: str | None = None


@dataclass(frozen=True)
class Logins:
    """How sockets find out who calls; all raise ApiError with the words for the client."""

    by_cookie: Callable[[web.Request], Awaitable[Who | None]]
    """By a browser's session cookie with an `Origin` of ours; None without a cookie."""
    by_message: Callable[[web.Request, str], Awaitable[Who]]
    """By a first frame as `/ws/update` has it: `{"type": "Jwt" or "ApiKeys", "params": {...}}`."""
    problem: Callable[[Who], Awaitable[str | None]]
    """Why this login does not hold any more, or None while it does."""


@dataclass(eq=False)
class OpenSocket:
    """A socket in use."""

    who: Who
    ws: web.WebSocketResponse
    farewell: bytes | None
    task: asyncio.Task[object] | None = field(default_factory=asyncio.current_task)
    ended: str | None = None


class Sockets:
    """The open sockets. `run` ends those whose login no longer holds, within 2 s of hearing of it."""

    def __init__(self, events: Events, logins: Logins, per_user: int = MAX_SOCKETS) -> None:
        self.logins = logins
        self._per_user = per_user
        self._events = events
        self._open: set[OpenSocket] = set()

    @asynccontextmanager
    async def opened(
        self, ws: web.WebSocketResponse, who: Who, *, farewell: bytes | None = None
    ) -> AsyncGenerator[OpenSocket, None]:
        """Count a socket while it is in use. ApiError 429 if the user has too many.

        When its login ends, `farewell` is sent, it is closed with 4401 and its task is cancelled.
        """
        if sum(one.who.user == who.user for one in self._open) >= self._per_user:
            raise ApiError(429, f"A user may have {self._per_user} open sockets")
        one = OpenSocket(who, ws, farewell)
        self._open.add(one)
        try:
            yield one
        except asyncio.CancelledError:
            if one.ended is None:
                raise
            if one.task is not None:
                one.task.uncancel()
        finally:
            self._open.discard(one)

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    async def run(self) -> None:
        """Hear of sessions that end and rights that change; look at all every 20 s besides."""
        news = self._events.subscribe(SessionEnded, RightsChanged)
        try:
            while True:
                event: SessionEnded | RightsChanged | None = None
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY):
                        event = await news.get()
                await self._look(event)
        finally:
            self._events.unsubscribe(news)

    async def _look(self, event: SessionEnded | RightsChanged | None) -> None:
        ending: list[tuple[OpenSocket, str]] = []
        for one in list(self._open):
            if isinstance(event, SessionEnded):
                if one.who.session == event.session:
                    ending.append((one, "Your session has ended"))
                continue
            if isinstance(event, RightsChanged) and event.user not in {None, one.who.user}:
                continue
            problem = await self.logins.problem(one.who)
            if problem is not None:
                ending.append((one, problem))
        await asyncio.gather(*(self._end(one, reason) for one, reason in ending))

    async def close(self) -> None:
        """Close all of them, as Core stops; pages come back by themselves."""
        going = WSCloseCode.GOING_AWAY
        await asyncio.gather(
            *(self._end(one, "Core is stopping", code=going) for one in list(self._open))
        )

    async def _end(self, one: OpenSocket, reason: str, code: int = CLOSE_UNAUTHORISED) -> None:
        if one.ended is not None:
            return
        one.ended = reason
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(1):
                if one.farewell is not None and code == CLOSE_UNAUTHORISED:
                    await one.ws.send_frame(one.farewell, WSMsgType.TEXT)
                await one.ws.close(code=code, message=reason.encode()[:120], drain=False)
        if one.task is not None:
            one.task.cancel()


async def first_text(ws: web.WebSocketResponse) -> str:
    """A client's first frame, text or the same in binary. ApiError 401 if it is something else or late."""
    try:
        message = await ws.receive(timeout=LOGIN_WITHIN)
    except TimeoutError as error:
        raise unauthenticated("No login was sent") from error
    if message.type is WSMsgType.TEXT:
        return message.data
    if message.type is WSMsgType.BINARY:
        with suppress(UnicodeDecodeError):
            return message.data.decode()
    raise unauthenticated("The first frame must be a login")


def now_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000
