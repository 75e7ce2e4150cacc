"""The last message of a chat, read while the next one is thought about."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from bot.conversation.follow_ups import RECENT
from bot.conversation.turns import TEXT
from bot.store import StoreError
from bot.store.tables import turns

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
    from bot.store.pseudonym import Pseudonym
    from bot.store.writer import Writer

_log = logging.getLogger(__name__)


class SqlRecall:
    """A ``bot.conversation.ports.Recall``, in a short transaction of its own.

    Args:
        writer: of the store.
        pseudonym: names the chats.
    """

    def __init__(self, writer: Writer, pseudonym: Pseudonym) -> None:
        self._writer = writer
        self._pseudonym = pseudonym

    async def last_message(self, incoming: Incoming) -> str:
        """The scrubbed text of the chat's message before this one; empty without a recent one.

        The update of ``incoming`` itself, which may have been written before, is passed over.
        """
        number = incoming.update_id
        others = turns.c.update_id.not_in([] if number is None else [number, ~number])
        last = (
            select(turns.c.kind, turns.c.text)
            .where(
                turns.c.chat == self._pseudonym.of(incoming.channel, incoming.chat),
                turns.c.at >= datetime.now(UTC) - RECENT,
                or_(turns.c.update_id.is_(None), others),
            )
            .order_by(turns.c.id.desc())
            .limit(1)
        )

        async def work(connection: AsyncConnection) -> str:
            found = (await connection.execute(last)).first()
            return str(found.text) if found and found.kind == TEXT else ""

        try:
            return await self._writer.run(work)
        except StoreError as error:
            _log.warning("The last message of a chat could not be read: %s", error)
            return ""
