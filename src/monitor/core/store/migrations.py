"""Changes to documents that older versions stored: numbered, pure, applied once when the database is opened."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from monitor.core.store.protocol import NewerDatabase, StoreError


class Migration(Struct, frozen=True):
    """Step `number` turns each document of a collection, in plain JSON form, into its new form.

    `secret` names paths that older versions kept encrypted and the collection's spec no longer names.
    """

    number: int
    collection: str
    change: Callable[[dict[str, Any]], dict[str, Any]]
    secret: tuple[str, ...] = ()


MIGRATIONS: tuple[Migration, ...] = ()


def version_of(migrations: Sequence[Migration]) -> int:
    """The version of a database to which these were applied. Raises StoreError if they are misnumbered."""
    numbers = [migration.number for migration in migrations]
    if numbers != list(range(1, len(numbers) + 1)):
        raise StoreError("migrations are numbered from 1, in order, without gaps")
    return len(numbers)


def pending(migrations: Sequence[Migration], version: int) -> Sequence[Migration]:
    """Those that a database of this version still needs. Raises NewerDatabase."""
    newest = version_of(migrations)
    if version > newest:
        raise NewerDatabase(
            f"the database has version {version}, this Monitor knows up to {newest}: "
            "run the newer Monitor, or restore the backup that it made before upgrading"
        )
    return migrations[version:]
