"""The area under the risk-coverage curve: how well confidence tells right from wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def area_under_risk_coverage(confidence: ArrayLike, right: ArrayLike) -> float:
    """Mean share of errors (0 to 1, 0 is best) over all coverages, the surest answers first.

    Geifman and El-Yaniv 2017 (https://arxiv.org/abs/1705.08500) draw the curve. Equally sure
    answers keep their order. Nan without an answer.

    Args:
        confidence: (N,) how sure each answer was; compared, never read as a probability.
        right: (N,) bool.
    """
    surest_first = np.argsort(-np.asarray(confidence, dtype=np.float64), kind="stable")
    wrong = ~np.asarray(right, dtype=bool)[surest_first]
    if not len(wrong):
        return float("nan")
    return float((np.cumsum(wrong) / np.arange(1, len(wrong) + 1)).mean())
