"""Hostile text in every field that reaches an agent: refused or taken as plain text, and never executed."""

from pathlib import Path
from typing import Any

import pytest

from docker_fixtures import docker
from monitor.api.container import (
    DestroyContainer,
    GetContainerLog,
    InspectContainer,
    PauseContainer,
    RestartContainer,
    SearchContainerLog,
    StartContainer,
    StopContainer,
    UnpauseContainer,
)
from monitor.api.deployment import CreateDeployment, Deploy
from monitor.api.docker_objects import (
    CreateNetwork,
    DeleteImage,
    DeleteNetwork,
    DeleteVolume,
    InspectImage,
    InspectNetwork,
    InspectVolume,
    ListImageHistory,
)
from monitor.api.server import Server
from monitor.client import Client, Failed

NAMES = (
    "--help",
    "-f",
    "--privileged",
    "",
    ".",
    "..",
    "../images/json",
    "../../version",
    "x/../../../info",
    "x/archive?path=/etc/shadow#",
    "x/json?size=1",
    "%2e%2e/images/json",
    "x\ny",
    "$(touch {marker})",
    "; touch {marker}",
    "`touch {marker}`",
    "| touch {marker}",
    "a" * 600,
    "\u202e\u0301",
    "héllo",
)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A file that is there if anything was executed."""
    return tmp_path / "executed"


async def test_names_of_things_on_a_server_are_names_and_nothing_else(
    admin: Client, local: Server, marker: Path
) -> None:
    for hostile in NAMES:
        await _refuses(admin, local, hostile.format(marker=marker))
    assert not marker.exists()


async def _refuses(admin: Client, local: Server, name: str) -> None:
    where: dict[str, Any] = {"server": local.id}
    for request in (
        InspectContainer(container=name, **where),
        GetContainerLog(container=name, **where),
        SearchContainerLog(container=name, terms=(name or "x",), **where),
        InspectImage(image=name, **where),
        ListImageHistory(image=name, **where),
        InspectNetwork(network=name, **where),
        InspectVolume(volume=name, **where),
    ):
        with pytest.raises(Failed) as caught:
            await admin.send(request)
        assert 400 <= caught.value.status < 500, (request, caught.value)
    for act in (
        *(StartContainer, RestartContainer, PauseContainer, UnpauseContainer),
        *(StopContainer, DestroyContainer),
    ):
        with pytest.raises(Failed) as caught:
            await admin.send(act(container=name, **where))
        assert caught.value.status == 400, (act, caught.value)
    for delete in (DeleteImage, DeleteNetwork, DeleteVolume):
        update = await admin.run(delete(name=name, **where), timeout=60)
        assert not update.success, (delete, name)


async def test_the_name_of_a_new_network_is_no_option(
    admin: Client, local: Server, marker: Path, container_name: str
) -> None:
    for name in ("--internal", "-d", "", f"$(touch {marker})", f"{container_name} b", "a/b"):
        before = docker("network", "ls", "-q")
        try:
            update = await admin.send(CreateNetwork(server=local.id, name=name))
        except Failed as error:
            assert error.status == 400
        else:
            assert not (await admin.wait(update.id)).success, name
        assert docker("network", "ls", "-q") == before
    assert not marker.exists()


async def test_a_deployments_fields_are_never_executed_on_the_host(
    admin: Client, local: Server, marker: Path, container_name: str, busybox_image: str
) -> None:
    words = f"$(touch {marker}) `touch {marker}` ; touch {marker} | touch {marker} & '\" --rm"
    hostile = {
        "environment": f"A={words}\nB=$HOME ${{HOME}}",
        "labels": f"a: {words}",
        "command": f"sh -c 'sleep 60' ; touch {marker}",
        "network": f"none ; touch {marker}",
        "image": {"type": "Image", "params": {"image": f"{busybox_image} ; touch {marker}"}},
        "ports": f"127.0.0.1:$(touch {marker}):80",
    }
    plain: dict[str, Any] = {
        "server": local.id,
        "image": {"type": "Image", "params": {"image": busybox_image}},
        "network": "none",
        "restart": "no",
        "termination_timeout": 1,
    }
    for field, value in hostile.items():
        name = f"{container_name}-{field}"
        try:
            await admin.send(CreateDeployment(name=name, config=plain | {field: value}))
        except Failed as error:
            assert error.status == 400, error
            continue
        update = await admin.run(Deploy(deployment=name), timeout=90)
        assert update.success or field not in {"environment", "labels"}, update.logs
        if field == "environment":
            seen = docker("inspect", "--format", "{{json .Config.Env}}", name)
            assert "$HOME ${HOME}" in seen
        if docker("ps", "-aq", "--filter", f"name=^{name}$"):
            docker("rm", "--force", name)
    assert not marker.exists()
