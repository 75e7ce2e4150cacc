"""The core: one incoming message -> one reply. No channel, no database, no web in it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import choices, replies
from bot.commands import Commands

if TYPE_CHECKING:
    from bot.messages import Incoming, Reply
    from bot.ports import Brain, Journal, PastTurn
    from classifier.decision import Decision, Target
    from kb.entries import Desk

MAX_SUGGESTIONS = 3
MISSES_BEFORE_DESK = 2


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message with all that could be found out without the journal.

    Attributes:
        incoming: the message.
        decision: what the classifier says of it; None for commands and button presses.
        latency_ms: how long that took.
    """

    incoming: Incoming
    decision: Decision | None = None
    latency_ms: float = 0.0


class Conversation:
    """Answers questions, commands and clicks; remembers through the journal alone."""

    def __init__(self, brain: Brain) -> None:
        self.brain = brain
        self.base = brain.base
        self.commands = Commands(brain.base)

    async def handle(self, incoming: Incoming, journal: Journal) -> Reply:
        """The reply to one message, command or button press of one chat."""
        return await self.respond(await self.prepare(incoming), journal)

    async def prepare(self, incoming: Incoming) -> Prepared:
        """All the thinking, before the journal is opened for writing."""
        if incoming.choice or incoming.text.startswith("/"):
            return Prepared(incoming)
        started = time.perf_counter()
        decision = await self.brain.decide(incoming.text)
        return Prepared(incoming, decision, (time.perf_counter() - started) * 1000)

    async def respond(self, prepared: Prepared, journal: Journal) -> Reply:
        """The reply; what it needs to remember is written to the journal."""
        incoming = prepared.incoming
        if incoming.choice:
            return await self._on_choice(incoming, journal)
        if prepared.decision is None:
            return self.commands.handle(incoming.text)
        turn = await journal.record_turn(incoming, prepared.decision, prepared.latency_ms)
        return self._reply(turn, prepared.decision)

    def _reply(self, turn: int, decision: Decision) -> Reply:
        if decision.action == "clarify":
            return self._suggest(turn, _numbered(decision), again=False)
        if decision.action == "decline":
            family = decision.target and self.base.outside.get(decision.target.id)
            return replies.declined(family or None)
        return self._show(turn, _index(decision), decision.target)

    async def _on_choice(self, incoming: Incoming, journal: Journal) -> Reply:
        choice = choices.parse(incoming.choice)
        past = await journal.past_turn(incoming, choice.turn) if choice else None
        if choice is None or past is None or choice.candidate >= max(len(past.candidates), 1):
            return replies.stale()
        if choice.kind == "candidate":
            return await self._on_candidate(past, choice.candidate, journal)
        if choice.kind == "yes":
            await journal.record_feedback(past.id, "useful", "yes")
            return replies.thanks()
        kind, value = ("useful", "no") if choice.kind == "no" else ("none", "")
        await journal.record_feedback(past.id, kind, value)
        misses = await journal.misses_in_a_row(incoming)
        return self._after_miss(past, choice, misses)

    async def _on_candidate(self, past: PastTurn, index: int, journal: Journal) -> Reply:
        target = past.candidates[index] if past.candidates else None
        # An older knowledge base may have offered what this one no longer has.
        if target is None or not self._label(target):
            return replies.stale()
        await journal.record_feedback(past.id, "choice", f"{target.kind}:{target.id}")
        return self._show(past.id, index, target)

    def _after_miss(self, past: PastTurn, choice: choices.Choice, misses: int) -> Reply:
        left = [(n, target) for n, target in _not_shown(past, choice) if self._label(target)]
        if choice.kind == "none" or misses >= MISSES_BEFORE_DESK or not left:
            missed = past.candidates[choice.candidate] if past.candidates else None
            return self._hand_over(missed)
        return self._suggest(past.id, left[:MAX_SUGGESTIONS], again=True)

    def _hand_over(self, missed: Target | None) -> Reply:
        found = self._desk_of(missed)
        if found is None:
            return replies.all_contacts_after_misses(self.base.desks.values())
        return replies.desk_after_misses(found)

    def _desk_of(self, target: Target | None) -> Desk | None:
        if target is None:
            return None
        if target.kind == "desk":
            return self.base.desks.get(target.id)
        entry = self.base.entries.get(target.id)
        return self.base.desks.get(entry.desk) if entry and entry.desk else None

    def _suggest(self, turn: int, offered: list[tuple[int, Target]], *, again: bool) -> Reply:
        labelled = [(index, self._label(target)) for index, target in offered]
        return replies.suggestions(turn, labelled, again=again)

    def _label(self, target: Target) -> str:
        if target.kind == "desk":
            found = self.base.desks.get(target.id)
            return replies.desk_label(found) if found else ""
        entry = self.base.entries.get(target.id)
        return entry.title if entry else ""

    def _show(self, turn: int, index: int, target: Target | None) -> Reply:
        if target and target.kind == "desk" and target.id in self.base.desks:
            return replies.desk(self.base.desks[target.id])
        if target and target.id in self.base.entries:
            entry = self.base.entries[target.id]
            return replies.was_it_useful(replies.answer(entry, self.base.about), turn, index)
        return replies.stale()


def _index(decision: Decision) -> int:
    targets = [candidate.target for candidate in decision.candidates]
    return targets.index(decision.target) if decision.target in targets else 0


def _numbered(decision: Decision) -> list[tuple[int, Target]]:
    targets = [candidate.target for candidate in decision.candidates]
    return [(targets.index(target), target) for target in decision.suggestions]


def _not_shown(past: PastTurn, choice: choices.Choice) -> list[tuple[int, Target]]:
    chosen = {value for kind, value in past.feedback if kind == "choice"}
    return [
        (index, target)
        for index, target in enumerate(past.candidates)
        if index != choice.candidate
        and target != past.target
        and f"{target.kind}:{target.id}" not in chosen
    ]
