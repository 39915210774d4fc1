from collections.abc import AsyncIterator

import pytest

from .world import World, running


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with running(World()) as one:
        yield one
