"""Samples: of this host, of containers by cgroup files of both versions and by the API, and the hour kept."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from docker_fixtures import docker
from monitor.link.events import HostStats
from monitor.periphery.cgroups import Cgroups, Usage, sample
from monitor.periphery.container_stats import ContainerSampler, Running, api_usage
from monitor.periphery.docker import Docker
from monitor.periphery.processes import Processes
from monitor.periphery.sampling import MOST_BYTES, Ring
from monitor.periphery.stats import HostSampler, disks, system_information

ID = "ab" * 32


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


PROC = {
    "meminfo": "MemTotal:       16000000 kB\n",
    "77/net/dev": "Inter-|   Receive\n face |bytes packets\n    lo: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n"
    "  eth0: 1000 5 0 0 0 0 0 0 2000 6 0 0 0 0 0 0\n",
}


@pytest.mark.parametrize("place", [f"docker/{ID}", f"system.slice/docker-{ID}.scope"])
@pytest.mark.parametrize("limit", ["max", "536870912"])
def test_version_2_files_are_read(tmp_path: Path, place: str, limit: str) -> None:
    write(tmp_path / "proc", PROC)
    write(
        tmp_path / "cgroup",
        {
            "cgroup.controllers": "cpu io memory pids\n",
            f"{place}/cpu.stat": "usage_usec 1500000\nuser_usec 1\nsystem_usec 1\n",
            f"{place}/memory.current": "104857600\n",
            f"{place}/memory.stat": "anon 1\ninactive_file 4857600\nactive_file 5\n",
            f"{place}/memory.max": f"{limit}\n",
            f"{place}/pids.current": "3\n",
            f"{place}/io.stat": "8:0 rbytes=100 wbytes=200 rios=1 wios=1\n8:16 rbytes=1 wbytes=2 rios=0 wios=0\n",
            f"{place}/cgroup.procs": "77\n78\n",
        },
    )
    usage = Cgroups(tmp_path / "cgroup", tmp_path / "proc").usage(ID)
    assert usage is not None
    assert (usage.cpu_ns, usage.mem, usage.pids) == (1_500_000_000, 100_000_000, 3)
    assert usage.mem_limit == (16_384_000_000 if limit == "max" else 536_870_912)
    assert (usage.net_in, usage.net_out) == (1000, 2000)
    assert (usage.block_read, usage.block_write) == (101, 202)


def test_version_1_files_are_read(tmp_path: Path) -> None:
    write(tmp_path / "proc", PROC)
    write(
        tmp_path / "cgroup",
        {
            f"cpuacct/docker/{ID}/cpuacct.usage": "7\n",
            f"memory/docker/{ID}/memory.usage_in_bytes": "1000\n",
            f"memory/docker/{ID}/memory.stat": "cache 1\ntotal_inactive_file 400\n",
            f"memory/docker/{ID}/memory.limit_in_bytes": "9223372036854771712\n",
            f"memory/docker/{ID}/cgroup.procs": "77\n",
            f"pids/docker/{ID}/pids.current": "2\n",
            f"blkio/docker/{ID}/blkio.throttle.io_service_bytes_recursive": "8:0 Read 10\n8:0 Write 20\n8:0 Total 30\nTotal 30\n",
        },
    )
    usage = Cgroups(tmp_path / "cgroup", tmp_path / "proc").usage(ID, own_network=False)
    assert usage is not None
    assert (usage.cpu_ns, usage.mem, usage.mem_limit) == (7, 600, 16_384_000_000)
    assert (usage.block_read, usage.block_write, usage.pids) == (10, 20, 2)
    assert (usage.net_in, usage.net_out) == (0, 0)


def test_a_container_that_is_gone_has_no_usage(tmp_path: Path) -> None:
    cgroups = Cgroups(tmp_path, tmp_path)
    assert cgroups.usage(ID) is None
    assert cgroups.usage("../../etc") is None


def test_rates_are_over_the_time_between_two_readings() -> None:
    before = Usage(at=10.0, cpu_ns=0, mem=1, mem_limit=2, net_in=100, net_out=100)
    after = Usage(at=12.0, cpu_ns=3_000_000_000, mem=5, mem_limit=9, net_in=300, net_out=100)
    made = sample(before, after)
    assert (made.cpu, made.mem, made.net_in, made.net_out) == (150.0, 5, 100.0, 0.0)
    assert sample(None, after).cpu == 0


@pytest.fixture
async def reads(docker_engine: None) -> AsyncIterator[Docker]:
    reads = Docker()
    yield reads
    await reads.close()


async def test_files_and_api_agree_on_a_real_container(
    reads: Docker, busybox_image: str, container_name: str
) -> None:
    docker(
        "run",
        "-d",
        "--name",
        container_name,
        "--memory",
        "64m",
        busybox_image,
        "sh",
        "-c",
        "while :; do :; done",
    )
    container = docker("inspect", "--format", "{{.Id}}", container_name)
    sampler = ContainerSampler(reads, Cgroups())
    await sampler.sample([Running(container, container_name)])
    await asyncio.sleep(1)
    batch = await sampler.sample([Running(container, container_name)])
    used = batch.containers[container_name]
    assert 20 < used.cpu <= 110
    assert used.mem_limit == 64 * 1024 * 1024
    told = await api_usage(reads, container)
    assert told is not None
    assert told.pids == used.pids == 1
    assert abs(told.mem - used.mem) < 4 * 1024 * 1024
    nowhere = ContainerSampler(reads, Cgroups(Path("/nowhere")))
    by_api = await nowhere.sample([Running(container, container_name)])
    assert by_api.containers[container_name].mem_limit == 64 * 1024 * 1024


async def test_the_host_is_sampled() -> None:
    sampler = HostSampler()
    await sampler.sample()
    await asyncio.sleep(0.3)
    taken = await sampler.sample()
    assert 200 < taken.interval_ms < 2000
    assert 0 <= taken.cpu <= 100
    assert taken.mem_used + taken.mem_free <= taken.mem_total
    assert any(disk.mount == "/" and 0 < disk.used <= disk.total for disk in taken.disks)


def test_mounts_can_be_chosen() -> None:
    assert [disk.mount for disk in disks(frozenset({"/"}), frozenset())] == ["/"]
    assert "/" not in [disk.mount for disk in disks(frozenset(), frozenset({"/"}))]


def test_this_host_is_described() -> None:
    said = system_information()
    assert said.os
    assert said.os.startswith("Linux (")
    assert said.cpu_arch
    assert (said.logical_core_count or 0) >= (said.core_count or 0) >= 1


def test_processes_are_listed_with_what_they_use() -> None:
    end = time.monotonic() + 0.4
    listing = Processes()
    listing.list()
    while time.monotonic() < end:
        pass
    found = listing.list()
    assert (
        found == tuple(sorted(found, key=lambda one: -one.cpu_perc))
        or found[0].cpu_perc >= found[-1].cpu_perc
    )
    assert all(one.start_time > 0 for one in found)


def test_the_hour_forgets_the_oldest_and_fits_into_an_answer() -> None:
    ring = Ring(10)
    for number in range(25):
        ring.add(number, HostStats(ts_ms=number, interval_ms=1, cpu=0, mem_used=0, mem_total=0))
    assert len(list(ring.since(0))) == 10
    assert len(list(ring.since(20))) == 4
    large = Ring(100)
    for number in range(100):
        large.add(number, HostStats(ts_ms=number, interval_ms=1, cpu=0, mem_used=0, mem_total=0))
    assert sum(map(len, large.since(-1))) < MOST_BYTES
