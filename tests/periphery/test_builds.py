"""Builds on a real engine, from real git servers, to a real registry with a login."""

import asyncio
import base64
import json
import os
import shutil
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from docker_fixtures import REGISTRY_TOKEN, REGISTRY_USER, docker
from git_fixtures import GIT_TOKEN, GIT_USER, GitServer, Repository
from monitor.link.builds import (
    BuildDone,
    BuildImage,
    GitSource,
    ReadDockerfile,
    ShellCommand,
    WriteDockerfile,
)
from monitor.link.jobs import RegistryLogin
from monitor.periphery.dockerfiles import read_dockerfile
from world import until

from .conftest import Agent, value

SECRET = "canary-build-secret/9c27+b"


class Builds:
    """Makes builds of one repository, with names of their own."""

    def __init__(self, server: GitServer, registry: str, base: str) -> None:
        self.repository: Repository = server.repository(f"private/{uuid.uuid4().hex}")
        self.unique = uuid.uuid4().hex[:10]
        self.local = f"mt-build-{self.unique}"
        self.remote = f"{registry}/mt/{self.unique}"
        self.base = base
        self.login = RegistryLogin(domain=registry, username=REGISTRY_USER, token=REGISTRY_TOKEN)
        self.source = GitSource(
            provider=server.provider,
            repo=self.repository.name,
            username=GIT_USER,
            token=GIT_TOKEN,
        )

    def dockerfile(self, *lines: str) -> str:
        return "\n".join((f"FROM {self.base}", *lines, ""))

    def commit(self, *lines: str, **files: str) -> str:
        return self.repository.commit({"Dockerfile": self.dockerfile(*lines), **files}, "Build me")

    @property
    def build(self) -> BuildImage:
        return BuildImage(name="web", source=self.source, images=(self.local,))


@pytest.fixture
def builds(
    git_server: GitServer,
    private_registry: str,
    busybox_image: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Builds]:
    monkeypatch.setenv("GIT_SSL_CAINFO", str(git_server.certificate))
    made = Builds(git_server, private_registry, busybox_image)
    yield made
    images = docker("images", "--format", "{{.Repository}}:{{.Tag}}").split()
    left = [image for image in images if made.unique in image]
    if left:
        docker("image", "rm", "--force", *left, check=False)


def buildkit_docker() -> str:
    """A docker command before 23, or one with buildx."""
    for program in (shutil.which("docker"), "/usr/bin/docker"):
        if program is None or not Path(program).exists():
            continue
        said = subprocess.run(
            (program, "version", "--format", "{{.Client.Version}}"),
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        with_buildx = subprocess.run(
            (program, "buildx", "version"), capture_output=True, check=False
        )
        if int(said.partition(".")[0] or 99) < 23 or with_buildx.returncode == 0:
            return program
    raise AssertionError("no docker command here can use BuildKit")


def run(*argv: str) -> bytes:
    return subprocess.run(argv, capture_output=True, check=True, timeout=60).stdout


def docker_that(tmp_path: Path, script: str) -> str:
    """The docker command with a few answers of its own."""
    program = tmp_path / "docker"
    program.write_text(f'#!/bin/sh\n{script}\nexec {shutil.which("docker")} "$@"\n')
    program.chmod(0o755)
    return str(program)


def tags_in(registry: str, name: str) -> list[str]:
    login = base64.b64encode(f"{REGISTRY_USER}:{REGISTRY_TOKEN}".encode()).decode()
    request = urllib.request.Request(
        f"http://{registry}/v2/{name}/tags/list", headers={"Authorization": f"Basic {login}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own registry
        return sorted(json.load(answer)["tags"])


# --- the whole way


async def test_a_build_is_fetched_prepared_built_and_pushed(
    agent: Agent, builds: Builds, private_registry: str
) -> None:
    commit = builds.commit(
        "ARG VERSION", "ARG A", "COPY made /made", 'RUN echo "A is $A of $VERSION"'
    )
    build = replace(
        builds.build,
        pre_build=ShellCommand(command="echo prepared > made"),
        images=(builds.remote, builds.local),
        tags=("latest", "1.2.3"),
        commit_tag="-x",
        build_args=(("VERSION", "1.2.3"), ("A", "some $value")),
        labels=(("org.label", "a b"),),
        push=True,
        logins=(builds.login,),
    )
    done = await agent.run(build)
    tags = ("latest", "1.2.3", f"{commit[:7]}-x")
    found = value(done, BuildDone)
    assert (found.commit_hash, found.commit_message) == (commit, "Build me")
    assert found.pushed == tuple(f"{builds.remote}:{tag}" for tag in tags)
    assert done.stages == [
        (stage, True)
        for stage in (
            *("Clone Repo", "Latest Commit", "Pre Build", "Docker Login", "Docker Build"),
            *["Docker Push"] * 3,
        )
    ]
    assert "A is some $value of 1.2.3" in done.text
    for tag in tags:
        seen = json.loads(docker("image", "inspect", f"{builds.local}:{tag}"))[0]
        assert seen["Id"] == found.image_id
        assert seen["Config"]["Labels"]["org.label"] == "a b"
    assert tags_in(private_registry, f"mt/{builds.unique}") == sorted(tags)
    build_stage = next(one for one in done.result.stages if one.name == "Docker Build")
    assert "--build-arg A " in build_stage.command
    assert "some" not in build_stage.command
    again = await agent.run(replace(build, push=False, logins=()))
    assert again.stages[0] == ("Git Pull", True)


async def test_a_dockerfile_of_its_own_needs_no_repo(agent: Agent, builds: Builds) -> None:
    text = builds.dockerfile("RUN echo from the browser")
    build = replace(builds.build, source=None, dockerfile=text)
    done = await agent.run(build)
    assert done.stages == [("Write Dockerfile", True), ("Docker Build", True)]
    assert "from the browser" in done.text
    empty = await agent.run(replace(build, dockerfile=" \n"))
    assert "The build is empty" in empty.result.message


async def test_files_on_the_host_are_written_read_and_built(agent: Agent, builds: Builds) -> None:
    write = WriteDockerfile(
        name="web",
        files_on_host=True,
        build_path="sub",
        contents=builds.dockerfile("RUN echo from the host"),
    )
    done = await agent.run(write)
    assert done.stages == [("Write Dockerfile", True)]
    read = ReadDockerfile(name="web", files_on_host=True, build_path="sub")
    found = read_dockerfile(agent.places, read)
    assert found.contents == write.contents
    assert found.path == str(agent.places.builds / "web" / "sub" / "Dockerfile")
    built = await agent.run(
        replace(builds.build, source=None, files_on_host=True, build_path="sub")
    )
    assert "from the host" in built.text
    outside = replace(read, build_path="/etc", dockerfile_path="passwd")
    assert "outside of the folders" in read_dockerfile(agent.places, outside).error
    assert "leads out" in read_dockerfile(agent.places, replace(read, build_path="../..")).error


# --- what goes wrong


@pytest.mark.parametrize(
    ("line", "reason"),
    [("RUN echo told you; exit 7", "7"), ("NOT-AN-INSTRUCTION", "NOT-AN-INSTRUCTION")],
)
async def test_a_build_that_fails_ends_with_its_last_lines(
    agent: Agent, builds: Builds, line: str, reason: str
) -> None:
    builds.commit(line)
    done = await agent.run(replace(builds.build, push=True, logins=(builds.login,)))
    assert done.result.status == "failed"
    assert done.stages[-1] == ("Docker Build", False)
    assert reason in done.result.message
    assert "legacy builder" not in done.text


async def test_a_step_that_fails_leaves_no_container_behind(agent: Agent, builds: Builds) -> None:
    label = f"left={builds.local}"
    builds.commit(f"LABEL {label}\nRUN exit 7")
    done = await agent.run(builds.build)
    assert done.stages[-1] == ("Docker Build", False)
    assert docker("ps", "-aq", "--filter", f"label={label}") == ""


async def test_a_wrong_registry_password_is_a_failed_login(agent: Agent, builds: Builds) -> None:
    builds.commit()
    wrong = RegistryLogin(domain=builds.login.domain, username="pusher", token="wrong-word-1")
    done = await agent.run(replace(builds.build, push=True, logins=(wrong,)))
    assert done.stages[-1] == ("Docker Login", False)
    assert "401" in done.result.message or "unauthorized" in done.result.message


async def test_a_push_without_a_login_is_a_failed_push(agent: Agent, builds: Builds) -> None:
    builds.commit()
    done = await agent.run(replace(builds.build, images=(builds.remote,), push=True))
    assert done.stages[-1] == ("Docker Push", False)


@pytest.mark.parametrize("field", ["build_path", "dockerfile_path", "pre_build"])
async def test_links_in_a_clone_lead_nowhere(
    agent: Agent, builds: Builds, tmp_path: Path, field: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "Dockerfile").write_text(builds.dockerfile())
    builds.repository.commit(
        {"Dockerfile": builds.dockerfile()},
        links={"out": str(outside), "File": str(outside / "Dockerfile")},
    )
    changes = {
        "build_path": replace(builds.build, build_path="out"),
        "dockerfile_path": replace(builds.build, dockerfile_path="File"),
        "pre_build": replace(builds.build, pre_build=ShellCommand(path="out", command="pwd")),
    }
    done = await agent.run(changes[field])
    assert "leads out of the folder" in done.result.message
    assert done.stages[-1] in {("Docker Build", False), ("Pre Build", False)}


async def test_a_dockerfile_of_the_browser_is_not_redirected_by_the_clone(
    agent: Agent, builds: Builds, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    builds.repository.commit({"a": ""}, links={"Dockerfile": str(victim)})
    text = builds.dockerfile("COPY a /a", "RUN echo fine")
    done = await agent.run(replace(builds.build, dockerfile=text))
    assert done.result.status == "done", done.text
    assert victim.read_text() == "mine"


async def test_a_full_disk_is_named_by_the_stage_it_stops(
    agent: Agent, builds: Builds, tmp_path: Path
) -> None:
    builds.repository.commit({"Dockerfile": builds.dockerfile(), "big": os.urandom(1_500_000)})
    agent.places.builds.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=2m", "none", str(agent.places.builds))
    try:
        done = await agent.run(builds.build)
        assert done.stages[-1] == ("Clone Repo", False)
        assert done.result.message.startswith("The disk is full")
        assert not list(agent.places.builds.iterdir())
        builds.repository.commit({"big": ""})
        fill = ShellCommand(command="dd if=/dev/zero of=fill bs=1M count=4")
        done = await agent.run(replace(builds.build, pre_build=fill))
        assert done.stages[-1] == ("Pre Build", False)
        assert "No space left on device" in done.text
    finally:
        run("umount", str(agent.places.builds))


async def test_a_server_without_buildx_says_so(
    agent: Agent, builds: Builds, tmp_path: Path
) -> None:
    builds.commit()
    agent.engine.program = docker_that(
        tmp_path,
        'case "$1" in buildx) echo "unknown command" >&2; exit 1 ;; version) echo 28.2.2; exit 0 ;; esac',
    )
    done = await agent.run(replace(builds.build, use_buildx=True))
    assert done.stages[-1] == ("Docker Build", False)
    assert "This server has no docker buildx" in done.result.message
    done = await agent.run(replace(builds.build, secret_args=(("K", SECRET),)))
    assert "Secret arguments need BuildKit" in done.result.message


async def test_buildx_is_told_where_the_image_goes(
    agent: Agent, builds: Builds, tmp_path: Path
) -> None:
    builds.commit()
    said = tmp_path / "said"
    agent.engine.program = docker_that(
        tmp_path, f'[ "$1" != buildx ] || {{ echo "$@" >> {said}; exit 0; }}'
    )
    await agent.run(replace(builds.build, use_buildx=True))
    push = replace(builds.build, use_buildx=True, push=True, images=(builds.remote, builds.local))
    done = await agent.run(push)
    assert value(done, BuildDone).pushed == (f"{builds.remote}:latest",)
    await agent.run(replace(push, extra_args=("--output type=local,dest=out",)))
    loaded, pushed, own = (line for line in said.read_text().splitlines() if "build --" in line)
    assert loaded.startswith(f"buildx build --load --tag {builds.local}:latest")
    assert pushed.startswith(f"buildx build --push --tag {builds.remote}:latest --file")
    assert "--push" not in own


# --- cancel


def runs(marker: str) -> list[int]:
    """Processes on this machine, also in containers, that have the marker among their arguments."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if marker.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


@pytest.mark.parametrize("way", ["classic", "buildkit", "pre build"])
async def test_a_cancelled_build_stops_within_two_seconds_also_in_the_engine(
    agent: Agent, builds: Builds, way: str
) -> None:
    marker = f"61.{uuid.uuid4().int % 10**9}"
    builds.commit(f"RUN sleep {marker}" if way != "pre build" else "RUN true")
    build = builds.build
    if way == "buildkit":
        agent.engine.program = buildkit_docker()
        build = replace(build, secret_args=(("K", SECRET),))
    if way == "pre build":
        build = replace(
            build, pre_build=ShellCommand(command=f"trap '' TERM\nsleep {marker} & wait")
        )
    job = await agent.begin(build)
    await until(lambda: runs(f"sleep\0{marker}") or runs(f"sleep {marker}"))
    start = time.monotonic()
    assert agent.jobs.cancel(job)
    done = await agent.end(job)
    assert done.result.status == "cancelled", done.text
    assert time.monotonic() - start < 2
    await until(lambda: not runs(marker))
    assert not docker("images", "-q", builds.local)


# --- secrets


async def test_a_secret_argument_is_in_the_build_and_not_in_the_image(
    agent: Agent, builds: Builds
) -> None:
    agent.engine.program = buildkit_docker()
    # Secrets are no part of what BuildKit remembers a step by: the name makes it a new one.
    mount = f"--mount=type=secret,id=TOKEN,mode=0444 : {builds.unique};"
    builds.commit(f'RUN {mount} test "$(cat /run/secrets/TOKEN)" = "{SECRET}" && echo matches')
    done = await agent.run(replace(builds.build, secret_args=(("TOKEN", SECRET),)))
    assert done.result.status == "done", done.text
    builds.commit(f"RUN {mount} cat /run/secrets/TOKEN; busybox base64 /run/secrets/TOKEN")
    done = await agent.run(replace(builds.build, secret_args=(("TOKEN", SECRET),)))
    assert done.result.status == "done", done.text
    assert "<TOKEN>" in done.text
    assert SECRET not in done.text
    assert base64.b64encode(SECRET.encode()).decode()[:-4] not in done.text
    assert SECRET not in docker("history", "--no-trunc", builds.local)


CANARIES = {
    "git token": GIT_TOKEN,
    "registry token": REGISTRY_TOKEN,
    "build secret": SECRET,
    "variable": "canary-variable-44ab7f01",
}


class Watch:
    """Looks for the canaries, all the while a job runs, where others of the machine could see them."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self._root = root
        self._scratch = scratch
        self.rounds = 0
        self.found: set[str] = set()

    def look(self) -> None:
        self.rounds += 1
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                self._search(entry / "cmdline", f"arguments of {entry.name}")
        for file in self._root.rglob("*"):
            if not file.is_relative_to(self._scratch) and file.is_file():
                self._search(file, str(file))

    def _search(self, file: Path, where: str) -> None:
        try:
            data = file.read_bytes()
        except OSError:
            return
        for name, canary in CANARIES.items():
            for form in (canary.encode(), base64.b64encode(canary.encode())[:-4]):
                if form in data:
                    self.found.add(f"{name} in {where}")


async def test_no_secret_of_a_build_is_left_or_seen_anywhere(
    agent: Agent, builds: Builds, caplog: pytest.LogCaptureFixture
) -> None:
    agent.engine.program = buildkit_docker()
    variable = CANARIES["variable"]
    mount = f"--mount=type=secret,id=TOKEN,mode=0444 : {builds.unique};"
    builds.commit("COPY . /context", f"RUN {mount} cat /run/secrets/TOKEN; sleep 1")
    build = replace(
        builds.build,
        pre_build=ShellCommand(
            command=f"echo {variable}; printf %s {variable} | base64; sleep 0.5"
        ),
        images=(builds.remote,),
        secret_args=(("TOKEN", SECRET),),
        secrets={"VARIABLE": variable},
        push=True,
        logins=(builds.login,),
    )
    watch = Watch(agent.places.root, agent.engine.tmp)
    job = await agent.begin(build)
    work = asyncio.ensure_future(agent.end(job))
    while not work.done():
        watch.look()
        await asyncio.sleep(0.03)
    done = await work
    assert done.result.status == "done", done.text
    assert "<VARIABLE>" in done.text
    watch.look()
    assert watch.rounds > 10
    assert watch.found == set()
    assert list(agent.engine.tmp.iterdir()) == []
    image = run("docker", "save", builds.remote)
    shown = f"{docker('history', '--no-trunc', builds.remote)} {caplog.text} {done.result}".encode()
    for canary in CANARIES.values():
        assert canary.encode() not in image
        assert canary.encode() not in shown
    assert not (Path.home() / ".docker" / "config.json").exists() or (
        REGISTRY_TOKEN not in (Path.home() / ".docker" / "config.json").read_text()
    )


@pytest.mark.parametrize("asked", [False, True])
async def test_a_linked_repos_environment_file_stays_out_of_the_image_unless_asked_for(
    agent: Agent, builds: Builds, asked: bool
) -> None:
    ignore = "*.md\n!.env\n" if asked else "*.md\n"
    look = "RUN cd /context; for f in .env a.md b; do test -e $f && echo has:$f; done; true"
    builds.repository.commit(
        {"Dockerfile": builds.dockerfile("COPY . /context", look), ".dockerignore": ignore,
         "a.md": "", "b": ""}
    )  # fmt: skip
    build = replace(builds.build, folder="linked", environment=(("KEY", "word"),))
    done = await agent.run(build)
    assert done.result.status == "done", done.text
    lines = {line.text.rpartition(" ")[2] for line in done.lines}
    assert ("has:.env" in lines) == asked
    assert "has:b" in lines
    assert "has:a.md" not in lines
    folder = agent.places.repos / "linked"
    assert (folder / ".dockerignore").read_text() == ignore
    assert (folder / ".env").read_text() == "KEY=word\n"
    assert not list(folder.glob("*monitor-kept"))
