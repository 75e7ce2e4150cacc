"""Messages of one word: they say what they are about, and not what is wanted.

People on a phone ask by one word, and nearly no question of a knowledge base does. What a model
believes of such a message it learnt from sentences that hold the word: so the person is asked what
they want, and the message is "not for us" only where that family's own messages hold the word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.serving.courtesy.aside import Courtesy, Spans, set_aside
from classifier.text import plain_words, word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.decision import Action, Decision, Target
    from classifier.serving.ranker import ReadWord

DIRECT: frozenset[Action] = frozenset({"answer", "route"})
MOST_WORDS = 2
"""Words of such a message, a determiner included."""

_DETERMINERS = word_set(
    "le la l les un une des de d du mon ma mes notre nos votre vos the a an my our your"
)

_POLITE = (
    r"(?:svp|stp|s(?:['’ ]?il (?:vous|te) pla[iî]t|\.v\.p|\.t\.p)|please|pls|plz|merci|thanks)"
)
_BEFORE = re.compile(rf"\s*(?:{_POLITE}\b[\s,.!?]+)+", re.IGNORECASE)
_BEHIND = re.compile(rf"(?:[\s,]+{_POLITE}[.!?]*)+\s*$", re.IGNORECASE)


def read_request(text: str) -> Spans:
    """A message divided into its courtesy and what is left; "aide svp" is read as "aide".

    Some words are courtesy in a polite sentence and a request of their own. They alone are read
    here again: what :func:`set_aside` does is what the models were trained on.
    """
    message = set_aside(text)
    if message.asks:
        return message
    before, behind = _BEFORE.match(text), _BEHIND.search(text)
    start = before.end() if before else 0
    end = behind.start() if behind else len(text)
    rest = text[start:end]
    brief = rest != text and 0 < len(plain_words(rest)) <= MOST_WORDS
    if not brief or not set_aside(rest).asks:
        return message
    cut = [span for span in ((0, start), (end, len(text))) if span[0] < span[1]]
    return Spans(rest, tuple(Courtesy("please", a, b, text[a:b].strip(" ,")) for a, b in cut))


class BareWords:
    """Knows what is not done with a message of one word.

    Args:
        targets: the C targets of the model.
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        self._number = {target: n for n, target in enumerate(targets)}
        self._inside = [n for n, target in enumerate(targets) if target.kind != "outside"]

    def barred(self, text: str, words: Sequence[ReadWord], decision: Decision) -> frozenset[Action]:
        """The actions that a message of one word does not get; none for a longer one.

        Args:
            text: the message.
            words: its words as the ranker reads them.
            decision: what would be done with it.
        """
        if len(words) > MOST_WORDS or len(words) - _led_by_determiner(text) != 1:
            return frozenset()
        if decision.action != "decline":
            return DIRECT
        return DIRECT if self._is_theirs(words[-1], decision.target) else DIRECT | {"decline"}

    def _is_theirs(self, word: ReadWord, family: Target | None) -> bool:
        """Whether a family's messages hold a word, or nobody's here do."""
        if word.row < 0 or family is None:
            return True
        return bool(word.classes[self._number[family]]) or not self._is_ours(word)

    def _is_ours(self, word: ReadWord) -> bool:
        return any(word.classes[n] for n in self._inside)


def _led_by_determiner(text: str) -> bool:
    first, *others = plain_words(text) or [""]
    return bool(others) and first in _DETERMINERS
