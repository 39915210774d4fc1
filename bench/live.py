"""How long after a container stopped behind our back a live socket, and a page, show it."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import aiohttp

from bench.browser import window
from bench.containers import SERVICE, Place, demand_docker, docker_async, image, names, real_server
from bench.figures import Figure, Missing, median, percentile
from bench.programs import live_socket

if TYPE_CHECKING:
    from playwright.async_api import Page

ROUNDS = 50
_WITHIN = 5.0
_WATCH_ROW = """id => {
  window.seen = [];
  let last = '';
  const look = () => {
    const row = document.querySelector(`[data-row="${CSS.escape(id)}"]`);
    const text = row ? row.textContent : '';
    if (text !== last) { last = text; window.seen.push([Date.now(), text]); }
  };
  new MutationObserver(look).observe(document.body,
    {subtree: true, childList: true, characterData: true, attributes: true});
  look();
}"""


async def run() -> AsyncIterator[Figure]:
    """50 times `docker stop`, by Docker's own word on when the container ended."""
    demand_docker()
    with names() as prefix, image(f"{prefix}/service", SERVICE) as service:
        async with real_server() as place:
            name = f"{prefix}-web"
            await docker_async("run", "-d", "--name", name, "--network", "none", service)
            took = await _socket(place, name)
            yield _figure("live socket", took)
            with contextlib.suppress(Missing):
                async with window(place.core) as page:
                    yield _figure("page in Chromium", await _page(place, page, name))


def _figure(where: str, took: list[float]) -> Figure:
    return Figure(
        what=f"container stopped outside -> {where} shows it, p99",
        figure=percentile(took, 0.99), unit="ms", budget=250,
        note=f"{len(took)} times, p50 {median(took):.0f} ms, worst {max(took):.0f} ms",
    )  # fmt: skip


async def _socket(place: Place, name: str) -> list[float]:
    row = f"{place.server.id}/{name}"
    took: list[float] = []
    async with live_socket(place.core, place.client, ("containers",)) as socket:
        await _until_state(socket, row, "running")
        for number in range(1 + ROUNDS):
            stopping = asyncio.create_task(docker_async("stop", name))
            seen = await _until_state(socket, row, "exited")
            await stopping
            if number:
                took.append(seen - await _ended_ms(name))
            await docker_async("start", name)
            await _until_state(socket, row, "running")
    return took


async def _until_state(socket: aiohttp.ClientWebSocketResponse, row: str, state: str) -> float:
    """Unix ms of when the frame came that says so."""
    async with asyncio.timeout(_WITHIN):
        while True:
            frame: dict[str, Any] = json.loads(await socket.receive_str())
            at = time.time() * 1000
            rows = {one["id"]: one for one in frame.get("rows", ())} | dict(frame.get("set", ()))
            if rows.get(row, {}).get("state") == state:
                return at


async def _page(place: Place, page: "Page", name: str) -> list[float]:
    row = f"{place.server.id}/{name}"
    await page.goto(f"{place.core.url}/containers?q={name}")
    await page.wait_for_selector(f'[data-row="{row}"]')
    await page.evaluate(_WATCH_ROW, row)
    took: list[float] = []
    for number in range(1 + ROUNDS):
        await docker_async("stop", name)
        ended = await _ended_ms(name)
        seen = await _shown_at(page, "Exited")
        if number:
            took.append(seen - ended)
        await docker_async("start", name)
        await _shown_at(page, "Up ")
    return took


async def _shown_at(page: "Page", text: str) -> float:
    """Unix ms of when the row last became one with this text."""
    end = time.monotonic() + _WITHIN
    while True:
        seen: list[tuple[float, str]] = await page.evaluate("window.seen.splice(0)")
        for at, shown in seen:
            if re.search(text, shown):
                return at
        if time.monotonic() > end:
            raise TimeoutError(f"no {text} within {_WITHIN} s; last seen: {seen[-1:]}")
        await asyncio.sleep(0.02)


async def _ended_ms(name: str) -> float:
    """Unix ms of when a container ended, as Docker has it."""
    text = await docker_async("inspect", "--format", "{{.State.FinishedAt}}", name)
    whole, _, fraction = text.removesuffix("Z").partition(".")
    seconds = datetime.fromisoformat(f"{whole}+00:00").timestamp()
    return (seconds + float(f"0.{fraction or 0}")) * 1000
