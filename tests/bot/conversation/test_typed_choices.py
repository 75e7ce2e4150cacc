from __future__ import annotations

import pytest

from bot.conversation.typed_choices import read_typed_choice
from tests.fakes.small_base import (
    BIKE,
    FARE,
    HELMET,
    ScriptedDecider,
    answering,
    asking,
)
from tests.fakes.talk import Talk, labels, plain, talk

PRICE_ASKED = "Combien coûte un trajet ?"


def scripted(*decisions: object) -> Talk:
    return talk(ScriptedDecider(*decisions))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1", 0),
        ("n°2", 1),
        ("le 3", 2),
        ("2.", 1),
        ("la deuxième", 1),
        ("Le premier", 0),
        ("la 2e", 1),
        ("the second one", 1),
        ("la dernière", -1),
        ("Oui !", "yes"),
        ("non", "no"),
        ("Aucune", "none"),
        ("ni l'un ni l'autre", "none"),
        ("aucune de ces propositions", "none"),
    ],
)
def test_a_typed_choice_is_read(text: str, meant: str | int) -> None:
    assert read_typed_choice(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "oui mais combien coûte un trajet ?",
        "vague 2",
        "12",
        "aucune preuve ne passe",
        "la deuxième preuve est refusée",
        "non reçu",
        "",
        "x" * 50,
    ],
)
def test_a_question_is_no_choice(text: str) -> None:
    assert read_typed_choice(text) is None


@pytest.mark.asyncio
async def test_a_number_chooses_as_the_press_does() -> None:
    person, presser = (scripted(asking(BIKE, FARE), asking(BIKE, FARE)) for _ in range(2))
    asked = await person.says("euh")
    await presser.says("euh")
    typed = await person.says("2")
    assert typed == await presser.presses(labels(asked)[1])
    assert PRICE_ASKED in plain(typed.text)
    assert person.clicks == presser.clicks
    assert len(person.journal.turns) == 1


@pytest.mark.asyncio
async def test_no_word_for_none_of_them_leads_to_the_desks() -> None:
    person = scripted(asking(BIKE, FARE), asking(BIKE, FARE))
    await person.says("euh")
    await person.says("aucune")
    assert [kind for kind, *_ in person.clicks] == ["none"]


@pytest.mark.asyncio
@pytest.mark.parametrize(("word", "value"), [("oui", "yes"), ("non", "no")])
async def test_yes_and_no_judge_the_answer_before(word: str, value: str) -> None:
    person = scripted(answering(BIKE, FARE, HELMET), answering(BIKE))
    await person.says("mon vélo")
    await person.says(word)
    assert person.clicks == [("useful", "entry:velo-casse", value)]


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["7", "oui", "1"])
async def test_what_was_not_offered_is_told_so_and_is_no_question(text: str) -> None:
    person = scripted(asking(BIKE, FARE), asking(BIKE, FARE))
    if text != "1":
        await person.says("euh")
    said = await person.says(text)
    assert "Je ne vois pas à quoi cela répond" in said.text
    assert person.clicks == []
    assert text not in [turn.text for turn in person.journal.turns]


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["oui", "non"])
async def test_a_word_after_what_is_no_turn_is_no_question(text: str) -> None:
    person = scripted(answering(BIKE))
    await person.says("/oublier")
    assert "Je ne vois pas à quoi cela répond" in (await person.says(text)).text
    assert person.journal.turns == []
