from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.evaluation import gate
from classifier.evaluation.gate import compare, outcomes

if TYPE_CHECKING:
    import pytest

    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel

MANY = [f"question {n}" for n in range(400)]


def test_a_model_that_loses_shared_questions_is_worse() -> None:
    old = dict.fromkeys(MANY, True)
    new = {name: n % 10 > 0 for n, name in enumerate(MANY)}
    found = compare(old, new)
    assert found.worse
    assert found.shared == 400
    assert found.difference == -10.0
    assert found.low < -10 < found.high < 0


def test_a_difference_within_chance_is_not_worse() -> None:
    old = {name: n % 7 > 0 for n, name in enumerate(MANY)}
    new = {name: n % 6 > 0 for n, name in enumerate(MANY)}
    assert not compare(old, new).worse
    assert not compare(old, old).worse


def test_many_questions_are_drawn_a_few_at_a_time_with_the_same_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = {name: n % 7 > 0 for n, name in enumerate(MANY)}
    new = {name: n % 6 > 0 for n, name in enumerate(MANY)}
    at_once = compare(old, new)
    monkeypatch.setattr(gate, "MOST_DRAWN", 7 * len(MANY) + 3)
    assert compare(old, new) == at_once


def test_questions_that_only_one_holds_do_not_count() -> None:
    assert not compare({"gone": True}, {"new": False}).worse
    assert compare({"gone": True, "kept": True}, {"kept": True}).shared == 1


def test_every_known_question_has_an_outcome(found: Examples, model: TriageModel) -> None:
    result = outcomes(found, model.held_out)
    assert 0 < len(result) <= len(found.texts)
    assert set(result.values()) == {True, False}
    assert outcomes(found, model.held_out) == result
