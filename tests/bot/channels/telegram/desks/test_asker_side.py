"""An asker in a private chat: preview, details, contact, another desk, mute, end and rating."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.desk_service import CLAIRE, GROUP, OFFICE, desks_answering

pytestmark = pytest.mark.asyncio
SECRET = "Mon vélo ne démarre plus, 06 12 34 56 78"


async def test_the_preview_is_what_the_desk_will_see() -> None:
    async with desks_answering(groups={"atelier": GROUP, "abonnements": OFFICE}) as desks:
        await desks.begin(text=SECRET)
        assert "34 56" not in desks.told(CLAIRE)[-1]
        await desks.press(CLAIRE, "t:detail")
        desks.api.user_says(CLAIRE, "Le vélo 12")
        await desks.hears(CLAIRE, "Le vélo 12")
        await desks.press(CLAIRE, "t:desks")
        await desks.press(CLAIRE, "t:to")
        await desks.press(CLAIRE, "t:send")
        await desks.settled()
        said = [*desks.api.chats.of(GROUP), *desks.api.chats.of(OFFICE)]
        assert len(said) == 1
        assert "Le vélo 12" in said[0].text
        assert "34 56" not in said[0].text


async def test_a_preview_that_is_cancelled_sends_nothing() -> None:
    async with desks_answering() as desks:
        await desks.begin()
        await desks.press(CLAIRE, "t:cancel")
        await desks.settled()
        assert not desks.api.chats.of(GROUP)
        assert not await desks.tickets()


async def test_what_was_taken_back_stays_so_when_it_is_changed() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        said = desks.api.user_says(CLAIRE, "Un mot de trop")
        await desks.settled()
        desks.api.user_says(CLAIRE, "/retirer", reply_to_message=said)
        await desks.settled()
        desks.api.user_edits(said, "Un autre mot de trop")
        desks.api.user_says(CLAIRE, "/retirer", reply_to_message=said)
        await desks.settled()
        assert len(desks.in_topic(thread)) == 1
        (ticket,) = await desks.tickets()
        assert [message.text for message in await desks.messages(ticket)][1:] == [""]


async def test_a_number_that_is_sent_in_pieces_is_masked_in_all_of_them() -> None:
    async with desks_answering() as desks:
        thread = await desks.open(text="Mon vélo ne démarre plus, mon NIR est le 2 85 05 78")
        desks.api.user_says(CLAIRE, "006 084 36")
        await desks.settled()
        desks.api.user_says(CLAIRE, "et aussi 1 85 05 78")
        desks.api.user_says(CLAIRE, "006 084 91")
        await desks.settled()
        said = " ".join(desks.in_topic(thread))
        assert "Demande n°" in said
        assert not [part for part in ("85 05", "084") if part in said]
        (ticket,) = await desks.tickets()
        kept = " ".join(message.text for message in await desks.messages(ticket))
        assert not [part for part in ("85 05", "084") if part in kept]


async def test_the_details_of_a_preview_hide_what_spans_them() -> None:
    async with desks_answering() as desks:
        await desks.begin(text="Mon NIR est le 2 85 05 78")
        await desks.press(CLAIRE, "t:detail")
        desks.api.user_says(CLAIRE, "006 084 36")
        await desks.settled()
        assert "084" not in desks.told(CLAIRE)[-1]


async def test_the_asker_may_show_how_to_reach_them_while_a_desk_answers() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        desks.api.user_says(CLAIRE, "Appelez-moi au 06 12 34 56 78")
        await desks.hears(CLAIRE, "sont masquées pour le guichet")
        shown = await desks.press(CLAIRE, "t:contact")
        assert "envoyez-les de nouveau" in shown.text
        desks.api.user_says(CLAIRE, "06 12 34 56 78, né le 12/03/1985")
        await desks.settled()
        *_, before, after = desks.in_topic(thread)
        assert "34 56" not in before
        assert "06 12 34 56 78" in after
        assert "1985" not in after


async def test_what_was_shown_in_the_preview_is_shown_in_what_follows() -> None:
    async with desks_answering() as desks:
        await desks.begin()
        await desks.press(CLAIRE, "t:contact")
        desks.api.user_says(CLAIRE, "06 12 34 56 78")
        await desks.settled()
        await desks.press(CLAIRE, "t:send")
        await desks.settled()
        desks.api.user_says(CLAIRE, "ou au 07 12 34 56 78")
        await desks.settled()
        assert "07 12 34 56 78" in desks.api.chats.of(GROUP)[-1].text


async def test_a_message_as_long_as_telegram_takes_it_reaches_the_desk_whole() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        words = " ".join(f"mot{number}" for number in range(1000))[:4096]
        desks.api.user_says(CLAIRE, words)
        await desks.settled()
        assert "".join(" ".join(desks.in_topic(thread)[1:]).split()) == "".join(words.split())


async def test_the_bot_is_silent_while_a_person_answers_and_back_afterwards() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        for number in range(5):
            desks.api.user_says(CLAIRE, f"Mon vélo est cassé {number}")
        await desks.settled()
        answers = [told for told in desks.told(CLAIRE) if told.startswith("Mon vélo est cassé")]
        assert len(answers) == 1
        await desks.press(CLAIRE, "t:aside")
        desks.api.user_says(CLAIRE, "Mon vélo est cassé")
        await desks.settled()
        answers = [told for told in desks.told(CLAIRE) if told.startswith("Mon vélo est cassé")]
        assert len(answers) == 2
        desks.late += timedelta(minutes=11)
        desks.api.user_says(CLAIRE, "Et le frein ?")
        await desks.api.until(lambda: "Et le frein ?" in desks.in_topic(thread))
        desks.api.user_says(CLAIRE, "/statut")
        await desks.hears(CLAIRE, "Vos demandes")
        desks.api.user_says(CLAIRE, "/clore")
        await desks.hears(CLAIRE, "Êtes-vous satisfait")
        thanks = await desks.press(CLAIRE, "t:rate")
        assert "Merci" in thanks.text
        await desks.settled()
        assert desks.api.topics_of(GROUP)[thread].closed
        await desks.press(CLAIRE, "t:reopen")
        await desks.settled()
        assert not desks.api.topics_of(GROUP)[thread].closed
