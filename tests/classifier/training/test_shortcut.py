"""A rehearsal moves the entry that gets wordings, and leaves alone what it says it leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.decision import Target
from classifier.serving.ranker import Ranker
from classifier.training.shortcut import rehearse
from classifier.training.train import train
from kb.entries import Question

if TYPE_CHECKING:
    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase


def with_wording(base: KnowledgeBase, entry: str, text: str) -> KnowledgeBase:
    known = base.entries[entry]
    questions = (*known.questions, Question(text, "problem"))
    return replace(base, entries={**base.entries, entry: replace(known, questions=questions)})


def rehearsed(model: TriageModel, base: KnowledgeBase, entry: str, text: str) -> Ranker:
    return Ranker(rehearse(model.compiled, with_wording(base, entry, text), entry, [text]))


def score(ranker: Ranker, text: str, entry: str) -> float:
    ranking = ranker.rank(text)
    assert ranking is not None
    return float(ranking.scores[ranker.model.targets.index(Target("faq", entry))])


def test_the_entry_that_gets_a_wording_answers_it_better(
    base: KnowledgeBase, model: TriageModel
) -> None:
    text = "Je ne retrouve plus ma carte pour le tarif demi-heure"
    before = score(Ranker(model.compiled), text, "tarifs")
    assert score(rehearsed(model, base, "tarifs", text), text, "tarifs") > before


def test_its_machine_is_about_that_of_a_whole_training(
    base: KnowledgeBase, model: TriageModel
) -> None:
    text = "combien pour rouler une heure"
    whole = Ranker(train(with_wording(base, "tarifs", text)).compiled)
    quick, before = rehearsed(model, base, "tarifs", text), Ranker(model.compiled)
    asked = [q.text for entry in base.entries.values() for q in entry.questions]
    far = np.array([score(before, t, "tarifs") - score(whole, t, "tarifs") for t in asked])
    near = np.array([score(quick, t, "tarifs") - score(whole, t, "tarifs") for t in asked])
    assert np.abs(near).mean() < np.abs(far).mean()


def test_desks_and_families_stay_as_they_are_served(
    base: KnowledgeBase, model: TriageModel
) -> None:
    ranker = rehearsed(model, base, "tarifs", "combien pour rouler une heure et demie")
    changed = ranker.model.intercept != model.compiled.intercept
    targets = zip(model.compiled.targets, changed, strict=True)
    assert {target.kind for target, moved in targets if moved} == {"faq"}
    assert ranker.model.word_ids == model.compiled.word_ids


def test_without_a_wording_nothing_changes(base: KnowledgeBase, model: TriageModel) -> None:
    same = rehearse(model.compiled, base, "tarifs", [])
    for name, array in model.compiled.arrays().items():
        assert np.array_equal(same.arrays()[name], array), name


def test_the_words_of_a_wording_are_held_by_its_entry(
    base: KnowledgeBase, model: TriageModel
) -> None:
    ranker = rehearsed(model, base, "tarifs", "borne")
    (word,) = ranker.read("borne")
    assert word.classes[model.compiled.targets.index(Target("faq", "tarifs"))]


def test_a_base_that_the_model_does_not_know_cannot_be_rehearsed(
    base: KnowledgeBase, model: TriageModel
) -> None:
    entries = {**base.entries, "autre": replace(base.entries["tarifs"], id="autre")}
    with pytest.raises(KeyError):
        rehearse(model.compiled, replace(base, entries=entries), "autre", [])
