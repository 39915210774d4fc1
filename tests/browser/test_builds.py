"""A build in the browser: accounts and a builder, from a repository to a running container, and back to the version before."""

import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from browser.deeds import answer, header, press, question, row, state, tab
from browser.visiting import DESKTOP, PHONE, Window, visiting
from docker_fixtures import REGISTRY_TOKEN, REGISTRY_USER, docker
from git_fixtures import GIT_TOKEN, GIT_USER, GitServer, git
from integration.works import WEBHOOK_SECRET, Works, failing_stage
from monitor.api.build import GetBuild, RunBuild, UpdateBuild
from monitor.api.deployment import Deploy, GetDeployment
from monitor.api.repo import CloneRepo, CreateRepo, GetRepo
from monitor.api.server import CreateServer
from monitor.api.values import Version
from monitor.api.variable import CreateVariable, GetVariable
from world import RunningAgent, RunningCore, server_ok, until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


async def _works(
    folder: Path, ui_dir: Path, git_server: GitServer, registry: str, base: str
) -> AsyncIterator[Works]:
    """A Core with the browser's pages and an agent; nothing is configured yet but the server `local`."""
    name = f"bb-{uuid.uuid4().hex[:8]}"
    core = RunningCore(
        folder,
        MONITOR_UI_DIR=str(ui_dir),
        MONITOR_WEBHOOK_SECRET=WEBHOOK_SECRET,
        **git_server.environ,
    )
    await core.start()
    agent = RunningAgent(folder, core, "local", **git_server.environ)
    async with core.client() as admin:
        server = await admin.send(
            CreateServer(name="local", config={"enabled": True}, public_key=agent.public_key)
        )
        await agent.start()
        await until(lambda: server_ok(admin, "local"))
        works = Works(
            name=name,
            core=core,
            agent=agent,
            admin=admin,
            server=server,
            repository=git_server.repository(f"private/{name}"),
            git_server=git_server,
            registry=registry,
            base=base,
        )
        yield works
    await agent.stop()
    await core.stop()
    if left := docker("ps", "-aq", "--filter", f"name={name}").split():
        docker("rm", "--force", "--volumes", *left, check=False)
    works.remove_images()
    assert "Traceback" not in core.text(), core.text()[-6000:]


@pytest_asyncio.fixture(loop_scope="session")
async def empty(
    tmp_path: Path, ui_dir: Path, git_server: GitServer, private_registry: str, busybox_image: str
) -> AsyncIterator[Works]:
    async for works in _works(tmp_path, ui_dir, git_server, private_registry, busybox_image):
        yield works


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def built(
    tmp_path_factory: pytest.TempPathFactory,
    ui_dir: Path,
    git_server: GitServer,
    private_registry: str,
    busybox_image: str,
) -> AsyncIterator[Works]:
    """With two versions of a build, a deployment that runs the second, a repo and variables."""
    folder = tmp_path_factory.mktemp("built")
    async for works in _works(folder, ui_dir, git_server, private_registry, busybox_image):
        admin = works.admin
        await works.build(links=["https://example.org/wiki"])
        for text in ("first", "second"):
            works.push(text=text)
            update = await admin.run(RunBuild(build=works.name))
            assert update.success, failing_stage(update)
        await works.deployment(works.name)
        assert (await admin.run(Deploy(deployment=works.name))).success
        await admin.send(
            CreateRepo(
                name="source",
                config={
                    "server": "local",
                    "git_provider": works.git_server.provider,
                    "git_account": GIT_USER,
                    "repo": works.repository.name,
                },
            )
        )
        assert (await admin.run(CloneRepo(repo="source"))).success
        await admin.send(CreateVariable(name="PLAIN", value="one\ntwo\n"))
        await admin.send(CreateVariable(name="HIDDEN", value="canary-word", is_secret=True))
        yield works


async def add_account(page: Page, kind: str, host: str, user: str, token: str) -> None:
    """Add an account by its dialog."""
    await page.get_by_role("button", name=f"Add {kind} account").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Host").fill(host)
    await dialog.get_by_label("Username").fill(user)
    await dialog.get_by_label("Token", exact=True).fill(token)
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("row").filter(has_text=user)).to_be_visible()
    assert token not in await page.content()


async def new_build(window: Window, works: Works) -> None:
    """Make a build of the works' repository by its dialog, and run it."""
    page = window.page
    await window.go("/builds")
    await page.get_by_role("main").get_by_role("button", name="New build").first.click()
    dialog = page.get_by_role("dialog", name="New build")
    await dialog.get_by_label("Repository").fill(works.repository.name)
    await dialog.get_by_label("Git host").fill(works.git_server.provider)
    await dialog.get_by_label("Git account").fill(GIT_USER)
    await expect(dialog.get_by_label("Name", exact=True)).to_have_value(works.name)
    await expect(dialog.get_by_label("Builder")).to_have_value(re.compile("."))
    await dialog.get_by_label("Push to").fill(works.registry)
    await expect(dialog.get_by_label("Account", exact=True)).to_have_value(REGISTRY_USER)
    assert not await window.flaws("new build")
    await dialog.get_by_role("button", name="Create and build").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(works.name)


async def test_from_a_repository_to_a_running_container_and_back_to_the_version_before(
    empty: Works, chromium: Browser
) -> None:
    works = empty
    works.push("RUN echo a line of the first", text="first")
    async with visiting(chromium, works.core.url) as window:
        page = window.page
        await window.go("/settings/git")
        await add_account(page, "git", works.git_server.provider, GIT_USER, GIT_TOKEN)
        await window.go("/settings/registries")
        await add_account(page, "registry", works.registry, REGISTRY_USER, REGISTRY_TOKEN)
        await window.go("/builders")
        await page.get_by_role("main").get_by_role("button", name="New builder").first.click()
        dialog = page.get_by_role("dialog", name="New builder")
        await expect(dialog.get_by_role("checkbox", name="local")).to_be_checked()
        await dialog.get_by_role("button", name="Create").click()
        await state(page, "Ready")

        await new_build(window, works)
        await expect(page.get_by_text("a line of the first").first).to_be_visible(timeout=60_000)
        await state(page, "Built", within=60)
        await expect(header(page).get_by_text("0.0.1")).to_be_visible()

        # A deployment of it, from its page.
        await page.get_by_role("link", name="New deployment").click()
        dialog = page.get_by_role("dialog", name="New deployment")
        await expect(dialog.get_by_label("Name", exact=True)).to_have_value(works.name)
        await expect(dialog.get_by_label("Version")).to_have_value("")
        await dialog.get_by_label("Network").fill("none")
        await dialog.get_by_role("button", name="Create and deploy").click()
        await page.wait_for_url("**/activity/*")
        await state(page, "Done", within=60)
        deployment = await works.admin.send(GetDeployment(deployment=works.name))

        # It follows the build.
        await window.go(f"/deployments/{deployment.id}/versions")
        follows = page.get_by_role("switch", name="Deploy each new version by itself")
        await follows.click()
        await expect(follows).to_have_attribute("aria-checked", "true")
        works.push(text="second")
        await window.go(f"/builds/{works.name}/overview")
        await page.keyboard.press("B")
        await expect(header(page).get_by_text("0.0.2")).to_be_visible(timeout=60_000)
        await window.go(f"/deployments/{deployment.id}/versions")
        now = page.get_by_role("listitem").filter(has_text="runs now")
        await expect(now).to_contain_text("0.0.2", timeout=60_000)

        # And goes back, after one question.
        await page.get_by_role("button", name="Roll back to 0.0.1").click()
        asked = question(page, f"Roll back to 0.0.1 on {works.name}?")
        assert not await window.flaws("asked to roll back")
        await asked.get_by_role("button", name="Roll back", exact=True).click()
        await expect(asked).to_have_count(0)
        await expect(now).to_contain_text("0.0.1", timeout=60_000)
        await expect(page.get_by_text("0.0.1, pinned").first).to_be_visible()
    await until(lambda: docker("exec", works.name, "cat", "/text", check=False) == "first")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1440", "390"])
async def test_no_page_of_builds_has_a_flaw_in_either_theme(
    built: Works, chromium: Browser, size: tuple[int, int]
) -> None:
    build = f"/builds/{built.name}"
    paths = [
        "/builds",
        *(f"{build}/{tab}" for tab in ("overview", "versions", "dockerfile", "config", "activity")),
        "/builders",
        "/builders/here/config",
        "/repos",
        "/repos/source/overview",
        "/repos/source/config",
        f"/deployments/{built.name}/versions",
        "/settings/variables",
        "/settings/git",
        "/settings/registries",
        f"/builds/{'0' * 24}/overview",
        f"/repos/{'0' * 24}/overview",
        f"/builders/{'0' * 24}/config",
    ]
    flaws: list[str] = []
    async with visiting(chromium, built.core.url, size=size) as window:
        for path in paths:
            await window.go(path)
            if path.endswith("dockerfile"):
                await expect(window.page.locator(".cm-content")).to_contain_text("FROM")
            flaws += await window.flaws(f"{path} at {size[0]}")
            if size == PHONE:
                await window.page.set_viewport_size({"width": 320, "height": 700})
                wide = await window.sideways()
                await window.page.set_viewport_size({"width": size[0], "height": size[1]})
                flaws += [f"{path} at 320: scrolls sideways by {wide} px"] if wide > 0 else []
            flaws += [f"{path}: {text}" for text in window.quiet()]
            window.complaints.clear()
    assert not flaws, "\n".join(flaws)


async def test_a_running_build_is_cancelled_after_a_question_and_uses_no_version(
    built: Works, chromium: Browser
) -> None:
    before = await built.version()
    built.push("RUN echo it lasts && sleep 60", text="slow")
    async with visiting(chromium, built.core.url) as window:
        page = window.page
        await window.go(f"/builds/{built.name}/overview")
        await press(page, "Build")
        await expect(page.get_by_text("it lasts").first).to_be_visible(timeout=60_000)
        await header(page).get_by_role("button", name="Cancel").click()
        asked = page.get_by_role("alertdialog")
        await (
            asked.get_by_role("button", name="Cancel it")
            .or_(asked.locator("[data-yes]"))
            .first.click()
        )
        await expect(page.get_by_text("Cancelled", exact=True).first).to_be_visible()
        await expect(header(page).get_by_role("button", name="Build", exact=True)).to_be_visible()
    assert await built.version() == before
    built.push(text="second")


async def test_a_dockerfile_of_the_repository_is_written_back_with_a_commit(
    built: Works, chromium: Browser
) -> None:
    async with visiting(chromium, built.core.url) as window:
        page = window.page
        await window.go(f"/builds/{built.name}/dockerfile")
        editor = page.locator(".cm-content")
        await expect(editor).to_contain_text("FROM")
        await editor.click()
        await page.keyboard.press("Control+Home")
        await page.keyboard.type("# written in the browser\n")
        pill = page.get_by_role("region", name="Unsaved changes")
        await expect(pill).to_contain_text("1 change")
        await pill.get_by_role("button", name="Save").click()
        await answer(page, "Commit the Dockerfile to main?", "Commit to the branch")
        await expect(pill).to_have_count(0, timeout=30_000)
        await expect(editor).to_contain_text("# written in the browser")
    said = git(built.repository.bare, "show", "main:Dockerfile")
    assert said.startswith("# written in the browser\n")


async def test_a_config_is_changed_reviewed_and_saved(built: Works, chromium: Browser) -> None:
    async with visiting(chromium, built.core.url) as window:
        page = window.page
        await window.go(f"/builds/{built.name}/config")
        address = page.get_by_text(re.compile(r"/listener/github/build/[0-9a-f]{24}$"))
        await expect(address).to_be_visible()
        await page.get_by_role("button", name="GitLab").click()
        await expect(page.get_by_text(re.compile("/listener/gitlab/build/"))).to_be_visible()
        await page.get_by_label("Tag suffix").fill("slim")
        await page.get_by_label("Secret", exact=True).fill("canary-hook")
        pill = page.get_by_role("region", name="Unsaved changes")
        await expect(pill).to_contain_text("2 changes")
        stored = await page.evaluate("JSON.stringify(localStorage)")
        assert "slim" in stored
        assert "canary-hook" not in stored
        await pill.get_by_role("button", name="Review").click()
        review = page.get_by_role("dialog", name="Review changes")
        await expect(review).to_contain_text("slim")
        await expect(review).not_to_contain_text("canary-hook")
        await review.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("button", name="Build now")).to_be_visible()
    build = await built.admin.send(GetBuild(build=built.name))
    assert (build.config.image_tag, build.config.webhook_secret) == ("slim", "canary-hook")
    await built.admin.send(
        UpdateBuild(id=built.name, config={"image_tag": "", "webhook_secret": ""})
    )


async def test_variables_are_made_changed_and_their_secrets_hidden(
    built: Works, chromium: Browser
) -> None:
    async with visiting(chromium, built.core.url) as window:
        page = window.page
        await window.go("/settings/variables")
        assert "canary-word" not in await page.content()
        await page.get_by_role("button", name="Show the value of HIDDEN").click()
        await expect(page.get_by_text("canary-word")).to_be_visible()
        await page.get_by_role("button", name="New variable").first.click()
        dialog = page.get_by_role("dialog", name="New variable")
        await dialog.get_by_label("Name", exact=True).fill("2nd")
        await expect(dialog.get_by_role("alert")).to_be_visible()
        await dialog.get_by_label("Name", exact=True).fill("SECOND")
        await dialog.get_by_label("Value").fill("a\nb")
        await dialog.get_by_role("switch", name="It is a secret").click()
        await dialog.get_by_role("button", name="Add", exact=True).click()
        await expect(dialog).to_have_count(0)
        made = await built.admin.send(GetVariable(name="SECOND"))
        assert (made.value, made.is_secret) == ("a\nb", True)
        await page.get_by_role("row").filter(has_text="SECOND").click(button="right")
        await page.get_by_role("menuitem", name="Edit").click()
        dialog = page.get_by_role("dialog", name="Variable SECOND")
        await dialog.get_by_label("Description").fill("told what for")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog).to_have_count(0)
    changed = await built.admin.send(GetVariable(name="SECOND"))
    assert (changed.value, changed.description) == ("a\nb", "told what for")


async def test_a_repo_is_pulled_and_shows_its_commit(built: Works, chromium: Browser) -> None:
    commit = built.push(text="for the repo")
    async with visiting(chromium, built.core.url) as window:
        page = window.page
        await window.go("/repos")
        await row(page, "source").get_by_role("link", name="source", exact=True).click()
        await press(page, "Pull")
        await expect(header(page).get_by_text(commit[:7])).to_be_visible(timeout=30_000)
        await tab(page, "Activity")
        await expect(page.get_by_role("link", name="Pull repo")).to_be_visible()
    repo = await built.admin.send(GetRepo(repo="source"))
    assert repo.info.cloned_hash == commit[:7]


async def test_the_palette_builds_by_its_verb(built: Works, chromium: Browser) -> None:
    async with visiting(chromium, built.core.url) as window:
        page = window.page
        await window.go("/")
        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox", name="Search or run a command").fill(
            f"build {built.name}"
        )
        first = page.get_by_role("option").first
        await expect(first).to_contain_text(f"Build {built.name}")
        before = await built.version()
        await page.keyboard.press("Enter")
        after = Version(before.major, before.minor, before.patch + 1)
        await window.go(f"/builds/{built.name}/versions")
        text = f"{after.major}.{after.minor}.{after.patch}"
        await expect(page.get_by_role("link", name=text, exact=True).first).to_be_visible(
            timeout=60_000
        )
