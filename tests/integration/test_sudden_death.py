"""Core and the agent killed with SIGKILL in the middle of real deploys and pulls."""

import asyncio
import random
from pathlib import Path

import pytest

from docker_fixtures import FOREVER, MakeImage, docker
from integration.test_deployments import inspect, make
from monitor.api.activity import GetUpdate, GetUpdateOutput
from monitor.api.deployment import (
    Deploy,
    GetDeploymentActionState,
    PullDeployment,
    UpdateDeployment,
)
from monitor.api.server import Server
from monitor.api.update import Outcome, Update, UpdateStatus
from monitor.client import Client
from world import RunningAgent, RunningCore, server_ok, until

HEALTHY_AFTER = "test -f /tmp/ok || { sleep 1; touch /tmp/ok; exit 1; }"
SLOW = [
    f'--health-cmd "{HEALTHY_AFTER}"',
    "--health-interval 0.3s",
    "--health-retries 20",
]
"""A container that takes over a second to be healthy, so that a deploy has something to wait for."""


async def demand_whole(client: Client, update: Update) -> None:
    """Its lines are all there, once and in order, and nothing stays busy."""
    numbers: list[int] = []
    after = 0
    while True:
        output = await client.send(GetUpdateOutput(id=update.id, after=after))
        numbers += [line.seq for line in output.lines]
        after = output.last
        if not output.lines:
            break
    assert numbers == sorted(set(numbers))
    busy = await client.send(GetDeploymentActionState(deployment=update.target.id))
    assert not any(getattr(busy, name) for name in busy.__struct_fields__)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_core_killed_at_20_moments_of_deploys_and_pulls_ends_each_truthfully(
    core: RunningCore,
    admin: Client,
    local: Server,
    make_image: MakeImage,
    container_name: str,
    tmp_path: Path,
) -> None:
    image = make_image("slow:2", "ENV PATH=/bin", f'CMD ["sh","-c","{FOREVER}"]', push=True)
    deployment = await make(admin, local, container_name, image, extra_args=SLOW)
    dice = random.Random(20)
    seen = tmp_path / "created"
    with seen.open("wb") as file:
        events = await asyncio.create_subprocess_exec(
            *("docker", "events", "--filter", "event=create", "--filter", "type=container"),
            *("--format", "{{.Actor.Attributes.name}}"),
            stdout=file,
        )
    deploys = 0
    for number in range(20):
        pull = number % 4 == 3
        request = (PullDeployment if pull else Deploy)(deployment=deployment.id)
        update = await admin.send(request, key=f"round {number}")
        deploys += not pull
        await asyncio.sleep(dice.uniform(0, 0.4 if pull else 2.2))
        await core.kill()
        await core.start()
        again = await admin.send(request, key=f"round {number}")
        assert again.id == update.id, "the key finds the run that began before"
        done = await admin.wait(update.id)
        assert done.status is UpdateStatus.COMPLETE
        assert done.outcome is Outcome.SUCCEEDED, done.logs
        await demand_whole(admin, done)
        assert inspect(container_name)["State"]["Running"]  # pyright: ignore[reportIndexIssue]
    events.terminate()
    await events.wait()
    ours = [name for name in seen.read_text().split() if name.startswith(container_name)]
    assert len(ours) == deploys, "each deploy ran once"
    assert docker("ps", "-aq", "--filter", f"name={container_name}.monitor") == ""


async def test_the_agent_killed_in_mid_deploy_is_reported_as_interrupted_and_the_old_one_runs(
    admin: Client,
    agent: RunningAgent,
    local: Server,
    busybox_image: str,
    container_name: str,
    tmp_path: Path,
) -> None:
    deployment = await make(admin, local, container_name, busybox_image)
    assert (await admin.run(Deploy(deployment=deployment.id))).success
    before = inspect(container_name)["Id"]
    await admin.send(
        UpdateDeployment(
            id=deployment.id,
            config={
                "extra_args": [
                    "--health-cmd false",
                    "--health-interval 1s",
                    "--health-retries 1",
                    "--health-start-period 5s",
                ]
            },
        )
    )
    update = await admin.send(Deploy(deployment=deployment.id))

    async def at_the_gate() -> bool:
        found = await admin.send(GetUpdate(id=update.id))
        return any(step.stage == "Check" for step in found.steps)

    await until(at_the_gate)
    await agent.kill()
    await asyncio.sleep(0.5)
    assert (await admin.send(GetUpdate(id=update.id))).status is UpdateStatus.IN_PROGRESS
    await agent.start()
    await until(lambda: server_ok(admin, "local"), within=30)
    done = await admin.wait(update.id)
    assert done.outcome is Outcome.INTERRUPTED, done.logs
    assert not done.success
    await demand_whole(admin, done)

    def old_runs() -> bool:
        found = inspect(container_name)
        return found["Id"] == before and bool(found["State"]["Running"])  # pyright: ignore[reportIndexIssue]

    await until(old_runs)
