from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from classifier.serving.ranker import Ranker
from classifier.text import Analyser
from classifier.training.examples import examples
from classifier.training.pipeline import Recipe, TfIdf, build, compile_pipeline, count, vocabulary

if TYPE_CHECKING:
    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase

TOLERANCE = 1e-6


def far_apart(model: TriageModel, text: str) -> float:
    """The largest difference between the pipeline's margins and the served ones."""
    ranking = Ranker(model.compiled).rank(text)
    if ranking is None:
        return 0.0
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


def test_rare_pairs_and_ngrams_are_left_out_but_no_rare_word() -> None:
    texts, recipe = ["vélo bleu", "vélo vert"], Recipe()
    words = vocabulary(texts, Analyser("words"), recipe)
    assert {"bleu", "vert", "^ velo"} <= set(words)
    assert "velo bleu" not in words
    assert "leu " not in vocabulary(texts, Analyser("chars"), recipe)
    assert list(words.values()) == list(range(len(words)))


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
    fitted = build(found.texts, found.compounds, Recipe()).fit(found.texts, found.labels)
    ranker = Ranker(compile_pipeline(fitted, found))
    for text in found.texts:
        margin = fitted.decision_function([text])[0]
        ranking = ranker.rank(text)
        assert ranking is not None
        assert ranking.scores == pytest.approx([-margin, margin], abs=TOLERANCE)


def test_a_class_has_the_words_of_its_own_questions(model: TriageModel, found: Examples) -> None:
    compiled, analyser = model.compiled, Analyser("words", found.compounds)
    for text, label in zip(found.texts, found.labels, strict=True):
        rows = [compiled.word_ids[f] for f in analyser(text) if f in compiled.word_ids]
        assert all(compiled.classes_with(row)[label] for row in rows)


def test_every_fold_is_weighed_as_the_pipeline_weighs(found: Examples) -> None:
    recipe, half = Recipe(), len(found.texts) // 2
    train, test = np.arange(half), np.arange(half, len(found.texts))
    taught = found.texts[:half]
    pipeline = build(taught, found.compounds, recipe)
    pipeline.fit(taught, found.labels[:half])
    seen, unseen = count(found, recipe).matrices(train, test, recipe)
    assert abs(seen - pipeline[:-1].transform(taught)).max() < 1e-12
    assert abs(unseen - pipeline[:-1].transform(found.texts[half:])).max() < 1e-12


def test_the_signals_of_a_fold_are_those_of_serving(found: Examples) -> None:
    recipe, in_fold = Recipe(), found.blocks == 3
    train, test = np.flatnonzero(~in_fold), np.flatnonzero(in_fold)
    taught = replace(
        found,
        texts=tuple(found.texts[n] for n in train),
        labels=found.labels[train],
    )
    fitted = build(taught.texts, found.compounds, recipe).fit(taught.texts, taught.labels)
    ranker = Ranker(compile_pipeline(fitted, taught))
    words, unknown, seen = count(found, recipe).coverage(train, test, found)
    for n, row in enumerate(test):
        ranking = ranker.rank(found.texts[row])
        assert ranking is not None
        assert ranking.unknown == pytest.approx(unknown[n], abs=TOLERANCE)
        assert ranking.words == words[n]
        assert ranking.seen == pytest.approx(seen[n, ranking.first], abs=TOLERANCE)
        assert ranking.rival == pytest.approx(seen[n, ranking.second], abs=TOLERANCE)
