import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.api.text import (
    BadText,
    format_conversions,
    format_pairs,
    parse_conversions,
    parse_list,
    parse_pairs,
)


def test_a_list_may_be_lines_or_commas_with_comments() -> None:
    text = "one\n# two\n three , four # five\n\n,http://host/#/six"
    assert parse_list(text) == ("one", "three", "four", "http://host/#/six")


@pytest.mark.parametrize(
    ("line", "pair"),
    [
        ("KEY=value", ("KEY", "value")),
        ("  KEY = value  ", ("KEY", "value")),
        ("KEY: value", ("KEY", "value")),
        ("- KEY=value", ("KEY", "value")),
        ('- "KEY=a value"', ("KEY", "a value")),
        ("KEY=a=b:c", ("KEY", "a=b:c")),
        ("KEY=value # comment", ("KEY", "value")),
        ("KEY=a#b", ("KEY", "a#b")),
        ("KEY=", ("KEY", "")),
        ("KEY= # only a comment", ("KEY", "")),
        ("KEY=#fff", ("KEY", "#fff")),
        ('KEY="a # b" # comment', ("KEY", "a # b")),
        ("KEY='a # b'", ("KEY", "a # b")),
        (r'KEY="one\ntwo \"three\" \\ \$x \d"', ("KEY", 'one\ntwo "three" \\ $x \\d')),
        (r"KEY='one\ntwo'", ("KEY", r"one\ntwo")),
        ('KEY="first\nsecond"', ("KEY", "first\nsecond")),
        ('KEY="a" and "b"', ("KEY", '"a" and "b"')),
        ("KEY=it's", ("KEY", "it's")),
        ("KEY='tis", ("KEY", "'tis")),
        ('KEY={"a": 1}', ("KEY", '{"a": 1}')),
        ("KEY=$HOME `id` $(id)", ("KEY", "$HOME `id` $(id)")),
        (
            "traefik.rule=Host(`a.b`) && Path(`/x:y`)",
            ("traefik.rule", "Host(`a.b`) && Path(`/x:y`)"),
        ),
        ('"a:b"=c', ("a:b", "c")),
    ],
)
def test_a_line_is_a_key_and_a_value(line: str, pair: tuple[str, str]) -> None:
    assert parse_pairs(line) == (pair,)


def test_comments_and_blank_lines_are_no_pairs() -> None:
    assert parse_pairs("\n# a\n  // b\n\t\nKEY=1\r\n\n") == (("KEY", "1"),)


def test_a_doublet_stays_and_the_order_too() -> None:
    assert parse_pairs("B=1\nA=2\nB=3") == (("B", "1"), ("A", "2"), ("B", "3"))


@pytest.mark.parametrize("line", ["KEY", "=value", "- ", "KEY # a=b", '"KEY"'])
def test_a_line_without_a_key_or_a_separator_is_named(line: str) -> None:
    with pytest.raises(BadText, match=r"^line 4: "):
        parse_pairs(f'A=1\nB="two\nlines"\n{line}\nC=3')


@pytest.mark.parametrize(
    ("line", "pair"),
    [
        ("8080:80", ("8080", "80")),
        ("8080: 80", ("8080", "80")),
        ("8080=80", ("8080", "80")),
        ("127.0.0.1:8080:80", ("127.0.0.1", "8080:80")),
        ("127.0.0.1:8080: 80/udp", ("127.0.0.1:8080", "80/udp")),
        ("/a=b:/c:ro", ("/a=b", "/c:ro")),
        ("- /data:/data", ("/data", "/data")),
    ],
)
def test_a_conversion_is_the_hosts_part_and_the_containers(
    line: str, pair: tuple[str, str]
) -> None:
    assert parse_conversions(line) == (pair,)


def test_pairs_are_written_as_the_contract_has_them() -> None:
    assert format_pairs([("A", "1"), ("B", "x y")]) == "  A = 1\n  B = x y\n"
    assert format_pairs([("a.b", "1")], ":") == "  a.b: 1\n"
    assert format_conversions([("127.0.0.1:80", "8080")]) == "  127.0.0.1:80: 8080\n"


KEY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)
PAIRS = st.lists(st.tuples(KEY, st.text(st.characters(codec="utf-8"), max_size=12)), max_size=4)


@given(PAIRS)
@example([("0", '"'), ("0", '"')])
@example([("0", "'"), ("'", "'")])
def test_written_pairs_are_read_back(pairs: list[tuple[str, str]]) -> None:
    assert list(parse_pairs(format_pairs(pairs))) == pairs
    assert list(parse_pairs(format_pairs(pairs, ":"))) == pairs
    assert list(parse_conversions(format_conversions(pairs))) == pairs


@given(st.text(alphabet="aA=:#\"'\\ \n-/$\t\r", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_pairs, parse_conversions):
        with contextlib.suppress(BadText):
            assert all(key for key, _ in parse(text))
    assert all(parse_list(text))
