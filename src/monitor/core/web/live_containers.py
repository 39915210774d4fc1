"""The live list of all containers, whose figures move all the time."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from monitor.core.web.live_rows import ContainerRow, ContainerRows
from monitor.core.web.live_topics import ROUTINE, RowsTopic, Spawn


class ContainersTopic(RowsTopic):
    """Where nothing but the figures of a row is another, nothing but these is made and compared."""

    def __init__(self, name: str, seq: int, spawn: Spawn, source: ContainerRows) -> None:
        super().__init__(name, seq, spawn, source)
        self._containers = source
        self._sampled: set[str] = set()

    def sample(self, identities: set[str]) -> None:
        """The figures of these rows may be others."""
        self._sampled |= identities.difference(self._dirty).difference(self._urgent)
        self._dirty |= identities
        self.schedule(ROUTINE)

    def touch(self, identity: str, *, urgent: bool = True) -> None:
        """All of a row may be another."""
        self._sampled.discard(identity)
        super().touch(identity, urgent=urgent)

    def touch_all(self) -> None:
        """Any row may be another."""
        self._sampled.clear()
        super().touch_all()

    def _look(self, identity: str, old: Struct | None) -> tuple[Struct | None, dict[str, Any]]:
        if identity not in self._sampled:
            return super()._look(identity, old)
        self._sampled.discard(identity)
        if not isinstance(old, ContainerRow):
            return super()._look(identity, old)
        stats = self._containers.figures(identity)
        if stats is None or stats == old.stats:
            return old, {}
        return replace(old, stats=stats), {"stats": stats}
