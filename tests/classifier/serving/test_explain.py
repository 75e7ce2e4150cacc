from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.decision import Target
from classifier.serving.courtesy.aside import set_aside
from classifier.serving.explain import explain
from classifier.serving.policy import Policy
from classifier.serving.ranker import Ranker
from classifier.serving.spelling import original_spellings
from classifier.serving.triage import Triage
from classifier.text import Words
from classifier.training.train import train

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.serving.explain import Explanation
    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase

BIKE_WORDS = st.sampled_from(
    ["vélo", "vélo", "pneu", "e-Pass", "E PASS", "station", "pleine", "zorglub", "velos", "le", "?"]
)


def added_up(explanation: Explanation) -> float:
    return explanation.intercept + sum(share.contribution for share in explanation.words)


def ranked_difference(triage: Triage, text: str, explanation: Explanation) -> float:
    message = set_aside(text)
    ranking = triage.rank(message.kept, asks=message.asks)
    assert ranking is not None
    assert explanation.chosen is not None
    assert explanation.runner_up is not None
    first, second = (
        triage.targets.index(candidate.target)
        for candidate in (explanation.chosen, explanation.runner_up)
    )
    return float(ranking.scores[first] - ranking.scores[second])


def share(explanation: Explanation, word: str) -> float:
    return next(s.contribution for s in explanation.words if s.word == word)


def assert_exact(triage: Triage, text: str) -> None:
    explanation = explain(triage, text)
    if explanation.also:  # each question by its own words: see the test of two questions
        return
    assert added_up(explanation) == pytest.approx(explanation.difference, abs=1e-9)
    ranked = ranked_difference(triage, text, explanation)
    assert explanation.difference == pytest.approx(ranked, abs=1e-6)


def test_contributions_and_intercepts_are_the_difference_of_scores(
    triage: Triage, found: Examples
) -> None:
    for text in found.texts:
        assert_exact(triage, text)


def test_pairs_of_messages_add_up_as_well(triage: Triage, found: Examples) -> None:
    for one, other in zip(found.texts, found.texts[7:], strict=False):
        assert_exact(triage, f"{one} {other} {one}")


@settings(deadline=None)
@given(words=st.lists(BIKE_WORDS, min_size=1, max_size=25))
def test_repeated_words_add_up(triage: Triage, words: list[str]) -> None:
    assert_exact(triage, "vélo " + " ".join(words))


@settings(deadline=None)
@given(text=st.text(st.characters()))
def test_any_text_adds_up(triage: Triage, text: str) -> None:
    explanation = explain(triage, text)
    json.dumps(explanation.to_dict())
    assert added_up(explanation) == pytest.approx(explanation.difference, abs=1e-9)
    assert all(share.word.isprintable() and share.word for share in explanation.words)


def test_the_pipeline_of_training_scores_the_same(
    triage: Triage, model: TriageModel, found: Examples
) -> None:
    for text, margins in zip(
        found.texts, model.pipeline.decision_function(found.texts), strict=True
    ):
        explanation = explain(triage, text)
        assert explanation.chosen is not None
        assert explanation.runner_up is not None
        assert explanation.also is None
        first = triage.targets.index(explanation.chosen.target)
        second = triage.targets.index(explanation.runner_up.target)
        assert added_up(explanation) == pytest.approx(margins[first] - margins[second], abs=1e-5)


def test_two_questions_are_explained_each_by_its_own_words(triage: Triage) -> None:
    asked = ["Combien coûte un trajet ?", "Que faire en cas de crevaison ?"]
    explanation = explain(triage, " ".join(asked))
    assert explanation.also is not None
    assert explanation.decision == triage.decide(" ".join(asked))
    alone = {part: explain(triage, part) for part in asked}
    for found in (replace(explanation, also=None), explanation.also):
        (own,) = [one for one in alone.values() if one.chosen == found.chosen]
        assert (found.words, found.difference) == (own.words, own.difference)
        assert found.costs == own.costs
    assert explanation.to_dict()["also"] == explanation.also.to_dict()


def test_a_lone_word_has_all_its_features_to_itself(triage: Triage) -> None:
    explanation = explain(triage, "caution")
    (only,) = explanation.words
    assert only.contribution == pytest.approx(explanation.difference - explanation.intercept)


def test_equal_words_of_a_message_share_n_grams_alike(triage: Triage) -> None:
    # Between the same neighbours, nothing tells the second "pneu" from the third.
    shares = [s.contribution for s in explain(triage, "pneu pneu pneu pneu").words]
    assert shares[1] == pytest.approx(shares[2])


def test_the_words_of_the_choice_speak_for_it(triage: Triage) -> None:
    explanation = explain(triage, "mon pneu est crevé")
    assert explanation.chosen is not None
    assert explanation.chosen.target == Target("faq", "crevaison")
    assert share(explanation, "pneu") > 0
    assert {s.word for s in explanation.strongest()[:2]} == {"pneu", "crevé"}


def test_the_choice_is_the_decisions_and_the_runner_up_another(
    triage: Triage, found: Examples
) -> None:
    for text in found.texts:
        explanation = explain(triage, text)
        decision = triage.decide(text)
        assert explanation.decision == decision
        assert explanation.chosen is not None
        assert explanation.runner_up is not None
        assert explanation.chosen.target == (decision.target or decision.suggestions[0])
        assert explanation.runner_up.target != explanation.chosen.target


def test_an_outside_family_may_be_the_runner_up(triage: Triage, found: Examples) -> None:
    runners_up = [explain(triage, text).runner_up for text in found.texts]
    assert {"faq", "desk", "outside"} == {r.target.kind for r in runners_up if r}


def test_the_runner_up_is_the_likeliest_other(triage: Triage) -> None:
    text = "la selle est cassée et ma facture est fausse"
    explanation = explain(triage, text)
    ranking = triage.rank(text)
    assert ranking is not None
    assert explanation.chosen is not None
    assert explanation.runner_up is not None
    probabilities = triage.read(ranking).probabilities
    probabilities[triage.targets.index(explanation.chosen.target)] = -1
    assert explanation.runner_up.score == probabilities.max()
    assert triage.targets[int(probabilities.argmax())] == explanation.runner_up.target


def test_unknown_words_are_named_once_as_typed(triage: Triage) -> None:
    explanation = explain(triage, "Mon Zörglub, mon zorglub et mon BLIPOUX : le vélo ?")
    assert explanation.unknown == ("Zörglub", "BLIPOUX")
    known = {s.word: s.known for s in explanation.words}
    assert known["vélo"]
    assert not known["BLIPOUX"]


def test_repetitions_count_once_among_the_strongest(triage: Triage) -> None:
    explanation = explain(triage, "pneu crevé PNEU")
    merged = {s.word: s.contribution for s in explanation.strongest()}
    assert set(merged) == {"pneu", "crevé"}
    assert merged["pneu"] == pytest.approx(share(explanation, "pneu") + share(explanation, "PNEU"))


@pytest.mark.parametrize("text", ["", " ?!", "🚲", "\u200b", "\ud800"])
def test_without_a_word_there_is_only_the_decision(triage: Triage, text: str) -> None:
    explanation = explain(triage, text)
    assert explanation.decision == triage.decide(text)
    assert (explanation.chosen, explanation.runner_up, explanation.words) == (None, None, ())
    assert explanation.to_dict()["distance"] is None


def test_the_cheapest_cost_is_the_actions(triage: Triage, found: Examples) -> None:
    for text in found.texts:
        explanation = explain(triage, text)
        assert next(iter(explanation.costs)) == explanation.decision.action
        assert list(explanation.costs.values()) == sorted(explanation.costs.values())


def test_a_forbidden_reply_has_no_cost_and_a_distance_below_nothing(triage: Triage) -> None:
    policy = Policy(answer_from=1.01, route_from=1.01)
    strict = Triage(triage.ranker, triage.calibration, policy, "feed")
    explanation = explain(strict, "mon pneu est crevé")
    assert set(explanation.costs) == {"clarify", "unanswered", "decline"}
    assert explanation.least == 1.01
    assert explanation.distance is not None
    assert explanation.distance < 0


def test_a_base_of_desks_alone_is_explained(two_desks: KnowledgeBase) -> None:
    made = train(two_desks)
    triage = Triage(Ranker(made.compiled), made.calibration, made.policy, "feed", made.desks)
    assert_exact(triage, "deux prélèvements sur ma facture")


@settings(deadline=None)
@given(
    shares=st.lists(st.floats(0, 1), min_size=13, max_size=13),
    rest=st.floats(0, 1),
    confidence=st.floats(0, 1),
    policy=st.builds(
        Policy,
        **dict.fromkeys(("wrong", "missed", "question", "needless"), st.floats(0.01, 5)),
        **dict.fromkeys(("answer_from", "route_from", "suggest_from"), st.floats(0, 1.01)),
    ),
)
def test_a_direct_reply_begins_at_the_least_confidence(
    triage: Triage, shares: list[float], rest: float, confidence: float, policy: Policy
) -> None:
    under = Triage(triage.ranker, triage.calibration, policy, "feed")
    probabilities = np.array(shares) * rest / max(sum(shares), 1e-9)
    target, held = under.choose(probabilities).candidates[0]
    least = under.least_confidence(probabilities)
    assert least is not None
    if held > 0.99 or abs(confidence - least) < 1e-6:
        return
    decision = under.choose(_moved(probabilities, under.targets.index(target), confidence))
    direct = decision.action in {"answer", "route"} and decision.target == target
    assert direct == (confidence > least)


def _moved(probabilities: NDArray[np.float64], best: int, confidence: float) -> NDArray[np.float64]:
    moved = probabilities * (1 - confidence) / (1 - probabilities[best])
    moved[best] = confidence
    return moved


def test_no_entry_and_no_desk_means_no_threshold(triage: Triage) -> None:
    compiled = triage.ranker.model
    families = tuple(Target("outside", str(n)) for n in range(len(compiled.targets)))
    ranker = type(triage.ranker)(replace(compiled, targets=families))
    nothing_ours = Triage(ranker, triage.calibration, Policy(), "feed")
    explanation = explain(nothing_ours, "bonjour")
    assert (explanation.least, explanation.distance) == (None, None)
    assert set(explanation.costs) == {"decline"}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Ma e-CPS, où ?", ["Ma", "e-CPS", "où"]),
        ("ma E  CPS!", ["ma", "E CPS"]),
        ("le\nCŒUR_bat", ["le", "CŒUR", "bat"]),
        ("l’été à ½ prix", ["l", "été", "à", "½", "½", "prix"]),
        ("la ﬁn e\n\u202ecps", ["la", "ﬁn", "e cps"]),
        ("ＭＯＴ de pa\u00adsse", ["ＭＯＴ", "de", "passe"]),
        ("İstanbul ΟΔΟΣ", ["İstanbul", "ΟΔΟΣ"]),
    ],
)
def test_words_are_shown_as_typed(text: str, typed: list[str]) -> None:
    assert original_spellings(text, Words(["e-CPS"])(text)) == typed


def test_a_word_keeps_the_accents_that_follow_its_letters() -> None:
    text = unicodedata.normalize("NFD", "café brûlé !")
    assert [
        unicodedata.normalize("NFC", w) for w in original_spellings(text, ["cafe", "brule"])
    ] == [
        "café",
        "brûlé",
    ]


@pytest.mark.parametrize("text", ["é" * 9000, "e\u0301\u200b" * 9000, "x " * 9000, "ﬁ" * 9000])
def test_what_is_not_read_is_not_shown(text: str) -> None:
    words = Words()(text)
    assert len(original_spellings(text, words)) == len(words)


def test_what_was_set_aside_is_told_and_weighs_nothing(triage: Triage) -> None:
    polite = explain(triage, "Bonjour, station pleine svp, merci d'avance")
    plain = explain(triage, "station pleine")
    assert [(part.kind, part.text) for part in polite.aside] == [
        ("greeting", "Bonjour"),
        ("please", "svp"),
        ("thanks", "merci d'avance"),
    ]
    assert replace(polite, aside=()) == plain
    assert polite.to_dict()["aside"][0] == {"kind": "greeting", "text": "Bonjour"}


def test_of_courtesy_alone_nothing_is_set_aside(triage: Triage) -> None:
    explanation = explain(triage, "Bonjour à tous")
    assert explanation.aside == ()
    assert [share.word for share in explanation.words] == ["Bonjour", "à", "tous"]
