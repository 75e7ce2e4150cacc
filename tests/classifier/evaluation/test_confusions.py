from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.decision import Target
from classifier.evaluation.confusions import (
    SURE,
    Confusion,
    colliding_pairs,
    confusions,
    mislabelled_questions,
)

if TYPE_CHECKING:
    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel

A, B, C = Target("faq", "a"), Target("faq", "b"), Target("desk", "c")


def confused(filed: Target, ranked: Target, confidence: float = 0.6) -> Confusion:
    return Confusion("une question", filed, ranked, confidence)


def test_a_pair_confused_in_both_directions_is_one_pair() -> None:
    wrong = [confused(A, B), confused(B, A), confused(A, B), confused(A, C)]
    ((first, second, questions),) = colliding_pairs(wrong)
    assert {first, second} == {A, B}
    assert len(questions) == 3


def test_only_sure_confusions_look_mislabelled() -> None:
    sure = confused(A, B, SURE)
    assert mislabelled_questions([confused(A, B, SURE - 0.01), sure]) == [sure]


def test_confusions_name_the_question_and_both_targets_the_surest_first(
    found: Examples, model: TriageModel
) -> None:
    wrong = confusions(found, model.held_out, model.calibration)
    assert wrong == sorted(wrong, key=lambda c: -c.confidence)
    for confusion in wrong:
        row = found.texts.index(confusion.text)
        assert found.targets[int(found.labels[row])] == confusion.filed != confusion.ranked
