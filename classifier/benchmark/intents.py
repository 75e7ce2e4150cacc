"""Any labelled texts -> a classifier with an abstention head: the same pipeline, no desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression

from classifier.benchmark.abstention import rounds, signals_of
from classifier.benchmark.recipes import Check, best, choose, folds, scores
from classifier.benchmark.selective import Answers
from classifier.decision import Target
from classifier.errors import TrainingError
from classifier.serving.ranker import Ranker
from classifier.training.calibrate import fit_head
from classifier.training.examples import Examples
from classifier.training.features import count
from classifier.training.pipeline import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from classifier.benchmark.abstention import Round
    from classifier.benchmark.recipes import Trial
    from classifier.serving.calibration import Head
    from classifier.serving.compiled import CompiledModel
    from classifier.training.features import Counts
    from classifier.training.recipe import Recipe


class Labelled(NamedTuple):
    """A text and the name of its intent."""

    text: str
    label: str


class Guess(NamedTuple):
    """The best intent, None for a text without a word, and how sure: to compare, no odds."""

    label: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class IntentModel:
    """All that a training on labelled texts produced.

    Attributes:
        compiled: the arrays that asking reads; a target's id is the intent.
        head: says how sure a guess is.
        recipe: the one chosen.
        held_out: answers while intents were held out of training in turn, which set a threshold
            where no other messages can.
        trials: every recipe tried, with its share of right answers on held-back rows.
        pipeline: the scikit-learn pipeline that ``compiled`` was flattened from.
    """

    compiled: CompiledModel
    head: Head
    recipe: Recipe
    held_out: Answers
    trials: tuple[Trial, ...]
    pipeline: Pipeline


class Intents:
    """Asks a trained model, one text at a time; not to be shared between threads."""

    def __init__(self, model: IntentModel) -> None:
        self.ranker = Ranker(model.compiled, model.recipe.language)
        self._head = model.head
        self._power = model.recipe.idf_power

    def guess(self, text: str) -> Guess:
        """The likeliest intent of ``text``."""
        words = self.ranker.read(text)
        if not words:
            return Guess(None, float("-inf"))
        margins = self.ranker.margins(words)
        confidence = self._head.log_odds(signals_of(words, margins, self._power))
        return Guess(self.ranker.model.targets[int(margins.argmax())].id, confidence)


def train_intents(
    train: Sequence[Labelled],
    val: Sequence[Labelled] = (),
    seed: int = 0,
    tell: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> IntentModel:
    """Choose a recipe, fit the head on intents held out of training, fit the model.

    Args:
        train: what is learnt from; no text out of scope.
        val: the recipe is chosen on these; without any, by folds of ``train``.
        seed: draws folds, intents held out and rows.
        tell: called with ``(stage, done, total)``.

    Raises:
        TrainingError: fewer than two intents, or two without a row to spare for a check.
    """
    taught = {row.label for row in train}
    if len(taught) < LEAST_INTENTS:
        raise TrainingError(
            f"{len(taught)} intents to choose between; give labelled texts of at least "
            f"{LEAST_INTENTS}, as each plays out of scope in turn"
        )
    # A val text of an intent never taught checks nothing.
    found = _examples([*train, *[row for row in val if row.label in taught]])
    rows, asked = np.arange(len(train)), np.arange(len(train), len(found.texts))
    trials = choose(found, [Check(rows, asked)] if len(asked) else folds(rows, seed), tell)
    recipe = best(trials).recipe
    head, held_out = _hold_out(found, rows, recipe, seed, tell)
    fitted = fit(_examples(train), recipe, seed=seed, jobs=-1)
    return IntentModel(fitted.compiled, head, recipe, held_out, tuple(trials), fitted.pipeline)


LEAST_INTENTS = 10
"""A fifth of the intents plays out of scope in each round, and a fifth of less is too few."""


def _examples(rows: Sequence[Labelled]) -> Examples:
    names = sorted({row.label for row in rows})
    number = {name: n for n, name in enumerate(names)}
    none = np.zeros(len(rows), dtype=np.intp)
    return Examples(
        texts=tuple(row.text for row in rows),
        labels=np.array([number[row.label] for row in rows], dtype=np.intp),
        manners=none,
        blocks=none,
        named=none.astype(bool),
        targets=tuple(Target("faq", name) for name in names),
    )


def _hold_out(
    found: Examples,
    rows: NDArray[np.intp],
    recipe: Recipe,
    seed: int,
    tell: Callable[[str, int, int], None],
) -> tuple[Head, Answers]:
    """The head, and what it says of the messages that it was fitted on."""
    splits = list(rounds(found.labels, rows, seed))
    counts = count(found, recipe)
    jobs = Parallel(n_jobs=-1, return_as="generator")(
        delayed(_ask_round)(counts, found, split, recipe) for split in splits
    )
    parts = []
    for done, part in enumerate(jobs, 1):
        parts.append(part)
        tell("abstention", done, len(splits))
    # Both sides count the same, however many rows they have.
    logistic = LogisticRegression(class_weight="balanced", max_iter=1000)
    signals = np.vstack([part.signals for part in parts])
    inside = np.concatenate([split.inside for split in splits])
    head = fit_head(logistic, signals, inside)
    confidence = signals @ np.array(head.weights) + head.bias
    return head, Answers(confidence, np.concatenate([part.right for part in parts]), inside)


class _Round(NamedTuple):
    """(T, 3) the columns of ``Signals``, and whether the best of the taught intents is right."""

    signals: NDArray[np.float64]
    right: NDArray[np.bool_]


def _ask_round(counts: Counts, found: Examples, split: Round, recipe: Recipe) -> _Round:
    margins = scores(counts, found, Check(split.train, split.test), recipe)
    first = margins.argmax(axis=1)
    covered = counts.coverage(split.train, split.test, found.labels, first[:, None])
    # The columns of ``Signals``, for all messages at once.
    signals = np.column_stack([margins.max(axis=1), covered.unknown, covered.seen[:, 0]])
    return _Round(signals, first == found.labels[split.test])
