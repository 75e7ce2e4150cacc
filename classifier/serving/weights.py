"""The weights of a linear model in eight bits: a table, and lists where a table would be empty.

Up to a few hundred classes a table of all weights is small and fastest. Above, most features
speak for a few classes only: those that many classes hold stay in the table, of the others the
classes and weights are listed, feature by feature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from scipy import sparse

TABLE_CLASSES = 300
"""Up to so many classes every feature is in the table."""

WIDELY_HELD = 6
"""Above, a feature is in the table when more than one class in so many holds it."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of F features for C classes.

    Attributes:
        table: (D, C) int8, the features that are in the table.
        slots: (F,) int32, the row of each feature in the table; -1: it is listed.
        starts: (F + 1,) int32, where each feature's list begins and, in the next, ends.
        listed_classes: (L,) uint16.
        listed: (L,) int8.
        scales: (C,) float32; a weight is its integer times the scale of its class.
    """

    table: NDArray[np.int8]
    slots: NDArray[np.int32]
    starts: NDArray[np.int32]
    listed_classes: NDArray[np.uint16]
    listed: NDArray[np.int8]
    scales: NDArray[np.float32]

    @classmethod
    def of(cls, integers: sparse.csc_matrix, scales: NDArray[np.float32]) -> Weights:
        """From a (C, F) int8 matrix; the features keep their order."""
        integers.sort_indices()
        classes = integers.shape[0]
        held = np.diff(integers.indptr)
        whole = classes <= TABLE_CLASSES
        tabled = held >= 0 if whole else held * WIDELY_HELD > classes
        slots = np.where(tabled, np.cumsum(tabled) - 1, -1)
        lists = np.repeat(~tabled, held)
        return cls(
            table=np.ascontiguousarray(integers[:, tabled].toarray().T),
            slots=slots.astype(np.int32),
            starts=np.concatenate([[0], np.cumsum(held * ~tabled)]).astype(np.int32),
            listed_classes=integers.indices[lists].astype(np.uint16),
            listed=integers.data[lists].astype(np.int8),
            scales=scales,
        )

    def sums(self, rows: NDArray[np.intp], weights: NDArray[np.float32]) -> NDArray[np.float64]:
        """(C,) the weighted sums over the features ``rows`` (R,), which rise."""
        if not len(self.listed):
            table = self.table.take(rows, axis=0, mode="clip").astype(np.float32)
            sums: NDArray[np.float64] = weights.dot(table) * self.scales.astype(np.float64)
            return sums
        return self._hybrid_sums(rows, weights)

    def _hybrid_sums(
        self, rows: NDArray[np.intp], weights: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        slots = self.slots.take(rows, mode="clip")
        tabled = (slots >= 0).nonzero()[0]
        table = self.table.take(slots.take(tabled), axis=0, mode="clip").astype(np.float32)
        begin = self.starts.take(rows, mode="clip")
        lengths = self.starts.take(rows + 1, mode="clip") - begin
        ends = lengths.cumsum()
        # Methods, not functions of numpy: what these wrap around them takes as long again.
        places = (begin - ends + lengths).repeat(lengths)
        places += np.arange(len(places), dtype=np.int32)
        spread = weights.repeat(lengths)
        spread *= self.listed.take(places, mode="clip")
        classes = self.listed_classes.take(places, mode="clip")
        counted = np.bincount(classes, spread, len(self.scales))
        # Of nothing at all it counts whole numbers, whatever their weights are.
        sums: NDArray[np.float64] = counted.astype(np.float64, copy=False)
        sums += weights.take(tabled).dot(table)
        sums *= self.scales
        return sums

    def integers(self) -> sparse.csc_matrix:
        """The (C, F) int8 matrix that ``of`` was given; slow, and for training alone."""
        from scipy import sparse  # noqa: PLC0415 - serving does without it

        tabled = np.flatnonzero(self.slots >= 0)
        features, classes = self.table[self.slots[tabled]].nonzero()
        data = self.table[self.slots[tabled]][features, classes]
        listed_rows = np.repeat(np.arange(len(self.slots)), np.diff(self.starts))
        places = np.concatenate([tabled[features], listed_rows])
        holders = np.concatenate([classes, self.listed_classes])
        shape = (len(self.scales), len(self.slots))
        return sparse.csc_matrix(
            (np.concatenate([data, self.listed]), (holders, places)), shape=shape
        )

    def columns(self, rows: NDArray[np.intp], *classes: int) -> list[NDArray[np.float64]]:
        """For each of ``classes``, the (R,) weights of the features ``rows``."""
        picked = np.zeros((len(classes), len(rows)))
        for n, row in enumerate(rows.tolist()):
            line = self._line(row)
            picked[:, n] = line[list(classes)]
        return [line * float(self.scales[one]) for line, one in zip(picked, classes, strict=True)]

    def _line(self, row: int) -> NDArray[np.float64]:
        """(C,) the integers of one feature."""
        if self.slots[row] >= 0:
            line: NDArray[np.float64] = self.table[self.slots[row]].astype(np.float64)
            return line
        line = np.zeros(len(self.scales))
        span = slice(int(self.starts[row]), int(self.starts[row + 1]))
        line[self.listed_classes[span]] = self.listed[span]
        return line

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, as ``from_arrays`` takes them."""
        return {name: getattr(self, name) for name in NAMES}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Weights:
        """The inverse of ``arrays``.

        Raises:
            KeyError: one is missing.
        """
        return cls(**{name: arrays[name] for name in NAMES})


NAMES = ("table", "slots", "starts", "listed_classes", "listed", "scales")
