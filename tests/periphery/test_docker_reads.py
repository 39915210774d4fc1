"""What is read of Docker: inspect in the contract's shapes, and logs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import msgspec
import pytest

from docker_fixtures import FOREVER, docker
from monitor.api.docker import ContainerStateStatusEnum
from monitor.api.inspect import Container, DockerHostConfig
from monitor.api.values import SearchCombinator
from monitor.link.base import CommandFailed
from monitor.link.commands import ContainerLog, FollowLog, LogEnded, LogLine, LogLines, SearchLog
from monitor.periphery.docker import Docker
from monitor.periphery.docker_inspect import (
    fit,
    image_history,
    inspect_container,
    inspect_image,
    inspect_network,
    inspect_volume,
)
from monitor.periphery.docker_logs import LogText, container_log, follow_log, search_log


@pytest.fixture
async def reads(docker_engine: None) -> AsyncIterator[Docker]:
    reads = Docker()
    yield reads
    await reads.close()


async def test_inspect_has_the_shapes_of_the_contract(
    reads: Docker, busybox_image: str, container_name: str
) -> None:
    name = container_name
    docker("network", "create", name)
    docker("run", "-d", "--name", name, "--network", name, "--expose", "81", "-v", "/anon", "-v", f"{name}:/x", "-p", "127.0.0.1::80", busybox_image)  # fmt: skip
    container = await inspect_container(reads, name)
    assert container.Config is not None
    assert set(container.Config.ExposedPorts) == {"80/tcp", "81/tcp"}
    assert container.Config.Volumes == ("/anon",)
    assert container.State is not None
    assert container.State.Status is ContainerStateStatusEnum.RUNNING
    assert container.NetworkSettings is not None
    assert container.NetworkSettings.Networks[name].IPAddress
    assert {mount.Destination for mount in container.Mounts} == {"/anon", "/x"}
    network = await inspect_network(reads, name)
    assert [one.ContainerID for one in network.Containers] == [container.Id]
    assert network.IPAM is not None
    assert network.IPAM.Config[0].Subnet
    volume = await inspect_volume(reads, name)
    assert (volume.Name, volume.Driver) == (name, "local")
    image = await inspect_image(reads, busybox_image)
    assert busybox_image in image.RepoTags
    history = await image_history(reads, busybox_image)
    assert history[0].Id == image.Id
    for answer in (container, network, volume, image):
        assert b":NaN" not in msgspec.json.encode(answer)
    docker("rm", "-fv", name)


@pytest.mark.parametrize(
    "name", ["no-such-thing", "../images/json", "", "a/../b", "x\ny", ".", "a b?all=1#"]
)
async def test_what_does_not_exist_is_not_found(reads: Docker, name: str) -> None:
    for ask in (inspect_container, inspect_image, inspect_network, inspect_volume, image_history):
        with pytest.raises(CommandFailed) as failed:
            await ask(reads, name)
        assert failed.value.code in {"not_found", "docker"}


def test_what_does_not_fit_takes_its_default() -> None:
    raw = {"Id": 5, "Args": None, "State": {"Status": "flying", "Running": "yes"}, "Mounts": None}
    container = fit(raw, Container)
    assert container.Id == "5"
    assert container.Args == ()
    assert container.State is not None
    assert container.State.Status.value == ""
    host = fit(
        {"PortBindings": {"80/tcp": None}, "Binds": None, "Isolation": None}, DockerHostConfig
    )
    assert host.PortBindings == {"80/tcp": ()}


async def test_a_log_has_its_streams_its_tail_and_its_times(
    reads: Docker, busybox_image: str, container_name: str
) -> None:
    script = "for i in 1 2 3 4; do echo out $i; echo err $i >&2; done"
    docker("run", "--name", container_name, "--network", "none", busybox_image, "sh", "-c", script)
    log = await container_log(reads, ContainerLog(name=container_name, tail=100))
    assert log.stdout.splitlines() == [f"out {i}" for i in range(1, 5)]
    assert log.stderr.splitlines() == [f"err {i}" for i in range(1, 5)]
    short = await container_log(reads, ContainerLog(name=container_name, tail=2, timestamps=True))
    lines = (short.stdout + short.stderr).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("20")
    assert "T" in lines[0].split()[0]


async def test_search_finds_any_all_or_none(
    reads: Docker, busybox_image: str, container_name: str
) -> None:
    script = "echo apple; echo pear; echo apple pear; echo 'a.*e'; echo err apple >&2"
    docker("run", "--name", container_name, "--network", "none", busybox_image, "sh", "-c", script)

    async def found(*terms: str, every: bool = False, invert: bool = False) -> list[str]:
        combinator = SearchCombinator.AND if every else SearchCombinator.OR
        search = SearchLog(name=container_name, terms=terms, combinator=combinator, invert=invert)
        log = await search_log(reads, search)
        return (log.stdout + log.stderr).splitlines()

    assert await found("apple", "pear") == ["apple", "pear", "apple pear", "err apple"]
    assert await found("apple", "pear", every=True) == ["apple pear"]
    assert await found("apple", invert=True) == ["pear", "a.*e"]
    assert await found("a.*e") == ["a.*e"]


async def test_a_followed_log_shows_lines_as_they_come_and_its_end(
    reads: Docker, busybox_image: str, container_name: str
) -> None:
    script = f"echo before; (sleep 0.5; echo later) & {FOREVER}"
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
    seen: list[str] = []
    async with (
        asyncio.timeout(15),
        aclosing(follow_log(reads, FollowLog(name=container_name))) as log,
    ):
        async for chunk in log:
            if isinstance(chunk, LogLines):
                seen += [line.text for line in chunk.lines]
                assert all(line.ts_ms > 1_600_000_000_000 for line in chunk.lines)
                if "later" in seen:
                    docker("stop", container_name)
            if isinstance(chunk, LogEnded):
                break
    assert seen == ["before", "later"]


async def test_a_terminal_container_has_a_log_too(
    reads: Docker, busybox_image: str, container_name: str
) -> None:
    docker(
        "run", "-t", "--name", container_name, "--network", "none", busybox_image, "echo", "hello"
    )
    log = await container_log(reads, ContainerLog(name=container_name))
    assert log.stdout.splitlines() == ["hello"]


def test_a_long_line_in_pieces_is_one_line() -> None:
    stamp = b"2026-11-22T21:00:00.123456789Z "
    text = LogText(framed=True)

    def frame(data: bytes) -> bytes:
        return bytes([1, 0, 0, 0]) + len(data).to_bytes(4) + data

    data = frame(stamp + b"abc") + frame(stamp + b"def\n") + frame(stamp + b"\xff\n")
    lines = [line for at in range(len(data)) for line in text.feed(data[at : at + 1])]
    assert lines == [
        LogLine("out", 1795381200123, "abcdef"),
        LogLine("out", 1795381200123, "\ufffd"),
    ]
