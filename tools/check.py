"""`./dev check`: formatting, lint, types, import layers, generated files; the same for the UI. Runs all, then tells."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS: tuple[tuple[str, Path, tuple[str, ...]], ...] = (
    ("format", ROOT, (str(BIN / "ruff"), "format", "--check", "-q", ".")),
    ("lint", ROOT, (str(BIN / "ruff"), "check", "-q", ".")),
    ("types", ROOT, (str(BIN / "basedpyright"), "--level", "error")),
    ("layers", ROOT, (str(BIN / "lint-imports"),)),
    ("generated files", ROOT, (sys.executable, "-m", "tools.gen", "--check")),
    ("ui: lint and format", ROOT / "ui", ("npm", "run", "--silent", "lint")),
    ("ui: types", ROOT / "ui", ("npm", "run", "--silent", "types")),
    ("ui: unit tests", ROOT / "ui", ("npm", "run", "--silent", "test")),
)


def main() -> int:
    """Run every check; 1 if any failed."""
    failed: list[str] = []
    for name, folder, argv in CHECKS:
        started = time.monotonic()
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
        took = time.monotonic() - started
        print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name} ({took:.1f} s)", flush=True)  # noqa: T201
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout[-8000:] + done.stderr[-8000:], flush=True)  # noqa: T201
    if failed:
        print(f"failed: {', '.join(failed)}")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
