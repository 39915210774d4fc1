"""The marks a swap leaves on containers, by which a later agent knows how far it got: names and labels."""

import re

from msgspec import Struct

from monitor.periphery.deploy import CONTAINER_NAME
from monitor.periphery.seen import Seen

NEXT, OLD, FAILED = ".monitor-next", ".monitor-old", ".monitor-failed"
"""Behind a name: the new container until its turn, the old one after its turn, the new one while the old comes back."""
LEFT = re.compile(f"{CONTAINER_NAME.pattern}({'|'.join(map(re.escape, (NEXT, OLD, FAILED)))})")
AGENT = "monitor.swap.agent"
OLD_ID = "monitor.swap.old-id"
OLD_NAME = "monitor.swap.old-name"
OLD_RAN = "monitor.swap.old-ran"
OLD_RESTART = "monitor.swap.old-restart"


class Before(Struct, frozen=True):
    """What the old container was before the swap."""

    id: str
    name: str
    ran: str
    restart: str

    def labels(self) -> dict[str, str]:
        """How the new container remembers it."""
        return {
            OLD_ID: self.id,
            OLD_NAME: self.name,
            OLD_RAN: self.ran,
            OLD_RESTART: self.restart,
        }

    @property
    def restarts(self) -> bool:
        """Whether the engine starts it again by itself."""
        return self.restart != "no"

    def is_touched(self, old: Seen) -> bool:
        """Whether a swap has begun with the old container."""
        return old.name != self.name or old.restart != self.restart


def before(old: Seen) -> Before:
    """What `old` is now."""
    state = old.State
    ran = "paused" if state.Paused else "yes" if state.Running or state.Restarting else "no"
    return Before(old.Id, old.name, ran, old.restart)


def remembered(new: Seen) -> Before | None:
    """What `new` remembers of the container it replaces."""
    labels = new.labels
    if OLD_ID not in labels:
        return None
    return Before(
        labels[OLD_ID],
        labels.get(OLD_NAME, base_of(new.name)),
        labels.get(OLD_RAN, "yes"),
        labels.get(OLD_RESTART, "no"),
    )


def base_of(name: str) -> str:
    """The name without what a swap put behind it."""
    return name.removesuffix(NEXT).removesuffix(OLD).removesuffix(FAILED)
