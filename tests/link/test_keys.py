"""Keys: their text, their files, and onboarding keys."""

from __future__ import annotations

import base64
import stat
from typing import TYPE_CHECKING

import pytest

from monitor.link import keys

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "agent.key"
    first = keys.load_or_generate(path)
    assert keys.load_or_generate(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["agent.key"]


def test_a_key_that_others_could_read_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "agent.key"
    first = keys.load_or_generate(path)
    path.chmod(0o644)
    assert keys.load_or_generate(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "not a key", "AAAA", "ä" * 43])
def test_a_damaged_key_file_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "agent.key"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(keys.KeyUnusable, match=r"agent\.key"):
        keys.load_or_generate(path)
    assert path.read_text(encoding="utf-8") == text


def test_a_key_reads_back_from_each_of_its_texts() -> None:
    key = bytes(range(224, 256))
    assert keys.decode_key(keys.encode_key(key)) == key
    assert keys.decode_key(base64.b64encode(key).decode()) == key
    assert keys.decode_key(f" {base64.urlsafe_b64encode(key).decode()}\n") == key
    assert len(keys.encode_key(key)) == 43


def test_an_onboarding_key_reads_back_and_hides_its_secret() -> None:
    made = keys.new_onboarding_key(keys.generate().public)
    assert keys.parse_onboarding_key(str(made)) == made
    assert made.secret not in repr(made)
    assert len(keys.secret_hash(made.secret)) == 64


@pytest.mark.parametrize(
    "text", ["", "mon1", "mon1.a", "mon1..b", "mon2.secretsecret.key", "a.b.c"]
)
def test_what_is_no_onboarding_key_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(keys.KeyUnusable) as refused:
        keys.parse_onboarding_key(text)
    assert "secretsecret" not in str(refused.value)


def test_a_private_key_is_never_printed() -> None:
    pair = keys.generate()
    assert keys.encode_key(pair.private) not in repr(pair)
