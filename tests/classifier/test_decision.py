from __future__ import annotations

import json

import pytest

from classifier.decision import Candidate, Decision, Target
from tests.fakes.small_base import BIKE, FARE, OFFICE, WEATHER, WORKSHOP, candidates, small_base


def decided(**fields: object) -> Decision:
    plain = Decision("clarify", None, (), candidates(BIKE, OFFICE), 0.4, "m")
    return Decision(**{**{name: getattr(plain, name) for name in plain.__slots__}, **fields})


@pytest.mark.parametrize(
    "decision",
    [
        decided(action="answer", target=BIKE, beside=WORKSHOP, term="VAE"),
        decided(action="route", target=WORKSHOP),
        decided(suggestions=(BIKE, OFFICE)),
        decided(term="VAE", suggestions=()),
        decided(action="unanswered", suggestions=(WORKSHOP, OFFICE)),
        decided(action="unanswered"),
        decided(action="decline", target=WEATHER, candidates=()),
        decided(action="decline"),
        decided(action="answer", target=BIKE, also=decided(action="answer", target=FARE)),
    ],
)
def test_a_decision_goes_through_json_and_back(decision: Decision) -> None:
    data = json.loads(json.dumps(decision.to_dict(small_base())))
    assert Decision.from_dict(data) == decision


def test_optional_fields_are_left_out_and_no_answer_names_desks_alone() -> None:
    data = decided(action="unanswered", suggestions=(WORKSHOP,)).to_dict(small_base())
    assert data["suggestions"] == [{"desk": "atelier"}]
    assert (data["entry"], data["sources"], data["desk"], data["family"]) == (None, [], None, None)
    assert not {"beside", "term", "also"} & data.keys()


def test_a_desk_beside_and_a_term_are_named() -> None:
    data = decided(action="answer", target=BIKE, beside=WORKSHOP, term="VAE").to_dict(small_base())
    assert (data["beside"], data["term"]) == ({"desk": "atelier"}, "VAE")
    assert (data["entry"], data["desk"]) == ("velo-casse", None)


def test_all_that_is_shown_has_a_number_after_the_candidates() -> None:
    found = decided(suggestions=(OFFICE, FARE), beside=WORKSHOP)
    assert [candidate.target for candidate in found.offered] == [BIKE, OFFICE, FARE, WORKSHOP]
    assert found.offered[2:] == (Candidate(FARE, 0.0), Candidate(WORKSHOP, 0.0))
    assert decided(suggestions=(OFFICE,)).offered == candidates(BIKE, OFFICE)
    assert decided(candidates=(), suggestions=(Target("desk", "x"),) * 2).offered == (
        Candidate(Target("desk", "x"), 0.0),
    )
