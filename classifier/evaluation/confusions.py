"""Which targets the model confuses, and which questions look filed in the wrong place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.serving.calibration import Kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classifier.decision import Target
    from classifier.serving.calibration import Calibration
    from classifier.training.examples import Examples
    from classifier.training.rankings import OutOfFold

LEAST_CONFUSED = 3
"""A pair confused less often than this is chance."""

SURE = 0.9
"""A wrong ranking this sure of itself points at the question, not at the model."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """A question that ranked another target first.

    Attributes:
        text: the question.
        filed: where it stands.
        ranked: what the model, which had not seen it, ranked first.
        confidence: how sure the model was (0 to 1).
    """

    text: str
    filed: Target
    ranked: Target
    confidence: float


def confusions(found: Examples, held_out: OutOfFold, calibration: Calibration) -> list[Confusion]:
    """Every question that an out-of-fold model ranked elsewhere, the surest first."""
    return sorted(_wrong(found, held_out, calibration), key=lambda c: -c.confidence)


def colliding_pairs(wrong: list[Confusion]) -> list[tuple[Target, Target, list[Confusion]]]:
    """Pairs of targets confused in either direction, the most confused first."""
    pairs: dict[tuple[Target, Target], list[Confusion]] = defaultdict(list)
    for confusion in wrong:
        first, second = sorted((confusion.filed, confusion.ranked))
        pairs[first, second].append(confusion)
    often = [(a, b, c) for (a, b), c in pairs.items() if len(c) >= LEAST_CONFUSED]
    return sorted(often, key=lambda pair: (-len(pair[2]), pair[:2]))


def mislabelled_questions(wrong: list[Confusion]) -> list[Confusion]:
    """The questions that look filed in the wrong place."""
    return [confusion for confusion in wrong if confusion.confidence >= SURE]


def _wrong(found: Examples, held_out: OutOfFold, calibration: Calibration) -> Iterator[Confusion]:
    kinds = Kinds.of(found.targets)
    for n, ranking in enumerate(held_out.rankings):
        row = int(held_out.rows[n])
        best = int(ranking.scores.argmax())
        if not held_out.known[n] or best == found.labels[row]:
            continue
        confidence = float(calibration.probabilities(ranking, kinds)[best])
        filed = found.targets[int(found.labels[row])]
        yield Confusion(found.texts[row], filed, found.targets[best], confidence)
