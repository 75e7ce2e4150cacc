"""What everything about the groups of desks stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot

    from bot.channels.telegram.desks.groups import DeskGroups
    from bot.escalation.casework import Casework
    from bot.store.boxes.boxes import Boxes
    from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Ground:
    """The bot, what it keeps, and the desks.

    Attributes:
        bot: who speaks.
        store: where everything is written.
        boxes: of this bot.
        groups: of the desks.
        casework: works on the tickets, with the desks as they are now.
    """

    bot: Bot
    store: Store
    boxes: Boxes
    groups: DeskGroups
    casework: Callable[[], Casework]

    @property
    def source(self) -> str:
        """Channel and account."""
        return self.boxes.source
