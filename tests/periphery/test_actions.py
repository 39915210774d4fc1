"""Every job but the deploy, on a real engine."""

import time

import pytest

from docker_fixtures import MakeImage, docker
from monitor.link.base import JobCommand
from monitor.link.commands import (
    AllContainers,
    CreateNetwork,
    DeleteImage,
    DeleteNetwork,
    DeleteVolume,
    DeployContainer,
    DestroyContainer,
    PauseContainer,
    Prune,
    PullImage,
    RenameContainer,
    RestartContainer,
    StartContainer,
    StopContainer,
    UnpauseContainer,
)
from monitor.periphery.actions import PRUNES

from .conftest import Agent


def status(name: str) -> str:
    return docker(
        "inspect", "--type", "container", "--format", "{{.State.Status}}", name, check=False
    )


def run_service(name: str, image: str, *arguments: str) -> None:
    docker("run", "-d", "--name", name, "--network", "none", *arguments, image)


async def test_a_container_is_started_stopped_paused_and_destroyed(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    name = container_name
    run_service(name, busybox_image)
    steps: list[tuple[JobCommand, str, str, str]] = [
        (PauseContainer(name=name), "Docker Pause", f"docker pause -- {name}", "paused"),
        (UnpauseContainer(name=name), "Docker Unpause", f"docker unpause -- {name}", "running"),
        (RestartContainer(name=name), "Docker Restart", f"docker restart -- {name}", "running"),
        (StopContainer(name=name, time=1), "Docker Stop", f"docker stop -t 1 -- {name}", "exited"),
        (StartContainer(name=name), "Docker Start", f"docker start -- {name}", "running"),
        (
            RenameContainer(name=name, new_name=f"{name}-b"),
            "Docker Rename",
            f"docker rename -- {name} {name}-b",
            "",
        ),
    ]
    for command, stage, shown, state in steps:
        outcome = await agent.run(command)
        assert outcome.result.status == "done", outcome.text
        assert [(one.name, one.command) for one in outcome.result.stages] == [(stage, shown)]
        assert status(name) == state
    outcome = await agent.run(DestroyContainer(name=f"{name}-b", signal="SIGTERM", time=1))
    assert outcome.stages == [("Docker Stop and Remove", True)]
    assert status(f"{name}-b") == ""


async def test_a_container_is_stopped_with_the_signal_asked_for(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    script = "trap 'echo got hup; exit 0' HUP; while :; do sleep 0.1; done"
    docker(
        "run",
        "-d",
        "--name",
        container_name,
        "--network",
        "none",
        busybox_image,
        "sh",
        "-c",
        script,
    )
    outcome = await agent.run(StopContainer(name=container_name, signal="SIGHUP", time=1))
    assert outcome.result.status == "done", outcome.text
    assert status(container_name) == "exited"
    assert "got hup" in docker("logs", container_name)


@pytest.mark.parametrize(
    "command",
    [
        StartContainer(name="no-such"),
        StopContainer(name="no-such"),
        PauseContainer(name="no-such"),
        DestroyContainer(name="no-such"),
        RenameContainer(name="no-such", new_name="x"),
        DeleteImage(name="no-such"),
        DeleteNetwork(name="no-such"),
        DeleteVolume(name="no-such"),
        PullImage(image="127.0.0.1:1/no-such"),
        StartContainer(name="--help"),
        DeleteNetwork(name="-f"),
    ],
)
async def test_what_is_not_there_is_a_failure_with_dockers_words(
    agent: Agent, command: JobCommand
) -> None:
    outcome = await agent.run(command)
    assert outcome.result.status == "failed"
    assert outcome.result.message
    assert [stage.success for stage in outcome.result.stages] == [False]


async def test_networks_volumes_and_images_are_made_and_deleted(
    agent: Agent, make_image: MakeImage, container_name: str
) -> None:
    image = make_image("to-delete:1", 'CMD ["true"]', push=True)
    docker("volume", "create", container_name)
    made = await agent.run(CreateNetwork(name=container_name))
    assert made.stages == [("Create Network", True)]
    assert container_name in docker("network", "ls", "--format", "{{.Name}}").split()
    assert (await agent.run(DeleteNetwork(name=container_name))).result.status == "done"
    assert container_name not in docker("network", "ls", "--format", "{{.Name}}").split()
    assert (await agent.run(DeleteVolume(name=container_name))).result.status == "done"
    assert (await agent.run(DeleteImage(name=image))).result.status == "done"
    assert docker("images", "-q", image) == ""
    pulled = await agent.run(PullImage(image=image))
    assert pulled.stages == [("Docker Pull", True)]
    assert docker("images", "-q", image)


@pytest.mark.alone
async def test_all_containers_are_acted_on_but_those_kept_out(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    others = tuple(docker("ps", "-aq", "--no-trunc").split())
    one, skipped, own, stopped = (
        f"{container_name}-{word}" for word in ("one", "skip", "own", "stopped")
    )
    run_service(one, busybox_image)
    run_service(skipped, busybox_image, "--label", "monitor.skip=true")
    run_service(own, busybox_image, "--label", "monitor.component=core")
    docker("create", "--name", stopped, "--network", "none", busybox_image)
    outcome = await agent.run(AllContainers(action="pause", protected=others))
    assert outcome.result.status == "done", outcome.text
    paused = {stage for stage, _ in outcome.stages}
    assert f"Docker pause {one}" in paused
    assert not paused & {f"Docker pause {name}" for name in (skipped, own, stopped)}
    assert (status(one), status(skipped), status(own)) == ("paused", "running", "running")
    await agent.run(AllContainers(action="unpause", protected=others))
    assert status(one) == "running"
    outcome = await agent.run(AllContainers(action="stop", protected=others))
    assert (status(one), status(own), status(stopped)) == ("exited", "running", "created")
    assert f"{skipped} is skipped." in outcome.text


def test_prunes_are_what_docker_calls_so() -> None:
    for kind, (stage, arguments) in PRUNES.items():
        assert stage.startswith("Prune ")
        assert "prune" in arguments
        assert "-f" in arguments, kind


async def test_a_prune_removes_what_is_not_used(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    docker("network", "create", container_name)
    docker("create", "--name", container_name, "--network", "none", busybox_image)
    outcome = await agent.run(Prune(kind="networks"))
    assert outcome.stages == [("Prune Networks", True)]
    assert container_name not in docker("network", "ls", "--format", "{{.Name}}").split()
    assert status(container_name) == "created"


async def test_a_missing_buildx_is_said_so(agent: Agent) -> None:
    outcome = await agent.run(Prune(kind="buildx"))
    assert outcome.result.status == "done" or outcome.result.message.endswith("no docker buildx")


async def test_a_prune_waits_for_a_deploy_that_is_under_way(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    deploy = await agent.begin(
        DeployContainer(
            name=container_name, image=busybox_image, network="none",
            command="sh -c 'sleep 1; touch /tmp/ready; sleep 60'",
            extra_args=("--health-cmd 'test -e /tmp/ready' --health-interval 0.5s",),
        )
    )  # fmt: skip
    await agent.until_line(deploy, "Waiting up to")
    prune = await agent.begin(Prune(kind="networks"))
    await agent.until_line(prune, "Waiting for a deploy")
    deployed, pruned = await agent.end(deploy), await agent.end(prune)
    assert (deployed.result.status, pruned.result.status) == ("done", "done")
    assert pruned.result.stages[0].start_ts >= deployed.result.stages[-1].end_ts


async def test_a_waiting_job_can_be_cancelled(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    script = "trap : TERM; while :; do sleep 0.1; done"
    docker(
        "run",
        "-d",
        "--name",
        container_name,
        "--network",
        "none",
        busybox_image,
        "sh",
        "-c",
        script,
    )
    first = await agent.begin(StopContainer(name=container_name, time=8))
    await agent.until_stage(first, "Docker Stop")
    second = await agent.begin(StartContainer(name=container_name))
    await agent.until_line(second, "Waiting for another change")
    agent.jobs.cancel(second)
    assert (await agent.end(second)).result.status == "cancelled"
    start = time.monotonic()
    agent.jobs.cancel(first)
    assert (await agent.end(first)).result.status == "cancelled"
    assert time.monotonic() - start < 3
