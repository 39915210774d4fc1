"""What a build takes over what git and Docker alone take."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from bench.containers import Place, demand_docker, docker_async, image, names, real_server, registry
from bench.figures import Figure, Missing, median
from git_fixtures import GitServer, Repository
from monitor.api.build import CreateBuild, RunBuild
from monitor.api.builder import CreateBuilder
from monitor.api.provider import CreateImageRegistryAccount

ROUNDS = 7


async def run() -> AsyncIterator[Figure]:
    """Builds and bare `git clone`, `docker build`, `docker push` in turns, each of a commit of its own."""
    demand_docker()
    with (
        names() as prefix,
        registry() as address,
        git_server() as server,
        image(f"{address}/{prefix}-base:1") as base,
    ):
        repository = server.repository(f"bench/{prefix}")
        async with real_server() as place:
            await _create(place, server, repository, address, prefix)
            bare: list[float] = []
            ours: list[float] = []
            for number in range(1 + ROUNDS):
                _commit(repository, base, f"bare {number}")
                alone = await _bare(server, repository, f"{address}/bench/{prefix}-bare:latest")
                _commit(repository, base, f"ours {number}")
                built = await _build(place, prefix)
                if number:
                    bare.append(alone)
                    ours.append(built)
        for name in (f"{address}/bench/{prefix}-bare:latest", f"{address}/bench/{prefix}:latest"):
            await docker_async("image", "rm", "--force", name)
        yield Figure(
            what="build over bare git clone, docker build and docker push",
            figure=median(ours) - median(bare), unit="ms", budget=1000,
            note=f"medians of {ROUNDS}: {median(ours):.0f} ms, bare {median(bare):.0f} ms",
        )  # fmt: skip


@contextlib.contextmanager
def git_server() -> Iterator[GitServer]:
    """A git server over https, which Core and agents started meanwhile trust."""
    if not shutil.which("git"):
        raise Missing("there is no git")
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        server = GitServer(Path(folder))
        server.start()
        os.environ |= server.environ
        try:
            yield server
        finally:
            for name in server.environ:
                del os.environ[name]
            server.stop()


def _commit(repository: Repository, base: str, text: str) -> None:
    repository.commit({"Dockerfile": f'FROM {base}\nRUN echo "{text}" > /text\nCOPY . /source\n'})


async def _create(
    place: Place, server: GitServer, repository: Repository, address: str, name: str
) -> None:
    builder = {"type": "Server", "params": {"server_ids": [place.server.id]}}
    await place.client.send(CreateBuilder(name="bench", config=builder))
    account = {"domain": address, "username": "bench", "token": "none is asked for"}
    await place.client.send(CreateImageRegistryAccount(account=account))
    config = {
        "builder": "bench",
        "git_provider": server.provider,
        "repo": repository.name,
        "image_registry": [{"domain": address, "account": "bench"}],
        "extra_args": ["--network none"],
        "include_version_tags": False,
        "include_commit_tag": False,
    }
    await place.client.send(CreateBuild(name=name, config=config))


async def _build(place: Place, name: str) -> float:
    """Milliseconds from the call to the end of the run by Core's clock."""
    began = time.time() * 1000
    update = await place.client.run(RunBuild(build=name))
    assert update.success, [log.stderr for log in update.logs]
    assert update.end_ts is not None
    return update.end_ts - began


async def _bare(server: GitServer, repository: Repository, name: str) -> float:
    """Milliseconds of the three commands."""
    url = f"https://{server.provider}/{repository.name}"
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        began = time.perf_counter()
        await _program("git", "clone", "--quiet", "--depth=1", url, folder, env=server.environ)
        await docker_async("build", "--quiet", "--network", "none", "--tag", name, folder)
        await docker_async("push", "--quiet", name)
        return (time.perf_counter() - began) * 1000


async def _program(*argv: str, env: Mapping[str, str]) -> None:
    await asyncio.to_thread(
        subprocess.run, argv, env={**os.environ, **env}, check=True, capture_output=True
    )
