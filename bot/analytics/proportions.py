"""How far a share that was counted may be from the true one."""

from __future__ import annotations

import math
from typing import NamedTuple

FEW = 20
"""Below this number a percentage says more than is known: ``trop peu`` is shown in its place."""

CONFIDENCE = 0.95
_STEPS = 60
"""Halvings of an interval of length 1: far below what a figure shows."""

_TERMS, _TINY, _CLOSE = 500, 1e-300, 1e-12


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
