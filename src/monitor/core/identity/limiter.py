"""A limit on guessing: so many failures by one user name or address in a while, then a wait."""

import ipaddress
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from monitor.core.errors import ApiError

_KEYS = 10_000
_V6_PREFIX = 64


class Limiter:
    """Counts attempts as failures until they are forgiven, so that many at once do not slip through.

    Keeps at most 10,000 keys; the ones not used the longest go first.
    """

    def __init__(
        self,
        limit: int = 5,
        window: float = 15.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        keys: int = _KEYS,
    ) -> None:
        self._limit = limit
        self._window = window
        self._clock = clock
        self._most = keys
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def admit(self, *keys: str) -> None:
        """Count an attempt under each key. Raises 429 with the time to wait if one had too many."""
        now = self._clock()
        wait = max((self._wait(key, now) for key in keys), default=0.0)
        if wait > 0:
            raise ApiError(429, f"Too many attempts | Try again in {math.ceil(wait)}s")
        for key in keys:
            self._failures.setdefault(key, deque()).append(now)
            self._failures.move_to_end(key)
        while len(self._failures) > self._most:
            self._failures.popitem(last=False)

    def forgive(self, *keys: str) -> None:
        """Uncount the last attempt under each key: it was a success."""
        for key in keys:
            times = self._failures.get(key)
            if times:
                times.pop()
            if not times:
                self._failures.pop(key, None)

    def remaining(self, *keys: str) -> int:
        """How many more attempts are admitted now."""
        now = self._clock()
        return min((self._limit - self._count(key, now) for key in keys), default=self._limit)

    def _count(self, key: str, now: float) -> int:
        times = self._failures.get(key)
        if times is None:
            return 0
        while times and times[0] <= now - self._window:
            times.popleft()
        return len(times)

    def _wait(self, key: str, now: float) -> float:
        if self._count(key, now) < self._limit:
            return 0.0
        return self._failures[key][-self._limit] + self._window - now


def user_key(username: str) -> str:
    """The key of a user's name, as typed."""
    return f"user {username.casefold()[:100]}"


def address_key(address: str) -> str:
    """The key of an address; of IPv6 the network of 64 bits, which one host has to itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"address {address[:100]}"
    if isinstance(parsed, ipaddress.IPv6Address):
        return f"address {ipaddress.ip_network((int(parsed), _V6_PREFIX), strict=False)}"
    return f"address {parsed}"
