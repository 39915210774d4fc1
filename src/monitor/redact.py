"""Keeps secret values out of output: as they are, encoded, in several lines, and cut in two."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 4
"""Characters; masking shorter ones would make output unreadable and hide nothing."""
LONG_LINE = 60 * 1024
"""Bytes from which on a line may be a piece of a longer one: agents cut lines at 64 KiB."""
_MOST_HELD = 512
_NONE: Mapping[str, str] = MappingProxyType({})


class Redactor:
    """Masks values by `<NAME>`. Pure. `pairs` of name and value may have several values of one name."""

    def __init__(
        self, secrets: Mapping[str, str] = _NONE, *, pairs: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._names: dict[str, str] = {}
        for name, value in (*secrets.items(), *pairs):
            for form in forms(value):
                self._names.setdefault(form, name)

    def __bool__(self) -> bool:
        return bool(self._names)

    def finds_in(self, text: str) -> bool:
        """Whether any of the values stands in `text`."""
        return any(form in text for form in self._names)

    def mask(self, text: str) -> str:
        """`text` without any of the values."""
        return "".join(self.mask_all([text]))

    def mask_all(self, pieces: Sequence[str]) -> list[str]:
        """Masks pieces of one text, also values that are cut between them; the name goes to the first piece."""
        spans = self._spans("".join(pieces))
        if not spans:
            return list(pieces)
        masked: list[str] = []
        start = 0
        for piece in pieces:
            masked.append(_mask(piece, start, spans))
            start += len(piece)
        return masked

    def _spans(self, text: str) -> list[tuple[int, int, str]]:
        """Where values stand: from, to, name. Those that overlap are one, named after the longest."""
        found = sorted(
            (at, at + len(form), name)
            for form, name in self._names.items()
            for at in _occurrences(form, text)
        )
        merged: list[tuple[int, int, str]] = []
        longest = 0
        for start, end, name in found:
            if merged and start < merged[-1][1]:
                before = merged[-1]
                kept = name if end - start > longest else before[2]
                merged[-1] = (before[0], max(before[1], end), kept)
                longest = max(longest, end - start)
            else:
                merged.append((start, end, name))
                longest = end - start
        return merged


def _occurrences(form: str, text: str) -> Iterator[int]:
    at = text.find(form)
    while at >= 0:
        yield at
        at = text.find(form, at + 1)


def _mask(piece: str, offset: int, spans: Sequence[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    at = offset
    end_of_piece = offset + len(piece)
    for start, end, name in spans:
        if end <= offset or start >= end_of_piece:
            continue
        if start >= at:
            parts.append(piece[at - offset : start - offset])
        if start >= offset:
            parts.append(f"<{name}>")
        at = min(end, end_of_piece)
    parts.append(piece[at - offset :])
    return "".join(parts)


def forms(value: str) -> set[str]:
    """The texts in which a value may show: itself, its lines, and both in base64, URL and JSON encoding."""
    texts = {value, *(line.strip() for line in value.splitlines())}
    found: set[str] = set()
    for text in texts:
        if len(text.strip()) < SHORTEST_SECRET:
            continue
        found |= {text, quote(text), quote(text, safe=""), quote_plus(text)}
        found |= {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
        found |= set(_base64_forms(text.encode(errors="surrogatepass")))
    return {form for form in found if len(form) >= SHORTEST_SECRET}


def _base64_forms(data: bytes) -> Iterator[str]:
    """How the bytes show in base64 wherever they stand in what is encoded: three alignments, two alphabets."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(data).decode()
        yield whole
        yield whole.rstrip("=")
        for shift, unsure in ((0, 0), (1, 2), (2, 3)):
            encoded = encode(b"\0" * shift + data).decode()
            sure = (shift + len(data)) * 8 // 6
            yield encoded[unsure:sure]


class Piece(Protocol):
    """A line of output: what stream it is of, and its text."""

    @property
    def stream(self) -> str:
        """The stream whose lines may continue one another."""
        ...

    @property
    def text(self) -> str:
        """The text."""
        ...


PieceT = TypeVar("PieceT", bound=Piece)


class LineMasker(Generic[PieceT]):
    """Masks lines as they come. A line that may go on in the next one of its stream is held until that is there."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._held: list[PieceT] = []

    def feed(self, lines: Sequence[PieceT]) -> list[tuple[PieceT, str]]:
        """The lines that are ready, in order, each with its masked text."""
        if not self._redactor:
            return [(line, line.text) for line in lines]
        self._held.extend(lines)
        if len(self._held) > _MOST_HELD:
            return self.end()
        ready = _ready(self._held)
        return self._release(ready)

    def end(self) -> list[tuple[PieceT, str]]:
        """What is held; nothing follows."""
        return self._release(len(self._held))

    def _release(self, count: int) -> list[tuple[PieceT, str]]:
        lines, self._held = self._held[:count], self._held[count:]
        texts = [line.text for line in lines]
        groups = _groups(lines)
        if len(groups) == len(lines) and not self._redactor.finds_in("\n".join(texts)):
            return list(zip(lines, texts, strict=True))
        for group in groups:
            masked = self._redactor.mask_all([texts[at] for at in group])
            for at, text in zip(group, masked, strict=True):
                texts[at] = text
        return list(zip(lines, texts, strict=True))


def is_long(text: str) -> bool:
    """Whether a line is so long that it may be a piece."""
    return len(text) * 4 >= LONG_LINE and len(text.encode(errors="surrogatepass")) >= LONG_LINE


def _groups(lines: Sequence[Piece]) -> list[list[int]]:
    """Which lines belong together: a long one and the next of its stream."""
    groups: list[list[int]] = []
    open_groups: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        group = open_groups.pop(line.stream, None)
        if group is None:
            group = list[int]()
            groups.append(group)
        group.append(at)
        if is_long(line.text):
            open_groups[line.stream] = group
    return groups


def _ready(lines: Sequence[Piece]) -> int:
    """How many lines can go: up to the first of a group whose end is not there yet."""
    groups = _groups(lines)
    ready = min((g[0] for g in groups if is_long(lines[g[-1]].text)), default=len(lines))
    while cut := [group[0] for group in groups if group[0] < ready <= group[-1]]:
        ready = min(cut)
    return ready
