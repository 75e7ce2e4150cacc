"""A rehearsal moves the entry that gets wordings, and leaves alone what it says it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.decision import Target
from classifier.serving.ranker import Ranker
from classifier.training.shortcut import RIVALS, Added, rehearse

if TYPE_CHECKING:
    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase

NEW = "le petit cadenas refuse de tourner"


def rehearsed(model: TriageModel, base: KnowledgeBase, *added: Added) -> Ranker:
    return Ranker(rehearse(model.compiled, base, model.held_out, added))


def score(ranker: Ranker, text: str, entry: str) -> float:
    ranking = ranker.rank(text)
    assert ranking is not None
    return float(ranking.scores[ranker.model.targets.index(Target("faq", entry))])


def test_the_entry_that_gets_a_wording_answers_it_better(
    base: KnowledgeBase, model: TriageModel
) -> None:
    text = "Je ne retrouve plus ma carte pour le tarif demi-heure"
    before = score(Ranker(model.compiled), text, "tarifs")
    after = score(rehearsed(model, base, Added("tarifs", text)), text, "tarifs")
    assert after > before


def test_most_machines_stay_as_they_are_served(base: KnowledgeBase, model: TriageModel) -> None:
    ranker = rehearsed(model, base, Added("tarifs", "combien pour rouler une heure et demie"))
    changed = ranker.model.intercept != model.compiled.intercept
    assert 1 <= changed.sum() <= RIVALS + 1
    kinds = {
        target.kind for target, moved in zip(model.compiled.targets, changed, strict=True) if moved
    }
    assert kinds == {"faq"}
    assert ranker.model.word_ids == model.compiled.word_ids


def test_without_a_wording_nothing_changes(base: KnowledgeBase, model: TriageModel) -> None:
    same = rehearse(model.compiled, base, model.held_out, [])
    for name, array in model.compiled.arrays().items():
        assert np.array_equal(same.arrays()[name], array), name


def test_the_words_of_a_wording_are_held_by_its_entry(
    base: KnowledgeBase, model: TriageModel
) -> None:
    ranker = rehearsed(model, base, Added("tarifs", "borne"))
    column = model.compiled.targets.index(Target("faq", "tarifs"))
    (word,) = ranker.read("borne")
    assert word.classes[column]


def test_an_entry_that_the_model_does_not_know_cannot_be_rehearsed(
    base: KnowledgeBase, model: TriageModel
) -> None:
    with pytest.raises(KeyError):
        rehearsed(model, base, Added("nulle-part", NEW))
