"""An asker's answer by mail is theirs when its address and their server prove it; else it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.mail.reading_replies import parse_mail
from tests.fakes.mail_clients import gmail
from tests.fakes.mail_service import ASKER, exchanging
from tests.fakes.mails import authentic

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from bot.escalation.tickets import Ticket
    from tests.fakes.mail_service import Exchange

pytestmark = pytest.mark.asyncio
DOMAIN, WORDS = "cabinet.example", "Le frein aussi."


async def answered(run: Exchange) -> tuple[Ticket, EmailMessage]:
    """A ticket, and the mail by which its asker reads the answer."""
    ticket = await run.desk.open()
    await run.desk.leave(ticket)
    await run.desk.answer(ticket)
    await run.send()
    mails = [parse_mail(raw) for raw in run.smtp.taken]
    return ticket, next(mail for mail in mails if str(mail["To"]) == ASKER)


def reply(mail: EmailMessage, text: str = WORDS, sender: str = ASKER) -> EmailMessage:
    made = gmail(text, mail)
    made.replace_header("From", f"Claire <{sender}>")
    return made


async def test_the_words_go_to_the_desk_as_the_askers_masked_and_once(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket, mail = await answered(run)
        raw = authentic(reply(mail, f"{WORDS} Mon 06 12 34 56 78."), DOMAIN)
        assert [await run.desk.receive(raw) for _ in range(3)] == ["relayed", "known", "known"]
        _, said = await run.desk.asked(ticket)
        assert said.startswith(WORDS)
        assert "06 12" not in said
        assert (await run.desk.state(ticket))[0] == "held"
        assert await run.desk.said(ticket) == ["Passez demain."]


async def test_nobody_else_speaks_for_the_asker_and_all_of_it_is_listed(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket, mail = await answered(run)
        other = await run.desk.open("Autre chose", chat="43")
        forged = reply(mail, "Sous un autre numéro.")
        forged.replace_header("To", str(forged["To"]).replace(f"+a{ticket.id}.", f"+a{other.id}."))
        without = reply(mail, "Sans adresse.")
        without.replace_header("To", "bot@example.org")
        # The desk's own domain opens nothing either: these are not the addresses of a desk.
        attempts = [
            reply(mail).as_bytes(),
            authentic(reply(mail, sender="dora@cabinet.example"), DOMAIN),
            authentic(reply(mail, sender="guichet@atelier.example"), "atelier.example"),
            authentic(forged, DOMAIN),
            authentic(without, DOMAIN),
        ]
        assert [await run.desk.receive(raw) for raw in attempts] == ["kept"] * len(attempts)
        assert [len(await run.desk.asked(each)) for each in (ticket, other)] == [1, 1]
        assert len(await run.desk.reasons()) == len(attempts)


async def test_an_asker_of_the_desks_domain_does_not_answer_as_the_desk(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open()
        await run.desk.leave(ticket, "stagiaire@atelier.example")
        await run.desk.answer(ticket)
        await run.send()
        mail = parse_mail(run.smtp.taken[-1])
        made = reply(mail, "Clore\nOui.", "stagiaire@atelier.example")
        assert await run.desk.receive(authentic(made)) == "relayed"
        assert (await run.desk.state(ticket))[0] == "held"
        assert (await run.desk.asked(ticket))[-1] == "Clore\nOui."
        made.replace_header("To", "bot@example.org")
        made.replace_header("Message-ID", "<another@atelier.example>")
        assert await run.desk.receive(authentic(made)) == "kept"


async def test_thanks_reopen_nothing_and_a_complaint_does(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket, mail = await answered(run)
        now = await run.desk.now(ticket)
        await run.desk.do(lambda r: run.desk.casework.close(r, now, "desk"))
        assert await run.desk.receive(authentic(reply(mail, "Merci beaucoup"), DOMAIN)) == "kept"
        assert (await run.desk.state(ticket))[0] == "closed"
        raw = authentic(reply(mail, "Ça ne marche toujours pas."), DOMAIN)
        assert await run.desk.receive(raw) == "relayed"
        assert (await run.desk.state(ticket))[0] == "held"


async def test_a_machine_behind_the_askers_address_stops(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        _, mail = await answered(run)
        taken = [
            await run.desk.receive(authentic(reply(mail, f"Reçu {n}."), DOMAIN)) for n in range(9)
        ]
        assert taken.count("relayed") == 5
        own = await run.desk.receive(mail.as_bytes())
        assert own == "own"
