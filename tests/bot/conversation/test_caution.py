from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.caution import soften
from classifier.decision import Candidate, Decision, Target

BIKE, FARE, DESK = Target("faq", "velo"), Target("faq", "tarif"), Target("desk", "atelier")
CANDIDATES = (Candidate(BIKE, 0.9), Candidate(DESK, 0.3), Candidate(FARE, 0.2))
ANSWER = Decision("answer", BIKE, (), CANDIDATES, 0.9, "m")
ROUTE = Decision("route", DESK, (), CANDIDATES, 0.9, "m")
DECLINE = Decision("decline", Target("outside", "merci"), (), CANDIDATES, 0.9, "m")


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
