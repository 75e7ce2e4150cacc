"""Tickets by mail: interleaved, delivered thrice, transferred, opened again, and erased.

``python -m tests.acceptance.mail_tickets [--seed N] [--database postgresql] [--only erasure]``
"""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.channels.mail.reading_replies import parse_mail
from bot.escalation.asker_work import REOPEN
from bot.escalation.tickets import Draft, NewMessage
from bot.store.schema import metadata
from bot.store.ticket_mail_tables import ticket_boxes
from tests.acceptance.harness import Run, play, play_parts
from tests.acceptance.mail_exchange import KilledError
from tests.acceptance.mail_stage import exchange_of, mails_to, send_all
from tests.fakes.mail_clients import DESK, answer, gmail, text_of
from tests.fakes.mail_service import ASKER
from tests.fakes.mails import authentic
from tests.fakes.open_store import found
from tests.fakes.ticket_service import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.escalation.tickets import Ticket
    from bot.store.store import Transaction
    from tests.fakes.mail_service import Exchange

TICKETS, ROUNDS, ERASED = 50, 10, 20
QUARTER = timedelta(minutes=15)
WORDS = "zebulon"
OFFICE = "guichet@abonnements.example"


async def main(run: Run) -> None:
    parts = {
        "interleaved": interleaved,
        "thrice": thrice,
        "transfer": transfer,
        "reopening": reopening,
        "erasure": erasure,
    }
    await play_parts(run, parts)


async def interleaved(run: Run) -> None:
    """Both sides of many tickets write in one mailbox, in another order each round."""
    count = TICKETS // 10 if run.short else TICKETS
    async with exchange_of(run) as made:
        tickets = [await made.desk.open(f"T{n}.", chat=f"chat {n}") for n in range(count)]
        await send_all(made)
        for number in range(ROUNDS):
            made.desk.at += QUARTER
            order = run.dice.sample(range(count), count)
            for place in order:
                await write(made, tickets[place], place, f"T{place} asker {number}.")
            texts = [f"T{place} desk {number}." for place in run.dice.sample(order, count)]
            await deliver(made, (reply_of(made, tickets, text) for text in texts))
        await send_all(made)
        mails = [(str(mail["Subject"]), text_of(mail)) for mail in mails_to(made.smtp, DESK)]
        crossed = wrong = 0
        for place, ticket in enumerate(tickets):
            asked = [f"T{place}.", *(f"T{place} asker {n}." for n in range(ROUNDS))]
            said = await made.desk.said(ticket)
            got = [text for subject, text in mails if ticket.number in subject]
            crossed += sum(not text.startswith(f"T{place} ") for text in said)
            crossed += sum(f"T{place}" not in text for text in got)
            wrong += said != [f"T{place} desk {n}." for n in range(ROUNDS)]
            wrong += not in_order(asked, got)
        each = count * ROUNDS * 2
        run.exactly(f"d3 of {each} messages in {count} tickets crossed", crossed, 0)
        run.exactly("d3 tickets with a message lost or out of order", wrong, 0)


def reply_of(made: Exchange, tickets: list[Ticket], text: str) -> bytes:
    """What the desk answers in the ticket that a text names."""
    ticket = tickets[int(text.split(maxsplit=1)[0][1:])]
    return authentic(gmail(text, made.desk.mail(ticket)))


def in_order(wanted: list[str], got: list[str]) -> bool:
    """Whether each text came in a mail of its own, in order."""
    return len(wanted) == len(got) and all(
        text in mail for text, mail in zip(wanted, got, strict=True)
    )


async def write(made: Exchange, ticket: Ticket, place: int, text: str) -> None:
    """The asker of a ticket writes in their chat."""
    asked = made.desk.incoming(text, f"chat {place}")
    said = NewMessage("asker", text, origin=SOURCE, origin_id=str(asked.update_id))
    now = await made.desk.now(ticket)
    assert await made.desk.do(lambda r: made.desk.casework.ask(r, now, said))


async def deliver(made: Exchange, mails: Iterable[bytes]) -> None:
    """Have mails delivered and worked on."""
    await made.imap.put(*mails)
    await made.mail.fetcher.fetch_all()


async def thrice(run: Run) -> None:
    """The opening update, the desk's mail and the asker's mail come three times each."""
    async with exchange_of(run) as made:
        asked = made.desk.incoming("Mon vélo")
        said = NewMessage("asker", "Mon vélo", origin=SOURCE, origin_id=str(asked.update_id))
        draft = Draft("atelier", "customer_request", ("Mon vélo",))
        for _ in range(3):
            await made.desk.do(lambda r: made.desk.casework.open(r, asked, draft, said))
        (ticket,) = await made.desk.do(lambda r: r.tickets.list_all())
        await made.desk.leave(ticket)
        await deliver(made, [authentic(gmail("Passez demain.", made.desk.mail(ticket)))] * 3)
        await send_all(made)
        mail = gmail("Et le frein ?", mails_to(made.smtp, ASKER)[0])
        mail.replace_header("From", ASKER)
        await deliver(made, [authentic(mail, "cabinet.example")] * 3)
        await send_all(made)
        run.exactly("d4 messages of the desk", len(await made.desk.said(ticket)), 1)
        run.exactly("d4 messages of the asker", len(await made.desk.asked(ticket)), 2)
        run.exactly("d4 mails to the desk", len(mails_to(made.smtp, DESK)), 2)
        run.exactly("d4 mails to the asker", len(mails_to(made.smtp, ASKER)), 1)
        run.exactly("d4 tickets", len(await made.desk.do(lambda r: r.tickets.list_all())), 1)


async def transfer(run: Run) -> None:
    """By a word in the first line; two at once, of which one wins."""
    async with exchange_of(run) as made:
        ticket = await made.desk.open()
        staff = await made.desk.staff()
        await made.desk.do(lambda r: made.desk.casework.take(r, ticket, staff))
        await send_all(made)
        made.desk.at += QUARTER
        mail = made.desk.mail(ticket)
        both = [authentic(gmail(f"transférer abonnements\nMot {n}.", mail)) for n in range(2)]
        await deliver(made, both)
        await send_all(made)
        now = await made.desk.now(ticket)
        run.exactly("d15 where it is, and whose", (now.desk, now.assignee), ("abonnements", None))
        run.exactly("d15 the clock started again", now.waiting_since == made.desk.at, True)
        heads = count_with(made, OFFICE, "Pour répondre")
        run.exactly("d15 told the new mailbox as of a new ticket", heads, 1)
        run.exactly("d15 told the former one", count_with(made, DESK, "confiée"), 1)
        events = await made.desk.do(lambda r: r.tickets.events(now))
        run.exactly("d15 transfers of two at once", sum(e.kind == "transferred" for e in events), 1)
        run.exactly("d15 the later one is listed", len(await made.desk.reasons()), 1)


def count_with(made: Exchange, box: str, words: str) -> int:
    """How many mails to a mailbox have these words."""
    return sum(words in text_of(mail) for mail in mails_to(made.smtp, box))


async def reopening(run: Run) -> None:
    """A complaint by mail on day 13 and on day 15, and a new ticket linked to the old one."""
    async with exchange_of(run) as made:
        for day, wanted in ((13, "held"), (15, "closed")):
            ticket = await made.desk.open(chat=f"day {day}")
            await made.desk.leave(ticket)
            await deliver(made, [authentic(gmail("Clore\nC'est fait.", made.desk.mail(ticket)))])
            await send_all(made)
            mail = gmail("Ça ne marche toujours pas.", mails_to(made.smtp, ASKER)[-1])
            mail.replace_header("From", ASKER)
            made.desk.at += timedelta(days=day)
            before = len(await made.desk.reasons())
            await deliver(made, [authentic(mail, "cabinet.example")])
            await send_all(made)
            state = (await made.desk.state(ticket))[0]
            listed = len(await made.desk.reasons()) - before
            run.exactly(f"d17 day {day}: state, and listed", (state, listed), (wanted, day // 15))
            if state == "held":
                told = [
                    text_of(m) for m in mails_to(made.smtp, DESK) if ticket.number in m["Subject"]
                ]
                run.exactly("d17 told under its number", sum("rouverte" in t for t in told), 1)
            made.desk.at += REOPEN
        await linked(run, made, ticket)


async def linked(run: Run, made: Exchange, ticket: Ticket) -> None:
    """A new number, which the mail to the desk links to the old one."""
    asked = made.desk.incoming("Toujours pas", "day 15")
    draft = Draft(ticket.desk, ticket.reason, ("Toujours pas",), linked=ticket.id)
    said = NewMessage("asker", "Toujours pas", origin=SOURCE, origin_id=str(asked.update_id))
    await made.desk.do(lambda r: made.desk.casework.open(r, asked, draft, said))
    await send_all(made)
    head = text_of(mails_to(made.smtp, DESK)[-1])
    run.exactly("d17 a new number, linked", ticket.number in head, True)


async def erasure(run: Run) -> None:
    """``/oublier``: no word is left, and each mailbox is asked once, though cut off half way."""
    async with exchange_of(run) as made:
        tickets = [await made.desk.open(f"{WORDS} {n}", chat=f"e {n}") for n in range(ERASED)]
        for ticket in tickets:
            await made.desk.leave(ticket, f"{WORDS}@cabinet.example")
            await made.desk.answer(ticket, f"{WORDS} aussi")
        await send_all(made)
        sent = len(made.smtp.taken)
        for number in range(ERASED):
            await made.desk.erase(f"e {number}")
        put, left = made.mail.eraser._deliveries.put, run.dice.randrange(ERASED)

        async def die(*given: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise KilledError
            await put(*given)  # type: ignore[arg-type]

        made.mail.eraser._deliveries.put = die  # type: ignore[method-assign, assignment]
        with contextlib.suppress(KilledError):
            await made.mail.eraser.ask_all()
        made.mail.eraser._deliveries.put = put  # type: ignore[method-assign]
        while await made.mail.eraser.ask_all():
            pass
        await send_all(made)
        asked = [str(parse_mail(raw)["Subject"])[1:11] for raw in made.smtp.taken[sent:]]
        wanted = sorted(ticket.number for ticket in tickets)
        run.exactly("d25 mailboxes asked once each, cut off", sorted(asked) == wanted, True)
        run.exactly("d25 rows with their words, sealed ones opened", await count_words(made), 0)
        boxes = await found(made.desk.store, select(ticket_boxes.c.place))
        run.exactly("d25 mailboxes still kept", sum(bool(place) for (place,) in boxes), 0)
        late = answer(made.desk.mail(tickets[0]), "Trop tard.")
        await deliver(made, [authentic(late)])
        run.exactly(
            "d25 mails since then, all of them such requests", len(made.smtp.taken) - sent, ERASED
        )


async def count_words(made: Exchange) -> int:
    """How many rows of any table have a word of theirs."""

    async def work(transaction: Transaction) -> int:
        rows = [
            tuple(r) for t in metadata.sorted_tables for r in await transaction.execute(select(t))
        ]
        return sum(any(has_word(made, value) for value in row) for row in rows)

    return await made.desk.store.write(work)


def has_word(made: Exchange, value: object) -> bool:
    if not isinstance(value, str):
        return False
    return WORDS in value or WORDS in json.dumps(made.desk.store.vault.open_or_none(value))


if __name__ == "__main__":
    play(main, __doc__)
