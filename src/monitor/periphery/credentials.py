"""Logins to registries that live as long as a job: a `DOCKER_CONFIG` of its own, and nothing else."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from monitor.git.environ import write_private
from monitor.link.jobs import RegistryLogin
from monitor.periphery.engine import Engine, login_config, registry_key
from monitor.periphery.job import Job, JobFailed

LOGIN_SECONDS = 60.0
_HUB = registry_key("docker.io")


@asynccontextmanager
async def logged_in(
    job: Job, engine: Engine, logins: Sequence[RegistryLogin]
) -> AsyncGenerator[dict[str, str]]:
    """Variables under which `docker` uses the logins, each tried in a stage of its own. Raises JobFailed.

    The host's `config.json` is copied without its credential stores, plugins and contexts are linked; the token is
    given on standard input.
    """
    logins = [login for login in logins if login.token]
    for login in logins:
        job.hide("token", login.token)
    if not logins:
        yield {}
        return
    host = Path(job.environ.get("DOCKER_CONFIG") or f"{job.environ.get('HOME', '/root')}/.docker")
    with engine.folder() as folder:
        write_private(folder / "config.json", _config(host, logins))
        for part in ("cli-plugins", "buildx", "contexts"):
            if (host / part).is_dir():
                (folder / part).symlink_to((host / part).resolve())
        environ = {"DOCKER_CONFIG": str(folder)}
        for login in logins:
            await _log_in(job, engine, login, environ)
        yield environ


def _config(host: Path, logins: Sequence[RegistryLogin]) -> bytes:
    try:
        config = (host / "config.json").read_bytes()
    except OSError:
        config = b""
    for login in logins:
        config = login_config(config, login)
    return config


def _worth_showing(line: str) -> str | None:
    """Not the warning that the token is kept in a file: it goes with the job."""
    about_storing = ("WARNING! Your ", "Configure a credential helper", "https://docs.docker.com/")
    return None if not line.strip() or line.startswith(about_storing) else line


async def _log_in(job: Job, engine: Engine, login: RegistryLogin, environ: dict[str, str]) -> None:
    server = () if registry_key(login.domain) == _HUB else (login.domain,)
    arguments = ("login", f"--username={login.username}", "--password-stdin", "--", *server)
    with job.stage("Docker Login", " ".join(("docker", *arguments))):
        if login.domain.startswith("-") or not login.domain.isprintable():
            raise JobFailed(f"The registry {login.domain!a} can't be")
        ran = await job.run(
            (engine.program, *arguments),
            env=environ,
            stdin=login.token.encode(),
            seconds=LOGIN_SECONDS,
            check=False,
            shown=_worth_showing,
        )
        if not ran.ok:
            raise JobFailed(job.redacted(ran.why))
