"""The dashboard in Chromium with 1,000 servers and 5,000 containers, against the budgets of the UI."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from tests.world import RunningCore

from bench.browser import chromium, new_page
from bench.figures import Figure, median
from bench.programs import create_servers, running_core, simulated
from bench.simulator import Plan

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PLAN = Plan(servers=1000, containers=5)
LOADS = 5
SLOW_LOADS = 3
LIVE_SECONDS = 15.0
_WITHIN = 30.0
_THROTTLE = 4
_PAUSE = 1.0
"""Seconds between two loads: the browser cleans up after a page for a while, on the same cores."""
_WATCH = """([servers, containers]) => {
  window.m = {usable: 0, shift: 0, blocked: 0, painted: 0};
  new PerformanceObserver(list => { for (const e of list.getEntries())
    if (!e.hadRecentInput) m.shift += e.value; }).observe({type: 'layout-shift', buffered: true});
  new PerformanceObserver(list => { for (const e of list.getEntries())
    m.blocked += Math.max(0, e.duration - 50); }).observe({type: 'longtask', buffered: true});
  const number = selector => {
    const digits = (document.querySelector(selector)?.textContent ?? '').replace(/[^0-9]/g, '');
    return digits;
  };
  const look = () => {
    const main = document.querySelector('main') ?? document.body;
    const has = (to, total) => number(`main a[href="${to}"]`).startsWith(String(total));
    if (main && has('/servers', servers) && has('/containers', containers)
        && document.querySelector('[data-row]')) {
      requestAnimationFrame(() => setTimeout(() => { m.usable = performance.now(); }));
    } else requestAnimationFrame(look);
  };
  addEventListener('DOMContentLoaded', look);
}"""

_UNTIL_PAINT = """() => {
  const paint = performance.getEntriesByName('first-paint')[0]?.startTime ?? Infinity;
  return 1 + performance.getEntriesByType('resource').filter(e => e.startTime < paint).length;
}"""


class Load(Struct, frozen=True, kw_only=True):
    """One load of the dashboard."""

    usable_ms: float
    blocked_ms: float
    nodes: float
    heap_mb: float
    requests: float
    shift: float = 0.0


async def run() -> AsyncIterator[Figure]:
    """Medians of loads with an empty cache, as they are and slowed down, and a while of live patches."""
    async with running_core() as core, chromium() as browser:
        async with core.client() as client:
            await create_servers(client, PLAN)
        async with simulated(core, PLAN, PLAN.ramp + 150):
            loads = [await _load(browser, core) for _ in range(1 + LOADS)][1:]
            slow = [await _load(browser, core, throttle=_THROTTLE) for _ in range(SLOW_LOADS)]
            live = await _load(browser, core, stay=LIVE_SECONDS)
    what = (
        f"dashboard of {PLAN.servers:,} servers and {PLAN.servers * PLAN.containers:,} containers"
    )
    for name, budget, unit, values in (
        ("usable after", 800, "ms", [load.usable_ms for load in loads]),
        ("blocked while loading", 150, "ms", [load.blocked_ms for load in loads]),
        ("DOM nodes", 3000, "", [load.nodes for load in loads]),
        ("heap", 40, "MB", [load.heap_mb for load in loads]),
        ("requests to first paint", 8, "", [load.requests for load in loads]),
    ):
        yield Figure(
            what=f"{what}: {name}", figure=median(values), unit=unit, budget=budget,
            note=f"median of {LOADS}",
        )  # fmt: skip
    yield Figure(
        what=f"{what}: usable after, at {_THROTTLE}x CPU",
        figure=median([load.usable_ms for load in slow]),
        unit="ms",
        budget=2000,
        note=f"median of {SLOW_LOADS}",
    )
    yield Figure(
        what=f"{what}: layout shift", figure=live.shift, unit="", budget=0.02,
        note=f"while loading and {LIVE_SECONDS:.0f} s live",
    )  # fmt: skip


async def _load(
    browser: "Browser", core: RunningCore, *, throttle: int = 1, stay: float = 0.0
) -> Load:
    await asyncio.sleep(_PAUSE)
    async with new_page(browser, core) as page:
        session = await page.context.new_cdp_session(page)
        if throttle > 1:
            await session.send("Emulation.setCPUThrottlingRate", {"rate": throttle})
        totals = [PLAN.servers, PLAN.servers * PLAN.containers]
        await page.add_init_script(f"({_WATCH})({totals})")
        await page.goto(core.url, wait_until="commit")
        await _until_usable(page)
        requests = await page.evaluate(_UNTIL_PAINT)
        measured: dict[str, float] = await page.evaluate("window.m")
        await _clicks(page)
        await asyncio.sleep(stay)
        await session.send("HeapProfiler.collectGarbage")
        metrics: dict[str, Any] = await session.send("Performance.enable")
        metrics = await session.send("Performance.getMetrics")
        values = {one["name"]: one["value"] for one in metrics["metrics"]}
        nodes = await page.evaluate("document.getElementsByTagName('*').length")
        shift = await page.evaluate("window.m.shift")
        return Load(
            usable_ms=measured["usable"],
            blocked_ms=measured["blocked"],
            nodes=nodes,
            heap_mb=values["JSHeapUsedSize"] / 1e6,
            requests=requests,
            shift=shift,
        )


async def _until_usable(page: "Page") -> None:
    """Look now and then: the page's policy allows no code that is made of text."""
    end = time.monotonic() + _WITHIN
    while not await page.evaluate("window.m?.usable > 0"):
        if time.monotonic() > end:
            main = await page.locator("main").inner_text()
            raise TimeoutError(f"not usable within {_WITHIN:.0f} s: {main[:500]}")
        await asyncio.sleep(0.05)


async def _clicks(page: "Page") -> float:
    """Milliseconds until the page has taken a click."""
    began = time.perf_counter()
    await page.locator("main [data-page-filter]").first.click(timeout=5000)
    return (time.perf_counter() - began) * 1000
