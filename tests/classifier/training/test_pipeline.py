from __future__ import annotations

from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from classifier.serving.ranker import Ranker
from classifier.text import Analyser
from classifier.training.examples import examples
from classifier.training.features import TfIdf, count
from classifier.training.pipeline import fit
from classifier.training.recipe import Recipe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase

TOLERANCE = 1e-6


def far_apart(model: TriageModel, text: str) -> float:
    """The largest difference between the pipeline's margins and the served ones."""
    ranking = Ranker(model.compiled).rank(text)
    if ranking is None:
        return 0.0
    assert model.pipeline is not None
    return float(np.abs(model.pipeline.decision_function([text])[0] - ranking.scores).max())


@pytest.mark.parametrize("view", ["words", "chars"])
def test_with_power_one_the_weights_are_scikit_learns(found: Examples, view: str) -> None:
    counts = CountVectorizer(analyzer=Analyser(view)).fit_transform(found.texts)
    theirs = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    ours = TfIdf(power=1.0).fit(counts).transform(counts)
    assert abs(theirs - ours).max() < 1e-12


def test_a_lower_power_brings_rare_and_common_features_closer(found: Examples) -> None:
    counts = CountVectorizer(analyzer=Analyser("words")).fit_transform(found.texts)
    plain, flat = (TfIdf(power).fit(counts).idf_ for power in (1.0, 0.3))
    assert flat.max() / flat.min() < plain.max() / plain.min()


def test_rare_pairs_and_ngrams_are_left_out_but_no_rare_word(found: Examples) -> None:
    two = replace(found, texts=("vélo bleu", "vélo vert"), labels=np.array([0, 1]))
    compiled = fit(two, Recipe()).compiled
    assert {"bleu", "vert", "^ velo"} <= set(compiled.word_ids)
    assert "velo bleu" not in compiled.word_ids
    assert "leu " not in compiled.gram_ids


def test_the_served_margins_are_the_pipelines(model: TriageModel, found: Examples) -> None:
    assert max(far_apart(model, text) for text in found.texts) < TOLERANCE


@pytest.mark.parametrize("text", ["vélo " * 3000, "velo" * 1000, "œ" * 2500, "ﷺ" * 2500, "xyz"])
def test_the_margins_agree_on_odd_texts(model: TriageModel, text: str) -> None:
    assert far_apart(model, text) < TOLERANCE


@settings(max_examples=150)
@given(data=st.data())
def test_the_margins_agree_on_any_text(
    model: TriageModel, found: Examples, data: st.DataObject
) -> None:
    pieces = st.sampled_from(found.texts) | st.text(st.characters(), max_size=30)
    text = " ".join(data.draw(st.lists(pieces, max_size=4)))
    assert far_apart(model, text) < TOLERANCE


def test_two_classes_get_a_margin_each(two_desks: KnowledgeBase) -> None:
    found = examples(two_desks)
    pipeline, compiled = fit(found, Recipe())
    ranker = Ranker(compiled)
    for text in found.texts:
        margins = pipeline.decision_function([text])[0]
        ranking = ranker.rank(text)
        assert ranking is not None
        assert ranking.scores == pytest.approx(margins, abs=TOLERANCE)
        assert margins[0] == pytest.approx(-margins[1], abs=0.05)


def test_a_class_has_the_words_of_its_own_questions(model: TriageModel, found: Examples) -> None:
    compiled, analyser = model.compiled, Analyser("words", found.compounds)
    of_classes = found.labels >= 0
    for text, label in zip(
        compress(found.texts, of_classes), found.labels[of_classes], strict=True
    ):
        rows = [compiled.word_ids[f] for f in analyser(text) if f in compiled.word_ids]
        names = list(compiled.word_ids)
        assert all(compiled.classes_with(row)[label] for row in rows if " " not in names[row])


def test_every_fold_is_weighed_as_the_pipeline_weighs(found: Examples) -> None:
    recipe, half = Recipe(), len(found.texts) // 2
    train, test = np.arange(half), np.arange(half, len(found.texts))
    pipeline = fit(taught(found, train), recipe).pipeline
    counts = count(found, recipe)
    weighing = counts.weigh(train, recipe.idf_power)
    for rows in (train, test):
        texts = [found.texts[n] for n in rows]
        expected = pipeline[:-1].transform(texts)
        assert abs(counts.rows(rows, weighing) - expected).max() < TOLERANCE


def taught(found: Examples, rows: NDArray[np.intp]) -> Examples:
    """Those examples alone."""
    return replace(found, texts=tuple(found.texts[n] for n in rows), labels=found.labels[rows])


def test_the_signals_of_a_fold_are_those_of_serving(found: Examples) -> None:
    recipe, in_fold = Recipe(), found.blocks == 3
    train, test = np.flatnonzero(~in_fold), np.flatnonzero(in_fold)
    ranker = Ranker(fit(taught(found, train), recipe).compiled)
    rankings = [ranker.rank(found.texts[row]) for row in test]
    picked = np.array([[r.first, r.second] for r in rankings if r is not None])
    covered = count(found, recipe).coverage(train, test, found.labels, picked)
    for n, ranking in enumerate(rankings):
        assert ranking is not None
        assert ranking.unknown == pytest.approx(covered.unknown[n], abs=TOLERANCE)
        assert ranking.words == covered.words[n]
        assert (ranking.seen, ranking.rival) == pytest.approx(covered.seen[n], abs=TOLERANCE)
