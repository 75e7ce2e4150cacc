"""The choices of a training, in one place."""

from __future__ import annotations

from dataclasses import dataclass

VIEWS = ("words", "chars")
"""Each text is read twice: as words and pairs of words, and as character n-grams."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The choices that cross-validation made.

    Attributes:
        cost: C of the linear support vector machine.
        idf_power: exponent of the inverse document frequency (1 small sets, 0.3 large ones).
        min_count: a single word is kept from so many utterances on.
        min_pair_count: the same for pairs of words and character n-grams.
        language: of the stemmer; None leaves words as they are.
        own_weight: what an utterance of the class itself weighs against one of another class,
            when the machine of a class is fitted.
        shortlist: an utterance stands against the machines of so many nearest classes.
        drawn: and the machine of a class against so many other utterances, drawn at random.
        kept: share of the squared sum of its weights that a class keeps; the rest is pruned.
    """

    cost: float = 1.0
    idf_power: float = 1.0
    min_count: int = 1
    min_pair_count: int = 2
    language: str | None = "french"
    own_weight: float = 1.0
    shortlist: int = 20
    drawn: int = 1000
    kept: float = 0.97

    def least_count(self, feature: str, view: str) -> int:
        """The utterances that must hold ``feature`` for it to be kept."""
        single = view == "words" and " " not in feature
        return self.min_count if single else self.min_pair_count
