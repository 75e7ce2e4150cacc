"""Fitting the calibration on out-of-fold rankings, with scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from classifier.serving.calibration import (
    KINDS,
    Calibration,
    Head,
    Kinds,
    others_of,
    signals_of,
    softmax,
)
from classifier.training.traffic import HEAD_TRAFFIC, Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.serving.desks import Desks
    from classifier.training.examples import Examples
    from classifier.training.rankings import OutOfFold

MIN_HEAD_ROWS = 100
"""A kind of first target seen less often shares the head of all kinds."""

FREE_ROWS = 10_000
"""Rows from which a head is hardly held back. Nine weights fitted freely on a few hundred rows put
a wrong ranking or two among the surest, and then nothing can be certified."""


def calibrate(found: Examples, held_out: OutOfFold, desks: Desks) -> Calibration:
    """Fit the temperature and the heads on out-of-fold rankings.

    Args:
        found: the examples.
        held_out: their rankings; some targets were held out and play the unknown.
        desks: which desk takes over after which target.
    """
    rows = Rows.of(found, held_out, desks)
    scores = np.array([ranking.scores for ranking in held_out.rankings])
    sharpness = _sharpness(scores[rows.known], found.labels[held_out.rows][rows.known])
    kinds = Kinds.of(found.targets, desks)
    signals = np.array(
        [signals_of(r, others_of(r, sharpness), kinds)[0] for r in held_out.rankings]
    )
    first = np.array([ranking.first for ranking in held_out.rankings])
    right = rows.known & (desks.merge(first) == rows.labels)
    weight = rows.weights(HEAD_TRAFFIC)
    of_kind = [np.array(kinds.numbers)[first] == kind for kind in range(len(KINDS))]
    wrong = ~right
    return Calibration(
        sharpness=sharpness,
        heads=tuple(_head(signals, right, weight, chosen) for chosen in of_kind),
        unknown_heads=tuple(
            _head(signals[wrong], ~rows.known[wrong], weight[wrong], chosen[wrong])
            for chosen in of_kind
        ),
    )


def _head(
    signals: NDArray[np.float64],
    right: NDArray[np.bool_],
    weight: NDArray[np.float64],
    chosen: NDArray[np.bool_],
) -> Head:
    if chosen.sum() < MIN_HEAD_ROWS or len(np.unique(right[chosen])) == 1:
        chosen = np.ones(len(right), dtype=bool)
    rows = signals[chosen]
    if len(np.unique(right[chosen])) < 2:  # noqa: PLR2004 - a choice needs two
        # A very small base, all right or all wrong: a rate is known, but nothing is certain.
        hits, misses = int(right.sum()), int((~right).sum())
        return Head((0.0,) * signals.shape[1], float(np.log((hits + 1) / (misses + 1))))
    logistic = LogisticRegression(C=min(1.0, len(rows) / FREE_ROWS), max_iter=1000)
    return fit_head(logistic, rows, right[chosen], weight[chosen])


def fit_head(
    logistic: LogisticRegression,
    signals: NDArray[np.float64],
    right: NDArray[np.bool_],
    weight: NDArray[np.float64] | None = None,
) -> Head:
    """Fit a head on standardised signals; it reads them as they are.

    Args:
        logistic: the regression to fit, with its regularisation.
        signals: (N, S) what each of N guesses looked like.
        right: (N,) whether the guess was right.
        weight: (N,) how much each row counts; alike when not given.
    """
    mean, scale = signals.mean(axis=0), signals.std(axis=0)
    scale[scale == 0] = 1.0
    logistic.fit((signals - mean) / scale, right, sample_weight=weight)
    weights = logistic.coef_[0] / scale
    return Head(tuple(weights.tolist()), float(logistic.intercept_[0] - weights @ mean))


def _sharpness(scores: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    def loss(log_sharpness: float) -> float:
        likely = softmax(scores * np.exp(log_sharpness))[np.arange(len(labels)), labels]
        return -float(np.log(likely + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 5.0), method="bounded").x))
