"""Writes what is generated from the contract; with --check says what is stale and ends with 1."""

import sys
from collections.abc import Callable
from pathlib import Path

from tools.configuration import configuration
from tools.coverage import coverage
from tools.typescript import typescript

ROOT = Path(__file__).parent.parent
GENERATED: dict[str, Callable[[], str]] = {
    "docs/configuration.md": configuration,
    "docs/coverage.md": coverage,
    "ui/src/api/types.ts": typescript,
}
"""Every generated file, and what writes it."""


def stale() -> list[str]:
    """The generated files that differ from what would be written now."""
    return [path for path, make in GENERATED.items() if _read(ROOT / path) != make()]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> int:
    """Writes the files that are stale, or only names them."""
    check = "--check" in sys.argv[1:]
    names = stale()
    for path in names:
        if not check:
            (ROOT / path).write_text(GENERATED[path](), encoding="utf-8")
        sys.stdout.write(f"{path} is stale: run ./dev gen\n" if check else f"wrote {path}\n")
    return 1 if check and names else 0


if __name__ == "__main__":
    sys.exit(main())
