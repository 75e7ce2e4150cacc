"""An asker leaves an e-mail before a ticket is opened or after, and takes it back, in one chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.conversation import choices
from bot.store.ticket_mail_tables import ticket_mails
from tests.fakes.desk_talk import DeskTalk, desk_talk
from tests.fakes.open_store import found

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio
ASKER, QUESTION = "claire@cabinet.example", "mon vélo grince"
LEAVE, DROP = "Recevoir aussi la réponse par e-mail", "Ne pas recevoir d’e-mail"


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[DeskTalk]:
    async with desk_talk(tmp_path / "a.db", mails_askers=True) as made:
        yield made


async def address(talk: DeskTalk) -> str:
    (ticket, *_) = await talk.tickets()
    return await talk.store.write(lambda t: talk.store.records(t).mails.address_of(ticket))


async def prepare(talk: DeskTalk) -> None:
    await talk.says("/humain")
    await talk.says(QUESTION)


async def test_an_address_left_in_the_preview_is_shown_hidden_from_the_desk_and_kept(
    talk: DeskTalk,
) -> None:
    await prepare(talk)
    assert LEAVE in talk.offers()
    asked = await talk.presses(LEAVE)
    assert "le guichet ne la voit pas" in asked.text.replace("\u00a0", " ")
    shown = await talk.says(ASKER)
    assert ASKER in shown.text
    assert QUESTION in shown.text
    opened = await talk.presses("Envoyer")
    assert ASKER in opened.text
    assert opened.receipt is not None
    assert await address(talk) == ASKER
    assert ASKER not in "".join(await talk.told_desk())


async def test_an_address_can_be_left_once_the_ticket_is_open_and_taken_back(
    talk: DeskTalk,
) -> None:
    await prepare(talk)
    await talk.presses("Envoyer")
    await talk.presses(LEAVE)
    told = await talk.says(f"c'est {ASKER}")
    assert (ASKER in told.text, await address(talk)) == (True, ASKER)
    status = await talk.says("/statut")
    assert DROP in [button.label.replace("\u00a0", " ") for button in status.buttons]
    told = await talk.presses(DROP)
    assert "aucune adresse" in told.text
    assert await address(talk) == ""
    assert len(await talk.told_desk()) == 1  # the head alone: no address went there


async def test_what_is_no_address_is_not_sent_on_and_may_be_given_up(talk: DeskTalk) -> None:
    await prepare(talk)
    await talk.presses("Envoyer")
    await talk.presses(LEAVE)
    told = await talk.says("claire@nulle part")
    assert "Je ne reconnais pas" in told.text
    assert len(await talk.told_desk()) == 1
    # Whoever goes on without one writes to the desk, as before.
    await talk.says("Le frein aussi")
    assert (await talk.told_desk())[-1] == "Le frein aussi"
    await talk.says(ASKER)
    assert await address(talk) == ""


async def test_a_preview_goes_on_without_an_address(talk: DeskTalk) -> None:
    await prepare(talk)
    await talk.presses(LEAVE)
    await talk.says(ASKER)
    shown = await talk.presses(DROP)
    assert ASKER not in shown.text
    await talk.presses("Envoyer")
    assert await address(talk) == ""


async def test_buttons_of_other_chats_and_of_closed_tickets_do_nothing(talk: DeskTalk) -> None:
    await prepare(talk)
    await talk.presses("Envoyer")
    (ticket, *_) = await talk.tickets()
    talk.chat = "43"
    await talk.says(choice=f"t:mail:{ticket.id}:")
    await talk.says(ASKER)
    talk.chat = "42"
    await talk.says("/statut")
    await talk.presses(LEAVE)
    await talk.desk_closes()
    await talk.says(ASKER)
    await talk.says(choice=f"t:mail:{ticket.id}:")
    await talk.says(ASKER)
    assert await found(talk.store, select(func.count()).select_from(ticket_mails)) == [(0,)]


async def test_whoever_is_forgotten_leaves_no_address(talk: DeskTalk) -> None:
    await prepare(talk)
    await talk.presses(LEAVE)
    await talk.says(ASKER)
    await talk.presses("Envoyer")
    await talk.says(choice=choices.FORGET)
    assert await found(talk.store, select(func.count()).select_from(ticket_mails)) == [(0,)]


async def test_where_no_page_is_public_no_address_is_asked_for(tmp_path: Path) -> None:
    async with desk_talk(tmp_path / "a.db") as talk:
        await prepare(talk)
        assert LEAVE not in talk.offers()
        told = await talk.says(choice="t:mail:0:")
        assert "plus rien à envoyer" in told.text


async def test_in_telegram_the_code_that_the_page_asks_for_comes_in_words(tmp_path: Path) -> None:
    async with desk_talk(tmp_path / "a.db", channel="telegram", mails_askers=True) as talk:
        await prepare(talk)
        await talk.presses("Envoyer")
        await talk.presses(LEAVE)
        told = await talk.says(ASKER)
        assert "code de suivi" in told.text.replace("\u00a0", " ")
