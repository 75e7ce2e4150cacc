"""One linear machine a class, fitted at a cost that grows with the texts, not with their square.

Most classes ("near" ones) are taught against their own neighbours: the texts of others that have
the class among their nearest by centroid, and some drawn at random. A few ("wide") are taught
against everything. Afterwards each class keeps its heaviest weights, in eight bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CENTROID_FEATURES = 1000
"""Features that a centroid keeps: those with the largest weights."""

CHUNK = 4000
"""Texts compared with all centroids at a time."""

WIDE_TEXTS = 40_000
"""A wide class is taught against so many texts of near ones at most, drawn at random."""

MAX_INTEGER = 127
TOLERANCE = 1e-2
MAX_ITERATIONS = 2000


class Packed(NamedTuple):
    """Weights of K classes over F features, pruned and rounded.

    Attributes:
        integers: (K, F) int8.
        scales: (K,) float32; a weight is integer times scale.
    """

    integers: sparse.csr_matrix
    scales: NDArray[np.float32]


class LinearMachines(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Linear support vector machines, one a class, with pruned weights of eight bits.

    Args:
        cost: C of the squared-hinge loss.
        own_weight: what a text of the class itself weighs against one of another class.
        wide: the classes that are taught against all others.
        shortlist: the nearest classes of a text, whose machines it is a counter-example of.
        drawn: counter-examples of a near class that are drawn at random.
        kept: share of the squared sum of its weights that a class keeps.
        seed: draws the random parts.
        jobs: processes that fit, as joblib counts them.

    Attributes:
        classes_: (K,) the labels, sorted.
        packed_: their weights.
        intercept_: (K,) float32.
    """

    def __init__(
        self,
        *,
        cost: float = 1.0,
        own_weight: float = 1.0,
        wide: Sequence[int] = (),
        shortlist: int = 20,
        drawn: int = 1000,
        kept: float = 0.97,
        seed: int = 0,
        jobs: int = 1,
    ) -> None:
        self.cost = cost
        self.own_weight = own_weight
        self.wide = wide
        self.shortlist = shortlist
        self.drawn = drawn
        self.kept = kept
        self.seed = seed
        self.jobs = jobs

    def fit(self, rows: sparse.csr_matrix, labels: NDArray[np.intp]) -> LinearMachines:
        """Learn from TF-IDF (N, F) float32, a label each; ``NOBODY`` where no class is right."""
        self.classes_ = np.unique(labels[labels != NOBODY])
        wide = np.isin(self.classes_, self.wide)
        near = self.classes_[~wide]
        close = _Close.of(nearest_classes(rows, labels, near, self.shortlist), near)
        jobs = [delayed(_fit_wide)(self, rows, labels)] if wide.any() else []
        parts = np.array_split(near, max(min(len(near), 4 * effective_n_jobs(self.jobs)), 1))
        jobs += [delayed(_fit_near)(self, rows, labels, close, p) for p in parts if len(p)]
        fitted = [one for part in Parallel(n_jobs=self.jobs)(jobs) for one in part]
        fitted.sort(key=lambda one: one.label)
        self.packed_ = Packed(
            sparse.vstack([one.integers for one in fitted], format="csr"),
            np.array([one.scale for one in fitted], dtype=np.float32),
        )
        self.intercept_ = np.array([one.intercept for one in fitted], dtype=np.float32)
        return self

    def decision_function(self, rows: sparse.csr_matrix) -> NDArray[np.float64]:
        """(N, K) margins of TF-IDF rows (N, F)."""
        weights = self.packed_.integers.T.astype(np.float64).tocsr()
        sums = (rows.astype(np.float64) @ weights).toarray()
        margins: NDArray[np.float64] = sums * self.packed_.scales + self.intercept_
        return margins

    def predict(self, rows: sparse.csr_matrix) -> NDArray[np.intp]:
        """(N,) the label of the highest margin."""
        labels: NDArray[np.intp] = self.classes_[self.decision_function(rows).argmax(axis=1)]
        return labels


def fit_near_classes(
    machines: LinearMachines,
    rows: sparse.csr_matrix,
    labels: NDArray[np.intp],
    touched: NDArray[np.intp],
) -> list[Machine]:
    """The machines of the near classes that have the texts ``touched`` of their own or near them.

    They are those that ``fit`` would give, from TF-IDF (N, F) and a label each.
    """
    near = np.setdiff1d(labels, [*machines.wide, NOBODY])
    nearest = nearest_classes(rows, labels, near, machines.shortlist)
    moved = np.intersect1d(near, np.concatenate([labels[touched], nearest[touched].ravel()]))
    return _fit_near(machines, rows, labels, _Close.of(nearest, near), moved)


class Machine(NamedTuple):
    """One class's machine: its weights, pruned, in eight bits of one scale."""

    label: int
    integers: sparse.csr_matrix
    scale: float
    intercept: float


def nearest_classes(
    rows: sparse.csr_matrix, labels: NDArray[np.intp], classes: NDArray[np.intp], count: int
) -> NDArray[np.intp]:
    """(N, count) the labels among ``classes`` whose centroids are nearest to each row."""
    count = min(count, len(classes))
    if not count:
        return np.empty((rows.shape[0], 0), dtype=np.intp)
    towards = _centroids(rows, labels, classes).T.tocsr()
    nearest = np.empty((rows.shape[0], count), dtype=np.intp)
    for start in range(0, rows.shape[0], CHUNK):
        near = (rows[start : start + CHUNK] @ towards).toarray()
        nearest[start : start + CHUNK] = np.argpartition(-near, count - 1, axis=1)[:, :count]
    return classes[nearest]


class _Close(NamedTuple):
    """The rows that have a class among their nearest: those of the n-th stand together.

    Attributes:
        classes: (K,) labels, rising.
        rows: the rows of the first class, then those of the second, and so on.
        starts: (K + 1,) where those of each class begin.
    """

    classes: NDArray[np.intp]
    rows: NDArray[np.intp]
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, nearest: NDArray[np.intp], classes: NDArray[np.intp]) -> _Close:
        """From what ``nearest_classes`` gives."""
        order = np.argsort(nearest, axis=None, kind="stable")
        starts = np.searchsorted(nearest.ravel()[order], [*classes.tolist(), NOBODY_ABOVE])
        return cls(classes, order // max(nearest.shape[1], 1), starts)

    def rows_of(self, label: int) -> NDArray[np.intp]:
        """The rows that have ``label`` among their nearest classes."""
        place = int(np.searchsorted(self.classes, label))
        return self.rows[self.starts[place] : self.starts[place + 1]]


NOBODY_ABOVE = np.iinfo(np.intp).max
"""Above every label."""


def _centroids(
    rows: sparse.csr_matrix, labels: NDArray[np.intp], classes: NDArray[np.intp]
) -> sparse.csr_matrix:
    """(K, F) what a class has more of than the others: its heaviest features, of length one."""
    place = np.full(int(labels.max()) + 1, -1)
    place[classes] = np.arange(len(classes))
    own = np.flatnonzero((labels != NOBODY) & (place[labels] >= 0))
    ones = np.ones(len(own), dtype=np.float32)
    shape = (len(classes), rows.shape[0])
    sums = normalize(sparse.csr_matrix((ones, (place[labels[own]], own)), shape=shape) @ rows)
    mean = np.asarray(sums.mean(axis=0)).ravel()
    sums.data = np.maximum(sums.data - mean[sums.indices], 0)
    for start, end in zip(sums.indptr[:-1], sums.indptr[1:], strict=True):
        values = sums.data[start:end]
        if len(values) > CENTROID_FEATURES:
            values[np.argsort(-values, kind="stable")[CENTROID_FEATURES:]] = 0
    sums.eliminate_zeros()
    return normalize(sums)


def _fit_near(
    machines: LinearMachines,
    rows: sparse.csr_matrix,
    labels: NDArray[np.intp],
    close: _Close,
    classes: NDArray[np.intp],
) -> list[Machine]:
    fitted = []
    for label in classes.tolist():
        dice = np.random.default_rng([machines.seed, label])
        own = labels == label
        chosen = own.copy()
        chosen[close.rows_of(label)] = True
        rest = np.flatnonzero(~chosen)
        size = min(machines.drawn, len(rest))
        chosen[rest[dice.choice(len(rest), size, replace=False, shuffle=False)]] = True
        taught = np.flatnonzero(chosen)
        svm = _machine(machines, {True: machines.own_weight})
        svm.fit(rows[taught], own[taught])
        fitted.append(_pack(label, svm.coef_[0], svm.intercept_[0], machines.kept))
    return fitted


def _fit_wide(
    machines: LinearMachines, rows: sparse.csr_matrix, labels: NDArray[np.intp]
) -> list[Machine]:
    """Every wide class against all: fitted at once, the near ones being one class among them.

    What no class is right for may still be a desk's: it teaches them nothing.
    """
    wide = np.isin(labels, machines.wide)
    others = np.flatnonzero(~wide & (labels != NOBODY))
    if len(others) > WIDE_TEXTS:
        dice = np.random.default_rng([machines.seed, len(labels)])
        others = dice.choice(others, WIDE_TEXTS, replace=False)
    taught = np.sort(np.concatenate([np.flatnonzero(wide), others]))
    named = np.where(wide[taught], labels[taught], NOBODY)
    weights = dict.fromkeys(np.unique(named[named != NOBODY]).tolist(), machines.own_weight)
    svm = _machine(machines, weights).fit(rows[taught], named)
    coef, intercept = _one_row_a_class(svm)
    return [
        _pack(int(label), weights, float(bias), machines.kept)
        for label, weights, bias in zip(svm.classes_, coef, intercept, strict=True)
        if label != NOBODY
    ]


NOBODY = -1
"""The label of a row that no class is right for, and among wide classes of all that is not wide."""


def _machine(machines: LinearMachines, weights: dict[int, float]) -> LinearSVC:
    return LinearSVC(
        C=machines.cost,
        class_weight=weights if machines.own_weight != 1 else None,
        dual=True,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
        random_state=machines.seed,
    )


def _one_row_a_class(svm: LinearSVC) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # With two classes scikit-learn keeps one row, the second class's.
    if len(svm.coef_) > 1:
        return svm.coef_, svm.intercept_
    return np.vstack([-svm.coef_, svm.coef_]), np.array([-svm.intercept_[0], svm.intercept_[0]])


def _pack(label: int, coef: NDArray[np.float64], intercept: float, kept: float) -> Machine:
    """The fewest weights that hold ``kept`` of the squared sum, as integers of one scale."""
    order = np.argsort(-np.abs(coef), kind="stable")
    squares = np.cumsum(coef[order] ** 2)
    columns = np.sort(order[: int(np.searchsorted(squares, kept * squares[-1])) + 1])
    scale = float(np.float32(np.abs(coef).max(initial=0) / MAX_INTEGER)) or 1.0
    integers = np.rint(coef[columns] / scale).clip(-MAX_INTEGER, MAX_INTEGER).astype(np.int8)
    # A weight that rounds to nothing needs no place.
    columns, integers = columns[integers != 0], integers[integers != 0]
    starts = np.array([0, len(columns)])
    row = sparse.csr_matrix((integers, columns.astype(np.int32), starts), shape=(1, len(coef)))
    return Machine(label, row, scale, float(intercept))
