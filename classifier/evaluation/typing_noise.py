"""Damages messages as people do in typing, and measures how much of the ranking survives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from classifier.evaluation.wrappings import WRAPPINGS
from classifier.serving.calibration import KINDS, kind_numbers
from classifier.serving.courtesy.aside import set_aside
from kb.folding import without_accents

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from classifier.training.examples import Examples

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Damage:
    """One way to damage a text; ``errors`` typing errors are drawn for each message."""

    name: str
    fold: Callable[[str], str] = str
    errors: int = 0

    def __call__(self, text: str, rng: np.random.Generator) -> str:
        """The damaged text."""
        for _ in range(self.errors):
            text = add_typing_error(text, rng)
        return self.fold(text)


def add_typing_error(text: str, rng: np.random.Generator) -> str:
    """One letter left out, doubled, replaced or swapped with the next."""
    places = [n for n, char in enumerate(text) if char.isalpha()]
    if not places:
        return text
    at = int(rng.choice(places))
    options = (
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + LETTERS[int(rng.integers(len(LETTERS)))] + text[at + 1 :],
        text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
    )
    return options[int(rng.integers(len(options)))]


DAMAGES = (
    Damage("as typed"),
    Damage("without accents", without_accents),
    Damage("in capitals", str.upper),
    Damage("one typing error", errors=1),
    Damage("three typing errors", errors=3),
    *(Damage(name, wrapping) for name, wrapping in WRAPPINGS.items()),
)


def damage_examples(found: Examples, seed: int = 0) -> Examples:
    """Every example, then every damaged copy: ``DAMAGES`` times N rows, in that order.

    The courtesy of a copy is set aside, as it is before a message is ranked.
    """
    rng = np.random.default_rng(seed)
    times = len(DAMAGES)
    return replace(
        found,
        texts=tuple(
            set_aside(damage(text, rng)).kept for damage in DAMAGES for text in found.texts
        ),
        labels=np.tile(found.labels, times),
        manners=np.tile(found.manners, times),
        named=np.tile(found.named, times),
        blocks=np.tile(found.blocks, times),
    )


def survival(found: Examples, first: NDArray[np.intp]) -> dict[str, tuple[float, float]]:
    """For each damage: faq_top1 and share of messages that keep their first target, in %.

    Messages of courtesy alone are left out: what is wrapped around them is more of the same.

    Args:
        found: the N undamaged examples.
        first: (D, N) best entry or desk of each damaged copy, -1 where it was not ranked.
    """
    asked = (kind_numbers(found.targets)[found.labels] == KINDS.index("faq")) & (first[0] >= 0)
    ranked = (first[0] >= 0) & found.asks
    return {
        damage.name: (
            round(100 * float((row[asked] == found.labels[asked]).mean()), 1),
            round(100 * float((row[ranked] == first[0][ranked]).mean()), 1),
        )
        for damage, row in zip(DAMAGES, first, strict=True)
    }
