"""How often each of many may go on, by a clock that the test moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ops.rates import MAX_KNOWN, MINUTE, Rate


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 6))
def test_never_more_than_the_limit_in_any_window(pauses: list[float], limit: int) -> None:
    clock = Clock()
    rate = Rate(limit, clock=clock)
    gone_on = []
    for pause in pauses:
        clock.now += pause
        if not rate.wait("a"):
            gone_on.append(clock.now)
    for at, moment in enumerate(gone_on):
        assert sum(moment <= other < moment + MINUTE for other in gone_on[at:]) <= limit


def test_the_wait_is_until_the_first_leaves_the_window() -> None:
    clock = Clock()
    rate = Rate(2, clock=clock)
    assert rate.wait("a") == 0
    clock.now += 40
    assert rate.wait("a") == 0
    assert rate.wait("a") == pytest.approx(20)
    assert rate.wait("b") == 0, "others are not concerned"
    clock.now += 20
    assert rate.wait("a") == 0
    assert rate.wait("a") == pytest.approx(40)


def test_what_costs_more_counts_more_often_and_waits_until_there_is_room_for_it() -> None:
    clock = Clock()
    rate = Rate(4, clock=clock)
    assert rate.wait("a", price=3) == 0
    clock.now += 10
    assert rate.wait("a") == 0
    assert rate.wait("a", price=2) == pytest.approx(50)
    clock.now += 50
    assert rate.wait("a", price=4) == pytest.approx(10)
    clock.now += 10
    assert rate.wait("a", price=99) == 0, "nothing costs more than all of it"


def test_refusals_do_not_lengthen_the_wait() -> None:
    rate = Rate(1, clock=Clock())
    rate.wait("a")
    assert [rate.wait("a") for _ in range(100)] == [pytest.approx(MINUTE)] * 100


def test_some_may_go_on_more_often() -> None:
    clock = Clock()
    rate = Rate(2, 10.0, clock)
    waits = [rate.wait("a", factor=3) for _ in range(7)]
    assert waits == [0] * 6 + [10.0]
    clock.now += 5
    assert rate.wait("a", factor=4) == 0
    assert rate.wait("a") == 5.0, "one of seven is left by then"


def test_who_was_quiet_longest_is_forgotten_first() -> None:
    clock = Clock()
    rate = Rate(1, clock=clock)
    for number in range(MAX_KNOWN):
        rate.wait(number)
    assert rate.wait(0) > 0, "and was heard of just now"
    rate.wait(MAX_KNOWN)
    assert len(rate) == MAX_KNOWN
    assert rate.wait(0) > 0
    assert rate.wait(1) == 0
