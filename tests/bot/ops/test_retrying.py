"""Calls that are made until they work, and waits that grow."""

from __future__ import annotations

import asyncio

import pytest

from bot.ops.retrying import Backoff, growing_wait, retry


class Flaky:
    """Fails with one error after the other, then works."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    async def __call__(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def test_waits_double_up_to_the_longest_and_begin_anew() -> None:
    backoff = Backoff(0.5, 3.0)
    assert [backoff.next() for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    backoff.reset()
    assert (backoff.failures, backoff.next()) == (0, 0.5)


def test_a_wait_stays_finite_after_a_million_failures() -> None:
    assert growing_wait(0.5, 20.0, 10**6) == 20.0


@pytest.mark.asyncio
async def test_a_call_is_made_until_it_works_and_each_failure_is_told() -> None:
    told: list[str] = []

    def wait_after(error: ValueError) -> float:
        told.append(str(error))
        return 0.0

    assert await retry(Flaky(ValueError("a"), ValueError("b")), ValueError, wait_after) == "done"
    assert told == ["a", "b"]


@pytest.mark.asyncio
async def test_another_kind_of_error_is_raised_at_once() -> None:
    with pytest.raises(KeyError):
        await retry(Flaky(KeyError("x")), ValueError, lambda _: 0.0)


@pytest.mark.asyncio
async def test_who_gives_up_gets_the_last_error() -> None:
    waits = iter([0.0, None])
    flaky = Flaky(ValueError("first"), ValueError("second"))
    with pytest.raises(ValueError, match="second"):
        await retry(flaky, ValueError, lambda _: next(waits))


@pytest.mark.asyncio
async def test_a_stop_ends_the_wait_and_makes_no_other_call() -> None:
    stop = asyncio.Event()

    def wait_after(_: ValueError) -> float:
        stop.set()
        return 3600.0

    flaky = Flaky(ValueError("x"))
    async with asyncio.timeout(10):
        assert await retry(flaky, ValueError, wait_after, stop) is None
        assert await retry(flaky, ValueError, wait_after, stop) is None
