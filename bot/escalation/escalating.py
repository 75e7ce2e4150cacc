"""Who answers a chat: the desk while one of its tickets goes on, else the bot.

That is decided within the transaction that writes what follows, on tickets that nobody can change
until it ends: no answer of the bot's comes after one of the desk's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.commands import is_command, read_command
from bot.conversation.messages import Outcome, Reply
from bot.conversation.replies import asker_mail as mail_said
from bot.conversation.replies import ticket_status as status_said
from bot.conversation.replies import tickets as said
from bot.conversation.ticket_choices import parse
from bot.conversation.turns import TEXT, Prepared
from bot.escalation.addresses import may_leave_address
from bot.escalation.asker_mail import ACTS as MAIL_ACTS
from bot.escalation.asker_mail import AskerMail
from bot.escalation.channels import LOST_WHEN_CLOSED, READ_ON_REQUEST
from bot.escalation.complaints import says_unsettled
from bot.escalation.consent import has_consent
from bot.escalation.drafting import Drafting
from bot.escalation.handover import HandOver
from bot.escalation.leading import Leading
from bot.escalation.masking import for_desk, keep_contact
from bot.escalation.presses import Presses
from bot.escalation.tickets import Attachment, Draft, NewMessage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.messages import Incoming
    from bot.conversation.ports import Decider, Journal, Responder
    from bot.conversation.ticket_choices import TicketChoice
    from bot.escalation.casework import Casework
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Ticket
    from kb.entries import KnowledgeBase

MEGABYTE = 1_000_000
LISTED = 10
"""Tickets that ``/statut`` shows, the newest ones."""

PERSON = "humain"
PREVIEW = frozenset({"send", "detail", "contact", "anonymous", "desks", "to", "cancel"})


class EscalatingConversation:
    """A ``Responder`` that lets desks answer, and another one while they do not.

    Without a desk that answers here, it is the other one and nothing else.

    Args:
        responder: answers while no desk does.
        casework: works on the tickets.
        records_of: the tickets beside a journal, in its transaction.
        attachment_mb: size of a file that is passed on.
    """

    def __init__(
        self,
        responder: Responder,
        casework: Casework,
        records_of: Callable[[Journal], Records],
        attachment_mb: int = 20,
    ) -> None:
        self._largest_file = attachment_mb * MEGABYTE
        self._responder = responder
        self._casework = casework
        self._records_of = records_of
        self.drafting = Drafting(casework)
        self._presses = Presses(casework, self.drafting)
        self._mails = AskerMail(casework, self.drafting)
        self._hand_over = HandOver(responder.base, casework.desks)
        self._leading = Leading(casework, self.drafting, self._hand_over)
        self._commands: dict[str, Callable[[Records, Incoming, Journal], Awaitable[Outcome]]] = {
            "statut": self._status,
            "clore": self._close,
            "retirer": self._withdraw,
        }

    @property
    def brain(self) -> Decider:
        """The decider of the responder."""
        return self._responder.brain

    @property
    def base(self) -> KnowledgeBase:
        """The texts that it answers with."""
        return self._responder.base

    async def prepare(self, incoming: Incoming) -> Prepared:
        """As the responder does; who answers is decided later.

        What stands behind ``/humain`` is thought about as a question is: it may lead to a desk.
        """
        words = _words_for_person(incoming) if self._answers_here(incoming) else ""
        if not words:
            return await self._responder.prepare(incoming)
        thought = await self._responder.prepare(replace(incoming, text=words))
        return Prepared(incoming, thought.decision, thought.latency_ms)

    async def respond(self, prepared: Prepared, journal: Journal) -> Outcome:
        """The desk's ear, or the responder's answer."""
        incoming = prepared.incoming
        if not self._answers_here(incoming):
            return await self._responder.respond(prepared, journal)
        records = self._records_of(journal)
        own = await self._respond_for_desk(records, prepared, journal)
        return own or await self._respond_for_bot(records, prepared, journal)

    def note_recorded(self, prepared: Prepared) -> None:
        """As the responder does."""
        self._responder.note_recorded(prepared)

    def _answers_here(self, incoming: Incoming) -> bool:
        """Whether a desk may answer in this chat."""
        return not incoming.group and bool(self._casework.desks.list_staffed())

    async def _respond_for_desk(
        self, records: Records, prepared: Prepared, journal: Journal
    ) -> Outcome | None:
        """What has to do with a ticket; None for what the bot answers."""
        incoming = prepared.incoming
        if choice := parse(incoming.choice):
            return await self._on_press(records, incoming, choice, journal)
        if incoming.choice:
            return None
        if incoming.kind == TEXT and is_command(incoming.text):
            name, _ = read_command(incoming.text)
            if name == PERSON:
                return await self._to_person(records, prepared, journal)
            command = self._commands.get(name)
            return await command(records, incoming, journal) if command else None
        return await self._on_message(records, prepared)

    async def _on_press(
        self, records: Records, incoming: Incoming, choice: TicketChoice, journal: Journal
    ) -> Outcome:
        if choice.act == "begin":
            turn, key = choice.number, choice.value
            return await self._leading.begin(records, journal, incoming, turn, key)
        if choice.act == "status":
            return await self._status(records, incoming, journal)
        if choice.act in PREVIEW and not choice.number:
            return await self.drafting.press(records, incoming, choice)
        if choice.act in MAIL_ACTS:
            return await self._mails.press(records, incoming, choice)
        return await self._presses.handle(records, incoming, choice)

    async def _on_message(self, records: Records, prepared: Prepared) -> Outcome | None:
        incoming = prepared.incoming
        if incoming.edited and (changed := await self._on_edit(records, incoming)):
            return changed
        if incoming.kind == TEXT:
            if (taken := await self._mails.take(records, incoming)) is not None:
                return taken
            desk = self._hand_over.desk_of_decision(prepared.decision)
            shown = await self.drafting.add_detail(records, incoming, desk)
            if shown is not None:
                return Outcome(shown)
        held = await self._holding(records, incoming)
        return await self._tell_desk(records, held, incoming) if held else None

    async def _holding(self, records: Records, incoming: Incoming) -> Ticket | None:
        """The ticket whose desk gets what is written in this chat; None: the bot answers."""
        now, live = self._casework.clock(), await records.tickets.live_of(incoming)
        return next((ticket for ticket in live if ticket.holds_chat(now)), None)

    async def _on_edit(self, records: Records, incoming: Incoming) -> Outcome | None:
        """A message of a ticket that was changed; None for one that was none."""
        origin = records.tickets.name_origin(incoming)
        if origin.number is None:
            return None
        message = await records.messages.at_place(origin.source, origin.chat, origin.number)
        ticket = await records.tickets.get(message.ticket_id) if message else None
        if message is None or ticket is None or message.author != "asker":
            return None
        if message.state != "kept":
            return Outcome(Reply())  # what was taken back stays so, in other words too
        shown = await has_consent(records, ticket)
        words = for_desk(incoming.text, show_contact=shown)
        done = await self._casework.edit(records, ticket, message, words)
        return Outcome(Reply(), done.deliveries)

    async def _withdraw(self, records: Records, incoming: Incoming, _: Journal) -> Outcome:
        """``/retirer`` in reply to a message of one's own takes it back from the desk."""
        origin = records.tickets.name_origin(incoming)
        number = incoming.answers
        message = None
        if number is not None:
            message = await records.messages.at_place(origin.source, origin.chat, number)
        ticket = await records.tickets.get(message.ticket_id) if message else None
        mine = message is not None and message.author == "asker" and message.state == "kept"
        if message is None or ticket is None or not mine:
            return Outcome(said.what_to_withdraw())
        done = await self._casework.withdraw(records, ticket, message)
        return Outcome(said.withdrawal(ticket.number), done.deliveries)

    async def _tell_desk(self, records: Records, ticket: Ticket, incoming: Incoming) -> Outcome:
        text = incoming.text or said.without_words(incoming.kind)
        shown = await has_consent(records, ticket)
        words = for_desk(text, show_contact=shown)
        origin = records.tickets.name_origin(incoming)
        files = [Attachment(f.kind, f.name, f.size, "", f.handle) for f in incoming.files]
        message = replace(
            NewMessage.of_asker(words, origin, masked=not shown),
            attachments=files,
            album=f"{origin.chat}:{incoming.album}" if incoming.album else "",
        )
        if any(file.size > self._largest_file for file in incoming.files):
            return await self._refuse_file(records, ticket, message)
        done = await self._casework.ask(records, ticket, message)
        # Nobody else can have changed a ticket that this transaction holds.
        if done is None:
            return Outcome(Reply())
        hidden = done.message is not None and words != keep_contact(text)
        told = said.with_contact_masked(done.reply, ticket.id) if hidden else done.reply
        return Outcome(told, done.deliveries)

    async def _refuse_file(self, records: Records, ticket: Ticket, message: NewMessage) -> Outcome:
        """Say why a file is not passed on: beside the reply, which parts of an album do not get."""
        if not await self._casework.refuse_file(records, ticket, message, "asker"):
            return Outcome(Reply())
        told = said.too_large(self._largest_file // MEGABYTE)
        return Outcome(Reply(), await self._casework.outgoing.to_asker(records, ticket, told))

    async def _respond_for_bot(
        self, records: Records, prepared: Prepared, journal: Journal
    ) -> Outcome:
        outcome = await self._responder.respond(prepared, journal)
        if outcome.erased:
            return outcome
        outcome = await self._leading.after_bot(records, journal, prepared, outcome)
        if prepared.decision is None:
            return outcome
        return await self._offer_reopening(records, prepared, outcome)

    async def _offer_reopening(
        self, records: Records, prepared: Prepared, outcome: Outcome
    ) -> Outcome:
        """To who says that a closed ticket is not settled; thanks and questions open nothing."""
        incoming = prepared.incoming
        if not says_unsettled(incoming.text):
            return outcome
        ticket = next(iter(await records.tickets.of_chat(incoming, 1)), None)
        if ticket is None or ticket.closed_at is None or not self._casework.may_reopen(ticket):
            return outcome
        texts = (keep_contact(incoming.text),)
        draft = Draft(ticket.desk, ticket.reason, texts, linked=ticket.id)
        await records.drafts.put(incoming, draft, self._casework.clock())
        offer = said.offer_reopening(ticket.number, ticket.closed_at, ticket.id)
        if prepared.decision is not None and prepared.decision.action == "answer":
            buttons = (*offer.buttons, *outcome.reply.buttons)
            return replace(outcome, reply=replace(outcome.reply, buttons=buttons))
        return replace(outcome, reply=offer)

    async def _to_person(self, records: Records, prepared: Prepared, journal: Journal) -> Outcome:
        incoming, words = prepared.incoming, _words_for_person(prepared.incoming)
        if not words:
            return await self._leading.to_person(records, journal, incoming)
        if held := await self._holding(records, incoming):
            return await self._tell_desk(records, held, replace(incoming, text=words))
        desk = self._hand_over.desk_of_decision(prepared.decision)
        draft = Draft(desk, "customer_request", (keep_contact(words),))
        return Outcome(await self.drafting.begin(records, incoming, draft))

    async def _status(self, records: Records, incoming: Incoming, _: Journal) -> Outcome:
        found = await records.tickets.of_chat(incoming, LISTED)
        lines = [
            status_said.Line(t.id, t.number, self._casework.name(t), t.state, t.due_at)
            for t in found
        ]
        status = status_said.status(lines, receipts=incoming.channel in LOST_WHEN_CLOSED)
        live = next((ticket for ticket in found if ticket.is_live), None)
        if live is not None and may_leave_address(self._casework, incoming):
            left = bool(await records.mails.address_of(live))
            status = mail_said.offer_beside(status, live.id, left=left)
        if incoming.channel not in READ_ON_REQUEST:
            return Outcome(status)
        return Outcome(await self._casework.with_unread(records, found, status))

    async def _close(self, records: Records, incoming: Incoming, _: Journal) -> Outcome:
        live = await records.tickets.live_of(incoming)
        if not live:
            return Outcome(said.nothing_to_close())
        done = await self._casework.close(records, live[0], "asker")
        return Outcome(done.reply, done.deliveries) if done else Outcome(Reply())


def _words_for_person(incoming: Incoming) -> str:
    """What stands behind ``/humain``; empty: nothing, or it is another message."""
    if incoming.kind != TEXT or incoming.choice or not is_command(incoming.text):
        return ""
    name, words = read_command(incoming.text)
    return words.strip() if name == PERSON else ""
