"""The shapes every payload on the link is built from: commands, job commands, streams and events.

A command is one frozen struct, tagged by its class name. `R` is what its answer is decoded to.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar, get_args

from msgspec import Struct

R = TypeVar("R")


class Command(Struct, Generic[R], frozen=True, kw_only=True, tag=True):
    """Something one side asks of the other; answered once with an `R`."""


class StreamCommand(Struct, Generic[R], frozen=True, kw_only=True, tag=True):
    """Something answered by any number of `R`, until either side ends it."""


class JobCommand(Struct, frozen=True, kw_only=True, tag=True):
    """Work that changes something: carried by `StartJob`, done at most once per job id."""

    def __repr__(self) -> str:
        """Say which job it is and none of its values: they may be secret."""
        return f"<{type(self).__name__}>"


class Event(Struct, frozen=True, kw_only=True, tag=True):
    """Something that happened, told without being asked (agent to Core)."""


class CommandFailed(Exception):
    """A command was understood and could not be done. `code` is for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def reply_type(command: type[Command[Any] | StreamCommand[Any]]) -> Any:
    """Give the `R` a command class was declared with, as a type msgspec can decode."""
    for base in getattr(command, "__orig_bases__", ()):
        arguments = get_args(base)
        if arguments:
            return arguments[0]
    raise TypeError(f"{command.__name__} does not say what it is answered with")


def union_of(types: tuple[type[Struct], ...]) -> Any:
    """One decodable type out of several tagged structs."""
    union: Any = types[0]
    for one in types[1:]:
        union = union | one
    return union
