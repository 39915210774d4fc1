"""Every request of the contract is answered once, states its right, and stands where docs/add-a-request.md says."""

import ast
import inspect
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from monitor.api import contract
from monitor.api.base import BatchExecute, Login, Manage, Read, Write, answer_of
from monitor.api.resource import PermissionLevel
from monitor.api.update import Update
from monitor.core import app
from monitor.core.routes import Admin, AnyUser, Batch, Enabled, On, Open, Route, collect
from monitor.core.runs.execution import Execution

ROOT = Path(__file__).parents[2]
CORE = ROOT / "src/monitor/core"
TABLE = collect(app.MODULES)
BUSY = {kind.kind: kind.busy for kind in app.KINDS}
HAND_FOUND = {
    "kinds/build_actions.py": "writes of its own kind, deployments that follow a build",
    "kinds/builders.py": "builds and repos of a deleted one",
    "kinds/building.py": "the builder that a config stores, and its servers",
    "kinds/containers.py": "lists of all servers, filtered by what is readable",
    "kinds/deployment_actions.py": "the build that a deployment stores",
    "kinds/deployments.py": "names and writes of its own kind; the build that a deployment stores",
    "kinds/engine.py": "the engine itself",
    "kinds/on_server.py": "a server by the id that a deployment stores",
    "kinds/ownership.py": "whose a container is; those who ask filter",
    "kinds/refreshing.py": "reads and writes what Core keeps of builds and repos, for itself",
    "kinds/repo_actions.py": "writes of its own kind",
    "kinds/repos.py": "builds of a deleted one",
    "kinds/servers.py": "writes of its own kind, deployments of a deleted one, keys in use",
    "kinds/sources.py": "names of what configs refer to; the repo that a build is linked to",
    "requests/meta.py": "writes of what was found by rights",
    "requests/toml_export.py": "resources of all kinds, filtered by what is readable",
}
"""Modules below kinds and requests that look into tables of resources themselves, and what for."""


@pytest.mark.parametrize("request_", contract.REQUESTS, ids=lambda request: request.__name__)
def test_every_request_is_answered_exactly_once_and_states_its_right(request_: Any) -> None:
    answers = [
        entry
        for routes in app.MODULES
        for entry in (*routes.answers_to, *routes.executions, *routes.batches)
        if entry.request is request_
    ]
    assert len(answers) == 1
    (entry,) = answers
    if isinstance(entry, Route):
        assert isinstance(entry.right, Open | AnyUser | Enabled | Admin | On)
        if isinstance(entry.right, On):
            assert entry.right.field in request_.__struct_fields__
            assert entry.right.level is not PermissionLevel.NONE
        arguments = 3 if isinstance(entry.right, On) else 2
        assert len(inspect.signature(entry.handler).parameters) == arguments


def test_nothing_is_answered_that_is_not_in_the_contract() -> None:
    assert set(TABLE) == set(contract.REQUESTS)
    assert len(contract.REQUESTS) == len(set(contract.REQUESTS))


def test_no_request_is_both_built_and_not_built() -> None:
    for group in contract.GROUPS:
        built = {name for (of, name) in contract.BY_NAME if of == group}
        assert not built & set(contract.NOT_BUILT[group])
        assert max(Counter(contract.NOT_BUILT[group]).values()) == 1


def test_only_log_ins_are_open_and_only_accounts_are_for_the_disabled() -> None:
    for request, entry in TABLE.items():
        if isinstance(entry, Route):
            assert isinstance(entry.right, Open) == issubclass(request, Login), request
            assert isinstance(entry.right, AnyUser) == issubclass(request, Manage), request


def test_what_changes_a_resource_needs_more_than_read() -> None:
    allowed = {"CopyServer", "CopyDeployment", "CopyBuild", "CopyRepo"}
    for request, entry in TABLE.items():
        if isinstance(entry, Route) and isinstance(entry.right, On) and issubclass(request, Write):
            wanted = {PermissionLevel.WRITE}
            if request.__name__.startswith("Refresh"):
                wanted = {PermissionLevel.EXECUTE}
            assert entry.right.level in wanted or request.__name__ in allowed, request
        if isinstance(entry, Execution):
            assert entry.level in {PermissionLevel.EXECUTE, PermissionLevel.WRITE}, request


def test_executions_name_a_field_an_operation_and_a_flag_that_there_are() -> None:
    for request, entry in TABLE.items():
        if not isinstance(entry, Execution):
            continue
        assert answer_of(request) is Update, request
        assert request.__name__ == entry.operation.value, request
        assert entry.target in request.__struct_fields__ or not entry.target, request
        assert not entry.busy or entry.busy in BUSY[entry.kind].__struct_fields__, request


def test_batches_run_an_execution() -> None:
    for request, entry in TABLE.items():
        if isinstance(entry, Batch):
            assert issubclass(request, BatchExecute)
            single = TABLE[entry.single]
            assert isinstance(single, Execution)
            assert single.target == entry.field


def test_reads_have_the_group_they_are_posted_to() -> None:
    groups = {Login: "auth/login", Manage: "auth/manage", Read: "read", Write: "write"}
    for request in contract.REQUESTS:
        for base, group in groups.items():
            assert (request.group == group) == issubclass(request, base), request


def test_handlers_live_with_kinds_and_requests() -> None:
    for entry in TABLE.values():
        if isinstance(entry, Batch):
            continue
        function = entry.handler if isinstance(entry, Route) else entry.function
        assert function.__module__.startswith(("monitor.core.kinds.", "monitor.core.requests."))


def test_resources_are_found_by_rights_and_not_by_hand() -> None:
    looks = re.compile(r"table\(documents\.(SERVERS|DEPLOYMENTS|BUILDS|REPOS|BUILDERS|BY_KIND)\b")
    by_hand = {
        path.relative_to(CORE).as_posix()
        for folder in ("kinds", "requests")
        for path in (CORE / folder).glob("*.py")
        if looks.search(path.read_text())
    }
    assert by_hand == set(HAND_FOUND), "use ctx.find, or say here what for"


def test_the_page_on_adding_a_request_names_what_there_is() -> None:
    _names_what_there_is(ROOT / "docs/add-a-request.md")


def test_the_page_on_adding_a_kind_names_what_there_is() -> None:
    _names_what_there_is(ROOT / "docs/add-a-kind.md")


def _names_what_there_is(page: Path) -> None:
    text = page.read_text()
    for path in re.findall(r"`((?:src|tests|docs|ui)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path
    for link in re.findall(r"\]\(([\w./-]+)\)", text):
        assert (page.parent / link).exists(), link
    rights = {"Open", "AnyUser", "Enabled", "Admin"}
    if page.name == "add-a-request.md":
        assert rights <= set(re.findall(r"`(\w+)\(\)`", text))


def test_modules_say_what_they_are_for() -> None:
    for path in CORE.rglob("*.py"):
        text = ast.get_docstring(ast.parse(path.read_text()))
        assert text is not None, path
