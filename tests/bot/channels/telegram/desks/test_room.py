"""A desk answers in the topics of its group, and what it says there finds its asker."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.channels.telegram.desks.parts import WORDLESS
from bot.escalation.tickets import MISSING_ANSWER
from bot.store.staff_tables import labels
from tests.fakes.bot_api import Fault
from tests.fakes.bot_api_media import KINDS, media
from tests.fakes.desk_service import (
    CAMILLE,
    CLAIRE,
    GROUP,
    NOE,
    OFFICE,
    QUESTION,
    desks_answering,
)
from tests.fakes.open_store import found

if TYPE_CHECKING:
    from bot.store.store import Transaction

pytestmark = pytest.mark.asyncio


async def test_a_ticket_opens_a_topic_with_number_question_and_answers_that_may_fit() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        (ticket,) = await desks.tickets()
        assert desks.api.topics_of(GROUP)[thread].name == f"{ticket.number} · {QUESTION}"
        (head,) = desks.in_topic(thread)
        assert all(part in head for part in (ticket.number, QUESTION, "cassé"))
        assert not desks.in_topic(None)
        labels = [label for label, _ in desks.head(thread).buttons]
        assert labels == ["Mon vélo est cassé : que faire ?", "Combien coûte un trajet ?"]


async def test_a_reply_reaches_the_asker_and_anything_else_stays_inside() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        desks.api.staff_says(GROUP, CAMILLE, "C’est encore lui ?", thread=thread)
        said = await desks.reply(thread, "Passez demain.")
        await desks.hears(CLAIRE, "Passez demain.")
        await desks.api.until(lambda: desks.api.chats.reactions)
        assert desks.api.chats.reactions == {(GROUP, said["message_id"]): "👌"}
        assert not any("encore lui" in told for told in desks.told(CLAIRE))
        desks.api.user_says(CLAIRE, "À quelle heure ?")
        await desks.api.until(lambda: "À quelle heure ?" in desks.in_topic(thread))
        (ticket,) = await desks.tickets()
        assert ticket.state == "held"


async def test_edits_and_withdrawals_of_both_sides_follow() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        said = await desks.reply(thread, "Passez demain.")
        await desks.hears(CLAIRE, "demain")
        desks.api.user_edits(said, "Passez lundi.")
        await desks.hears(CLAIRE, "lundi")
        desks.api.staff_says(GROUP, CAMILLE, "/retirer", thread=thread, to=said)
        await desks.api.until(lambda: not any("lundi" in told for told in desks.told(CLAIRE)))
        asked = desks.api.user_says(CLAIRE, "Et le frein ?")
        await desks.api.until(lambda: "Et le frein ?" in desks.in_topic(thread))
        desks.api.user_edits(asked, "Et la selle ?")
        await desks.api.until(lambda: "Et la selle ?" in desks.in_topic(thread))
        assert "Et le frein ?" not in desks.in_topic(thread)
        desks.api.user_says(CLAIRE, "/retirer", reply_to_message=asked)
        await desks.api.until(lambda: "Et la selle ?" not in desks.in_topic(thread))


async def test_commands_take_give_back_close_and_reopen() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()

        async def order(text: str, answer: str, **more: dict[str, Any]) -> None:
            desks.api.staff_says(GROUP, CAMILLE, text, thread=thread, **more)
            await desks.api.until(lambda: any(answer in told for told in desks.in_topic(thread)))

        await order("/prendre", "prise par Camille N70")
        await desks.hears(CLAIRE, "s’occupe de votre demande")
        await order("/rendre@AiguilleurBot", "rendue")
        await order("/assigner", "À qui")
        colleague = desks.api.staff_says(GROUP, NOE, "moi ?", thread=thread)
        await order("/assigner", "prise par Camille N71", to=colleague)
        await order("/nimporte", "Commandes")
        await order("/clore réparé", "close (guichet)")
        await desks.hears(CLAIRE, "Je réponds de nouveau")
        await desks.api.until(lambda: desks.api.topics_of(GROUP)[thread].closed)
        await order("/rouvrir", "rouverte")
        await desks.settled()
        assert not desks.api.topics_of(GROUP)[thread].closed
        (ticket,) = await desks.tickets()
        told = {event.kind: event.what for event in await desks.events(ticket)}
        assert told["closed"] == "réparé"
        desks.api.staff_says(GROUP, CAMILLE, "/clore Réponse manquante !", thread=thread)
        await desks.settled()
        (*_, last) = await desks.events(ticket)
        assert (last.kind, last.what) == ("closed", MISSING_ANSWER)


async def test_a_transfer_moves_the_ticket_to_the_other_group_and_back_nothing_goes() -> None:
    async with desks_answering(groups={"atelier": GROUP, "abonnements": OFFICE}) as desks:
        thread = await desks.open()
        desks.api.staff_says(GROUP, CAMILLE, "/transferer", thread=thread)
        await desks.api.until(lambda: any("abonnements" in t for t in desks.in_topic(thread)))
        desks.api.staff_says(GROUP, CAMILLE, "/transférer Les abonnements", thread=thread)
        await desks.api.until(lambda: len(desks.api.chats.of(OFFICE)) == 1)
        await desks.hears(CLAIRE, "confiée au guichet")
        await desks.settled()
        assert desks.api.topics_of(GROUP)[thread].closed
        (topic,) = desks.api.topics_of(OFFICE)
        head = desks.api.in_topic(OFFICE, topic)[0]
        assert QUESTION in head.text
        desks.api.staff_says(OFFICE, NOE, "Bonjour", thread=topic, to=head)
        await desks.hears(CLAIRE, "Bonjour")
        (ticket,) = await desks.tickets()
        assert (ticket.desk, ticket.state) == ("abonnements", "waiting")


async def test_a_blocked_asker_opens_no_more() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        desks.api.staff_says(GROUP, CAMILLE, "/bloquer", thread=thread)
        await desks.hears(CLAIRE, "Je réponds de nouveau")
        await desks.begin()
        assert "Vous ne pouvez pas" in (await desks.press(CLAIRE, "t:send")).text


async def test_one_press_shows_an_answer_sends_it_once_and_labels_the_turn() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        head = desks.head(thread)
        (_, bike), (_, fare) = head.buttons
        desks.api.staff_presses(CAMILLE, head, bike)
        await desks.api.until(lambda: any("Envoi dans" in t for t in desks.in_topic(thread)))
        desks.api.staff_presses(NOE, head, bike)
        await desks.api.until(lambda: any("quelques secondes" in t for t in desks.in_topic(thread)))
        await desks.pass_time(timedelta(seconds=11))
        await desks.hears(CLAIRE, "L’atelier, demande")
        desks.api.staff_presses(CAMILLE, head, fare)
        await desks.api.until(lambda: desks.in_topic(thread)[-1].startswith("Envoi dans"))
        ready = desks.api.in_topic(GROUP, thread)[-1]
        desks.api.staff_presses(CAMILLE, ready, ready.buttons[0][1])
        await desks.api.until(lambda: any("annulé" in t for t in desks.in_topic(thread)))
        await desks.pass_time(timedelta(seconds=11))
        await desks.settled()
        sent = [told for told in desks.told(CLAIRE) if "L’atelier, demande" in told]
        assert len(sent) == 1
        assert "Rendez-le." in sent[0]
        assert "https://velo.example" in sent[0]
        kept = select(labels.c.origin, labels.c.verdict, labels.c.target)
        assert await found(desks.store, kept) == [("ticket", "right", "entry:velo-casse")]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"forward", "poll"}])
async def test_files_go_both_ways(kind: str) -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        words = None if kind in WORDLESS else "à masquer 06 12 34 56 78"
        desks.api.user_sends(CLAIRE, kind, words)
        await desks.api.until(lambda: len(desks.in_topic(thread)) == 2)
        copy = desks.api.in_topic(GROUP, thread)[1]
        assert (copy.media, "34 56" in copy.text) == (kind, False)
        desks.api.staff_sends(GROUP, CAMILLE, kind, thread=thread, to=desks.head(thread))
        await desks.api.until(lambda: desks.api.chats.of(CLAIRE)[-1].media == kind)


async def test_what_is_too_large_or_cannot_be_copied_is_told_to_who_sent_it() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        large = media("document")
        large["document"] |= {"file_size": 20_000_001}
        desks.api.user_says(CLAIRE, **large)
        await desks.hears(CLAIRE, "20\u00a0Mo")
        to = desks.head(thread)
        desks.api.staff_says(GROUP, CAMILLE, None, thread=thread, to=to, **large)
        await desks.api.until(lambda: any("20\u00a0Mo" in told for told in desks.in_topic(thread)))
        desks.api.fail("copyMessage", Fault(400, "Bad Request: message can't be copied"))
        desks.api.staff_sends(GROUP, CAMILLE, "photo", thread=thread, to=to)
        await desks.api.until(lambda: any("pas été remis" in t for t in desks.in_topic(thread)))
        desks.api.fail("copyMessage", Fault(400, "Bad Request: message can't be copied"))
        desks.api.user_sends(CLAIRE, "photo")
        await desks.hears(CLAIRE, "n’a pas pu être remis")


async def test_an_answer_to_who_has_blocked_the_bot_is_told_to_the_desk() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        desks.api.chats.blocked.add(CLAIRE)
        await desks.reply(thread, "Bonjour")
        await desks.api.until(lambda: any("a bloqué" in told for told in desks.in_topic(thread)))
        assert not desks.api.chats.reactions


async def test_what_is_delivered_three_times_is_said_once() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        await desks.reply(thread, "Passez demain.")
        await desks.hears(CLAIRE, "demain")
        asked = desks.api.user_says(CLAIRE, "Et le frein ?")
        await desks.api.until(lambda: "Et le frein ?" in desks.in_topic(thread))
        for update in [
            {"update_id": pushed.update_id, "message": asked}
            for pushed in desks.api.updates.pushed.values()
            if pushed.chat == CLAIRE and pushed.kind == "message"
        ][-1:] * 2:
            desks.api.deliver(update)
        await desks.settled()
        assert desks.in_topic(thread).count("Et le frein ?") == 1


async def test_in_a_group_without_topics_one_replies_to_the_message() -> None:
    async with desks_answering(forum=False) as desks:
        await desks.begin()
        await desks.press(CLAIRE, "t:send")
        await desks.api.until(lambda: desks.in_topic(None))
        head = desks.head(None)
        desks.api.staff_says(GROUP, CAMILLE, "Passez demain.", to=head)
        await desks.hears(CLAIRE, "demain")
        desks.api.user_says(CLAIRE, "À quelle heure ?")
        await desks.api.until(lambda: "À quelle heure ?" in desks.in_topic(None))
        asked = desks.api.in_topic(GROUP, None)[-1]
        assert asked.answers == head.message_id
        desks.api.staff_says(GROUP, CAMILLE, "À midi.", to=asked)
        await desks.hears(CLAIRE, "midi")
        desks.api.staff_says(GROUP, CAMILLE, "/clore", to=asked)
        await desks.hears(CLAIRE, "Je réponds de nouveau")
        note = desks.api.in_topic(GROUP, None)[-1]
        desks.api.staff_says(GROUP, CAMILLE, "/rouvrir", to=note)
        await desks.hears(CLAIRE, "est rouverte")


async def test_erasing_takes_the_topic_away() -> None:
    async with desks_answering() as desks:
        thread = await desks.open()
        (ticket,) = await desks.tickets()

        async def erase(transaction: Transaction) -> None:
            await desks.casework.erase(desks.records(transaction), ticket, "asker")

        await desks.store.write(erase)
        eraser = desks.running.service._desks
        assert eraser is not None
        assert await eraser.eraser.delete_all() == 1
        assert thread not in desks.api.topics_of(GROUP)
        assert await eraser.eraser.delete_all() == 0
