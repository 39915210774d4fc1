"""Chromium on Core's pages, as a user sees them."""

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Missing
from tests.world import ADMIN, PASSWORD, RunningCore

if TYPE_CHECKING:
    from playwright.async_api import Page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--js-flags=--expose-gc", "--enable-precise-memory-info",
]  # fmt: skip
BUILT = Path(__file__).resolve().parent.parent / "ui" / "dist"


@contextlib.asynccontextmanager
async def window(core: RunningCore) -> "AsyncIterator[Page]":
    """A window of Chromium, logged in. Missing without Chromium, Playwright or a built UI."""
    if not shutil.which(CHROMIUM):
        raise Missing("there is no Chromium")
    if not (BUILT / "index.html").is_file():
        raise Missing("the UI is not built")
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - not always here
    except ImportError as error:
        raise Missing("there is no Playwright") from error
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            context = await chromium.new_context(viewport={"width": 1440, "height": 900})
            answer = await context.request.post(
                f"{core.url}/auth/login/LoginLocalUser",
                data={"username": ADMIN, "password": PASSWORD},
                headers={"Origin": core.url},
            )
            assert answer.ok, await answer.text()
            yield await context.new_page()
        finally:
            await chromium.close()
