"""Asks the mailboxes of desks to delete an erased ticket: a mail cannot be called back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.messages import About, Delivery, Recipient
from bot.conversation.replies import desk_notes
from bot.escalation.desks import MAIL
from bot.store.rounds import look_again
from bot.store.tickets.boxes import boxes_to_ask, mark_asked

if TYPE_CHECKING:
    import asyncio

    from bot.store.deliveries import Deliveries
    from bot.store.store import Store, Transaction

LOOK_SECONDS = 5.0
AT_ONCE = 20


class BoxEraser:
    """Has each mailbox that has an erased ticket asked once to delete it.

    Args:
        store: with the tickets.
        deliveries: takes the mails.
    """

    def __init__(self, store: Store, deliveries: Deliveries) -> None:
        self._store = store
        self._deliveries = deliveries

    async def run(self, stop: asyncio.Event) -> None:
        """Look for mailboxes to ask until ``stop`` is set; what fails is tried again."""
        what = "What is to be asked of mailboxes"
        await look_again(self._ask_everybody, stop, what, every=LOOK_SECONDS)

    async def _ask_everybody(self) -> None:
        while await self.ask_all() == AT_ONCE:
            pass

    async def ask_all(self) -> int:
        """Put a mail for each mailbox that is to be asked now into the outbox; how many.

        The mark and the mail are one transaction, whichever process does it: after a kill a mailbox
        is asked, or is still to be asked.

        Raises:
            StoreError: the database cannot be used.
        """
        return await self._store.write(self._ask)

    async def _ask(self, transaction: Transaction) -> int:
        asked = 0
        for box in await boxes_to_ask(transaction, self._store.vault, AT_ONCE):
            if not await mark_asked(transaction, box):
                continue
            asked += 1
            to = Recipient(MAIL, box.address, box.box)
            request = desk_notes.erasure_request(box.number)
            about = About(box.ticket_id, "delete", for_desk=True)
            if box.address:
                await self._deliveries.put(transaction, [Delivery(to, request, about=about)])
        return asked
