"""What is asked instead of said while the promise on a kind of direct reply is broken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from classifier.decision import Action, Decision, Target

MOST = 3
"""Suggestions at once."""


def soften(decision: Decision, broken: Collection[Action]) -> Decision:
    """A decision as it may still be acted upon.

    Args:
        decision: what the model would do.
        broken: the kinds of direct replies whose promise is broken.

    Returns:
        The same decision unless its kind is broken. An answer or a desk is then suggested, with
        what stands next to it; what would be declined is said to be unanswered.
    """
    also = soften(decision.also, broken) if decision.also else None
    if decision.action not in broken:
        return replace(decision, also=also)
    if decision.action == "decline" or decision.target is None:
        return replace(decision, action="unanswered", target=None, also=also)
    suggestions = _suggest(decision, decision.target)
    asked = replace(decision, action="clarify", target=None, suggestions=suggestions)
    return replace(asked, beside=None, also=also)


def _suggest(decision: Decision, first: Target) -> tuple[Target, ...]:
    others = (found.target for found in decision.candidates if found.target.kind == "faq")
    beside = (decision.beside,) if decision.beside else ()
    return tuple(dict.fromkeys((first, *beside, *others)))[:MOST]
