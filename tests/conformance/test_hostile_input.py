"""Whatever is sent to Core is answered with a value or with a 4xx that says why, never with a fault of our own."""

import json
import random
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest

from monitor.api.base import answer_of
from monitor.api.codec import decode
from monitor.api.contract import GROUPS, NOT_BUILT, REQUESTS, AnyRequest
from monitor.api.deployment import CreateDeployment
from monitor.api.login import CreateApiKey
from monitor.api.server import CreateServer
from monitor.client import Client
from world import RunningCore

BODIES = 30
"""Random bodies for each request."""

NOT_OURS = {400, 401, 403, 404, 405, 409, 413, 415, 429, 501, 503}

WORDS: tuple[Any, ...] = (
    *("web", "local", "nobody", "system", "", " ", "a" * 300, "0" * 24, "../../etc/passwd"),
    *(
        "$(touch /tmp/owned)",
        "; rm -rf /",
        "`id`",
        "--rm",
        "-v",
        "\n",
        "\u202e",
        "\U0001f600",
        "%s",
    ),
    *(
        "Server",
        "Deployment",
        "System",
        "Image",
        "Build",
        "Local",
        "Ok",
        "running",
        "SIGTERM",
        "1-min",
    ),
    *(
        "A=b",
        "A",
        "8080:80",
        "*",
        r"\(\\",
        r"\(a+)+$\\",
        "$where",
        "$gt",
        "$regex",
        "name",
        "target.id",
    ),
)
NUMBERS: tuple[Any, ...] = (0, 1, -1, 2**31, 2**63 - 1, -(2**63), 2**64, 1.5, 1e308, 5000, 10**30)
KEYS = (
    "type",
    "params",
    "data",
    "id",
    "$oid",
    "$and",
    "$or",
    "$in",
    "names",
    "tags",
    "specific",
    "states",
)


def value(choose: random.Random, depth: int) -> Any:
    """Some JSON."""
    kind = choose.randrange(8 if depth else 5)
    if kind == 0:
        return choose.choice((None, True, False))
    if kind == 1:
        return choose.choice(NUMBERS)
    if kind <= 4:
        return choose.choice(WORDS)
    if kind == 5:
        return [value(choose, depth - 1) for _ in range(choose.randrange(4))]
    return {
        choose.choice((*KEYS, *WORDS)): value(choose, depth - 1) for _ in range(choose.randrange(4))
    }


def fitting(choose: random.Random, type_: Any, depth: int = 4) -> Any:
    """A value that is of the type as JSON schema has it, as far as its kind goes."""
    schema, components = msgspec.json.schema_components((type_,))
    return _of(choose, schema[0], components, depth)


def _of(
    choose: random.Random, schema: dict[str, Any], components: dict[str, Any], depth: int
) -> Any:
    if "$ref" in schema:
        return _of(choose, components[schema["$ref"].rpartition("/")[2]], components, depth)
    if "anyOf" in schema:
        return _of(choose, choose.choice(schema["anyOf"]), components, depth)
    if "properties" in schema:
        wanted = schema.get("required", [])
        return {
            key: _of(choose, field, components, depth - 1)
            for key, field in schema["properties"].items()
            if key in wanted or choose.random() < 0.5
        }
    if schema.get("type") == "array":
        count = choose.randrange(3) if depth > 0 else 0
        return [_of(choose, schema.get("items", {}), components, depth - 1) for _ in range(count)]
    return _scalar(choose, schema, depth)


def _scalar(choose: random.Random, schema: dict[str, Any], depth: int) -> Any:
    of_kind = {
        "integer": NUMBERS[:6],
        "number": NUMBERS[:6],
        "boolean": (True, False),
        "string": WORDS,
    }
    values = schema.get("enum") or of_kind.get(schema.get("type", ""))
    return choose.choice(values) if values else value(choose, max(depth, 0))


def body(choose: random.Random, request: AnyRequest) -> Any:
    """Parameters of the request, more or less."""
    if choose.random() < 0.1:
        return value(choose, 3)
    made = fitting(choose, request)
    for key in list(made):
        if choose.random() < 0.15:
            made[key] = value(choose, 3)
    return made


@pytest.fixture
async def http(core: RunningCore, admin: Client) -> AsyncIterator[aiohttp.ClientSession]:
    """A session of an API key, which no request of the tests takes away."""
    await admin.send(CreateServer(name="local"))
    await admin.send(CreateDeployment(name="web", config={"server": "local"}))
    key = await admin.send(CreateApiKey(name="hostile"))
    headers = {"X-Api-Key": key.key, "X-Api-Secret": key.secret}
    async with aiohttp.ClientSession(core.url, headers=headers) as session:
        yield session


async def refused(http: aiohttp.ClientSession, path: str, sent: bytes) -> int:
    """The status of an answer that has to be an error as the contract has it."""
    async with http.post(path, data=sent) as answer:
        text = await answer.text()
    assert answer.status in NOT_OURS, (path, sent[:500], answer.status, text)
    error = json.loads(text)
    assert error["error"], (path, sent[:500], error)
    assert isinstance(error["error"], str)
    assert isinstance(error["trace"], list)
    assert isinstance(error["code"], str)
    return answer.status


async def test_random_input_is_never_a_fault_of_ours(http: aiohttp.ClientSession) -> None:
    for request in REQUESTS:
        choose = random.Random(request.__name__)
        path = f"/{request.group}/{request.__name__}"
        for _ in range(BODIES):
            sent = json.dumps(body(choose, request)).encode()
            async with http.post(path, data=sent) as answer:
                text = await answer.text()
            if answer.status == 200:
                decode(answer_of(request), text)
                continue
            assert answer.status in NOT_OURS, (path, sent, answer.status, text)
            assert set(json.loads(text)) >= {"error", "trace", "code"}


MALFORMED = (
    b"{",
    b"nope",
    b"[]",
    b"1",
    b'"text"',
    b'{"server": 1}',
    b'{"server": {}}',
    b'{"server": "a\\u0000b"}',
    b'{"server": "\\ud800"}',
    b'{"server": "\xff"}',
    b'{"a": 99999999999999999999}',
    b'{"a": NaN}',
    b"[" * 100 + b"]" * 100,
    b'{"a":' * 100_000,
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
)


async def test_malformed_input_is_refused(http: aiohttp.ClientSession) -> None:
    for sent in MALFORMED:
        assert await refused(http, "/read/GetServer", sent) == 400
        assert await refused(http, "/read", b'{"type":"GetServer","params":' + sent + b"}") == 400


async def test_a_body_that_is_too_large_is_refused(http: aiohttp.ClientSession) -> None:
    sent = b'{"server": "' + b"a" * (9 << 20) + b'"}'
    assert await refused(http, "/read/GetServer", sent) == 413


async def test_unknown_requests_are_not_found_and_those_not_built_say_so(
    http: aiohttp.ClientSession,
) -> None:
    for group in GROUPS:
        assert await refused(http, f"/{group}/GetNothing", b"{}") == 404
        assert await refused(http, f"/{group}", b'{"type":"GetNothing","params":{}}') == 404
        for name in NOT_BUILT[group]:
            assert await refused(http, f"/{group}/{name}", b"{}") == 501


async def test_both_forms_of_a_request_answer_alike(http: aiohttp.ClientSession) -> None:
    forms = [
        ("/read/GetServer", {"server": "local"}),
        ("/read/GetServer", {"id": "local"}),
        ("/read", {"type": "GetServer", "params": {"name": "local"}}),
    ]
    answers: list[Any] = []
    for path, sent in forms:
        async with http.post(path, json=sent) as answer:
            assert answer.status == 200
            answers.append(await answer.json())
    assert answers[0] == answers[1] == answers[2]
    async with http.post("/read", json={"type": "GetVersion"}) as answer:
        assert answer.status == 200
