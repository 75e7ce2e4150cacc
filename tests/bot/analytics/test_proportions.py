from __future__ import annotations

import pytest
from scipy.stats import beta

from bot.analytics.proportions import bound_share


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
