"""What a bench answers: figures beside their budgets, as a table."""

import math
import statistics
from collections.abc import Iterable, Sequence

from msgspec import Struct


class Figure(Struct, frozen=True, kw_only=True):
    """One measured figure. Without a budget it is told beside the others; `note` says how it came about."""

    what: str
    figure: float
    unit: str
    budget: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether it keeps its budget."""
        if self.budget is None:
            return ""
        return "ok" if self.figure <= self.budget else "MISS"


class Missing(Exception):
    """A bench needs what is not here; the text says what."""


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def table(figures: Iterable[Figure]) -> str:
    """The figures as lines of text that are a Markdown table too."""
    rows = [("what", "budget", "figure", "", "how")]
    rows += [
        (
            one.what,
            "" if one.budget is None else f"{_number(one.budget)} {one.unit}",
            f"{_number(one.figure)} {one.unit}",
            one.verdict,
            one.note,
        )
        for one in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
