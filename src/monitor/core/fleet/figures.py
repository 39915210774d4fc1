"""Container figures as text, exactly as `docker stats` prints them."""

from functools import lru_cache

from monitor.api.docker import ContainerListItem, ContainerStats
from monitor.link.events import ContainerSample

_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB")


def binary_size(size: float) -> str:
    """Bytes in units of 1024 with 4 digits: `1.5MiB`."""
    unit = 0
    while size >= 1024 and unit < len(_BINARY) - 1:  # noqa: PLR2004 - the unit
        size /= 1024
        unit += 1
    return f"{size:.4g}{_BINARY[unit]}"


def decimal_size(size: float) -> str:
    """Bytes in units of 1000 with 3 digits: `1.23kB`."""
    unit = 0
    while size >= 1000 and unit < len(_DECIMAL) - 1:  # noqa: PLR2004 - the unit
        size /= 1000
        unit += 1
    return f"{size:.3g}{_DECIMAL[unit]}"


def container_stats(name: str, sample: ContainerSample) -> ContainerStats:
    """A sample as the strings of `docker stats`."""
    share = 100 * sample.mem / sample.mem_limit if sample.mem_limit else 0.0
    return ContainerStats(
        name=name,
        cpu_perc=f"{sample.cpu:.2f}%",
        mem_perc=f"{share:.2f}%",
        mem_usage=f"{binary_size(sample.mem)} / {_limit(sample.mem_limit)}",
        net_io=_transferred(sample.net_in_total, sample.net_out_total),
        block_io=_transferred(sample.block_read_total, sample.block_write_total),
        pids=str(sample.pids),
    )


_limit = lru_cache(1024)(binary_size)
"""Nearly all containers of a server have the same limit: its memory."""


@lru_cache(32 * 1024)
def _transferred(come: int, gone: int) -> str:
    """Totals, which stay as they are for containers that are idle."""
    return f"{decimal_size(come)} / {decimal_size(gone)}"


def health_of(item: ContainerListItem) -> str | None:
    """`starting`, `healthy` or `unhealthy` from Docker's status text; None without a health check."""
    status = item.status
    if not isinstance(status, str) or not status.endswith(")"):
        return None
    if status.endswith("(healthy)"):
        return "healthy"
    if status.endswith("(unhealthy)"):
        return "unhealthy"
    return "starting" if status.endswith("(health: starting)") else None
