"""An agent for each test, and a Core beside it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from .parts import Agent, Core, core, free_port


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    made = Agent(tmp_path, free_port())
    made.start()
    yield made
    made.kill()


@pytest.fixture
async def app(tmp_path: Path, agent: Agent) -> AsyncIterator[Core]:
    async with core(tmp_path, agent.port) as made:
        yield made
