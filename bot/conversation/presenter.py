"""A decision or a target -> the reply that shows it, with its buttons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import choices, links, replies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.messages import Reply
    from classifier.decision import Decision, Target
    from kb.entries import Desk, KnowledgeBase


class Presenter:
    """Shows what a knowledge base has.

    Args:
        base: the texts that targets point to.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base

    def reply_to_decision(self, turn: int, decision: Decision, *, group: bool = False) -> Reply:
        """The reply to a message."""
        if decision.action == "clarify":
            return self.suggest(turn, self._number_suggestions(decision), group=group)
        if decision.action == "decline":
            return self._out_of_scope(turn, decision.target, group=group)
        return self.show_candidate(turn, _index(decision), decision.target, group=group)

    def add_english_hint(self, reply: Reply, decision: Decision) -> Reply:
        """The same reply for somebody who wrote in English: a line says what to do with it."""
        found = self.desk_of(decision.target) if decision.action == "route" else None
        if found is not None:
            return replies.in_english(reply, replies.english_desk(found))
        return replies.in_english(reply, replies.ENGLISH[decision.action])

    def show_candidate(
        self, turn: int, index: int, target: Target | None, *, group: bool = False
    ) -> Reply:
        """Candidate ``index`` of a turn; stale when this knowledge base does not have it."""
        if target and target.kind == "desk" and target.id in self.base.desks:
            emergency = self.base.about.emergency
            found = replies.desk(self.base.desks[target.id], emergency=emergency)
            return _in_group(replies.contestable(found, turn, index), group=group)
        if target and target.kind == "faq" and target.id in self.base.entries:
            answer = replies.answer(self.base.entries[target.id], self.base.about)
            asking = replies.was_it_useful(answer, turn, index, asked=not group)
            return _in_group(asking, target.id, group=group)
        return replies.stale_button()

    def suggest(
        self,
        turn: int,
        offered: Sequence[tuple[int, Target]],
        *,
        again: bool = False,
        group: bool = False,
    ) -> Reply:
        """Candidates of a turn to choose from, by index."""
        labelled = [(index, self.label(target)) for index, target in offered]
        people = replies.to_somebody(self._people_of(turn, offered))
        said = replies.suggestions(turn, labelled, again=again, short=group, people=people)
        return _in_group(said, group=group)

    def hand_over(self, missed: Target | None) -> Reply:
        """Nothing helped: the desk of what was missed, or all of them."""
        found = self.desk_of(missed)
        if found is None:
            return replies.all_contacts_after_misses(self.base.desks.values())
        return replies.desk_after_misses(found)

    def people(self, found: Desk | None = None) -> Reply:
        """The people of a desk, or of all."""
        if found is None:
            return replies.people(self.base.desks.values(), self.base.about)
        return replies.desk_of_people(found)

    def desk_of(self, target: Target | None) -> Desk | None:
        """The desk that a target is, or that takes over from it."""
        if target is None:
            return None
        if target.kind == "desk":
            return self.base.desks.get(target.id)
        entry = self.base.entries.get(target.id)
        return self.base.desks.get(entry.desk) if entry and entry.desk else None

    def label(self, target: Target) -> str:
        """A target as a button says it; empty when this knowledge base does not have it."""
        if target.kind == "desk":
            found = self.base.desks.get(target.id)
            return replies.desk_label(found) if found else ""
        entry = self.base.entries.get(target.id)
        return entry.title if entry else ""

    def _out_of_scope(self, turn: int, target: Target | None, *, group: bool) -> Reply:
        family = self.base.outside.get(target.id) if target else None
        said = replies.out_of_scope_in_short(family) if group else replies.out_of_scope(family)
        button = replies.to_somebody(choices.people(turn))
        return _in_group(replace(said, buttons=(button,)), group=group)

    def _people_of(self, turn: int, offered: Sequence[tuple[int, Target]]) -> str:
        """Leads to the one desk that takes all that is offered, else to all of them."""
        desks = {self.desk_of(target) for _, target in offered}
        return choices.human(turn, offered[0][0]) if len(desks) == 1 else choices.people(turn)

    def _number_suggestions(self, decision: Decision) -> list[tuple[int, Target]]:
        targets = [candidate.target for candidate in decision.candidates]
        return [
            (targets.index(found), found) for found in decision.suggestions if self.label(found)
        ]


def _index(decision: Decision) -> int:
    targets = [candidate.target for candidate in decision.candidates]
    return targets.index(decision.target) if decision.target in targets else 0


def _in_group(reply: Reply, entry_id: str = "", *, group: bool) -> Reply:
    return replies.in_private(reply, links.from_group(entry_id)) if group else reply
