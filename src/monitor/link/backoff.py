"""How long to wait before dialling again: full jitter, so that a thousand agents do not come back at once."""

from __future__ import annotations

import random

SHORTEST = 0.5
LONGEST = 15.0
STEADY_AFTER = 30.0
"""Seconds a link must have lasted for the waiting to begin anew."""


def backoff(failures: int) -> float:
    """Seconds to wait after `failures` (from 1) in a row: at random from 0.5 up to 1, 2, 4, 8, and then 15."""
    longest = min(LONGEST, 2.0 ** min(failures - 1, 10))
    return random.uniform(SHORTEST, longest)  # noqa: S311 - spreads load, hides nothing
