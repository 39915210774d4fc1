"""A real Docker engine, a real registry and images built from nothing but busybox, for every test that wants them."""

import io
import os
import shutil
import socket
import subprocess
import tarfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

APPLETS = (
    "sh",
    "sleep",
    "cat",
    "echo",
    "true",
    "false",
    "env",
    "test",
    "touch",
    "seq",
    "nc",
    "kill",
    "dd",
    "rm",
    "httpd",
)


def docker(*arguments: str, check: bool = True, stdin: bytes | None = None) -> str:
    """Run the docker command and return what it printed."""
    done = subprocess.run(
        ["docker", *arguments], input=stdin, capture_output=True, check=False, timeout=120
    )
    if check and done.returncode:
        raise AssertionError(
            f"docker {' '.join(arguments)}: {done.stderr.decode(errors='replace')}"
        )
    return done.stdout.decode(errors="replace").strip()


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[None]:
    """A Docker engine: the one that runs, else one started for these tests."""
    if _engine_answers():
        yield
        return
    with Path("/tmp/monitor-test-dockerd.log").open("wb") as log:
        engine = subprocess.Popen(
            ["dockerd", "--data-root", "/var/lib/monitor-test-docker"],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + 30
    while not _engine_answers():
        assert time.monotonic() < deadline, (
            "dockerd does not start; see /tmp/monitor-test-dockerd.log"
        )
        time.sleep(0.2)
    yield
    engine.terminate()
    engine.wait(30)


def _engine_answers() -> bool:
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


REGISTRY_USER = "pusher"
REGISTRY_TOKEN = "canary-registry/word+8c41e7"
_REGISTRY_HTPASSWD = "$2b$05$S/mp6elSVm4uzDmK127uPOJcylX9JCBUY828eV39gaCKOjfnKqGr2"
"""`htpasswd -B` of the token."""


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real image registry; the engine speaks plain HTTP to it as it is on 127.0.0.1."""
    yield from _serve_registry(tmp_path_factory.mktemp("registry"))


@pytest.fixture(scope="session")
def private_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a registry that wants a login: `REGISTRY_USER` with `REGISTRY_TOKEN`."""
    folder = tmp_path_factory.mktemp("private-registry")
    (folder / "htpasswd").write_text(f"{REGISTRY_USER}:{_REGISTRY_HTPASSWD}\n")
    login = f"auth: {{htpasswd: {{realm: test, path: {folder}/htpasswd}}}}\n"
    yield from _serve_registry(folder, login)


def _serve_registry(folder: Path, login: str = "") -> Iterator[str]:
    address = f"127.0.0.1:{free_port()}"
    config = folder / "registry.yml"
    config.write_text(
        f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}}}}}\n"
        f"http: {{addr: '{address}'}}\n{login}"
    )
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=log, stderr=log)
    deadline = time.monotonic() + 10
    host, port = address.split(":")
    while True:
        try:
            socket.create_connection((host, int(port)), 1).close()
            break
        except OSError:
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
    yield address
    server.terminate()
    server.wait(10)


MakeImage = Callable[..., str]


@pytest.fixture(scope="session")
def make_image(docker_engine: None, registry: str) -> Iterator[MakeImage]:
    """Make an image of busybox: `make_image("name:tag", "CMD [...]", push=True)` returns its full name."""
    made: list[str] = []
    busybox = shutil.which("busybox")
    assert busybox, "busybox-static is needed to build images"
    archive = _busybox_archive(Path(busybox))
    unique = uuid.uuid4().hex[:8]

    def make(name: str, *changes: str, push: bool = False) -> str:
        image = f"{registry}/monitor-test/{unique}/{name}"
        said = [word for change in changes for word in ("--change", change)]
        docker("import", *said, "-", image, stdin=archive)
        made.append(image)
        if push:
            docker("push", image)
        return image

    yield make
    for image in made:
        docker("image", "rm", "--force", image, check=False)


def _busybox_archive(busybox: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for folder in ("bin", "tmp", "etc", "data"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        archive.add(busybox.resolve(), "bin/busybox")
        for applet in APPLETS:
            entry = tarfile.TarInfo(f"bin/{applet}")
            entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(entry)
    return buffer.getvalue()


FOREVER = "trap 'exit 0' TERM INT; while :; do sleep 0.2; done"
"""A service for `sh -c`: runs until told to stop, and stops at once."""


@pytest.fixture(scope="session")
def busybox_image(make_image: MakeImage) -> str:
    """An image that runs until it is stopped, and stops at once."""
    return make_image("service:1", "ENV PATH=/bin", f'CMD ["sh","-c","{FOREVER}"]', push=True)


@pytest.fixture
def container_name(docker_engine: None) -> Iterator[str]:
    """A name no other container has; whatever is called so, or begins so, is removed after the test."""
    name = f"mt-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    yield name
    left = docker("ps", "-aq", "--filter", f"name={name}").split()
    if left:
        docker("rm", "--force", "--volumes", *left)
    for network in docker("network", "ls", "-q", "--filter", f"name={name}").split():
        docker("network", "rm", network, check=False)
    for volume in docker("volume", "ls", "-q", "--filter", f"name={name}").split():
        docker("volume", "rm", "--force", volume, check=False)
