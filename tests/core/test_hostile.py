"""Input that means harm: always a 4xx that says why, and nothing is changed."""

import asyncio
import gzip
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import WSServerHandshakeError

from monitor.api.activity import ListUpdates
from monitor.api.deployment import (
    BatchDeploy,
    CreateDeployment,
    DeleteDeployment,
    ListDeployments,
)
from monitor.api.login import CreateApiKey, GetUserId
from monitor.api.server import ListServers
from monitor.api.tag import ListTags
from monitor.client import Client
from world import PASSWORD, RunningCore

Refused = Callable[..., Any]
MIB = 1 << 20


@pytest.fixture
async def web(
    core: RunningCore, http: aiohttp.ClientSession, admin: Client
) -> AsyncIterator["Asked"]:
    before = await _everything(admin)
    yield Asked(http, {"Authorization": admin.jwt})
    assert await _everything(admin) == before


async def _everything(admin: Client) -> Any:
    """What there is, to see that nothing changed."""
    return (
        [(item.id, item.name) for item in await admin.send(ListServers())],
        [(item.id, item.name) for item in await admin.send(ListDeployments())],
        await admin.send(ListTags()),
        len((await admin.send(ListUpdates())).updates),
    )


class Asked:
    """Calls by plain HTTP, as an administrator unless other headers are given."""

    def __init__(self, http: aiohttp.ClientSession, headers: dict[str, str]) -> None:
        self._http = http
        self.headers = headers

    async def __call__(self, path: str, data: Any = b"{}", **headers: str) -> int:
        """The status of an answer, which is an error as the contract has it unless it is 200."""
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        async with self._http.post(path, data=data, headers=self.headers | given) as answer:
            text = await answer.text()
        if answer.status != 200:
            _is_error(text)
        return answer.status


def _is_error(text: str) -> None:
    error = json.loads(text)
    assert isinstance(error["error"], str)
    assert error["error"]
    assert isinstance(error["trace"], list)
    assert isinstance(error["code"], str)
    assert error["code"]


@pytest.mark.parametrize(
    "sent",
    [
        b"{",
        b"\xef\xbb\xbf{",
        b"{}{}",
        b"[1]",
        b"null,",
        b"'name'",
        b'{"name": NaN}',
        b'{"name": "a", "config": {"cpu_warning": NaN}}',
        b'{"name": "a", "config": {"cpu_warning": Infinity}}',
        b'{"name": "a", "config": {"cpu_warning": -Infinity}}',
        b'{"name": "a", "config": {"cpu_warning": 1e999}}',
        b'{"name": "a", "config": {"cpu_warning": 1' + b"0" * 400 + b"}}",
        b'{"name": 1}',
        b'{"name": null}',
        b'{"name": ["a"]}',
        b'{"name": {"$ne": ""}}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xc3\x28"}',
        b'{"name": "a", "config": []}',
        b'{"name": "a", "config": {"links": {"a": 1}}}',
        b'{"name": "a", "config": {"enabled": 1}}',
        b'{"name": "a", "config": {"maintenance_windows": [{"name": "n", "hour": 24}]}}',
        b'{"name": "a", "public_key": "../../keys"}',
        b'{"name": "a", "x": ' + b"[" * 65 + b"]" * 65 + b"}",
        b'{"name": "a", "x": ' + b'{"a":' * 70 + b"1" + b"}" * 70 + b"}",
        b"[" * 200_000,
    ],
    ids=range(27),
)
async def test_bodies_that_can_not_be_are_refused_in_both_forms(web: Asked, sent: bytes) -> None:
    assert await web("/write/CreateServer", sent) == 400
    assert await web("/write", b'{"type":"CreateServer","params":' + sent + b"}") == 400


@pytest.mark.parametrize("sent", [b"[]", b'"CreateServer"', b'{"type":1}', b'{"type":[]}', b"{}"])
async def test_envelopes_that_can_not_be_are_refused(web: Asked, sent: bytes) -> None:
    for group in ("read", "write", "execute", "auth", "auth/login", "auth/manage"):
        assert await web(f"/{group}", sent) == 400


async def test_unknown_requests_groups_and_methods_are_refused(
    web: Asked, http: aiohttp.ClientSession
) -> None:
    assert await web("/read/DropTables") == 404
    assert await web("/read/CreateServer", b'{"name":"a"}') == 404
    assert await web("/write/getserver") == 404
    assert await web("/read/" + "A" * 5000) == 404
    assert await web("/read/%2e%2e%2fwrite%2fDeleteServer") in {404, 405}
    assert await web("/read/..%2fwrite/CreateServer") in {404, 405}
    assert await web("/read/GetServer%00") == 404
    assert await web("/read/%ff%fe") in {400, 404}
    assert await web("/nothing/GetServer") == 405
    assert await web("/read/ListStacks") == 501
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        async with http.request(method, "/write/CreateServer", json={"name": "a"}) as answer:
            assert answer.status in {200, 405}
            assert method == "GET" or answer.status == 405


async def test_bodies_that_are_too_large_are_refused_however_they_come(web: Asked) -> None:
    large = b'{"name": "' + b"a" * (9 * MIB) + b'"}'

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(large), MIB):
            yield large[start : start + MIB]

    assert await web("/write/CreateServer", large) == 413
    assert await web("/write/CreateServer", chunks()) == 413
    packed = gzip.compress(large)
    assert await web("/write/CreateServer", packed, Content_Encoding="gzip") == 413


async def test_bodies_that_are_not_what_their_headers_say_are_refused(
    core: RunningCore, web: Asked
) -> None:
    assert await web("/write/CreateServer", b"no gzip", Content_Encoding="gzip") == 400
    broken = (
        b"POST /write/CreateServer HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        b"POST /write/CreateServer HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        (
            b"POST /write/CreateServer HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
    )
    for request in broken:
        with socket.create_connection(("127.0.0.1", core.port), 5) as connection:
            connection.sendall(request)
            answer = connection.recv(4096)
            assert answer.split()[1] in {b"400", b"401"}, answer


@pytest.mark.parametrize("path", ["../../etc/passwd", "..", ".", "/etc/passwd", "a/../../b", "%2e"])
async def test_names_never_become_paths(
    core: RunningCore, admin: Client, path: str, refused: Refused
) -> None:
    files = {found for found in core.data.rglob("*") if "state.db" not in found.name}
    if path.strip("."):
        made = await admin.send(CreateDeployment(name=path))
        assert not set(made.name) & set("/%\\")
        assert not made.name.startswith(".")
        await admin.send(DeleteDeployment(id=made.id))
    else:
        with refused(400):
            await admin.send(CreateDeployment(name=path))
    assert {found for found in core.data.rglob("*") if "state.db" not in found.name} == files


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/assets/../../../../etc/passwd",
        "/..%2f..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/%2e%2e/%2e%2e/package.json",
        "//etc/passwd",
        "/..\\..\\etc\\passwd",
        "/index.html%00.js",
    ],
)
def test_static_files_outside_the_ui_are_not_served(core: RunningCore, path: str) -> None:
    with socket.create_connection(("127.0.0.1", core.port), 5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert b"root:" not in answer
    assert b'"dependencies"' not in answer
    assert answer.split()[1] in {b"200", b"400", b"404"}


# --- Cookies and origins


@pytest.fixture
async def session(core: RunningCore, http: aiohttp.ClientSession) -> str:
    """The cookie of a browser that is logged in."""
    login = {"username": "writer", "password": PASSWORD}
    async with http.post(
        "/auth/login/LoginLocalUser", json=login, headers={"Origin": core.url}
    ) as answer:
        cookie = answer.headers["Set-Cookie"]
    parts = [part.strip().lower() for part in cookie.split(";")]
    assert {"httponly", "samesite=strict", "path=/"} <= set(parts)
    assert "secure" not in parts
    assert not any(part.startswith("domain") for part in parts)
    return cookie.partition(";")[0]


async def test_a_cookie_counts_only_from_our_own_pages(
    core: RunningCore, http: aiohttp.ClientSession, session: str
) -> None:
    ours = {"Cookie": session, "Origin": core.url, "Content-Type": "application/json"}
    foreign = ("https://evil.example", "null", core.url + ".evil.example", "http://[", "")
    port = core.url.replace(str(core.port), "1")

    async def status(method: str, path: str, headers: dict[str, str]) -> int:
        sent = b"{}" if method == "POST" else None
        async with http.request(method, path, data=sent, headers=headers) as answer:
            if answer.status != 200:
                _is_error(await answer.text())
            return answer.status

    assert await status("POST", "/read/GetVersion", ours) == 200
    assert await status("GET", "/user", {"Cookie": session}) == 200
    for origin in (*foreign, port):
        assert await status("POST", "/read/GetVersion", ours | {"Origin": origin}) == 403
        assert await status("GET", "/user", {"Cookie": session, "Origin": origin}) == 403
    without = {name: text for name, text in ours.items() if name != "Origin"}
    assert await status("POST", "/read/GetVersion", without) == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert await status("POST", "/read/GetVersion", ours | {"Content-Type": kind}) == 403
    assert await status("POST", "/read/GetVersion", ours | {"Cookie": session + "x"}) == 401
    assert await status("POST", "/read/GetVersion", ours | {"Cookie": "monitor_session="}) == 401


async def test_a_page_says_whether_it_came_with_a_session_that_holds(
    http: aiohttp.ClientSession, session: str
) -> None:
    async def tag(**headers: str) -> str:
        async with http.get("/", headers=headers) as answer:
            assert answer.status == 200
            assert answer.headers["Vary"] == "Cookie", "no cache may mix them up"
            return answer.headers["ETag"]

    without = await tag()
    known = await tag(Cookie=session)
    assert known != without
    assert await tag(Cookie=session + "x") == without
    async with http.get("/", headers={"Cookie": session, "If-None-Match": known}) as answer:
        assert answer.status == 304
    async with http.get("/", headers={"If-None-Match": known}) as answer:
        assert answer.status == 200


async def test_another_sites_page_can_not_log_a_browser_in(
    core: RunningCore, http: aiohttp.ClientSession
) -> None:
    login = json.dumps({"username": "writer", "password": PASSWORD})
    evil = {"Origin": "https://evil.example", "Content-Type": "text/plain"}
    for name in ("LoginLocalUser", "SignUpLocalUser", "Logout"):
        async with http.post(f"/auth/login/{name}", data=login, headers=evil) as answer:
            assert answer.status == 403
            assert "Set-Cookie" not in answer.headers
    evil["Content-Type"] = "application/json"
    async with http.post("/auth/login/LoginLocalUser", data=login, headers=evil) as answer:
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers


async def test_sockets_refuse_other_origins_and_need_a_login(
    core: RunningCore, http: aiohttp.ClientSession, session: str
) -> None:
    for path in ("/ws/live", "/ws/logs", "/ws/update"):
        for origin in ("https://evil.example", "http://[", None):
            headers = {"Cookie": session} | ({"Origin": origin} if origin else {})
            async with http.ws_connect(path, headers=headers) as ws:
                await ws.send_str('{"op":"sub","topic":"servers"}')
                told = await ws.receive(timeout=5)
                assert "401" in str(told.data) or "credentials" in str(told.data)
                assert (await ws.receive(timeout=5)).type in {
                    aiohttp.WSMsgType.CLOSE,
                    aiohttp.WSMsgType.CLOSED,
                }
        with pytest.raises(WSServerHandshakeError):
            await http.ws_connect(path, headers={"Sec-WebSocket-Version": "1"})
        async with http.get(path) as answer:
            assert answer.status == 400


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "null",
        '{"type":"Jwt"}',
        '{"type":"Jwt","params":{"jwt":1}}',
        '{"type":"Jwt","params":{"jwt":"a.b.c"}}',
        '{"type":"ApiKeys","params":{"key":"K_x_K","secret":""}}',
        '{"type":"Passwords","params":{}}',
        "[" * 10_000,
    ],
)
async def test_sockets_refuse_log_ins_that_can_not_be(
    http: aiohttp.ClientSession, frame: str
) -> None:
    async with http.ws_connect("/ws/update") as ws:
        await ws.send_str(frame)
        assert (await ws.receive(timeout=5)).data.startswith("[401 Unauthorized]")


# --- Credentials


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer " + "a" * 4000},
        {"Authorization": "a.b.c"},
        {
            "Authorization": "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0."
            "eyJzdWIiOiIwMDAiLCJpYXQiOjEsImV4cCI6OTk5OTk5OTk5OTk5OSwic2lkIjoieCJ9."
        },
        {"X-Api-Key": "K_a_K"},
        {"X-Api-Secret": "S_a_S"},
        {"X-Api-Key": "K_a_K", "X-Api-Secret": "S_a_S"},
        {"X-Api-Key": "\udcff", "X-Api-Secret": "ü"},
        {"Cookie": "monitor_session=\x01"},
    ],
    ids=range(11),
)
async def test_wrong_credentials_are_401(
    core: RunningCore, web: Asked, headers: dict[str, str]
) -> None:
    for path in ("/read/ListServers", "/write/CreateServer", "/auth/manage/GetUserId"):
        body = b'{"name":"a"}'
        head = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
        sent = f"POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{head}"
        sent += f"Content-Length: {len(body)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", core.port), 5) as connection:
            connection.sendall(sent.encode(errors="surrogateescape") + body)
            answer = connection.recv(65536)
        assert answer.split()[1] in {b"400", b"401", b"403"}, answer
        assert answer.split()[1] == b"401" or "Cookie" in headers


async def test_a_bad_token_is_not_rescued_by_a_good_api_key(web: Asked, admin: Client) -> None:
    key = await admin.send(CreateApiKey(name="good"))
    good = {"X_Api_Key": key.key, "X_Api_Secret": key.secret}
    assert await web("/auth/manage/GetUserId", b"{}", Authorization="bad", **good) == 401
    web.headers = {}
    assert await web("/auth/manage/GetUserId", b"{}", **good) == 200


async def test_an_idempotency_key_is_short_and_plain(web: Asked) -> None:
    sent = b'{"id":"nobody","config":{}}'
    for key in ("", "k" * 201, "schlüssel"):
        assert await web("/write/UpdateServer", sent, Idempotency_Key=key) == 400


async def test_guessing_passwords_is_slowed_whatever_address_is_claimed(
    core: RunningCore, http: aiohttp.ClientSession
) -> None:
    async def guess(number: int) -> tuple[int, str]:
        forwarded = {"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.1.0.{number}"}
        login = {"username": f"guessed-{number}", "password": "wrong"}
        async with http.post("/auth/login/LoginLocalUser", json=login, headers=forwarded) as got:
            return got.status, await got.text()

    answers = await asyncio.gather(*(guess(number) for number in range(8)))
    assert {status for status, _ in answers} == {401, 429}
    text = next(text for status, text in answers if status == 429)
    assert "Too many attempts | Try again in" in text
    assert json.loads(text)["code"] == "rate_limited"


# --- Queries


@pytest.mark.parametrize(
    "query",
    [
        {"$where": "1"},
        {"$expr": {}},
        {"operation": {"$where": "sleep(1)"}},
        {"operation": {"$regex": "(a+)+$"}},
        {"operation": {"$regex": ".*", "$options": "x"}},
        {"operation": {"$function": {}}},
        {"nothing": 1},
        {"run.params": {"$exists": True}},
        {"key": "k"},
        {"operator.$ne": 1},
        {"__class__": 1},
        {"target.type": {"$gt": ""}, "$or": "x"},
        {"$or": []},
        {"start_ts": "yesterday"},
        {"start_ts": {"$gt": {"$gt": 1}}},
        {"success": "yes"},
        {"$and": [{"$and": [{"$nor": 1}]}]},
        {"operation'; DROP TABLE updates; --": 1},
        {'operation") OR 1=1 --': 1},
        {"target.id": {"$in": "abc"}},
        {"": 1},
        {"prev_toml": {"$regex": "TOKEN"}},
        {"current_toml": {"$gt": ""}},
    ],
)
async def test_filters_that_are_not_allowed_are_refused(web: Asked, query: dict[str, Any]) -> None:
    assert await web("/read/ListUpdates", json.dumps({"query": query})) == 400
    if "operation" not in str(query) and "ts" not in str(query):
        tags = await web("/read/ListTags", json.dumps({"query": query}))
        assert tags == 400


@pytest.mark.parametrize("number", [-1, 2**63, 10**30, 1.5, "1", True, [], 2**63 - 1, 2**62])
async def test_pages_are_never_a_fault(web: Asked, number: Any) -> None:
    fits = number in (2**63 - 1, 2**62) and number is not True
    for path, field in (
        ("/read/ListServers", "page"),
        ("/read/ListServers", "limit"),
        ("/read/ListFullDeployments", "limit"),
        ("/read/ListUpdates", "page"),
        ("/read/ListAllContainers", "page"),
    ):
        status = await web(path, json.dumps({field: number}))
        assert status in ({200, 400} if fits else {400}), (path, number)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\(a+)+$\\"[:-1],
        r"\(a|a)*z\\"[:-1],
        r"\^(([a-z])+.)+[A-Z]([a-z])+$\\"[:-1],
        r"\(.*)*(.*)*(.*)*x\\"[:-1],
        r"\(w+e*b*)*!\\"[:-1],
        "*" * 500 + "x",
        "*a" * 400,
        ",".join(["*a*b*c*d*e*"] * 80),
    ],
)
async def test_batch_patterns_take_no_time(web: Asked, admin: Client, pattern: str) -> None:
    started = time.monotonic()
    assert await admin.send(BatchDeploy(pattern=pattern)) == ()
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "pattern",
    [
        "\\(\\",
        "\\[a\\",
        "\\*a\\",
        "\\a{99999999999}\\",
        "\\(?=a)b\\",
        "\\(a)\\1\\",
        "\\(?i)a\\",
        "\\a{2,1}\\",
        "\\" + "(" * 100 + ")" * 100 + "\\",
        "\\" + "(a{100}){100}" + "\\",
        "a" * 1001,
    ],
)
async def test_batch_patterns_that_can_not_be_are_refused(
    web: Asked, admin: Client, pattern: str, refused: Refused
) -> None:
    with refused(400):
        await admin.send(BatchDeploy(pattern=pattern))


async def test_answers_carry_the_headers_that_protect_browsers(
    http: aiohttp.ClientSession,
) -> None:
    for path in ("/", "/version", "/docs", "/read/nothing"):
        async with http.get(path) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"
    async with http.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'; script-src 'self'" in policy
        assert "script-src 'self' 'unsafe" not in policy


async def test_passwords_and_tokens_are_in_no_log(
    core: RunningCore, admin: Client, web: Asked
) -> None:
    assert await admin.send(GetUserId())
    await web("/auth/login/LoginLocalUser", b'{"username":"x","password":"hunter2-hunter2"}')
    text = core.text()
    assert "hunter2" not in text
    assert PASSWORD not in text
    assert admin.jwt not in text
    secret = b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: secret-of-a-header\x01\r\n\r\n"
    with socket.create_connection(("127.0.0.1", core.port), 5) as connection:
        connection.sendall(secret)
        assert connection.recv(100).split()[1] == b"400"
    assert "secret-of-a-header" not in core.text()
