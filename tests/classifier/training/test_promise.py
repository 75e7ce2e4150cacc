from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from classifier.training.promise import Targets, direct_replies, promise, right_target_scores

if TYPE_CHECKING:
    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel


def test_the_policy_takes_the_certified_thresholds(found: Examples, model: TriageModel) -> None:
    kept = promise(found, model.held_out, model.calibration, Targets())
    policy = kept.apply_to(model.policy)
    assert policy.answer_from == kept.answer.threshold
    assert policy.route_from == kept.route.threshold
    assert policy.suggest_from == kept.suggest_from
    assert replace(policy, answer_from=0.0, route_from=0.0, suggest_from=0.0) == replace(
        model.policy, answer_from=0.0, route_from=0.0, suggest_from=0.0
    )


def test_so_small_a_base_certifies_no_five_percent(found: Examples, model: TriageModel) -> None:
    kept = promise(found, model.held_out, model.calibration, Targets(answer=0.05))
    assert not kept.answer.certified


def test_suggestions_hold_the_right_target_as_often_as_asked(
    found: Examples, model: TriageModel
) -> None:
    kept = promise(found, model.held_out, model.calibration, Targets(suggested=0.8))
    given = right_target_scores(found, model.held_out, model.calibration)
    assert kept.suggested == pytest.approx((given >= kept.suggest_from).mean())
    assert kept.suggested >= 0.8


def test_messages_for_nobody_count_as_wrong_replies(found: Examples, model: TriageModel) -> None:
    replies = direct_replies(found, model.held_out, model.calibration)
    total = sum(len(found.scores) for found in replies.values())
    assert total >= int(model.held_out.known.sum())
    assert sum(int((~found.right).sum()) for found in replies.values()) > 0
