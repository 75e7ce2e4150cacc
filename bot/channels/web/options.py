"""The settings of the web channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.ops.setting_types import Listen

SESSIONS_AN_ADDRESS = 2
READS_A_MESSAGE = 4
"""Times that a conversation may be read for each message that it may send."""

MESSAGES_AN_ADDRESS = 20
"""How many times the rate of one chat an address may have: whole offices share one."""

LETTERS_A_MESSAGE = 2_000
"""Characters for which a message counts once; scrubbing a longer one takes longer."""


@dataclass(frozen=True, slots=True)
class WebOptions:
    """The settings of the web channel.

    Attributes:
        listen: the address that is served.
        session_key: signs the tokens of web conversations.
        hosts: names that browsers may use; none: those of this machine when it listens there
            alone, else any.
        embed_origins: sites that may show the chat in their pages.
        chat_rate: messages a minute of one conversation.
        metrics_token: opens the metrics to other machines, and to this one when ``hosts`` are
            set; empty: to none.
        proxies: networks of the proxies that say for whom they ask, besides this machine.
    """

    listen: Listen
    session_key: bytes = field(repr=False)
    hosts: tuple[str, ...] = ()
    embed_origins: tuple[str, ...] = ()
    chat_rate: int = 30
    metrics_token: str = field(default="", repr=False)
    proxies: tuple[str, ...] = ()
