"""Small values that many requests and entities share."""

from enum import StrEnum

from msgspec import Struct

from monitor.api.marks import Text


class Timelength(StrEnum):
    """A length of time by name."""

    SECONDS_1 = "1-sec"
    SECONDS_2 = "2-sec"
    SECONDS_3 = "3-sec"
    SECONDS_5 = "5-sec"
    SECONDS_10 = "10-sec"
    SECONDS_15 = "15-sec"
    SECONDS_30 = "30-sec"
    MINUTES_1 = "1-min"
    MINUTES_2 = "2-min"
    MINUTES_3 = "3-min"
    MINUTES_5 = "5-min"
    MINUTES_10 = "10-min"
    MINUTES_15 = "15-min"
    MINUTES_30 = "30-min"
    HOURS_1 = "1-hr"
    HOURS_2 = "2-hr"
    HOURS_3 = "3-hr"
    HOURS_6 = "6-hr"
    HOURS_8 = "8-hr"
    HOURS_12 = "12-hr"
    DAYS_1 = "1-day"
    DAYS_2 = "2-day"
    DAYS_3 = "3-day"
    WEEKS_1 = "1-wk"
    WEEKS_2 = "2-wk"
    DAYS_30 = "30-day"


class TerminationSignal(StrEnum):
    """The signal that ends a container. Also accepted by its number."""

    SIGHUP = "SIGHUP"
    SIGINT = "SIGINT"
    SIGQUIT = "SIGQUIT"
    SIGTERM = "SIGTERM"

    @classmethod
    def _missing_(cls, value: object) -> "TerminationSignal | None":
        numbers = {
            "1": cls.SIGHUP,
            "2": cls.SIGINT,
            "3": cls.SIGQUIT,
            "15": cls.SIGTERM,
        }
        return numbers.get(str(value))


class SearchCombinator(StrEnum):
    """Whether a line must hold all terms of a search or any of them."""

    OR = "Or"
    AND = "And"


class Serror(Struct, frozen=True, kw_only=True):
    """An error: what went wrong, and what caused that, one cause a line."""

    error: str
    trace: tuple[str, ...]


class NoData(Struct, frozen=True, kw_only=True):
    """Nothing; an empty object on the wire."""


class Version(Struct, frozen=True, order=True):
    """A build's version. 0.0.0 means none, or the latest. Also accepted as `"1.2.3"`."""

    major: int = 0
    minor: int = 0
    patch: int = 0


class SystemCommand(Struct, frozen=True, kw_only=True):
    """A command that users wrote, run by a shell on a server. Without `command` nothing is run."""

    path: str = ""
    """The folder it runs in, relative to the clone."""
    command: Text = ""
    """One or more lines; unless `shell_mode`, each line is run only if the one before it succeeded."""
    shell_mode: bool = False
    """Give the text to the shell as it stands."""
