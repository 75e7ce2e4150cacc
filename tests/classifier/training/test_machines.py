from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.svm import LinearSVC

import classifier.training.machines
from classifier.training.examples import examples
from classifier.training.features import count
from classifier.training.machines import NOBODY, LinearMachines, nearest_classes
from classifier.training.recipe import Recipe

if TYPE_CHECKING:
    from scipy import sparse

    from classifier.training.examples import Examples
    from kb.entries import KnowledgeBase


@pytest.fixture(scope="module")
def found(base: KnowledgeBase) -> Examples:
    """Each text has its class, as scikit-learn wants it."""
    return examples(replace(base, entries=base.published))


@pytest.fixture(scope="module")
def rows(found: Examples) -> sparse.csr_matrix:
    counts, everything = count(found, Recipe()), np.arange(len(found.texts))
    return counts.rows(everything, counts.weigh(everything, 1.0))


@pytest.fixture(scope="module")
def wide(found: Examples) -> tuple[int, ...]:
    return tuple(n for n, target in enumerate(found.targets) if target.kind != "faq")


def test_with_every_text_against_every_class_it_is_one_against_rest(
    rows: sparse.csr_matrix, found: Examples
) -> None:
    theirs = LinearSVC(tol=1e-4, random_state=0).fit(rows, found.labels)
    ours = LinearMachines(kept=1.0, drawn=10_000).fit(rows, found.labels)
    gap = np.abs(ours.decision_function(rows) - theirs.decision_function(rows))
    assert gap.max() < 0.05


def test_wide_classes_are_taught_against_all(
    rows: sparse.csr_matrix, found: Examples, wide: tuple[int, ...]
) -> None:
    near = LinearMachines(kept=1.0, shortlist=1, drawn=1, wide=wide).fit(rows, found.labels)
    theirs = LinearSVC(tol=1e-4, random_state=0).fit(rows, found.labels)
    gap = np.abs(near.decision_function(rows) - theirs.decision_function(rows))
    assert gap[:, list(wide)].max() < 0.05
    assert gap.max() > 0.1


def test_a_class_keeps_few_weights_that_hold_most(rows: sparse.csr_matrix, found: Examples) -> None:
    whole = LinearMachines(kept=1.0).fit(rows, found.labels).packed_.integers.astype(float)
    pruned = LinearMachines(kept=0.9).fit(rows, found.labels).packed_.integers.astype(float)
    assert pruned.nnz < 0.8 * whole.nnz
    shares = pruned.power(2).sum(axis=1) / whole.power(2).sum(axis=1)
    assert shares.min() > 0.89
    # What is kept outweighs what is not.
    for one, all_ in zip(pruned, whole, strict=True):
        left_out = all_ - one
        assert np.abs(one.data).min() >= np.abs(left_out.data).max()


def test_neighbours_are_the_classes_that_speak_of_the_same(
    rows: sparse.csr_matrix, found: Examples
) -> None:
    classes = np.unique(found.labels)
    nearest = nearest_classes(rows, found.labels, classes, 3)
    own = (nearest == found.labels[:, None]).any(axis=1)
    assert nearest.shape == (len(found.texts), 3)
    assert own.mean() > 0.95


def test_more_neighbours_than_classes_are_all_classes(
    rows: sparse.csr_matrix, found: Examples
) -> None:
    classes = np.array([0, 2, 5])
    nearest = nearest_classes(rows, found.labels, classes, 20)
    assert (np.sort(nearest, axis=1) == classes).all()


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_number_of_processes_changes_nothing(
    rows: sparse.csr_matrix, found: Examples, wide: tuple[int, ...], jobs: int
) -> None:
    one = LinearMachines(wide=wide).fit(rows, found.labels)
    many = LinearMachines(wide=wide, jobs=jobs).fit(rows, found.labels)
    assert (one.packed_.integers != many.packed_.integers).nnz == 0
    assert (one.intercept_ == many.intercept_).all()


def test_where_texts_are_too_many_wide_classes_meet_a_part_of_them(
    rows: sparse.csr_matrix,
    found: Examples,
    wide: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = LinearMachines(wide=wide).fit(rows, found.labels)
    monkeypatch.setattr(classifier.training.machines, "WIDE_TEXTS", 10)
    part = LinearMachines(wide=wide).fit(rows, found.labels)
    differing = (whole.intercept_ != part.intercept_).nonzero()[0]
    assert set(differing.tolist()) <= set(wide)
    assert len(differing)


def test_it_guesses_the_class_of_the_highest_margin(
    rows: sparse.csr_matrix, found: Examples
) -> None:
    machines = LinearMachines().fit(rows, found.labels)
    assert (machines.predict(rows) == found.labels).mean() > 0.95


def test_what_no_class_is_right_for_speaks_against_entries_and_not_against_desks(
    rows: sparse.csr_matrix, found: Examples, wide: tuple[int, ...]
) -> None:
    near = next(n for n in range(len(found.targets)) if n not in wide)
    for label in (near, wide[0]):
        asked = int(np.flatnonzero(found.labels == label)[0])
        without = np.delete(np.arange(len(found.labels)), asked)
        labels = found.labels.copy()
        labels[asked] = NOBODY
        unheard = LinearMachines(wide=wide).fit(rows[without], labels[without])
        denied = LinearMachines(wide=wide).fit(rows, labels)
        assert denied.classes_.tolist() == unheard.classes_.tolist()
        before, after = (m.decision_function(rows[asked])[0, label] for m in (unheard, denied))
        assert after < before if label == near else after == before
