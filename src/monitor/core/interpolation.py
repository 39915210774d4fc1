"""`[[NAME]]` in configurations: replaced by the value of a variable or secret just before something runs.

A name that there is not is an error that says where it stands. Values are not searched for names again. In texts of
`KEY=value` lines a value stays the value of its key, whatever line breaks, quotes and `#` it holds, and in texts that
are split into words a secret stays in its word.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, get_args

import msgspec
from msgspec import Struct

from monitor.api.marks import CONVERSIONS, PairText
from monitor.api.text import (
    BadText,
    format_conversions,
    format_pairs,
    parse_conversions,
    parse_pairs,
)
from monitor.core import documents
from monitor.core.errors import invalid
from monitor.redact import Redactor

if TYPE_CHECKING:
    from monitor.core.context import Services
    from monitor.core.runs.run import Run

ConfigT = TypeVar("ConfigT", bound=Struct)

_NAME = re.compile(r"\[\[(\$?[A-Za-z_][A-Za-z0-9_.-]*)\]\]")
"""Neither `[[ -f x ]]` of a shell nor `[[:alpha:]]` is one."""
_WORDS = frozenset({"command", "extra_args"})
"""Fields that agents split into words as a shell does."""
_PLACE = re.compile("\ue000(\\d+)\ue001")
"""Where a secret goes once the words around it are split; from a range that no text uses."""


@dataclass(frozen=True)
class Values:
    """What names stand for. A plain variable goes before a secret of the same name."""

    variables: Mapping[str, str]
    secrets: Mapping[str, str]
    """The settings' `secrets`, overridden by variables that are secret."""


@dataclass(frozen=True)
class Filled(Generic[ConfigT]):
    """A config without names, and the variables and secrets that were used."""

    config: ConfigT
    variables: dict[str, str]
    secrets: dict[str, str]


def values(app: Services) -> Values:
    """The variables and secrets that there are now."""
    stored = list(app.memory.table(documents.VARIABLES).values())
    return Values(
        variables={one.name: one.value for one in stored if not one.is_secret},
        secrets={
            **app.settings.secrets,
            **{one.name: one.value for one in stored if one.is_secret},
        },
    )


def fill(config: ConfigT, fields: Sequence[str], values: Values) -> Filled[ConfigT]:
    """The config with all names in `fields` replaced. Raises 400 naming the field and what is missing.

    A field is a text or a list of texts; `pre_build.command` is one inside of another. Names beyond those of
    variables (`$VERSION`) are looked up in `values.variables` too.
    """
    used = _Used(values)
    filled: Any = config
    for field in fields:
        filled = _replaced(filled, field.split("."), field, used)
    return Filled(cast("ConfigT", filled), used.variables, used.secrets)


async def interpolate(
    run: Run, config: ConfigT, fields: Sequence[str], extra: Mapping[str, str] | None = None
) -> ConfigT:
    """`fill` for a run: what was used is logged, secrets by name alone, and kept out of the run's output.

    Raises 400. Fit to be called where a job's command is made: secrets are not stored.
    """
    known = values(run.ctx.app)
    if extra:
        known = replace(known, variables={**known.variables, **extra})
    filled = fill(config, fields, known)
    run.secrets.update(filled.secrets)
    if filled.variables:
        lines = (f"{name} => {value}" for name, value in sorted(filled.variables.items()))
        await run.log("Interpolate Variables", Redactor(known.secrets).mask("\n".join(lines)))
    if filled.secrets:
        names = "\n".join(f"replaced: {name}" for name in sorted(filled.secrets))
        await run.log("Interpolate Secrets", names)
    return filled.config


class _Used:
    """Gives values by name, and remembers which it gave."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self.variables: dict[str, str] = {}
        self.secrets: dict[str, str] = {}

    def fill(self, text: str, field: str) -> str:
        return _NAME.sub(lambda found: self._value(found[1], field), text)

    def fill_words(self, text: str, field: str) -> str:
        """A variable may be several words. A secret is a part of one, whatever blanks and quotes it holds."""
        kept: dict[str, str] = {}

        def take(found: re.Match[str]) -> str:
            value = self._value(found[1], field)
            if found[1] in self._values.variables:
                return value
            kept[str(len(kept))] = value
            return f"\ue000{len(kept) - 1}\ue001"

        filled = _NAME.sub(take, text)
        if not kept:
            return filled
        try:
            words = shlex.split(filled)
        except ValueError as error:
            raise invalid(f"{field} can't be split into words: {error}") from error
        return shlex.join(_PLACE.sub(lambda at: kept.get(at[1], at[0]), word) for word in words)

    def _value(self, name: str, field: str) -> str:
        if name in self._values.variables:
            return self.variables.setdefault(name, self._values.variables[name])
        if name in self._values.secrets:
            return self.secrets.setdefault(name, self._values.secrets[name])
        raise invalid(f"{field}: there is no variable or secret named {name}")


def _replaced(config: Any, path: Sequence[str], field: str, used: _Used) -> Any:
    name, *deeper = path
    value = getattr(config, name)
    fill = used.fill_words if field in _WORDS else used.fill
    if deeper:
        made = _replaced(value, deeper, field, used)
    elif not isinstance(value, str):
        made = tuple(fill(text, field) for text in value)
    elif forms := _pair_forms(cast("type[Struct]", type(config)), name):
        made = _filled_pairs(value, *forms, field, used)
    else:
        made = fill(value, field)
    return config if made == value else msgspec.structs.replace(config, **{name: made})


Pairs = Sequence[tuple[str, str]]
_Forms = tuple[Callable[[str], Pairs], Callable[[Pairs], str]]


def _filled_pairs(
    text: str,
    parse: Callable[[str], Pairs],
    make: Callable[[Pairs], str],
    field: str,
    used: _Used,
) -> str:
    try:
        pairs = parse(text)
    except BadText as error:
        raise invalid(f"{field}: {error}") from error
    filled = [(used.fill(key, field), used.fill(value, field)) for key, value in pairs]
    return text if filled == list(pairs) else make(filled)


@cache
def _pair_forms(type_: type[Struct], name: str) -> _Forms | None:
    """How a text of pairs is read and written; None for any other text."""
    found = next(field for field in msgspec.structs.fields(type_) if field.name == name)
    mark = next((mark for mark in get_args(found.type)[1:] if isinstance(mark, PairText)), None)
    if mark is None:
        return None
    if mark == CONVERSIONS:
        return parse_conversions, format_conversions
    return parse_pairs, lambda pairs: format_pairs(pairs, mark.separator)
