from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.cli.output import ask
from bot.conversation import replies
from classifier.decision import Candidate
from classifier.serving.courtesy.aside import Courtesy
from classifier.serving.explain import Explanation, WordShare, explain
from tests.fakes.small_base import (
    BIKE,
    FARE,
    WEATHER,
    WORKSHOP,
    answering,
    declining,
    routing,
    small_base,
    unanswering,
)
from tests.fakes.small_base import asking as unsure

if TYPE_CHECKING:
    from classifier.decision import Decision, Target
    from classifier.serving.artifact import Served
    from tests.fakes.command import Aiguilleur

PLAIN_SPACE = re.compile(r"\S [?!:;»%]|« ")
WORDS = (
    WordShare("Vélo", "velo", 0.5, known=True),
    WordShare("cassé", "casse", 0.25, known=True),
    WordShare("le", "le", 0.01, known=True),
    WordShare("prix", "prix", -0.4, known=True),
    WordShare("zut", "zut", 0.0, known=False),
)
COSTS = {"answer": 0.48, "clarify": 0.5, "decline": 0.9}


def of(
    decision: Decision, chosen: Target = BIKE, words: tuple[WordShare, ...] = WORDS
) -> Explanation:
    return Explanation(
        decision=decision,
        chosen=Candidate(chosen, 0.6),
        runner_up=Candidate(FARE, 0.2),
        words=words,
        intercept=-0.1,
        difference=0.26,
        least=0.55,
        costs=COSTS,  # type: ignore[arg-type]
    )


def because(explanation: Explanation) -> str:
    said = replies.because(explanation, small_base()).text
    assert not PLAIN_SPACE.search(said)
    return said.replace("\u00a0", " ")


def test_the_operator_reads_words_threshold_and_costs() -> None:
    assert ask.explanation_text(of(answering(BIKE, FARE))).splitlines() == [
        "compared: faq velo-casse (0.60) with faq tarif (0.20)",
        "words for the choice: Vélo +0.50, cassé +0.25, le +0.01",
        "words for the runner-up: prix -0.40",
        "before any word: -0.10; in all: +0.26",
        "unknown words: zut",
        "direct reply: needs 0.55; faq velo-casse (0.60) is 0.05 above",
        "expected costs: answer 0.48, clarify 0.50, decline 0.90",
    ]


def test_many_words_are_summed_up_after_the_first() -> None:
    words = tuple(WordShare(f"m{n}", f"m{n}", 1 - n / 100, known=True) for n in range(12))
    said = ask.explanation_text(of(answering(BIKE), words=words))
    assert "m7 +0.93, 4 more +3.62\n" in said
    assert "words for the runner-up: none\n" in said
    assert "unknown words: none\n" in said


def test_a_missed_threshold_says_how_far() -> None:
    said = ask.explanation_text(of(unsure(BIKE, FARE)))
    assert "needs 0.55; faq velo-casse (0.60) is 0.05 above" in said
    short = ask.explanation_text(replace(of(unsure(BIKE, FARE)), least=0.8))
    assert "needs 0.80; faq velo-casse (0.60) is 0.20 short" in short
    assert "direct reply" not in ask.explanation_text(replace(of(declining(WEATHER)), least=None))


def test_without_a_word_there_is_nothing_to_compare() -> None:
    assert ask.explanation_text(Explanation(declining())).startswith("words: none")
    assert "trouvé de question" in because(Explanation(declining()))


@pytest.mark.parametrize("missing", ["chosen", "runner_up"])
def test_with_nothing_to_compare_with_no_reasons_are_made_up(missing: str) -> None:
    half = replace(of(answering(BIKE)), **{missing: None})  # type: ignore[arg-type]
    assert "trouvé de question" in because(half)


def test_a_person_reads_what_spoke_for_and_against() -> None:
    assert because(of(answering(BIKE, FARE))) == (
        "J’ai répondu par « Mon vélo est cassé : que faire ? », surtout à cause de « Vélo », "
        "« cassé ». À cause de « prix », j’ai aussi pensé à « Combien coûte un trajet ? » ; "
        "je n’ai jamais rencontré « zut ». J’en suis sûr à 60 %, il fallait 55 %."
    )


@pytest.mark.parametrize(
    ("explanation", "expected"),
    [
        (of(routing(WORKSHOP, FARE), WORKSHOP), "le guichet « L’atelier »"),
        (
            replace(of(unsure(BIKE, FARE)), least=0.801),
            "J’en étais sûr à 60 %, il fallait 81 % pour répondre.",
        ),
        (
            of(unanswering(BIKE, FARE)),
            "Je n’ai trouvé aucune réponse publiée, le plus proche étant « Mon vélo est cassé",
        ),
        (
            replace(of(unanswering(BIKE, FARE)), least=0.801),
            "J’en étais sûr à 60 %, il fallait 81 % pour répondre.",
        ),
        (
            of(replace(unsure(BIKE, FARE), term="VAE")),
            "J’ai donné la définition de « VAE », en pensant à « Mon vélo est cassé",
        ),
        (of(replace(unsure(BIKE), term="VAE")), "Cette définition est celle du lexique."),
        (of(declining(WEATHER), WEATHER), "parliez d’autre chose (« La météo »)"),
        (of(declining(WEATHER), WEATHER), "J’en suis sûr à 90 %."),
        (of(declining(None, BIKE)), "rien trouvé de plus proche que « Mon vélo est cassé"),
        (of(answering(BIKE), words=WORDS[3:4]), "sans qu’un mot le désigne. À cause de « prix »"),
    ],
)
def test_each_outcome_is_told_in_its_own_way(explanation: Explanation, expected: str) -> None:
    assert expected in because(explanation)


def test_words_that_any_message_is_full_of_are_no_reason() -> None:
    little = [WordShare(word, word, 0.9, known=True) for word in ("quelles", "pour", "le", "on")]
    against = [WordShare(word, word, -0.8, known=True) for word in ("quels", "avec")]
    said = because(of(answering(BIKE, FARE), words=(*little, *WORDS[:1], *against)))
    assert "surtout à cause de « Vélo »." in said
    assert "aussi pensé" not in said


def test_a_clear_case_takes_two_sentences_and_a_long_word_is_cut() -> None:
    word = WordShare("x" * 2000, "x", 0.5, known=True)
    said = because(of(answering(BIKE), words=(word,)))
    assert f"« {'x' * replies.MAX_CITED_CHARS}… »" in said
    assert "aussi pensé" not in said
    assert "jamais rencontré" not in said


def test_what_was_set_aside_is_told_to_both() -> None:
    aside = (Courtesy("greeting", 0, 7, "Bonjour"), Courtesy("thanks", 20, 28, "merci\nbcp"))
    explanation = replace(of(answering(BIKE, FARE)), aside=aside)
    assert (
        "J’ai laissé de côté « Bonjour », « merci bcp », qui ne change rien à la question. "
        in because(explanation)
    )
    last = ask.explanation_text(explanation).splitlines()[-1]
    assert last == "set aside: Bonjour (greeting), merci bcp (thanks)"


def test_every_message_of_a_base_is_explained_to_both(served: Served) -> None:
    for entry in served.base.entries.values():
        for text in (entry.title, f"{entry.title} zorglub bonjour", entry.title[:9], entry.answer):
            explanation = explain(served.triage, text)
            assert replies.because(explanation, served.base).text.endswith((".", ". "))
            assert "expected costs: " in ask.explanation_text(explanation)


def test_the_command_prints_reasons_below_the_runners_up(trained: Aiguilleur) -> None:
    lines = trained("ask", "ma batterie zorglub est vide", "--why").stdout.splitlines()
    model = next(n for n, line in enumerate(lines) if line.startswith("model: "))
    assert [line.split(":")[0] for line in lines[model + 1 :]] == [
        *("compared", "words for the choice", "words for the runner-up", "before any word"),
        *("unknown words", "direct reply", "expected costs"),
    ]
    assert "unknown words: zorglub" in lines


def test_json_has_the_reasons_only_when_asked(trained: Aiguilleur) -> None:
    text = "ma batterie est vide"
    plain = json.loads(trained("ask", text, "--json").stdout)
    data = json.loads(trained("ask", text, "--json", "--why").stdout)
    why = data.pop("why")
    assert data == plain
    assert [word["word"] for word in why["words"]] == text.split()
    total = why["intercept"] + sum(word["contribution"] for word in why["words"])
    assert total == pytest.approx(why["difference"])
    assert min(why["costs"], key=why["costs"].get) == data["action"]


def test_a_message_without_a_word_has_reasons_too(trained: Aiguilleur) -> None:
    assert "words: none" in trained("ask", "?!", "--why").stdout
    assert json.loads(trained("ask", "?!", "--json", "--why").stdout)["why"]["chosen"] is None


def test_a_second_question_is_explained_after_the_first(served: Served) -> None:
    second = of(answering(FARE, BIKE))
    decision = replace(answering(BIKE, FARE), also=second.decision)
    first = replace(of(answering(BIKE, FARE)), decision=decision, also=second)
    shown, after = ask.as_text("texte", decision, replace(served, base=small_base()), first).split(
        "\n\nthe second question\n"
    )
    assert "target: faq velo-casse" in shown
    assert after.splitlines()[1] == "target: faq tarif  Combien coûte un trajet ?"
    assert "expected costs: " in after


def test_who_asks_for_somebody_on_the_command_line_gets_the_desks() -> None:
    said = ask._whole_reply("je veux parler à quelqu'un", declining(WEATHER), small_base())
    assert "Contacter un guichet" in said
    assert "- Les abonnements\u00a0: abo@velo.example" in said
    assert "météo" in ask._whole_reply("il pleut ?", declining(WEATHER), small_base())
