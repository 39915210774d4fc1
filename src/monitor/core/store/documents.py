"""A document's way between its Struct and the JSON text that is stored, with secret values sealed."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar, cast

import msgspec
from msgspec import UNSET, Struct
from msgspec import inspect as types

from monitor.api.ids import Oid
from monitor.core.store.encryption import Keyring, sealed_with
from monitor.core.store.protocol import CollectionSpec, Row

T = TypeVar("T", bound=Struct)

_SEALED = "$sealed"


class Documents(Generic[T]):
    """Reads and writes the stored form of one collection's documents: JSON without `_id`."""

    def __init__(self, spec: CollectionSpec[T], keys: Keyring) -> None:
        self._name = spec.name
        self._keys = keys
        self._secret = tuple((path, tuple(path.split("."))) for path in spec.secret)
        self._decoder = msgspec.json.Decoder(spec.type)
        self._id_field = _id_field(spec.type)

    def own_id(self, value: T) -> str | None:
        """The id that the value carries in its `_id`, if it does."""
        oid = getattr(value, self._id_field) if self._id_field else UNSET
        return oid.oid if isinstance(oid, Oid) else None

    def with_id(self, value: T, document: str) -> T:
        """The value carrying this id, if its type has an `_id`."""
        if self._id_field is None or self.own_id(value) == document:
            return value
        return msgspec.structs.replace(value, **{self._id_field: Oid(document)})

    def encode(self, value: T, document: str) -> str:
        """The text to store."""
        if self._id_field is not None:
            value = msgspec.structs.replace(value, **{self._id_field: UNSET})
        if not self._secret:
            return msgspec.json.encode(value).decode()
        return self.seal(msgspec.to_builtins(value), document)

    def decode(self, text: str, document: str, rev: int) -> Row[T]:
        """The row of a stored text."""
        if self._secret:
            value = msgspec.convert(self.unseal(text, document), self._decoder.type)
        else:
            value = self._decoder.decode(text)
        return Row(document, rev, self.with_id(value, document))

    def seal(self, document: dict[str, Any], document_id: str) -> str:
        """The text of a document in plain JSON form; its secret values (but null) are sealed."""
        for path, keys in self._secret:
            place = f"{self._name}/{document_id}/{path}"
            _replace(document, keys, lambda found, place=place: self._seal(found, place))
        return msgspec.json.encode(document).decode()

    def unseal(self, text: str, document_id: str) -> dict[str, Any]:
        """The plain JSON form of a stored text. Raises WrongKey."""
        document: dict[str, Any] = msgspec.json.decode(text)
        for path, keys in self._secret:
            place = f"{self._name}/{document_id}/{path}"
            _replace(document, keys, lambda found, place=place: self._unseal(found, place))
        return document

    def is_stale(self, text: str) -> bool:
        """Whether a stored text has a secret that is not sealed with the newest key."""
        document = msgspec.json.decode(text)
        return any(
            not _is_sealed(found) or sealed_with(found[_SEALED]) != self._keys.newest
            for _, keys in self._secret
            for found in _found(document, keys)
        )

    def _seal(self, found: Any, place: str) -> Any:
        return {_SEALED: self._keys.encrypt(msgspec.json.encode(found), place)}

    def _unseal(self, found: Any, place: str) -> Any:
        if not _is_sealed(found):  # stored before the field was made secret
            return found
        return msgspec.json.decode(self._keys.decrypt(found[_SEALED], place))


def _is_sealed(found: Any) -> bool:
    return isinstance(found, dict) and list(cast("dict[Any, Any]", found)) == [_SEALED]


def _id_field(root: type) -> str | None:
    found = types.type_info(root)
    if isinstance(found, types.StructType):
        for field in found.fields:
            if field.encode_name == "_id":
                return field.name
    return None


def _spots(document: Any, keys: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    """Where in the document the path leads: pairs of a dict or list and the key in it."""
    key, rest = keys[0], keys[1:]
    places: Iterable[Any]
    if isinstance(document, dict):
        mapping = cast("dict[str, Any]", document)
        places = list(mapping) if key == "*" else [key] if key in mapping else []
    elif isinstance(document, list) and key == "*":
        places = range(len(cast("list[Any]", document)))
    else:
        return
    holder = cast("Any", document)
    for place in places:
        if rest:
            yield from _spots(holder[place], rest)
        elif holder[place] is not None:
            yield holder, place


def _replace(document: Any, keys: tuple[str, ...], change: Callable[[Any], Any]) -> None:
    for holder, place in _spots(document, keys):
        holder[place] = change(holder[place])


def _found(document: Any, keys: tuple[str, ...]) -> Iterator[Any]:
    for holder, place in _spots(document, keys):
        yield holder[place]
