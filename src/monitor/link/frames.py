"""What goes over a sealed link: one frame a message, as msgpack arrays that begin with the frame's name.

Fields are only ever added at the end, with defaults: an older peer ignores them. Ids are chosen by the side that calls.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct

from monitor.link.base import Command, CommandFailed, StreamCommand, reply_type
from monitor.link.errors import CallFailed, LinkLost

MAX_FRAME = 4 * 1024 * 1024
"""Bytes of one encoded frame."""

Id = Annotated[int, Meta(ge=0, le=2**62)]
Bytes = Annotated[int, Meta(ge=0, le=2**40)]


class FrameTooLarge(CommandFailed):
    """What was to be sent does not fit in a frame."""

    def __init__(self, size: int) -> None:
        super().__init__("too_large", f"{size} bytes are more than the {MAX_FRAME} of a frame")


class Call(Struct, frozen=True, array_like=True, tag=True):
    """Do `command`. For a stream, `credit` is how many bytes of items may be sent at first."""

    id: Id
    command: Raw
    credit: Bytes = 0


class Reply(Struct, frozen=True, array_like=True, tag=True):
    """The answer to a call, or the good end of a stream."""

    id: Id
    result: Raw


class Failed(Struct, frozen=True, array_like=True, tag=True):
    """A call or stream ended badly."""

    id: Id
    code: str
    message: str


class Chunk(Struct, frozen=True, array_like=True, tag=True):
    """One item of a stream; its size is taken from the credit."""

    id: Id
    item: Raw


class Cancel(Struct, frozen=True, array_like=True, tag=True):
    """The caller does not want an answer any more."""

    id: Id


class EventFrame(Struct, frozen=True, array_like=True, tag="Event"):
    """Something that happened; its size is taken from the credit of id 0."""

    event: Raw


class Credit(Struct, frozen=True, array_like=True, tag=True):
    """`bytes` more may be sent on stream `id`, or as events if it is 0."""

    id: Id
    bytes: Bytes


class Ping(Struct, frozen=True, array_like=True, tag=True):
    """Ask whether the peer is there, and what time it is."""

    number: Id


class Pong(Struct, frozen=True, array_like=True, tag=True):
    """The answer to the ping of the same number, with the answerer's time in ms since 1970."""

    number: Id
    now_ms: float


class Bye(Struct, frozen=True, array_like=True, tag=True):
    """The last frame of a link that is closed on purpose."""

    reason: str


FRAMES = (Call, Reply, Failed, Chunk, Cancel, EventFrame, Credit, Ping, Pong, Bye)
Frame = Call | Reply | Failed | Chunk | Cancel | EventFrame | Credit | Ping | Pong | Bye

_NAMES = frozenset("Event" if frame is EventFrame else frame.__name__ for frame in FRAMES)
_encoder = msgspec.msgpack.Encoder()
_frames: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)

UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What decoding hostile bytes may raise."""


def pack(value: object) -> Raw:
    """Encode a payload for a frame."""
    return Raw(_encoder.encode(value))


def encode_frame(frame: Frame) -> bytes:
    """Encode a frame. FrameTooLarge if it is over MAX_FRAME."""
    data = _encoder.encode(frame)
    if len(data) > MAX_FRAME:
        raise FrameTooLarge(len(data))
    return data


def decode_frame(data: bytes) -> Frame | None:
    """Decode a frame; None for one of a kind that is not known here. LinkLost if it is no frame."""
    try:
        return _frames.decode(data)
    except UNREADABLE as error:
        if _is_unknown(data):
            return None
        raise LinkLost(f"the peer sent what is no frame: {error}") from error


def _is_unknown(data: bytes) -> bool:
    try:
        match msgspec.msgpack.decode(data):
            case [str(name), *_]:
                return name not in _NAMES
            case _:
                return False
    except UNREADABLE:
        return False


_UNKNOWN_TAG = re.compile(r"Invalid value '(\w+)' - at `\$(?:\.\w+)*\.type`$")
"""What msgspec says of a tagged struct it does not know."""


class Vocabulary:
    """The commands and events a side understands, each given as a union of tagged structs."""

    def __init__(self, commands: Any, events: Any) -> None:
        self._commands: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(commands)
        self._events: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(events)

    def command(self, raw: Raw) -> Any:
        """Decode a command. CommandFailed `unknown_command` or `bad_command`."""
        try:
            return self._commands.decode(raw)
        except UNREADABLE as error:
            if unknown := _UNKNOWN_TAG.match(str(error)):
                message = f"{unknown[1]} is not known to this version"
                raise CommandFailed("unknown_command", message) from error
            raise CommandFailed("bad_command", f"the command cannot be read: {error}") from error

    def event(self, raw: Raw) -> Any | None:
        """Decode an event; None for one that is not known here or not readable."""
        try:
            return self._events.decode(raw)
        except UNREADABLE:
            return None


@cache
def _answers(command: type[Command[Any] | StreamCommand[Any]]) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(reply_type(command))


def decode_answer(command: type[Command[Any] | StreamCommand[Any]], raw: Raw) -> Any:
    """Decode what a command was answered with. CallFailed `bad_answer`."""
    try:
        return _answers(command).decode(raw)
    except UNREADABLE as error:
        message = f"the answer to {command.__name__} cannot be read: {error}"
        raise CallFailed("bad_answer", message) from error
