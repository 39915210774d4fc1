"""Every kind is in the three lists that docs/add-a-kind.md names, and all that follows from them is there."""

from pathlib import Path

import pytest

from monitor.api import contract
from monitor.api.target import ResourceKind
from monitor.core import app, documents
from monitor.core.routes import collect
from monitor.core.web.live_catalogue import LISTS

ROOT = Path(__file__).parents[2]
KINDS = tuple(documents.BY_KIND)


def test_the_three_lists_have_the_same_kinds() -> None:
    assert {kind.name for kind in contract.KINDS} == set(KINDS)
    assert {kind.kind for kind in app.KINDS} == set(KINDS)
    assert len(contract.KINDS) == len(app.KINDS) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_three_files(kind: ResourceKind) -> None:
    name = kind.lower()
    assert (ROOT / f"src/monitor/api/{name}.py").exists()
    assert (ROOT / f"src/monitor/core/kinds/{name}s.py").exists()
    tests = [*(ROOT / "tests").rglob(f"test_{name}*.py"), ROOT / "tests/core/test_resources.py"]
    assert any(path.exists() and kind in path.read_text() for path in tests)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kinds_requests_are_in_the_contract_and_answered(kind: ResourceKind) -> None:
    spec = next(one for one in contract.KINDS if one.name == kind)
    core = next(one for one in app.KINDS if one.kind == kind)
    answered = collect(app.MODULES)
    assert set(spec.requests) <= set(contract.REQUESTS)
    assert set(spec.requests) <= set(answered)
    common = core.requests
    for request in (
        *(common.get, common.list, common.list_full),
        *((common.action_state,) if common.action_state else ()),
        *(common.create, common.copy, common.update, common.rename, common.delete),
    ):
        assert request in spec.requests
    assert (spec.config, spec.info) == (core.config, core.info)
    assert spec.action_state is core.busy


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_stored_read_from_memory_and_live(kind: ResourceKind) -> None:
    spec = documents.BY_KIND[kind]
    assert "name" in spec.unique
    assert spec in documents.IN_MEMORY
    assert kind in LISTS.values()


@pytest.mark.parametrize("kind", KINDS)
def test_what_only_writers_see_is_sealed_at_rest(kind: ResourceKind) -> None:
    core = next(one for one in app.KINDS if one.kind == kind)
    secret = set(documents.BY_KIND[kind].secret)
    assert {f"config.{field}" for field in core.hidden} <= secret


@pytest.mark.parametrize("kind", KINDS)
def test_a_kinds_sorts_are_those_of_the_contract(kind: ResourceKind) -> None:
    spec = next(one for one in contract.KINDS if one.name == kind)
    core = next(one for one in app.KINDS if one.kind == kind)
    assert {*core.sorts, "Name"} == {str(one) for one in spec.sort_by}


def test_the_page_on_adding_a_kind_names_the_three_lists() -> None:
    text = (ROOT / "docs/add-a-kind.md").read_text()
    for path, names in (
        ("src/monitor/api/contract.py", ("KINDS", "REQUESTS")),
        ("src/monitor/core/documents.py", ("BY_KIND",)),
        ("src/monitor/core/app.py", ("KINDS", "MODULES")),
    ):
        assert f"`{path}`" in text
        source = (ROOT / path).read_text()
        for name in names:
            assert f"`{name}`" in text
            assert f"\n{name}" in source, (path, name)
