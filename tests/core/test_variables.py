"""Variables: who may do what with them, what is shown of secret ones, and what is stored."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.seed import started
from monitor.api.activity import GetUpdate, ListUpdates
from monitor.api.server import GetServer
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Operation, Update
from monitor.api.variable import (
    CreateVariable,
    DeleteVariable,
    GetVariable,
    ListSecrets,
    ListVariables,
    UpdateVariableDescription,
    UpdateVariableIsSecret,
    UpdateVariableValue,
    Variable,
)
from monitor.client import Client
from world import RunningCore

Refused = Callable[..., Any]
CANARY = "canary-8f1d7a-variable"
SETTING = "canary-52c0be-setting"


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCore]:
    secrets = f'{{"DEPLOY_KEY": "{SETTING}", "API_KEY": "x"}}'
    for core in started(tmp_path_factory.mktemp("core"), MONITOR_SECRETS=secrets):
        yield core
        text = core.text()
        assert "Traceback" not in text, text[-6000:]
        assert CANARY not in text
        assert SETTING not in text


async def newest(admin: Client, operation: Operation) -> Update:
    """The last Update of an operation on the system, with its logs."""
    query = {"operation": str(operation), "target.type": "System"}
    found = await admin.send(ListUpdates(query=query))
    return await admin.send(GetUpdate(id=found.updates[0].id))


async def test_a_variable_is_made_read_changed_and_deleted(
    admin: Client, reader: Client, refused: Refused
) -> None:
    made = await admin.send(CreateVariable(name="HOST", value="a\nb\n", description="where"))
    assert made == Variable(name="HOST", value="a\nb\n", description="where", is_secret=False)
    assert await reader.send(GetVariable(name="HOST")) == made
    with refused(409):
        await admin.send(CreateVariable(name="HOST"))
    changed = await admin.send(UpdateVariableValue(name="HOST", value="c"))
    assert changed.value == "c"
    update = await newest(admin, Operation.UPDATE_VARIABLE_VALUE)
    assert 'value = """a\nb\n"""' in str(update.prev_toml)
    assert 'value = "c"' in str(update.current_toml)
    assert update.logs[0].stdout.strip() == "HOST"
    described = await admin.send(UpdateVariableDescription(name="HOST", description="here"))
    assert described.description == "here"
    assert (await admin.send(DeleteVariable(name="HOST"))).name == "HOST"
    assert (await newest(admin, Operation.DELETE_VARIABLE)).success
    for request in (
        GetVariable(name="HOST"),
        UpdateVariableValue(name="HOST", value=""),
        DeleteVariable(name="HOST"),
    ):
        with refused(404, "no variable found"):
            await admin.send(request)


async def test_a_value_that_stays_the_same_is_no_update(admin: Client) -> None:
    await admin.send(CreateVariable(name="SAME", value="1"))
    before = await admin.send(ListUpdates())
    await admin.send(UpdateVariableValue(name="SAME", value="1"))
    assert await admin.send(ListUpdates()) == before


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "1A", "A]]", "[[A", "$VERSION", "ü", "A\nB", "a" * 201, "-A"]
)
async def test_names_that_could_not_be_written_in_a_config_are_refused(
    admin: Client, name: str, refused: Refused
) -> None:
    with refused(400):
        await admin.send(CreateVariable(name=name))


async def test_secret_values_are_for_administrators_alone(
    core: RunningCore, admin: Client, reader: Client
) -> None:
    await admin.send(CreateVariable(name="TOKEN", value=CANARY, is_secret=True))
    assert (await admin.send(GetVariable(name="TOKEN"))).value == CANARY
    assert (await reader.send(GetVariable(name="TOKEN"))).value == "########"
    mine = {one.name: one.value for one in await reader.send(ListVariables())}
    assert mine["TOKEN"] == "########"
    await admin.send(UpdateVariableValue(name="TOKEN", value=f"{CANARY}-2"))
    await admin.send(UpdateVariableIsSecret(name="TOKEN", is_secret=False))
    update = await newest(admin, Operation.UPDATE_VARIABLE_VALUE)
    assert CANARY not in f"{update.prev_toml}{update.current_toml}{update.logs}"
    await admin.send(UpdateVariableIsSecret(name="TOKEN", is_secret=True))
    update = await newest(admin, Operation.UPDATE_VARIABLE_VALUE)
    assert CANARY not in f"{update.prev_toml}{update.current_toml}{update.logs}"
    await admin.send(DeleteVariable(name="TOKEN"))
    update = await newest(admin, Operation.DELETE_VARIABLE)
    assert CANARY not in f"{update.prev_toml}{update.current_toml}{update.logs}"
    for file in core.data.rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), file


async def test_changing_variables_is_for_administrators_alone(
    writer: Client, reader: Client, admin: Client, refused: Refused
) -> None:
    await admin.send(CreateVariable(name="ADMINS"))
    for request in (
        CreateVariable(name="MINE"),
        UpdateVariableValue(name="ADMINS", value="x"),
        UpdateVariableDescription(name="ADMINS", description="x"),
        UpdateVariableIsSecret(name="ADMINS", is_secret=True),
        DeleteVariable(name="ADMINS"),
    ):
        with refused(403, "admin only"):
            await writer.send(request)
    assert not [one for one in (await reader.send(ListUpdates())).updates if "System" in str(one)]


async def test_the_names_of_the_settings_secrets_are_listed_and_never_their_values(
    admin: Client, reader: Client, stranger: Client, refused: Refused
) -> None:
    assert await reader.send(ListSecrets()) == ("API_KEY", "DEPLOY_KEY")
    alpha = ResourceTarget(ResourceKind.SERVER, (await admin.send(GetServer(server="alpha"))).id)
    assert await reader.send(ListSecrets(target=alpha)) == ("API_KEY", "DEPLOY_KEY")
    with refused(404):
        await stranger.send(ListSecrets(target=alpha))
    with refused(400, "neither Server nor Builder"):
        await admin.send(ListSecrets(target=ResourceTarget(ResourceKind.STACK, "x")))
    with refused(404):
        await admin.send(GetVariable(name="DEPLOY_KEY"))
