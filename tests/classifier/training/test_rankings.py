from __future__ import annotations

import numpy as np
import pytest

from classifier.serving.ranker import best_two
from classifier.training.rankings import OutOfFold, RankingArrays, best_two_of_each


def arrays(number: int, seed: int = 0) -> RankingArrays:
    dice = np.random.default_rng(seed)
    scores = dice.standard_normal((number, 4)).astype(np.float32)
    first, second = best_two_of_each(scores)
    shares = dice.random((3, number))
    return RankingArrays(scores, first, second, np.full(number, 5, np.int32), *shares)


def test_rankings_are_made_one_by_one() -> None:
    found = arrays(3)
    assert len(found) == 3
    for n, ranking in enumerate(found):
        assert (ranking.first, ranking.second) == best_two(ranking.scores)
        assert ranking.scores == pytest.approx(found.scores[n])
        assert ranking.unknown == found.unknown[n]
        assert ranking.seen == ranking.seen
    assert [ranking.first for ranking in found[1:]] == found.first[1:].tolist()


def test_parts_are_joined_in_order() -> None:
    joined = RankingArrays.joined([arrays(2), arrays(3, seed=1)])
    assert joined.rival.tolist() == [*arrays(2).rival, *arrays(3, seed=1).rival]


def test_finding_the_best_leaves_the_scores_as_they_were() -> None:
    scores = np.array([[1, 1, 0], [3, 1, 2]], dtype=np.float32)
    first, second = best_two_of_each(scores)
    assert (first.tolist(), second.tolist()) == ([0, 0], [1, 2])
    assert scores.tolist() == [[1, 1, 0], [3, 1, 2]]


def test_out_of_fold_rankings_in_arrays_are_the_rankings() -> None:
    held_out = OutOfFold(np.arange(3), np.array([True, True, False]), arrays(3))
    again = OutOfFold.from_arrays(held_out.arrays())
    assert again.rows.tolist() == [0, 1, 2]
    assert again.known.tolist() == [True, True, False]
    assert again.rankings[2][1:] == held_out.rankings[2][1:]
