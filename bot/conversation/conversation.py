"""The core: one incoming message -> one outcome. No channel, no database, no web in it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import choices, replies
from bot.conversation.care import speaks_of_care
from bot.conversation.clicks import Clicks
from bot.conversation.commands import Commands, is_command
from bot.conversation.follow_ups import FollowUps, NoRecall
from bot.conversation.language import asks_for_help, is_blank, is_english, wants_person
from bot.conversation.messages import Outcome, Reply, Retention
from bot.conversation.personal import Personal
from bot.conversation.presenter import Presenter
from bot.conversation.themes import Themes
from bot.conversation.turns import CONTACTS, NOTICE, TEXT, Feedback, Prepared
from bot.conversation.typed_choices import press, read_typed_choice
from classifier.serving.triage import for_group

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.choices import Choice
    from bot.conversation.messages import Incoming
    from bot.conversation.ports import Decider, Journal, Recall
    from classifier.decision import Decision

_WISH = Feedback("human")

HELP = "/aide"
"""What a bare call for help is read as."""


class Conversation:
    """Answers questions, commands and clicks; remembers through the journal alone.

    Args:
        brain: decides and explains.
        retention: how long things are kept, as people are told.
        recall: knows what a chat said just before; without it, each message is read alone.
    """

    def __init__(
        self,
        brain: Decider,
        retention: Retention | None = None,
        recall: Recall | None = None,
    ) -> None:
        self.brain = brain
        self._follow_ups = FollowUps(brain, recall or NoRecall())
        self.base = brain.base
        self.presenter = Presenter(brain.base, lambda: brain.hidden_entries)
        self.clicks = Clicks(self.presenter)
        self.themes = Themes(brain.base)
        self.personal = Personal(brain, retention or Retention())
        self.commands = Commands(brain.base, self.themes, self.personal)
        self._plain_choices: dict[str, Callable[[Incoming, Journal], Awaitable[Reply]]] = {
            choices.THEMES: self._on_themes,
            choices.DESKS: self._on_desks,
            choices.FORGET_ASKED: self.personal.ask_to_forget,
            choices.FORGET: self.personal.forget,
            choices.KEEP: self.personal.keep,
        }

    async def prepare(self, incoming: Incoming) -> Prepared:
        """All the thinking, before the journal is opened for writing."""
        words = incoming.text if incoming.kind == TEXT else ""
        if incoming.choice or is_command(words) or is_blank(words):
            return Prepared(incoming)
        started = time.perf_counter()
        decision, is_piece = await self._follow_ups.read(incoming)
        latency_ms = (time.perf_counter() - started) * 1000
        acted_upon = for_group(decision) if incoming.group else decision
        return Prepared(incoming, acted_upon, latency_ms, is_piece)

    async def respond(self, prepared: Prepared, journal: Journal) -> Outcome:
        """The reply, empty when there is nothing to say; the journal keeps what must be kept."""
        reply = await self._reply(prepared, journal)
        incoming = prepared.incoming
        erased = incoming.choice == choices.FORGET and not incoming.group
        return Outcome(reply, erased=erased)

    def note_recorded(self, prepared: Prepared) -> None:
        """Nothing follows: the journal is the only memory of a conversation."""

    async def _reply(self, prepared: Prepared, journal: Journal) -> Reply:
        incoming, decision = prepared.incoming, prepared.decision
        if incoming.choice:
            return await self._on_choice(incoming, journal)
        if incoming.kind != TEXT:
            return await self._on_wordless(incoming, journal)
        if decision is not None:
            return await self._on_words(prepared, decision, journal)
        if is_command(incoming.text):
            return await self.commands.handle(incoming, journal)
        return replies.empty_message()

    async def _on_words(self, prepared: Prepared, decision: Decision, journal: Journal) -> Reply:
        incoming = prepared.incoming
        if choice := await self._typed_choice(incoming, journal):
            return await self.clicks.handle(choice, incoming, journal)
        if _chooses_nothing(incoming, decision):
            return replies.unclear_choice()
        if wants_person(incoming.text):
            return await self._on_wish(prepared, decision, journal)
        if prepared.is_piece:
            await journal.record_turn(incoming, decision, prepared.latency_ms, NOTICE)
            return Reply()
        if asks_for_help(incoming.text) and not incoming.group:
            return await self.commands.handle(replace(incoming, text=HELP), journal)
        turn = await journal.record_turn(incoming, decision, prepared.latency_ms)
        return await self._on_question(turn, incoming, decision, journal)

    async def _typed_choice(self, incoming: Incoming, journal: Journal) -> Choice | None:
        """The button of the last reply that a message says, in a chat with one person."""
        typed = None if incoming.group else read_typed_choice(incoming.text)
        if typed is None:
            return None
        _, last = await journal.read_turns(incoming, 1)
        past = await journal.past_turn(incoming, last[0].id) if last else None
        return press(typed, past) if past else None

    async def _on_question(
        self, turn: int, incoming: Incoming, decision: Decision, journal: Journal
    ) -> Reply:
        reply = self._show(turn, incoming, decision)
        if decision.also:
            reply = replies.join_replies(
                reply, await self._second(incoming, decision.also, journal)
            )
        return (
            self.presenter.add_english_hint(reply, decision) if is_english(incoming.text) else reply
        )

    async def _on_wish(self, prepared: Prepared, decision: Decision, journal: Journal) -> Reply:
        """A person is asked for, which is written down once: a message may be sent again."""
        incoming = prepared.incoming
        turn = await journal.record_turn(incoming, decision, prepared.latency_ms, CONTACTS)
        past = await journal.past_turn(incoming, turn)
        if past is None or _WISH not in past.feedback:
            await journal.record_feedback(turn, _WISH)
        return self.presenter.people()

    async def _on_wordless(self, incoming: Incoming, journal: Journal) -> Reply:
        # What many people post in front of a group is no question to us.
        if not incoming.group:
            await journal.record_turn(incoming, None, 0.0)
        return replies.text_only()

    async def _second(self, incoming: Incoming, decision: Decision, journal: Journal) -> Reply:
        # A turn of its own, so that its buttons outlive this process, and the same one when the
        # update comes again: no channel numbers its updates below zero.
        number = incoming.update_id
        asked = replace(incoming, update_id=None if number is None else ~number)
        turn = await journal.record_turn(asked, decision, 0.0)
        return self._show(turn, incoming, decision)

    def _show(self, turn: int, incoming: Incoming, decision: Decision) -> Reply:
        urgent = speaks_of_care(incoming.text)
        return self.presenter.reply_to_decision(turn, decision, group=incoming.group, urgent=urgent)

    async def _on_choice(self, incoming: Incoming, journal: Journal) -> Reply:
        if choice := choices.parse(incoming.choice):
            return await self.clicks.handle(choice, incoming, journal)
        if place := choices.parse_visit(incoming.choice):
            return self.themes.visit(place)
        answer = self._plain_choices.get(incoming.choice)
        return await answer(incoming, journal) if answer else replies.stale_button()

    async def _on_themes(self, _: Incoming, __: Journal) -> Reply:
        return self.themes.start()

    async def _on_desks(self, _: Incoming, __: Journal) -> Reply:
        return self.presenter.people()


def _chooses_nothing(incoming: Incoming, decision: Decision) -> bool:
    """Whether a "yes", "no" or "2" answers nothing that was asked, and is no courtesy either."""
    typed = None if incoming.group else read_typed_choice(incoming.text)
    return typed is not None and decision.action != "decline"
