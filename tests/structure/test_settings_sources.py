"""Where settings come from, tables of accounts and secrets too."""

from pathlib import Path

import pytest

from monitor.core.config import load
from monitor.settings import BadSettings

TABLES = """
title = "Here"
[secrets]
API_KEY = "s3cret-one"
[[git_provider]]
domain = "git.example.org:3000"
https = false
accounts = [{ username = "robot", token = "s3cret-two" }]
[[image_registries]]
domain = "registry.example.org"
accounts = [{ username = "pusher", token = "s3cret-three" }]
organizations = ["team"]
"""


def test_tables_come_from_the_file_also_under_their_older_names(tmp_path: Path) -> None:
    file = tmp_path / "core.toml"
    file.write_text(TABLES)
    settings = load({"MONITOR_CONFIG_PATH": str(file)})
    assert settings.secrets == {"API_KEY": "s3cret-one"}
    (git,) = settings.git_providers
    assert (git.domain, git.https, git.accounts[0].token) == (
        "git.example.org:3000",
        False,
        "s3cret-two",
    )
    (registry,) = settings.image_registries
    assert (registry.accounts[0].username, registry.organizations) == ("pusher", ("team",))
    assert "s3cret" not in repr(settings.git_providers) + repr(settings.image_registries)


def test_tables_come_from_variables_and_files_as_json(tmp_path: Path) -> None:
    file = tmp_path / "registries"
    file.write_text('[{"domain": "r:5000", "accounts": [{"username": "a", "token": "b"}]}]\n')
    settings = load({"MONITOR_SECRETS": '{"A": "1"}', "MONITOR_IMAGE_REGISTRIES_FILE": str(file)})
    assert settings.secrets == {"A": "1"}
    assert settings.image_registries[0].accounts[0].username == "a"
    assert load({"MONITOR_SECRETS": ""}).secrets == {}


@pytest.mark.parametrize("text", ["hunter2hunter2", '{"A": ["hunter2hunter2"]}', "[1]"])
def test_tables_that_can_not_be_are_refused_without_their_values(text: str) -> None:
    with pytest.raises(BadSettings) as refused:
        load({"MONITOR_SECRETS": text})
    assert "secrets" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_what_a_push_does_to_a_running_build_is_one_of_two() -> None:
    assert load({"MONITOR_WEBHOOK_BUILD_BUSY": "wait"}).webhook_build_busy == "wait"
    with pytest.raises(BadSettings):
        load({"MONITOR_WEBHOOK_BUILD_BUSY": "explode"})
