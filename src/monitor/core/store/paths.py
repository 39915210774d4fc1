"""Dotted paths checked against a Struct type, and what kinds of value they lead to."""

import re
from functools import lru_cache
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec import inspect as types

Leaf = Literal["null", "bool", "number", "text", "any"]
_UNSAFE_KEY = re.compile(r"""["\\'\x00-\x1f\x7f]|^\$|^$""")
_MAX_STEPS = 16
_ONE_AND_NULL = 2


class BadFilter(ValueError):
    """A query that is refused: where in it (`path`), and `why`."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path or 'query'}: {why}")
        self.path = path
        self.why = why


class Path(Struct, frozen=True):
    """A path split where it enters a list: `(("logs",), ("stage",))` is `logs[any].stage`.

    A path that ends in a list of values has a last, empty part. `choices` are the allowed texts of an
    enum (empty: any text). `mixed`: values here may be of several types, or not single values.
    """

    dotted: str
    parts: tuple[tuple[str, ...], ...]
    leaves: frozenset[Leaf]
    choices: frozenset[str] = frozenset()
    mixed: bool = False

    @property
    def many(self) -> bool:
        """Whether a document may have several values here."""
        return len(self.parts) > 1


@lru_cache(maxsize=256)
def _type_info(root: type) -> types.Type:
    return types.type_info(root)


def parse_path(dotted: str, root: type) -> Path:
    """The path within the type. Raises BadFilter if the type has no such path or it is too odd to ask."""
    if dotted == "_id":
        return Path("_id", (("_id",),), frozenset[Leaf]({"text"}))
    keys = dotted.split(".")
    if len(keys) > _MAX_STEPS:
        raise BadFilter(dotted[:100], f"a path has at most {_MAX_STEPS} steps")
    parts: list[tuple[str, ...]] = []
    current: list[str] = []
    options = _options(_type_info(root))
    for key in keys:
        if _UNSAFE_KEY.search(key):
            raise BadFilter(dotted[:100], "is not a path")
        options, entered = _elements(options, dotted)
        if entered:
            parts.append(tuple(current))
            current = []
        options = tuple(found for option in options for found in _step(option, key))
        if not options:
            raise BadFilter(dotted[:100], "there is no such field")
        current.append(key)
    parts.append(tuple(current))
    options, entered = _elements(options, dotted)
    if entered:
        parts.append(())
        if any(isinstance(option, _LISTS) for option in options):
            raise BadFilter(dotted, "is a list of lists")
    leaves, choices = _leaves(options)
    mixed = "any" in leaves or len(leaves) > _ONE_AND_NULL or any(map(_is_container, options))
    return Path(dotted, tuple(parts), leaves, choices, mixed)


_LISTS = (types.ListType, types.VarTupleType, types.SetType, types.FrozenSetType)


def _options(found: types.Type) -> tuple[types.Type, ...]:
    if isinstance(found, types.UnionType):
        return tuple(option for each in found.types for option in _options(each))
    if isinstance(found, types.Metadata):
        return _options(found.type)
    return (found,)


def _elements(options: tuple[types.Type, ...], dotted: str) -> tuple[tuple[types.Type, ...], bool]:
    lists = [option for option in options if isinstance(option, _LISTS)]
    if not lists:
        return options, False
    if any(not isinstance(option, (*_LISTS, types.NoneType)) for option in options):
        raise BadFilter(dotted, "is sometimes a list and sometimes not")
    return tuple(o for each in lists for o in _options(each.item_type)), True


def _is_container(option: types.Type) -> bool:
    return isinstance(
        option, (types.StructType, types.TypedDictType, types.DataclassType, types.DictType)
    )


def _step(option: types.Type, key: str) -> tuple[types.Type, ...]:
    if isinstance(option, (types.StructType, types.TypedDictType, types.DataclassType)):
        if isinstance(option, types.StructType) and key == option.tag_field:
            return (types.LiteralType((option.tag,)),)
        for field in option.fields:
            if field.encode_name == key:
                return _options(field.type)
        return ()
    if isinstance(option, types.DictType):
        return _options(option.value_type)
    if isinstance(option, (types.AnyType, types.RawType)):
        return (types.AnyType(),)
    return ()


def _leaves(options: tuple[types.Type, ...]) -> tuple[frozenset[Leaf], frozenset[str]]:
    leaves: set[Leaf] = {"null"}
    choices: set[str] = set()
    free = False
    for option in options:
        match option:
            case types.BoolType():
                leaves.add("bool")
            case types.IntType() | types.FloatType() | types.DecimalType():
                leaves.add("number")
            case types.EnumType() | types.LiteralType():
                values = _values(option)
                texts = {value for value in values if isinstance(value, str)}
                choices |= texts
                leaves |= {"text"} if texts else set[Leaf]()
                leaves |= {"number"} if len(texts) < len(values) else set[Leaf]()
            case types.StrType() | types.UUIDType() | types.DateTimeType() | types.DateType():
                leaves.add("text")
                free = True
            case types.AnyType() | types.RawType():
                leaves |= {"any", "bool", "number", "text"}
                free = True
            case _:
                pass
    return frozenset(leaves), frozenset() if free else frozenset(choices)


def _values(option: types.EnumType | types.LiteralType) -> tuple[Any, ...]:
    if isinstance(option, types.EnumType):
        return tuple(member.value for member in option.cls)
    return tuple(msgspec.to_builtins(value) for value in option.values)
