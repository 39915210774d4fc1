"""What a user does on pages: acting on a thing, answering the question it asks, waiting for its state."""

import re

from playwright.async_api import Locator, Page, expect


def header(page: Page) -> Locator:
    """The head of a thing's page: its name, its state and its actions."""
    return page.locator("main header").filter(has=page.get_by_role("heading", level=1))


async def press(page: Page, action: str) -> None:
    """Press an action of the page's thing: a button, or in its menu."""
    button = header(page).get_by_role("button", name=action, exact=True)
    more = header(page).get_by_role("button", name="More actions")
    await expect(button.or_(more).first).to_be_visible()
    if await button.count():
        await button.click()
        return
    await more.click()
    await page.get_by_role("menuitem", name=action).click()


def question(page: Page, title: str) -> Locator:
    """The confirmation with this title."""
    return page.get_by_role("alertdialog", name=title)


async def answer(page: Page, title: str, verb: str) -> None:
    """Say yes to a confirmation."""
    asked = question(page, title)
    await asked.get_by_role("button", name=verb, exact=True).click()
    await expect(asked).to_have_count(0)


async def state(page: Page, words: str, within: float = 15) -> None:
    """Wait until the thing's state is told in these words."""
    await expect(header(page).get_by_text(words, exact=True).first).to_be_visible(
        timeout=within * 1000
    )


async def follow(page: Page, area: str, phone: bool) -> None:
    """Go to an area of the app by its navigation."""
    if not phone:
        await (
            page.get_by_role("navigation", name="Main", exact=True)
            .get_by_role("link", name=area)
            .click()
        )
        return
    bar = page.get_by_role("navigation", name="Main, short")
    link = bar.get_by_role("link", name=area)
    if await link.count():
        await link.click()
        return
    await bar.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name=area).click()


def row(page: Page, name: str) -> Locator:
    """The row of a list that has this link."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


async def tab(page: Page, name: str) -> None:
    """Open a part of a thing's page; its link may say how much is in it."""
    parts = page.locator("main").get_by_role("navigation")
    await parts.get_by_role("link", name=re.compile(rf"^{name}( ?[\d\s]+)?$")).click()
