"""A new user's first quarter of an hour: from the empty Core to a container deployed, watched and taken away again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from browser.deeds import answer, follow, header, press, question, row, state, tab
from browser.visiting import DESKTOP, PHONE, Window, visiting
from docker_fixtures import FOREVER, MakeImage, docker
from world import RunningAgent, RunningCore

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(tmp_path: Path, ui_dir: Path, docker_engine: None) -> AsyncIterator[RunningCore]:
    """A Core that nobody has logged in to, with an agent beside it, as `./dev up` starts them."""
    core = RunningCore(
        tmp_path,
        MONITOR_INIT_ADMIN_USERNAME="",
        MONITOR_INIT_ADMIN_PASSWORD="",
        MONITOR_UI_DIR=str(ui_dir),
    )
    agent = RunningAgent(tmp_path, core, "local")
    core.environ["MONITOR_FIRST_SERVER_PUBLIC_KEY"] = agent.public_key
    await core.start()
    await agent.start()
    yield core
    await agent.stop()
    await core.stop()
    assert "Traceback" not in core.text(), core.text()[-6000:]


@pytest.fixture(scope="session")
def checked_image(make_image: MakeImage) -> str:
    """A service that says a few lines and is healthy once there is a file /tmp/ready in it."""
    lines = "echo first line; echo second line >&2; i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo line $i; done"
    return make_image(
        "checked:1",
        "ENV PATH=/bin",
        f'CMD ["sh","-c","{lines}; {FOREVER}"]',
        "HEALTHCHECK --interval=1s --start-period=300s CMD test -f /tmp/ready",
    )


class Tour:
    """The way through the app; on every page axe must find nothing."""

    def __init__(self, window: Window, phone: bool) -> None:
        self.window = window
        self.page: Page = window.page
        self.phone = phone
        self.flaws: list[str] = []

    async def look(self, where: str) -> None:
        """Have axe look at the page as it is, dark and light."""
        self.flaws += await self.window.flaws(f"{where} at {390 if self.phone else 1440}")

    async def set_up(self, url: str) -> None:
        page = self.page
        await page.goto(url)
        await page.wait_for_url("**/setup")
        await expect(page.get_by_role("heading", name="Create the first account")).to_be_visible()
        await self.look("set-up")
        await page.get_by_label("Username").fill("ann")
        await page.get_by_label("Password", exact=True).fill("a long enough pass phrase")
        await page.get_by_label("Password again").fill("a long enough pass phrase")
        await page.get_by_role("button", name="Create account").click()
        await expect(page.get_by_role("heading", name="Add a server")).to_be_visible()
        connected = page.get_by_role("list", name="Connected servers")
        await expect(connected.get_by_text("local", exact=True)).to_be_visible(timeout=30_000)
        await self.look("set-up, the servers")
        await page.get_by_role("button", name="Open the dashboard").click()
        await self.window.settled()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")
        await self.window.live()

    async def see_the_machine(self, name: str, image: str) -> None:
        page = self.page
        await expect(row(page, "local")).to_be_visible()
        await self.look("dashboard")
        await row(page, "local").get_by_role("link", name="local").click()
        await expect(header(page)).to_contain_text("local")
        for title in ("CPU", "Memory", "Disk I/O", "Network"):
            await expect(page.get_by_role("region", name=title, exact=True)).to_be_visible()
        cpu = page.get_by_role("region", name="CPU", exact=True).locator("header")
        before = await cpu.inner_text()
        await expect(cpu).not_to_have_text(before)
        await expect(page.get_by_role("meter", name="Disks /", exact=True)).to_be_visible()
        await self.look("server")
        await page.get_by_role("button", name="Show as tables").click()
        for title in ("CPU", "Memory", "Disk I/O", "Network"):
            newest = page.get_by_role("region", name=title, exact=True).locator("tbody tr").first
            was = await newest.inner_text()
            await expect(newest).not_to_have_text(was)
        await self.look("server, as tables")
        await tab(page, "Containers")
        docker("run", "-d", "--name", f"{name}-other", image)
        await expect(row(page, f"{name}-other")).to_be_visible()
        await self.look("containers of the server")
        docker("rm", "--force", f"{name}-other")
        await expect(row(page, f"{name}-other")).to_have_count(0)

    async def deploy(self, name: str, image: str) -> None:
        page = self.page
        await follow(page, "Deployments", self.phone)
        await expect(page.get_by_text("No deployment yet")).to_be_visible()
        await self.look("no deployments")
        await page.locator("main").get_by_role("button", name="New deployment").first.click()
        dialog = page.get_by_role("dialog", name="New deployment")
        await dialog.get_by_label("Image").fill(image)
        await dialog.get_by_label("Name").fill(name)
        await expect(dialog.get_by_label("Server")).to_be_visible()
        await self.look("new deployment")
        await dialog.get_by_role("button", name="Create and deploy").click()
        await page.wait_for_url("**/activity/*")
        await expect(header(page)).to_contain_text("step 3 Check")
        await expect(page.get_by_role("log").first).to_contain_text("become healthy")
        await self.look("the deploy, waiting for health")
        docker("exec", name, "touch", "/tmp/ready")
        await state(page, "Done", 30)
        for step in ("Create", "Start", "Check"):
            await expect(page.get_by_role("button", name=f"done {step}")).to_be_visible()
        await self.look("the deploy")

    async def read_the_log(self, name: str) -> None:
        page = self.page
        await (
            page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name=name).click()
        )
        await state(page, "Running")
        log = page.get_by_role("log", name=f"Log of {name}")
        for line in ("first line", "second line", "line 3"):
            await expect(log.get_by_text(line, exact=True)).to_be_visible()
        await self.look("log")

    async def stop_start_destroy(self, name: str) -> None:
        page = self.page
        await press(page, "Stop")
        await expect(question(page, f"Stop {name}?")).to_contain_text("will stop answering")
        await self.look("asked to stop")
        await answer(page, f"Stop {name}?", "Stop")
        await state(page, "Stopped")
        assert docker("inspect", "-f", "{{.State.Running}}", name) == "false"
        await press(page, "Start")
        await state(page, "Running")
        assert docker("inspect", "-f", "{{.State.Running}}", name) == "true"
        await press(page, "Destroy container")
        asked = question(page, f"Destroy container {name}?")
        await expect(asked).to_contain_text("stopped and removed")
        await self.look("asked to destroy")
        await page.keyboard.press("Escape")
        await expect(asked).to_have_count(0)
        assert docker("inspect", "-f", "{{.State.Running}}", name) == "true"
        await press(page, "Destroy container")
        await answer(page, f"Destroy container {name}?", "Destroy container")
        await state(page, "Not deployed")
        assert docker("ps", "-aq", "--filter", f"name={name}") == ""
        await self.look("destroyed")

    async def find_it_on_record(self, name: str) -> None:
        page = self.page
        await follow(page, "Activity", self.phone)
        await self.window.settled()
        for operation in (
            "Create deployment",
            "Deploy",
            "Stop deployment",
            "Start deployment",
            "Destroy deployment",
        ):
            done = row(page, operation)
            await expect(done).to_have_count(1)
            for word in (name, "ann", "Done"):
                await expect(done).to_contain_text(word)
        await self.look("activity")
        await row(page, "Destroy deployment").get_by_role("link", name="Destroy").first.click()
        await state(page, "Done")
        await self.look("the destroy")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1440", "390"])
async def test_a_new_user_deploys_watches_stops_starts_and_destroys(
    fresh: RunningCore,
    chromium: Browser,
    container_name: str,
    checked_image: str,
    size: tuple[int, int],
) -> None:
    async with visiting(chromium, fresh.url, size=size, user=None) as window:
        tour = Tour(window, size == PHONE)
        await tour.set_up(fresh.url)
        await tour.see_the_machine(container_name, checked_image)
        await tour.deploy(container_name, checked_image)
        await tour.read_the_log(container_name)
        await tour.stop_start_destroy(container_name)
        await tour.find_it_on_record(container_name)
        assert not tour.flaws, "\n".join(tour.flaws)
