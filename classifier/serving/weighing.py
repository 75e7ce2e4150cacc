"""One message, weighed: what could be said to it, and what is believed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.decision import MAX_SUGGESTIONS, Candidate, Target
from classifier.serving.calibration import OUTSIDE
from classifier.serving.policy import DESK_REACH, Beliefs
from classifier.serving.ranker import best_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.serving.calibration import Kinds

MAX_CANDIDATES = 10

MAX_SHOWN = 2
"""Desks shown to whoever asks what nothing answers; more would be no advice."""

LEAST_SHOWN = 0.15
"""Least share of the unknown that a desk must have to be shown under "unanswered"."""

LEAST_BESIDE = 0.05
"""Least probability, its share of the unknown included, of a desk offered beside an answer. Out of
fold one answer in six has such a desk; a tenth of those answers are wrong, and that desk is the
right one for nearly half of these."""


class Weighed(NamedTuple):
    """One message, weighed: what could be said, and what is believed.

    Attributes:
        candidates: entries and desks, best first.
        suggestions: what would be asked.
        shown: the desks that would be shown under "unanswered".
        beside: the desk that would be offered beside an answer, if any.
        outside: (F,) the probability of each outside family.
        believed: what the costs are made of.
    """

    candidates: tuple[Candidate, ...]
    suggestions: tuple[Target, ...]
    shown: tuple[Target, ...]
    beside: Target | None
    outside: NDArray[np.float64]
    believed: Beliefs


class Scales:
    """Weighs the probabilities of messages over the same C targets.

    Args:
        targets: C targets, sorted, so that those of one kind stand together.
        kinds: their kinds and desks.

    Attributes:
        outside: where the outside families stand among the targets.
        named: the entries and desks.
    """

    def __init__(self, targets: Sequence[Target], kinds: Kinds) -> None:
        numbers = np.array(kinds.numbers)
        # A view is enough of what stands together.
        self._inside, self.outside = _together(numbers != OUTSIDE), _together(numbers == OUTSIDE)
        self.named = targets[self._inside]
        first = self._inside.start or 0
        self._desk_columns = np.array(kinds.desks.columns, dtype=np.intp) - first
        self._nobody = np.zeros(len(self._desk_columns))

    def weigh(
        self,
        probabilities: NDArray[np.float64],
        desks: NDArray[np.float64] | None,
        suggest_from: float = 0.0,
    ) -> Weighed:
        """Weigh a reading.

        Args:
            probabilities: (C,) of the targets.
            desks: (D,) shares of the unknown.
            suggest_from: least probability of a suggestion.
        """
        inside, outside = probabilities[self._inside], probabilities[self.outside]
        shares = self._nobody if desks is None else desks
        first = int(inside.argmax()) if len(inside) else -1
        ours, theirs = float(np.add.reduce(inside)), float(np.add.reduce(outside))
        unknown, candidates = max(0.0, 1.0 - ours - theirs), self.best(inside)
        reach = inside.copy()
        reach[self._desk_columns] += DESK_REACH * unknown * shares
        asked, shown = self._likeliest(reach, suggest_from), self._shown_desks(shares)
        beside = self._beside(reach, first)
        return Weighed(
            candidates,
            self._name(asked),
            self._name(shown),
            self.named[beside] if beside is not None else None,
            outside,
            Beliefs(
                best=candidates[0].score if candidates else 0.0,
                inside=ours,
                outside=theirs,
                unknown=unknown,
                asked=sum([float(inside[n]) for n in asked]),
                asked_desks=self._share(shares, asked),
                shown=sum([float(inside[n]) for n in shown]),
                best_desk=self._share(shares, [first]),
                beside=float(reach[beside]) if beside is not None else 0.0,
            ),
        )

    def _name(self, columns: Sequence[int]) -> tuple[Target, ...]:
        return tuple([self.named[n] for n in columns])

    def _share(self, shares: NDArray[np.float64], columns: Sequence[int]) -> float:
        """What the desks among ``columns`` have of the unknown together."""
        of = self._desk_columns.tolist()
        return sum([float(shares[of.index(n)]) for n in columns if n in of])

    def _beside(self, reach: NDArray[np.float64], first: int) -> int | None:
        """The column of the desk to offer beside an answer with the column ``first``, if any."""
        columns = self._desk_columns
        if not len(columns) or first in columns:
            return None
        likeliest = int(columns[reach[columns].argmax()])
        return likeliest if reach[likeliest] >= LEAST_BESIDE else None

    def _likeliest(self, reach: NDArray[np.float64], least: float) -> list[int]:
        """The columns to suggest: at most three, and the first even when it is unlikely."""
        order = best_columns(reach, MAX_SUGGESTIONS).tolist()
        return [n for n in order if reach[n] >= least] or order[:1]

    def _shown_desks(self, shares: NDArray[np.float64]) -> list[int]:
        order = shares.argsort()[: -MAX_SHOWN - 1 : -1].tolist()
        return [int(self._desk_columns[n]) for n in order if shares[n] >= LEAST_SHOWN]

    def best(self, inside: NDArray[np.float64]) -> tuple[Candidate, ...]:
        """The candidates by the probabilities of all that is inside, best first."""
        order = best_columns(inside, MAX_CANDIDATES)
        targets = map(self.named.__getitem__, order.tolist())
        return tuple(map(Candidate, targets, inside.take(order).tolist()))


def _together(chosen: NDArray[np.bool_]) -> slice:
    rows = np.flatnonzero(chosen).tolist()
    return slice(rows[0], rows[-1] + 1) if rows else slice(0)
