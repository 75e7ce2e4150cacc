"""From the bot's replies to the desks that answer here: what is said, and what its buttons do.

A reply that names such a desk offers to hand the question over to it; whoever asks for a person
gets to the preview of what the desk would see, about the question asked last.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation import ticket_choices as act
from bot.conversation.language import wants_person
from bot.conversation.messages import Outcome, Paragraph, Reply
from bot.conversation.replies import previews
from bot.conversation.replies import tickets as said
from bot.conversation.turns import TEXT
from bot.conversation.wording import TO_A_PERSON, WAY

if TYPE_CHECKING:
    from bot.conversation.messages import Button, Contact, Incoming
    from bot.conversation.ports import Journal
    from bot.conversation.turns import KeptTurn, Prepared
    from bot.escalation.casework import Casework
    from bot.escalation.drafting import Drafting
    from bot.escalation.handover import HandOver
    from bot.escalation.ports import Records

LATEST = 5
"""Messages among which the question asked last is looked for."""

FRESH = timedelta(minutes=30)
"""For how long a question is the one that somebody means who asks for a person."""


class Leading:
    """Leads people to desks.

    Args:
        casework: knows the desks that answer here.
        drafting: shows what a desk would see.
        hand_over: makes drafts of turns.
    """

    def __init__(self, casework: Casework, drafting: Drafting, hand_over: HandOver) -> None:
        self._casework = casework
        self._desks = casework.desks
        self._drafting = drafting
        self._hand_over = hand_over

    async def begin(
        self, records: Records, journal: Journal, incoming: Incoming, turn: int, key: str = ""
    ) -> Outcome:
        """The preview about a turn of this chat.

        Args:
            records: of the transaction.
            journal: of the chat.
            incoming: the press or message.
            turn: the turn's number; 0: that of the question asked last.
            key: the desk's, as buttons carry it; empty: the one that the turn leads to.
        """
        turn = turn or await self._last_question(records, journal, incoming)
        draft = await self._hand_over.draft(journal, incoming, turn, key)
        return Outcome(await self._drafting.begin(records, incoming, draft))

    async def to_person(self, records: Records, journal: Journal, incoming: Incoming) -> Outcome:
        """The preview for who asks for a person, or the ticket that has one already."""
        live = await records.tickets.live_of(incoming)
        if live and live[0].holds_chat(self._casework.clock()):
            name = self._casework.name(live[0])
            return Outcome(said.already_open(live[0].number, name, live[0].id))
        return await self.begin(records, journal, incoming, 0)

    async def after_bot(
        self, records: Records, journal: Journal, prepared: Prepared, outcome: Outcome
    ) -> Outcome:
        """What the bot says, leading to the desks that answer here.

        Args:
            records: of the transaction.
            journal: of the chat.
            prepared: the message.
            outcome: what the bot leads to.
        """
        incoming = prepared.incoming
        pressed = choices.parse(incoming.choice)
        if prepared.decision is not None and wants_person(incoming.text):
            return await self.to_person(records, journal, incoming)
        if pressed and pressed.kind in {"human", "people"}:
            turn, place = pressed.turn, pressed.candidate if pressed.kind == "human" else None
            if await self._leads_here(journal, incoming, turn, place):
                key = await self._desk_key(journal, incoming, turn, place)
                return await self.begin(records, journal, incoming, turn, key)
        turn = pressed.turn if pressed else await self._newest(prepared, journal)
        return replace(outcome, reply=self.lead_on(outcome.reply, turn))

    def lead_on(self, reply: Reply, turn: int) -> Reply:
        """A reply whose ways to a desk that answers here stay in the chat.

        Args:
            reply: of the bot.
            turn: the turn that it is about; 0: none.
        """
        here = [found for found in reply.contacts if self._key_of(found)]
        elsewhere = tuple(found for found in reply.contacts if not self._key_of(found))
        offers = tuple(
            previews.hand_over_button(
                found.name if len(here) > 1 else "", turn, self._key_of(found)
            )
            for found in here
        )
        buttons = tuple(self._stay(button, turn) for button in reply.buttons)
        return replace(
            reply,
            paragraphs=tuple(map(_to_a_person, reply.paragraphs)),
            buttons=(*offers, *buttons),
            contacts=elsewhere,
        )

    def _key_of(self, contact: Contact) -> str:
        """The key of a desk that answers here; empty for any other."""
        desks = self._desks.list_staffed()
        named = (d for d in desks if (d.name, d.email) == (contact.name, contact.email))
        return next((choices.key(desk.id) for desk in named), "")

    def _stay(self, button: Button, turn: int) -> Button:
        """A button that leads to a desk here begins a draft for it."""
        staffed = {choices.desk(desk.id) for desk in self._desks.list_staffed()}
        if button.data in staffed:
            key = button.data.removeprefix(choices.DESK_DATA)
            return replace(button, data=act.data("begin", turn, key))
        return replace(button, label=button.label.replace(WAY.button, TO_A_PERSON.button))

    async def _leads_here(
        self, journal: Journal, incoming: Incoming, turn: int, place: int | None
    ) -> bool:
        """Whether a turn is known, and the desk that it leads to, if any, answers here."""
        past = await journal.past_turn(incoming, turn)
        if past is None:
            return False
        first = self._hand_over.first_desk(past, place)
        return not first or self._desks.post_of(first) is not None

    async def _desk_key(
        self, journal: Journal, incoming: Incoming, turn: int, place: int | None
    ) -> str:
        past = await journal.past_turn(incoming, turn)
        first = self._hand_over.first_desk(past, place) if past else ""
        return choices.key(first) if first else ""

    async def _newest(self, prepared: Prepared, journal: Journal) -> int:
        """The turn of a question that has just been answered; 0 for anything else."""
        if prepared.decision is None:
            return 0
        _, turns = await journal.read_turns(prepared.incoming, 1)
        return turns[0].id if turns else 0

    async def _last_question(self, records: Records, journal: Journal, incoming: Incoming) -> int:
        """The turn of the question asked last, unless it went to a desk already; 0: none."""
        since = self._casework.clock() - FRESH
        _, turns = await journal.read_turns(incoming, LATEST)
        asked = next((turn for turn in turns if _is_question(turn) and turn.at >= since), None)
        if asked is None:
            return 0
        sent = {ticket.turn_id for ticket in await records.tickets.of_chat(incoming, LATEST)}
        return 0 if asked.id in sent else asked.id


def _is_question(turn: KeptTurn) -> bool:
    declined = turn.action in {None, "decline"}
    return turn.kind == TEXT and bool(turn.text) and not declined and not wants_person(turn.text)


def _to_a_person(paragraph: Paragraph) -> Paragraph:
    """Our own words for the way to a desk: here, a person answers."""
    text = TO_A_PERSON.label if paragraph.text == WAY.label else paragraph.text
    return replace(paragraph, text=text.replace(WAY.hint, TO_A_PERSON.hint))
