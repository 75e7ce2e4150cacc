from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.conversation.caution import Caution
from bot.conversation.caution import soften as soften_for
from classifier.decision import Candidate, Decision, Target
from tests.fakes.small_base import BIKE, FARE, small_base

if TYPE_CHECKING:
    from collections.abc import Collection

    from classifier.decision import Action

DESK = Target("desk", "atelier")
CANDIDATES = (Candidate(BIKE, 0.9), Candidate(DESK, 0.3), Candidate(FARE, 0.2))
ANSWER = Decision("answer", BIKE, (), CANDIDATES, 0.9, "m")
ROUTE = Decision("route", DESK, (), CANDIDATES, 0.9, "m")
DECLINE = Decision("decline", Target("outside", "merci"), (), CANDIDATES, 0.9, "m")


def soften(decision: Decision, broken: Collection[Action]) -> Decision:
    return soften_for(decision, Caution(broken), small_base())


def with_states(decision: Decision, **states: str) -> Decision:
    named = {name.replace("_", "-"): state for name, state in states.items()}
    return soften_for(decision, Caution(states=named), small_base())  # type: ignore[arg-type]


@pytest.mark.parametrize("decision", [ANSWER, ROUTE, DECLINE])
def test_what_keeps_its_promise_is_said(decision: Decision) -> None:
    assert soften(decision, set()) == decision
    others = {"answer", "route", "decline"} - {decision.action}
    assert soften(decision, others) == decision  # type: ignore[arg-type]


def test_an_answer_is_suggested_first_and_what_comes_next_after_it() -> None:
    asked = soften(ANSWER, {"answer"})
    assert (asked.action, asked.target, asked.suggestions) == ("clarify", None, (BIKE, FARE))


def test_a_desk_is_suggested_first() -> None:
    assert soften(ROUTE, {"route"}).suggestions == (DESK, BIKE, FARE)


def test_a_desk_beside_an_answer_is_suggested_with_it() -> None:
    asked = soften(replace(ANSWER, beside=DESK), {"answer"})
    assert (asked.suggestions, asked.beside) == ((BIKE, DESK, FARE), None)


def test_what_would_be_declined_is_unanswered() -> None:
    softened = soften(DECLINE, {"decline"})
    assert (softened.action, softened.target, softened.suggestions) == ("unanswered", None, ())


def test_the_second_question_of_a_message_is_softened_too() -> None:
    asked = soften(replace(ROUTE, also=ANSWER), {"answer"})
    assert (asked.action, asked.also and asked.also.action) == ("route", "clarify")
    asked = soften(replace(ANSWER, also=ANSWER), {"answer"})
    assert (asked.action, asked.also and asked.also.action) == ("clarify", "clarify")


def test_an_entry_that_must_be_asked_is_suggested_first_and_others_still_answer() -> None:
    asked = with_states(ANSWER, velo_casse="demande")
    assert (asked.action, asked.suggestions, asked.deferred) == ("clarify", (BIKE, FARE), BIKE)
    assert with_states(ANSWER, tarif="demande") == ANSWER


def test_an_entry_for_agents_alone_is_left_to_its_desk_and_stays_among_the_candidates() -> None:
    left = with_states(ANSWER, velo_casse="propose")
    assert (left.action, left.target, left.suggestions) == ("unanswered", None, (DESK,))
    assert (left.deferred, left.candidates) == (BIKE, CANDIDATES)


def test_what_no_asker_is_shown_is_not_suggested_either() -> None:
    asked = with_states(replace(ANSWER, beside=DESK), velo_casse="demande", tarif="propose")
    assert asked.suggestions == (BIKE, DESK)
    unsure = Decision("clarify", None, (FARE, BIKE), CANDIDATES, 0.4, "m")
    assert with_states(unsure, tarif="propose").suggestions == (BIKE,)
    assert with_states(unsure, tarif="demande") == unsure


def test_a_choice_of_which_nothing_may_be_shown_is_left_to_the_desks() -> None:
    unsure = Decision("clarify", None, (BIKE,), CANDIDATES, 0.4, "m")
    left = with_states(unsure, velo_casse="propose")
    assert (left.action, left.suggestions, left.deferred) == ("unanswered", (DESK,), None)


def test_an_entry_with_its_own_proof_answers_while_the_promise_is_broken() -> None:
    proven = Caution({"answer"}, proven={BIKE.id})
    assert soften_for(ANSWER, proven, small_base()) == ANSWER
    lowered = Caution({"answer"}, {BIKE.id: "demande"}, {BIKE.id})
    assert soften_for(ANSWER, lowered, small_base()).action == "clarify"


def test_what_was_deferred_is_no_part_of_what_a_model_decides() -> None:
    asked = with_states(ANSWER, velo_casse="demande")
    assert "deferred" not in asked.to_dict(small_base())
