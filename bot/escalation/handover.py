"""From a turn of the bot's to a draft for a desk: the question as it was kept, what was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.escalation.tickets import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.conversation.messages import Incoming
    from bot.conversation.ports import Journal
    from bot.conversation.turns import PastTurn
    from bot.escalation.ports import DeskDirectory
    from bot.escalation.tickets import Reason
    from classifier.decision import Decision, Target
    from kb.entries import KnowledgeBase

LOOKED_AT = 50
"""Turns among which the one of a button is looked for; an older one is written anew."""

_REASONS: dict[str | None, Reason] = {
    "unanswered": "missing_knowledge",
    "decline": "unsupported",
    "route": "policy",
    "clarify": "pending_clarification",
}


class HandOver:
    """Makes drafts of turns.

    Args:
        base: says what was shown, and which desk takes over from it.
        desks: which of them answer here.
    """

    def __init__(self, base: KnowledgeBase, desks: DeskDirectory) -> None:
        self._base = base
        self._desks = desks

    async def draft(
        self, journal: Journal, incoming: Incoming, turn_id: int, key: str = ""
    ) -> Draft:
        """A draft about a turn of this chat; without its text once that is not kept any more.

        Args:
            journal: of the chat.
            incoming: the press that asks for it.
            turn_id: the turn.
            key: the desk's, as buttons carry it; empty: the one that the turn leads to.
        """
        past = await journal.past_turn(incoming, turn_id)
        if past is None:
            return Draft(self._named(key), "customer_request", ())
        _, turns = await journal.read_turns(incoming, LOOKED_AT)
        turn = next((kept for kept in turns if kept.id == turn_id), None)
        texts = (turn.text,) if turn and turn.text else ()
        reason = _REASONS.get(turn.action if turn else None, "customer_request")
        desk = self._named(key) or self.desk_of(past)
        return Draft(desk, reason, texts, self._shown(past), turn_id=turn_id)

    def desk_of(self, past: PastTurn) -> str:
        """The first desk that answers here among those that a turn leads to; empty: none.

        One that was said to be the wrong one is none of them.
        """
        wrong = _refused(past)
        found = self.desks_after((*past.displayed[::-1], *past.candidates))
        return next((desk for desk in found if desk not in wrong and self._answers(desk)), "")

    def first_desk(self, past: PastTurn, place: int | None = None) -> str:
        """The desk that somebody has before them, whether it answers here or not; empty: none.

        Args:
            past: the turn.
            place: the candidate that was asked about; None: what was shown last.
        """
        named = past.candidates[place : place + 1] if place is not None else ()
        found = self.desks_after((*named, *past.displayed[::-1]))
        return next((desk for desk in found if desk not in _refused(past)), "")

    def desk_of_decision(self, decision: Decision | None) -> str:
        """The first desk that answers here among those that a decision leads to; empty: none."""
        if decision is None:
            return ""
        chosen = (decision.target,) if decision.target else ()
        others = (candidate.target for candidate in decision.offered)
        found = self.desks_after((*chosen, *decision.suggestions, *others))
        return next(filter(self._answers, found), "")

    def desks_after(self, targets: Iterable[Target]) -> list[str]:
        """The ids of the desks that these targets are, or that take over from them."""
        return [desk for target in targets if (desk := self._desk_after(target))]

    def _answers(self, desk: str) -> bool:
        return self._desks.post_of(desk) is not None

    def _desk_after(self, target: Target) -> str:
        if target.kind == "desk":
            return target.id
        entry = self._base.find_entry(target.id) if target.kind == "faq" else None
        return entry.desk or "" if entry else ""

    def _named(self, key: str) -> str:
        staffed = self._desks.list_staffed()
        return next((desk.id for desk in staffed if choices.key(desk.id) == key), "")

    def _shown(self, past: PastTurn) -> str:
        """The title of the answer that was shown last; empty without one."""
        shown = past.last_displayed
        entry = self._base.find_entry(shown.id) if shown and shown.kind == "faq" else None
        return entry.title if entry else ""


def _refused(past: PastTurn) -> frozenset[str]:
    """Ids of the desks that were said to be the wrong ones."""
    missed = (said.about for said in past.feedback if said.is_miss)
    return frozenset(found.id for found in missed if found and found.kind == "desk")
