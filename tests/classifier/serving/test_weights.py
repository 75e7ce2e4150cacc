from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import sparse

import classifier.serving.weights
from classifier.serving.weights import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLASSES, FEATURES = 40, 300


@pytest.fixture
def integers() -> sparse.csc_matrix:
    """A few features that most classes hold, many that hardly any does, one that none does."""
    dice = np.random.default_rng(1)
    held = dice.random((CLASSES, FEATURES)) < np.where(np.arange(FEATURES) % 9 == 0, 0.8, 0.05)
    held[:, 7] = False
    values = dice.integers(1, 128, held.shape) * dice.choice([-1, 1], held.shape)
    return sparse.csc_matrix((values * held).astype(np.int8))


@pytest.fixture(params=[0, CLASSES], ids=["lists", "table"])
def weights(
    request: pytest.FixtureRequest, integers: sparse.csc_matrix, monkeypatch: pytest.MonkeyPatch
) -> Weights:
    """Both forms of the same weights."""
    monkeypatch.setattr(classifier.serving.weights, "TABLE_CLASSES", request.param)
    scales = np.linspace(0.01, 0.02, CLASSES, dtype=np.float32)
    return Weights.of(integers, scales)


def dense(weights: Weights, integers: sparse.csc_matrix) -> NDArray[np.float64]:
    whole: NDArray[np.float64] = integers.toarray().T * weights.scales.astype(np.float64)
    return whole


@pytest.mark.parametrize("rows", [[], [7], [0], [5], [0, 7, 9, 299], list(range(FEATURES))])
def test_both_forms_add_up_what_a_whole_table_would(
    weights: Weights, integers: sparse.csc_matrix, rows: list[int]
) -> None:
    chosen = np.array(rows, dtype=np.intp)
    values = np.random.default_rng(2).random(len(rows), dtype=np.float32)
    expected = values.astype(np.float64) @ dense(weights, integers)[chosen]
    assert weights.sums(chosen, values) == pytest.approx(expected, abs=1e-4)


def test_the_weights_of_a_class_can_be_read_one_by_one(
    weights: Weights, integers: sparse.csc_matrix
) -> None:
    rows = np.array([0, 3, 7, 8], dtype=np.intp)
    one, other = weights.columns(rows, 2, 31)
    expected = dense(weights, integers)[rows]
    assert one == pytest.approx(expected[:, 2])
    assert other == pytest.approx(expected[:, 31])


def test_weights_in_arrays_are_the_weights(weights: Weights) -> None:
    again = Weights.from_arrays(weights.arrays())
    for name, array in weights.arrays().items():
        assert (again.arrays()[name] == array).all()


def test_an_array_that_lacks_is_an_error(weights: Weights) -> None:
    parts = {name: array for name, array in weights.arrays().items() if name != "listed"}
    with pytest.raises(KeyError):
        Weights.from_arrays(parts)


def test_of_many_classes_only_what_many_hold_is_in_the_table(
    integers: sparse.csc_matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifier.serving.weights, "TABLE_CLASSES", CLASSES - 1)
    weights = Weights.of(integers, np.ones(CLASSES, np.float32))
    tabled = weights.slots >= 0
    assert tabled[::9].all()
    assert len(weights.table) == tabled.sum() < FEATURES / 4
    assert len(weights.listed) + np.count_nonzero(weights.table) == integers.nnz
