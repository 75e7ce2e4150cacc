from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.decision import Target
from classifier.serving.courtesy.aside import set_aside
from classifier.training.examples import ALWAYS_TRAINED, PLAIN_FOLDS, examples
from classifier.training.machines import NOBODY
from kb.entries import MANNERS, Question

if TYPE_CHECKING:
    from classifier.training.examples import Examples
    from kb.entries import KnowledgeBase


def read(question: Question) -> str:
    return set_aside(question.text).kept


def test_every_question_stands_with_its_target(base: KnowledgeBase, found: Examples) -> None:
    told = dict(zip(found.texts, found.labels, strict=True))
    asked = {
        **{("faq", key): entry.questions for key, entry in base.published.items()},
        **{("desk", key): desk.questions for key, desk in base.desks.items()},
        **{("outside", key): family.questions for key, family in base.outside.items()},
    }
    for target, questions in asked.items():
        assert {found.targets[told[read(question)]] for question in questions} == {target}


def test_targets_are_sorted(found: Examples) -> None:
    assert list(found.targets) == sorted(found.targets)


def test_a_withheld_entry_is_no_target_and_its_questions_have_none(found: Examples) -> None:
    assert Target("faq", "hiver") not in found.targets
    row = found.texts.index("neige verglas")
    assert (found.labels[row], found.manners[row]) == (NOBODY, MANNERS.index("keywords"))


def test_titles_teach_and_are_never_tested(base: KnowledgeBase, found: Examples) -> None:
    titles = {entry.title for entry in base.published.values()}
    is_title = np.array([text in titles for text in found.texts])
    for folds in (found.manners, found.blocks):
        assert (folds[is_title] == ALWAYS_TRAINED).all()
        assert (folds[~is_title] != ALWAYS_TRAINED).all()


def test_a_manner_is_one_fold(base: KnowledgeBase, found: Examples) -> None:
    fold_of = dict(zip(found.texts, found.manners, strict=True))
    groups = [entry.questions for entry in base.published.values()]
    groups += [desk.questions for desk in base.desks.values()]
    for questions in groups:
        for question in questions:
            assert MANNERS[fold_of[read(question)]] == question.manner


def test_only_questions_with_a_manner_are_named(base: KnowledgeBase, found: Examples) -> None:
    named = dict(zip(found.texts, found.named, strict=True))
    assert all(named[read(question)] for question in base.desks["atelier"].questions)
    assert not any(named[read(question)] for question in base.outside["meteo"].questions)
    assert not any(named[entry.title] for entry in base.published.values())


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_blocks_halve_a_manner_and_keep_neighbours_together(base: KnowledgeBase, size: int) -> None:
    asked = tuple(Question(f"question {n}", "hurried") for n in range(size))
    desk = replace(base.desks["atelier"], questions=asked)
    blocks = examples(replace(base, entries={}, desks={"atelier": desk}, outside={})).blocks
    assert np.count_nonzero(np.diff(blocks)) == (size > 1)
    assert len(set(blocks)) == min(size, 2)


def test_a_block_holds_halves_of_two_manners(base: KnowledgeBase) -> None:
    asked = tuple(Question(f"{manner} {n}", manner) for manner in MANNERS for n in range(2))
    desk = replace(base.desks["atelier"], questions=asked)
    found = examples(replace(base, entries={}, desks={"atelier": desk}, outside={}))
    for block in range(len(MANNERS)):
        assert len({text.split()[0] for text in np.array(found.texts)[found.blocks == block]}) == 2


def test_a_plain_list_is_cut_into_runs(base: KnowledgeBase) -> None:
    desk = replace(base.desks["atelier"], questions=tuple(Question(f"q {n}") for n in range(20)))
    found = examples(replace(base, entries={}, desks={"atelier": desk}, outside={}))
    assert all(a <= b for a, b in pairwise(found.blocks.tolist()))
    assert set(found.blocks) == set(range(PLAIN_FOLDS))
    assert set(found.manners) <= set(range(PLAIN_FOLDS))


def test_folds_depend_on_the_seed_alone(base: KnowledgeBase) -> None:
    first, again, other = examples(base, 3), examples(base, 3), examples(base, 4)
    assert (first.manners == again.manners).all()
    assert (first.manners != other.manners).any()
    assert (first.blocks == other.blocks).all()


def test_a_question_teaches_without_its_courtesy(base: KnowledgeBase, found: Examples) -> None:
    asked = "à la station du port un vélo a la selle arrachée, à réparer."
    assert asked in found.texts
    assert found.asks[found.texts.index(asked)]
    assert not found.asks[found.texts.index("bonjour à tous")]
    assert list(found.courtesy) == [found.targets.index(Target("outside", "salutation"))]
    assert base.courtesy == {"salutation"}
