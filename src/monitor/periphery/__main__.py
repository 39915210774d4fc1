"""`python -m monitor.periphery`: runs the agent with settings from the environment until SIGTERM."""

import asyncio
import sys

from monitor.periphery.app import run_periphery
from monitor.periphery.config import BadSettings, load


def main() -> int:
    """0 after SIGTERM or SIGINT; 1 with a sentence when the agent can't start."""
    try:
        settings = load()
    except BadSettings as error:
        sys.stderr.write(f"{error}\n")
        return 1
    asyncio.run(run_periphery(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
