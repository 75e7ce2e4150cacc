"""Mail over real servers on this machine: aiosmtpd takes what goes out, pymap gives what comes."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import aiosmtplib
import pytest
from imap_tools import MailboxLoginError
from sqlalchemy import select

from bot.channels.mail.reading_replies import parse_mail
from bot.channels.mail.sending import verdict_on
from bot.channels.mail.servers import explain_trouble, server_of
from bot.store.tables import outbox
from tests.fakes.mail_clients import gmail
from tests.fakes.mail_service import exchanging
from tests.fakes.mails import authentic
from tests.fakes.open_store import found

if TYPE_CHECKING:
    from pathlib import Path

    from bot.channels.mail.fetching import Fetched

pytestmark = pytest.mark.asyncio


async def test_a_ticket_goes_out_and_its_answer_comes_in_once(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open()
        await run.send()
        (raw,) = run.smtp.taken
        head = parse_mail(raw)
        assert str(head["To"]) == "guichet@atelier.example"
        answer = authentic(gmail("Passez demain.", head))
        await run.imap.put(answer, answer)
        assert await run.mail.fetcher.fetch_all() == 2
        assert await run.desk.said(ticket) == ["Passez demain."]
        assert await run.imap.count_unread() == 0
        # "n+1:*" gives the last mail again when nothing is new.
        assert await run.mail.fetcher.fetch_all() == 0
        assert run.mail.trouble == ""


async def test_a_running_service_sends_hears_of_the_answer_and_ends(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        stop, came = asyncio.Event(), asyncio.Event()
        take = run.mail.fetcher._take

        async def tell(mail: Fetched) -> bool:
            done = await take(mail)
            came.set()
            return done

        run.mail.fetcher._take = tell
        serving = asyncio.create_task(run.mail.run(stop))
        ticket = await run.desk.open()
        await run.smtp.arrived.wait()
        head = parse_mail(run.smtp.taken[0])
        await run.imap.put(authentic(gmail("Passez demain.", head)))
        await came.wait()
        stop.set()
        await serving
        assert await run.desk.said(ticket) == ["Passez demain."]


@pytest.mark.parametrize("fault", ["451 later", "cut", "552 full"])
async def test_a_mail_that_is_put_off_goes_out_later_as_the_same_mail(
    tmp_path: Path, fault: str
) -> None:
    async with exchanging(tmp_path) as run:
        await run.desk.open()
        run.smtp.faults = [fault]
        await run.send()
        assert run.mail.trouble
        await run.desk.hurry()
        await run.send()
        names = {str(parse_mail(raw)["Message-ID"]) for raw in run.smtp.taken}
        assert len(names) == 1
        assert len(run.smtp.taken) == (2 if fault == "cut" else 1)
        assert run.mail.trouble == ""


async def test_a_mail_that_is_refused_for_good_is_told_to_those_who_run_the_service(
    tmp_path: Path,
) -> None:
    async with exchanging(tmp_path) as run:
        await run.desk.open()
        run.smtp.faults = ["550 no such user"]
        await run.send()
        assert [reason[:13] for reason in await run.desk.reasons()] == ["not delivered"]
        mails = select(outbox.c.state).where(outbox.c.source.like("mail:%"))
        assert await found(run.desk.store, mails) == [("dropped",)]


async def test_an_absent_server_loses_nothing_and_is_named(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        await run.desk.open()
        port = run.mail.line._server.port
        run.mail.line._server = run.mail.line._server._replace(port=1)
        await run.send()
        assert "cannot be reached" in run.mail.trouble
        assert run.mail.silent_seconds > 0
        run.mail.line._server = run.mail.line._server._replace(port=port)
        await run.desk.hurry()
        await run.send()
        assert len(run.smtp.taken) == 1
        assert run.mail.silent_seconds == 0


async def test_a_mailbox_that_is_numbered_anew_is_read_again_and_nothing_relayed_twice(
    tmp_path: Path,
) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open()
        mail = run.desk.mail(ticket)
        await run.imap.put(*(authentic(gmail(f"Partie {n}.", mail)) for n in range(3)))
        assert await run.mail.fetcher.fetch_all() == 3
        position = await run.mail.book.hold()
        assert position is not None
        other = position._replace(uidvalidity=position.uidvalidity + 1)
        await run.desk.store.write(lambda t: run.mail.book.advance(t, other))
        assert await run.mail.fetcher.fetch_all() == 3
        assert await run.desk.said(ticket) == ["Partie 0.", "Partie 1.", "Partie 2."]


async def test_a_crash_before_the_commit_makes_the_mail_come_again(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open()
        await run.imap.put(authentic(gmail("Passez demain.", run.desk.mail(ticket))))
        take, run.mail.fetcher._take = run.mail.fetcher._take, _crash
        with pytest.raises(RuntimeError):
            await run.mail.fetcher.fetch_all()
        assert await run.imap.count_unread() == 1
        run.mail.fetcher._take = take
        await run.mail.fetcher.fetch_all()
        assert await run.desk.said(ticket) == ["Passez demain."]


async def test_a_crash_before_the_mark_leaves_no_mail_unread_for_ever(tmp_path: Path) -> None:
    async with exchanging(tmp_path) as run:
        ticket = await run.desk.open()
        await run.imap.put(authentic(gmail("Passez demain.", run.desk.mail(ticket))))
        line = run.mail.fetcher._line
        mark, line.mark = line.mark, _no_mark  # type: ignore[method-assign]
        with pytest.raises(RuntimeError):
            await run.mail.fetcher.fetch_all()
        line.mark = mark  # type: ignore[method-assign]
        line.close()
        assert await run.imap.count_unread() == 1
        await run.mail.fetcher.fetch_all()
        assert await run.imap.count_unread() == 0
        assert await run.desk.said(ticket) == ["Passez demain."]


def _no_mark(_: object) -> None:
    raise RuntimeError


async def _crash(_: object) -> bool:
    raise RuntimeError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            aiosmtplib.SMTPAuthenticationError(535, "5.7.139 Basic authentication is disabled"),
            "basic",
        ),
        (aiosmtplib.SMTPAuthenticationError(535, "bad"), "password refused"),
        (MailboxLoginError(("NO", [b"[AUTHENTICATIONFAILED] no"]), "OK"), "password refused"),
        (aiosmtplib.SMTPResponseException(552, "quota"), "mailbox is full"),
        (ssl.SSLCertVerificationError("x"), "certificate"),
        (TimeoutError(), "does not answer"),
        (ConnectionRefusedError(), "cannot be reached"),
    ],
)
async def test_what_is_wrong_with_a_server_is_said_in_words(error: Exception, words: str) -> None:
    assert words in explain_trouble(error)


async def test_only_what_no_operator_can_mend_is_given_up() -> None:
    codes = {421: "again", 451: "again", 535: "again", 552: "again", 550: "never", 554: "never"}
    for code, verdict in codes.items():
        assert verdict_on(aiosmtplib.SMTPResponseException(code, "")) == verdict
        refused = aiosmtplib.SMTPRecipientRefused(code, "", "a@b.example")
        assert verdict_on(aiosmtplib.SMTPRecipientsRefused([refused])) == verdict
    assert verdict_on(aiosmtplib.SMTPServerDisconnected("")) == "again"


async def test_servers_are_read_from_their_addresses() -> None:
    assert server_of("imaps://a%40b:p%3Aw@mail.example.org/Box") == (
        *("mail.example.org", 993, "a@b", "p:w"),
        *("tls", "Box"),
    )
    assert server_of("smtp://mail.example.org").encryption == "starttls"
    assert server_of("smtp://127.0.0.1:2525").encryption == "none"
