"""What a source may be: providers, repositories, branches and commits are hostile input until checked here. Pure.

Everything that passes can stand in an argv or a URL. What does not is refused in a sentence that names the field.
"""

import ipaddress
import re
from urllib.parse import quote

from msgspec import Struct

from monitor.git.errors import GitFailed
from monitor.link.builds import GitSource

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]"
_PROVIDER = re.compile(rf"(?:([A-Za-z0-9_][A-Za-z0-9_.-]{{0,63}})@)?({_HOST})(?::([0-9]{{1,5}}))?")
_SEGMENT = re.compile(r"(?!-)[\w.~+% -]{1,255}")
_COMMIT = re.compile(r"[0-9a-fA-F]{4,64}")
_BAD_IN_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")
_PRIVATE_KEY = re.compile(r"\s*-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
_LONGEST = 255
_LAST_PORT = 65535


class Address(Struct, frozen=True, kw_only=True):
    """A checked source: its URL without credentials, and the login that goes with it.

    `origin` is scheme and host of an http(s) URL, to which alone the login is given. `key` is a deploy key for ssh.
    """

    url: str
    scheme: str
    origin: str = ""
    username: str = ""
    token: str = ""
    key: str = ""

    def __repr__(self) -> str:
        """Leave the credentials out."""
        return f"<Address {self.url}>"


def address(source: GitSource) -> Address:
    """Check `source` and say where it is. Raises GitFailed."""
    user, host = check_provider(source.provider)
    path = check_repo(source.repo)
    check_branch(source.branch)
    check_commit(source.commit)
    if is_private_key(source.token):
        return Address(
            url=f"ssh://{user or 'git'}@{host}/{path}", scheme="ssh", key=_key_file(source.token)
        )
    if user:
        raise GitFailed(
            f"The git provider names the ssh user {user}: that needs an account whose token is a private key"
        )
    username, token = login(source.username, source.token)
    scheme = "https" if source.https else "http"
    origin = f"{scheme}://{host}"
    return Address(
        url=f"{origin}/{path}", scheme=scheme, origin=origin, username=username, token=token
    )


def is_private_key(token: str) -> bool:
    """Whether a token is a deploy key."""
    return _PRIVATE_KEY.match(token) is not None


def login(username: str, token: str) -> tuple[str, str]:
    """User name and password of an account; a token may be written `user:token`."""
    if not token:
        return "", ""
    if _has_control(username + token):
        raise GitFailed("The git account's user name or token holds a control character")
    if not username and ":" in token:
        username, _, token = token.partition(":")
    return username or "token", token


def check_provider(provider: str) -> tuple[str, str]:
    """User ("" if none) and host with port. Raises GitFailed."""
    found = _PROVIDER.fullmatch(provider)
    if found is None or ".." in provider or int(found[3] or 1) not in range(1, _LAST_PORT + 1):
        raise GitFailed(
            f"The git provider {_shown(provider)} can't be: it is a host such as github.com or git.example.com:8443, "
            "without a scheme"
        )
    _refuse_link_local(found[2].strip("[]"))
    return found[1] or "", found[2] + (f":{found[3]}" if found[3] else "")


def check_repo(repo: str) -> str:
    """The repository as the path of a URL. Raises GitFailed."""
    segments = repo.split("/")
    fits = all(_SEGMENT.fullmatch(segment) and segment not in {".", ".."} for segment in segments)
    if not fits or len(repo) > _LONGEST or _has_control(repo):
        raise GitFailed(f"The repo {_shown(repo)} can't be: it is written owner/name")
    return quote(repo, safe="/%~+")


def check_branch(branch: str) -> None:
    """Raise GitFailed for what git would not take as the name of a branch."""
    bad = (
        not branch
        or len(branch.encode(errors="surrogatepass")) > _LONGEST
        or branch.startswith(("-", "/", "."))
        or branch.endswith(("/", ".", ".lock"))
        or _BAD_IN_REF.search(branch)
        or branch == "@"
    )
    if bad:
        raise GitFailed(f"The branch {_shown(branch)} can't be: git allows no such name")


def check_commit(commit: str) -> None:
    """Raise GitFailed unless it is a hash, whole or abbreviated, or nothing."""
    if commit and not _COMMIT.fullmatch(commit):
        raise GitFailed(f"The commit {_shown(commit)} can't be: it is a hash of 4 to 64 hex digits")


def _refuse_link_local(host: str) -> None:
    """Addresses under which clouds tell a machine its own credentials are no git providers."""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return
    if number.is_link_local or number.is_multicast or number.is_unspecified:
        raise GitFailed(f"The git provider {host} can't be: it is no address of a server")


def _key_file(token: str) -> str:
    """A key as ssh reads it: line feeds, and one at the end."""
    lines = [line.strip() for line in token.strip().splitlines()]
    return "\n".join(lines) + "\n"


def _has_control(text: str) -> bool:
    return any(ord(character) < 0x20 or ord(character) == 0x7F for character in text)  # noqa: PLR2004


def _shown(value: str) -> str:
    return ascii(value if len(value) <= _LONGEST else f"{value[:_LONGEST]}...")
