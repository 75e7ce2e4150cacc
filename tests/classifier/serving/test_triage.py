from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.decision import MAX_SUGGESTIONS, Candidate, Target
from classifier.serving.policy import GROUP_FROM, SEARCH_FROM, Policy
from classifier.serving.ranker import Ranker
from classifier.serving.triage import Triage, for_group, likely_entries
from classifier.serving.weighing import MAX_CANDIDATES
from classifier.training.train import train
from tests.fakes.small_base import (
    BIKE,
    FARE,
    HELMET,
    WEATHER,
    WORKSHOP,
    answering,
    asking,
    declining,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from classifier.decision import Decision
    from classifier.training.examples import Examples
    from kb.entries import KnowledgeBase

TARGETS = 13
DIRECT = {"answer", "route"}
KEYS = {
    *("action", "entry", "sources", "desk", "family", "suggestions", "candidates"),
    *("confidence", "model"),
}


@st.composite
def vectors(draw: st.DrawFn) -> NDArray[np.float64]:
    """Random probabilities, spread or peaked, that sum to at most one."""
    shares = np.array(draw(st.lists(st.floats(0, 1), min_size=TARGETS, max_size=TARGETS)))
    shares **= draw(st.sampled_from([1, 4, 30]))
    probabilities: NDArray[np.float64] = draw(st.floats(0, 1)) * shares / max(shares.sum(), 1e-12)
    return probabilities


FIXED = Policy(wrong=2.0, missed=1.0, question=0.4, needless=0.7)
COSTS = st.builds(
    Policy, **dict.fromkeys(("wrong", "missed", "question", "needless"), st.floats(0, 5))
)


def under(triage: Triage, policy: Policy, probabilities: NDArray[np.float64]) -> Decision:
    return Triage(triage.ranker, triage.calibration, policy, "feed").choose(probabilities)


def peaked(triage: Triage, *given_: tuple[Target, float]) -> Decision:
    probabilities = np.zeros(len(triage.targets))
    for target, probability in given_:
        probabilities[triage.targets.index(target)] = probability
    return under(triage, FIXED, probabilities)


RATES, DEPOSIT, SHOP = Target("faq", "tarifs"), Target("faq", "caution"), Target("desk", "atelier")


def test_a_desk_just_below_an_answer_is_offered_beside_it(triage: Triage) -> None:
    decision = peaked(triage, (RATES, 0.8), (SHOP, 0.15))
    assert (decision.action, decision.target, decision.beside) == ("answer", RATES, SHOP)


def test_no_desk_is_offered_where_hardly_any_is_likely(triage: Triage) -> None:
    assert peaked(triage, (RATES, 0.97), (SHOP, 0.02)).beside is None


def test_a_question_back_or_a_hand_over_offers_nothing_beside(triage: Triage) -> None:
    assert peaked(triage, (RATES, 0.4), (DEPOSIT, 0.3), (SHOP, 0.1)).beside is None
    assert peaked(triage, (SHOP, 0.95), (RATES, 0.05)).beside is None


def test_a_clear_entry_is_answered_with_a_desk_beside_it_instead_of_asked_back(
    triage: Triage,
) -> None:
    alone = peaked(triage, (RATES, 0.78), (DEPOSIT, 0.21))
    with_desk = peaked(triage, (RATES, 0.78), (SHOP, 0.21))
    assert (alone.action, with_desk.action) == ("clarify", "answer")


@pytest.mark.parametrize(
    "text", ["", " \t\n", "🚲 🙂", "\x00\x1b\x07", "\u200b\u200f\ufeff", "?!...", "\ud83d"]
)
def test_a_message_without_a_word_is_declined_as_no_family(
    triage: Triage, base: KnowledgeBase, text: str
) -> None:
    decision = triage.decide(text)
    assert (decision.action, decision.target, decision.suggestions) == ("decline", None, ())
    assert decision.to_dict(base)["family"] is None


@pytest.mark.parametrize("size", [10_000, 1_000_000])
@pytest.mark.parametrize("word", ["vélo ", "x", "é", "\u200b", "\n", "🚲"])
def test_a_huge_message_is_decided(
    triage: Triage, base: KnowledgeBase, word: str, size: int
) -> None:
    text = (word * size)[:size]
    assert set(triage.decide(text).to_dict(base)) - {"beside"} == KEYS


@given(text=st.text(st.characters()))
def test_any_text_gets_a_whole_decision(triage: Triage, base: KnowledgeBase, text: str) -> None:
    assert set(triage.decide(text).to_dict(base)) - {"beside"} == KEYS


@given(vector=vectors(), policy=COSTS)
def test_a_decision_holds_together(
    triage: Triage, vector: NDArray[np.float64], policy: Policy
) -> None:
    decision = under(triage, policy, vector)
    scores = [candidate.score for candidate in decision.candidates]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == MAX_CANDIDATES
    assert all(candidate.target.kind != "outside" for candidate in decision.candidates)
    assert 0.0 <= decision.confidence <= 1.0
    best = tuple(candidate.target for candidate in decision.candidates)
    if decision.action == "clarify":
        assert_suggestions(decision.suggestions, best)
    else:
        assert decision.suggestions == ()
    kind = {"answer": "faq", "route": "desk", "decline": "outside"}.get(decision.action)
    assert (decision.target.kind if decision.target else None) == kind
    if decision.action in DIRECT:
        assert (decision.target, decision.confidence) == decision.candidates[0]


def assert_suggestions(shown: tuple[Target, ...], best: tuple[Target, ...]) -> None:
    *lead, last = shown
    assert 1 <= len(shown) <= MAX_SUGGESTIONS
    assert tuple(lead) == best[: len(lead)]
    desks = [target for target in best[len(lead) :] if target.kind == "desk"]
    assert last in {best[len(lead)], *desks[:1]}


@given(vector=vectors(), policy=COSTS, more=st.floats(0, 5))
def test_a_dearer_mistake_never_makes_replies_more_direct(
    triage: Triage, vector: NDArray[np.float64], policy: Policy, more: float
) -> None:
    costs = {"wrong": policy.wrong + more, "wrong_desk": policy.wrong_desk + more}
    dearer = under(triage, replace(policy, **costs), vector)
    if dearer.action in DIRECT:
        # To decline what is ours is a mistake of the same price.
        assert under(triage, policy, vector).action in {dearer.action, "decline"}


@pytest.mark.parametrize("cost", ["question", "needless"])
@given(vector=vectors(), policy=COSTS, more=st.floats(0, 5))
def test_dearer_questions_are_never_asked_more(
    triage: Triage, vector: NDArray[np.float64], policy: Policy, more: float, cost: str
) -> None:
    dearer = replace(policy, **{cost: getattr(policy, cost) + more})
    if under(triage, dearer, vector).action == "clarify":
        assert under(triage, policy, vector).action == "clarify"


@given(vector=vectors(), policy=COSTS, more=st.floats(0.01, 5))
def test_dearer_silence_never_declines_more(
    triage: Triage, vector: NDArray[np.float64], policy: Policy, more: float
) -> None:
    dearer = replace(policy, missed=policy.missed + more)
    if under(triage, dearer, vector).action == "decline":
        assert under(triage, policy, vector).action == "decline"


@given(vector=vectors(), least=st.floats(0, 1.01))
def test_no_direct_reply_below_its_threshold(
    triage: Triage, vector: NDArray[np.float64], least: float
) -> None:
    decision = under(triage, Policy(answer_from=least, route_from=least), vector)
    assert decision.action not in DIRECT or decision.confidence >= least


def test_each_threshold_forbids_its_own_action(triage: Triage) -> None:
    vector = np.zeros(TARGETS)
    for kind, action, strict in (
        ("faq", "answer", replace(FIXED, answer_from=0.99)),
        ("desk", "route", replace(FIXED, route_from=0.99)),
    ):
        vector[:] = 0.0
        vector[next(n for n, t in enumerate(triage.targets) if t.kind == kind)] = 0.95
        other = replace(FIXED, answer_from=strict.route_from, route_from=strict.answer_from)
        assert under(triage, strict, vector).action == "clarify"
        assert under(triage, other, vector).action == action


def test_the_likely_kind_of_target_decides_the_action(triage: Triage) -> None:
    answer, desk = Target("faq", "tarifs"), Target("desk", "atelier")
    outside = Target("outside", "meteo")
    assert peaked(triage, (answer, 0.9)).action == "answer"
    assert peaked(triage, (desk, 0.9)).action == "route"
    assert peaked(triage, (outside, 0.9)).target == outside
    unsure = peaked(triage, (desk, 0.5), (answer, 0.45))
    assert (unsure.action, unsure.suggestions[:2]) == ("clarify", (desk, answer))


def test_fewer_targets_than_suggestions_are_all_suggested(two_desks: KnowledgeBase) -> None:
    model = train(two_desks)
    triage = Triage(Ranker(model.compiled), model.calibration, Policy(wrong=9.0), "feed")
    decision = triage.choose(np.array([0.5, 0.45]))
    assert decision.action == "clarify"
    assert len(decision.suggestions) == 2


def check_contract(data: dict[str, Any], base: KnowledgeBase) -> None:
    assert set(data) == KEYS
    assert json.loads(json.dumps(data)) == data
    named = {"answer": "entry", "route": "desk", "decline": "family"}.get(data["action"])
    for key in ("entry", "desk", "family"):
        assert isinstance(data[key], str) == (key == named)
    assert data["sources"] == (list(base.entries[data["entry"]].sources) if data["entry"] else [])
    assert (1 <= len(data["suggestions"]) <= 3) == (data["action"] == "clarify")
    for shown in data["suggestions"]:
        assert set(shown) in ({"desk"}, {"entry", "sources"})
    for ranked in data["candidates"]:
        assert set(ranked) in ({"desk", "score"}, {"entry", "sources", "score"})
    assert 0.0 <= data["confidence"] <= 1.0
    assert data["model"] == "feed"


@pytest.mark.parametrize(
    ("key", "action"),
    [
        (Target("faq", "caution"), "answer"),
        (Target("desk", "facturation"), "route"),
        (Target("outside", "charabia"), "decline"),
        (None, "clarify"),
    ],
)
def test_a_decision_is_the_object_of_the_contract(
    triage: Triage, base: KnowledgeBase, key: Target | None, action: str
) -> None:
    likely = [(key, 0.95)] if key else [(t, 0.3) for t in triage.targets[:3]]
    data = peaked(triage, *likely).to_dict(base)
    assert data["action"] == action
    check_contract(data, base)


def test_a_second_question_takes_the_same_form(triage: Triage, base: KnowledgeBase) -> None:
    second = peaked(triage, (Target("faq", "age"), 0.9))
    data = replace(peaked(triage, (Target("faq", "tarifs"), 0.9)), also=second).to_dict(base)
    check_contract(data.pop("also"), base)
    check_contract(data, base)


@pytest.mark.parametrize(
    "spelt",
    [
        str.upper,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: unicodedata.normalize("NFC", text),
        lambda text: "".join(c for c in unicodedata.normalize("NFD", text) if c < "\u0300"),
        lambda text: text.replace(" ", "\u00a0"),
        "\u200b".join,
        lambda text: f"\u202e{text}\u202c\u200f",
        lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
        lambda text: text.replace("e-Pass", "e Pass").replace("fi", "ﬁ"),
        lambda text: f"  {text} !!! 🚲",
    ],
    ids=["upper", "nfd", "nfc", "no-accent", "nbsp", "zwsp", "rtl", "wide", "forms", "emoji"],
)
def test_the_spelling_of_a_text_changes_no_decision(
    triage: Triage, found: Examples, spelt: Callable[[str], str]
) -> None:
    for text in found.texts:
        assert triage.decide(spelt(text)) == triage.decide(text)


def test_courtesy_around_a_question_changes_no_decision(triage: Triage) -> None:
    for text in ("station pleine", "pneu à plat, que faire ?", "va-t-il pleuvoir ce soir"):
        polite = f"Bonjour, j'espère que vous allez bien.\n{text}\nMerci d'avance,\nSophie Martin"
        assert triage.decide(polite) == triage.decide(text)


def test_a_greeting_is_the_answer_only_to_a_message_without_anything_else(triage: Triage) -> None:
    greeting = Target("outside", "salutation")
    assert triage.decide("bonjour à tous").target == greeting
    for text in ("bonjour, zorglub !", "salut salut coucou un zorglub", "hey, tcha tcha"):
        assert triage.decide(text).target != greeting


@pytest.mark.parametrize(
    "text",
    ["à demain", "bon week-end", "j'ai une question", "besoin d'aide", "bravo !", "ok merci"],
)
def test_what_asks_nothing_gets_a_family_of_courtesy_whatever_words_it_shares(
    triage: Triage, text: str
) -> None:
    decision = triage.decide(text)
    assert (decision.action, decision.target) == ("decline", Target("outside", "salutation"))


def test_where_all_families_are_courtesy_a_message_that_asks_is_declined_as_none(
    base: KnowledgeBase,
) -> None:
    outside = {"salutation": base.outside["salutation"]}
    made = train(replace(base, outside=outside))
    triage = Triage(Ranker(made.compiled), made.calibration, made.policy, "feed", courtesy=outside)
    declined = replace(triage.policy, missed=0.0)
    strict = Triage(triage.ranker, triage.calibration, declined, "feed", courtesy=outside)
    assert strict.decide("zorglub").target is None
    assert strict.decide("bonjour").target == Target("outside", "salutation")


# What is asked of a decision that other people read, or that is only a list to choose from


@pytest.mark.parametrize("decision", [asking(BIKE, FARE), declining(WEATHER)])
def test_other_decisions_are_the_same_in_a_group(decision: Decision) -> None:
    assert for_group(decision) == decision


def test_a_group_gets_a_direct_reply_from_the_bar_on_and_a_question_below() -> None:
    sure = replace(answering(BIKE, FARE), confidence=GROUP_FROM)
    assert for_group(sure) == sure
    asked = for_group(replace(sure, confidence=GROUP_FROM - 0.01))
    assert (asked.action, asked.target, asked.suggestions) == ("clarify", None, (BIKE, FARE))


def test_the_bar_of_groups_holds_for_a_second_question_too() -> None:
    found = for_group(replace(asking(BIKE), also=answering(FARE, HELMET))).also
    assert found is not None
    assert (found.action, found.suggestions) == ("clarify", (FARE, HELMET))


def test_a_search_finds_entries_alone_and_none_when_the_likeliest_is_a_guess() -> None:
    assert likely_entries(answering(BIKE, WORKSHOP, FARE)) == (BIKE.id, FARE.id)
    guess = replace(declining(), candidates=(Candidate(BIKE, SEARCH_FROM / 2),))
    assert likely_entries(guess) == likely_entries(declining()) == ()


def test_a_message_of_one_word_gets_another_decision_however_cheap_a_reply_is(
    triage: Triage,
) -> None:
    eager = replace(FIXED, wrong=0.0, question=5.0, missed=5.0)
    under_it = Triage(triage.ranker, triage.calibration, eager, "feed")
    assert under_it.decide("ma facture est fausse").action in DIRECT
    decision = under_it.decide("facture")
    assert decision.action not in DIRECT
    assert decision.candidates
