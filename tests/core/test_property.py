"""Whatever is sent to whichever request: an answer of its type or an error that says why, never a fault of ours."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.api import codec
from monitor.api.base import answer_of
from monitor.api.contract import GROUPS, KINDS, NOT_BUILT, REQUESTS, AnyRequest
from world import PASSWORD, RunningCore

SECONDS = 40.0
"""About so long it goes on: a slow machine tries fewer bodies of each request."""
FEWEST, MOST = 3, 25
ERRORS = frozenset({400, 401, 403, 404, 409, 413, 429, 501, 503})
REFERENCES = (
    *("alpha", "beta", "web", "hidden", "local", "nobody", "system", "admin", "reader", "team"),
    *("0" * 24, "F" * 24, "", " ", ".", "..", "*", "../../x", "K_a_K", "--help", "a/b", "a:b@c"),
)
TEXTS = st.one_of(
    st.sampled_from(REFERENCES),
    st.text(max_size=20),
    st.text(alphabet="\n\t\r \\\"'$`;|&<>(){}[]*?#=:,\u202e\u0000\ud7ff\ufffd", max_size=12),
    st.sampled_from(("Server", "Deployment", "System", "Stack", "User", "$ne", "1-min", "SIGTERM")),
)
NUMBERS = st.one_of(
    st.integers(-2, 3),
    st.integers(-(2**70), 2**70),
    st.sampled_from((2**31, 2**53, 2**62, 2**63 - 1, -(2**63), 1e308, 1.5, 10**400)),
    st.floats(allow_nan=False, allow_infinity=False),
)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
FILTERS = st.dictionaries(
    st.sampled_from(("name", "target.type", "start_ts", "success", "_id", "$or", "$and", "logs.x")),
    st.one_of(
        ANYTHING,
        st.dictionaries(st.sampled_from(("$in", "$gt", "$ne", "$exists", "$regex")), ANYTHING),
    ),
    max_size=3,
)


def fitting(  # noqa: PLR0911 - one for each form of schema
    schema: dict[str, Any], parts: dict[str, Any], depth: int = 5
) -> st.SearchStrategy[Any]:
    """Values that are more or less of a JSON schema."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return fitting(parts[name], parts, depth - 1) if depth else ANYTHING
    if "anyOf" in schema:
        return st.one_of([fitting(one, parts, depth) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        needed = set(schema.get("required", ()))
        fields = {
            key: st.one_of(fitting(one, parts, depth), fitting(one, parts, depth), ANYTHING)
            for key, one in schema["properties"].items()
        }
        return st.fixed_dictionaries(
            {key: field for key, field in fields.items() if key in needed},
            optional={key: field for key, field in fields.items() if key not in needed},
        )
    if kind == "array":
        return st.lists(fitting(schema.get("items", {}), parts, depth), max_size=3)
    plain = {"string": TEXTS, "integer": NUMBERS, "number": NUMBERS, "boolean": st.booleans()}
    if kind == "object":
        return st.one_of(FILTERS, ANYTHING)
    return plain.get(str(kind), ANYTHING)


def bodies(request: AnyRequest) -> st.SearchStrategy[Any]:
    """Parameters of a request; the config of a create or update is what is random about it."""
    (schema,), parts = msgspec.json.schema_components((request,))
    made = fitting(schema, parts)
    kinds = [kind for kind in ("Server", "Deployment") if request.__name__.endswith(kind)]
    if not kinds or "config" not in request.__struct_fields__:
        return st.one_of(made, made, made, ANYTHING)
    config = next(kind.config for kind in KINDS if kind.name == kinds[0])
    (inner,), known = msgspec.json.schema_components((config,))
    partial = fitting({**known[inner["$ref"].rpartition("/")[2]], "required": []}, known)
    return st.tuples(made, partial).map(
        lambda both: {**both[0], "config": both[1]} if isinstance(both[0], dict) else both[0]
    )


REQUEST_BODIES = tuple((request, bodies(request)) for request in REQUESTS)
_HARMFUL = frozenset({"Logout"})


@pytest.fixture
async def session(core: RunningCore) -> AsyncIterator[aiohttp.ClientSession]:
    """An administrator's, by an API key, and again when a request took that one away."""
    async with aiohttp.ClientSession(core.url, cookie_jar=aiohttp.DummyCookieJar()) as http:
        login = {"username": "admin", "password": PASSWORD}
        async with http.post("/auth/login/LoginLocalUser", json=login) as answer:
            jwt = (await answer.json())["data"]["jwt"]
        async with http.post(
            "/auth/manage/CreateApiKey", json={"name": "p"}, headers={"Authorization": jwt}
        ) as answer:
            key = await answer.json()
        http.headers.update({"X-Api-Key": key["key"], "X-Api-Secret": key["secret"]})
        yield http


async def check(http: aiohttp.ClientSession, request: AnyRequest, body: Any, form: bool) -> None:
    """Send it in one of both forms, and see that the answer is one."""
    path, sent = f"/{request.group}/{request.__name__}", body
    if form:
        path, sent = f"/{request.group}", {"type": request.__name__, "params": body}
    text = json.dumps(sent).encode()
    async with http.post(path, data=text) as answer:
        told = await answer.read()
    if answer.status == 200:
        codec.decode(answer_of(request), told)
        return
    assert answer.status in ERRORS, (path, text, answer.status, told)
    error = json.loads(told)
    assert error["error"], (path, text)
    assert (type(error["trace"]), type(error["code"])) == (list, str), (path, text)


@pytest.mark.timeout(150)
async def test_random_input_to_every_request_is_never_a_fault_of_ours(
    core: RunningCore, session: aiohttp.ClientSession
) -> None:
    loop = asyncio.get_running_loop()
    started = time.monotonic()
    tried: Counter[str] = Counter()

    def one(request: AnyRequest, strategy: st.SearchStrategy[Any], examples: int) -> None:
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy, st.booleans())
        def run(body: Any, form: bool) -> None:
            tried[request.__name__] += 1
            asyncio.run_coroutine_threadsafe(check(session, request, body, form), loop).result(30)

        run()

    waiting = [pair for pair in REQUEST_BODIES if pair[0].__name__ not in _HARMFUL]
    for done, (request, strategy) in enumerate(waiting):
        spent = time.monotonic() - started
        cost = spent / tried.total() if tried else 0.01
        share = max(SECONDS - spent, 0) / (len(waiting) - done)
        examples = min(max(int(share / cost), FEWEST), MOST)
        await asyncio.to_thread(one, request, strategy, examples)
    assert all(tried[request.__name__] for request, _ in waiting)
    text = core.text()
    assert "Traceback" not in text, text[-6000:]


async def test_every_request_that_is_not_built_says_so(session: aiohttp.ClientSession) -> None:
    for group in GROUPS:
        for name in NOT_BUILT[group]:
            for path, sent in ((f"/{group}/{name}", {}), (f"/{group}", {"type": name})):
                async with session.post(path, json=sent) as answer:
                    assert answer.status == 501, path
                    assert (await answer.json())["code"] == "not_built"
