"""What a call can end with instead of an answer."""

from collections.abc import Sequence


class Failed(Exception):
    """Core answered with an error: its HTTP status, sentence, code and causes."""

    def __init__(
        self, status: int, message: str, *, code: str = "", trace: Sequence[str] = ()
    ) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.code = code
        self.trace = tuple(trace)


class Unreachable(Exception):
    """Core could not be reached, or the connection was lost before its answer came."""
