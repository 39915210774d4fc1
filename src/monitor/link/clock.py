"""The peer's clock, measured by pings: of the last few answers the quickest one tells it best."""

from __future__ import annotations

_REMEMBERED = 8


class PeerClock:
    """How far the peer's clock is from ours, and how long a ping takes; both in ms, 0 while not measured."""

    def __init__(self) -> None:
        self._samples: tuple[tuple[float, float], ...] = ()
        self.rtt_ms = 0.0
        """Round trip of the quickest of the last pings."""
        self.offset_ms = 0.0
        """Peer's clock minus ours."""

    def measured(self, *, sent_ms: float, peer_ms: float, rtt_ms: float) -> None:
        """Add an answer: our wall clock when we asked, the peer's when it answered, and the time between."""
        newest = (rtt_ms, peer_ms - (sent_ms + rtt_ms / 2))
        self._samples = (*self._samples, newest)[-_REMEMBERED:]
        self.rtt_ms, self.offset_ms = min(self._samples)
