"""How long after a job printed a line a live socket, and a page, show it.

The job is `docker pull` of an image of many layers; a line's time is when the agent read it.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.docker_fixtures import docker

from bench.browser import window
from bench.containers import Place, demand_docker, docker_async, names, real_server, registry
from bench.figures import Figure, Missing, median, percentile
from bench.programs import live_socket
from monitor.api.activity import GetUpdateOutput
from monitor.api.deployment import CreateDeployment, Deployment, PullDeployment
from monitor.api.update import Update

if TYPE_CHECKING:
    from playwright.async_api import Page

ROUNDS = 3
_LAYERS = 24
_LAYER_BYTES = 1_500_000
_WITHIN = 60.0
_WATCH_LINES = """() => {
  window.lines = {};
  const look = text => {
    const now = Date.now();
    for (const [line] of text.matchAll(/[0-9a-f]{12}: [A-Z][a-z ]+[a-z]/g)) window.lines[line] ??= now;
  };
  new MutationObserver(records => {
    for (const {target, addedNodes} of records)
      for (const node of addedNodes.length ? addedNodes : [target]) look(node.textContent ?? '');
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
  look(document.body.textContent);
}"""


async def run() -> AsyncIterator[Figure]:
    """Pulls of an image of 24 layers from a registry on this machine."""
    demand_docker()
    with names() as prefix, registry() as address, layered(f"{address}/{prefix}:1") as image:
        async with real_server() as place:
            deployment = await place.client.send(
                CreateDeployment(
                    name=prefix,
                    config={
                        "server_id": place.server.id,
                        "image": {"type": "Image", "params": {"image": image}},
                    },
                )
            )
            late: list[float] = []
            for _ in range(ROUNDS):
                late += await _socket(place, deployment, image)
            yield _figure("live socket", late)
            with contextlib.suppress(Missing):
                async with window(place.core) as page:
                    late = []
                    for _ in range(ROUNDS):
                        late += await _page(place, page, deployment, image)
                    yield _figure("page in Chromium", late)


def _figure(where: str, late: list[float]) -> Figure:
    return Figure(
        what=f"line printed by a job -> {where} shows it, p99",
        figure=percentile(late, 0.99), unit="ms", budget=500,
        note=f"{len(late)} lines of docker pull, p50 {median(late):.0f} ms",
    )  # fmt: skip


@contextlib.contextmanager
def layered(name: str) -> Iterator[str]:
    """An image of many layers, in the registry alone."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        steps = ["FROM scratch"]
        for number in range(_LAYERS):
            (Path(folder) / f"part-{number}").write_bytes(os.urandom(_LAYER_BYTES))
            steps.append(f"COPY part-{number} /")
        (Path(folder) / "Dockerfile").write_text("\n".join([*steps, 'CMD ["/none"]']))
        built = subprocess.run(
            ["docker", "build", "--quiet", "--tag", name, folder],
            env={**os.environ, "DOCKER_BUILDKIT": "0"}, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
    if built.returncode:
        raise Missing(f"docker build does not work here: {built.stderr.decode()[-200:]}")
    try:
        docker("push", "--quiet", name)
        yield name
    finally:
        docker("image", "rm", "--force", name, check=False)


async def _pull(place: Place, deployment: Deployment, image: str) -> Update:
    await docker_async("image", "rm", "--force", image)
    return await place.client.send(PullDeployment(deployment=deployment.id))


async def _socket(place: Place, deployment: Deployment, image: str) -> list[float]:
    late: list[float] = []
    async with live_socket(place.core, place.client, ()) as socket:
        topic = f"update:{(await _pull(place, deployment, image)).id}"
        await socket.send_json({"op": "sub", "topic": topic})
        since = time.time() * 1000
        async with asyncio.timeout(_WITHIN):
            while True:
                frame: dict[str, Any] = json.loads(await socket.receive_str())
                at = time.time() * 1000
                if frame["op"] == "snap":
                    since = at
                late += [at - ts for _, _, _, ts, _ in frame.get("lines", ()) if ts > since]
                if ["status", "Complete"] in frame.get("set", ()):
                    return late


async def _page(place: Place, page: "Page", deployment: Deployment, image: str) -> list[float]:
    update = await _pull(place, deployment, image)
    await page.goto(f"{place.core.url}/activity/{update.id}")
    await page.evaluate(_WATCH_LINES)
    async with asyncio.timeout(_WITHIN):
        while not await page.evaluate("Object.keys(window.lines).length"):
            await asyncio.sleep(0.02)
    # What was printed before the page showed its first line is not live.
    since: float = await page.evaluate("Date.now()")
    done = await place.client.wait(update.id)
    assert done.success, [log.stderr for log in done.logs]
    await asyncio.sleep(1)
    shown: dict[str, float] = await page.evaluate("window.lines")
    told = (await place.client.send(GetUpdateOutput(id=update.id))).lines
    return [
        shown[line.text.strip()] - line.ts
        for line in told
        if line.ts > since and line.text.strip() in shown
    ]
