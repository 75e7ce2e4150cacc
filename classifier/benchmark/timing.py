"""Times calls, one after the other, on one core."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from time import perf_counter, perf_counter_ns
from typing import TYPE_CHECKING, TypeVar

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Given = TypeVar("Given")

LONGEST = 4.0
"""Seconds a round: the pipeline of a large base takes a tenth of a second a message."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """How much is measured: the defaults are for figures, smaller ones for a trial.

    Attributes:
        queries: timed calls a row, or as many as there is time for.
        starts: processes started a row.
        entries: sizes of synthetic bases that are decided in whole.
        notes: sizes of synthetic sets of notes that are only searched.
    """

    queries: int = 2000
    starts: int = 5
    entries: tuple[int, ...] = (75, 300, 1000)
    notes: tuple[int, ...] = (1000, 10_000, 100_000)


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds a call at the median and at the 99th percentile, and calls a second."""

    p50_us: float
    p99_us: float
    per_second: float


def time_calls(
    call: Callable[[Given], object],
    given: Sequence[Given],
    count: int,
    limit: float = LONGEST,
) -> Timing:
    """Time ``count`` calls, going round ``given``, after one round that warms up.

    All pools of threads are held to one; memory is collected before, not during.

    Args:
        call: what is timed.
        given: what it is called with.
        count: calls, at least one.
        limit: seconds after which a round ends with the calls that it had time for.
    """
    work = [given[n % len(given)] for n in range(max(count, 1))]
    with threadpool_limits(limits=1):
        _time_each(call, given[:count], limit)
        gc.collect()
        gc.disable()
        try:
            taken = sorted(_time_each(call, work, limit))
            return Timing(
                round(taken[len(taken) // 2] / 1e3, 1),
                round(taken[min(int(len(taken) * 0.99), len(taken) - 1)] / 1e3, 1),
                round(_rate(call, work[: len(taken)]), 1),
            )
        finally:
            gc.enable()


def _time_each(call: Callable[[Given], object], work: Sequence[Given], limit: float) -> list[int]:
    """Nanoseconds of each call that was begun within ``limit`` seconds."""
    until = perf_counter() + limit
    taken = []
    for one in work:
        started = perf_counter_ns()
        call(one)
        taken.append(perf_counter_ns() - started)
        if perf_counter() > until:
            break
    return taken


def _rate(call: Callable[[Given], object], work: Sequence[Given]) -> float:
    started = perf_counter()
    for one in work:
        call(one)
    return len(work) / (perf_counter() - started)
