"""A user's browser window on Core: it fails when the page complains, and can ask axe what it finds."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebSocket,
    expect,
)

from world import ADMIN, PASSWORD

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

LAUNCH = {
    "executable_path": "/usr/bin/chromium",
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
    ],
}

Theme = Literal["dark", "light"]
THEMES: tuple[Theme, ...] = ("dark", "light")
DESKTOP = (1440, 900)
PHONE = (390, 844)

expect.set_options(timeout=15_000)


_OF_THE_MACHINE = ("net::ERR_NETWORK_CHANGED",)
"""Chromium lets go of what it loads when Docker adds an interface on the same machine; the page loads it again."""


@dataclass
class Window:
    """One browser window with one page, and everything it said."""

    url: str
    context: BrowserContext
    page: Page
    allowed: tuple[str, ...] = ()
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)

    def watch(self) -> None:
        """Note console errors and warnings, errors nobody caught, and what goes to another origin."""
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.context.on("request", self._request)
        self.page.on("websocket", self._socket)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            where = message.location.get("url", "")
            self.complaints.append(f"console {message.type}: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        self._origin(request.url)
        if request.url.startswith("http"):
            self.requests.append(f"{request.method} {request.url.removeprefix(self.url)}")

    def _socket(self, socket: WebSocket) -> None:
        self._origin(socket.url.replace("ws", "http", 1))
        self.sockets.append(socket)

    def _origin(self, url: str) -> None:
        if not url.startswith((f"{self.url}/", "data:", "blob:")):
            self.complaints.append(f"asked another origin: {url}")

    def quiet(self) -> list[str]:
        """The complaints so far, without those that the test expects, or that the machine is the cause of."""
        allowed = (*self.allowed, *_OF_THE_MACHINE)
        return [text for text in self.complaints if not any(word in text for word in allowed)]

    async def go(self, path: str) -> None:
        """Open a page of Core and wait until it has settled."""
        await self.page.goto(self.url + path, wait_until="load")
        await self.settled()

    async def settled(self) -> None:
        """Wait for the page's heading, and until nothing is loading any more."""
        await expect(self.page.get_by_role("heading", level=1)).to_have_count(1)
        await expect(self.page.get_by_role("status", name="Loading", exact=True)).to_have_count(0)

    async def live(self) -> None:
        """Wait until the page says that it is connected."""
        await expect(self.page.locator('[data-connection="live"]')).to_have_count(1)

    async def flaws(self, where: str, themes: Sequence[Theme] = THEMES) -> list[str]:
        """What axe finds on the page as it is now, in each theme, and whether it scrolls sideways."""
        found = [text async for text in self._axe(where, themes)]
        wide = await self.sideways()
        return [*found, f"{where}: scrolls sideways by {wide} px"] if wide > 0 else found

    async def _axe(self, where: str, themes: Sequence[Theme]) -> AsyncIterator[str]:
        for theme in themes:
            await self.show_in(theme)
            if not await self.page.evaluate("'axe' in window"):
                await self.page.evaluate(AXE.read_text())
            violations: list[dict[str, Any]] = await self.page.evaluate(
                """tags => axe.run({runOnly: tags, resultTypes: ['violations']})
                    .then(({violations}) => violations)""",
                list(AXE_TAGS),
            )
            for violation in violations:
                for node in violation["nodes"][:3]:
                    why = "; ".join(
                        check["message"] for check in node["any"] + node["all"] + node["none"]
                    )
                    html = node["html"][:240]
                    yield f"{where} {theme}: axe {violation['id']}: {why[:240]}: {html}"

    async def show_in(self, theme: Theme) -> None:
        """Show the page as on a system with this theme: at once, since the window asks for reduced motion."""
        await self.page.emulate_media(color_scheme=theme)
        await self.page.wait_for_function(
            "theme => document.documentElement.dataset.theme === theme", arg=theme
        )
        moving = await self.page.evaluate(
            """document.getAnimations().filter(each => each instanceof CSSTransition)
                .map(({transitionProperty, effect}) => `${transitionProperty} of ${effect.target.tagName}`)"""
        )
        assert not moving, f"transitions in spite of reduced motion: {moving[:5]}"

    async def sideways(self) -> int:
        """By how many pixels the page is wider than its window."""
        return await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


@contextlib.asynccontextmanager
async def visiting(
    chromium: Browser,
    url: str,
    *,
    size: tuple[int, int] = DESKTOP,
    user: str | None = ADMIN,
    password: str = PASSWORD,
    allowed: tuple[str, ...] = (),
) -> AsyncIterator[Window]:
    """A new window, logged in as `user`; at its end the page must have said nothing but what is `allowed`."""
    width, height = size
    phone = width < 700
    context = await chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark",
        reduced_motion="reduce",
        has_touch=phone,
        is_mobile=phone,
        locale="en-GB",
    )
    try:
        context.set_default_timeout(15_000)
        if user is not None:
            await log_in(context, url, user, password)
        page = await context.new_page()
        window = Window(url, context, page, allowed)
        window.watch()
        yield window
        assert not window.quiet(), "\n".join(window.quiet())
    finally:
        await context.close()


async def log_in(context: BrowserContext, url: str, user: str, password: str = PASSWORD) -> None:
    """Give the window a session of `user`."""
    answer = await context.request.post(
        f"{url}/auth/login/LoginLocalUser",
        data={"username": user, "password": password},
        headers={"Origin": url},
    )
    assert answer.ok, await answer.text()
