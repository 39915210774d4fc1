r"""The text forms of lists and of key-value pairs in configurations, as users write them.

Pairs, one a line: `KEY=value`, `KEY: value`, or either as an entry of a YAML list. Blank lines, lines that start with
`#` or `//`, and what follows ` #` are comments. A value in quotes is taken without them and may hold ` #` and line
breaks; in double quotes `\n`, `\r`, `\t`, `\"`, `\$` and `\\` are escapes, in single quotes nothing is. Quotes,
`=`, `:` and `$` inside of a value without quotes around it mean themselves.
"""

import re
from collections.abc import Callable, Iterable, Iterator

Pair = tuple[str, str]


class BadText(ValueError):
    """A text does not follow its form; the message names the line, counted from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


_COMMENT = re.compile(r"\s#")
_AFTER = r"[^\S\n]*(?:(?<=\s)#[^\n]*)?(?=\n|\Z)"
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|' r"'([^']*)'", re.DOTALL)
_END = re.compile(_AFTER)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}
_PAIR_SEPARATORS = (re.compile(r"[=:]"),)
_CONVERSION_SEPARATORS = (re.compile(r":\s"), re.compile(r":"), re.compile(r"="))
_BLANK = re.compile(r"[^\S\n]*")

Separators = tuple[re.Pattern[str], ...]


def parse_list(text: str) -> tuple[str, ...]:
    """Entries a line or comma separated, without comments and blanks."""
    entries = (entry.strip() for line in text.split("\n") for entry in _plain(line).split(","))
    return tuple(entry for entry in entries if entry)


def parse_pairs(text: str) -> tuple[Pair, ...]:
    """Environment variables, labels, build arguments: key and value in order, doublets included. Raises BadText."""
    return tuple(_parse(text, _PAIR_SEPARATORS))


def parse_conversions(text: str) -> tuple[Pair, ...]:
    """Ports and volumes: what is on the host, and what in the container. Raises BadText.

    The host's part ends at the first `: `, so that it may hold colons; without one at the first `:`, so that the two
    parts of `127.0.0.1:80:80`, joined by `:`, are what was written.
    """
    return tuple(_parse(text, _CONVERSION_SEPARATORS))


def format_pairs(pairs: Iterable[Pair], separator: str = "=") -> str:
    """The text that `parse_pairs` reads as these pairs. The separator is `=` or `:`."""
    return _format(pairs, " = " if separator == "=" else ": ", parse_pairs)


def format_conversions(pairs: Iterable[Pair]) -> str:
    """The text that `parse_conversions` reads as these pairs."""
    return _format(pairs, ": ", parse_conversions)


def _parse(text: str, separators: Separators) -> Iterator[Pair]:
    start = 0
    line = 1
    while start < len(text):
        newline = text.find("\n", start)
        end = len(text) if newline < 0 else newline
        if _plain(text[start:end]):
            pair, end = _pair(text, start, end, line, separators)
            yield pair
        line += text.count("\n", start, end) + 1
        start = end + 1


def _pair(text: str, start: int, end: int, line: int, separators: Separators) -> tuple[Pair, int]:
    """The pair that starts in this line, and where its last line ends."""
    start = _skip(text, start)
    if text.startswith("-", start):
        start = _skip(text, start + 1)
    wrapped = _quoted(text[start:end], 0)
    if wrapped is not None:
        return _split(wrapped[0], line, separators), end
    key, after = _key(text[start:end], line, separators)
    after += start
    quoted = _quoted(text, _skip(text, after))
    if quoted is not None:
        return (key, quoted[0]), quoted[1]
    return (key, _COMMENT.split(text[after:end], maxsplit=1)[0].strip()), end


def _key(line_text: str, line: int, separators: Separators) -> tuple[str, int]:
    """The key of a line, and where the value begins."""
    quoted = _QUOTED.match(line_text)
    if quoted is not None and _unquoted(quoted):
        between = re.compile(r"\s*[=:]").match(line_text, quoted.end())
        if between is not None:
            return _unquoted(quoted), between.end()
    cut = _plain(line_text)
    for separator in separators:
        found = separator.search(cut)
        if found is not None and cut[: found.start()].strip():
            return cut[: found.start()].strip(), found.end()
    raise BadText(line, "expected a key and a value such as KEY=value")


def _split(line_text: str, line: int, separators: Separators) -> Pair:
    key, after = _key(line_text, line, separators)
    return key, line_text[after:].strip()


def _quoted(text: str, start: int) -> tuple[str, int] | None:
    """The value in quotes that starts here and has nothing but a comment after it, and where its line ends."""
    quoted = _QUOTED.match(text, start)
    after = _END.match(text, quoted.end()) if quoted is not None else None
    return None if quoted is None or after is None else (_unquoted(quoted), after.end())


def _unquoted(quoted: re.Match[str]) -> str:
    double: str | None = quoted[1]
    if double is None:
        return quoted[2]
    return _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[0]), double)


def _plain(line: str) -> str:
    """A line without its comment and the blanks around it."""
    stripped = line.strip()
    if stripped.startswith(("#", "//")):
        return ""
    return _COMMENT.split(stripped, maxsplit=1)[0].rstrip()


def _skip(text: str, start: int) -> int:
    blank = _BLANK.match(text, start)
    return start if blank is None else blank.end()


def _format(pairs: Iterable[Pair], between: str, parse: Callable[[str], tuple[Pair, ...]]) -> str:
    lines: list[str] = []
    for key, value in pairs:
        line = f"  {key}{between}{value}".rstrip()
        # A quote that is not closed in its line would be closed by one in a later line.
        if value.startswith(('"', "'")) or not _reads_as(line, (key, value), parse):
            line = f"  {key}{between}{_in_quotes(value)}"
        if not _reads_as(line, (key, value), parse):
            line = f"  {_in_quotes(key)}{between}{_in_quotes(value)}"
        lines.append(f"{line}\n")
    return "".join(lines)


def _reads_as(line: str, pair: Pair, parse: Callable[[str], tuple[Pair, ...]]) -> bool:
    try:
        return parse(line) == (pair,)
    except BadText:
        return False


def _in_quotes(value: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(letter, letter) for letter in value) + '"'
