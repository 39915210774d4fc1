import json
from collections.abc import Iterator
from typing import Any

import pytest

from monitor.api.contract import NOT_BUILT, REQUESTS, AnyRequest
from monitor.api.openapi import document


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_leads_somewhere() -> None:
    made = document()
    for reference in set(references(made)):
        assert reference.startswith("#/components/")
        place: Any = made
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


@pytest.mark.parametrize("request_type", REQUESTS, ids=lambda request: request.__name__)
def test_every_request_is_described(request_type: AnyRequest) -> None:
    operation = document()["paths"][f"/{request_type.group}/{request_type.__name__}"]["post"]
    assert operation["operationId"] == request_type.__name__
    assert operation["summary"]
    assert operation["responses"]["200"]["content"]["application/json"]["schema"]


def test_a_configs_fields_are_described_with_their_other_forms() -> None:
    properties = document()["components"]["schemas"]["DeploymentConfig"]["properties"]
    assert "in place of the image's command" in properties["command"]["description"]
    assert "`server`" in properties["server_id"]["description"]
    assert "list of `{variable, value}`" in properties["environment"]["description"]


def test_a_partial_config_is_the_config() -> None:
    properties = document()["components"]["schemas"]["UpdateServer"]["properties"]
    assert properties["config"]["$ref"] == "#/components/schemas/ServerConfig"
    assert (
        "required" not in document()["components"]["schemas"]["ServerConfig"]
        or not (document()["components"]["schemas"]["ServerConfig"]["required"])
    )


def test_it_is_json_and_names_what_is_not_built() -> None:
    made = json.loads(json.dumps(document()))
    assert made["openapi"] == "3.1.0"
    assert made["x-not-built"]["read"] == list(NOT_BUILT["read"])
    assert not [name for name in made["components"]["schemas"] if "_" in name]
