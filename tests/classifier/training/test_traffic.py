from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.serving.calibration import KINDS
from classifier.training.traffic import OUTSIDE, Rows, Traffic

if TYPE_CHECKING:
    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel


@pytest.fixture(scope="module")
def rows(found: Examples, model: TriageModel) -> Rows:
    return Rows.of(found, model.held_out, model.desks)


@pytest.mark.parametrize(("unknown", "outside"), [(0.3, 0.15), (0.03, 0.4), (0.5, 0.05)])
def test_weighed_rows_stand_for_the_mix(rows: Rows, unknown: float, outside: float) -> None:
    weights = rows.weights(Traffic(unknown, outside))
    away = rows.kinds == OUTSIDE
    whole = weights.sum()
    assert whole == pytest.approx(len(weights))
    assert weights[away & rows.known].sum() / whole == pytest.approx(outside)
    inside = weights[~rows.known].sum() + weights[rows.known & ~away].sum()
    assert weights[~rows.known].sum() / inside == pytest.approx(unknown)


def test_only_entries_are_ever_unknown(rows: Rows) -> None:
    """A question that nothing published answers still has its desk."""
    assert (~rows.known).any()
    assert set(rows.kinds[~rows.known].tolist()) == {KINDS.index("faq")}


def test_questions_of_one_target_in_one_manner_are_one_draw(rows: Rows) -> None:
    for draw in np.unique(rows.draws)[:50].tolist():
        alike = rows.draws == draw
        assert len(np.unique(rows.labels[alike])) == 1
        assert len(np.unique(rows.manners[alike])) == 1
        assert len(np.unique(rows.known[alike])) == 1
