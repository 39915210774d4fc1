"""What git providers say of pushes, as they say it."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.api.forms import Invalid
from monitor.api.target import ResourceKind
from monitor.core.web.push import delivery_of, is_push, is_signed, parse_push
from monitor.core.web.webhooks import parse_path

JSON = "application/json"
SECRET = "it is a secret"
GITHUB = {
    "ref": "refs/heads/main",
    "before": "1" * 40,
    "after": "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
    "deleted": False,
    "repository": {"full_name": "octo/hello"},
    "pusher": {"name": "octocat"},
    "head_commit": {"id": "6113728f27ae", "message": "Fix it\n\nAt last."},
}
GITEA = {
    "ref": "refs/heads/release/1.2",
    "after": "bffeb74224043ba2feb48d137756c8a9331c449a",
    "commits": [{"id": "bffeb7422", "message": "webhooks yay"}],
    "repository": {"full_name": "gitea/webhooks"},
    "pusher": {"login": "gitea", "username": "gitea"},
}
GITLAB = {
    "object_kind": "push",
    "ref": "refs/heads/main",
    "after": "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
    "user_username": "jsmith",
    "project": {"path_with_namespace": "mike/diaspora"},
    "commits": [{"message": "one"}, {"message": "two"}],
}


def sign(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (GITHUB, "Push to main of octo/hello by octocat: 6113728 Fix it"),
        (GITEA, "Push to release/1.2 of gitea/webhooks by gitea: bffeb74 webhooks yay"),
        (GITLAB, "Push to main of mike/diaspora by jsmith: da15608 two"),
        ({"ref": "refs/heads/x"}, "Push to x"),
    ],
)
def test_a_push_is_read_and_said(told: dict[str, Any], words: str) -> None:
    assert str(parse_push(json.dumps(told).encode(), JSON)) == words


def test_a_push_may_come_as_a_form() -> None:
    body = urlencode({"payload": json.dumps(GITHUB)}).encode()
    assert parse_push(body, "application/x-www-form-urlencoded").branch == "main"


@pytest.mark.parametrize(
    "told", [{}, {"ref": "refs/tags/v1"}, {"ref": "main"}, {"ref": None}, {"ref": ["refs/heads/x"]}]
)
def test_what_is_to_no_branch_has_none(told: dict[str, Any]) -> None:
    assert parse_push(json.dumps(told).encode(), JSON).branch == ""


def test_a_branch_that_was_deleted_is_told_apart() -> None:
    for told in ({"deleted": True}, {"after": "0" * 40}):
        assert parse_push(json.dumps({"ref": "refs/heads/x", **told}).encode(), JSON).deleted


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"1", b"\xff", b"[" * 100_000])
def test_what_is_no_push_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        parse_push(body, JSON)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
        st.lists,
        max_leaves=5,
    )
)
def test_any_value_in_any_place_is_borne(value: Any) -> None:
    told = dict.fromkeys((*GITHUB, *GITLAB), value) | {"pusher": {"name": value}}
    words = str(parse_push(json.dumps(told).encode(), JSON))
    assert words.isprintable()
    assert len(words) < 1000


def test_github_signs_the_body() -> None:
    body = b'{"ref": 1}'
    header = "X-Hub-Signature-256"
    assert is_signed("github", {header: sign(body)}, body, SECRET)
    assert is_signed("github", {header: sign(body).removeprefix("sha256=").upper()}, body, SECRET)
    for given_one in ("", "sha256=", sign(body, "another"), sign(body)[:-1], sign(body + b" ")):
        assert not is_signed("github", {header: given_one}, body, SECRET)
    assert not is_signed("github", {"X-Gitlab-Token": SECRET}, body, SECRET)


def test_gitlab_shows_the_secret() -> None:
    assert is_signed("gitlab", {"X-Gitlab-Token": SECRET}, b"", SECRET)
    for given_one in ("", SECRET[:-1], SECRET + " ", SECRET.upper(), "\udcff"):
        assert not is_signed("gitlab", {"X-Gitlab-Token": given_one}, b"", SECRET)
    assert not is_signed("gitlab", {"X-Hub-Signature-256": sign(b"")}, b"", SECRET)


def test_the_event_and_the_delivery_are_in_the_headers() -> None:
    assert is_push("github", {"X-GitHub-Event": "push"})
    assert is_push("github", {})
    assert not is_push("github", {"X-GitHub-Event": "ping"})
    assert not is_push("gitlab", {"X-Gitlab-Event": "Tag Push Hook"})
    assert delivery_of("github", {"X-GitHub-Delivery": "a-b"}) == "a-b"
    assert delivery_of("gitlab", {"X-Gitlab-Event-UUID": "c\nd"}) == "c"
    assert delivery_of("gitlab", {"X-GitHub-Delivery": "a-b"}) == ""


@pytest.mark.parametrize(
    ("path", "request_", "any_branch"),
    [
        ("/listener/github/build/web", "RunBuild", False),
        ("/listener/github/build/web/build", "RunBuild", False),
        ("/listener/gitlab/build/web/__ANY__", "RunBuild", True),
        ("/listener/gitlab/repo/web/clone", "CloneRepo", False),
        ("/listener/github/repo/web/pull/", "PullRepo", False),
        ("/listener/github/repo/web/build/__ANY__", "BuildRepo", True),
    ],
)
def test_a_path_says_what_is_to_be_done(path: str, request_: str, any_branch: bool) -> None:
    hook = parse_path(path)
    assert hook is not None
    assert (hook.reference, hook.request, hook.any_branch) == ("web", request_, any_branch)
    assert hook.kind is (ResourceKind.REPO if "/repo/" in path else ResourceKind.BUILD)


@pytest.mark.parametrize(
    "path",
    [
        "/listener/",
        "/listener/github",
        "/listener/github/build",
        "/listener/bitbucket/build/web",
        "/listener/github/server/web",
        "/listener/github/stack/web/deploy",
        "/listener/github/repo/web",
        "/listener/github/repo/web/delete",
        "/listener/github/repo/web/__ANY__",
        "/listener/github/build/web/clone",
        "/listener/github/build/web/build/main",
        "/listener/github/build/a/b/c/d/e",
    ],
)
def test_other_paths_say_nothing(path: str) -> None:
    assert parse_path(path) is None


def test_a_name_may_be_quoted_in_a_path() -> None:
    hook = parse_path("/listener/github/build/my%20app%2F..")
    assert hook is not None
    assert hook.reference == "my app/.."
