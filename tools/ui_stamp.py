"""Prints a fingerprint of everything the built UI is made from, so that `./dev` knows when it is stale."""

import hashlib
from pathlib import Path

UI = Path(__file__).resolve().parent.parent / "ui"
PARTS = ("src", "public", "scripts")
FILES = ("package.json", "package-lock.json", "vite.config.ts", "index.html", "tsconfig.json")


def main() -> None:
    """Print the fingerprint."""
    digest = hashlib.sha256()
    paths = [UI / name for name in FILES]
    paths += [path for part in PARTS for path in sorted((UI / part).rglob("*")) if path.is_file()]
    for path in paths:
        if path.is_file():
            digest.update(f"{path.relative_to(UI)}\0".encode() + path.read_bytes())
    print(digest.hexdigest())  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
