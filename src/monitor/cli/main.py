"""The `monitor` command: runs the programs under one name."""

import os
import sys

from monitor import __version__

_PROGRAMS = {"core": "monitor.core", "periphery": "monitor.periphery"}
_USAGE = f"""monitor {__version__}

monitor core        run Core: the API and the browser UI
monitor periphery   run the agent on this machine
"""


def main() -> None:
    """Run what the first argument names; its settings come from the environment."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name in {"--version", "version"}:
        sys.stdout.write(f"{__version__}\n")
    elif name in _PROGRAMS and sys.argv[2:]:
        sys.stdout.write(
            f"monitor {name} takes no arguments: its settings come from a file and the environment\n"
        )
        sys.exit(0 if sys.argv[2] in {"-h", "--help"} else 2)
    elif name in _PROGRAMS:
        os.execv(sys.executable, [sys.executable, "-m", _PROGRAMS[name]])  # noqa: S606 - replaces this process by ours
    else:
        sys.stdout.write(_USAGE)
        sys.exit(0 if name in {"", "-h", "--help", "help"} else 2)
