"""Has things sent besides the replies: to other chats, or later."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.escalation.desks import BUREAU, MAIL
from bot.store.boxes.letters import Letter
from bot.store.tickets.boxes import note_box
from bot.store.tickets.copies import put_copy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation.messages import About, Delivery, Recipient
    from bot.escalation.tickets import Place
    from bot.store.pseudonym import Pseudonym
    from bot.store.store import Store, Transaction

_log = logging.getLogger(__name__)


class Deliveries:
    """Puts what is to be sent into the outbox of the channel that sends it.

    Args:
        store: with the outboxes.
        sources: the channels that are served, each with its source: channel and account.
    """

    def __init__(self, store: Store, sources: Mapping[str, str]) -> None:
        self._store = store
        self._sources = dict(sources)

    async def put(self, transaction: Transaction, deliveries: Sequence[Delivery]) -> None:
        """In a transaction: these are to be sent, each in its time; nothing is sent before it ends.

        What no channel here can send is logged and left out: a reply must not fail for it.
        """
        for delivery in deliveries:
            source = self._sources.get(delivery.to.channel)
            if source is None and not self._is_read_where_it_is(delivery):
                _log.error("Nothing can be sent by %s: it is not served.", delivery.to.channel)
            elif delivery.about is not None:
                await self._put_about(transaction, source, delivery, delivery.about)
            elif source is not None and not delivery.reply.is_empty:
                await self._put(transaction, source, delivery)

    async def _put(self, transaction: Transaction, source: str, delivery: Delivery) -> None:
        await self._store.outbox(source).put(
            transaction,
            self._name(delivery.to),
            [_letter(delivery).to_dict()],
            not_before=delivery.not_before,
        )

    async def _put_about(
        self, transaction: Transaction, source: str | None, delivery: Delivery, about: About
    ) -> None:
        """What belongs to a ticket, with the note of where its message is copied to."""
        number, mail = None, delivery.to.channel == MAIL
        if mail and about.for_desk and source is not None:
            box = self._name(delivery.to)
            vault = self._store.vault
            await note_box(transaction, vault, about.ticket, box, delivery.to.chat)
        if source is not None:
            number = await self._store.outbox(source).put_about(
                transaction,
                self._lane(delivery.to, about),
                _letter(delivery).to_dict(),
                about.ticket,
                delivery.not_before,
                message=about.message,
            )
        # What an asker gets by mail too stands in their chat, where it is counted.
        is_copy = about.for_desk or not mail
        if is_copy and about.message and about.act in {"head", "message"}:
            place: Place = "mail" if mail else "topic"
            there = source or "", self._name(delivery.to)
            await put_copy(transaction, about, number, *there, at_desk=place)

    def _name(self, to: Recipient) -> str:
        return to.pseudonym or self._store.pseudonym.of(to.channel, to.chat)

    def _lane(self, to: Recipient, about: About) -> str:
        """What is sent in order: at a desk, each ticket by itself, so that none holds up others."""
        if not about.for_desk:
            return self._name(to)
        return desk_lane(self._store.pseudonym, to.channel, to.chat, about.ticket)

    @staticmethod
    def _is_read_where_it_is(delivery: Delivery) -> bool:
        """Whether it is read in the ticket: by a desk in the bureau, by an asker elsewhere."""
        by_desk = delivery.to.channel == BUREAU
        return by_desk or (delivery.about is not None and not delivery.about.for_desk)


def desk_lane(pseudonym: Pseudonym, channel: str, chat: str, ticket: int) -> str:
    """The name under which what goes to a desk about one ticket waits in order."""
    return pseudonym.of(channel, f"{chat}#{ticket}")


def _letter(delivery: Delivery) -> Letter:
    to = delivery.to
    return Letter(delivery.reply, {"chat": to.chat} if to.chat else {}, delivery.about)
