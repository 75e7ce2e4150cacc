"""KnowledgeBase -> TriageModel with scikit-learn: calibrated, reproducible from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from classifier.calibration import (
    KINDS,
    Calibration,
    Head,
    kind_numbers,
    signals_of,
    softmax,
)
from classifier.errors import TrainingError
from classifier.examples import ALWAYS_TRAINED, examples
from classifier.pipeline import Recipe, build, compile_pipeline, count, linear_model
from classifier.ranker import Ranking
from classifier.triage import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from classifier.compiled import CompiledModel
    from classifier.examples import Examples
    from classifier.pipeline import Counts
    from kb.entries import KnowledgeBase

HELD_OUT_ROUNDS = 5
"""Rounds in which a fifth of the targets plays the unknown."""

UNKNOWN_SHARE = 0.03
"""Share of messages whose target is not in the knowledge base at all, in heads and promises."""


@dataclass(frozen=True, slots=True)
class TriageModel:
    """All that a training produced.

    Attributes:
        compiled: the arrays that serving reads.
        calibration: margins -> probabilities.
        policy: costs and thresholds.
        pipeline: the fitted scikit-learn pipeline that ``compiled`` was flattened from.
        content: fingerprint of the knowledge base.
        seed: what the random parts were drawn from.
        held_out: out-of-fold rankings of every example, for figures.
    """

    compiled: CompiledModel
    calibration: Calibration
    policy: Policy
    pipeline: Pipeline
    content: str
    seed: int
    held_out: OutOfFold


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Rankings by models that had not seen the message's fold, or its target at all.

    Attributes:
        rows: (M,) example numbers.
        known: (M,) bool, False where the message's target was held out of training.
        rankings: the M rankings, over all C targets.
    """

    rows: NDArray[np.intp]
    known: NDArray[np.bool_]
    rankings: tuple[Ranking, ...]


@dataclass(frozen=True, slots=True)
class _Split:
    train: NDArray[np.intp]
    test: NDArray[np.intp]
    known: NDArray[np.bool_]


def train(
    base: KnowledgeBase,
    seed: int = 0,
    recipe: Recipe | None = None,
    policy: Policy | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> TriageModel:
    """Fit, calibrate and compile a model of ``base``.

    Args:
        base: the knowledge base; at least two targets with questions.
        seed: the same content and seed give the same model, to the byte.
        recipe: features and regularisation; the default suits a few dozen questions a target.
        policy: what mistakes cost.
        progress: called with ``(stage, done, total)``.

    Raises:
        TrainingError: fewer than two targets have questions, or no question can be tested.
    """
    tell = progress or (lambda _stage, _done, _total: None)
    recipe = recipe or Recipe()
    found = examples(base, seed)
    if len(found.targets) < 2:  # noqa: PLR2004 - a choice needs two
        raise TrainingError(
            "nothing to choose between: the knowledge base needs at least two entries with "
            "questions; add some and train again"
        )
    held_out = cross_validate(found, recipe, found.blocks, seed, tell)
    pipeline = build(found.texts, found.compounds, recipe).fit(found.texts, found.labels)
    tell("fit", 1, 1)
    return TriageModel(
        compiled=compile_pipeline(pipeline, found),
        calibration=calibrate(found, held_out),
        policy=policy or Policy(),
        pipeline=pipeline,
        content=base.fingerprint,
        seed=seed,
        held_out=held_out,
    )


def cross_validate(
    found: Examples,
    recipe: Recipe,
    folds: NDArray[np.intp],
    seed: int = 0,
    tell: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> OutOfFold:
    """Rank every example by a model that did not see its fold nor, some, its target.

    Args:
        found: the examples.
        recipe: features and regularisation.
        folds: (N,) ``found.manners`` or ``found.blocks``.
        seed: draws which targets are held out together.
        tell: called with ``(stage, done, total)``.

    Raises:
        TrainingError: no question is left to test on once others have taught its target.
    """
    splits = [*_fold_splits(found, folds), *_unknown_splits(found, folds, seed)]
    if not any(split.known.any() for split in splits):
        raise TrainingError(
            "too few questions to check a model with: give the entries and desks several "
            "questions each, and train again"
        )
    counts = count(found, recipe)
    jobs = Parallel(n_jobs=-1, return_as="generator")(
        delayed(_rank_split)(counts, found, split, recipe) for split in splits
    )
    rankings: list[Ranking] = []
    for done, part in enumerate(jobs, 1):
        rankings += part
        tell("cross-validation", done, len(splits))
    return OutOfFold(
        rows=np.concatenate([split.test for split in splits]),
        known=np.concatenate([split.known for split in splits]),
        rankings=tuple(rankings),
    )


def _fold_splits(found: Examples, folds: NDArray[np.intp]) -> Iterable[_Split]:
    for fold in np.unique(folds[folds != ALWAYS_TRAINED]):
        test = np.flatnonzero(folds == fold)
        train_rows = np.flatnonzero(folds != fold)
        taught = np.unique(found.labels[train_rows])
        if len(taught) > 1:
            yield _Split(train_rows, test, np.isin(found.labels[test], taught))


def _unknown_splits(found: Examples, folds: NDArray[np.intp], seed: int) -> Iterable[_Split]:
    inside = [n for n, target in enumerate(found.targets) if target.kind != "outside"]
    shuffled = np.random.default_rng(seed).permutation(inside)
    for hidden in np.array_split(shuffled, HELD_OUT_ROUNDS):
        gone = np.isin(found.labels, hidden)
        test = np.flatnonzero(gone & (folds != ALWAYS_TRAINED))
        train_rows = np.flatnonzero(~gone)
        if len(test) and len(np.unique(found.labels[train_rows])) > 1:
            yield _Split(train_rows, test, np.zeros(len(test), dtype=bool))


def _rank_split(counts: Counts, found: Examples, split: _Split, recipe: Recipe) -> list[Ranking]:
    seen, unseen = counts.matrices(split.train, split.test, recipe)
    svm = linear_model(recipe).fit(seen, found.labels[split.train])
    margins = svm.decision_function(unseen)
    if margins.ndim == 1:
        margins = np.column_stack([-margins, margins])
    scores = np.full((len(split.test), len(found.targets)), ABSENT)
    scores[:, svm.classes_] = margins
    unknown, shares = counts.coverage(split.train, split.test, found)
    best = shares[np.arange(len(scores)), scores.argmax(axis=1)]
    return [Ranking(s, float(u), float(b)) for s, u, b in zip(scores, unknown, best, strict=True)]


ABSENT = -3.0
"""Margin of a target that a fold's model does not know: below what a linear machine gives."""


def calibrate(found: Examples, held_out: OutOfFold) -> Calibration:
    """Fit the temperature and the heads on out-of-fold rankings."""
    labels = found.labels[held_out.rows]
    scores = np.array([ranking.scores for ranking in held_out.rankings])
    known = held_out.known
    sharpness = _sharpness(scores[known], labels[known])
    plain = softmax(scores * sharpness)
    first = scores.argmax(axis=1)
    signals = np.array(
        [signals_of(r, plain[n], int(first[n])) for n, r in enumerate(held_out.rankings)]
    )
    right = known & (first == labels)
    weight = _weights(known)
    kinds = kind_numbers(found.targets)[first]
    return Calibration(
        sharpness=sharpness,
        heads=tuple(_head(signals, right, weight, kinds == kind) for kind in range(len(KINDS))),
        unknown_rest=float(weight[~known].sum() / max(weight[~right].sum(), 1e-9)),
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
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale == 0] = 1.0
    if len(np.unique(right[chosen])) == 1:
        # A very small base, all right or all wrong: a rate is known, but nothing is certain.
        hits, misses = int(right.sum()), int((~right).sum())
        return Head((0.0,) * rows.shape[1], float(np.log((hits + 1) / (misses + 1))))
    fitted = LogisticRegression(C=1.0, max_iter=1000)
    fitted.fit((rows - mean) / scale, right[chosen], sample_weight=weight[chosen])
    weights = fitted.coef_[0] / scale
    return Head(tuple(weights.tolist()), float(fitted.intercept_[0] - weights @ mean))


MIN_HEAD_ROWS = 100
"""A kind of first target seen less often shares the head of all kinds."""


def _sharpness(scores: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    def loss(log_sharpness: float) -> float:
        likely = softmax(scores * np.exp(log_sharpness))[np.arange(len(labels)), labels]
        return -float(np.log(likely + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 5.0), method="bounded").x))


def _weights(known: NDArray[np.bool_]) -> NDArray[np.float64]:
    weight = np.ones(len(known))
    if (~known).any():
        weight[~known] = UNKNOWN_SHARE / (1 - UNKNOWN_SHARE) * known.sum() / (~known).sum()
    return weight
