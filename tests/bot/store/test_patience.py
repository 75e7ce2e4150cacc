"""How long a call waits for the database, by a clock that the test moves."""

from __future__ import annotations

from bot.store.database.patience import Patience


class Clock:
    """Stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_call_has_its_time_until_somebody_is_in_a_hurry() -> None:
    clock = Clock()
    patience = Patience(20.0, clock)
    left = patience.begin()
    clock.now += 5
    assert (left(), patience.is_over) == (15.0, False)
    patience.hurry(3.0)
    assert (left(), patience.begin()()) == (3.0, 3.0)
    clock.now += 3
    assert (left(), patience.is_over) == (0.0, True)


def test_who_is_in_a_hurry_twice_gains_no_time() -> None:
    clock = Clock()
    patience = Patience(20.0, clock)
    patience.hurry(3.0)
    patience.hurry(60.0)
    assert patience.begin()() == 3.0
