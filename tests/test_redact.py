"""Masking: every form of a value, wherever it stands."""

import base64
from typing import NamedTuple
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from monitor.redact import LONG_LINE, LineMasker, Redactor

SECRET = "p4ss w/rd+%"


class Piece(NamedTuple):
    stream: str
    text: str


def masked(*pieces: Piece, secrets: dict[str, str] | None = None) -> list[str]:
    masker: LineMasker[Piece] = LineMasker(Redactor(secrets or {"KEY": SECRET}))
    out = [text for piece in pieces for _, text in masker.feed([piece])]
    return [*out, *(text for _, text in masker.end())]


def test_a_value_is_replaced_by_its_name() -> None:
    assert Redactor({"KEY": SECRET}).mask(f"a{SECRET}b {SECRET}") == "a<KEY>b <KEY>"


def test_short_values_are_left_alone() -> None:
    assert Redactor({"KEY": "abc"}).mask("abcabc") == "abcabc"


def test_encoded_values_are_replaced() -> None:
    redactor = Redactor({"KEY": SECRET})
    assert redactor.mask(quote(SECRET, safe="")) == "<KEY>"
    assert redactor.mask(base64.b64encode(SECRET.encode()).decode()) == "<KEY>"


@given(st.binary(max_size=9), st.binary(max_size=9), st.text("abcdefgh", min_size=8, max_size=40))
def test_base64_of_a_text_around_a_value_does_not_give_it_away(
    before: bytes, after: bytes, secret: str
) -> None:
    encoded = base64.b64encode(before + secret.encode() + after).decode()
    shown = Redactor({"KEY": secret}).mask(encoded)
    rest = shown.replace("<KEY>", "")
    assert "<KEY>" in shown
    assert len(rest) <= len(encoded) - (len(secret) - 2) * 8 // 6


def test_values_that_overlap_leave_nothing() -> None:
    assert Redactor({"A": "abcdef", "B": "defghi"}).mask("-abcdefghi-") == "-<A>-"


def test_each_line_of_a_value_of_several_lines_is_replaced() -> None:
    redactor = Redactor({"KEY": "first line\nsecond line\n"})
    assert redactor.mask("x second line y") == "x <KEY> y"


@given(st.integers(0, 40), st.sampled_from(["out", "err"]))
def test_a_value_cut_between_two_pieces_of_a_line_is_replaced(at: int, stream: str) -> None:
    secret = "s" + "ecret!" * 6
    text = "x" * LONG_LINE + secret + "tail"
    cut = LONG_LINE + min(at, len(secret))
    pieces = [Piece(stream, text[:cut]), Piece("sys", "between"), Piece(stream, text[cut:])]
    shown = masked(*pieces, secrets={"KEY": secret})
    assert shown[0] + shown[2] == "x" * LONG_LINE + "<KEY>tail"
    assert shown[1] == "between"


def test_lines_stay_in_order_and_none_is_held_for_ever() -> None:
    long = "y" * LONG_LINE
    pieces = [Piece("out", long), *(Piece("err", str(n)) for n in range(600)), Piece("out", "end")]
    masker: LineMasker[Piece] = LineMasker(Redactor({"KEY": SECRET}))
    seen: list[str] = []
    for piece in pieces:
        seen.extend(text for _, text in masker.feed([piece]))
    assert len(seen) > 500
    seen.extend(text for _, text in masker.end())
    assert seen == [piece.text for piece in pieces]
