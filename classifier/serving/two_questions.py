"""One message -> the two questions in it, where it plainly holds two different ones.

To score the parts of every message apart as well was tried: cross-validation ranks no better
so. Only two questions with two sure answers are taken apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from classifier.text import MAX_CHARS

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.decision import Decision, Target

MAX_QUESTIONS = 6
"""A message with more is read as a whole: to answer two of ten would be odd, and costs time."""

LIKELY = 3
"""How far down the candidates of the whole message the targets of its parts may stand. A part
that is mere context may remind of another target when it stands alone."""

LEAST_WORDS = 4
"""A part without a question mark needs as many to count: fewer are thanks or a greeting."""

_FULL_WIDTH = "\uff1f"
_ENDS = " \t\r\n\u00a0.!?"
_QUESTION = re.compile(r"[^?]+[?!\s]*")
_LETTER = re.compile(r"[^\W_]")


class Part(NamedTuple):
    """One of several questions: its text and the decision on it."""

    text: str
    decision: Decision


def questions(text: str) -> list[str]:
    """The parts of ``text`` up to each question mark, and what follows the last if it is long.

    What leads up to a question is part of it. Empty where there are fewer than two parts with a
    word in them: in most messages, which this costs next to nothing.
    """
    text = text[:MAX_CHARS].replace(_FULL_WIDTH, "?")
    if "?" not in text.rstrip(_ENDS):
        return []
    parts = [part.strip() for part in _QUESTION.findall(text) if _LETTER.search(part)]
    if len(parts) > 1 and "?" not in parts[-1] and len(parts[-1].split()) < LEAST_WORDS:
        parts.pop()
    return parts if 1 < len(parts) <= MAX_QUESTIONS else []


def two_questions(
    text: str, whole: Decision, decide: Callable[[str], Decision]
) -> tuple[Part, Part] | None:
    """The two questions of ``text`` that get direct replies with two targets.

    The likeliest target of the whole message must be one of them, and comes first: should there
    be but one question after all, its reply is what would have been given or suggested.

    Args:
        text: a message.
        whole: the decision on all of it; what is declined as a whole is not taken apart.
        decide: decides on a part, by the same thresholds.
    """
    asked = questions(text) if whole.action != "decline" else []
    if not asked:
        return None
    likely: list[Target | None] = [candidate.target for candidate in whole.candidates[:LIKELY]]
    surest: dict[Target | None, Part] = {}
    for part in asked:
        decision = decide(part)
        target = decision.target
        if target in likely:
            parts = (surest.get(target), Part(part, decision))
            surest[target] = max(filter(None, parts), key=_sure)
    first = surest.pop(likely[0], None)
    if first is None or not surest:
        return None
    return first, max(surest.values(), key=_sure)


def _sure(part: Part) -> float:
    return part.decision.confidence
