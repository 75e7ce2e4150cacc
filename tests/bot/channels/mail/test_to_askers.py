"""What an asker who has left an e-mail gets: the answer, the way back, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.mail.reading_replies import parse_mail
from bot.escalation.stopping import StopWords
from tests.fakes.mail_clients import html_of, text_of
from tests.fakes.mail_service import ASKER, PUBLIC, exchanging

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from tests.fakes.mail_service import Exchange

pytestmark = pytest.mark.asyncio


async def mails_to_asker(run: Exchange) -> list[EmailMessage]:
    await run.send()
    mails = [parse_mail(raw) for raw in run.smtp.taken]
    return [mail for mail in mails if str(mail["To"]) == ASKER]


async def test_the_answer_of_the_desk_goes_to_the_chat_and_by_mail(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open()
        await run.desk.leave(ticket)
        await run.desk.answer(ticket, "Passez demain.\n\nAvec le vélo.")
        assert [d.to.channel for d in run.desk.sent][-2:] == ["telegram", "mail"]
        (mail,) = await mails_to_asker(run)
        text = text_of(mail)
        assert "Passez demain." in text
        assert f"{PUBLIC}/suivi\n" in text
        assert ticket.number in str(mail["Subject"])
        assert "+a" in str(mail["Reply-To"])


async def test_one_press_stops_the_mails(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open()
        await run.desk.leave(ticket)
        await run.desk.answer(ticket)
        (mail,) = await mails_to_asker(run)
        link = f"{PUBLIC}/suivi/desabonner?d={StopWords(run.desk.store.key).make(ticket.id)}"
        assert str(mail["List-Unsubscribe"]).strip() == f"<{link}>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f'href="{link}"' in html_of(mail)


async def test_what_waits_for_an_address_that_was_taken_back_is_not_sent(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open()
        await run.desk.leave(ticket)
        await run.desk.answer(ticket)
        await run.desk.do(lambda r: r.mails.drop(ticket.id))
        assert await mails_to_asker(run) == []
        await run.desk.answer(ticket, "Encore.")
        assert await mails_to_asker(run) == []


async def test_a_mended_answer_is_said_to_be_one_and_a_silence_is_told_before_the_end(
    tmp_path: Path,
) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open()
        await run.desk.leave(ticket)
        await run.desk.answer(ticket)
        said = await run.desk.do(lambda r: r.messages.of_ticket(ticket))
        await run.desk.do(lambda r: run.desk.casework.edit(r, ticket, said[-1], "Passez lundi."))
        answered, mended = await mails_to_asker(run)
        assert "corrigé" in text_of(mended)
        assert "Passez lundi." in text_of(mended)
        assert answered["References"] == mended["References"]
        ends = run.desk.at.replace(month=12, day=6)
        await run.desk.pass_time(ends)
        await run.desk.hurry()
        assert "Sans nouvelles" in text_of((await mails_to_asker(run))[-1])


async def test_other_news_of_the_chat_are_no_mails(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open()
        await run.desk.leave(ticket)
        staff = await run.desk.staff()
        await run.desk.do(lambda r: run.desk.casework.take(r, ticket, staff))
        assert await mails_to_asker(run) == []
