"""What a deploy takes over what Docker alone takes."""

import itertools
import time
from collections.abc import AsyncIterator

from bench.containers import (
    SERVICE,
    Place,
    demand_docker,
    docker_async,
    image,
    names,
    real_server,
    registry,
)
from bench.figures import Figure, median
from monitor.api.activity import GetUpdateOutput
from monitor.api.deployment import CreateDeployment, Deploy, Deployment
from monitor.api.update import Update

ROUNDS = 10
WARM_UP = 2
_GATE = "Check"


async def run() -> AsyncIterator[Figure]:
    """A bare `docker run`, a first deploy and a replacement in turns, so that all meet the same machine."""
    demand_docker()
    with names() as prefix, registry() as address, image(f"{address}/{prefix}:1", SERVICE) as named:
        await docker_async("push", "--quiet", named)
        async with real_server() as place:
            bare: list[float] = []
            first: list[float] = []
            replaced: list[float] = []
            again = await _deployment(place, f"{prefix}-again", named)
            for number in range(WARM_UP + ROUNDS):
                bare.append(await _bare(f"{prefix}-bare-{number}", named))
                once = await _deployment(place, f"{prefix}-{number}", named)
                first.append(await _deploy(place, once))
                replaced.append(await _deploy(place, again))
    alone = median(bare[WARM_UP:])
    yield Figure(
        what="first deploy of a local image, over the bare docker run",
        figure=median(first[WARM_UP:]) - alone, unit="ms", budget=150,
        note=f"medians of {ROUNDS}: {median(first[WARM_UP:]):.0f} ms without the gate, "
        f"docker run {alone:.0f} ms",
    )  # fmt: skip
    yield Figure(
        what="replacement of a container, without stop grace and gate",
        figure=median(replaced[WARM_UP:]), unit="ms", budget=500,
        note=f"median of {ROUNDS}, with the check for a newer image in the registry; "
        f"docker run alone {alone:.0f} ms",
    )  # fmt: skip


async def _deployment(place: Place, name: str, image_name: str) -> Deployment:
    return await place.client.send(
        CreateDeployment(
            name=name,
            config={
                "server_id": place.server.id,
                "network": "none",
                "image": {"type": "Image", "params": {"image": image_name}},
            },
        )
    )


async def _bare(name: str, image_name: str) -> float:
    began = time.perf_counter()
    await docker_async("run", "-d", "--name", name, "--network", "none", image_name)
    return (time.perf_counter() - began) * 1000


async def _deploy(place: Place, deployment: Deployment) -> float:
    """Milliseconds from the call to the end of the run by Core's clock, without those of the gate and of stopping."""
    began = time.time() * 1000
    update = await place.client.run(Deploy(deployment=deployment.id))
    assert update.success, [log.stderr for log in update.logs]
    assert update.end_ts is not None
    return update.end_ts - began - _gate(update) - await _grace(place, update)


def _gate(update: Update) -> float:
    return sum(log.end_ts - log.start_ts for log in update.logs if log.stage == _GATE)


async def _grace(place: Place, update: Update) -> float:
    """Milliseconds that `docker stop` of the old container took: from the line that announces it to the next."""
    lines = (await place.client.send(GetUpdateOutput(id=update.id))).lines
    return sum(
        after.ts - line.ts
        for line, after in itertools.pairwise(lines)
        if line.text.startswith("Stopping ")
    )
