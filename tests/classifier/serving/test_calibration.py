from __future__ import annotations

from dataclasses import replace
from math import log
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.decision import Target
from classifier.serving.calibration import (
    KINDS,
    Calibration,
    Head,
    Kinds,
    kind_numbers,
    others_of,
    signals_of,
    softmax,
)
from classifier.serving.ranker import Ranking, best_two

if TYPE_CHECKING:
    from classifier.training.train import TriageModel

MARGINS = st.lists(st.floats(-3, 3), min_size=2, max_size=20)
SHARE = st.floats(0, 1)
WEIGHTS = (1.0, 1.0, 0.5, -2.0, 1.0, -0.5, 0.0, 0.0, -0.2)
UNKNOWN_WEIGHTS = (-1.0, -0.5, 0.0, 2.0, -1.0, 0.0, 0.0, 0.0, 0.0)
BY_HAND = Calibration(
    sharpness=2.0,
    heads=(Head(WEIGHTS, 0.1), Head(WEIGHTS, -0.5), Head(WEIGHTS, -1.0)),
    unknown_heads=(Head(UNKNOWN_WEIGHTS, 0.0),) * 3,
)
"""Heads that trust margins and mistrust unknown words, which speak for the unknown."""


def ranking(scores: list[float], unknown: float = 0.0) -> Ranking:
    given_ = np.array(scores)
    return Ranking(given_, *best_two(given_), 6, unknown, 1.0 - unknown, 0.3 * (1.0 - unknown))


def kinds(size: int) -> Kinds:
    return Kinds.of([Target(KINDS[n % len(KINDS)], str(n)) for n in range(size)])


def probable(
    scores: list[float], unknown: float = 0.0
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return BY_HAND.probabilities(ranking(scores, unknown), kinds(len(scores)))


@given(MARGINS, SHARE)
def test_probabilities_sum_to_at_most_one(scores: list[float], unknown: float) -> None:
    probabilities = probable(scores, unknown)
    assert probabilities.min() >= 0.0
    assert probabilities.sum() <= 1.0 + 1e-9


@given(scores=MARGINS, unknown=SHARE)
def test_trained_heads_give_probabilities_too(
    model: TriageModel, scores: list[float], unknown: float
) -> None:
    targets = model.compiled.targets
    padded = np.resize(np.array(scores), len(targets)).tolist()
    numbers = Kinds.of(targets)
    probabilities = model.calibration.probabilities(ranking(padded, unknown), numbers)
    assert probabilities.min() >= 0.0
    assert probabilities.sum() <= 1.0 + 1e-9


@given(MARGINS, st.floats(0.01, 2), SHARE)
def test_confidence_grows_with_the_margin(scores: list[float], more: float, unknown: float) -> None:
    first = int(np.argmax(scores))
    raised = [score + more * (n == first) for n, score in enumerate(scores)]
    assert probable(raised, unknown)[first] >= probable(scores, unknown)[first] - 1e-12


def test_a_tie_that_rounding_makes_has_one_first_target() -> None:
    tied = [-4e-297, 0.0]
    others = others_of(ranking(tied), BY_HAND.sharpness)
    assert others.tolist() == [1.0, 0.0]
    signals, _ = signals_of(ranking(tied), others, kinds(2))
    assert probable(tied)[1] == BY_HAND.heads[1](signals)


def test_trained_heads_are_surer_of_a_clear_winner(model: TriageModel) -> None:
    targets = model.compiled.targets
    numbers = Kinds.of(targets)

    def confidence(first: float, unknown: float = 0.2) -> float:
        scores = [-1.0] * len(targets)
        scores[0], scores[1] = first, -0.4
        given_ = ranking(scores, unknown)
        return float(model.calibration.probabilities(given_, numbers)[0])

    clear, close, unread = confidence(1.0), confidence(-0.35), confidence(-0.35, 0.9)
    assert clear > close > unread


def test_a_ranking_is_not_changed_by_its_probabilities() -> None:
    given_ = ranking([0.9, -0.5, 0.1])
    BY_HAND.probabilities(given_, kinds(3))
    assert given_.scores.tolist() == [0.9, -0.5, 0.1]


@given(scores=MARGINS, unknown=SHARE)
def test_however_doubtful_the_first_target_stays_the_likeliest(
    scores: list[float], unknown: float
) -> None:
    doubtful = replace(BY_HAND, heads=(Head(WEIGHTS, -20.0),) * len(KINDS))
    probabilities = doubtful.probabilities(ranking(scores, unknown), kinds(len(scores)))
    given_ = ranking(scores)
    assert probabilities[given_.first] > probabilities[given_.second]
    assert probabilities[given_.first] == probabilities.max()
    assert probabilities.sum() <= 1.0 + 1e-9


def test_the_order_of_the_ranking_is_kept() -> None:
    assert np.argsort(-probable([0.9, -0.5, 0.1, -1.0])).tolist() == [0, 2, 1, 3]


def test_what_no_target_explains_is_left_over() -> None:
    given_ = ranking([0.2, 0.1, 0.0])
    signals, _ = signals_of(given_, others_of(given_, BY_HAND.sharpness), kinds(3))
    probabilities = probable([0.2, 0.1, 0.0])
    left = 1.0 - probabilities.sum()
    assert left == pytest.approx((1.0 - probabilities[0]) * BY_HAND.unknown_heads[0](signals))


def test_the_kind_of_the_first_target_chooses_the_head() -> None:
    scores = [0.2, -0.4, -0.6]
    alike = [Kinds.of([Target(kind, str(n)) for n in range(3)]) for kind in KINDS]
    sure = [BY_HAND.probabilities(ranking(scores), kind)[0] for kind in alike]
    assert sure == sorted(sure, reverse=True)
    assert len(set(sure)) == len(KINDS)


@pytest.mark.parametrize("extreme", [1e6, -1e6])
def test_a_head_stands_extreme_signals(extreme: float) -> None:
    given_ = ranking([extreme, extreme - 1.0])
    sure = BY_HAND.heads[0](signals_of(given_, others_of(given_, 2.0), kinds(2))[0])
    assert 0.0 <= sure <= 1.0


def test_signals_say_how_the_first_target_stands() -> None:
    given_ = Ranking(np.array([0.5, -1.0, -0.25]), 0, 2, 9, 0.4, 0.6, 0.1)
    signals, masses = signals_of(given_, np.array([0.0, 0.25, 0.75]), kinds(3))
    assert masses == [0.25, 0.75, 1.0, 0.25]
    assert signals._asdict() == pytest.approx(
        {
            "margin": 0.5,
            "gap": 0.75,
            "odds": 0.0,
            "unknown": 0.4,
            "seen": 0.6,
            "rival": 0.1,
            "desks": 0.125,
            "outside": 0.375,
            "length": log(10),
        }
    )


@given(scores=MARGINS)
def test_what_the_temperature_gives_is_softmax(scores: list[float]) -> None:
    given_ = ranking(scores)
    others = others_of(given_, 3.0)
    others[given_.first] = 1.0
    assert others / others.sum() == pytest.approx(softmax(3.0 * np.array(scores)))


def test_softmax_stands_great_scores() -> None:
    shares = softmax(np.array([[1e4, 0.0], [0.0, 0.0]]))
    assert shares.tolist() == [[1.0, 0.0], [0.5, 0.5]]


def test_a_calibration_survives_its_json_types(model: TriageModel) -> None:
    assert Calibration.from_dict(model.calibration.to_dict()) == model.calibration


def test_kinds_are_numbered() -> None:
    targets = (Target("outside", "x"), Target("faq", "y"), Target("desk", "z"))
    assert [KINDS[n] for n in kind_numbers(targets)] == ["outside", "faq", "desk"]
