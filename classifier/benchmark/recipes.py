"""Which recipe suits a set of labelled texts: tried on held-back rows, never on a test."""

from __future__ import annotations

from dataclasses import asdict, replace
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed

from classifier.text import Words, count_little_words
from classifier.training.features import count
from classifier.training.folds import held_back_margins
from classifier.training.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from classifier.training.examples import Examples
    from classifier.training.features import Counts

FOLDS = 3
"""Parts of the training rows when a set has no val split."""

SHORTLIST = 40
"""Intents of these sets are nearer to each other than entries are: a text stands against more."""

STEPS: tuple[tuple[dict[str, Any], ...], ...] = (
    ({"idf_power": 1.0}, {"idf_power": 0.3}),
    ({"cost": 1.0}, {"cost": 0.5}, {"cost": 0.25}, {"cost": 2.0}),
)
"""One choice after the other; the first of each step is what the search starts from."""


class Check(NamedTuple):
    """Rows to learn from and rows to ask."""

    train: NDArray[np.intp]
    test: NDArray[np.intp]


class Trial(NamedTuple):
    """A recipe and its share of right answers on the held-back rows."""

    recipe: Recipe
    accuracy: float


def choose(
    found: Examples,
    checks: Sequence[Check],
    tell: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> list[Trial]:
    """Try recipes step by step; each step starts from the best recipe of the step before it.

    Returns:
        Every trial in the order tried; ``best`` of them is the choice.
    """
    kept = Recipe(
        language=language_of(found.texts),
        own_weight=own_weight(len(found.texts), len(found.targets)),
        shortlist=SHORTLIST,
    )
    counts = count(found, kept)
    trials: list[Trial] = []
    for done, step in enumerate(STEPS):
        tell("recipe", done, len(STEPS))
        tried = {trial.recipe for trial in trials}
        fresh = [recipe for option in step if (recipe := replace(kept, **option)) not in tried]
        trials += _try(counts, found, fresh, checks)
        kept = best(trials).recipe
    return trials


def language_of(texts: Sequence[str]) -> str | None:
    """The language whose little words are frequent in ``texts``; None when neither's are."""
    split = Words()
    words = [word for text in texts for word in split(text)]
    said = count_little_words(words)
    likeliest = max(said, key=lambda language: said[language])
    return likeliest if said[likeliest] >= LEAST_SHARE * max(len(words), 1) else None


LEAST_SHARE = 0.1
"""Little words are a third of any text in their language, and few of another."""


def own_weight(rows: int, classes: int) -> float:
    """Weight of a class's own texts in its machine, against one for each text of the others.

    The square root of how many times the others outnumber it: half way between ignoring the
    imbalance and undoing it.

    Args:
        rows: texts of all classes.
        classes: how many there are.
    """
    own = rows / classes
    others = min(rows - own, SHORTLIST * own + Recipe().drawn)
    return sqrt(max(others / own, 1.0))


def best(trials: Sequence[Trial]) -> Trial:
    """The trial with the most right answers; of those as good but for chance, the lowest cost.

    The stronger the regularisation, the less a machine leans on single words, and the better
    its margin tells what is out of scope. Of equal costs, the most right answers, then the first.
    """
    enough = max(trial.accuracy for trial in trials) - CHANCE
    good = [trial for trial in trials if trial.accuracy >= enough]
    return min(good, key=lambda trial: (trial.recipe.cost, -trial.accuracy))


CHANCE = 0.002
"""Two answers in a thousand: held-back rows are too few to tell such recipes apart."""


def folds(rows: NDArray[np.intp], seed: int) -> list[Check]:
    """``rows`` in ``FOLDS`` random parts, each asked once."""
    part = np.random.default_rng(seed).permutation(np.arange(len(rows)) % FOLDS)
    return [Check(rows[part != n], rows[part == n]) for n in range(FOLDS)]


def scores(counts: Counts, found: Examples, check: Check, recipe: Recipe) -> NDArray[np.float64]:
    """(T, C) margins of the asked rows by a model of the others."""
    return held_back_margins(counts, found, check.train, check.test, recipe).astype(np.float64)


def describe(recipe: Recipe) -> dict[str, Any]:
    """The recipe as JSON types."""
    return {**asdict(recipe), "own_weight": round(recipe.own_weight, 2)}


def _try(
    counts: Counts, found: Examples, recipes: Sequence[Recipe], checks: Sequence[Check]
) -> list[Trial]:
    jobs = [(recipe, check) for recipe in recipes for check in checks]
    right: list[int] = Parallel(n_jobs=-1)(
        delayed(_right)(counts, found, check, recipe) for recipe, check in jobs
    )
    asked = sum(len(check.test) for check in checks)
    hits = np.array(right, dtype=np.float64).reshape(len(recipes), len(checks)).sum(axis=1)
    return [Trial(r, float(h) / asked) for r, h in zip(recipes, hits, strict=True)]


def _right(counts: Counts, found: Examples, check: Check, recipe: Recipe) -> int:
    guessed = scores(counts, found, check, recipe).argmax(axis=1)
    return int((guessed == found.labels[check.test]).sum())
