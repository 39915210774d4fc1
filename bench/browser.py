"""Chromium on Core's pages, as a user sees them."""

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.world import ADMIN, PASSWORD, RunningCore

from bench.figures import Missing

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--js-flags=--expose-gc", "--enable-precise-memory-info",
]  # fmt: skip
BUILT = Path(__file__).resolve().parent.parent / "ui" / "dist"


@contextlib.asynccontextmanager
async def chromium() -> "AsyncIterator[Browser]":
    """A running Chromium. Missing without it, Playwright or a built UI."""
    if not shutil.which(CHROMIUM):
        raise Missing("there is no Chromium")
    if not (BUILT / "index.html").is_file():
        raise Missing("the UI is not built")
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - not always here
    except ImportError as error:
        raise Missing("there is no Playwright") from error
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def new_page(browser: "Browser", core: RunningCore) -> "AsyncIterator[Page]":
    """A page of a window of its own, with an empty cache, logged in."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        answer = await context.request.post(
            f"{core.url}/auth/login/LoginLocalUser",
            data={"username": ADMIN, "password": PASSWORD},
            headers={"Origin": core.url},
        )
        assert answer.ok, await answer.text()
        yield await context.new_page()
    finally:
        await context.close()


@contextlib.asynccontextmanager
async def window(core: RunningCore) -> "AsyncIterator[Page]":
    """A page of a Chromium of its own, logged in. Missing as with `chromium`."""
    async with chromium() as browser, new_page(browser, core) as page:
        yield page
