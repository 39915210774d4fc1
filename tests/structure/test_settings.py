"""Every setting says what it is, is listed in docs/configuration.md, and is of use."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from monitor.api.field_docs import field_docs
from monitor.core.config import Settings as OfCore
from monitor.periphery.config import Settings as OfAgent

ROOT = Path(__file__).parents[2]
PROGRAMS: tuple[tuple[Any, str, str], ...] = (
    (OfCore, "MONITOR", "src/monitor/core"),
    (OfAgent, "PERIPHERY", "src/monitor/periphery"),
)


@pytest.mark.parametrize(("settings", "prefix", "folder"), PROGRAMS)
def test_every_setting_is_documented(settings: Any, prefix: str, folder: str) -> None:
    page = (ROOT / "docs/configuration.md").read_text()
    docs = field_docs(settings)
    for field in msgspec.structs.fields(settings):
        assert docs.get(field.name), field.name
        assert f"`{prefix}_{field.name.upper()}`" in page, field.name


@pytest.mark.parametrize(("settings", "prefix", "folder"), PROGRAMS)
def test_every_setting_is_of_use(settings: Any, prefix: str, folder: str) -> None:
    sources = [
        path.read_text()
        for path in (ROOT / folder).rglob("*.py")
        if path != ROOT / folder / "config.py"
    ]
    own = (ROOT / folder / "config.py").read_text()
    for field in msgspec.structs.fields(settings):
        used = re.compile(rf"\.{field.name}\b")
        assert any(used.search(source) for source in [*sources, own]), field.name
