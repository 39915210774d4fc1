"""`./dev bench [name ...]`: measures, and prints each figure beside its budget."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable

from bench import agent, build, deploy, fleet, history, lines, lists, live, start, ui
from bench.figures import Figure, Missing, table
from bench.machine import crowded, describe

Bench = Callable[[], AsyncIterator[Figure]]

_CROWDED = 1.2

BENCHES: dict[str, Bench] = {
    "live": live.run,
    "lines": lines.run,
    "deploy": deploy.run,
    "build": build.run,
    "fleet": fleet.run,
    "lists": lists.run,
    "history": history.run,
    "agent": agent.run,
    "start": start.run,
    "ui": ui.run,
}
"""In the order of the budgets in the design."""


async def measure(names: list[str]) -> list[Figure]:
    """Run benches one after the other; what one needs and is not here is told."""
    figures: list[Figure] = []
    for name in names:
        began = time.monotonic()
        try:
            async for figure in BENCHES[name]():
                figures.append(figure)
                print(f"{name}: {figure.what}: {figure.figure:.4g} {figure.unit}", file=sys.stderr)
        except Missing as missing:
            print(f"{name}: not measured: {missing}", file=sys.stderr)
        print(f"{name}: took {time.monotonic() - began:.0f} s", file=sys.stderr)
    return figures


def main() -> int:
    """All benches, or those that are named. The exit status is 1 if a budget is missed."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(
            f"no such bench: {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr
        )
        return 2
    print(describe(), file=sys.stderr)
    before = crowded()
    figures = asyncio.run(measure(names))
    print(f"\n{describe()}\n\n{table(figures)}")
    factor = max(before, crowded())
    if factor > _CROWDED:
        print(
            f"\nOthers use this machine: work takes {factor:.1f} times as long as it would alone, "
            "and so do the times above."
        )
    return int(any(figure.verdict == "MISS" for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
