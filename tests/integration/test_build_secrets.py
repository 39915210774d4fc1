"""A build's secrets are where they are needed and nowhere else: every place of Core, agent and image is searched."""

import base64
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from docker_fixtures import REGISTRY_TOKEN, docker
from git_fixtures import GIT_TOKEN, GitServer
from integration.test_deployments import ArgvWatch
from integration.test_interpolation import frames
from integration.works import WEBHOOK_SECRET, Works
from monitor.api.activity import GetUpdateOutput
from monitor.api.build import GetBuild, RunBuild, UpdateBuild
from monitor.api.update import Outcome
from monitor.api.variable import CreateVariable
from periphery.test_builds import buildkit_docker
from world import RunningAgent, server_ok, until

VARIABLE = "canary-variable/5d+1c"
ARGUMENT = "canary-argument/77+ab"
SETTING = "canary-setting/09+ee"
SECRETS = (GIT_TOKEN, REGISTRY_TOKEN, VARIABLE, ARGUMENT, SETTING, WEBHOOK_SECRET)


def forms(secret: str) -> Iterator[bytes]:
    """A secret as it is, and as programs like to write it."""
    yield secret.encode()
    yield base64.b64encode(secret.encode())
    yield base64.urlsafe_b64encode(secret.encode())
    yield quote(secret, safe="").encode()
    yield json.dumps(secret)[1:-1].encode()


def leaks(data: bytes | str, but: Iterable[str] = ()) -> list[str]:
    """The secrets that are in it, in any form."""
    raw = data.encode() if isinstance(data, str) else data
    return [s for s in SECRETS if s not in but and any(form in raw for form in forms(s))]


def in_files(root: Path) -> dict[str, list[str]]:
    """Files below a folder that hold a secret."""
    found: dict[str, list[str]] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            if path.is_file() and (seen := leaks(path.read_bytes())):
                found[str(path)] = seen
    return found


@pytest.mark.timeout(120)
async def test_no_secret_of_a_build_is_found_anywhere(works: Works, git_server: GitServer) -> None:
    await works.agent.stop()
    buildkit = Path(buildkit_docker()).parent
    works.agent.environ["PATH"] = f"{buildkit}:{os.environ['PATH']}"
    await works.agent.start()
    await works.core.stop()
    works.core.environ["MONITOR_SECRETS"] = json.dumps({"FROM_SETTINGS": SETTING})
    await works.core.start()
    await until(lambda: server_ok(works.admin, "local"))
    admin = works.admin
    await admin.send(CreateVariable(name="SECRET", value=VARIABLE, is_secret=True))
    mount = "--mount=type=secret,id=TOKEN,mode=0444"
    works.push(
        "COPY . /context",
        f"RUN {mount} cat /run/secrets/TOKEN; busybox base64 /run/secrets/TOKEN; sleep 0.5",
        f"LABEL unique={works.name}",
    )
    loud = 'echo "$0 [[SECRET]]"; printf %s "[[FROM_SETTINGS]]" | base64; sleep 0.3'
    await works.build(secret_args=f"TOKEN={ARGUMENT}", pre_build={"command": loud})
    with ArgvWatch() as watch:
        async with frames(admin, "builds", "updates") as seen:
            update = await admin.run(RunBuild(build=works.name))
    assert update.outcome is Outcome.SUCCEEDED, update.logs
    said = "\n".join(f"{log.command}\n{log.stdout}\n{log.stderr}" for log in update.logs)
    assert "<SECRET>" in said
    assert not leaks(said)
    output = await admin.send(GetUpdateOutput(id=update.id))
    assert not leaks("\n".join(line.text for line in output.lines))
    # A user's own command is given to the shell as it is, so what stands in it is in that one's argv.
    own = (VARIABLE, SETTING)
    assert watch.saw("docker", "build", works.image)
    assert not [argv for argv in watch.all() if leaks(argv, but=own)]
    assert seen
    assert not leaks("\n".join(seen))
    history = docker("history", "--no-trunc", f"{works.image}:0.0.1")
    assert not leaks(history + docker("inspect", f"{works.image}:0.0.1"))
    exported = docker("run", "--rm", f"{works.image}:0.0.1", "sh", "-c", "cat /context/* /version")
    assert not leaks(exported)
    for root in (works.core.data, works.agent.root):
        assert not in_files(root)
    assert not leaks(works.core.text() + works.agent.text())
    # It fails and is cancelled without a trace, too.
    await admin.send(
        UpdateBuild(id=works.name, config={"pre_build": {"command": f"{loud}; false"}})
    )
    update = await admin.run(RunBuild(build=works.name))
    assert update.outcome is Outcome.FAILED
    assert not leaks("\n".join(log.stdout + log.stderr for log in update.logs))
    assert not in_files(works.agent.root)
    build = await admin.send(GetBuild(build=works.name))
    assert not leaks(str(build.info))
    assert isinstance(works.agent, RunningAgent)
    assert git_server.logins, "the token was used"
