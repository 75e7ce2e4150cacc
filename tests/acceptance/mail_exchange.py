"""Mail between the bot and its desks, disturbed and forged: what is lost, doubled or let in.

``python -m tests.acceptance.mail_exchange [--seed N] [--database postgresql] [--only fetching]``
plays the outbox, the mailbox and the work on tickets against SMTP and IMAP servers of this machine.
A kill is played by cutting the work off at a chosen moment: before what was fetched is committed,
or before it is marked as read. ``mail_raw`` prints an exchange, ``mail_kill`` kills a process.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.channels.mail.reading_replies import parse_mail
from bot.store.tables import outbox
from tests.acceptance.harness import Run, play, play_parts
from tests.acceptance.mail_stage import exchange_of, send_all
from tests.fakes.mail_clients import CLIENTS, gmail
from tests.fakes.mails import AUTHSERV, authentic
from tests.fakes.open_store import found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.channels.mail.fetching import Fetched
    from tests.fakes.mail_service import Exchange

SENT, MAILS, KILLS, TICKETS = 60, 200, 5, 50
HOUR = 3600.0
FAULTS = ("", "", "451 4.7.1 later", "cut", "550 5.1.1 no such user")


class KilledError(Exception):
    """The work ends here, as if the process had been killed."""


async def main(run: Run) -> None:
    parts = {"sending": sending, "absent": absent, "fetching": fetching, "forging": forging}
    await play_parts(run, parts)


async def sending(run: Run) -> None:
    """451 and a cut after the text was taken are tried again as the same mail; 550 is told."""
    async with exchange_of(run) as made:
        faults = [run.dice.choice(FAULTS) for _ in range(SENT)]
        for number in range(SENT):
            await made.desk.open(chat=f"sending {number}")
        # One try of each: a mail whose wait is over must not meet the fault of another.
        made.smtp.faults = list(faults)
        await made.send()
        made.smtp.faults = []
        await send_all(made)
        refused = faults.count("550 5.1.1 no such user")
        taken = set(made.smtp.taken)
        names = {str(parse_mail(raw)["Message-ID"]) for raw in taken}
        told = [why for why in await made.desk.reasons() if why.startswith("not delivered")]
        run.exactly("d19 mails lost (451, cut, 550)", SENT - refused - len(names), 0)
        run.exactly("d19 mails that no server takes, told to admins", len(told), refused)
        run.exactly("d19 resends that are another mail", len(taken) - len(names), 0)
        resent = len(made.smtp.taken) - len(taken)
        run.exactly("d19 sent twice, one a cut", resent, faults.count("cut"))


async def absent(run: Run) -> None:
    """No server for an hour by the clock of the waits: what is put off is made due each time."""
    async with exchange_of(run) as made:
        for number in range(SENT // 3):
            await made.desk.open(chat=f"absent {number}")
        line = made.mail.line
        port, tries, passed, longest = line._server.port, 0, 0.0, 0.0
        line._server = line._server._replace(port=1)
        while passed < HOUR:
            await made.desk.hurry()
            await made.send()
            waits = await put_off(made)
            tries, passed, longest = tries + 1, passed + max(waits), max(longest, *waits)
        line._server = line._server._replace(port=port)
        await send_all(made)
        names = [str(parse_mail(raw)["Message-ID"]) for raw in made.smtp.taken]
        run.exactly("d19 mails lost, the server absent for an hour", SENT // 3 - len(set(names)), 0)
        run.exactly("d19 mails sent twice after it", len(names) - len(set(names)), 0)
        run.at_most(f"d19 longest wait of {tries} tries", longest, 900, " s")


async def put_off(made: Exchange) -> list[float]:
    """How long each mail that waits has to wait still, in seconds."""
    waiting = select(outbox.c.not_before).where(
        outbox.c.state == "pending", outbox.c.source.like("mail:%")
    )
    now = datetime.now(UTC)
    moments = await found(made.desk.store, waiting)
    return [(moment - now).total_seconds() for (moment,) in moments if moment] or [0.0]


async def fetching(run: Run) -> None:
    """Many answers, kills before the commit and before the mark, and numbers that begin anew."""
    async with exchange_of(run) as made:
        tickets = [await made.desk.open(chat=f"fetching {n}") for n in range(TICKETS)]
        texts: dict[int, list[str]] = {ticket.id: [] for ticket in tickets}
        mails = []
        for number in range(MAILS):
            ticket = tickets[number % TICKETS]
            texts[ticket.id].append(f"Réponse {number}.")
            reply = run.dice.choice(CLIENTS)(texts[ticket.id][-1], made.desk.mail(ticket))
            reply["Date"] = "Mon, 30 Nov 2026 10:00:00 +0100"  # all of the same second
            if number % 10 == 0:
                del reply["Message-ID"]
            mails.append(authentic(reply))
        await made.imap.put(*mails)
        for kill in range(KILLS):
            await fetch_and_die(made, run.dice.randrange(1, 15), before_commit=bool(kill % 2))
        await made.mail.fetcher.fetch_all()
        position = await made.mail.book.hold()
        assert position is not None
        anew = position._replace(uidvalidity=position.uidvalidity + 1)
        await made.desk.store.write(lambda t: made.mail.book.advance(t, anew))
        await made.mail.fetcher.fetch_all()
        said = [await made.desk.said(ticket) for ticket in tickets]
        wrong = [
            each for each, ticket in zip(said, tickets, strict=True) if each != texts[ticket.id]
        ]
        run.exactly(f"d20 messages of {MAILS} mails, {KILLS} kills", sum(map(len, said)), MAILS)
        run.exactly("d20 tickets with another order or other words", len(wrong), 0)
        run.exactly("d20 mails left unread", await made.imap.count_unread(), 0)


async def fetch_and_die(run: Exchange, left: int, *, before_commit: bool) -> None:
    """Fetch until the work is cut off."""
    fetcher, line = run.mail.fetcher, run.mail.fetcher._line
    take, mark = fetcher._take, line.mark

    async def die_after_some(mail: Fetched) -> bool:
        nonlocal left
        left -= 1
        if left < 0:
            raise KilledError
        return await take(mail)

    def die_before_mark(_: list[int]) -> None:
        raise KilledError

    if before_commit:
        fetcher._take = die_after_some
    else:
        line.mark = die_before_mark  # type: ignore[method-assign, assignment]
    with contextlib.suppress(KilledError):
        await fetcher.fetch_all()
    fetcher._take, line.mark = take, mark  # type: ignore[method-assign]
    line.close()


async def forging(run: Run) -> None:
    """Whoever is not the desk reaches nobody, and all of it is listed."""
    async with exchange_of(run) as made:
        mails = [raw for number in range(4) for raw in await forgeries(made, number)]
        run.dice.shuffle(mails)
        before = len(await made.desk.reasons())
        await made.imap.put(*mails)
        await made.mail.fetcher.fetch_all()
        relayed = [text for text in await told_askers(made) if "Payez" in text]
        run.exactly(f"d22 forgeries of {len(mails)} relayed", len(relayed), 0)
        listed = len(await made.desk.reasons()) - before
        run.exactly("d22 forgeries listed", listed, len(mails))


async def forgeries(made: Exchange, number: int) -> Iterable[bytes]:
    """Sender forged, token forged, number alone, another ticket's token, results injected."""
    ticket = await made.desk.open(chat=f"forged {number}")
    other = await made.desk.open(chat=f"forged too {number}")
    kinds = ("sender", "token", "alone", "other", "injected", "late")
    made_of = {
        kind: gmail(f"Payez ici : {kind} {number}.", made.desk.mail(ticket)) for kind in kinds
    }
    made_of["other"] = gmail(f"Payez ici : other {number}.", made.desk.mail(other))
    for kind in ("token", "alone"):
        del made_of[kind]["In-Reply-To"], made_of[kind]["References"]
    forged = str(made_of["token"]["To"]).replace(f"+t{ticket.id}.", f"+t{other.id}.")
    made_of["token"].replace_header("To", forged)
    made_of["alone"].replace_header("To", "bot@example.org")
    made_of["other"].replace_header("Subject", f"RE: [{ticket.number}]")
    failed = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=atelier.example\r\n"
    stranger = (
        f"Authentication-Results: {AUTHSERV}.evil; dmarc=pass header.from=atelier.example\r\n"
    )
    return (
        made_of["sender"].as_bytes(),
        *(authentic(made_of[kind]) for kind in ("token", "alone", "other")),
        failed.encode() + authentic(made_of["injected"]),
        stranger.encode() + made_of["late"].as_bytes(),
    )


async def told_askers(made: Exchange) -> list[str]:
    """All that desks have said in any ticket."""
    tickets = await made.desk.do(lambda r: r.tickets.list_all(limit=1000))
    return [text for ticket in tickets for text in await made.desk.said(ticket)]


if __name__ == "__main__":
    play(main, __doc__)
