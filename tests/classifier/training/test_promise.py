from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.serving.calibration import KINDS
from classifier.serving.policy import Policy
from classifier.serving.ranker import Ranker
from classifier.serving.triage import Triage
from classifier.training.promise import (
    TABLE,
    TABLE_SHARES,
    Evidence,
    Targets,
    promise,
    promise_table,
)
from classifier.training.traffic import OUTSIDE, Rows, Traffic

if TYPE_CHECKING:
    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel

FAQ, DESK = KINDS.index("faq"), KINDS.index("desk")


@pytest.fixture(scope="module")
def evidence(found: Examples, model: TriageModel) -> Evidence:
    triage = Triage(Ranker(model.compiled), model.calibration, Policy(), "", model.desks)
    return Evidence.of(found, model.held_out, triage)


def by_hand(*cases: tuple[int, int, bool, int]) -> Evidence:
    """Cases of (best target, right target, known, desk of the right target) over four targets.

    The targets are: desk 0, entry 1 of that desk, another desk's entry 2, and outside 3.
    """
    best, labels, known, owners = (np.array(column) for column in zip(*cases, strict=True))
    targets = np.array([DESK, FAQ, FAQ, OUTSIDE])
    size = len(cases)
    rows = Rows(labels, targets[labels], known, owners, np.arange(size), np.arange(size))
    scores = np.full(size, 0.9)
    owners, declining = np.array([0, 0, 1, -1]), np.ones(size, dtype=bool)
    return Evidence(rows, best, scores, scores, scores, owners, targets, declining)


def test_the_policy_takes_the_certified_thresholds(evidence: Evidence, model: TriageModel) -> None:
    kept = promise(evidence, Targets())
    policy = kept.apply_to(model.policy)
    assert policy.answer_from == kept.certificates["answer"].threshold
    assert policy.route_from == kept.certificates["route"].threshold
    assert policy.decline_from == kept.certificates["decline"].threshold
    assert policy.suggest_from == kept.suggest_from
    none = {"answer_from": 0.0, "route_from": 0.0, "decline_from": 0.0, "suggest_from": 0.0}
    assert replace(policy, **none) == replace(model.policy, **none)


def test_so_small_a_base_certifies_no_one_percent(evidence: Evidence) -> None:
    assert not promise(evidence, Targets(answer=0.01)).certificates["answer"].certified


def test_suggestions_hold_the_right_target_as_often_as_asked(evidence: Evidence) -> None:
    kept = promise(evidence, Targets(suggested=0.8))
    assert kept.suggested >= 0.8


def test_answers_to_what_nothing_answers_count_as_wrong() -> None:
    replies = by_hand((1, 1, True, 0), (1, 1, False, 0)).replies(Traffic())["answer"]
    assert replies.right.tolist() == [True, False]


def test_answers_to_what_is_not_for_us_count_as_wrong() -> None:
    replies = by_hand((1, 1, True, 0), (1, 3, True, -1)).replies(Traffic())["answer"]
    assert replies.right.tolist() == [True, False]


def test_an_unknown_question_is_right_at_the_desk_of_its_own_entry() -> None:
    replies = by_hand((0, 1, False, 0), (0, 2, False, 1), (0, 1, True, 0)).replies(Traffic())
    assert replies["route"].right.tolist() == [True, False, False]


def test_declining_what_is_ours_is_wrong_whether_it_is_answered_or_not() -> None:
    replies = by_hand((0, 3, True, -1), (1, 1, True, 0), (1, 1, False, 0)).replies(Traffic())
    assert replies["decline"].right.tolist() == [True, False, False]


def test_a_message_that_no_threshold_would_decline_says_nothing_of_declines() -> None:
    evidence = by_hand((0, 3, True, -1), (1, 1, True, 0))
    seldom = replace(evidence, declining=np.array([True, False]))
    assert seldom.replies(Traffic())["decline"].right.tolist() == [True]


def test_declines_are_those_that_cost_less_than_asking(
    evidence: Evidence, found: Examples, model: TriageModel
) -> None:
    cheap = Policy(missed=0.05, wrong=0.05)
    triage = Triage(Ranker(model.compiled), model.calibration, cheap, "", model.desks)
    more = Evidence.of(found, model.held_out, triage).declining
    assert more.sum() > evidence.declining.sum()
    assert more[evidence.declining].all()


def test_more_unknown_questions_make_the_same_threshold_riskier(evidence: Evidence) -> None:
    few, many = (evidence.replies(Traffic(unknown=u))["answer"].risk(0.5) for u in (0.03, 0.5))
    assert many > few


def test_the_table_holds_every_target_at_every_share(evidence: Evidence) -> None:
    rows = promise_table(evidence, Targets())
    assert len(rows) == len(TABLE_SHARES) * sum(map(len, TABLE.values()))
    assert {row["unknown"] for row in rows} == set(TABLE_SHARES)


def test_figures_say_how_often_the_promise_broke(evidence: Evidence) -> None:
    figures = promise(evidence, Targets()).figures()
    for action in ("answer", "route", "decline"):
        assert set(figures[action]["broken_of_cuts"]) == {"certified", "naive", "cuts"}


def test_what_is_just_sure_enough_is_suggested_too(evidence: Evidence) -> None:
    kept = promise(evidence, Targets(suggested=0.8))
    inside = evidence.rows.known & (evidence.rows.kinds != OUTSIDE)
    given = evidence.given[inside]
    assert (given == kept.suggest_from).any()
    assert kept.suggested == pytest.approx(
        np.count_nonzero(given >= kept.suggest_from) / len(given)
    )


def test_shares_of_the_traffic_are_told_from_targets_by_their_names() -> None:
    asked = Targets.from_shares({"answer": 0.1, "unknown": 0.4})
    assert (asked.answer, asked.traffic.unknown) == (0.1, 0.4)
    assert asked.traffic.outside == Traffic().outside
