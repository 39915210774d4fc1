"""Real git servers: https with a token login and a self-signed certificate, and ssh with a deploy key."""

import asyncio
import base64
import contextlib
import datetime as dt
import getpass
import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from docker_fixtures import free_port

GIT_USER = "builder"
GIT_TOKEN = "canary-git/token+5d0f2a%91"
"""Repositories below `private/` are given for it alone."""
_AUTHOR = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ALLOW_PROTOCOL": "file",
}


def git(folder: Path, *arguments: str) -> str:
    """Run git and return what it printed."""
    done = subprocess.run(
        ("git", *arguments),
        cwd=folder,
        env={**os.environ, **_AUTHOR},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
    return done.stdout.strip()


class Repository:
    """A repository on the servers, and a working copy to change it by."""

    def __init__(self, root: Path, name: str) -> None:
        self.name = name
        self.bare = root / f"{name}"
        self.copy = root / ".copies" / name
        self.copy.mkdir(parents=True)
        git(root, "init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))
        git(self.copy, "init", "--quiet", "--initial-branch=main")
        git(self.copy, "remote", "add", "origin", str(self.bare))

    def commit(
        self,
        files: Mapping[str, str | bytes],
        message: str = "A change",
        *,
        branch: str = "main",
        links: Mapping[str, str] | None = None,
    ) -> str:
        """Write files and symbolic links, commit and push them; returns the hash."""
        if branch != git(self.copy, "symbolic-ref", "--short", "HEAD"):
            git(self.copy, "checkout", "--quiet", "-B", branch)
        for path, data in files.items():
            file = self.copy / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data.encode() if isinstance(data, str) else data)
        for path, target in (links or {}).items():
            (self.copy / path).unlink(missing_ok=True)
            (self.copy / path).symlink_to(target)
        git(self.copy, "add", "--all", "--force")
        git(self.copy, "commit", "--quiet", "--allow-empty", "-m", message)
        git(self.copy, "push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}")
        return git(self.copy, "rev-parse", "HEAD")

    def add_submodule(self, path: str, url: str, commit: str) -> None:
        """Name a submodule in the index, whatever its URL is; `commit` publishes it."""
        modules = self.copy / ".gitmodules"
        with modules.open("a") as file:
            file.write(f'[submodule "{path}"]\n\tpath = {path}\n\turl = {url}\n')
        git(self.copy, "update-index", "--add", "--cacheinfo", f"160000,{commit},{path}")
        (self.copy / path).mkdir(parents=True, exist_ok=True)

    def publish(self, message: str = "A change") -> str:
        """Commit what stands in the index, and push it."""
        git(self.copy, "add", ".gitmodules")
        git(self.copy, "commit", "--quiet", "-m", message)
        git(self.copy, "push", "--quiet", "origin", "HEAD:refs/heads/main")
        return git(self.copy, "rev-parse", "HEAD")


class GitServer:
    """`git http-backend` behind https on `provider`; `elsewhere` is the same under another name."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "repositories"
        self.root.mkdir()
        self.certificate = folder / "certificate.pem"
        self.port = free_port()
        self.provider = f"localhost:{self.port}"
        self.elsewhere = f"127.0.0.1:{self.port}"
        self.logins: list[tuple[str, str]] = []
        """Host and `user:password` of every request that had a login."""
        self.redirect: dict[str, str] = {}
        """Path to URL: where requests below the path are sent to."""
        self.old: set[str] = set()
        """Repositories served by git's first protocol, which gives no commit that is not the tip of a branch."""
        self._key = folder / "key.pem"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def repository(self, name: str) -> Repository:
        """A new repository `owner/name`."""
        return Repository(self.root, name)

    @property
    def environ(self) -> dict[str, str]:
        """What a git client needs to trust the server."""
        return {"GIT_SSL_CAINFO": str(self.certificate)}

    def start(self) -> None:
        """Serve, in a thread of its own."""
        _write_certificate(self.certificate, self._key)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)

    def stop(self) -> None:
        """End."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self._key)
        await web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=context).start()

    async def _answer(self, request: web.Request) -> web.Response:
        path = "/" + request.match_info["path"]
        user = self._login(request)
        for prefix, target in self.redirect.items():
            if path.startswith(prefix):
                raise web.HTTPFound(f"{target}{request.rel_url.path_qs[len(prefix) :]}")
        if path.startswith("/private/") and user != f"{GIT_USER}:{GIT_TOKEN}":
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="git"'})
        return await self._backend(request, path, user)

    def _is_old(self, path: str) -> bool:
        return any(path.startswith(f"/{name}/") for name in self.old)

    def _login(self, request: web.Request) -> str:
        scheme, _, said = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return ""
        login = base64.b64decode(said).decode()
        self.logins.append((request.host, login))
        return login

    async def _backend(self, request: web.Request, path: str, user: str) -> web.Response:
        program = await asyncio.create_subprocess_exec(
            "git",
            "http-backend",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_NOSYSTEM": "1",
                "REQUEST_METHOD": request.method,
                "PATH_INFO": path,
                "QUERY_STRING": request.query_string,
                "CONTENT_TYPE": request.headers.get("Content-Type", ""),
                "GIT_PROTOCOL": ""
                if self._is_old(path)
                else request.headers.get("Git-Protocol", ""),
                "REMOTE_USER": user.partition(":")[0],
                "REMOTE_ADDR": "127.0.0.1",
            },
        )
        # aiohttp has unpacked a packed body already
        body = await request.read()
        said, _ = await program.communicate(body)
        head, _, answer = said.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        status = int(fields.pop("Status", "200").split()[0])
        return web.Response(status=status, headers=fields, body=answer)


def _write_certificate(certificate: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


class SshServer:
    """sshd that serves the repositories of a git server to one deploy key."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.port = free_port()
        self.provider = f"{getpass.getuser()}@127.0.0.1:{self.port}"
        self._folder = folder
        self._root = root
        self.deploy_key = self._make_key("deploy")
        self.other_key = self._make_key("other")
        self._process: subprocess.Popen[bytes] | None = None

    def _make_key(self, name: str) -> str:
        path = self._folder / name
        subprocess.run(
            ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)),
            check=True,
        )
        return path.read_text()

    def start(self) -> None:
        """Serve, until `stop`."""
        sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
        assert sshd, "openssh-server is needed"
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self._make_key("host")
        serve = self._folder / "serve"
        serve.write_text(
            "#!/bin/sh\npath=${SSH_ORIGINAL_COMMAND#*\\'}\npath=${path%\\'*}\n"
            f'exec git-upload-pack "{self._root}$path"\n'
        )
        serve.chmod(0o755)
        public = (self._folder / "deploy.pub").read_text()
        (self._folder / "authorized").write_text(f'command="{serve}",restrict {public}')
        config = self._folder / "sshd_config"
        config.write_text(
            f"ListenAddress 127.0.0.1:{self.port}\nHostKey {self._folder}/host\nPidFile none\n"
            f"AuthorizedKeysFile {self._folder}/authorized\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nPermitRootLogin prohibit-password\n"
        )
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sshd, "-D", "-e", "-f", str(config)], stdout=log, stderr=log
            )
        deadline = time.monotonic() + 10
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            time.sleep(0.05)

    def change_host_key(self) -> None:
        """Come back as another machine would."""
        self.stop()
        (self._folder / "host").unlink()
        (self._folder / "host.pub").unlink()
        self.start()

    def stop(self) -> None:
        """End."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)


@pytest.fixture(scope="session")
def git_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    """A git server over https. Repositories below `private/` need `GIT_USER` and `GIT_TOKEN`."""
    server = GitServer(tmp_path_factory.mktemp("git-server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def ssh_server(
    git_server: GitServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SshServer]:
    """The git server's repositories over ssh, for a deploy key."""
    server = SshServer(tmp_path_factory.mktemp("ssh-server"), git_server.root)
    server.start()
    yield server
    server.stop()
