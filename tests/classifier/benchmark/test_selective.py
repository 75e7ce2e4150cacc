from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.benchmark import selective
from classifier.benchmark.selective import Answers


def answers(*rows: tuple[float, str]) -> Answers:
    """Confidences, each with ``right``, ``wrong`` or ``oos``."""
    return Answers(
        confidence=np.array([confidence for confidence, _ in rows], dtype=np.float64),
        right=np.array([kind == "right" for _, kind in rows], dtype=bool),
        inside=np.array([kind != "oos" for _, kind in rows], dtype=bool),
    )


MIXED = answers((0.9, "right"), (0.8, "wrong"), (0.7, "right"), (0.6, "oos"), (0.2, "right"))
ROWS = st.lists(
    st.tuples(st.integers(0, 5).map(float), st.sampled_from(["right", "wrong", "oos"])), min_size=1
)


def test_accuracy_counts_messages_in_scope_only() -> None:
    assert selective.accuracy(MIXED) == 3 / 4
    assert selective.accuracy(MIXED, 0.5) == 2 / 4
    assert selective.accuracy(answers((0.1, "oos"))) == 0.0


def test_a_message_at_the_threshold_is_answered() -> None:
    assert selective.accuracy(MIXED, 0.7) == 2 / 4
    assert selective.outside_recall(MIXED, 0.6) == 0.0
    assert selective.outside_recall(MIXED, 0.61) == 1.0
    assert math.isnan(selective.outside_recall(MIXED.only_inside(), 0.5))


def test_the_budget_spends_right_answers_alone() -> None:
    hundred = answers(*[(n / 100, "right" if n % 2 else "wrong") for n in range(100)])
    threshold = selective.budget_threshold(hundred, 0.02)
    assert threshold == 0.05
    assert selective.accuracy(hundred, threshold) == pytest.approx(0.48)
    assert selective.budget_threshold(hundred, 0.0) == 0.01


def test_a_budget_of_one_point_of_three_hundred_is_three_messages() -> None:
    rows = answers(*[(float(n), "right") for n in range(300)])
    assert selective.budget_threshold(rows) == 3.0


def test_without_a_right_answer_nothing_is_held_back() -> None:
    assert selective.budget_threshold(answers((0.3, "wrong"))) == -math.inf


@given(ROWS, st.floats(0, 1))
def test_the_budget_is_never_overspent(rows: list[tuple[float, str]], budget: float) -> None:
    asked = answers(*rows)
    left = selective.accuracy(asked, selective.budget_threshold(asked, budget))
    assert left >= selective.accuracy(asked) - budget - 1e-6


@pytest.mark.parametrize(
    ("rows", "threshold"),
    [
        ([(0.1, "oos"), (0.2, "wrong"), (0.3, "right")], 0.2),
        ([(0.1, "right"), (0.2, "oos")], 0.1),
        ([(0.1, "right"), (0.2, "oos"), (0.3, "oos")], math.inf),
        ([(0.1, "right"), (0.1, "oos"), (0.1, "oos"), (0.2, "right")], 0.2),
        ([(0.4, "right")], 0.4),
    ],
)
def test_larsons_threshold_gets_most_messages_right(
    rows: list[tuple[float, str]], threshold: float
) -> None:
    assert selective.larson_threshold(answers(*rows)) == threshold


@given(ROWS)
def test_no_threshold_beats_larsons(rows: list[tuple[float, str]]) -> None:
    asked = answers(*rows)

    def right(threshold: float) -> int:
        kept = asked.confidence >= threshold
        return int((asked.right & kept).sum() + (~asked.inside & ~kept).sum())

    chosen = right(selective.larson_threshold(asked))
    assert chosen == max(right(t) for t in [-math.inf, *asked.confidence, math.inf])


def test_auroc_counts_pairs_and_half_a_tie() -> None:
    assert selective.auroc(MIXED) == 3 / 4
    assert selective.auroc(answers((0.5, "right"), (0.5, "oos"))) == 0.5
    assert selective.auroc(answers((0.5, "wrong"), (0.9, "oos"))) == 0.0
    assert math.isnan(selective.auroc(MIXED.only_inside()))


def test_aurc_is_the_mean_error_over_coverages() -> None:
    assert selective.aurc(MIXED) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4 + 2 / 5) / 5)
    assert selective.aurc(MIXED.only_inside()) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert math.isnan(selective.aurc(answers()))


def test_the_share_out_of_scope_moves_the_threshold() -> None:
    mixed = answers((0.9, "right"), (0.6, "right"), (0.5, "right"), (0.7, "oos"), (0.4, "oos"))
    assert selective.larson_threshold(mixed, 2 / 5) == selective.larson_threshold(mixed) == 0.5
    assert selective.larson_threshold(mixed, 0.9) == 0.9
    assert selective.larson_threshold(mixed, 0.01) == 0.5
