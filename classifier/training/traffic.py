"""The mix of messages for which calibration and promises hold, and how rows stand for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classifier.serving.calibration import KINDS, Kinds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.serving.desks import Desks
    from classifier.training.examples import Examples
    from classifier.training.rankings import OutOfFold

OUTSIDE = KINDS.index("outside")


@dataclass(frozen=True, slots=True)
class Traffic:
    """What people are taken to write.

    Attributes:
        unknown: of the in-scope messages, the share that no published answer covers. About half
            in the open world; fewer among those who were told what the service knows.
        outside: of all messages, the share that is for nobody here.
    """

    unknown: float = 0.3
    outside: float = 0.15


HEAD_TRAFFIC = Traffic()
"""The mix that the heads are fitted on: the one that the promises are made for by default."""


@dataclass(frozen=True, slots=True)
class Rows:
    """M out-of-fold rankings as arrays, a contact entry being one with its desk.

    Attributes:
        labels: (M,) index of the right target.
        kinds: (M,) index into ``KINDS`` of the right target.
        known: (M,) bool, False where the right target was held out of training.
        owners: (M,) the desk of the right target, as ``Desks.owners``.
        manners: (M,) the fold of the message's manner of asking.
        draws: (M,) equal where two messages are of one target in one manner.
    """

    labels: NDArray[np.intp]
    kinds: NDArray[np.intp]
    known: NDArray[np.bool_]
    owners: NDArray[np.intp]
    manners: NDArray[np.intp]
    draws: NDArray[np.intp]

    @classmethod
    def of(cls, found: Examples, held_out: OutOfFold, desks: Desks) -> Rows:
        """The rows of ``held_out``."""
        given = found.labels[held_out.rows]
        manners = found.manners[held_out.rows]
        numbers = np.array(Kinds.of(found.targets).numbers)
        folds = int(manners.max(initial=0)) + 1
        return cls(
            labels=desks.merge(given),
            kinds=numbers[desks.merge(given)],
            known=held_out.known,
            owners=np.array(desks.owners)[given],
            manners=manners,
            draws=(given * folds + manners) * 2 + ~held_out.known,
        )

    def weights(self, traffic: Traffic) -> NDArray[np.float64]:
        """(M,) what each row counts, so that all together stand for ``traffic``; mean 1."""
        outside = self.kinds == OUTSIDE
        shares = (
            ((1 - traffic.outside) * (1 - traffic.unknown), self.known & ~outside),
            ((1 - traffic.outside) * traffic.unknown, ~self.known),
            (traffic.outside, self.known & outside),
        )
        present = [(share, rows) for share, rows in shares if rows.any()]
        whole = sum(share for share, _ in present) or 1.0
        weights = np.zeros(len(self.labels))
        for share, rows in present:
            weights[rows] = share / whole * len(self.labels) / rows.sum()
        return weights
