from typing import get_args

import msgspec
import pytest

from monitor.api.base import BatchExecute, Execute, Request
from monitor.api.contract import (
    BY_NAME,
    GROUPS,
    KINDS,
    NOT_BUILT,
    REQUESTS,
    AnyRequest,
    is_planned,
)


def test_the_contract_has_333_requests_built_or_not() -> None:
    published = [r for r in REQUESTS if not r.ours and not r.group.startswith("auth/")]
    planned = sum(len(NOT_BUILT[group]) for group in ("read", "write", "execute"))
    assert len(published) + planned == 333


def test_a_request_is_listed_once() -> None:
    assert len(set(REQUESTS)) == len(REQUESTS)
    built = {(request.group, request.__name__) for request in REQUESTS}
    planned = [(group, name) for group, names in NOT_BUILT.items() for name in names]
    assert len(set(planned)) == len(planned)
    assert built.isdisjoint(planned)


def test_every_request_that_is_written_is_listed() -> None:
    written: set[type] = set()
    left: list[type] = [Request]
    while left:
        for request in left.pop().__subclasses__():
            left.append(request)
            if request.__module__.startswith("monitor.api.") and not request.__module__.endswith(
                ".base"
            ):
                written.add(request)
    assert written == set(REQUESTS)


def test_older_names_lead_to_the_request() -> None:
    assert BY_NAME["read", "ListDockerContainers"] is BY_NAME["read", "ListContainers"]
    assert BY_NAME["read", "GetDockerRegistryAccount"] is BY_NAME["read", "GetImageRegistryAccount"]
    assert not is_planned("read", "GetServer")
    assert not is_planned("write", "GetStack")


@pytest.mark.parametrize("request_type", REQUESTS, ids=lambda request: request.__name__)
def test_a_request_says_what_it_does(request_type: AnyRequest) -> None:
    assert request_type.group in GROUPS
    doc = request_type.__doc__ or ""
    assert len(doc) > 15
    assert doc != (request_type.__base__.__doc__ or "")


def test_executions_answer_updates() -> None:
    for request in REQUESTS:
        if request.group == "execute":
            assert issubclass(request, Execute | BatchExecute)


def test_a_kind_lists_the_requests_that_name_it() -> None:
    for kind in KINDS:
        assert {f"Get{kind.name}", f"Create{kind.name}", f"Update{kind.name}"} <= {
            request.__name__ for request in kind.requests
        }
        assert kind.query is msgspec.structs.fields(BY_NAME["read", f"List{kind.name}s"])[0].type
        assert get_args(kind.resource) == (kind.config, kind.info)
