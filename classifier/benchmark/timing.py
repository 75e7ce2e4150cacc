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


@dataclass(frozen=True, slots=True)
class Rounds:
    """How much is measured: the defaults are for figures, smaller ones for a trial.

    Attributes:
        queries: timed calls a row, at least.
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


def time_calls(call: Callable[[Given], object], given: Sequence[Given], count: int) -> Timing:
    """Time ``count`` calls, going round ``given``, after one round that warms up.

    All pools of threads are held to one; memory is collected before, not during.
    """
    work = [given[n % len(given)] for n in range(max(count, 1))]
    with threadpool_limits(limits=1):
        for one in given[:count]:
            call(one)
        gc.collect()
        gc.disable()
        try:
            taken = sorted(_once(call, one) for one in work)
            return Timing(
                round(taken[len(taken) // 2] / 1e3, 1),
                round(taken[min(int(len(taken) * 0.99), len(taken) - 1)] / 1e3, 1),
                round(_rate(call, work)),
            )
        finally:
            gc.enable()


def _once(call: Callable[[Given], object], one: Given) -> int:
    started = perf_counter_ns()
    call(one)
    return perf_counter_ns() - started


def _rate(call: Callable[[Given], object], work: Sequence[Given]) -> float:
    started = perf_counter()
    for one in work:
        call(one)
    return len(work) / (perf_counter() - started)
