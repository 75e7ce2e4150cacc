from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from classifier.training.certify import (
    LEARN_MANNERS,
    NEW_MANNERS,
    Replies,
    _is_testable,
    _probability,
    broken_promises,
    certify,
    conformal_threshold,
    naive_threshold,
    risk_coverage,
)

MANNERS = 9


def replies(
    rows: int, seed: int = 0, *, by_draw: float = 0.0, by_manner: float = 0.0, draws: int = 400
) -> Replies:
    """Scores that are the probability of being right, but for what draws and manners share."""
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0.5, 1.0, rows)
    draw = rng.integers(draws, size=rows)
    manner = draw % MANNERS
    luck = by_draw * rng.normal(size=draws)[draw] + by_manner * rng.normal(size=MANNERS)[manner]
    right = rng.uniform(size=rows) < scores + luck
    return Replies(scores, right, np.ones(rows), draw, manner)


def given(scores: list[float], right: list[bool], weights: list[float] | None = None) -> Replies:
    size = len(scores)
    return Replies(
        np.array(scores),
        np.array(right, dtype=bool),
        np.array(weights or [1.0] * size),
        np.arange(size),
        np.arange(size) % MANNERS,
    )


def test_a_certified_threshold_keeps_the_observed_risk_below_the_target() -> None:
    found = certify(replies(4000), target=0.1, confidence=0.9)
    assert found.certified
    assert 0 < found.risk < 0.1
    assert 0.1 < found.coverage < 1


def test_a_sterner_target_accepts_less() -> None:
    lax, stern = (certify(replies(4000), target=t, confidence=0.9) for t in (0.2, 0.1))
    assert stern.threshold > lax.threshold
    assert stern.coverage < lax.coverage


def test_a_greater_confidence_accepts_less() -> None:
    lax, stern = (certify(replies(4000), target=0.15, confidence=c) for c in (0.8, 0.99))
    assert stern.threshold > lax.threshold


def test_questions_that_stand_and_fall_together_certify_less() -> None:
    alone = certify(replies(4000, draws=4000), target=0.15, confidence=0.9)
    together = certify(replies(4000, by_draw=0.25, draws=90), target=0.15, confidence=0.9)
    assert together.coverage < alone.coverage


def test_manners_that_differ_certify_less_than_manners_that_do_not() -> None:
    alike = [certify(replies(4000, seed), 0.15, 0.9).coverage for seed in range(5)]
    unlike = [certify(replies(4000, seed, by_manner=0.08), 0.15, 0.9).coverage for seed in range(5)]
    assert np.mean(unlike) < np.mean(alike)


def test_the_first_threshold_that_fails_ends_the_sequence() -> None:
    # The surest replies are all wrong: laxer thresholds would pass, were they tested.
    scores = np.concatenate([np.full(400, 0.99), np.linspace(0.5, 0.9, 8000)])
    right = np.concatenate([np.zeros(400, dtype=bool), np.ones(8000, dtype=bool)])
    found = certify(given(scores.tolist(), right.tolist()), target=0.2, confidence=0.9)
    assert not found.certified


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95])
def test_the_confidence_is_that_of_a_test_on_so_many_draws(confidence: float) -> None:
    """The threshold moves just where a t-test over the draws says that it may."""
    rng = np.random.default_rng(5)
    passed = 0
    for seed in range(400):
        # At the target itself, as bad as the promise allows: few may be certified.
        wrong = np.random.default_rng(seed).uniform(size=450) < 0.2
        one = Replies(
            np.full(450, 0.9),
            ~wrong,
            np.ones(450),
            np.arange(450),
            rng.integers(MANNERS, size=450),
        )
        passed += certify(one, target=0.2, confidence=confidence).certified
    assert passed / 400 <= 1 - confidence + 0.02


@pytest.mark.parametrize("wider", [1.0, NEW_MANNERS])
def test_the_p_value_is_that_of_a_t_test_over_the_sums_of_the_draws(wider: float) -> None:
    rng = np.random.default_rng(3)
    excess, draws = rng.normal(-0.05, 1, 300), rng.integers(12, size=300)
    sums = np.array([excess[draws == draw].sum() for draw in range(12)])
    known = stats.ttest_1samp(sums, 0).statistic / wider
    assert _probability(excess, draws, wider) == pytest.approx(stats.t(11).cdf(known))


def test_what_is_promised_of_new_manners_scatters_as_two_means_do() -> None:
    """The seen mean and the new one are each as far off: the variance of their difference is 2."""
    assert pytest.approx(2) == NEW_MANNERS**2


def test_rows_count_by_their_weight() -> None:
    scores, right = [0.9] * 900, [True] * 800 + [False] * 100
    mix = given(scores, right, [1.0] * 800 + [4.0] * 100)
    assert mix.risk(0.5) == pytest.approx(1 / 3)
    assert given(scores, right).risk(0.5) == pytest.approx(1 / 9)
    assert not certify(mix, target=0.2, confidence=0.9).certified


def test_too_little_data_is_said_and_gives_the_strictest_threshold() -> None:
    found = certify(replies(20, draws=2), target=0.05, confidence=0.9)
    assert not found.certified
    assert found.threshold > 0.9


def test_a_few_draws_without_an_error_prove_nothing() -> None:
    faultless = replies(300, draws=40)._replace(right=np.ones(300, dtype=bool))
    assert not certify(faultless, target=0.05, confidence=0.9).certified
    assert certify(faultless, target=0.1, confidence=0.9).certified


def test_no_data_at_all_certifies_nothing() -> None:
    found = certify(given([], []), target=0.05, confidence=0.9)
    assert not found.certified
    assert found.threshold == 1.0


def test_a_target_that_everything_meets_accepts_everything() -> None:
    found = certify(replies(500)._replace(right=np.ones(500, dtype=bool)), 0.05, 0.9)
    assert found.coverage == 1.0


def test_the_promise_is_kept_about_as_often_as_said_and_the_naive_one_is_not() -> None:
    kept, naive, cuts = np.sum(
        [
            broken_promises(replies(1500, seed, by_draw=0.1, by_manner=0.01), 0.15, 0.9)
            for seed in range(2)
        ],
        axis=0,
    )
    assert cuts == 2 * 126
    assert kept <= 0.1 * cuts < naive


def test_the_naive_threshold_meets_the_target_on_its_own_data_only() -> None:
    mine = replies(2000)
    assert mine.risk(naive_threshold(mine, 0.15)) <= 0.15


def test_risk_grows_with_coverage_to_the_overall_error() -> None:
    mine = replies(3000)
    table = risk_coverage(mine)
    assert [round(coverage, 1) for coverage, _ in table] == [n / 10 for n in range(1, 11)]
    assert table[0][1] < table[-1][1] == pytest.approx((~mine.right).mean())


def test_suggestions_at_the_conformal_threshold_hold_the_right_target_often_enough() -> None:
    rng = np.random.default_rng(1)
    given_, fresh = rng.beta(2, 1, 2000), rng.beta(2, 1, 20_000)
    least = conformal_threshold(given_, 0.95)
    assert (given_ >= least).mean() >= 0.95
    assert (fresh >= least).mean() == pytest.approx(0.95, abs=0.02)


def test_the_conformal_rank_counts_the_message_to_come_as_well() -> None:
    """With 19 scores, the least one leaves out the new message once in 20 times; 18 are too few."""
    assert conformal_threshold(np.arange(1, 20) / 20, 0.95) == pytest.approx(0.05)
    assert conformal_threshold(np.arange(1, 19) / 20, 0.95) == 0.0
    assert conformal_threshold(np.arange(1, 40) / 40, 0.95) == pytest.approx(2 / 40)


def test_too_few_messages_suggest_everything() -> None:
    assert conformal_threshold(np.array([0.3, 0.4]), 0.95) == 0.0


def test_one_draw_proves_nothing_however_good_it_is() -> None:
    assert _probability(np.array([-1.0, -1.0]), np.array([7, 7]), 1.0) == 1.0
    one_manner = replies(4000)._replace(right=np.ones(4000, dtype=bool), manners=np.zeros(4000))
    assert not certify(one_manner, target=0.2, confidence=0.9).certified


def test_no_promise_is_judged_where_no_manner_is_left_to_judge_it() -> None:
    few = replies(900)
    few = few._replace(manners=few.manners % LEARN_MANNERS)
    assert broken_promises(few, 0.2, 0.9) == (0, 0, 0)
    assert broken_promises(replies(900), 0.2, 0.9)[2] > 0


def test_so_many_draws_are_enough_that_one_error_among_them_was_to_be_expected() -> None:
    # 0.9 ** 22 < 0.1 < 0.9 ** 21: with 22 draws, none wrong would be a wonder.
    assert _is_testable(given([0.9] * 22, [True] * 22), target=0.1, confidence=0.9)
    assert not _is_testable(given([0.9] * 21, [True] * 21), target=0.1, confidence=0.9)


def test_draws_that_all_say_the_same_prove_what_they_say() -> None:
    draws = np.arange(5)
    assert _probability(np.full(5, -0.5), draws, 1.0) == 0.0
    assert _probability(np.full(5, 0.5), draws, 1.0) == 1.0
    assert _probability(np.zeros(5), draws, 1.0) == 1.0
