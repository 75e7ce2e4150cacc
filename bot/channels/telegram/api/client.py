"""The bot as the service uses it: updates come as they are, answers are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from telegram import Bot

from bot.channels.telegram.api.request import QuietRequest, updates_of

if TYPE_CHECKING:
    from collections.abc import Sequence

CONNECTIONS = 24
"""More than are used at once; each idle one is looked at before each call."""

READ_SECONDS = 30.0
"""Seconds to wait for an answer; long, for else nobody knows whether a message went out."""

CONNECT_SECONDS = 5.0
POLL_SLACK = 10.0
"""Seconds that a poll may last beyond what was agreed."""

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")


class ServiceBot(Bot):
    """A ``telegram.Bot`` that can also fetch updates without parsing them together.

    The library parses the updates of one answer together: a single one that it cannot read would
    fail the whole answer, which Telegram would then give again, for ever.
    """

    async def fetch_updates(
        self, offset: int | None, seconds: int, allowed: Sequence[str] = ALLOWED_UPDATES
    ) -> list[dict[str, Any]]:
        """The updates from ``offset`` on, as Telegram gave them; waits up to ``seconds``.

        Raises:
            TelegramError: Telegram or the network said no, or the answer is no list of updates.
        """
        data = {"timeout": seconds, "offset": offset, "allowed_updates": list(allowed)}
        asked = {name: value for name, value in data.items() if value is not None}
        found = await self._post("getUpdates", asked, read_timeout=seconds + POLL_SLACK)
        return updates_of(found)


def build_bot(token: str, base_url: str, *, keep_alive: bool = True) -> ServiceBot:
    """A bot that talks to the Bot API at ``base_url``; nothing is sent yet.

    Args:
        token: from BotFather.
        base_url: such as ``https://api.telegram.org/bot``.
        keep_alive: whether a connection serves several calls; if not, each call opens its own.
    """
    kept = CONNECTIONS if keep_alive else 0
    return ServiceBot(
        token,
        base_url=base_url,
        request=QuietRequest(
            connection_pool_size=CONNECTIONS,
            read_timeout=READ_SECONDS,
            pool_timeout=READ_SECONDS,
            connect_timeout=CONNECT_SECONDS,
            httpx_kwargs={
                "limits": httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=kept)
            },
        ),
        get_updates_request=QuietRequest(connection_pool_size=1, connect_timeout=CONNECT_SECONDS),
    )
