"""`./dev up`: Core and an agent for this machine, in the foreground. Whichever dies is started again, the other left alone."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from monitor.link.keys import encode_key, load_or_generate

ROOT = Path(__file__).resolve().parent.parent
STOP_S = 8.0
FAST_S = 5.0


def environments() -> dict[str, dict[str, str]]:
    """The environment of each program; what is set already stays."""
    base = dict(os.environ)
    data = Path(base.setdefault("MONITOR_DATA_DIR", str(ROOT / ".data"))).resolve()
    base["MONITOR_DATA_DIR"] = str(data)
    base.setdefault("MONITOR_PORT", "9120")
    base.setdefault("MONITOR_BIND_IP", "127.0.0.1")
    base.setdefault("PERIPHERY_ROOT_DIR", str(data / "periphery"))
    core_keys, agent_keys = data / "keys", Path(base["PERIPHERY_ROOT_DIR"]) / "keys"
    for folder in (data, core_keys, Path(base["PERIPHERY_ROOT_DIR"]), agent_keys):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    core = load_or_generate(core_keys / "core.key")
    agent = load_or_generate(agent_keys / "periphery.key")
    name = base.setdefault("MONITOR_FIRST_SERVER_NAME", "local")
    base.setdefault("MONITOR_FIRST_SERVER_PUBLIC_KEY", encode_key(agent.public))
    base.setdefault("PERIPHERY_CORE_ADDRESS", f"ws://127.0.0.1:{base['MONITOR_PORT']}")
    base.setdefault("PERIPHERY_CORE_PUBLIC_KEYS", encode_key(core.public))
    base.setdefault("PERIPHERY_CONNECT_AS", name)
    ours = {key: value for key, value in base.items() if not key.startswith("MONITOR_")}
    return {"core": base, "periphery": ours}


async def keep(name: str, environ: dict[str, str], stopping: asyncio.Event) -> None:
    """Run one program until told to stop; start it again when it dies, later each time it dies at once."""
    delay = 0.5
    while not stopping.is_set():
        started = asyncio.get_running_loop().time()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"monitor.{name}", env=environ, cwd=ROOT, start_new_session=True
        )
        stop = asyncio.create_task(stopping.wait())
        end = asyncio.create_task(process.wait())
        await asyncio.wait({stop, end}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.is_set():
            stop.cancel()
            await finish(process)
            return
        stop.cancel()
        lasted = asyncio.get_running_loop().time() - started
        delay = 0.5 if lasted > FAST_S else min(delay * 2, 10.0)
        print(f"{name} ended with {process.returncode}, starting it again", flush=True)  # noqa: T201
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), delay)


async def finish(process: asyncio.subprocess.Process) -> None:
    """TERM, then KILL for what has not ended by then."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def announce(port: str, stopping: asyncio.Event) -> None:
    """Print the address as soon as Core answers there."""
    while not stopping.is_set():
        with contextlib.suppress(OSError):
            if await ready(int(port)):
                print(f"\nMonitor is up: http://127.0.0.1:{port}\n", flush=True)  # noqa: T201
                return
        await asyncio.sleep(0.1)


async def ready(port: int) -> bool:
    """Whether Core answers that it is ready; OSError if nobody answers within 2 s.

    Spoken by hand, as a library for it would take longer to load than all else here.
    """
    async with asyncio.timeout(2):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(b"GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return b" 200 " in await reader.readline()
        finally:
            writer.close()


async def main() -> None:
    """Run both until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    environ = environments()
    async with asyncio.TaskGroup() as group:
        for name in ("core", "periphery"):
            group.create_task(keep(name, environ[name], stopping))
        group.create_task(announce(environ["core"]["MONITOR_PORT"], stopping))


if __name__ == "__main__":
    asyncio.run(main())
