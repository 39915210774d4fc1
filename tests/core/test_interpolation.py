"""Names in configurations and what they become."""

import shlex

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from monitor.api.deployment import DeploymentConfig
from monitor.api.text import format_pairs, parse_conversions, parse_pairs
from monitor.core.errors import ApiError
from monitor.core.interpolation import Values, fill

KNOWN = Values(
    variables={"HOST": "example.org", "$VERSION": "1.2.3", "BOTH": "plain", "NESTED": "[[HOST]]"},
    secrets={"PASSWORD": "hunter2 # \"'\nx", "BOTH": "secret", "my-key.v2": "k"},
)


class Command(Struct, frozen=True):
    path: str = ""
    command: str = ""


class Config(Struct, frozen=True):
    command: str = ""
    extra_args: tuple[str, ...] = ()
    pre_build: Command = Command()


def test_names_are_replaced_in_texts_lists_and_nested_fields() -> None:
    config = Config(
        command="run --host=[[HOST]] [[my-key.v2]]",
        extra_args=("--tag=[[$VERSION]]", "-q"),
        pre_build=Command(command="echo [[HOST]]:[[HOST]]"),
    )
    filled = fill(config, ("command", "extra_args", "pre_build.command"), KNOWN)
    assert filled.config == Config(
        command="run --host=example.org k",
        extra_args=("--tag=1.2.3", "-q"),
        pre_build=Command(command="echo example.org:example.org"),
    )
    assert filled.variables == {"HOST": "example.org", "$VERSION": "1.2.3"}
    assert filled.secrets == {"my-key.v2": "k"}


def test_fields_that_are_not_named_stay_as_they_are() -> None:
    config = Config(command="[[HOST]]", extra_args=("[[NOBODY]]",))
    assert fill(config, ("command",), KNOWN).config.extra_args == ("[[NOBODY]]",)


def test_a_name_that_there_is_not_is_refused_with_its_field() -> None:
    config = Config(pre_build=Command(command="echo [[HOST]] [[NOBODY]]"))
    with pytest.raises(ApiError) as refused:
        fill(config, ("pre_build.command",), KNOWN)
    assert refused.value.status == 400
    assert refused.value.message == (
        "pre_build.command: there is no variable or secret named NOBODY"
    )


def test_values_are_not_searched_for_names() -> None:
    assert fill(Config(command="[[NESTED]]"), ("command",), KNOWN).config.command == "[[HOST]]"


def test_a_plain_variable_goes_before_a_secret_of_its_name() -> None:
    filled = fill(Config(command="[[BOTH]]"), ("command",), KNOWN)
    assert (filled.config.command, filled.secrets) == ("plain", {})


@pytest.mark.parametrize(
    "text",
    [
        "if [[ -f x ]]; then",
        "if [[ $HOST == x ]]; then",
        "grep '[[:alpha:]]'",
        "[[1, 2], [3]]",
        '[["HOST"]]',
        "[[]]",
        "[[ HOST ]]",
        "[HOST]",
        "[[HOST",
        "HOST]]",
        "[[a b]]",
        "[[ü]]",
    ],
)
def test_what_only_looks_like_a_name_is_left_alone(text: str) -> None:
    assert fill(Config(command=text), ("command",), KNOWN).config.command == text


def test_a_value_stays_the_value_of_its_key_whatever_it_holds() -> None:
    environment = format_pairs([("PASSWORD", "[[PASSWORD]]"), ("URL", "http://u:[[PASSWORD]]@h")])
    config = DeploymentConfig(
        environment=f"# [[NOBODY]] is not needed any more\n{environment}",
        labels="app: [[HOST]]",
        volumes="/data/[[HOST]]: /data:ro",
        ports="127.0.0.1:80:80",
    )
    fields = ("environment", "labels", "volumes", "ports")
    filled = fill(config, fields, KNOWN).config
    password = KNOWN.secrets["PASSWORD"]
    assert parse_pairs(filled.environment) == (
        ("PASSWORD", password),
        ("URL", f"http://u:{password}@h"),
    )
    assert parse_pairs(filled.labels) == (("app", "example.org"),)
    assert parse_conversions(filled.volumes) == (("/data/example.org", "/data:ro"),)
    assert filled.ports == config.ports


def test_a_secret_stays_in_its_word_and_a_variable_may_be_several() -> None:
    password = KNOWN.secrets["PASSWORD"]
    more = Values({"MORE": "--cpus 2 --init"}, {"PASSWORD": password})
    config = Config(
        command="serve --password [[PASSWORD]] 'as [[PASSWORD]]' [[MORE]]",
        extra_args=("--label=a=[[PASSWORD]]", "[[MORE]]", '-e "B"'),
    )
    filled = fill(config, ("command", "extra_args"), more).config
    words = ["serve", "--password", password, f"as {password}", "--cpus", "2", "--init"]
    assert shlex.split(filled.command) == words
    assert shlex.split(filled.extra_args[0]) == [f"--label=a={password}"]
    assert filled.extra_args[1:] == ("--cpus 2 --init", '-e "B"')
    with pytest.raises(ApiError, match="command can't be split into words"):
        fill(Config(command="it's [[PASSWORD]]"), ("command",), more)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30))
def test_no_secret_adds_an_argument(value: str) -> None:
    config = Config(command="a [[X]] \ue0000\ue001 b=[[X]] [[Y]]")
    filled = fill(config, ("command",), Values({}, {"X": value, "Y": "y"})).config
    words = shlex.split(filled.command)
    assert (words[1], words[3:]) == (value, [f"b={value}", "y"])


def test_a_text_without_pairs_is_refused_with_its_field() -> None:
    with pytest.raises(ApiError) as refused:
        fill(DeploymentConfig(environment="[[HOST]]"), ("environment",), KNOWN)
    assert refused.value.message.startswith("environment: line 1")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
def test_no_value_adds_a_key_or_changes_another(value: str) -> None:
    config = DeploymentConfig(environment="A=1\nB=[[X]]\nC=3\n")
    filled = fill(config, ("environment",), Values({}, {"X": value})).config
    assert parse_pairs(filled.environment) == (("A", "1"), ("B", value), ("C", "3"))


def test_nothing_of_a_config_without_names_changes() -> None:
    config = DeploymentConfig(environment="  A = 1 # one\n", command="sleep 1")
    filled = fill(config, ("environment", "command", "extra_args"), KNOWN)
    assert msgspec.structs.astuple(filled.config) == msgspec.structs.astuple(config)
    assert (filled.variables, filled.secrets) == ({}, {})
