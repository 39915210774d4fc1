"""What destroys asks first, who may not act cannot, and what containers say is never taken for markup."""

import shlex

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from browser.conftest import Site
from browser.deeds import header, press, question, state
from browser.visiting import visiting
from docker_fixtures import FOREVER, docker
from monitor.api.deployment import Deploy, GetDeployment
from monitor.api.user import CreateLocalUser, UpdateUserBasePermissions
from monitor.client import Failed
from world import PASSWORD

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


async def test_deleting_needs_the_exact_name_and_sends_one_request(
    site: Site, chromium: Browser
) -> None:
    made = await site.make("doomed")
    title = f"Delete deployment {made.name}?"
    async with visiting(chromium, site.url) as window:
        page = window.page
        sent = lambda: [one for one in window.requests if "DeleteDeployment" in one]  # noqa: E731
        await window.go(f"/deployments/{made.id}/config")
        await press(page, "Delete deployment")
        asked = question(page, title)
        field = asked.get_by_role("textbox")
        confirm = asked.get_by_role("button", name="Delete deployment")
        await expect(field).to_be_focused()
        flaws = await window.flaws("asked to delete")
        assert not flaws, "\n".join(flaws)
        for wrong in ("", made.name[:-1], made.name.upper(), f"{made.name} ", f" {made.name}"):
            await field.fill(wrong)
            await expect(confirm).to_be_disabled()
            await confirm.click(force=True)
            await field.press("Enter")
            await expect(asked).to_be_visible()
        await field.fill(made.name)
        await expect(confirm).to_be_enabled()
        await page.keyboard.press("Escape")
        await expect(asked).to_have_count(0)
        assert sent() == []
        await press(page, "Delete deployment")
        await field.fill(made.name)
        await confirm.dblclick()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "There is no such deployment"
        )
        assert len(sent()) == 1
    with pytest.raises(Failed) as gone:
        await site.admin.send(GetDeployment(deployment=made.id))
    assert gone.value.status == 404


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reader(site: Site) -> str:
    """A user who may read everything (this Core is transparent) and nothing else."""
    user = await site.admin.send(CreateLocalUser(username="reader", password=PASSWORD))
    await site.admin.send(UpdateUserBasePermissions(user_id=user.id, enabled=True))
    return "reader"


async def forge(page: Page, site: Site, path: str, params: dict[str, object]) -> int:
    """Send a request as the page's user, as a forger would who knows the API."""
    answered = await page.context.request.post(
        f"{site.url}/{path}", data=params, headers={"Origin": site.url}
    )
    return answered.status


async def test_who_may_only_read_finds_actions_disabled_and_forged_calls_refused(
    site: Site, chromium: Browser, reader: str
) -> None:
    web, local = {"deployment": site.web.id}, {"server": site.server.id}
    container = {**local, "container": site.web.name}
    before = docker("inspect", "-f", "{{.Id}} {{.State.StartedAt}}", site.web.name)
    enabled: list[str] = []
    async with visiting(chromium, site.url, user=reader) as window:
        page = window.page
        for path in (
            f"/deployments/{site.web.id}/logs",
            f"/servers/{site.server.id}/containers/{site.web.name}/logs",
        ):
            await window.go(path)
            await expect(header(page)).to_contain_text("Running")
            buttons = header(page).locator("[data-action]")
            await expect(buttons).not_to_have_count(0)
            for button in await buttons.all():
                await expect(button).to_be_disabled()
            await header(page).get_by_role("button", name="More actions").click()
            for item in await page.get_by_role("menu").get_by_role("menuitem").all():
                text = (await item.inner_text()).split("\n")[0]
                harmful = any(word in text for word in ("Destroy", "Delete", "Pause", "Rename"))
                if harmful and await item.get_attribute("aria-disabled") != "true":
                    enabled.append(f"{path}: {text}")
            await page.keyboard.press("Escape")
        for path, params in (
            ("execute/Deploy", web),
            ("execute/StopDeployment", web),
            ("execute/RestartDeployment", web),
            ("execute/DestroyDeployment", web),
            ("execute/StopContainer", container),
            ("execute/DestroyContainer", container),
            ("execute/StopAllContainers", local),
            ("execute/PruneContainers", local),
            ("write/UpdateDeployment", {"id": site.web.id, "config": {"command": "true"}}),
            ("write/RenameDeployment", {"id": site.web.id, "name": "mine"}),
            ("write/DeleteDeployment", {"id": site.web.id}),
            ("write/DeleteServer", {"id": site.server.id}),
        ):
            assert await forge(page, site, path, params) == 403, path
    assert docker("inspect", "-f", "{{.Id}} {{.State.StartedAt}}", site.web.name) == before
    assert enabled == []


EVIL = "<img src=x onerror=window.owned=1>"


async def has_markup(page: Page) -> bool:
    """Whether anything of ours became an element."""
    return await page.evaluate(
        "Boolean(window.owned) || document.querySelector('img[src=x]') !== null"
    )


async def test_what_a_container_says_and_is_called_never_becomes_an_element(
    site: Site, chromium: Browser
) -> None:
    name = f"{site.prefix}-evil"
    script = f"echo {shlex.quote(EVIL)}; echo {shlex.quote(EVIL)} >&2; {FOREVER}"
    docker(
        *(
            "run",
            "-d",
            "--network",
            "none",
            "--name",
            name,
            "--label",
            f"note={EVIL}",
            "--env",
            f"NOTE={EVIL}",
        ),
        *("--hostname", "plain", site.image, "sh", "-c", script),
    )
    failing = await site.make("evil-update", command=f"sh -c {shlex.quote(EVIL)}")
    update = await site.admin.run(Deploy(deployment=failing.id))
    assert not update.success
    server = f"/servers/{site.server.id}"
    async with visiting(chromium, site.url) as window:
        page = window.page
        for path in (
            f"{server}/containers/{name}/logs",
            f"{server}/containers/{name}/inspect",
            f"{server}/containers",
            f"{server}/processes",
            f"/deployments/{failing.id}/config",
            f"/activity/{update.id}",
            "/activity",
            f"/containers?q={EVIL}",
        ):
            await window.go(path)
            await window.live()
            if path.endswith("/logs"):
                await expect(page.get_by_role("log").get_by_text(EVIL)).to_have_count(2)
            if path.endswith("/inspect"):
                await page.get_by_label("Filter keys and values").fill("onerror")
                await expect(page.locator("main").get_by_text("onerror").first).to_be_visible()
            if path.endswith(update.id):
                await state(page, "Failed")
            assert not await has_markup(page), path
        assert not [one for one in window.requests if one.endswith("/x")]
