"""When a link is to be pinged, and when its peer counts as dead. Pure: times are given, seconds of one clock."""

from __future__ import annotations

PING_AFTER = 4.0
"""Seconds of saying or hearing nothing after which a ping is due: what the peer hears shows it that we live."""
CLOCK_EVERY = 15.0
"""Seconds between two pings of a link that is never quiet: they measure the peer's clock."""
DEAD_AFTER = 8.5
"""Seconds of silence after which the peer is dead; a link is down within 10."""
_NEVER = float("-inf")


class Alive:
    """What was heard, said and pinged last. What comes and goes anyway spares the ping."""

    def __init__(self, now: float) -> None:
        self._heard = now
        self._said = _NEVER
        self._pinged = _NEVER
        self._number = 0

    def heard(self, now: float) -> None:
        """The peer sent something."""
        self._heard = now

    def said(self, now: float) -> None:
        """Something was sent to it."""
        self._said = now

    def silence(self, now: float) -> float:
        """How long it has been silent."""
        return now - self._heard

    def ping_at(self) -> float:
        """When the next ping is due."""
        quiet_since = max(min(self._said, self._heard), self._pinged)
        return min(quiet_since + PING_AFTER, self._pinged + CLOCK_EVERY)

    def ping(self, now: float) -> int:
        """A ping is sent now; answers its number."""
        self._pinged = now
        self._number += 1
        return self._number

    def answered(self, number: int, now: float) -> float | None:
        """How long the last ping took, if this is its answer."""
        return now - self._pinged if number == self._number else None
