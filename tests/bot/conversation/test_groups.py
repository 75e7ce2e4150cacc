from __future__ import annotations

from dataclasses import replace

import pytest

from classifier.decision import Target
from classifier.serving.policy import GROUP_FROM
from kb.entries import Outside
from tests.fakes.small_base import (
    BIKE,
    FARE,
    HELMET,
    RIDE,
    WORKSHOP,
    ScriptedDecider,
    answering,
    declining,
    routing,
    small_base,
)
from tests.fakes.talk import labels, plain, talk

URGENT = Outside(
    "urgence",
    "Une urgence",
    "Appelez le 15 : je ne peux pas vous secourir. En cas de pensées noires, appelez le 3114. "
    "Restez auprès de la personne. Écrivez à aide@velo.example ou voyez velo.example.",
)


@pytest.mark.asyncio
@pytest.mark.parametrize("decision", [answering(BIKE, FARE, HELMET, RIDE), routing(WORKSHOP, FARE)])
async def test_below_the_bar_a_group_gets_a_question_back(decision: object) -> None:
    group = talk(ScriptedDecider(decision), group=True)  # type: ignore[arg-type]
    reply = await group.says("mon vélo")
    assert plain(reply.text) == "Parlez-vous de :"
    assert group.journal.turns[0].action == "clarify"
    assert group.journal.turns[0].target is None
    assert len(labels(reply)) in {4, 5}


@pytest.mark.asyncio
async def test_what_is_suggested_to_a_group_is_shown_when_chosen() -> None:
    group = talk(ScriptedDecider(answering(BIKE, FARE)), group=True)
    await group.says("mon vélo")
    reply = await group.presses("Mon vélo est cassé")
    assert "Rendez-le." in reply.text
    assert reply.private == "e-velo-casse"


@pytest.mark.asyncio
async def test_a_sure_answer_is_given_to_a_group_in_fewer_words() -> None:
    sure = ScriptedDecider(replace(answering(BIKE, FARE), confidence=GROUP_FROM))
    inside, outside = talk(sure, group=True), talk(sure)
    short, whole = await inside.says("mon vélo"), await outside.says("mon vélo")
    assert "Rendez-le." in short.text
    assert len(short.text) < len(whole.text)
    assert labels(short) == labels(whole)
    assert short.private == "e-velo-casse"
    assert whole.private == ""


@pytest.mark.asyncio
async def test_in_private_the_bar_of_groups_does_not_apply() -> None:
    assert "Rendez-le." in (await talk(ScriptedDecider(answering(BIKE, FARE))).says("vélo")).text


@pytest.mark.asyncio
async def test_a_greeting_gets_one_sentence_in_a_group_and_an_offer_to_go_on() -> None:
    base = small_base()
    greeting = Outside("bonjour", "Bonjour", "Bonjour et bienvenue ! Posez vos questions sur tout.")
    base = replace(base, outside={"bonjour": greeting})
    group = talk(ScriptedDecider(declining(Target("outside", "bonjour"))), base, group=True)
    reply = await group.says("bonjour")
    assert plain(reply.text) == "Bonjour et bienvenue !"
    assert reply.private


@pytest.mark.asyncio
async def test_numbers_and_addresses_are_never_cut_from_what_a_group_is_told() -> None:
    base = replace(small_base(), outside={"urgence": URGENT})
    group = talk(ScriptedDecider(declining(Target("outside", "urgence"))), base, group=True)
    said = plain((await group.says("au secours")).text)
    for part in ("le 15", "3114", "aide@velo.example"):
        assert part in said
    assert "Restez" not in said


@pytest.mark.asyncio
async def test_a_message_without_a_question_is_asked_for_one() -> None:
    group = talk(ScriptedDecider(declining()), group=True)
    assert plain((await group.says("hum")).text) == "Quelle est votre question ?"


@pytest.mark.asyncio
async def test_a_command_works_with_the_name_of_the_bot() -> None:
    group = talk(group=True)
    assert await group.says("/aide@pedalier_bot") == await group.says("/aide")
    assert "VAE" in (await group.says("/lexique@pedalier_bot vae")).text
