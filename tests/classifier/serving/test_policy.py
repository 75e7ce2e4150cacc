from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.serving.policy import Beliefs, Policy, break_even, price

SURE = Beliefs(
    best=0.9, inside=0.95, outside=0.03, unknown=0.02, asked=0.95, asked_desks=0.0, shown=0.0,
    best_desk=0.0,
)  # fmt: skip
LOST = SURE._replace(best=0.1, inside=0.2, outside=0.1, unknown=0.7, asked=0.2)
AWAY = SURE._replace(best=0.02, inside=0.04, outside=0.95, unknown=0.01, asked=0.04)


@pytest.mark.parametrize(
    ("believed", "action"), [(SURE, "answer"), (LOST, "unanswered"), (AWAY, "decline")]
)
def test_the_cheapest_action_is_what_is_believed(believed: Beliefs, action: str) -> None:
    costs = price(Policy(), believed, "faq")
    assert min(costs, key=lambda name: costs[name]) == action


def test_two_likely_answers_are_asked_about() -> None:
    costs = price(Policy(), SURE._replace(best=0.5, asked=0.95), "faq")
    assert min(costs, key=lambda name: costs[name]) == "clarify"


def test_to_decline_what_nothing_answers_costs_as_much_as_a_wrong_answer() -> None:
    policy = Policy(wrong=3.0)
    costs = price(policy, LOST._replace(inside=0.0, outside=0.0, unknown=1.0), "faq")
    assert costs["decline"] == 3.0


def test_an_unknown_question_at_its_own_desk_is_no_mistake() -> None:
    owned, foreign = (price(Policy(), LOST._replace(best_desk=b), "desk") for b in (1.0, 0.0))
    assert owned["route"] < foreign["route"]


def test_a_suggested_desk_helps_with_what_nothing_answers() -> None:
    with_desk, without = (price(Policy(), LOST._replace(asked_desks=b), "faq") for b in (1.0, 0.0))
    assert with_desk["clarify"] < without["clarify"]


def test_a_desk_offered_beside_an_answer_makes_it_cheaper() -> None:
    alone, mended = (price(Policy(), LOST._replace(beside=b), "faq") for b in (0.0, 0.1))
    assert mended["answer"] < alone["answer"]
    assert mended["clarify"] == alone["clarify"]


def test_a_wrong_desk_is_cheaper_than_a_wrong_answer() -> None:
    policy = Policy()
    assert policy.wrong_with("desk") < policy.wrong_with("faq")


def test_a_policy_survives_its_json_types() -> None:
    policy = Policy(answer_from=0.7, decline_from=0.6)
    assert Policy.from_dict(policy.to_dict()) == policy


@given(st.floats(0.01, 0.98), st.floats(0, 1), st.floats(0, 1))
def test_a_direct_reply_begins_to_be_the_cheapest_at_its_break_even(
    best: float, outside: float, asked: float
) -> None:
    beside = 0.05

    def believed(confidence: float) -> Beliefs:
        rest = 1 - confidence
        away = outside * rest
        others = (rest - away) / 2
        return Beliefs(
            best=confidence,
            inside=confidence + others,
            outside=away,
            unknown=others,
            asked=confidence + asked * others,
            asked_desks=0.0,
            shown=0.0,
            best_desk=0.0,
            beside=beside * rest,
        )

    policy = Policy()
    least = break_even(policy, believed(best), "faq", is_shown=False)
    for confidence, expected in ((least + 0.005, True), (least - 0.005, False)):
        if 0.005 < confidence < 0.995:
            costs = price(policy, believed(confidence), "faq")
            assert (min(costs, key=lambda name: costs[name]) == "answer") is expected
