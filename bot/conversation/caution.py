"""What is asked, or left to a person, instead of said: evidence lowers what may be answered alone.

An entry whose labels speak against it is shown as a suggestion first (``demande``), then to agents
alone (``propose``). While the promise on a whole kind of direct reply is broken, all of that kind
are suggested, but for the entries whose own labels prove them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from classifier.decision import Target

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from classifier.decision import Action, Decision
    from kb.entries import KnowledgeBase

MOST = 3
"""Suggestions at once."""

State: TypeAlias = Literal["propose", "demande", "repond"]
"""What an entry may do: be offered to agents, be suggested to askers, or answer at once."""

STATES: tuple[State, ...] = get_args(State)
"""From the lowest to the highest."""


@dataclass(frozen=True, slots=True)
class Caution:
    """What labels allow at a moment.

    Attributes:
        broken: the kinds of direct replies whose promise is broken.
        states: what each entry may do, by its id; one that is not named answers.
        proven: ids of the entries that answer even while the promise on answers is broken.
    """

    broken: Collection[Action] = frozenset()
    states: Mapping[str, State] = field(default_factory=dict)
    proven: Collection[str] = frozenset()

    @property
    def hidden_entries(self) -> frozenset[str]:
        """Ids of the entries that no asker is shown."""
        return frozenset(name for name, state in self.states.items() if state == "propose")

    def state_of(self, entry: str) -> State:
        """What an entry may do at this moment."""
        state = self.states.get(entry, "repond")
        doubted = "answer" in self.broken and entry not in self.proven
        return "demande" if doubted and state == "repond" else state


FREE = Caution()
"""Everything may be said."""


def soften(decision: Decision, caution: Caution, base: KnowledgeBase) -> Decision:
    """A decision as it may still be acted upon.

    Args:
        decision: what the model would do.
        caution: what labels allow.
        base: says which desk takes over from an entry that no asker is shown.

    Returns:
        The same decision, or one that asks: what would have been said stands in ``deferred`` and
        is suggested first, with what stands next to it. What would be declined is said to be
        unanswered, and so is a question whose entry no asker is shown, with the entry's desk.
    """
    also = soften(decision.also, caution, base) if decision.also else None
    return replace(_soften_alone(decision, caution, base), also=also)


def _soften_alone(decision: Decision, caution: Caution, base: KnowledgeBase) -> Decision:
    target = decision.target
    if target is None or target.kind != "faq":
        softened = _ask(decision, caution) if decision.action in caution.broken else decision
        return _hide(softened, caution, base)
    state = caution.state_of(target.id)
    if decision.action != "answer" or state == "repond":
        return decision
    if state == "propose":
        return _leave_to_desks(decision, (target,), base)
    return _ask(decision, caution)


def _ask(decision: Decision, caution: Caution) -> Decision:
    """Suggest what would have been said; nothing is suggested in the place of a decline."""
    target = decision.target
    if decision.action == "decline" or target is None:
        return replace(decision, action="unanswered", target=None, deferred=target)
    suggestions = _suggest(decision, target, caution.hidden_entries)
    asked = replace(decision, action="clarify", target=None, suggestions=suggestions)
    return replace(asked, beside=None, deferred=target)


def _suggest(decision: Decision, first: Target, hidden: Collection[str]) -> tuple[Target, ...]:
    others = (found.target for found in decision.candidates if found.target.kind == "faq")
    beside = (decision.beside,) if decision.beside else ()
    allowed = (found for found in others if found.id not in hidden)
    return tuple(dict.fromkeys((first, *beside, *allowed)))[:MOST]


def _hide(decision: Decision, caution: Caution, base: KnowledgeBase) -> Decision:
    """The same without suggestions that no asker is shown."""
    names = caution.hidden_entries
    hidden = tuple(t for t in decision.suggestions if t.kind == "faq" and t.id in names)
    if not hidden:
        return decision
    left = tuple(found for found in decision.suggestions if found not in hidden)
    if left or decision.term:
        return replace(decision, suggestions=left)
    return _leave_to_desks(decision, hidden, base)


def _leave_to_desks(
    decision: Decision, entries: tuple[Target, ...], base: KnowledgeBase
) -> Decision:
    """Say that nothing answers, and name the desks of the entries that are not shown."""
    found = (base.find_entry(entry.id) for entry in entries)
    desks = [Target("desk", entry.desk) for entry in found if entry and entry.desk]
    beside = (decision.beside,) if decision.beside else ()
    named = tuple(dict.fromkeys((*desks, *beside)))[:MOST]
    left = replace(decision, action="unanswered", target=None, suggestions=named, beside=None)
    return replace(left, term="", deferred=decision.target)
