"""What a source may be: whatever could be an option, a command or another protocol is refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.git.address import address
from monitor.git.errors import GitFailed
from monitor.link.builds import GitSource

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\r\nabc\r\n-----END OPENSSH PRIVATE KEY-----"


def source(**fields: str | bool) -> GitSource:
    return GitSource(**{"provider": "git.example.com", "repo": "owner/name", **fields})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("given_", "url"),
    [
        (source(), "https://git.example.com/owner/name"),
        (source(https=False, provider="git:3000"), "http://git:3000/owner/name"),
        (source(provider="[::1]:8443"), "https://[::1]:8443/owner/name"),
        (source(repo="group/sub/.github"), "https://git.example.com/group/sub/.github"),
        (source(repo="o/with space"), "https://git.example.com/o/with%20space"),
        (source(token=KEY), "ssh://git@git.example.com/owner/name"),
        (source(token=KEY, provider="me@git:2222"), "ssh://me@git:2222/owner/name"),
    ],
)
def test_a_source_has_a_url_without_credentials(given_: GitSource, url: str) -> None:
    assert address(given_).url == url


def test_a_login_is_user_and_token_in_either_form() -> None:
    def login(**fields: str) -> tuple[str, str]:
        found = address(source(**fields))
        return found.username, found.token

    assert login(token="t") == ("token", "t")
    assert login(username="me", token="a:b") == ("me", "a:b")
    assert login(token="me:t") == ("me", "t")
    assert login(username="me") == ("", "")


def test_a_deploy_key_becomes_a_file_ssh_can_read() -> None:
    key = address(source(token=KEY)).key
    assert key.endswith("KEY-----\n")
    assert "\r" not in key


HOSTILE = [
    "-x", "--upload-pack=touch /tmp/x", "../up", "a/../b", "ext::sh -c id", "a\nb", "a\0b", "$(id)", "`id`",
    ";id", "a|b", "file:///etc", "https://x", "a?b", "a#b", "a@{1}", "", " ", "\x7f",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", ["provider", "repo", "branch", "commit"])
def test_a_hostile_value_is_refused_by_the_name_of_its_field_or_stays_one_word(
    field: str, value: str
) -> None:
    harmless = {"branch": {"$(id)", "`id`", ";id", "a|b", "a#b"}, "commit": {""}, "repo": {" "}}
    if value in harmless.get(field, ()):
        address(source(**{field: value}))
        return
    with pytest.raises(GitFailed, match=f"The (git )?{field} "):
        address(source(**{field: value}))


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "224.0.0.1"])
def test_addresses_that_are_no_servers_are_refused(host: str) -> None:
    with pytest.raises(GitFailed, match="no address of a server"):
        address(source(provider=host))


def test_an_ssh_user_needs_a_key() -> None:
    with pytest.raises(GitFailed, match="private key"):
        address(source(provider="me@git.example.com", token="word"))


@given(provider=st.text(max_size=40), repo=st.text(max_size=40))
def test_what_passes_is_a_url_of_the_allowed_schemes(provider: str, repo: str) -> None:
    try:
        url = address(source(provider=provider, repo=repo)).url
    except GitFailed:
        return
    assert url.startswith("https://")
    assert url.isascii()
    assert not set(url) & set(" '\"\\\n\0@?#")
    assert ".." not in url.split("/")
