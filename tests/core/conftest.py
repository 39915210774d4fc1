"""One Core for each file of tests, with users of every level of right; a test uses names of its own."""

import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import aiohttp
import pytest

from core.seed import started
from monitor.client import Client, Failed
from world import PASSWORD, RunningCore

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCore]:
    for core in started(tmp_path_factory.mktemp("core")):
        yield core
        text = core.text()
        assert "Traceback" not in text, text[-6000:]


@pytest.fixture(scope="module")
def tokens() -> dict[str, str]:
    """Sessions' tokens by user, so that each logs in once."""
    return {}


As = Callable[[str], contextlib.AbstractAsyncContextManager[Client]]


@pytest.fixture
def acting(core: RunningCore, tokens: dict[str, str]) -> As:
    """`async with acting("reader") as client`: a client logged in as that user."""

    @contextlib.asynccontextmanager
    async def client(user: str) -> AsyncIterator[Client]:
        async with Client(core.url, jwt=tokens.get(user, "")) as client:
            if user not in tokens:
                await client.login(user, PASSWORD)
                tokens[user] = client.jwt
            yield client

    return client


@pytest.fixture
async def admin(acting: As) -> AsyncIterator[Client]:
    async with acting("admin") as client:
        yield client


@pytest.fixture
async def reader(acting: As) -> AsyncIterator[Client]:
    async with acting("reader") as client:
        yield client


@pytest.fixture
async def operator(acting: As) -> AsyncIterator[Client]:
    async with acting("operator") as client:
        yield client


@pytest.fixture
async def writer(acting: As) -> AsyncIterator[Client]:
    async with acting("writer") as client:
        yield client


@pytest.fixture
async def member(acting: As) -> AsyncIterator[Client]:
    async with acting("member") as client:
        yield client


@pytest.fixture
async def stranger(acting: As) -> AsyncIterator[Client]:
    async with acting("stranger") as client:
        yield client


@pytest.fixture
async def maker(acting: As) -> AsyncIterator[Client]:
    async with acting("maker") as client:
        yield client


@pytest.fixture
async def http(core: RunningCore) -> AsyncIterator[aiohttp.ClientSession]:
    """Plain HTTP without credentials or cookies."""
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(core.url, cookie_jar=jar) as session:
        yield session


@pytest.fixture
def name() -> str:
    """A name no other test uses."""
    return f"thing-{next(_numbers)}"


@pytest.fixture
def refused() -> Callable[..., Any]:
    """`with refused(404, "words"):` what is in it is answered so."""

    @contextlib.contextmanager
    def check(status: int, words: str = "") -> Iterator[None]:
        with pytest.raises(Failed) as caught:
            yield
        assert (caught.value.status, words in str(caught.value)) == (status, True), caught.value

    return check
