"""A decision or a target -> the reply that shows it, with its buttons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import choices, links, replies

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from bot.conversation.messages import Reply
    from classifier.decision import Decision, Target
    from kb.entries import Desk, KnowledgeBase


class Presenter:
    """Shows what a knowledge base has.

    Args:
        base: the texts that targets point to.
        hidden: gives the ids of the entries that no asker is shown at this moment.
    """

    def __init__(
        self, base: KnowledgeBase, hidden: Callable[[], Collection[str]] = frozenset
    ) -> None:
        self.base = base
        self._hidden = hidden
        self._terms = {term.short: term for term in base.lexicon}

    def reply_to_decision(
        self, turn: int, decision: Decision, *, group: bool = False, urgent: bool = False
    ) -> Reply:
        """The reply to a message; ``urgent`` when it speaks of care or of somebody in danger."""
        if decision.action == "clarify":
            return self._ask_back(turn, decision, group=group)
        if decision.action == "unanswered":
            return self._unanswered(turn, decision, group=group, urgent=urgent)
        if decision.action == "decline":
            return self._out_of_scope(turn, decision.target, group=group)
        index = _index(decision, decision.target)
        shown = self.show_candidate(turn, index, decision.target, group=group, urgent=urgent)
        return self._with_term_and_desk(shown, turn, decision)

    def add_english_hint(self, reply: Reply, decision: Decision) -> Reply:
        """Put a line in English above the reply to somebody who wrote in English."""
        found = self.desk_of(decision.target) if decision.action == "route" else None
        if found is not None:
            return replies.in_english(reply, replies.english_desk(found))
        return replies.in_english(reply, replies.ENGLISH[decision.action])

    def show_candidate(
        self,
        turn: int,
        index: int,
        target: Target | None,
        *,
        group: bool = False,
        urgent: bool = False,
    ) -> Reply:
        """Candidate ``index`` of a turn; stale when this knowledge base does not have it."""
        if target and target.kind == "desk" and target.id in self.base.desks:
            found = self.desk_card(self.base.desks[target.id], urgent=urgent)
            return _in_group(replies.contestable(found, turn, index), group=group)
        entry = self.base.find_entry(target.id) if target and target.kind == "faq" else None
        if entry is None:
            return replies.stale_button()
        answer = replies.answer(entry, self.base)
        asking = replies.was_it_useful(answer, turn, index, asked=not group)
        return _in_group(asking, entry.id, group=group)

    def desk_card(self, found: Desk, *, urgent: bool = False) -> Reply:
        """A hand-over to a desk, in the words of the entry that gives its contact, if one does."""
        contact = self.base.contact_of(found.id)
        said = contact.answer if contact else ""
        return replies.desk(found, contact=said, emergency=self._emergency(urgent=urgent))

    def _emergency(self, *, urgent: bool) -> str:
        return self.base.about.emergency if urgent else ""

    def suggest(
        self,
        turn: int,
        offered: Sequence[tuple[int, Target]],
        *,
        again: bool = False,
        group: bool = False,
        more: bool = False,
    ) -> Reply:
        """Candidates of a turn to choose from, by index."""
        labelled = [(index, self.label(target)) for index, target in offered]
        people = replies.to_somebody(self._people_of(turn, offered))
        said = replies.suggestions(
            turn, labelled, again=again, short=group, more=more, people=people
        )
        return _in_group(said, group=group)

    def hand_over(self, missed: Target | None, refused: Collection[str] = ()) -> Reply:
        """Nothing helped: the desk of what was missed, or all of them.

        Args:
            missed: what was shown.
            refused: ids of desks that were said to be the wrong ones.
        """
        found = self.desk_of(missed)
        if found is None or found.id in refused:
            return replies.desks_after_misses(self._desks_but(refused))
        return replies.desk_after_misses(found)

    def people(self, found: Desk | None = None, refused: Collection[str] = ()) -> Reply:
        """The people of a desk, or of all but the ``refused``."""
        if found is None or found.id in refused:
            return replies.people(self._desks_but(refused), self.base.about)
        return replies.desk_of_people(found)

    def _desks_but(self, refused: Collection[str]) -> list[Desk]:
        return [found for found in self.base.desks.values() if found.id not in refused]

    def desk_of(self, target: Target | None) -> Desk | None:
        """The desk that a target is, or that takes over from it."""
        if target is None:
            return None
        if target.kind == "desk":
            return self.base.desks.get(target.id)
        entry = self.base.find_entry(target.id)
        return self.base.desks.get(entry.desk) if entry and entry.desk else None

    def label(self, target: Target) -> str:
        """A target as a button says it; empty for what is not there, or not shown to askers."""
        if target.kind == "desk":
            found = self.base.desks.get(target.id)
            return replies.desk_label(found) if found else ""
        entry = self.base.find_entry(target.id)
        return entry.title if entry and entry.id not in self._hidden() else ""

    def _ask_back(self, turn: int, decision: Decision, *, group: bool) -> Reply:
        offered = self._number_suggestions(decision)
        term = self._terms.get(decision.term)
        if term is None:
            return self.suggest(turn, offered, group=group)
        if not offered:
            said = replies.definition_alone(term, choices.people(turn))
            return _in_group(said, group=group)
        return replies.definition_above(term, self.suggest(turn, offered, group=group, more=True))

    def _unanswered(self, turn: int, decision: Decision, *, group: bool, urgent: bool) -> Reply:
        numbered = self._number_suggestions(decision)
        offered = [(n, self.base.desks[t.id]) for n, t in numbered if t.kind == "desk"]
        if group:
            said = replies.unanswered_in_short(turn, [found for _, found in offered])
            return _in_group(said, group=group)
        emergency = self._emergency(urgent=urgent)
        if len(offered) == 1:
            return replies.unanswered_by_desk(turn, *offered[0], emergency)
        if offered:
            return replies.unanswered_by_desks(turn, offered, emergency)
        return replies.unanswered(turn, self.base.desks.values(), emergency)

    def _with_term_and_desk(self, reply: Reply, turn: int, decision: Decision) -> Reply:
        """An answer with the definition asked for above it and the desk beside it below."""
        beside = self.desk_of(decision.beside)
        if beside and decision.beside and decision.action == "answer":
            index = _index(decision, decision.beside)
            reply = replies.with_desk_beside(reply, turn, index, beside)
        term = self._terms.get(decision.term)
        return replies.definition_above(term, reply) if term else reply

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
        """The suggestions by index and in that order: who types "2" means the second one."""
        return sorted(
            (_index(decision, found), found) for found in decision.suggestions if self.label(found)
        )


def _index(decision: Decision, target: Target | None) -> int:
    targets = [candidate.target for candidate in decision.offered]
    return targets.index(target) if target in targets else 0


def _in_group(reply: Reply, entry_id: str = "", *, group: bool) -> Reply:
    return replies.in_private(reply, links.from_group(entry_id)) if group else reply
