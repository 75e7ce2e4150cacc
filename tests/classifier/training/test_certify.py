from __future__ import annotations

import numpy as np
import pytest

from classifier.training.certify import (
    SPLITS,
    broken_promises,
    certify,
    conformal_threshold,
    naive_threshold,
    risk_coverage,
)


def replies(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Scores that are the true probability of being right."""
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0.5, 1.0, rows)
    return scores, rng.uniform(size=rows) < scores


def test_a_certified_threshold_keeps_the_observed_risk_below_the_target() -> None:
    found = certify(*replies(4000), target=0.1, confidence=0.9)
    assert found.certified
    assert 0 < found.risk < 0.1
    assert 0.1 < found.coverage < 1


def test_a_sterner_target_accepts_less() -> None:
    lax, stern = (certify(*replies(4000), target=t, confidence=0.9) for t in (0.2, 0.1))
    assert stern.threshold > lax.threshold
    assert stern.coverage < lax.coverage


def test_too_little_data_is_said_and_gives_the_strictest_threshold() -> None:
    scores, right = replies(20)
    found = certify(scores, right, target=0.05, confidence=0.9)
    assert not found.certified
    assert found.threshold == scores.max()


def test_no_data_at_all_certifies_nothing() -> None:
    found = certify(np.empty(0), np.empty(0, dtype=bool), target=0.05, confidence=0.9)
    assert not found.certified
    assert found.threshold == 1.0


def test_a_target_that_everything_meets_accepts_everything() -> None:
    scores, _ = replies(500)
    found = certify(scores, np.ones(500, dtype=bool), target=0.05, confidence=0.9)
    assert found.coverage == 1.0


def test_the_promise_is_kept_about_as_often_as_said_and_the_naive_one_is_not() -> None:
    certified, naive = broken_promises(*replies(6000), target=0.15, confidence=0.9)
    assert certified <= 30 < naive <= SPLITS


def test_the_naive_threshold_meets_the_target_on_its_own_data_only() -> None:
    scores, right = replies(2000)
    accepted = scores >= naive_threshold(scores, right, 0.15)
    assert (~right[accepted]).mean() <= 0.15


def test_risk_grows_with_coverage_to_the_overall_error() -> None:
    scores, right = replies(3000)
    table = risk_coverage(scores, right)
    assert [round(coverage, 1) for coverage, _ in table] == [n / 10 for n in range(1, 11)]
    assert table[0][1] < table[-1][1] == pytest.approx((~right).mean())


def test_suggestions_at_the_conformal_threshold_hold_the_right_target_often_enough() -> None:
    rng = np.random.default_rng(1)
    given, fresh = rng.beta(2, 1, 2000), rng.beta(2, 1, 20_000)
    least = conformal_threshold(given, 0.95)
    assert (given >= least).mean() >= 0.95
    assert (fresh >= least).mean() == pytest.approx(0.95, abs=0.02)


def test_too_few_messages_suggest_everything() -> None:
    assert conformal_threshold(np.array([0.3, 0.4]), 0.95) == 0.0
