"""Deploys on a real engine: what arrives in the container, and that a bad new one never costs the old one."""

import asyncio
import json
import socket
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from docker_fixtures import FOREVER, MakeImage, docker, free_port
from monitor.link.commands import DeployContainer, DeployDone, RegistryLogin

from .conftest import Agent

SERVICE = f'sh -c "{FOREVER}"'


def spec(name: str, image: str, **settings: Any) -> DeployContainer:
    return DeployContainer(name=name, image=image, **{"network": "none", **settings})


def inspect(name: str) -> dict[str, Any]:
    return json.loads(docker("inspect", "--type", "container", name))[0]


def names(prefix: str) -> list[str]:
    return sorted(
        docker("ps", "-a", "--filter", f"name={prefix}", "--format", "{{.Names}}").split()
    )


def running(name: str, image: str, *arguments: str) -> str:
    """Run a service by hand, as one that Monitor takes over; returns its id."""
    return docker("run", "-d", "--name", name, "--network", "none", *arguments, image)


async def deployed(agent: Agent, name: str, image: str, **settings: Any) -> str:
    outcome = await agent.run(spec(name, image, **settings))
    assert outcome.result.status == "done", outcome.text
    return inspect(name)["Id"]


async def test_the_first_deploy_creates_starts_and_checks(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    outcome = await agent.run(spec(container_name, busybox_image))
    assert outcome.stages == [("Create", True), ("Start", True), ("Check", True)]
    value = msgspec.msgpack.decode(outcome.result.value, type=DeployDone)
    assert value.container_id == inspect(container_name)["Id"]
    assert value.replaced == ""
    assert "stayed up" in outcome.text


async def test_a_redeploy_replaces_the_container_and_leaves_nothing_behind(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    first = running(container_name, busybox_image, "--restart=always")
    outcome = await agent.run(
        spec(container_name, busybox_image, restart="unless-stopped", environment=(("A", "2"),))
    )
    assert outcome.result.status == "done", outcome.text
    assert outcome.stages == [
        ("Pull", True), ("Create", True), ("Swap", True), ("Check", True), ("Clean up", True),
    ]  # fmt: skip
    seen = inspect(container_name)
    assert seen["Id"] != first
    assert seen["HostConfig"]["RestartPolicy"]["Name"] == "unless-stopped"
    assert "A=2" in seen["Config"]["Env"]
    assert names(container_name) == [container_name]
    assert msgspec.msgpack.decode(outcome.result.value, type=DeployDone).replaced == first


async def test_all_settings_arrive_as_entered(
    agent: Agent, busybox_image: str, container_name: str, tmp_path: Path
) -> None:
    docker("network", "create", container_name)
    port = free_port()
    environment = (
        ("PLAIN", "x"),
        ("QUOTES", "\"double\" 'single' `back`"),
        ("EQUALS", "a=b==c"),
        ("HASH", "before # after"),
        ("DOLLAR", "$HOME ${PATH} $(id)"),
        ("LINES", "first\nsecond\n  third\n"),
        ("EMPTY", ""),
        ("UNICODE", "é ☃ 🚀"),
        ("HOME", "/somewhere # else"),
        ("PATH", "/bin:/x=y"),
        ("DOCKER_HOST", "tcp://192.0.2.1:2375"),
        ("HTTP_PROXY", "http://192.0.2.1:3128/"),
        ("no_proxy", "*"),
    )
    outcome = await agent.run(
        spec(
            container_name,
            busybox_image,
            network=container_name,
            restart="on-failure",
            command="sh -c \"trap 'exit 0' INT TERM; while :; do sleep 0.1; done\" 'a b' '$c'",
            extra_args=("--hostname 'my host'", "--memory=64m -d", "--cap-drop NET_RAW"),
            ports=((f"127.0.0.1:{port}", "80/tcp"),),
            volumes=((str(tmp_path), "/data:ro"), (f"{container_name}-vol", "/vol")),
            environment=environment,
            labels=(("plain", "value"), ("odd", "a=b 'c' \"d\" # $e"), ("empty", "")),
            stop_signal="SIGINT",
            stop_timeout=3,
        )
    )
    assert outcome.result.status == "done", outcome.text
    seen = inspect(container_name)
    config, host = seen["Config"], seen["HostConfig"]
    assert set(config["Env"]) == {f"{key}={value}" for key, value in environment}
    assert config["Cmd"][3:] == ["a b", "$c"]
    assert config["Hostname"] == "my host"
    assert host["Memory"] == 64 * 1024 * 1024
    assert host["CapDrop"] == ["CAP_NET_RAW"]
    assert host["PortBindings"] == {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}
    assert sorted(host["Binds"]) == sorted([f"{tmp_path}:/data:ro", f"{container_name}-vol:/vol"])
    assert host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 10}
    assert host["NetworkMode"] == container_name
    assert config["Labels"] == {"plain": "value", "odd": "a=b 'c' \"d\" # $e", "empty": ""}
    assert (config["StopSignal"], config["StopTimeout"]) == ("SIGINT", 3)
    shown = "".join(stage.command for stage in outcome.result.stages)
    for secret in ("192.0.2.1", "a=b==c", "somewhere", "second"):
        assert secret not in shown


async def test_no_environment_value_is_in_any_argv(
    agent: Agent, busybox_image: str, container_name: str, tmp_path: Path
) -> None:
    spy = tmp_path / "docker"
    spy.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {tmp_path}/argv\nexec docker "$@"\n')
    spy.chmod(0o755)
    agent.engine.program = str(spy)
    values = {"TOKEN": "s3cr3t-one", "HOME": "s3cr3t-two", "LINES": "s3cr3t\nthree"}
    for _ in range(2):
        outcome = await agent.run(
            spec(container_name, busybox_image, environment=tuple(values.items()))
        )
        assert outcome.result.status == "done", outcome.text
    argv = (tmp_path / "argv").read_text()
    assert "TOKEN" in argv
    assert "s3cr3t" not in argv
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_a_registry_login_is_used_and_leaves_nothing_behind(
    agent: Agent, busybox_image: str, container_name: str, tmp_path: Path
) -> None:
    spy = tmp_path / "docker"
    spy.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/argv\n'
        f'[ "$1" = pull ] && cat "$DOCKER_CONFIG/config.json" > {tmp_path}/seen\nexec docker "$@"\n'
    )
    spy.chmod(0o755)
    agent.engine.program = str(spy)
    login = RegistryLogin(
        domain=busybox_image.split("/", maxsplit=1)[0], username="me", token="t0ken-value"
    )
    outcome = await agent.run(spec(container_name, busybox_image, login=login, pull="always"))
    assert outcome.result.status == "done", outcome.text
    seen = json.loads((tmp_path / "seen").read_text())
    assert list(seen["auths"]) == [login.domain]
    assert "t0ken-value" not in (tmp_path / "argv").read_text() + outcome.text
    assert list((tmp_path / "tmp").iterdir()) == []


HOSTILE = "$(touch CANARY); `touch CANARY` && touch CANARY | touch CANARY > CANARY \n touch CANARY"


@pytest.mark.parametrize(
    "field",
    ["name", "image", "network", "command", "extra_args", "ports", "volumes", "labels", "environment", "stop_signal", "old_names"],
)  # fmt: skip
async def test_shell_metacharacters_execute_nothing(
    agent: Agent, busybox_image: str, container_name: str, tmp_path: Path, field: str
) -> None:
    canary = tmp_path / "canary"
    hostile = HOSTILE.replace("CANARY", str(canary))
    pairs = ("ports", "volumes", "labels", "environment")
    value: Any = ((hostile, hostile),) if field in pairs else hostile
    if field in {"extra_args", "old_names"}:
        value = (hostile,)
    settings = {"name": container_name, "image": busybox_image, "network": "none", field: value}
    if field == "command":
        settings["command"] = f"sh -c 'sleep 3' {hostile}"
    outcome = await agent.run(DeployContainer(**settings))
    assert outcome.result.status in {"done", "failed"}
    assert not canary.exists()


BAD: dict[str, dict[str, Any]] = {
    "missing image": {"image": "127.0.0.1:1/monitor-test/missing:1"},
    "failing health check": {
        "extra_args": ("--health-cmd false --health-interval 0.3s --health-retries 2",)
    },
    "exit code": {"command": "sh -c 'echo last words; exit 3'"},
    "restart loop": {"command": "sh -c 'echo again; exit 1'", "restart": "always"},
    "restart loop with success": {"command": "true", "restart": "always"},
    "taken port": {"network": "bridge", "ports": "taken"},
    "missing network": {"network": "no-such-network"},
    "bad argument": {"extra_args": ("--no-such-flag",)},
    "broken quotes": {"extra_args": ("--label 'open",)},
    "missing program": {"command": "/no/such/program"},
    "bad variable": {"environment": (("HOME", "two\nlines"),)},
}


@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_redeploy_ends_with_the_old_container_running(
    agent: Agent, busybox_image: str, container_name: str, bad: str
) -> None:
    old = running(container_name, busybox_image, "--restart=always")
    settings = {"name": container_name, "image": busybox_image, "network": "none", **BAD[bad]}
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 - what docker would bind
        taken.listen()
        if settings.get("ports") == "taken":
            settings["ports"] = ((str(taken.getsockname()[1]), "80"),)
        outcome = await agent.run(DeployContainer(**settings))
    assert outcome.result.status == "failed", outcome.text
    seen = inspect(container_name)
    assert (seen["Id"], seen["State"]["Running"]) == (old, True), outcome.text
    assert seen["HostConfig"]["RestartPolicy"]["Name"] == "always"
    assert names(container_name) == [container_name]
    assert outcome.result.message
    if bad == "taken port":
        assert "already" in outcome.result.message
    if bad == "bad argument":
        assert "--no-such-flag" in outcome.result.message
    if bad == "exit code":
        assert "last words" in outcome.text
        assert ("Rollback", True) in outcome.stages


async def test_a_one_shot_that_exits_with_0_is_a_success(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    running(container_name, busybox_image)
    outcome = await agent.run(spec(container_name, busybox_image, command="echo did it"))
    assert outcome.result.status == "done", outcome.text
    assert inspect(container_name)["State"]["ExitCode"] == 0
    assert names(container_name) == [container_name]


async def test_a_health_check_that_passes_late_is_waited_for(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    running(container_name, busybox_image)
    outcome = await agent.run(
        spec(
            container_name,
            busybox_image,
            command=f'sh -c "(sleep 2; touch /tmp/ready) & {FOREVER}"',
            extra_args=("--health-cmd 'test -e /tmp/ready'", "--health-interval 0.3s --health-start-period 20s"),
        )
    )  # fmt: skip
    assert outcome.result.status == "done", outcome.text
    assert inspect(container_name)["State"]["Health"]["Status"] == "healthy"


async def test_a_pull_that_fails_falls_back_to_the_image_that_is_here(
    agent: Agent, make_image: MakeImage, container_name: str
) -> None:
    local = make_image("never-pushed:1", "ENV PATH=/bin", f'CMD ["sh","-c","{FOREVER}"]')
    await deployed(agent, container_name, local)
    outcome = await agent.run(spec(container_name, local))
    assert outcome.result.status == "done", outcome.text
    assert "on this server already" in outcome.text


async def test_a_deploy_pulls_the_newer_image(
    agent: Agent, make_image: MakeImage, container_name: str
) -> None:
    image = make_image("moving:1", "ENV PATH=/bin", f'CMD ["sh","-c","{FOREVER}"]', push=True)
    await deployed(agent, container_name, image)
    newer = make_image("moving:1", "ENV PATH=/bin", "ENV NEWER=yes", f'CMD ["sh","-c","{FOREVER}"]', push=True)  # fmt: skip
    docker("image", "rm", "--force", newer)
    await deployed(agent, container_name, image)
    assert "NEWER=yes" in inspect(container_name)["Config"]["Env"]


async def test_cancel_during_the_check_rolls_back(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    old = running(container_name, busybox_image)
    job = await agent.begin(
        spec(
            container_name, busybox_image, extra_args=("--health-cmd false --health-interval 60s",)
        )
    )
    await agent.until_line(job, "Waiting up to")
    start = time.monotonic()
    agent.jobs.cancel(job)
    outcome = await agent.end(job)
    assert outcome.result.status == "cancelled", outcome.text
    assert time.monotonic() - start < 5
    seen = inspect(container_name)
    assert (seen["Id"], seen["State"]["Running"]) == (old, True)
    assert names(container_name) == [container_name]


async def test_cancel_while_the_old_container_takes_its_time_to_stop_leaves_it_running(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    slow = 'sh -c "trap : TERM; while :; do sleep 0.1; done"'
    old = await deployed(agent, container_name, busybox_image, command=slow, stop_timeout=3)
    job = await agent.begin(spec(container_name, busybox_image, old_stop_time=4))
    await agent.until_line(job, "Stopping")
    await asyncio.sleep(0.5)
    agent.jobs.cancel(job)
    outcome = await agent.end(job)
    assert outcome.result.status == "cancelled", outcome.text
    await asyncio.sleep(5)
    seen = inspect(container_name)
    assert (seen["Id"], seen["State"]["Running"]) == (old, True)


async def test_cancel_of_a_first_deploy_leaves_nothing(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    job = await agent.begin(
        spec(
            container_name, busybox_image, extra_args=("--health-cmd false --health-interval 60s",)
        )
    )
    await agent.until_line(job, "Waiting up to")
    agent.jobs.cancel(job)
    assert (await agent.end(job)).result.status == "cancelled"
    assert names(container_name) == []


async def test_a_stopped_container_stays_stopped_when_its_redeploy_fails(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    old = running(container_name, busybox_image)
    docker("stop", "-t", "1", container_name)
    outcome = await agent.run(spec(container_name, busybox_image, command="false"))
    assert outcome.result.status == "failed"
    seen = inspect(container_name)
    assert (seen["Id"], seen["State"]["Running"]) == (old, False)


async def test_a_paused_container_is_paused_again_when_its_redeploy_fails(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    old = running(container_name, busybox_image)
    docker("pause", container_name)
    outcome = await agent.run(spec(container_name, busybox_image, command="false"))
    assert outcome.result.status == "failed"
    seen = inspect(container_name)
    assert (seen["Id"], seen["State"]["Paused"]) == (old, True), outcome.text


async def test_a_renamed_deployment_takes_over_from_its_old_name(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    before = f"{container_name}-before"
    old = running(before, busybox_image)
    bad = await agent.run(spec(container_name, busybox_image, old_names=(before,), command="false"))
    assert bad.result.status == "failed"
    assert names(container_name) == [before]
    assert inspect(before)["Id"] == old
    outcome = await agent.run(spec(container_name, busybox_image, old_names=(before,)))
    assert outcome.result.status == "done", outcome.text
    assert names(container_name) == [container_name]


async def test_a_name_that_another_container_has_is_not_taken(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    before = f"{container_name}-before"
    ours = running(before, busybox_image)
    other = running(container_name, busybox_image)
    outcome = await agent.run(spec(container_name, busybox_image, old_names=(before,)))
    assert outcome.result.status == "failed"
    assert "another container" in outcome.result.message
    assert (inspect(before)["Id"], inspect(container_name)["Id"]) == (ours, other)


async def test_monitors_own_containers_are_refused(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    old = running(container_name, busybox_image)
    outcome = await agent.run(spec(container_name, busybox_image, protected=(old,)))
    assert outcome.result.status == "failed"
    assert "Monitor" in outcome.result.message
    assert inspect(container_name)["Id"] == old
    labelled = f"{container_name}-core"
    running(labelled, busybox_image, "--label", "monitor.component=core")
    assert (await agent.run(spec(labelled, busybox_image))).result.status == "failed"


async def test_a_container_in_a_restart_loop_can_be_replaced(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    old = docker("run", "-d", "--name", container_name, "--restart=always", busybox_image, "false")
    bad = await agent.run(spec(container_name, busybox_image, command="false"))
    assert bad.result.status == "failed"
    assert "Going back failed" not in bad.text
    seen = inspect(container_name)
    assert seen["Id"] == old
    assert seen["HostConfig"]["RestartPolicy"]["Name"] == "always"
    assert seen["State"]["Running"], "it is started again and again, as before"
    outcome = await agent.run(spec(container_name, busybox_image))
    assert outcome.result.status == "done", outcome.text


async def test_named_and_anonymous_volumes_of_the_old_container_live_on(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    volumes = ((f"{container_name}-kept", "/data"),)
    writes = f'sh -c "echo saved > /data/file; {FOREVER}"'
    await deployed(agent, container_name, busybox_image, volumes=volumes, command=writes)
    await deployed(agent, container_name, busybox_image, volumes=volumes)
    assert docker("exec", container_name, "cat", "/data/file") == "saved"


async def test_two_deploys_of_one_name_go_one_after_the_other(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    jobs = [await agent.begin(spec(container_name, busybox_image)) for _ in range(3)]
    outcomes = [await agent.end(job) for job in jobs]
    assert [outcome.result.status for outcome in outcomes] == ["done"] * 3
    assert any("Waiting for another change" in outcome.text for outcome in outcomes)
    assert names(container_name) == [container_name]


async def test_secrets_are_hidden_in_what_docker_says(
    agent: Agent, busybox_image: str, container_name: str
) -> None:
    outcome = await agent.run(
        spec(
            container_name,
            busybox_image,
            command="sh -c 'echo it is hunter22-secret; exit 1'",
            secrets={"PASSWORD": "hunter22-secret"},
        )
    )
    assert "it is <PASSWORD>" in outcome.text
    assert "hunter22" not in outcome.text
    assert all("hunter22" not in stage.command for stage in outcome.result.stages)


async def test_no_engine_is_a_failure_that_says_so(tmp_path: Path, agent: Agent) -> None:
    from monitor.periphery.docker import Docker  # noqa: PLC0415
    from monitor.periphery.engine import Engine  # noqa: PLC0415

    away = Docker(f"unix://{tmp_path}/no.sock")
    alone = Agent(tmp_path / "alone", Engine(away, tmp_path / "tmp", agent="x"))
    await alone.jobs.open()
    outcome = await alone.run(spec("web", "image"))
    assert outcome.result.status == "failed"
    assert "cannot be reached" in outcome.result.message
    await alone.jobs.close()
    await away.close()
    await asyncio.sleep(0)
