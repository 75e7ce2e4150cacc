from __future__ import annotations

import pytest
from scipy.stats import beta, fisher_exact

from bot.analytics.proportions import bound_share, difference_chance


@pytest.mark.parametrize("number", [1, 7, 40, 2_000, 100_000])
def test_bounds_are_those_of_the_beta_distribution(number: int) -> None:
    for found in {0, 1, number // 3, number - 1, number}:
        low, high = bound_share(found, number)
        assert low == pytest.approx(
            beta.ppf(0.025, found, number - found + 1) if found else 0.0, abs=1e-9
        )
        assert high == pytest.approx(
            beta.ppf(0.975, found + 1, number - found) if found < number else 1.0, abs=1e-9
        )


def test_of_nothing_nothing_is_known() -> None:
    assert bound_share(0, 0) == (0.0, 1.0)


def test_more_than_all_is_no_share() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        bound_share(3, 2)


@pytest.mark.parametrize(
    ("found", "number", "other", "of_other"),
    [
        (0, 0, 0, 0),
        (0, 5, 0, 7),
        (5, 5, 7, 7),
        (3, 40, 30, 44),
        (1, 9, 40, 2_000),
        (90, 300, 8, 80),
    ],
)
def test_the_chance_of_a_difference_is_that_of_fishers_exact_test(
    found: int, number: int, other: int, of_other: int
) -> None:
    table = [[found, number - found], [other, of_other - other]]
    expected = fisher_exact(table).pvalue if number and of_other else 1.0
    assert difference_chance(found, number, other, of_other) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("counts", [(3, 2, 0, 1), (0, 1, -1, 4), (0, 2, 5, 4)])
def test_what_is_no_share_is_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="not two shares"):
        difference_chance(*counts)
