"""Answers to writes that came with an Idempotency-Key: the same key gives the same answer, and nothing is done twice."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import msgspec
from msgspec import Struct

from monitor.api import codec
from monitor.api.base import Request, answer_of
from monitor.core.context import Context
from monitor.core.errors import conflict
from monitor.core.store.protocol import (
    Collection,
    CollectionSpec,
    Duplicate,
    Store,
    parse_filter,
)

AnswerT = TypeVar("AnswerT")

KEPT_MS = 24 * 3600 * 1000
"""How long an answer can be had again."""
_AT_ONCE = 100


class Answer(Struct, frozen=True, kw_only=True):
    """What a write was answered with. `asked` is a hash of the request: parameters may hold secrets."""

    operator: str
    key: str
    request: str
    asked: str
    answer: Any
    ts: int


ANSWERS = CollectionSpec(
    "answers",
    Answer,
    unique=(("operator", "key"),),
    indexes=(("ts",),),
    secret=("answer",),
)


class Answers:
    """Kept for a day. Failures are not kept: what failed may be tried again."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def once(
        self,
        request: Request[AnswerT],
        key: str,
        ctx: Context,
        do: Callable[[], Awaitable[AnswerT]],
    ) -> AnswerT:
        """What `do` answers, or answered before. Raises 409 where the key came with another request."""
        async with self._turns.setdefault((ctx.caller.id, key), asyncio.Lock()):
            answers = ctx.app.store.collection(ANSWERS)
            asked = _hash(request)
            before = await _find(answers, ctx.caller.id, key)
            if before is not None:
                if before.asked != asked:
                    raise conflict("This Idempotency-Key came with another request before")
                return msgspec.convert(before.answer, answer_of(type(request)))
            value = await do()
            kept = Answer(
                operator=ctx.caller.id,
                key=key,
                request=type(request).__name__,
                asked=asked,
                answer=msgspec.to_builtins(value),
                ts=ctx.app.now(),
            )
            with suppress(Duplicate):  # by a Core before this one, at its end
                await answers.insert(kept)
            await _forget_old(ctx.app.store, ctx.app.now())
            return value


def _hash(request: Request[Any]) -> str:
    text = type(request).__name__.encode() + b" " + codec.encode(request)
    return hashlib.sha256(text).hexdigest()


async def _find(answers: Collection[Answer], operator: str, key: str) -> Answer | None:
    rows = await answers.find(parse_filter({"operator": operator, "key": key}, Answer), limit=1)
    return rows[0].value if rows else None


async def _forget_old(store: Store, now: int) -> None:
    answers = store.collection(ANSWERS)
    old = parse_filter({"ts": {"$lt": now - KEPT_MS}}, Answer)
    for row in await answers.find(old, limit=_AT_ONCE):
        await answers.delete(row.id)
