"""The scikit-learn side: two TF-IDF views and a linear model. Imported by training only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import Normalizer, normalize
from sklearn.svm import LinearSVC

from classifier.serving.compiled import CompiledModel
from classifier.text import Analyser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.training.examples import Examples

VIEWS = ("words", "chars")


@dataclass(frozen=True, slots=True)
class Recipe:
    """The choices that cross-validation made.

    Attributes:
        cost: C of the linear support vector machine.
        idf_power: exponent of the inverse document frequency (1 small sets, 0.3 large ones).
        min_count: a single word is kept from so many utterances on.
        min_pair_count: the same for pairs of words and character n-grams.
        language: of the stemmer; None leaves words as they are.
        own_weight: what an utterance of the class itself weighs against one of another class,
            when the machine of a class is fitted: with many classes the others are too many.
    """

    cost: float = 1.0
    idf_power: float = 1.0
    min_count: int = 1
    min_pair_count: int = 2
    language: str | None = "french"
    own_weight: float = 1.0


class TfIdf(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Counts -> (1 + ln tf) * idf^power with rows of length one.

    scikit-learn's own transformer has no exponent; with ``power=1`` the two are equal.
    """

    def __init__(self, power: float = 1.0) -> None:
        self.power = power

    def fit(self, counts: sparse.csr_matrix, y: object = None) -> TfIdf:  # noqa: ARG002
        """Learn ``idf_`` (F,) from counts (N, F)."""
        rows = counts.shape[0]
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
        self.idf_ = (np.log((1 + rows) / (1 + frequency)) + 1) ** self.power
        return self

    def transform(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Weigh counts (N, F)."""
        weighed = counts.astype(np.float64)
        weighed.data = (1 + np.log(weighed.data)) * self.idf_[weighed.indices]
        return normalize(weighed, copy=False)


def vocabulary(texts: Sequence[str], view: Analyser, recipe: Recipe) -> dict[str, int]:
    """The features of ``texts`` that are frequent enough, sorted, with their columns."""
    frequency = Counter(feature for text in texts for feature in set(view(text)))
    kept = (f for f, count in frequency.items() if count >= _min_count(f, view.view, recipe))
    return {feature: column for column, feature in enumerate(sorted(kept))}


def _min_count(feature: str, view: str, recipe: Recipe) -> int:
    single = view == "words" and " " not in feature
    return recipe.min_count if single else recipe.min_pair_count


def build(
    texts: Sequence[str], compounds: Sequence[str], recipe: Recipe, classes: int = 0
) -> Pipeline:
    """An unfitted pipeline from texts to class margins, its vocabulary taken from ``texts``.

    Labels are numbers below ``classes``, which only a recipe with ``own_weight`` asks for.
    """
    views = []
    for name in VIEWS:
        analyser = Analyser(name, compounds, recipe.language)
        counter = CountVectorizer(
            analyzer=analyser, vocabulary=vocabulary(texts, analyser, recipe), dtype=np.float64
        )
        views.append((name, Pipeline([("count", counter), ("tfidf", TfIdf(recipe.idf_power))])))
    svm = linear_model(recipe, classes=classes)
    return Pipeline([("views", FeatureUnion(views)), ("norm", Normalizer()), ("svm", svm)])


def linear_model(recipe: Recipe, seed: int = 0, classes: int = 0) -> LinearSVC:
    """One-against-rest linear machine; its margins are better abstention scores than odds."""
    weights = dict.fromkeys(range(classes), recipe.own_weight)
    return LinearSVC(
        C=recipe.cost,
        class_weight=weights or None,
        dual=True,
        tol=1e-3,
        max_iter=2000,
        random_state=seed,
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of all examples, view by view, taken once for every fold.

    Attributes:
        views: one (N, F) matrix a view.
        thresholds: one (F,) array a view: the least document frequency to keep a column.
        singles: (F,) which columns of the word view are single words.
    """

    views: tuple[sparse.csr_matrix, ...]
    thresholds: tuple[NDArray[np.intp], ...]
    singles: NDArray[np.bool_]

    def matrices(
        self, train: NDArray[np.intp], test: NDArray[np.intp], recipe: Recipe
    ) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """TF-IDF of two sets of rows, learnt from the first set alone."""
        pairs = []
        for counts, least in zip(self.views, self.thresholds, strict=True):
            frequency = np.bincount(counts[train].indices, minlength=counts.shape[1])
            columns = np.flatnonzero(frequency >= np.maximum(least, 1))
            seen = counts[:, columns]
            weigh = TfIdf(recipe.idf_power).fit(seen[train])
            pairs.append((weigh.transform(seen[train]), weigh.transform(seen[test])))
        return tuple(normalize(sparse.hstack(half).tocsr()) for half in zip(*pairs, strict=True))

    def coverage(
        self, train: NDArray[np.intp], test: NDArray[np.intp], found: Examples
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Single words: (T,) how many; of their idf, (T,) shares unseen and (T, C) of each class.

        The ranker computes the same for the best class alone.
        """
        words = self.views[0][:, self.singles]
        idf = TfIdf().fit(words[train]).idf_
        seen = np.bincount(words[train].indices, minlength=len(idf)) > 0
        idf[~seen] = idf[seen].max(initial=1.0)
        asked = words[test].multiply(idf).tocsr()
        total = np.maximum(np.asarray(asked.sum(axis=1)).ravel(), 1e-9)
        unknown = np.asarray(asked[:, ~seen].sum(axis=1)).ravel() / total
        has = _class_has(words[train], found.labels[train], len(found.targets))
        number = np.asarray(words[test].sum(axis=1)).ravel()
        return number, unknown, np.asarray(asked @ has.astype(np.float64)) / total[:, None]


def count(found: Examples, recipe: Recipe) -> Counts:
    """Count every feature of every example, rare ones included."""
    views, thresholds, names = [], [], {}
    for name in VIEWS:
        analyser = Analyser(name, found.compounds, recipe.language)
        counter = CountVectorizer(analyzer=analyser, dtype=np.float64)
        views.append(counter.fit_transform(found.texts).tocsr())
        names[name] = counter.get_feature_names_out()
        least = [_min_count(feature, name, recipe) for feature in names[name]]
        thresholds.append(np.array(least, dtype=np.intp))
    singles = np.array([" " not in feature for feature in names["words"]])
    return Counts(tuple(views), tuple(thresholds), singles)


def compile_pipeline(fitted: Pipeline, found: Examples) -> CompiledModel:
    """Flatten a fitted pipeline into the arrays that serving reads."""
    views: dict[str, Any] = dict(fitted["views"].transformer_list)
    words, grams = (views[name] for name in VIEWS)
    svm = fitted["svm"]
    first, second = (_frequent_first(view["tfidf"].idf_) for view in (words, grams))
    order = np.concatenate([first, len(first) + second])
    idf = np.concatenate([words["tfidf"].idf_, grams["tfidf"].idf_])
    seen = _class_has(words["count"].transform(found.texts), found.labels, len(found.targets))
    return CompiledModel(
        targets=found.targets,
        compounds=found.compounds,
        word_ids=_number_names(words["count"], first),
        gram_ids=_number_names(grams["count"], second),
        idf=idf[order].astype(np.float32),
        coef=np.ascontiguousarray(_one_column_a_class(svm).T[order], dtype=np.float32),
        intercept=_both_signs(svm.intercept_).astype(np.float32),
        seen_bits=np.packbits(seen[first], axis=1),
    )


def _frequent_first(idf: NDArray[np.float64]) -> NDArray[np.intp]:
    # The table is mapped from its file: rows that messages need often should share pages.
    return np.argsort(idf, kind="stable")


def _number_names(counter: CountVectorizer, order: NDArray[np.intp]) -> dict[str, int]:
    names = counter.get_feature_names_out()
    return {str(names[column]): row for row, column in enumerate(order.tolist())}


def _one_column_a_class(svm: LinearSVC) -> NDArray[np.float64]:
    # With two classes scikit-learn keeps one row, the second class's.
    coef: NDArray[np.float64] = svm.coef_
    return np.vstack([-coef, coef]) if len(coef) == 1 else coef


def _both_signs(intercept: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([-intercept[0], intercept[0]]) if len(intercept) == 1 else intercept


def _class_has(
    counts: sparse.csr_matrix, labels: NDArray[np.intp], classes: int
) -> NDArray[np.bool_]:
    rows = np.arange(len(labels))
    membership = sparse.csr_matrix((np.ones(len(rows)), (labels, rows)), shape=(classes, len(rows)))
    return np.asarray((membership @ counts).T.toarray() > 0)
