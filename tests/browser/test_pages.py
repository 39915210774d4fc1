"""Every page, in both themes and at every width: axe finds nothing, nothing scrolls sideways, the console stays empty."""

import pytest
from playwright.async_api import Browser, expect

from browser.conftest import Site
from browser.visiting import DESKTOP, PHONE, visiting

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

SERVER_TABS = (
    "overview",
    "containers",
    "images",
    "volumes",
    "networks",
    "processes",
    "config",
    "activity",
)
CONTAINER_TABS = ("logs", "stats", "inspect", "activity")
SETTINGS = ("profile", "appearance", "keys", "tags", "onboarding", "about")
DEPLOYMENT_TABS = ("logs", "stats", "inspect", "config", "activity")


def routes(site: Site, area: str) -> list[str]:
    server, web = f"/servers/{site.server.id}", f"/deployments/{site.web.id}"
    return {
        "home": ["/", "/servers", "/containers", "/deployments", "/activity"],
        "server": [f"{server}/{tab}" for tab in SERVER_TABS],
        "container": [f"{server}/containers/{site.web.name}/{tab}" for tab in CONTAINER_TABS],
        "deployment": [
            *(f"{web}/{tab}" for tab in DEPLOYMENT_TABS),
            f"/deployments/{site.idle.id}/logs",
        ],
        "settings": [f"/settings/{tab}" for tab in SETTINGS],
        "activity": [f"/activity/{site.deployed.id}", f"/activity/{site.failed.id}"],
        "missing": [
            "/nowhere",
            f"/servers/{'0' * 24}/overview",
            f"/deployments/{'0' * 24}/logs",
            "/activity/" + "0" * 24,
        ],
    }[area]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1440", "390"])
@pytest.mark.parametrize(
    "area", ["home", "server", "container", "deployment", "activity", "settings", "missing"]
)
async def test_a_page_has_no_flaw_in_either_theme(
    site: Site, chromium: Browser, area: str, size: tuple[int, int]
) -> None:
    flaws: list[str] = []
    async with visiting(chromium, site.url, size=size) as window:
        for path in routes(site, area):
            await window.go(path)
            flaws += await window.flaws(f"{path} at {size[0]}")
            if size == PHONE:
                await window.page.set_viewport_size({"width": 320, "height": 700})
                wide = await window.sideways()
                await window.page.set_viewport_size({"width": size[0], "height": size[1]})
                flaws += [f"{path} at 320: scrolls sideways by {wide} px"] if wide > 0 else []
            flaws += [f"{path}: {text}" for text in window.quiet()]
            window.complaints.clear()
    assert not flaws, "\n".join(flaws)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1440", "390"])
async def test_the_log_in_has_no_flaw_and_leads_to_where_one_wanted_to_go(
    site: Site, chromium: Browser, size: tuple[int, int]
) -> None:
    async with visiting(chromium, site.url, size=size, user=None, allowed=("/user)",)) as window:
        page = window.page
        await page.goto(f"{site.url}/deployments")
        await page.wait_for_url("**/login?next=%2Fdeployments")
        assert await window.flaws(f"/login at {size[0]}") == []
        await page.get_by_label("Username").fill("admin")
        await page.get_by_label("Password").fill("correct horse")
        await page.get_by_role("button", name="Log in").click()
        await page.wait_for_url("**/deployments")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Deployments")
