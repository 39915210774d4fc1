"""A kind of resource as the contract has it: its types and its requests. Core's side of it is in `core.kinds`."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from monitor.api.target import ResourceKind


class Kind(Struct, frozen=True, kw_only=True):
    """One kind of resource."""

    name: ResourceKind
    resource: Any
    """`Resource[config, info]`, the document as stored and answered."""
    config: Any
    """What users set; a struct, or a union of tagged ones."""
    info: Any
    """What Monitor keeps about it."""
    list_item: Any
    """`ResourceListItem[list_info]`."""
    list_info: type[Struct]
    """What lists show of its state now."""
    query: Any
    """`ResourceQuery[specifics]`."""
    specifics: type[Struct]
    """By what of this kind alone a list can be filtered."""
    sort_by: type[StrEnum]
    action_state: type[Struct] | None
    """Which operations run on it now; None for a kind that nothing runs on."""
    requests: tuple[type[Any], ...]
