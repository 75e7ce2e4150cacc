"""Who may act for a desk: people who are in its group, by their numeric id, and nobody else."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from telegram import ChatMemberRestricted
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.api.retrying import seconds_of
from bot.ops.retrying import growing_wait, retry

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot, ChatMember

    from bot.channels.telegram.desks.desk_events import DeskPressed, DeskSaid

KNOWN_SECONDS = 60.0
"""How long somebody who was in the group is taken to be there still."""

WAITS = (0.5, 5.0)
TRIES = 6
_INSIDE = frozenset(
    {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER}
)
_log = logging.getLogger(__name__)


class Authority:
    """Asks Telegram who is in a group, and remembers it for a while.

    Args:
        bot: asks.
        clock: seconds that only grow.
    """

    def __init__(self, bot: Bot, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._clock = clock
        self._inside: dict[tuple[int, int], float] = {}

    async def admits(self, event: DeskSaid | DeskPressed) -> bool:
        """Whether the desk has acted; a refusal is logged, without a name."""
        why = await self._refusal(event)
        if why:
            _log.warning("Something in a desk's group was refused: %s.", why)
        return not why

    async def _refusal(self, event: DeskSaid | DeskPressed) -> str:
        refused = getattr(event, "refused", "")
        if refused:
            return f"it came from a {refused}" if refused != "forward" else "it was forwarded"
        if getattr(event, "anonymous", False):
            return ""
        sender = event.sender
        if sender is None:
            return "nobody has sent it"
        inside = await self.is_member(event.chat, sender.id)
        return "" if inside else "its sender is not in the group"

    async def is_member(self, chat: int, person: int) -> bool:
        """Whether somebody is in a group.

        Raises:
            TelegramError: nobody can tell.
        """
        if self._inside.get((chat, person), 0.0) > self._clock():
            return True
        inside = await self._ask(chat, person)
        if inside:
            self._inside[chat, person] = self._clock() + KNOWN_SECONDS
        return inside

    async def _ask(self, chat: int, person: int) -> bool:
        tries = iter(range(1, TRIES))

        def wait(error: TelegramError) -> float | None:
            number = next(tries, None)
            if number is None or isinstance(error, BadRequest | Forbidden):
                return None
            return (
                seconds_of(error) if isinstance(error, RetryAfter) else growing_wait(*WAITS, number)
            )

        try:
            found = await retry(
                lambda: self._bot.get_chat_member(chat, person), TelegramError, wait
            )
        except (BadRequest, Forbidden) as error:
            _log.info("A member is not known (%s).", describe_answer(error))
            return False
        return found is not None and _is_inside(found)


def _is_inside(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _INSIDE
