"""What the figures of ``train`` and ``evaluate`` mean, in words that need no source to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MEANINGS: Mapping[str, str] = {
    "questions": "messages in the file",
    "triage_score": "1 for what is right, 0 for silence, -1 for what is wrong, on average",
    "triage_score_95": "95 % bootstrap interval of that",
    "faq_top1": "of the messages with a published answer: it ranks first",
    "faq_top3": "... it ranks among the first three",
    "faq_right": "... it is given directly",
    "faq_helped": "... it is given or suggested",
    "desk_top1": "of the messages for a desk: the right one ranks first",
    "desk_top3": "... it ranks among the first three",
    "route_right": "of the messages for a desk: handed to the right one",
    "route_helped": "... handed to it or suggested",
    "neither_declined": "of the messages that are not for us: declined",
    "neither_false_action": "... answered or handed over all the same",
    "unknown_right": "of our messages without a published answer: told so, or at the right desk",
    "unknown_answered": "... answered with what does not answer them",
    "unknown_wrong_desk": "... handed to the wrong desk",
    "unknown_declined": "... declined as if they were not for us",
    "ambiguous_right": "of the messages with several meanings: asked back, or one of them right",
    "direct_share": "of all messages: answered or handed over at once",
    "wrong_of_direct": "of these direct replies, answers and hand-overs together: wrong",
    "wrong_of_direct_in_scope": "the same, of messages that concern us alone",
    "outside_declined": "of the messages that are not for us: declined",
    "aurc": "area under the risk-coverage curve: the mean share of wrong ones, surest first",
}

NO_PROMISE = (
    "  wrong_of_direct counts all kinds of replies together, in the mix of these messages;",
    "  the promise is made of each kind alone, in the mix of the settings: do not compare the two",
)
"""Stands below figures that one might read as a broken promise."""


def explain_figures(figures: Mapping[str, Any], width: int = 18) -> list[str]:
    """One figure a line, with what it means where that is known."""
    lines = [
        f"  {name:{width}} {value!s:>7}  {MEANINGS.get(name, '')}"
        for name, value in figures.items()
    ]
    told = NO_PROMISE if "wrong_of_direct" in figures else ()
    return [*(line.rstrip() for line in lines), *told]
