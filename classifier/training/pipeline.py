"""Examples -> a fitted scikit-learn pipeline, and the arrays that serving reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import Normalizer

from classifier.serving.compiled import CompiledModel, Holders
from classifier.serving.weights import Weights
from classifier.text import Analyser
from classifier.training.features import TfIdf, class_has, count
from classifier.training.machines import LinearMachines
from classifier.training.recipe import VIEWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy import sparse

    from classifier.decision import Target
    from classifier.training.examples import Examples
    from classifier.training.features import Counts, Weighing
    from classifier.training.recipe import Recipe


class Fitted(NamedTuple):
    """One model in two forms: for scikit-learn, and as serving reads it."""

    pipeline: Pipeline
    compiled: CompiledModel


def linear_machines(
    recipe: Recipe, targets: Sequence[Target], seed: int = 0, jobs: int = 1
) -> LinearMachines:
    """Unfitted machines: entries against their neighbours, desks and families against all."""
    return LinearMachines(
        cost=recipe.cost,
        own_weight=recipe.own_weight,
        wide=tuple(n for n, target in enumerate(targets) if target.kind != "faq"),
        shortlist=recipe.shortlist,
        drawn=recipe.drawn,
        kept=recipe.kept,
        seed=seed,
        jobs=jobs,
    )


def fit(
    found: Examples, recipe: Recipe, counts: Counts | None = None, seed: int = 0, jobs: int = 1
) -> Fitted:
    """Fit a model of all examples and compile it.

    Args:
        found: the examples.
        recipe: features and regularisation.
        counts: of ``found``, where they were taken already.
        seed: draws the random parts.
        jobs: processes that fit, as joblib counts them.
    """
    counts = counts or count(found, recipe)
    everything = np.arange(len(found.texts))
    weighing = counts.weigh(everything, recipe.idf_power)
    machines = linear_machines(recipe, found.targets, seed, jobs)
    machines.fit(counts.rows(everything, weighing), found.labels)
    return Fitted(
        _assemble_pipeline(found, counts, weighing, machines, recipe),
        _compile(found, counts, weighing, machines),
    )


def _assemble_pipeline(
    found: Examples, counts: Counts, weighing: Weighing, machines: LinearMachines, recipe: Recipe
) -> Pipeline:
    """A scikit-learn pipeline from texts to margins, made of parts that are fitted already."""
    border = int(np.searchsorted(weighing.columns, counts.border))
    names = counts.names[weighing.columns]
    halves = ((names[:border], weighing.idf[:border]), (names[border:], weighing.idf[border:]))
    views = []
    for name, (features, idf) in zip(VIEWS, halves, strict=True):
        analyser = Analyser(name, found.compounds, recipe.language)
        known = {feature: column for column, feature in enumerate(features.tolist())}
        counter = CountVectorizer(analyzer=analyser, vocabulary=known, dtype=np.float64)
        weigher = TfIdf(recipe.idf_power)
        weigher.idf_ = idf.astype(np.float64)
        views.append((name, Pipeline([("count", counter), ("tfidf", weigher)])))
    return Pipeline([("views", FeatureUnion(views)), ("norm", Normalizer()), ("svm", machines)])


def _compile(
    found: Examples, counts: Counts, weighing: Weighing, machines: LinearMachines
) -> CompiledModel:
    border = int(np.searchsorted(weighing.columns, counts.border))
    # Tables are mapped from their files: rows that messages need often should share pages.
    first, second = (np.argsort(part, kind="stable") for part in np.split(weighing.idf, [border]))
    order = np.concatenate([first, border + second])
    names = counts.names[weighing.columns][order].tolist()
    integers, scales = machines.packed_
    return CompiledModel(
        targets=found.targets,
        compounds=found.compounds,
        word_ids={name: row for row, name in enumerate(names[:border])},
        gram_ids={name: row for row, name in enumerate(names[border:])},
        idf=weighing.idf[order],
        weights=Weights.of(integers[:, order].tocsc(), scales),
        intercept=machines.intercept_,
        holders=_holders(found, counts, weighing.columns[:border][first]),
    )


def _holders(found: Examples, counts: Counts, columns: NDArray[np.intp]) -> Holders:
    """Which classes' questions hold each single word; of pairs nobody asks."""
    words = counts.matrix[:, : counts.border]
    has = class_has(words, found.labels, len(found.targets))[:, columns].tocsc()
    has.sort_indices()
    single = counts.singles[columns]
    lengths = np.diff(has.indptr) * single
    kept = np.repeat(single, np.diff(has.indptr))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Holders(starts.astype(np.int32), has.indices[kept].astype(np.uint16))


def margins_of(machines: LinearMachines, rows: sparse.csr_matrix) -> NDArray[np.float32]:
    """(T, K) margins of many rows, a few at a time, as they are stored."""
    parts = [
        machines.decision_function(rows[start : start + MARGIN_ROWS]).astype(np.float32)
        for start in range(0, rows.shape[0], MARGIN_ROWS)
    ]
    return np.vstack(parts) if parts else np.empty((0, len(machines.classes_)), dtype=np.float32)


MARGIN_ROWS = 4000
"""Texts scored at a time."""
