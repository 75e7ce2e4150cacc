from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.mail.intake import MOST_AN_HOUR
from bot.store.mailbox import MailBook
from tests.fakes.mail_clients import gmail, outlook_desktop
from tests.fakes.mail_service import serving
from tests.fakes.mails import AUTHSERV, SENDER, authentic
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio
DOMAIN = "atelier.example"


async def test_group_and_mailbox_are_both_told_and_an_answer_by_mail_holds_the_ticket(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as desk:
        ticket = await desk.open()
        heads = [d.to.channel for d in desk.sent if d.about and d.about.act == "head"]
        assert heads == ["telegram", "mail"]
        raw = authentic(gmail("Passez demain.", desk.mail(ticket)))
        assert await desk.receive(raw) == "relayed"
        assert await desk.said(ticket) == ["Passez demain."]
        assert (await desk.state(ticket))[0] == "waiting"


async def test_the_same_mail_again_is_one_message_whatever_its_number(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        ticket = await desk.open()
        raw = authentic(gmail("Passez demain.", desk.mail(ticket)))
        assert [await desk.receive(raw) for _ in range(3)] == ["relayed", "known", "known"]
        assert len(await desk.said(ticket)) == 1


async def test_a_word_on_the_first_line_closes_or_transfers(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        first = await desk.open(chat="1")
        raw = authentic(outlook_desktop("Clore\nC'est réparé.", desk.mail(first)))
        assert await desk.receive(raw) == "relayed"
        assert await desk.said(first) == ["C'est réparé."]
        assert await desk.state(first) == ("closed", "atelier")
        second = await desk.open(chat="2")
        raw = authentic(gmail("transférer abonnements", desk.mail(second)))
        assert (await desk.receive(raw), await desk.reasons()) == ("relayed", [])
        assert await desk.state(second) == ("open", "abonnements")
        third = await desk.open(chat="3")
        raw = authentic(gmail("transférer nulle-part\nMerci", desk.mail(third)))
        assert await desk.receive(raw) == "kept"
        assert await desk.said(third) == []


async def test_whoever_is_not_the_desk_reaches_nobody_and_is_listed(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        ticket, other = await desk.open(chat="1"), await desk.open("Autre chose", chat="2")
        good = gmail("Payez ici 1.", desk.mail(ticket))
        forged_token = gmail("Payez ici 2.", desk.mail(ticket))
        for name in ("In-Reply-To", "References"):
            del forged_token[name]
        address = str(forged_token["To"])
        number_alone = gmail("Payez ici 3.", desk.mail(ticket))
        for name in ("To", "In-Reply-To", "References"):
            del number_alone[name]
        forged_token.replace_header("To", address.replace(f"+t{ticket.id}.", f"+t{other.id}."))
        others_token = gmail("Payez ici 4.", desk.mail(other))
        others_token.replace_header("Subject", f"RE: [{ticket.number}] Payez")
        stranger = gmail("Payez ici 5.", desk.mail(ticket))
        stranger.replace_header("From", "guichet@evil.example")
        fail = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from={DOMAIN}\r\n".encode()
        attempts = [
            good.as_bytes(),
            fail + authentic(gmail("Payez ici 6.", desk.mail(ticket))),
            authentic(forged_token),
            authentic(number_alone),
            authentic(others_token),
            authentic(stranger, "evil.example"),
        ]
        assert [await desk.receive(raw) for raw in attempts] == ["kept"] * 6
        assert await desk.said(ticket) == await desk.said(other) == []
        assert len(await desk.reasons()) == 6
        # The copy that was forged before does not keep the genuine mail away.
        assert await desk.receive(authentic(good)) == "relayed"


async def test_machines_are_neither_relayed_nor_answered(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        ticket = await desk.open()
        absent = gmail("Je suis absent.", desk.mail(ticket))
        absent["Auto-Submitted"] = "auto-replied"
        sent = len(desk.sent)
        assert await desk.receive(authentic(absent)) == "kept"
        assert await desk.receive(desk.mail(ticket).as_bytes()) == "own"
        assert (await desk.said(ticket), len(desk.sent)) == ([], sent)
        assert await desk.reasons() == ["sent by a machine: absence"]


async def test_two_machines_that_hide_what_they_are_stop(tmp_path: Path) -> None:
    async with serving(tmp_path) as desk:
        ticket = await desk.open()
        mail = desk.mail(ticket)
        taken = [await desk.receive(authentic(gmail(f"Reçu {n}.", mail))) for n in range(20)]
        assert taken.count("relayed") == MOST_AN_HOUR
        assert len(await desk.reasons()) == 20 - MOST_AN_HOUR


async def test_a_mail_to_a_closed_ticket_or_without_words_waits_for_somebody(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as desk:
        ticket = await desk.open()
        assert await desk.receive(authentic(gmail("", desk.mail(ticket)))) == "kept"
        await desk.do(lambda r: desk.casework.close(r, ticket, "asker"))
        assert await desk.receive(authentic(gmail("Trop tard.", desk.mail(ticket)))) == "kept"
        newest, _ = await desk.book.list_unmatched()
        assert (newest.sender, newest.text) == ("guichet@atelier.example", "Trop tard.")


async def test_one_process_at_a_time_reads_a_mailbox(tmp_path: Path) -> None:
    async with (
        await open_store(tmp_path / "a.db") as one,
        await open_store(tmp_path / "a.db") as two,
    ):
        first, second = MailBook(one, SENDER), MailBook(two, SENDER)
        position = await first.hold()
        assert position == (0, 0)
        assert await second.hold() is None
        moved = position._replace(uidvalidity=5, uid=9)
        assert await one.write(lambda t: first.advance(t, moved))
        assert not await two.write(lambda t: second.advance(t, moved))
        await first.release()
        assert await second.hold() == (5, 9)
