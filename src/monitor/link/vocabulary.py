"""All that Core and agents of this version say to each other."""

from __future__ import annotations

from monitor.link.commands import AnyCommand
from monitor.link.events import AnyEvent
from monitor.link.frames import Vocabulary

VOCABULARY = Vocabulary(AnyCommand, AnyEvent)
