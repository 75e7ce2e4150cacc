from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation import choices, replies
from bot.conversation.messages import Reply
from tests.fakes.small_base import (
    BIKE,
    FARE,
    HELMET,
    OFFICE,
    RIDE,
    WEATHER,
    WORKSHOP,
    ScriptedDecider,
    answering,
    asking,
    declining,
    routing,
    small_base,
)
from tests.fakes.talk import Talk, desks_offered, labels, talk

HUMAN, NONE = "✉️ Contacter un guichet", "Aucune de ces propositions"
YES, NO = "👍 Oui", "👎 Non"
NOTHING = Reply()
CASE, PRICE = "entry:velo-casse", "entry:tarif"


def scripted(*decisions: object) -> Talk:
    return talk(ScriptedDecider(*decisions))  # type: ignore[arg-type]


def has_every_contact(reply: Reply) -> bool:
    return desks_offered(reply) == ["L’atelier", "Les abonnements"]


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", [choices.useful(1, 0, helped=True), "u:1:0", "c:1:1", "h:1:0"])
async def test_the_same_button_pressed_twice_counts_once_and_says_nothing(kind: str) -> None:
    person = scripted(answering(BIKE, FARE, HELMET))
    await person.says("mon vélo")
    assert (await person.presses(kind)).paragraphs
    once = list(person.clicks)
    assert await person.presses(kind) == NOTHING
    assert person.clicks == once


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["n:1:0", "p:1:0"])
async def test_refusing_or_asking_for_people_twice_counts_once(kind: str) -> None:
    person = scripted(asking(BIKE, FARE))
    await person.says("euh")
    assert (await person.presses(kind)).paragraphs
    assert await person.presses(kind) == NOTHING
    assert len(person.clicks) == 1


@pytest.mark.asyncio
async def test_a_change_of_mind_counts() -> None:
    person = scripted(answering(BIKE, FARE))
    answer = await person.says("mon vélo")
    await person.presses(YES)
    person.last = answer
    assert labels(await person.presses(NO))[0] == "Combien coûte un trajet ?"
    assert person.clicks == [("useful", CASE, "yes"), ("useful", CASE, "no")]


@pytest.mark.asyncio
async def test_a_second_answer_of_a_turn_is_judged_on_its_own() -> None:
    person = scripted(answering(BIKE, FARE, HELMET, RIDE))
    await person.says("mon vélo")
    await person.presses(NO)
    await person.presses("Combien")
    assert (await person.presses(NO)).paragraphs
    assert person.clicks == [("useful", CASE, "no"), ("choice", PRICE, ""), ("useful", PRICE, "no")]


@pytest.mark.asyncio
async def test_an_old_answer_judged_late_is_what_the_judgement_is_about() -> None:
    person = scripted(asking(BIKE, FARE, HELMET, RIDE))
    await person.says("euh")
    await person.presses("c:1:0")
    await person.presses("c:1:1")
    await person.presses("u:1:0")
    assert (await person.presses("u:1:1")).paragraphs
    assert person.clicks[2:] == [("useful", CASE, "no"), ("useful", PRICE, "no")]
    assert await person.presses("u:1:0") == NOTHING
    assert await person.presses("u:1:1") == NOTHING


@pytest.mark.asyncio
async def test_other_leads_can_be_refused_after_the_first_ones_were() -> None:
    person = scripted(asking(BIKE, FARE, HELMET, RIDE, suggested=1))
    await person.says("euh")
    assert (await person.presses(NONE)).paragraphs
    await person.presses("c:1:3")
    await person.presses(YES)
    assert (await person.presses("n:1:0")).paragraphs
    assert await person.presses("n:1:0") == NOTHING
    assert [about for kind, about, _ in person.clicks if kind == "none"] == [
        None,
        "entry:premier-trajet",
    ]


@pytest.mark.asyncio
async def test_an_answer_leads_to_the_people_of_its_desk_in_one_press() -> None:
    person = scripted(answering(FARE, BIKE))
    await person.says("prix")
    reply = await person.presses(HUMAN)
    assert "abo@velo.example" in reply.text
    assert "atelier@velo.example" not in reply.text
    assert person.clicks == [("human", PRICE, "abonnements")]
    assert has_every_contact(await person.presses("Voir tous les guichets"))


@pytest.mark.asyncio
async def test_an_answer_without_desk_leads_to_all_people() -> None:
    person = scripted(answering(HELMET))
    await person.says("casque")
    assert has_every_contact(await person.presses(HUMAN))
    assert person.clicks == [("human", "entry:casque", "")]


@pytest.mark.asyncio
async def test_suggestions_of_one_desk_lead_to_it_and_mixed_ones_to_all() -> None:
    same, mixed = scripted(asking(BIKE, RIDE)), scripted(asking(BIKE, FARE))
    await same.says("euh")
    assert "abo@velo.example" not in (await same.presses(HUMAN)).text
    assert same.clicks == [("human", None, "atelier")]
    await mixed.says("euh")
    assert has_every_contact(await mixed.presses(HUMAN))


@pytest.mark.asyncio
@pytest.mark.parametrize("family", [WEATHER, None])
async def test_a_declined_message_leads_to_people(family: object) -> None:
    person = scripted(declining(family))  # type: ignore[arg-type]
    await person.says("il pleut ?")
    assert has_every_contact(await person.presses(HUMAN))
    about = "family:meteo" if family else None
    assert person.clicks == [("human", about, "")]


@pytest.mark.asyncio
async def test_a_wrong_desk_can_be_contested_and_is_not_given_again() -> None:
    person = scripted(routing(WORKSHOP, FARE, OFFICE))
    await person.says("la chaîne saute")
    other = await person.presses("Ce n’est pas le bon guichet")
    assert labels(other)[:2] == ["Combien coûte un trajet ?", "Écrire à : Les abonnements"]
    await person.presses("Écrire à : Les abonnements")
    left = await person.presses("Ce n’est pas le bon guichet")
    assert "aucun autre guichet" in left.text
    assert desks_offered(left) == []
    assert [click for click in person.clicks if click[0] == "useful"] == [
        ("useful", "desk:atelier", "no"),
        ("useful", "desk:abonnements", "no"),
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("after", ["n:1:0", "p:1:0", "h:1:0"])
async def test_a_refused_desk_is_left_out_whatever_is_pressed_next(after: str) -> None:
    person = scripted(routing(WORKSHOP, FARE))
    await person.says("la chaîne saute")
    await person.presses("u:1:0")
    assert desks_offered(await person.presses(after)) == ["Les abonnements"]


@pytest.mark.asyncio
async def test_a_chosen_desk_says_what_it_takes_and_how_it_is_reached() -> None:
    person = scripted(answering(HELMET))
    await person.says("/humain")
    reply = await person.presses("L’atelier")
    for part in ("Les pannes.", "atelier@velo.example", "01 99 00 00 00", "numéro du vélo"):
        assert part in reply.text
    assert [contact.email for contact in reply.contacts] == ["atelier@velo.example"]
    assert has_every_contact(await person.presses("Voir tous les guichets"))
    assert has_every_contact(await person.presses("G:0123456789ab")), "a desk that is gone"


@pytest.mark.asyncio
async def test_asking_for_people_ends_the_row_of_misses() -> None:
    person = scripted(answering(BIKE, FARE, HELMET))
    await person.says("un")
    await person.presses(NO)
    await person.presses(HUMAN)
    await person.says("deux")
    assert NONE in labels(await person.presses(NO))


@pytest.mark.asyncio
async def test_a_desk_that_is_gone_is_replaced_by_all_of_them() -> None:
    base = small_base()
    desks = {"abonnements": base.desks["abonnements"]}
    person = talk(ScriptedDecider(answering(BIKE)), replace(base, desks=desks))
    await person.says("mon vélo")
    assert desks_offered(await person.presses(HUMAN)) == ["Les abonnements"]
    assert person.clicks == [("human", CASE, "")]


@pytest.mark.asyncio
@pytest.mark.parametrize("data", ["h:1:9", "p:1:9", "h:2:0", "p:2:0", "h:1", "p:0:0"])
async def test_forged_ways_to_people_are_stale(data: str) -> None:
    person = scripted(answering(BIKE, FARE))
    await person.says("mon vélo")
    assert await person.presses(data) == replies.stale_button()
    assert person.clicks == []
