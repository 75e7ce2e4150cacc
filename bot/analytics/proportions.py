"""How far a share that was counted may be from the true one."""

from __future__ import annotations

import math
from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW = 20
"""Below this number a percentage says more than is known: ``trop peu`` is shown in its place."""

CONFIDENCE = 0.95
_STEPS = 60
"""Halvings of an interval of length 1: far below what a figure shows."""

_TERMS, _TINY, _CLOSE = 500, 1e-300, 1e-12
_SAME = 1e-7
"""Two chances whose ratio differs by less from 1 are the same: rounding."""


class Bounds(NamedTuple):
    """An interval that holds the true share, each end in [0, 1]."""

    low: float
    high: float


def bound_share(found: int, number: int, confidence: float = CONFIDENCE) -> Bounds:
    """The interval of Clopper and Pearson (1934) around a share that was counted.

    Args:
        found: how many of them, from 0 to ``number``.
        number: of how many; with 0 nothing is known.
        confidence: how often the interval holds the true share at least.

    Raises:
        ValueError: ``found`` is not one of 0 to ``number``.
    """
    if not 0 <= found <= number:
        raise ValueError(f"{found} of {number} is not a share")
    tail = (1 - confidence) / 2
    low = _beta_quantile(tail, found, number - found + 1) if found else 0.0
    high = _beta_quantile(1 - tail, found + 1, number - found) if found < number else 1.0
    return Bounds(low, high)


def _beta_quantile(share: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _beta_below(middle, a, b) < share else (low, middle)
    return (low + high) / 2


def _beta_below(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, on the side where its fraction converges fast."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    whole = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(whole + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Its continued fraction (DLMF 8.17.22), by the method of Lentz (1976)."""
    up, down = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = down
    for m in range(1, _TERMS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            down = 1 / _away_from_zero(1 + term * down)
            up = _away_from_zero(1 + term / up)
            value *= down * up
        if abs(down * up - 1) < _CLOSE:
            break
    return value


def _away_from_zero(x: float) -> float:
    return x if abs(x) > _TINY else _TINY


def difference_chance(found: int, number: int, other: int, of_other: int) -> float:
    """The chance of at least such a difference between two shares, were the true ones the same.

    Fisher's exact test (1935), two-sided: the sum of the chances of all tables with the same
    margins that are no likelier than the one found.

    Args:
        found: how many make the one share.
        number: of how many.
        other: how many make the other share.
        of_other: of how many.

    Raises:
        ValueError: a count is not one of 0 to its number.
    """
    if not (0 <= found <= number and 0 <= other <= of_other):
        raise ValueError(f"{found} of {number} and {other} of {of_other} are not two shares")
    whole, drawn = number + of_other, found + other
    low, high = max(0, drawn - of_other), min(number, drawn)
    # Relative to the table found: each step to the next table is one product.
    up = _steps(range(found, high), number, drawn, whole)
    down = (1 / step for step in _steps(range(found - 1, low - 1, -1), number, drawn, whole))
    tables = (1.0, *accumulate(up, mul), *accumulate(down, mul))
    unlikely = math.fsum(table for table in tables if table <= 1 + _SAME)
    return min(1.0, unlikely * math.exp(_log_table(found, number, drawn, whole)))


def _steps(places: range, number: int, drawn: int, whole: int) -> Iterator[float]:
    """How much likelier each table is with one more among ``number``."""
    for k in places:
        yield (number - k) * (drawn - k) / ((k + 1) * (whole - number - drawn + k + 1))


def _log_table(found: int, number: int, drawn: int, whole: int) -> float:
    """The logarithm of the hypergeometric chance of ``found`` among ``number``."""
    ways = _log_choose(number, found) + _log_choose(whole - number, drawn - found)
    return ways - _log_choose(whole, drawn)


def _log_choose(number: int, chosen: int) -> float:
    rest = number - chosen
    return math.lgamma(number + 1) - math.lgamma(chosen + 1) - math.lgamma(rest + 1)
