"""Every way from the bot to a person: what is offered, and the preview that it leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.conversation.wording import TO_A_PERSON
from tests.fakes.desk_talk import desk_talk
from tests.fakes.small_base import (
    BIKE,
    FARE,
    OFFICE,
    WORKSHOP,
    ScriptedDecider,
    answering,
    declining,
    routing,
    unanswering,
)
from tests.fakes.talk import plain
from tests.fakes.ticket_service import MONDAY

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.decision import Decision

QUESTION = "mon vélo grince"
SEEN = "Voici exactement ce que le guichet"
WAYS: dict[str, tuple[Decision, tuple[str, ...]]] = {
    "a hand-over by decision": (routing(WORKSHOP), ("Transmettre ma question",)),
    "unanswered, one desk": (unanswering(WORKSHOP, shown=(WORKSHOP,)), ("Transmettre",)),
    "unanswered, no desk stands out": (unanswering(), ("L’atelier",)),
    "a person is asked for below an answer": (answering(BIKE), ("Parler à un humain",)),
    "a person is asked for below a refusal": (declining(None, WORKSHOP), ("Parler à un humain",)),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("way", WAYS)
async def test_each_way_leads_to_the_preview_and_to_a_person_in_two_presses(
    tmp_path: Path, way: str
) -> None:
    decision, presses = WAYS[way]
    async with desk_talk(tmp_path / "a.db", ScriptedDecider(decision)) as talk:
        await talk.says(QUESTION)
        for label in presses:
            await talk.presses(label)
        assert SEEN in talk.last.text
        assert QUESTION in talk.last.text
        assert await talk.told_desk() == []
        await talk.presses("Envoyer")
        assert "2026-00001" in talk.last.text
        assert QUESTION in (await talk.told_desk())[0]
        assert len(presses) + 1 <= 2


@pytest.mark.asyncio
async def test_two_answers_that_did_not_help_lead_there_too(tmp_path: Path) -> None:
    script, both = ScriptedDecider(answering(BIKE, FARE)), ("atelier", "abonnements")
    async with desk_talk(tmp_path / "a.db", script, staffed=both) as talk:
        await talk.says(QUESTION)
        await talk.presses("Non, pas vraiment")
        await talk.presses("Combien coûte")
        await talk.presses("Non, pas vraiment")
        await talk.presses("Transmettre ma question")
        assert SEEN in talk.last.text


@pytest.mark.asyncio
@pytest.mark.parametrize("asked", ["/humain", "je veux parler à un humain"])
async def test_whoever_asks_for_a_person_is_shown_their_last_question(
    tmp_path: Path, asked: str
) -> None:
    async with desk_talk(tmp_path / "a.db") as talk:
        await talk.says(QUESTION)
        await talk.says(asked)
        assert SEEN in talk.last.text
        assert QUESTION in talk.last.text
        await talk.presses("Envoyer")
        assert "2026-00001" in talk.last.text
        await talk.says("/humain")
        assert "est déjà au guichet" in talk.last.text


@pytest.mark.asyncio
async def test_whoever_has_asked_nothing_yet_writes_it_and_the_words_lead_to_the_desk(
    tmp_path: Path,
) -> None:
    both = ("atelier", "abonnements")
    script = ScriptedDecider(answering(FARE))
    async with desk_talk(tmp_path / "a.db", script, staffed=both) as talk:
        await talk.says("/humain")
        assert "Écrivez votre question" in talk.last.text
        await talk.says("combien ça coûte, appelez le 06 12 34 56 78")
        assert "« Les abonnements »" in plain(talk.last.text)
        assert "appelez le [téléphone]" in talk.last.text
        assert "Choisir un autre guichet" in talk.offers()


@pytest.mark.asyncio
@pytest.mark.parametrize("channel", ["telegram", "web", "terminal"])
@pytest.mark.parametrize("name", ["/humain", "/human"])
async def test_what_stands_behind_the_command_is_the_question(
    tmp_path: Path, channel: str, name: str
) -> None:
    both = ("atelier", "abonnements")
    script = ScriptedDecider(answering(FARE))
    async with desk_talk(tmp_path / "a.db", script, channel=channel, staffed=both) as talk:
        await talk.says("mon autre question")
        await talk.says(f"{name} combien ça coûte ?")
        assert SEEN in talk.last.text
        assert "combien ça coûte ?" in plain(talk.last.text)
        assert "mon autre question" not in talk.last.text
        assert name not in talk.last.text
        assert "« Les abonnements »" in plain(talk.last.text)
        await talk.presses("Envoyer")
        assert "combien ça coûte ?" in plain((await talk.told_desk())[0])
        # Whose ticket goes on already writes to the desk by it.
        await talk.says(f"{name} et pour deux ?")
        assert plain((await talk.told_desk())[-1]) == "et pour deux ?"


@pytest.mark.asyncio
async def test_details_that_follow_each_other_are_all_added_and_a_later_message_is_not(
    tmp_path: Path,
) -> None:
    async with desk_talk(tmp_path / "a.db", at=MONDAY) as talk:
        await talk.says(f"/humain {QUESTION}")
        await talk.presses("Ajouter un détail")
        for text in ("il est rouge", "il a trois vitesses", "et un panier"):
            await talk.says(text)
            assert text in talk.last.text
            assert "dans les 2 minutes" in plain(talk.last.text)
            talk.parts.at = (talk.parts.at or MONDAY) + timedelta(minutes=1, seconds=50)
        await talk.presses("Envoyer")
        (head,) = await talk.told_desk()
        assert all(word in head for word in (QUESTION, "rouge", "vitesses", "panier"))
        await talk.desk_closes()
        await talk.says(f"/humain {QUESTION}")
        await talk.presses("Ajouter un détail")
        await talk.says("il est rouge")
        talk.parts.at += timedelta(minutes=2)
        assert SEEN not in (await talk.says("quels sont vos horaires ?")).text


@pytest.mark.asyncio
async def test_where_no_desk_stands_out_one_press_chooses_and_sends(tmp_path: Path) -> None:
    both = ("atelier", "abonnements")
    async with desk_talk(tmp_path / "a.db", ScriptedDecider(declining()), staffed=both) as talk:
        await talk.says("/humain")
        await talk.says("bla")
        assert talk.offers()[:2] == ["Envoyer à : L’atelier", "Envoyer à : Les abonnements"]
        await talk.presses("Les abonnements")
        assert [ticket.desk for ticket in await talk.tickets()] == ["abonnements"]


@pytest.mark.asyncio
async def test_a_desk_that_answers_nowhere_keeps_its_address(tmp_path: Path) -> None:
    script = ScriptedDecider(routing(OFFICE, WORKSHOP))
    async with desk_talk(tmp_path / "a.db", script) as talk:
        reply = await talk.says("ma facture")
        assert [contact.email for contact in reply.contacts] == ["abo@velo.example"]
        assert not [label for label in talk.offers() if "Transmettre" in label]


@pytest.mark.asyncio
async def test_a_desk_that_answers_here_is_not_left_by_mail(tmp_path: Path) -> None:
    async with desk_talk(tmp_path / "a.db", ScriptedDecider(routing(WORKSHOP))) as talk:
        reply = await talk.says(QUESTION)
        assert reply.contacts == ()
        assert talk.offers()[0] == "Transmettre ma question au guichet"
        await talk.says("")
        assert talk.offers() == [TO_A_PERSON.button]


@pytest.mark.asyncio
async def test_a_desk_that_was_the_wrong_one_is_not_taken_again(tmp_path: Path) -> None:
    both = ("atelier", "abonnements")
    script = ScriptedDecider(routing(WORKSHOP, OFFICE))
    async with desk_talk(tmp_path / "a.db", script, staffed=both) as talk:
        await talk.says(QUESTION)
        await talk.presses("pas le bon guichet")
        await talk.says("/humain")
        assert "« Les abonnements »" in plain(talk.last.text)


@pytest.mark.asyncio
async def test_without_a_desk_that_answers_here_nothing_is_offered(tmp_path: Path) -> None:
    async with desk_talk(tmp_path / "a.db", ScriptedDecider(routing(WORKSHOP)), staffed=()) as talk:
        await talk.says(QUESTION)
        assert [contact.email for contact in talk.last.contacts] == ["atelier@velo.example"]
        assert talk.offers() == ["Ce n’est pas le bon guichet"]
        await talk.says("/humain")
        assert "Contacter un guichet" in talk.last.text
