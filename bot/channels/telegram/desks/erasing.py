"""Takes the topics of erased tickets away from the groups of desks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.ops.waiting import wait_at_most
from bot.store import StoreError

if TYPE_CHECKING:
    import asyncio

    from bot.channels.telegram.desks.ground import Ground
    from bot.escalation.ports import Topic
    from bot.store.store import Transaction

LOOK_SECONDS = 5.0
AT_ONCE = 20
_log = logging.getLogger(__name__)


class TopicEraser:
    """Deletes what stands at desks of tickets that are erased.

    Args:
        ground: with the tickets and the groups.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def run(self, stop: asyncio.Event) -> None:
        """Look for topics to delete until ``stop`` is set; what fails is tried again."""
        while not stop.is_set():
            try:
                await self.delete_all()
            except StoreError as error:
                _log.warning("Topics to delete wait for the database: %s", error)
            except TelegramError as error:
                _log.info("A topic was not deleted yet (%s).", describe_answer(error))
            await wait_at_most(LOOK_SECONDS, stop)

    async def delete_all(self) -> int:
        """Delete what is to be deleted now; how many topics there were.

        Raises:
            StoreError: the database cannot be used.
            TelegramError: Telegram cannot be reached.
        """
        ground = self._ground

        async def read(transaction: Transaction) -> list[Topic]:
            return await ground.store.records(transaction).tickets.topics_to_delete(AT_ONCE)

        found = [t for t in await ground.store.write(read) if t.source == ground.source]
        for topic in found:
            if await self._delete(topic):
                await self._note(topic)
        return len(found)

    async def _note(self, topic: Topic) -> None:
        async def write(transaction: Transaction) -> None:
            await self._ground.store.records(transaction).tickets.note_deleted(topic)

        await self._ground.store.write(write)

    async def _delete(self, topic: Topic) -> bool:
        """Whether nothing of it stands there any more, as far as can be done."""
        chat = self._ground.groups.chat_of(int(topic.post.chat))
        try:
            if topic.thread:
                await self._ground.bot.delete_forum_topic(chat, topic.thread)
            else:
                await self._delete_messages(topic, chat)
        except BadRequest as error:
            # Without the right to, it is tried again; a topic that is gone is what was wanted.
            return "rights" not in error.message.lower()
        except Forbidden:
            return False
        return True

    async def _delete_messages(self, topic: Topic, chat: int) -> None:
        """In a group without topics: every message that is known by its number."""
        for number in await self._numbers(topic):
            try:
                await self._ground.bot.delete_message(chat, number)
            except BadRequest as error:
                _log.info("A message was left in a group (%s).", describe_answer(error))

    async def _numbers(self, topic: Topic) -> list[int]:
        async def read(transaction: Transaction) -> list[int]:
            records = self._ground.store.records(transaction)
            ticket = await records.tickets.get(topic.ticket_id)
            said = await records.messages.of_ticket(ticket) if ticket else []
            copies = [
                copy for message in said for copy in await records.messages.copies(message.id)
            ]
            return [copy.number for copy in copies if copy.place == "topic" and copy.number]

        return await self._ground.store.write(read)
