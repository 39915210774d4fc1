import contextlib
import math
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Meta, Struct

from monitor.api.codec import decode, encode
from monitor.api.container import GetContainerLog, ListAllContainers, StopContainer
from monitor.api.contract import REQUESTS, AnyRequest
from monitor.api.deployment import (
    CreateDeployment,
    Deploy,
    DeploymentConfig,
    DeploymentImageBuild,
    DeploymentImageImage,
    ListDeployments,
)
from monitor.api.marks import Text
from monitor.api.reader import Invalid, decode_json, lay_over, read
from monitor.api.resource import PermissionLevel, PermissionLevelAndSpecifics
from monitor.api.server import GetServer, ListServers, Server, ServerConfig, ServerQuery
from monitor.api.tag import ListTags
from monitor.api.target import ResourceKind
from monitor.api.update import Update
from monitor.api.user import User, UserTarget, UserTargetUserGroup
from monitor.api.values import TerminationSignal, Version


def refused(type_: Any, value: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(type_, value)
    return caught.value


def test_a_resource_is_named_by_its_kind_by_id_or_by_name() -> None:
    for key in ("server", "id", "name"):
        assert read(GetServer, {key: "web"}) == GetServer(server="web")


def test_a_fields_own_name_goes_before_its_other_names() -> None:
    assert read(GetServer, {"name": "b", "server": "a"}).server == "a"
    assert read(GetServer, {"name": "b", "server": None}).server == "b"


def test_unknown_keys_are_ignored() -> None:
    assert read(GetServer, {"server": "a", "verbose": [1]}) == GetServer(server="a")


def test_null_is_a_missing_field() -> None:
    assert read(ListServers, {"query": None, "limit": None, "page": None}) == ListServers()
    fault = refused(GetServer, {"server": None})
    assert (fault.path, fault.message) == ("server", "is missing")


def test_a_fault_says_where_it_is() -> None:
    assert refused(ListServers, {"query": {"names": ["a", 1]}}).path == "query.names[1]"
    assert str(refused(GetServer, [])) == "expected an object, got a list"
    specific = refused(ListServers, {"query": {"specific": {"states": ["Fine"]}}})
    assert specific.path == "query.specific.states[0]"
    assert "'Ok', 'NotOk', 'Disabled'" in specific.message


@pytest.mark.parametrize("value", [1, True, ["a"], {}, "a\0b"])
def test_a_text_is_a_text(value: Any) -> None:
    assert refused(GetServer, {"server": value}).path == "server"


def test_a_whole_number_may_be_written_as_a_float() -> None:
    log = read(GetContainerLog, {"server": "a", "container": "b", "tail": 20.0})
    assert log.tail == 20
    assert type(log.tail) is int


@pytest.mark.parametrize("value", [1.5, True, "5", math.inf, 1e300, 2**63, -(10**400)])
def test_a_whole_number_is_one_of_64_bits(value: Any) -> None:
    assert refused(GetContainerLog, {"server": "a", "container": "b", "tail": value}).path == "tail"


def test_a_number_within_bounds() -> None:
    class Page(Struct):
        page: Annotated[int, Meta(ge=0, le=9)] = 0

    assert read(Page, {"page": 9}).page == 9
    assert refused(Page, {"page": -1}).message == "must be at least 0"
    assert refused(Page, {"page": 10}).message == "must be at most 9"


def test_a_float_may_be_a_whole_number_but_not_infinite() -> None:
    assert lay_over(None, {"cpu_warning": 80}, ServerConfig).cpu_warning == 80.0
    for value in (math.inf, math.nan, 10**400, "80", True):
        with pytest.raises(Invalid):
            lay_over(None, {"cpu_warning": value}, ServerConfig)


def test_a_list_may_be_one_text() -> None:
    query = read(ServerQuery, {"names": "a, b\n# c\nd # e", "tags": ["x,y"]})
    assert query.names == ("a", "b", "d")
    assert query.tags == ("x,y",)
    assert refused(ListAllContainers, {"servers": "a"}).path == "servers"


def test_pairs_may_be_text_objects_or_a_map() -> None:
    config = read_config(
        environment=[{"variable": "A", "value": "1"}, {"variable": "B", "value": 2}],
        labels={"a.b": "c"},
        ports=[{"local": "80", "container": 8080}],
        term_signal_labels=[{"signal": "SIGTERM", "label": "quit"}],
        volumes="/a:/b",
    )
    assert config.environment == "  A = 1\n  B = 2\n"
    assert config.labels == "  a.b: c\n"
    assert config.ports == "  80: 8080\n"
    assert config.term_signal_labels == "  SIGTERM: quit\n"
    assert config.volumes == "/a:/b\n"
    assert read_config(environment="").environment == ""


def test_a_fault_in_a_pair_says_which() -> None:
    with pytest.raises(Invalid) as caught:
        read_config(environment=[{"variable": "A", "value": "1"}, {"variable": "B"}])
    assert caught.value.path == "environment[1]"


def read_config(**fields: Any) -> DeploymentConfig:
    return lay_over(None, fields, DeploymentConfig)


def test_a_file_ends_with_one_newline() -> None:
    class File(Struct):
        contents: Text = ""

    assert read(File, {"contents": "a\n  b \n\n"}).contents == "a\n  b\n"
    assert read(File, {"contents": " \n"}).contents == ""


@pytest.mark.parametrize(
    ("text", "version"),
    [("1.2.3", (1, 2, 3)), ("v1.2", (1, 2, 0)), ("4", (4, 0, 0)), ({"minor": 2}, (0, 2, 0))],
)
def test_a_version_may_be_a_text(text: Any, version: tuple[int, int, int]) -> None:
    assert read(Version, text) == Version(*version)


@pytest.mark.parametrize("text", ["", "1.2.3.4", "1.x", "-1", "٣", "1" * 30])
def test_what_is_no_version_is_refused(text: str) -> None:
    refused(Version, text)


def test_a_permission_may_be_its_level_alone() -> None:
    read_level = PermissionLevelAndSpecifics(level=PermissionLevel.READ)
    assert read(PermissionLevelAndSpecifics, "Read") == read_level
    server = read(Server, {"name": "a", "info": {}, "config": {}, "base_permission": "Read"})
    assert server.base_permission == read_level


def test_an_id_may_be_bare() -> None:
    for oid in ("0123456789ABCDEF01234567", {"$oid": "0123456789abcdef01234567"}):
        server = read(Server, {"_id": oid, "name": "a", "info": {}, "config": {}})
        assert server.id == "0123456789abcdef01234567"
    refused(Server, {"_id": "x", "name": "a", "info": {}, "config": {}})


@pytest.mark.parametrize("signal", ["SIGHUP", "1", 1])
def test_a_signal_may_be_its_number(signal: Any) -> None:
    stop = read(StopContainer, {"server": "a", "container": "b", "signal": signal})
    assert stop.signal is TerminationSignal.SIGHUP
    refused(Deploy, {"deployment": "a", "stop_signal": True})


def test_a_tagged_value_is_read_by_its_tag() -> None:
    build = lay_over(
        None,
        {"image": {"type": "Build", "params": {"build": "b", "version": "1.0"}}},
        DeploymentConfig,
    ).image
    assert isinstance(build, DeploymentImageBuild)
    assert build.params.build_id == "b"
    assert build.params.version == Version(1)
    group: Any = read(UserTarget, {"type": "UserGroup", "id": "a"})  # type: ignore[arg-type]
    assert group == UserTargetUserGroup(id="a")
    for image in ({}, {"type": "Tar"}, {"type": ["Build"]}, {"type": "Image", "params": []}):
        with pytest.raises(Invalid, match=r"^image\."):
            lay_over(None, {"image": image}, DeploymentConfig)


def test_a_partial_config_leaves_the_rest_as_it_is() -> None:
    old = ServerConfig(address="a", region="r", links=("x",))
    new = lay_over(old, {"region": "s", "address": None, "links": [], "nonsense": 1}, ServerConfig)
    assert new == ServerConfig(address="a", region="s", links=())
    assert lay_over(old, {}, ServerConfig) == old


def test_a_partial_config_replaces_nested_values_whole() -> None:
    old = read_config(image={"type": "Image", "params": {"image": "a"}}, server="s")
    new = lay_over(old, {"image": {"type": "Image"}}, DeploymentConfig)
    assert new.image == DeploymentImageImage()
    assert new.server_id == "s"


class Local(Struct, frozen=True, kw_only=True):
    path: str = ""
    size: int = 1


class Remote(Struct, frozen=True, kw_only=True):
    host: str = "h"


class LocalPlace(Struct, frozen=True, tag_field="type", tag="Local"):
    params: Local


class RemotePlace(Struct, frozen=True, tag_field="type", tag="Remote"):
    params: Remote


def test_a_tagged_config_is_laid_over_where_the_tag_is_the_same() -> None:
    place: Any = LocalPlace | RemotePlace
    old = LocalPlace(Local(path="p", size=2))
    assert lay_over(old, {"type": "Local", "params": {"size": 3}}, place) == LocalPlace(
        Local(path="p", size=3)
    )
    assert lay_over(old, {"type": "Remote"}, place) == RemotePlace(Remote())
    with pytest.raises(Invalid, match=r"^params\.size: "):
        lay_over(old, {"type": "Local", "params": {"size": "x"}}, place)
    with pytest.raises(Invalid, match=r"^type: is missing"):
        lay_over(old, {"params": {}}, place)


def test_a_map_is_read_by_key_and_value() -> None:
    user = read(
        User,
        {
            "username": "a",
            "config": {"type": "Local", "data": {"password": "x"}},
            "all": {"Server": "Write"},
            "recents": {"Deployment": ["1"]},
        },
    )
    assert user.all[ResourceKind.SERVER].level is PermissionLevel.WRITE
    with pytest.raises(Invalid, match=r"^all\.'Nothing'"):
        read(
            User,
            {"username": "a", "config": {}, "all": {"Nothing": "Write"}}
            | {"config": user_config()},
        )


def user_config() -> dict[str, Any]:
    return {"type": "Service", "data": {"description": ""}}


def test_a_filter_is_taken_as_it_is() -> None:
    query = {"target.id": {"$in": ["a"]}, "nested": [{"x": None}]}
    assert read(ListTags, {"query": query}).query == query


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nope",
        b"[NaN]",
        b"1e999",
        b'"\xff"',
        b'"\\ud800"',
        b"\xed\xa0\x80",
        b'{"a":1}}',
        b"9" * 5000,
        b"99999999999999999999",
        b'{"query":[-9223372036854775809]}',
        b"[" * 65 + b"]" * 65 + b"!",
        b"[" * 66 + b"]" * 66,
        b'{"a":' * 66 + b"1" + b"}" * 66,
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_malformed_or_deep_json_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode_json(body)


def test_json_of_64_levels_is_read() -> None:
    assert decode_json(b"[" * 64 + b"]" * 64)
    assert decode_json('{"a": [1, 2.5, "x", null, true]}') == {"a": [1, 2.5, "x", None, True]}


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["Build", "Image", "Local", "Name", "Ok", "1.2.3", "a=b", "Server", "15"]),
)
KEYS = st.sampled_from(
    sorted(
        {
            key
            for request in REQUESTS
            for field in msgspec.structs.fields(request)
            for key in (field.encode_name,)
        }
        | {
            "type",
            "params",
            "data",
            "$oid",
            "names",
            "specific",
            "states",
            "image",
            "environment",
            "ports",
        }
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def shaped(request: AnyRequest) -> st.SearchStrategy[Any]:
    """An object with some of the request's own fields."""
    fields = {field.encode_name: JSON for field in msgspec.structs.fields(request)}
    return st.fixed_dictionaries({}, optional=fields) | JSON


@pytest.mark.parametrize("request_type", REQUESTS, ids=lambda request: request.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_json_is_read_or_refused(request_type: AnyRequest, data: st.DataObject) -> None:
    given_value = data.draw(shaped(request_type))
    try:
        request = read(request_type, given_value)
    except Invalid:
        return
    assert type(request) is request_type
    assert decode(request_type, encode(request)) == request


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(DeploymentConfig.__struct_fields__), JSON))
def test_any_partial_config_is_laid_over_or_refused(partial: dict[str, Any]) -> None:
    try:
        config = lay_over(None, partial, DeploymentConfig)
    except Invalid:
        return
    assert decode(DeploymentConfig, encode(config)) == config
    assert lay_over(config, msgspec.to_builtins(config), DeploymentConfig) == config


@settings(max_examples=100)
@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_refused(body: bytes) -> None:
    with contextlib.suppress(Invalid):
        decode_json(body)


def test_a_created_deployment_keeps_the_partial_config_for_later() -> None:
    request = read(CreateDeployment, {"name": "a", "config": {"image": 5, "server": "b"}})
    assert request.config == {"image": 5, "server": "b"}
    assert read(CreateDeployment, {"name": "a"}).config == {}


def test_answers_are_written_and_read_back() -> None:
    body = (
        b'{"_id":{"$oid":"0123456789abcdef01234567"},"operation":"Deploy","start_ts":1,"success":true,'
        b'"operator":"x","target":{"type":"Deployment","id":"y"},"logs":[],"end_ts":null,'
        b'"status":"InProgress","outcome":null}'
    )
    assert encode(decode(Update, body)) == body


def test_a_list_is_read_with_its_query() -> None:
    request = read(
        ListDeployments,
        {
            "query": {"specific": {"states": ["running"], "update_available": None}},
            "sort_by": "Host",
        },
    )
    assert request.query.specific is not None
    assert request.query.specific.states == ("running",)
