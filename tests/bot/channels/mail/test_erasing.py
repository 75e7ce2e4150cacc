"""A desk that has a ticket by mail is asked once to delete it, whoever erased it and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.mail.erasing import BoxEraser
from bot.channels.mail.reading_replies import parse_mail
from bot.store.tickets.boxes import boxes_to_ask
from tests.fakes.mail_clients import text_of
from tests.fakes.mail_service import exchanging
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.mail_service import Exchange

pytestmark = pytest.mark.asyncio


async def requests(run: Exchange) -> list[str]:
    """To whom requests went, in order."""
    await run.send()
    mails = [parse_mail(raw) for raw in run.smtp.taken]
    return [str(m["To"]) for m in mails if "Effacement demandé" in str(m["Subject"])]


async def test_a_person_who_is_forgotten_has_the_mailbox_asked_once(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open("Zébulon grince")
        await run.send()
        await run.desk.erase("42")
        assert await run.mail.eraser.ask_all() == 1
        assert await run.mail.eraser.ask_all() == 0
        assert await requests(run) == ["guichet@atelier.example"]
        last = parse_mail(run.smtp.taken[-1])
        assert ticket.number in text_of(last)
        assert "Zébulon" not in text_of(last) + str(last["Subject"])
        assert str(last["References"]) == str(parse_mail(run.smtp.taken[0])["References"])


async def test_every_mailbox_that_had_it_is_asked_and_no_other(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket, other = await run.desk.open(chat="1"), await run.desk.open(chat="2")
        await run.desk.do(lambda r: run.desk.casework.transfer(r, ticket, "abonnements", None))
        await run.send()
        now = await run.desk.now(ticket)
        await run.desk.do(lambda r: run.desk.casework.erase(r, now, "asker"))
        assert await run.mail.eraser.ask_all() == 2
        assert sorted(await requests(run)) == [
            "guichet@abonnements.example",
            "guichet@atelier.example",
        ]
        assert (await run.desk.now(other)).state == "open"


async def test_a_mail_that_waits_is_not_sent_any_more_once_its_ticket_is_erased(
    tmp_path: Path,
) -> None:
    async with exchanging(tmp_path) as run:
        await run.desk.open("Zébulon grince")
        await run.desk.erase("42")
        await run.mail.eraser.ask_all()
        await run.send()
        assert all("Zébulon" not in text_of(parse_mail(raw)) for raw in run.smtp.taken)


async def test_a_process_that_ends_between_erasing_and_asking_leaves_it_to_the_next(
    tmp_path: Path,
) -> None:
    async with exchanging(tmp_path) as run:
        await run.desk.open()
        await run.send()
        await run.desk.erase("42")
        async with await open_store(tmp_path / "a.db") as other:
            waiting = await other.write(lambda t: boxes_to_ask(t, other.vault, 9))
            assert [box.address for box in waiting] == ["guichet@atelier.example"]
            assert await BoxEraser(other, run.desk.places).ask_all() == 1
        assert await run.mail.eraser.ask_all() == 0
        assert len(await requests(run)) == 1
