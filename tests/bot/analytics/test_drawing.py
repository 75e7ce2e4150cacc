from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.analytics.drawing import is_drawn, monday_of, rate_of_week, weeks_before
from bot.conversation.replies.dates import screen_zone

KEY = b"key"
MONDAY = datetime(2026, 11, 30, tzinfo=screen_zone())


@pytest.mark.parametrize("rate", [0.02, 0.3, 0.9])
def test_about_the_rate_is_drawn(rate: float) -> None:
    drawn = sum(is_drawn(KEY, turn, rate) for turn in range(20_000))
    assert drawn / 20_000 == pytest.approx(rate, rel=0.1)


def test_all_or_none_may_be_drawn() -> None:
    assert all(is_drawn(KEY, turn, 1.0) for turn in range(500))
    assert not any(is_drawn(KEY, turn, 0.0) for turn in range(500))


def test_a_higher_rate_draws_the_same_and_more() -> None:
    some = {turn for turn in range(2_000) if is_drawn(KEY, turn, 0.1)}
    assert some <= {turn for turn in range(2_000) if is_drawn(KEY, turn, 0.2)}


def test_another_key_draws_others() -> None:
    ours = [is_drawn(KEY, turn, 0.5) for turn in range(200)]
    assert ours != [is_drawn(b"other", turn, 0.5) for turn in range(200)]


def test_a_week_begins_on_monday_in_paris() -> None:
    assert monday_of(datetime(2026, 11, 29, 22, 59, tzinfo=UTC)) == MONDAY - timedelta(days=7)
    assert monday_of(datetime(2026, 11, 29, 23, 0, tzinfo=UTC)) == MONDAY


def test_the_rate_is_fixed_by_the_four_weeks_before() -> None:
    assert weeks_before(MONDAY) == (MONDAY - timedelta(days=28), MONDAY)
    assert rate_of_week(400, 20) == pytest.approx(0.2)


def test_while_little_is_asked_all_of_it_is_drawn() -> None:
    assert (rate_of_week(0, 20), rate_of_week(80, 20), rate_of_week(3, 20)) == (1.0, 1.0, 1.0)


def test_four_weeks_are_four_weeks_when_the_clocks_change() -> None:
    after = datetime(2026, 11, 2, tzinfo=screen_zone())  # summer time ended on 25 October
    first, end = weeks_before(after)
    assert (first, end) == (datetime(2026, 10, 5, tzinfo=screen_zone()), after)
    assert first.utcoffset() != end.utcoffset()
