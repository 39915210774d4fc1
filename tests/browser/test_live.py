"""What happens on a server is on the page at once, whole and once, and stays so when the connection does not."""

import asyncio
import contextlib
import json
import os
import re
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from browser.conftest import Site
from browser.deeds import header, press, row, state
from browser.slow_registry import SlowRegistry
from browser.visiting import visiting
from docker_fixtures import docker
from monitor.api.deployment import Deploy, Deployment, DestroyDeployment
from monitor.api.update import Outcome
from world import PASSWORD, server_ok, until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

WATCH_ROW = """name => {
  const seen = [];
  window.seen = seen;
  const look = () => {
    const row = [...document.querySelectorAll('[role=row]')].find(
      each => [...each.querySelectorAll('a')].some(link => link.textContent === name));
    const state = row?.querySelector('[role=img]')?.getAttribute('aria-label') ?? 'none';
    if (seen.at(-1)?.[1] !== state) seen.push([Date.now(), state]);
  };
  new MutationObserver(look).observe(document.querySelector('main'),
    {subtree: true, childList: true, attributes: true, characterData: true});
  look();
}"""
"""Notes when the state of a row changes in the document, in ms of the machine's clock, which Docker's events have too."""


@contextlib.asynccontextmanager
async def engine_events(name: str) -> AsyncIterator[list[tuple[str, float]]]:
    """What the engine tells of a container: action and unix ms."""
    process = await asyncio.create_subprocess_exec(
        *("docker", "events", "--filter", f"container={name}", "--format", "{{json .}}"),
        *("--since", f"{time.time():.3f}"),
        stdout=asyncio.subprocess.PIPE,
    )
    told: list[tuple[str, float]] = []

    async def read() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            event = json.loads(line)
            told.append((event["Action"], event["timeNano"] / 1e6))

    reading = asyncio.create_task(read())
    try:
        yield told
    finally:
        process.terminate()
        await process.wait()
        await reading


async def run(*argv: str) -> None:
    process = await asyncio.create_subprocess_exec(*argv, stdout=subprocess.DEVNULL)
    assert await process.wait() == 0


async def test_what_docker_does_behind_our_back_is_in_the_document_within_250_ms(
    site: Site, chromium: Browser
) -> None:
    name = f"{site.prefix}-behind"
    rounds = 17
    steps = (
        (("docker", "run", "-d", "--name", name, site.image), "start", "Running"),
        (("docker", "stop", name), "die", "Stopped"),
        (("docker", "rm", name), "destroy", "none"),
    )
    async with (
        visiting(chromium, site.url) as window,
        engine_events(name) as told,
    ):
        page = window.page
        await window.go(f"/containers?q=name:{name}")
        await window.live()
        await page.evaluate(WATCH_ROW, name)
        took: list[float] = []
        for _ in range(rounds):
            for argv, action, wanted in steps:
                await page.evaluate("window.seen.splice(0, window.seen.length - 1)")
                told.clear()
                await run(*argv)
                await page.wait_for_function(
                    "wanted => window.seen.at(-1)[1] === wanted", arg=wanted, polling=20
                )
                await until(lambda a=action: any(one == a for one, _ in told))
                seen = await page.evaluate("window.seen")
                at = next(ts for one, ts in told if one == action)
                took.append(next(ts for ts, one in seen if one == wanted and ts >= at - 1) - at)
    took.sort()
    print(
        f"in the document: p50 {took[len(took) // 2]:.0f} ms, p99 {took[-1]:.0f} ms of {len(took)}"
    )
    assert len(took) >= 50
    assert took[-1] < 250, took


async def lines_of(log: Locator) -> dict[int, str]:
    """All lines of a log on a page: only those in sight are elements, so it is read from top to end."""
    found: dict[int, str] = {}
    top = 0
    while True:
        await log.evaluate("(log, top) => log.scrollTo(0, top)", top)
        await log.page.evaluate(
            "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
        )
        shown, height, end = await log.evaluate(
            """log => [[...log.querySelectorAll('[data-line]')].map(line => [
                Number(line.dataset.line), line.textContent]), log.clientHeight, log.scrollHeight]"""
        )
        for number, text in shown:
            assert found.setdefault(number, text) == text, (number, text, found)
        top += height // 2
        if top > end:
            return found


async def many_layers(site: Site, registry: SlowRegistry, folder: Path) -> str:
    """An image of four big layers that the engine has to pull."""
    (folder / "Dockerfile").write_text(
        f"FROM {site.image}\n" + "".join(f"COPY layer{n} /layer{n}\n" for n in range(4))
    )
    for n in range(4):
        (folder / f"layer{n}").write_bytes(os.urandom(600_000))
    image = f"{registry.address}/monitor-test/{site.prefix}/layers:1"
    build = ("docker", "build", "--quiet", "--tag", image, str(folder))
    await asyncio.to_thread(
        subprocess.run,
        build,
        check=True,
        capture_output=True,
        env={**os.environ, "DOCKER_BUILDKIT": "0"},
    )
    registry.open()
    await asyncio.to_thread(docker, "push", image)
    await asyncio.to_thread(docker, "image", "rm", image)
    registry.close()
    return image


async def test_a_reload_in_the_middle_of_a_slow_pull_shows_every_line_once(
    site: Site, chromium: Browser, registry: str, tmp_path: Path
) -> None:
    async with SlowRegistry(registry).serving() as slow, visiting(chromium, site.url) as window:
        image = await many_layers(site, slow, tmp_path)
        made = await site.make("pulled", image)
        update = await site.admin.send(Deploy(deployment=made.id))
        page = window.page
        await window.go(f"/activity/{update.id}")
        pulling = page.get_by_role("log").get_by_text("Pulling fs layer")
        await expect(pulling).to_have_count(4)
        await expect(header(page)).to_contain_text("Running")
        await page.reload()
        await expect(pulling).to_have_count(4)
        slow.open()
        await state(page, "Done", 60)
        printed: dict[int, list[str]] = {}
        async for line in site.admin.lines(update.id):
            printed.setdefault(line.step, []).append(line.text)
        detail = (await site.admin.wait(update.id)).logs
        assert len(printed[0]) > 10
        for step, texts in printed.items():
            title = page.get_by_role("button", name=f"done {detail[step].stage}")
            if await title.get_attribute("aria-expanded") == "false":
                await title.click()
            shown = await lines_of(page.get_by_role("log", name=f"Output of {detail[step].stage}"))
            assert [shown[number] for number in sorted(shown)] == texts
        await site.admin.run(DestroyDeployment(deployment=made.id))
        docker("image", "rm", "--force", image)


NEVER_HEALTHY = ["--health-cmd false", "--health-interval 5s", "--health-start-period 300s"]


async def test_cancel_ends_a_running_deploy_within_two_seconds(
    site: Site, chromium: Browser
) -> None:
    made = await site.make("cancelled", extra_args=NEVER_HEALTHY)
    async with visiting(chromium, site.url) as window:
        page = window.page
        await window.go(f"/deployments/{made.id}/logs")
        await press(page, "Deploy")
        await header(page).get_by_role("link", name="View").click()
        await page.wait_for_url("**/activity/*")
        update = page.url.rsplit("/", 1)[1]
        await expect(header(page)).to_contain_text("step 3 Check")
        await header(page).get_by_role("button", name="Cancel").click()
        asked = page.get_by_role("alertdialog")
        begun = time.monotonic()
        await asked.locator("[data-yes]").click()
        await state(page, "Cancelled")
        took = time.monotonic() - begun
        ended = await site.admin.wait(update)
        assert ended.outcome is Outcome.CANCELLED, ended.logs
        assert docker("ps", "-aq", "--filter", f"name={made.name}") == ""
        assert took < 2, took


LOST = ("WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET")
"""What Chromium itself says when a server is gone."""


async def test_the_page_asks_for_its_data_before_its_code_is_there(
    site: Site, chromium: Browser
) -> None:
    async with visiting(chromium, site.url) as window:
        await window.go("/")
        await window.live()
        [socket] = window.sockets
        assert "topics=boot,tags," in socket.url
        first = next(at for at, one in enumerate(window.requests) if "/assets/app-" in one)
        assert not any("/auth/" in one or "/user" in one for one in window.requests[: first + 1])
        await window.go(f"/deployments/{site.web.id}/config")
        await window.live()
        assert window.sockets[-1].url.endswith("topics=boot,tags")


async def test_after_core_was_away_the_page_is_live_again_and_asks_for_nothing_twice(
    site: Site, chromium: Browser
) -> None:
    name = f"{site.prefix}-away"
    docker("run", "-d", "--name", name, site.image)
    async with visiting(chromium, site.url, allowed=LOST) as window:
        page = window.page
        await window.go(f"/containers?q=name:{name}")
        await window.live()
        shown = row(page, name)
        await expect(shown.get_by_role("img", name="Running")).to_be_visible()
        window.requests.clear()
        await site.core.kill()
        await expect(page.get_by_role("status", name="Connection")).to_contain_text("Reconnecting")
        await expect(shown).to_be_visible()
        await run("docker", "kill", name)
        await site.core.start()
        await window.live()
        await until(lambda: server_ok(site.admin, "local"))
        await expect(shown.get_by_role("img", name="Stopped")).to_be_visible()
        asked = [
            one
            for one in window.requests
            if not one.startswith(("GET /user", "GET /ws", "GET /assets"))
        ]
        assert asked == []


async def end_session_elsewhere(site: Site, page: Page) -> None:
    """Log the page's session out from another program, which sends its cookie."""
    cookies = {one["name"]: one["value"] for one in await page.context.cookies()}
    async with (
        aiohttp.ClientSession(cookies=cookies) as http,
        http.post(
            f"{site.url}/auth/login/Logout", json={}, headers={"Origin": site.url}
        ) as answered,
    ):
        assert answered.status == 200, await answered.text()


async def test_a_session_that_ends_elsewhere_asks_to_log_in_over_the_page_as_it_is(
    site: Site, chromium: Browser
) -> None:
    async with visiting(chromium, site.url, allowed=("401", "WebSocket connection to")) as window:
        page = window.page
        await window.go(f"/deployments/{site.web.id}/config")
        await window.live()
        field = page.get_by_label("Termination time")
        await field.fill("7")
        await end_session_elsewhere(site, page)
        dialog = page.get_by_role("dialog", name="Log in again")
        await expect(dialog).to_be_visible()
        flaws = await window.flaws("log in again")
        assert not flaws, "\n".join(flaws)
        await expect(dialog.get_by_label("Username")).to_have_value("admin")
        await dialog.get_by_label("Password").fill("wrong")
        await dialog.get_by_role("button", name="Log in").click()
        await expect(dialog.get_by_text("password", exact=False).last).to_be_visible()
        await dialog.get_by_label("Password").fill(PASSWORD)
        await dialog.get_by_role("button", name="Log in").click()
        await expect(dialog).to_have_count(0)
        await window.live()
        await expect(field).to_have_value("7")
        await expect(page.get_by_text("1 change", exact=True)).to_be_visible()
        await page.get_by_role("button", name="Discard").click()


async def draft_field(site: Site, page: Page, made: Deployment) -> Locator:
    await page.goto(f"{site.url}/deployments/{made.id}/config")
    field = page.get_by_role("textbox", name=re.compile(r"^Command\b(?! and)"))
    await expect(field).to_be_visible()
    return field


async def test_an_unsaved_change_of_a_configuration_survives_a_reload(
    site: Site, chromium: Browser
) -> None:
    made = await site.make("draft")
    async with visiting(chromium, site.url) as window:
        page = window.page
        field = await draft_field(site, page, made)
        await field.fill("sleep 5")
        await expect(page.get_by_text("1 change", exact=True)).to_be_visible()
        await page.reload()
        await expect(field).to_have_value("sleep 5")
        await expect(page.get_by_text("were restored")).to_be_visible()
        flaws = await window.flaws("restored draft")
        assert not flaws, "\n".join(flaws)
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_text("Saved.")).to_be_visible()
        await page.reload()
        await expect(field).to_have_value("sleep 5")
        await expect(page.get_by_text("1 change", exact=True)).to_have_count(0)
