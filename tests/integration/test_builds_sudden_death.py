"""Core killed with SIGKILL in the middle of builds that deployments follow."""

import asyncio
import random

import pytest

from docker_fixtures import docker
from integration.works import Works
from monitor.api.activity import GetUpdateOutput, ListUpdates
from monitor.api.build import GetBuildActionState, ListBuildVersions, RunBuild
from monitor.api.deployment import Deploy
from monitor.api.update import Outcome, UpdateStatus
from monitor.api.values import Version

_ROUNDS = 20
_LINES = 25
_HEALTHY = ["--health-cmd true", "--health-interval 0.2s"]
"""A container that is good as soon as it runs."""


def _slow(number: int) -> str:
    return f"RUN for i in $(seq 1 {_LINES}); do echo round {number} line $i; sleep 0.02; done"


async def _said(works: Works, update: str) -> list[str]:
    """The text of every line, once each by number."""
    texts: list[str] = []
    numbers: list[int] = []
    after = 0
    while (output := await works.admin.send(GetUpdateOutput(id=update, after=after))).lines:
        texts += [line.text for line in output.lines]
        numbers += [line.seq for line in output.lines]
        after = output.last
    assert numbers == sorted(set(numbers))
    return texts


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_core_killed_at_20_moments_of_builds_ends_each_truthfully(
    works: Works, container_name: str
) -> None:
    works.push()
    await works.build(include_version_tags=False, include_commit_tag=False)
    deployment = await works.deployment(container_name, extra_args=_HEALTHY)
    first = await works.admin.run(RunBuild(build=works.name))
    assert first.success, first.logs
    assert (await works.admin.run(Deploy(deployment=deployment.id))).success
    dice = random.Random(3)
    made, deploys = 1, 1
    for number in range(_ROUNDS):
        fails = number % 5 == 4
        works.push(_slow(number), *(["RUN false"] if fails else []), text=f"round-{number}")
        update = await works.admin.send(RunBuild(build=works.name), key=f"round {number}")
        await asyncio.sleep(dice.uniform(0, 2.5))
        await works.core.kill()
        await works.core.start()
        again = await works.admin.send(RunBuild(build=works.name), key=f"round {number}")
        assert again.id == update.id, "the key finds the run that began before"
        done = await works.admin.wait(update.id)
        assert done.status is UpdateStatus.COMPLETE
        wanted = Outcome.FAILED if fails else Outcome.SUCCEEDED
        assert done.outcome is wanted, done.logs
        texts = await _said(works, update.id)
        lines = [text for text in texts if text.startswith(f"round {number} line ")]
        assert lines == [f"round {number} line {i}" for i in range(1, _LINES + 1)]
        made, deploys = made + (not fails), deploys + (not fails)
        assert await works.version() == Version(0, 0, made)
        state = await works.admin.send(GetBuildActionState(build=works.name))
        assert not state.building
    listed = await works.admin.send(ListUpdates(query={"operation": "Deploy"}))
    assert [item.success for item in listed.updates] == [True] * deploys
    assert docker("exec", container_name, "cat", "/version") == f"0.0.{made}"
    versions = await works.admin.send(ListBuildVersions(build=works.name))
    assert [one.version.patch for one in versions] == list(range(made, 0, -1))
