from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from bot.analytics.evidence import BETTER, WORSE, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable

TARGET, DELTA, RUNS = 0.075, 0.05, 200


def refuted(rate: float, labels: int, rates: Iterable[float]) -> float:
    """The share of made-up series in which the claim on ``TARGET`` is refuted at some label."""
    dice = Random(1)
    found = 0
    for _ in range(RUNS):
        said = [dice.random() < rate for _ in range(labels)]
        found += weigh(said, TARGET, rates).refutes(DELTA)
    return found / RUNS


def test_a_promise_that_just_holds_is_seldom_called_broken_however_often_one_looks() -> None:
    assert refuted(TARGET, 1_000, WORSE) <= 2 * DELTA


def test_twice_the_target_is_found() -> None:
    assert refuted(2 * TARGET, 500, WORSE) >= 0.95


def test_far_below_the_target_is_proven() -> None:
    assert refuted(0.4 * TARGET, 600, BETTER) >= 0.9


def test_what_just_fails_is_seldom_called_proven() -> None:
    assert refuted(TARGET, 1_000, BETTER) <= 2 * DELTA


def test_no_label_says_nothing() -> None:
    nothing = weigh([], 0.1, WORSE)
    assert (nothing.value, nothing.number, nothing.refutes(0.5)) == (1.0, 0, False)


def test_the_bets_are_multiplied_label_by_label() -> None:
    found = weigh([True, False], 0.1, [2.0])
    assert found.curve == pytest.approx((2.0, 2.0 * 0.8 / 0.9))
    assert (found.highest, found.number, found.wrong) == (pytest.approx(2.0), 2, 1)


def test_an_alarm_stays_once_it_was_given() -> None:
    bad, good = [True] * 30, [False] * 500
    found = weigh(bad + good, 0.2, WORSE)
    assert found.refutes(DELTA)
    assert not found.refutes_now(DELTA)


def test_rates_above_one_are_not_bet_on() -> None:
    assert weigh([True], 0.6, WORSE).curve == pytest.approx((1.5,))


@pytest.mark.parametrize("target", [0.0, 1.0, 0.9])
def test_a_target_that_leaves_nothing_to_bet_on_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="target"):
        weigh([True], target, WORSE)
