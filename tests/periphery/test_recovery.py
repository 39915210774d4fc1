"""An agent killed at each step of a swap: after its restart the old container runs, or the new one is complete."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from docker_fixtures import docker
from monitor.link.commands import (
    DeployContainer,
    FollowJob,
    JobEnded,
    JobLines,
    JobResult,
    StartJob,
)
from monitor.periphery.docker import Docker
from monitor.periphery.engine import Engine
from monitor.periphery.job import Job
from monitor.periphery.jobs import Jobs
from monitor.periphery.spool import Spool
from monitor.periphery.swap_recover import recover

from .conftest import UPDATE, Agent
from .doorstep import Doorstep
from .test_swap import inspect, names, running

JOB = f"{UPDATE}/deploy"

AGENT = """
import asyncio, sys
from pathlib import Path
import msgspec
from monitor.link.commands import StartJob
from monitor.periphery.actions import do
from monitor.periphery.docker import Docker
from monitor.periphery.engine import Engine
from monitor.periphery.jobs import Jobs

async def main():
    root = Path(sys.argv[1])
    engine = Engine(Docker(f"unix://{sys.argv[2]}"), root / "tmp", agent=str(root))
    jobs = Jobs(root / "jobs", lambda job, command: do(job, command, engine))
    await jobs.open()
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=StartJob)
    await jobs.start(order.job, order.command)
    await jobs.idle()
    await engine.docker.close()

asyncio.run(main())
"""


async def killed_before_step(root: Path, order: StartJob, step: int) -> bool:
    """Run an agent that dies when its `step`th change is about to reach the engine. False if it ended before."""
    async with Doorstep() as doorstep:
        agent = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", AGENT, str(root), doorstep.path), stdin=asyncio.subprocess.PIPE
        )
        doorstep.before(step, agent.kill)
        await asyncio.wait_for(agent.communicate(msgspec.json.encode(order)), 60)
    return agent.returncode == -signal.SIGKILL


async def restarted(agent: Agent) -> tuple[JobResult, str]:
    """Start another agent on the same spool and wait until it has told of the job."""
    await agent.jobs.open()
    text: list[str] = []
    async with asyncio.timeout(60):
        async for chunk in agent.jobs.follow(FollowJob(job=JOB).job, 0):
            if isinstance(chunk, JobLines):
                text += [line.text for line in chunk.lines]
            if isinstance(chunk, JobEnded):
                return chunk.result, "\n".join(text)
    raise AssertionError("no result")


STEPS = {
    "always": ["pull", "create", "update", "stop", "rename", "rename", "start", "rm"],
    "no": ["pull", "create", "rename", "stop", "rename", "start", "rm"],
}
"""What reaches the engine when a container of a restart mode is replaced."""


@pytest.mark.parametrize(
    ("restart", "step"),
    [*(("always", step) for step in range(1, 9)), *(("no", step) for step in range(3, 7))],
)
async def test_an_agent_killed_at_a_step_of_a_good_swap_leaves_one_running_container(
    agent: Agent, busybox_image: str, container_name: str, tmp_path: Path, restart: str, step: int
) -> None:
    spec = DeployContainer(
        name=container_name, image=busybox_image, network="none", restart=restart
    )
    old = running(container_name, busybox_image, f"--restart={restart}")
    assert await killed_before_step(tmp_path, StartJob(job=JOB, command=spec), step)
    result, text = await restarted(agent)
    assert result.status == "interrupted", text
    _one_runs(container_name, text, restart)
    if STEPS[restart][step - 1] != "rm":
        assert inspect(container_name)["Id"] == old, text
    else:
        assert inspect(container_name)["Id"] != old, text
        assert "completed" in result.message


@pytest.mark.parametrize("restart", STEPS)
async def test_an_agent_killed_at_any_step_of_going_back_goes_back(
    agent: Agent, busybox_image: str, container_name: str, tmp_path: Path, restart: str
) -> None:
    good = DeployContainer(
        name=container_name, image=busybox_image, network="none", restart=restart
    )
    old = running(container_name, busybox_image, f"--restart={restart}")
    unhealthy = ("--health-cmd false --health-interval 0.1s --health-retries 1",)
    bad = msgspec.structs.replace(good, extra_args=unhealthy)
    step = first = len(STEPS[restart])
    while True:
        job = f"{UPDATE}/bad-{step}"
        killed = await killed_before_step(tmp_path, StartJob(job=job, command=bad), step)
        if not killed:
            break
        again = Agent(tmp_path, agent.engine)
        await again.jobs.open()
        outcome = await again.end(job)
        assert outcome.result.status == "interrupted", outcome.text
        _one_runs(container_name, outcome.text, restart)
        assert inspect(container_name)["Id"] == old, (step, outcome.text)
        step += 1
    assert step > first + 4
    assert inspect(container_name)["Id"] == old


def _one_runs(name: str, text: str, restart: str) -> None:
    assert names(name) == [name], text
    seen: dict[str, Any] = inspect(name)
    assert seen["State"]["Running"], text
    assert seen["HostConfig"]["RestartPolicy"]["Name"] == restart, text


async def test_only_the_old_one_is_brought_back(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    docker("create", "--name", f"{container_name}.monitor-old", "--network", "none", busybox_image)
    old = inspect(f"{container_name}.monitor-old")["Id"]
    spec = DeployContainer(
        name=container_name, image=busybox_image, network="none", command="false"
    )
    outcome = await agent.run(spec)
    assert outcome.result.status == "failed"
    seen = inspect(container_name)
    assert (seen["Id"], seen["State"]["Running"]) == (old, True)
    assert ("Recover", True) in outcome.stages


async def test_what_another_agent_is_doing_is_left_alone(
    agent: Agent, busybox_image: str, container_name: str, tmp_path: Path
) -> None:
    spec = DeployContainer(name=container_name, image=busybox_image, network="none")
    running(container_name, busybox_image)
    assert await killed_before_step(tmp_path, StartJob(job=JOB, command=spec), 4)
    before = names(container_name)
    assert len(before) == 2
    other = Engine(agent.engine.docker, tmp_path / "other", agent="another")
    job = Job("recovery", Spool(tmp_path / "other"))
    assert await recover(job, other) == []
    assert names(container_name) == before
    assert (await restarted(agent))[0].status == "interrupted"
    assert names(container_name) == [container_name]


async def test_a_container_that_is_only_called_like_one_of_ours_is_not_touched(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    foreign = f"{container_name}-other.monitor-old"
    docker("create", "--name", foreign, "--network", "none", busybox_image)
    outcome = await agent.run(
        DeployContainer(name=container_name, image=busybox_image, network="none")
    )
    assert outcome.result.status == "done"
    assert names(container_name) == [container_name, foreign]


async def test_an_interrupted_job_is_told_even_without_an_engine(
    docker_engine: None, tmp_path: Path
) -> None:
    folder = tmp_path / "jobs" / JOB
    folder.mkdir(parents=True)
    (folder / "accepted").write_text(
        json.dumps({"job": JOB, "kind": "DeployContainer", "ts_ms": 1})
    )
    away = Docker(f"unix://{tmp_path}/no.sock")
    agent = Agent(tmp_path, Engine(away, tmp_path / "tmp", agent="x"))
    result, _ = await restarted(agent)
    assert result.status == "interrupted"
    assert "cannot be reached" in result.message
    await away.close()
    assert isinstance(agent.jobs, Jobs)
