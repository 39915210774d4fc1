"""`python -m monitor.periphery`, which is `monitor periphery`: run an agent with the settings of the environment."""

import asyncio
import sys

from monitor.link.keys import KeyUnusable
from monitor.periphery.app import run_periphery
from monitor.periphery.config import load
from monitor.settings import BadSettings


def main() -> None:
    """Run until told to stop; exit with 1 and a sentence if that cannot be."""
    try:
        asyncio.run(run_periphery(load()))
    except (BadSettings, KeyUnusable, PermissionError) as error:
        sys.exit(f"monitor periphery: {error}")


if __name__ == "__main__":
    main()
