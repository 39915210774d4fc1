"""What a git provider says of a push: whether it is signed, to which branch it was, and in words. Pure."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Literal, cast
from urllib.parse import parse_qs

from msgspec import Struct

from monitor.api.forms import Invalid, decode_json

Provider = Literal["github", "gitlab"]
"""`github` also stands for Gitea and Forgejo, which sign as GitHub does."""

_BRANCH = "refs/heads/"
_LONGEST = 200
"""Characters of a text that is repeated."""


class Push(Struct, frozen=True, kw_only=True):
    """A push to a branch; `branch` is "" where it was to a tag, or to nothing."""

    branch: str
    deleted: bool = False
    repo: str = ""
    pusher: str = ""
    commit: str = ""
    message: str = ""

    def __str__(self) -> str:
        """Say what was pushed where, by whom, in one line."""
        by = f" by {self.pusher}" if self.pusher else ""
        where = f" of {self.repo}" if self.repo else ""
        commit = " ".join(filter(None, (self.commit[:7], self.message)))
        return f"Push to {self.branch}{where}{by}{': ' if commit else ''}{commit}"


def is_signed(provider: Provider, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether the headers prove that the sender knows the secret; compared in constant time."""
    if provider == "gitlab":
        token = headers.get("X-Gitlab-Token", "")
        return hmac.compare_digest(_digest(token), _digest(secret))
    given = headers.get("X-Hub-Signature-256", "").strip().removeprefix("sha256=")
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(_digest(given.lower()), _digest(wanted))


def _digest(text: str) -> bytes:
    """The same length for any text."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).digest()


def delivery_of(provider: Provider, headers: Mapping[str, str]) -> str:
    """How the provider calls this delivery; "" where it does not say."""
    name = "X-GitHub-Delivery" if provider == "github" else "X-Gitlab-Event-UUID"
    return clean(headers.get(name, ""))


def is_push(provider: Provider, headers: Mapping[str, str]) -> bool:
    """Whether the event is a push, as far as the headers say."""
    if provider == "github":
        return headers.get("X-GitHub-Event", "push") == "push"
    return headers.get("X-Gitlab-Event", "Push Hook") == "Push Hook"


def parse_push(body: bytes, content_type: str) -> Push:
    """The push that a body tells of, as JSON or as the field `payload` of a form. Raises Invalid."""
    if content_type == "application/x-www-form-urlencoded":
        fields = parse_qs(body.decode(errors="replace"), max_num_fields=10)
        body = next(iter(fields.get("payload", ())), "").encode()
    told = decode_json(body)
    if not isinstance(told, dict):
        raise Invalid("expected an object")
    push = cast("dict[str, Any]", told)
    ref = push.get("ref")
    after = clean(push.get("after"))
    commit = _object(push.get("head_commit")) or _last(push.get("commits"))
    return Push(
        branch=ref.removeprefix(_BRANCH)
        if isinstance(ref, str) and ref.startswith(_BRANCH)
        else "",
        deleted=push.get("deleted") is True or (bool(after) and not after.strip("0")),
        repo=_first(
            _object(push.get("repository")).get("full_name"),
            _object(push.get("project")).get("path_with_namespace"),
        ),
        pusher=_first(
            _object(push.get("pusher")).get("login"),
            _object(push.get("pusher")).get("name"),
            push.get("user_username"),
        ),
        commit=after or clean(commit.get("id")),
        message=clean(commit.get("message")),
    )


def clean(value: Any) -> str:
    """The first line of a text, without control characters and not too long; "" for anything else."""
    if not isinstance(value, str):
        return ""
    line = value.strip().partition("\n")[0][:_LONGEST]
    return "".join(letter for letter in line if letter.isprintable())


def _first(*values: Any) -> str:
    return next((text for value in values if (text := clean(value))), "")


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _last(value: Any) -> dict[str, Any]:
    commits = cast("list[Any]", value) if isinstance(value, list) else []
    return _object(commits[-1]) if commits else {}
