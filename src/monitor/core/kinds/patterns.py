"""Batch patterns: names with wildcards, and regular expressions that can't take long.

Expressions are matched by following all their ways at once, so the time grows with pattern times text and no more.
What needs backtracking (back references, looking around) is refused.
"""

import fnmatch
import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from msgspec import Struct

from monitor.core.errors import invalid

_LONGEST = 1_000
_STATES = 500
_REPEATS = 200
_DEEPEST = 50
_CLASSES = {"d": r"\d", "D": r"\D", "w": r"\w", "W": r"\W", "s": r"\s", "S": r"\S"}
_REPEAT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}", re.ASCII)
_GROUP = re.compile(r"\((\?:|\?P<[A-Za-z_]\w*>)?(?!\?)")

Test = Callable[[str], bool]
Way: TypeAlias = "tuple[int, ...]"


class _State(Struct):
    """A place in an expression. `test` lets a character through; `at` is an anchor, `^` or `$`; without both it costs nothing."""

    test: Test | None = None
    at: str = ""
    to: tuple[int, ...] = ()


def pattern_matcher(pattern: str) -> Callable[[str, str], bool]:
    """Whether (name, id) matches a batch pattern.

    Comma or newline separated: names or ids with wildcards, or regular expressions between backslashes. Raises 400
    for an expression that can't be, or that is too long.
    """
    if len(pattern) > _LONGEST:
        raise invalid(f"A pattern has at most {_LONGEST} characters")
    tests = [_one(part) for part in _parts(pattern)]
    return lambda name, identity: any(test(name) or test(identity) for test in tests)


def _parts(pattern: str) -> Iterable[str]:
    """The parts without blanks around them. A comma inside backslashes belongs to the expression."""
    for line in pattern.split("\n"):
        open_part = ""
        for piece in line.split(","):
            part = f"{open_part},{piece}" if open_part else piece.strip()
            if part.startswith("\\") and not _is_closed(part.rstrip()):
                open_part = part
                continue
            open_part = ""
            if part.strip():
                yield part.strip()
        if open_part:
            yield open_part.strip()


def _is_closed(part: str) -> bool:
    return len(part) > 2 and part.endswith("\\")  # noqa: PLR2004 - two delimiters


def _one(part: str) -> Test:
    if part.startswith("\\") and _is_closed(part):
        return Expression(part[1:-1]).search
    return lambda text: fnmatch.fnmatchcase(text, part)


class Expression:
    """A regular expression: literals, `.`, classes, groups, `|`, `* + ? {n,m}`, `^` and `$`. Raises 400."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._states: list[_State] = []
        start, ends = self._branches()
        if self._at < len(text):
            raise self._wrong("has a ) too many")
        self._end = self._add(_State())
        self._join(ends, self._end)
        self._start = start

    def search(self, text: str) -> bool:
        """Whether it matches anywhere in the text."""
        current: set[int] = set()
        for place in range(len(text) + 1):
            current = self._free({*current, self._start}, first=place == 0, last=place == len(text))
            if self._end in current:
                return True
            if place < len(text):
                letter = text[place]
                current = {
                    target
                    for state in current
                    if (test := self._states[state].test) is not None and test(letter)
                    for target in self._states[state].to
                }
        return False

    def _free(self, states: set[int], *, first: bool, last: bool) -> set[int]:
        """The states with all that can be reached from them without a character."""
        reached: set[int] = set()
        waiting = list(states)
        while waiting:
            number = waiting.pop()
            if number in reached:
                continue
            reached.add(number)
            state = self._states[number]
            passes = (state.at != "^" or first) and (state.at != "$" or last)
            if state.test is None and passes:
                waiting.extend(state.to)
        return reached

    # --- Reading it. Each part answers where it starts, and the states from which it goes on.

    def _branches(self) -> tuple[int, Way]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong("is nested too deep")
        starts: list[int] = []
        ends: list[int] = []
        while True:
            start, end = self._sequence()
            starts.append(start)
            ends.extend(end)
            if self._peek() != "|":
                break
            self._at += 1
        self._depth -= 1
        if len(starts) == 1:
            return starts[0], tuple(ends)
        return self._add(_State(to=tuple(starts))), tuple(ends)

    def _sequence(self) -> tuple[int, Way]:
        start = self._add(_State())
        ends: Way = (start,)
        while self._peek() not in {"", "|", ")"}:
            began = self._at
            part = self._atom()
            low, high = self._times()
            stop = self._at
            if (low, high) == (1, 1):
                self._join(ends, part[0])
                ends = part[1]
                continue
            ends = self._repeated(ends, part, low, high, began)
            self._at = stop
        return start, ends

    def _repeated(
        self, ends: Way, part: tuple[int, Way], low: int, high: int | None, began: int
    ) -> Way:
        """The part as often as asked: read anew for each time, so that each has states of its own."""
        skipping: list[int] = []
        for time in range(max(low if high is None else high, 1)):
            if time:
                self._at = began
                part = self._atom()
            if high == 0:
                return ends
            gate = self._add(_State(to=(part[0],)))
            self._join(ends, gate)
            if time >= low:
                skipping.append(gate)
            ends = part[1]
            if high is None and time + 1 >= max(low, 1):
                self._join(ends, gate)
        return (*ends, *skipping)

    def _times(self) -> tuple[int, int | None]:
        """How often the part before comes, None for any number of times."""
        letter = self._peek()
        found = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(letter)
        counted = _REPEAT.match(self._text, self._at) if letter == "{" else None
        if found is not None:
            self._at += 1
        elif counted is not None:
            self._at = counted.end()
            low = int(counted[1])
            found = (low, low if counted[2] is None else int(counted[3]) if counted[3] else None)
            if max(found[0], found[1] or 0) > _REPEATS or (found[1] or found[0]) < found[0]:
                raise self._wrong(f"repeats a part backwards or over {_REPEATS} times")
        else:
            return 1, 1
        if self._peek() == "?":
            self._at += 1  # the shortest match is as good as any: only whether there is one counts
        if self._peek() in {"*", "+", "?"}:
            raise self._wrong("repeats a repetition")
        return found

    def _atom(self) -> tuple[int, Way]:
        letter = self._peek()
        if letter == "(":
            return self._group()
        if letter in {"*", "+", "?"}:
            raise self._wrong("repeats nothing")
        self._at += 1
        number = self._add(_State(at=letter) if letter in {"^", "$"} else self._through(letter))
        return number, (number,)

    def _group(self) -> tuple[int, Way]:
        opened = _GROUP.match(self._text, self._at)
        if opened is None:
            raise self._wrong("looks around or sets flags, which patterns can't")
        self._at = opened.end()
        inside = self._branches()
        if self._peek() != ")":
            raise self._wrong("has a ( without )")
        self._at += 1
        return inside

    def _through(self, letter: str) -> _State:
        """The state of one character, of which `letter` was read already."""
        if letter == ".":
            return _State(test=lambda one: one != "\n")
        if letter == "[":
            return _State(test=self._class())
        return _State(test=self._escaped() if letter == "\\" else letter.__eq__)

    def _escaped(self) -> Test:
        letter = self._peek()
        self._at += 1
        if letter in _CLASSES:
            return _matches(re.compile(_CLASSES[letter]))
        if not letter or letter.isalnum():
            raise self._wrong(f"has \\{letter}, which patterns can't")
        return letter.__eq__

    def _class(self) -> Test:
        """What stands in brackets, which `re` matches: one character takes no time."""
        began = self._at
        at = began + (self._text[began : began + 1] == "^")
        at += self._text[at : at + 1] == "]"
        while at < len(self._text) and self._text[at] != "]":
            at += 2 if self._text[at] == "\\" else 1
        if at >= len(self._text):
            raise self._wrong("has a [ without ]")
        self._at = at + 1
        inside = self._text[began:at]
        # Later meanings of doubled signs are kept away: they are plain characters.
        plain = re.sub(r"(\[|--|&&|~~|\|\|)", lambda found: re.escape(found[0]), inside)
        try:
            return _matches(re.compile(f"[{plain}]"))
        except (re.error, OverflowError) as error:
            raise self._wrong(f"has brackets that can't be: {error}") from error

    def _add(self, state: _State) -> int:
        if len(self._states) >= _STATES:
            raise self._wrong("is too large")
        self._states.append(state)
        return len(self._states) - 1

    def _join(self, ends: Way, start: int) -> None:
        for number in ends:
            self._states[number].to = (*self._states[number].to, start)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _wrong(self, why: str) -> Exception:
        return invalid(f"The regular expression {self._text[:100]!r} {why}")


def _matches(one: re.Pattern[str]) -> Test:
    return lambda letter: one.fullmatch(letter) is not None
