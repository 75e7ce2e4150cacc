from __future__ import annotations

from bot.channels.web.bureau.slowdown import FIRST_WAIT, FORGIVEN, FREE, LONGEST_WAIT, Slowdown

NAME, NETWORK, OTHER = "name:léa", "network:192.0.2.1", "network:192.0.2.2"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def fail(slowdown: Slowdown, times: int, *keys: str) -> None:
    for _ in range(times):
        slowdown.note(keys or (NAME, NETWORK), failed=True)


def test_a_few_mistakes_cost_nothing() -> None:
    slowdown = Slowdown(Clock())
    fail(slowdown, FREE - 1)
    assert slowdown.wait((NAME, NETWORK)) == 0


def test_after_that_each_failure_doubles_the_wait_up_to_a_limit() -> None:
    clock = Clock()
    slowdown = Slowdown(clock)
    fail(slowdown, FREE)
    assert slowdown.wait((NAME,)) == FIRST_WAIT
    fail(slowdown, 1)
    assert slowdown.wait((NAME,)) == 2 * FIRST_WAIT
    fail(slowdown, 100)
    assert slowdown.wait((NAME,)) == LONGEST_WAIT
    clock.now += LONGEST_WAIT
    assert slowdown.wait((NAME,)) == 0


def test_a_name_is_slowed_down_wherever_it_is_tried_from_and_a_network_whatever_it_tries() -> None:
    slowdown = Slowdown(Clock())
    fail(slowdown, FREE)
    assert slowdown.wait((NAME, OTHER)) > 0
    assert slowdown.wait(("name:eve", NETWORK)) > 0
    assert slowdown.wait(("name:eve", OTHER)) == 0


def test_a_success_or_an_hour_without_failure_ends_the_count() -> None:
    clock = Clock()
    slowdown = Slowdown(clock)
    fail(slowdown, FREE)
    slowdown.note((NAME, NETWORK), failed=False)
    assert slowdown.wait((NAME, NETWORK)) == 0
    fail(slowdown, FREE)
    clock.now += FORGIVEN + 1
    fail(slowdown, 1)
    assert slowdown.wait((NAME, NETWORK)) == 0
