"""A ticket before it is one: shown as the desk will see it, added to, and sent or dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.messages import Outcome, Reply
from bot.conversation.replies import asker_mail as mail_said
from bot.conversation.replies import previews
from bot.conversation.replies import tickets as said
from bot.escalation.addresses import keep_address, may_leave_address
from bot.escalation.consent import give_consent
from bot.escalation.limits import Refused
from bot.escalation.masking import all_for_desk, keep_contact
from bot.escalation.tickets import NewMessage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.messages import Incoming
    from bot.conversation.ticket_choices import TicketChoice
    from bot.escalation.casework import Casework
    from bot.escalation.ports import Records
    from bot.escalation.ticket_work import Done
    from bot.escalation.tickets import Draft, Ticket
    from kb.entries import Desk

GOING_ON = timedelta(minutes=previews.DETAIL_MINUTES)
"""How long after a detail the next message is one too."""


class Drafting:
    """Prepares tickets with their askers.

    Args:
        casework: opens them.
    """

    def __init__(self, casework: Casework) -> None:
        self._casework = casework
        self._on: dict[str, Callable[[Records, Incoming, Draft], Awaitable[Reply]]] = {
            "detail": self._ask_for_detail,
            "contact": self._show_contact,
            "anonymous": self._hide_contact,
            "desks": self._choose_desk,
            "cancel": self._cancel,
        }

    async def begin(self, records: Records, incoming: Incoming, draft: Draft) -> Reply:
        """Keep a draft and show it; without a question, ask for one; without a desk, for that."""
        staffed = self._casework.desks.list_staffed()
        if not draft.desk and len(staffed) == 1:
            draft = replace(draft, desk=staffed[0].id)
        waiting = replace(draft, awaiting_detail=not draft.texts, awaiting_mail=False)
        await records.drafts.put(incoming, waiting, self._casework.clock())
        desk = self._casework.desks.find(draft.desk)
        if not draft.texts:
            return previews.ask_for_question(desk)
        if desk is None:
            texts = self.seen_by_desk(draft)
            shown = previews.preview_for_any(staffed, texts, shows_contact=draft.show_contact)
        else:
            shown = await self._preview(records, desk, draft)
        if not may_leave_address(self._casework, incoming):
            return shown
        return mail_said.offer_in_preview(shown, draft.mail)

    async def add_detail(
        self, records: Records, incoming: Incoming, desk: str = ""
    ) -> Reply | None:
        """The draft with a message as a detail; None when no draft waits for one.

        People write in several messages: what follows within ``GOING_ON`` is a detail too.

        Args:
            records: of the transaction.
            incoming: the message.
            desk: id of the one that its words lead to, for a draft without one.
        """
        draft = await records.drafts.get(incoming)
        at = self._casework.clock()
        if draft is None or not (draft.awaiting_detail or at.timestamp() < draft.details_until):
            return None
        added = replace(
            draft,
            texts=(*draft.texts, keep_contact(incoming.text)),
            desk=draft.desk or desk,
            details_until=(at + GOING_ON).timestamp(),
        )
        return previews.with_more_details(await self.begin(records, incoming, added))

    async def press(self, records: Records, incoming: Incoming, choice: TicketChoice) -> Outcome:
        """What a button of the preview does."""
        draft = await records.drafts.get(incoming)
        if draft is None or draft.ticket:
            return Outcome(previews.nothing_to_send())
        if choice.act == "send":
            chosen = self._named(choice.value)
            sent = replace(draft, desk=chosen.id) if chosen else draft
            return await self._send(records, incoming, sent)
        if choice.act == "to":
            return Outcome(await self._choose(records, incoming, draft, choice.value))
        return Outcome(await self._on[choice.act](records, incoming, draft))

    async def _send(self, records: Records, incoming: Incoming, draft: Draft) -> Outcome:
        if self._casework.desks.post_of(draft.desk) is None:
            return Outcome(previews.desk_is_gone())
        if not draft.texts:
            return Outcome(previews.ask_for_detail())
        texts = self.seen_by_desk(draft)
        origin = records.tickets.name_origin(incoming)
        question = NewMessage.of_asker(
            "\n\n".join(texts), origin._replace(number=None), masked=not draft.show_contact
        )
        done = await self._casework.open(records, incoming, draft, question)
        if isinstance(done, Refused):
            return Outcome(self._refusal(done))
        await records.drafts.drop(incoming)
        if draft.show_contact:
            await give_consent(records, done.ticket, self._casework.clock())
        reply = await self._with_mail(records, incoming, done, draft.mail)
        reply = await self._casework.add_receipt(records, incoming, done.ticket, reply)
        return Outcome(reply, done.deliveries)

    async def _with_mail(
        self, records: Records, incoming: Incoming, done: Done, address: str
    ) -> Reply:
        """What is said of a new ticket, with what becomes of the e-mail that was left for it."""
        if not may_leave_address(self._casework, incoming) or done.reply.is_empty:
            return done.reply
        if not address:
            return mail_said.offer_beside(done.reply, done.ticket.id)
        kept = await keep_address(self._casework, records, incoming, done.ticket, address)
        paragraphs = (*done.reply.paragraphs, *kept.paragraphs)
        return Reply(paragraphs, (*done.reply.buttons, *kept.buttons))

    def _refusal(self, refused: Refused) -> Reply:
        if refused.ticket is not None:
            ticket: Ticket = refused.ticket
            return said.already_open(ticket.number, self._casework.name(ticket), ticket.id)
        if refused.why == "today":
            return said.too_many_today(self._casework.limits.a_day)
        return said.refusal_of_blocked()

    async def _choose(self, records: Records, incoming: Incoming, draft: Draft, key: str) -> Reply:
        found = self._named(key)
        if found is None:
            return previews.desk_is_gone()
        return await self.begin(records, incoming, replace(draft, desk=found.id))

    def _named(self, key: str) -> Desk | None:
        """The desk that answers here and has this key."""
        desks = self._casework.desks.list_staffed()
        return next((desk for desk in desks if choices.key(desk.id) == key), None)

    async def _ask_for_detail(self, records: Records, incoming: Incoming, draft: Draft) -> Reply:
        waiting = replace(draft, awaiting_detail=True, awaiting_mail=False)
        await records.drafts.put(incoming, waiting, self._casework.clock())
        return previews.ask_for_detail()

    async def _show_contact(self, records: Records, incoming: Incoming, draft: Draft) -> Reply:
        shown = replace(draft, show_contact=True)
        if _hides_contact(draft):
            return await self.begin(records, incoming, shown)
        # The journal keeps none: whoever wants to be reached says how.
        await self._ask_for_detail(records, incoming, shown)
        return previews.ask_for_contact()

    async def _hide_contact(self, records: Records, incoming: Incoming, draft: Draft) -> Reply:
        return await self.begin(records, incoming, replace(draft, show_contact=False))

    async def _choose_desk(self, records: Records, incoming: Incoming, draft: Draft) -> Reply:  # noqa: ARG002 - as its siblings
        return self._desks_to_choose()

    async def _cancel(self, records: Records, incoming: Incoming, draft: Draft) -> Reply:  # noqa: ARG002 - as its siblings
        await records.drafts.drop(incoming)
        return previews.cancellation()

    def _desks_to_choose(self) -> Reply:
        return previews.choose_desk(self._casework.desks.list_staffed(), all_contacts=True)

    async def _preview(self, records: Records, desk: Desk, draft: Draft) -> Reply:
        return previews.preview(
            desk,
            self.seen_by_desk(draft),
            draft.answer,
            await self._casework.promise_of(records, desk),
            shows_contact=draft.show_contact,
            other_desks=len(self._casework.desks.list_staffed()) > 1,
        )

    @staticmethod
    def seen_by_desk(draft: Draft) -> list[str]:
        """The texts of a draft as the desk sees them."""
        return all_for_desk(draft.texts, show_contact=draft.show_contact)


def _hides_contact(draft: Draft) -> bool:
    """Whether something in the draft is masked that could be shown."""
    return all_for_desk(draft.texts) != list(draft.texts)
