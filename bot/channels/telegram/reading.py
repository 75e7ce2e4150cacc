"""The first step of the work on an update: what it is to us, and whether its chat may ask more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.telegram.desks.desk_events import read_at_desk
from bot.channels.telegram.rates import ASIDE_FACTOR, GROUP_FACTOR, Allowed
from bot.channels.telegram.updates.events import Asked, UnreadableError, chat_of, read
from bot.conversation.command_table import command_names

if TYPE_CHECKING:
    from telegram import User

    from bot.channels.telegram.desks.desk_events import DeskPressed, DeskSaid
    from bot.channels.telegram.desks.groups import DeskGroups
    from bot.channels.telegram.rates import ChatRates
    from bot.channels.telegram.updates.events import Event
    from bot.ops.metrics import Metrics
    from bot.store.boxes.inbox import Held


class Reader:
    """Reads what the inbox holds.

    Args:
        me: who we are on Telegram.
        rates: how much a chat may ask.
        metrics: counts what came in, and who asked too much.
    """

    def __init__(self, me: User, rates: ChatRates, metrics: Metrics) -> None:
        self._me = me
        self._rates = rates
        self._metrics = metrics
        self._commands = command_names()

    def read(self, held: Held) -> Event | None:
        """The event that an update is; None when it is none of our business.

        Raises:
            UnreadableError: it does not hold what Telegram documents, or cannot be opened.
        """
        if held.payload is None:
            raise UnreadableError("sealed with another key")
        return read(held.payload, self._me, self._commands)

    def read_at_desk(self, held: Held, groups: DeskGroups) -> DeskSaid | DeskPressed | None:
        """What has happened in the group of a desk; None: nothing, or not in one.

        Raises:
            UnreadableError: it does not hold what Telegram documents.
        """
        payload = held.payload or {}
        chat = chat_of(payload)
        if chat is None or groups.find(chat) is None:
            return None
        return read_at_desk(payload, self._me)

    def admit(self, held: Held, event: Event | None) -> Allowed:
        """Whether the chat gets an answer; to be asked once for an update, since it counts."""
        self._metrics.count_update(type(event).__name__.lower())
        if not isinstance(event, Asked):
            # A button was offered by ourselves: it must lead somewhere, short of a flood.
            return self._rates.ask(f"{held.chat} aside", ASIDE_FACTOR)
        allowed = self._rates.ask(held.chat, GROUP_FACTOR if event.incoming.group else 1)
        if allowed is not Allowed.YES:
            self._metrics.count_capped()
        return allowed
