from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.cli.output.ask import (
    MAX_RUNNERS_UP,
    EmptyQuestionError,
    check_question,
    reply_text,
    why,
)
from classifier.decision import Target
from tests.fakes.small_base import (
    BIKE,
    FARE,
    HELMET,
    OFFICE,
    RIDE,
    WEATHER,
    WORKSHOP,
    answering,
    asking,
    declining,
    routing,
    small_base,
)

if TYPE_CHECKING:
    from classifier.serving.artifact import Served


def said(decision: object) -> str:
    return reply_text(decision, small_base()).replace("\u00a0", " ")  # type: ignore[arg-type]


def test_an_answer_shows_title_text_and_source() -> None:
    assert said(answering(FARE)) == (
        "Combien coûte un trajet ?\n\nUn euro.\n\n"
        "Source : Guide de Vélo Ville : https://velo.example"
    )


def test_a_route_shows_the_desk() -> None:
    assert "Courriel : atelier@velo.example\nTéléphone : 01 99 00 00 00" in said(routing(WORKSHOP))


def test_a_second_question_follows_the_first_below_its_heading() -> None:
    both = replace(answering(FARE), also=routing(WORKSHOP))
    first, second = said(both).split("\n\nPour votre autre question\n\n")
    assert (first, second) == (said(answering(FARE)), said(routing(WORKSHOP)))


def test_an_unsure_reply_lists_its_suggestions_alone() -> None:
    lines = said(asking(BIKE, OFFICE, HELMET, RIDE)).splitlines()
    assert lines[1:] == [
        "- Mon vélo est cassé : que faire ?",
        "- Écrire à : Les abonnements",
        "- Faut-il un casque ?",
    ]


def test_a_declined_message_shows_the_reply_of_its_family_or_a_plain_one() -> None:
    assert said(declining(WEATHER)) == "Je ne connais pas la météo : voyez dehors !"
    plain = "Je n’ai pas trouvé de question dans votre message."
    assert said(declining()).startswith(plain)
    assert said(declining(Target("outside", "inconnue"))).startswith(plain)


def test_why_tells_action_target_runners_up_and_model(served: Served) -> None:
    decision = answering(FARE, BIKE, OFFICE)
    assert why(decision, served).splitlines() == [
        "action: answer (confidence 0.60)",
        "target: faq tarif",
        "candidates:",
        "   0.600  faq  tarif",
        "   0.200  faq  velo-casse",
        "   0.100  desk abonnements  Abonnements et paiements",
        f"model: {served.triage.fingerprint}",
    ]


def test_why_names_targets_by_their_titles_as_well(served: Served) -> None:
    entry = next(iter(served.base.entries.values()))
    lines = why(served.triage.decide(entry.title), served).splitlines()
    known = {e.title for e in served.base.entries.values()}
    known |= {desk.name for desk in served.base.desks.values()}
    known |= {family.title for family in served.base.outside.values()}
    assert lines[1] == f"target: faq {entry.id}  {entry.title}"
    shown = lines[lines.index("candidates:") + 1 : -1]
    assert all(line.endswith(tuple(known)) for line in shown)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b\u200b", "\u00a0"])
def test_nothing_is_no_question(text: str) -> None:
    with pytest.raises(EmptyQuestionError, match="the question is empty"):
        check_question(text)
    assert check_question(f"{text}?") == f"{text}?"


def test_why_stops_after_the_first_runners_up(served: Served) -> None:
    decision = served.triage.decide(next(iter(served.base.entries.values())).title)
    lines = why(decision, served).splitlines()
    assert len(lines) - lines.index("candidates:") - 2 == MAX_RUNNERS_UP
    assert len(decision.candidates) > MAX_RUNNERS_UP
