"""`./dev test`: starts a Docker engine if none runs, then all tests. What it started, it ends.

Without arguments, tests that bear company run side by side first; those marked `alone` follow one by one. What failed
is tried once more, one by one, and both results are printed: what passes then did not bear company or is unsteady.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_S = 60
SIDE_BY_SIDE = ["-n", "2", "--dist", "worksteal"]
AGAIN = ["-rA", "--no-header", "--show-capture=no", "--last-failed"]
_SOME_FAILED = 1


def engine_runs() -> bool:
    """Whether a Docker engine answers."""
    try:
        done = subprocess.run(["docker", "version"], capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def start_engine(folder: Path) -> subprocess.Popen[bytes]:
    """A Docker engine of our own. Raises SystemExit if it does not come up."""
    log = (folder / "dockerd.log").open("wb")
    process = subprocess.Popen(
        ["dockerd", "--data-root", str(folder / "docker")],
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    for _ in range(START_S * 2):
        if engine_runs():
            return process
        if process.poll() is not None:
            break
        time.sleep(0.5)
    sys.stderr.write((folder / "dockerd.log").read_text(errors="replace")[-4000:])
    raise SystemExit("the Docker engine did not start")


def run(arguments: list[str]) -> int:
    """Run pytest; answers its exit status."""
    argv = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(argv, cwd=ROOT, check=False).returncode


def run_group(mark: str, options: list[str]) -> int:
    """Run the tests of a mark; what failed, once more and one by one. Answers pytest's exit status."""
    chosen = ["-q", "-m", mark]
    status = run([*options, *chosen])
    if status != _SOME_FAILED:
        return status
    sys.stderr.write("\nWhat failed, once more and one by one:\n")
    return run([*AGAIN, *chosen])


def run_all() -> int:
    """Run everything. Answers the worst exit status."""
    return max(run_group("not alone", SIDE_BY_SIDE), run_group("alone", []))


def main() -> int:
    """Run pytest with the arguments given, or on everything."""
    folder = Path(tempfile.mkdtemp(prefix="monitor-tests-"))
    engine = None if engine_runs() else start_engine(folder)
    try:
        return run(sys.argv[1:]) if sys.argv[1:] else run_all()
    finally:
        if engine is not None:
            os.kill(engine.pid, signal.SIGTERM)
            try:
                engine.wait(30)
            except subprocess.TimeoutExpired:
                engine.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
