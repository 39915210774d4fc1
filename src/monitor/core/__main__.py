"""`python -m monitor.core`: runs Core with settings from the environment until SIGTERM."""

import asyncio
import gc
import logging
import signal
import sys

import uvloop
from pythonjsonlogger.json import JsonFormatter

from monitor.core.config import Settings, load
from monitor.core.store.protocol import StoreError
from monitor.settings import BadSettings

log = logging.getLogger("monitor.core")

_COLLECT_AFTER = (20_000, 20, 20)
"""Nearly all objects that come are figures that take the place of others: no cycles to look for."""


def main() -> int:
    """0 after SIGTERM or SIGINT; 1 with a sentence when Core can't start or can't go on."""
    gc.disable()
    try:
        settings = load()
    except BadSettings as error:
        sys.stderr.write(f"{error}\n")
        return 1
    set_up_logging(settings)
    try:
        uvloop.run(_run(settings))
    except (StoreError, OSError, ExceptionGroup) as error:
        causes = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
        if not all(isinstance(cause, StoreError | OSError) for cause in causes):
            raise
        for cause in causes:
            log.critical("Core ends: %s", cause)
        return 1
    finally:
        # What is left goes with the process: nothing is looked for in it.
        gc.freeze()
    return 0


async def _run(settings: Settings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    # Loaded while nothing is collected: all of it stays for as long as Core runs.
    from monitor.core import app  # noqa: PLC0415

    await app.run(settings, stopping, ready=_collect)


def _collect() -> None:
    """Begin to collect garbage, but for what was made until now."""
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    gc.enable()


def set_up_logging(settings: Settings) -> None:
    """One line per event, as text or JSON."""
    handler = logging.StreamHandler()
    form = "%(asctime)s %(levelname)s %(name)s %(message)s"
    handler.setFormatter(JsonFormatter(form) if settings.logging_json else logging.Formatter(form))
    logging.basicConfig(level=settings.logging_level.upper(), handlers=[handler], force=True)


if __name__ == "__main__":
    sys.exit(main())
