import pytest

from fleet.things import container, sample
from monitor.core.fleet.figures import binary_size, container_stats, decimal_size, health_of


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0B"),
        (1023, "1023B"),
        (1_572_864, "1.5MiB"),
        (8_203_128_832, "7.64GiB"),
        (123_456_789, "117.7MiB"),
    ],
)
def test_memory_is_written_as_docker_stats_writes_it(size: int, text: str) -> None:
    assert binary_size(size) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0B"), (999, "999B"), (1_234, "1.23kB"), (45_600_000, "45.6MB"), (7e9, "7GB")],
)
def test_traffic_is_written_as_docker_stats_writes_it(size: float, text: str) -> None:
    assert decimal_size(size) == text


def test_a_container_s_figures_are_those_of_docker_stats() -> None:
    told = container_stats(
        "web", sample(1.234, net_in_total=1234, net_out_total=0, block_read_total=10**6, pids=7)
    )
    assert told.cpu_perc == "1.23%"
    assert told.mem_usage == "1.5MiB / 8GiB"
    assert told.mem_perc == "0.02%"
    assert told.net_io == "1.23kB / 0B"
    assert told.block_io == "1MB / 0B"
    assert told.pids == "7"


def test_health_is_read_from_the_status_text() -> None:
    assert health_of(container("a", status="Up 3 hours (healthy)")) == "healthy"
    assert health_of(container("a", status="Up 3 hours (unhealthy)")) == "unhealthy"
    assert health_of(container("a", status="Up 1 second (health: starting)")) == "starting"
    assert health_of(container("a", status="Up 3 hours (Paused)")) is None
    assert health_of(container("a", status="Up 3 hours")) is None
