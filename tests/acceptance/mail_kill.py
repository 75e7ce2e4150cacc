"""Desks by mail through kills of the service: no number missing, no mail lost, hardly one twice.

``python -m tests.acceptance.mail_kill [--seed N] [--database postgresql] [--short]``: people open
tickets in Telegram, the desks answer them by mail, the process is killed ten times; then a part of
them send /oublier, under kills again, and each mailbox must be asked once to delete its copies.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from bot.conversation import choices
from tests.acceptance.harness import Run, play
from tests.acceptance.kill import kill_often
from tests.acceptance.mail_stage import mail_stage, mails_to
from tests.acceptance.ticket_stage import (
    desks_of,
    emptied,
    gaps,
    numbers,
    open_ticket,
    press,
    said_to,
    seen,
)
from tests.fakes.mail_clients import gmail
from tests.fakes.mails import authentic

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.acceptance.harness import Stage
    from tests.fakes.mail_servers import ImapRig, SmtpRig

TICKETS, KILLS, SECONDS = 500, 10, 60.0
DESKS, FORGOTTEN = 5, 20
LOOK = 1.0


async def main(run: Run) -> None:
    share = 0.1 if run.short else 1.0
    chats, kills = range(1000, 1000 + int(TICKETS * share)), max(2, int(KILLS * share))
    async with mail_stage(run) as (here, smtp, imap):
        await here.service.start()
        reaper = asyncio.create_task(kill_often(here, kills, SECONDS * share, run.dice))
        desk = asyncio.create_task(answer_all(smtp, imap))
        opened = await asyncio.gather(
            *(one(here, chat, SECONDS * share * n / len(chats)) for n, chat in enumerate(chats))
        )
        await reaper
        await seen(lambda: all(said_to(here.api, chat, f"Réponse {chat}.") for chat in chats))
        await emptied(here)
        desk.cancel()
        run.exactly("d1 askers whose ticket was opened", sum(opened), len(chats))
        await report(run, here, smtp, chats, kills)
        await forgetting(run, here, smtp, chats[: int(FORGOTTEN * share) or 2])
        code, _ = await here.service.stop()
        run.exactly("exit code in the end", code, 0)


async def one(here: Stage, chat: int, after: float) -> bool:
    """One person opens a ticket at one of the desks, and adds a detail."""
    await asyncio.sleep(after)
    desk = desks_of(here.run, DESKS)[chat % DESKS]
    if not await open_ticket(here, chat, desk, f"Question de la personne {chat}"):
        return False
    here.api.user_says(chat, f"Détail {chat}.")
    return True


async def answer_all(smtp: SmtpRig, imap: ImapRig) -> None:
    """Whoever reads the mailboxes of the desks answers each ticket once, in the words of it."""
    done: set[str] = set()
    seen_mails = 0
    while True:
        mails, seen_mails = mails_of(smtp, seen_mails), len(smtp.taken)
        answers = []
        for mail in mails:
            subject = str(mail["Subject"])
            if subject in done or "Question de la personne" not in subject:
                continue
            done.add(subject)
            chat = subject.rsplit(maxsplit=1)[-1]
            made = gmail(f"Réponse {chat}.", mail)
            made.replace_header("From", str(mail["To"]))
            answers.append(authentic(made, str(mail["To"]).rpartition("@")[2]))
        if answers:
            await imap.put(*answers)
        await asyncio.sleep(LOOK)


def mails_of(smtp: SmtpRig, start: int) -> list[EmailMessage]:
    return mails_to(smtp)[start:]


async def report(run: Run, here: Stage, smtp: SmtpRig, chats: range, kills: int) -> None:
    found = await numbers(here)
    run.exactly("d1 tickets", len(found), len(chats))
    run.exactly("d1 numbers missing or twice", gaps(found), 0)
    names = Counter(str(mail["Message-ID"]) for mail in mails_to(smtp))
    bodies = [raw.decode() for raw in smtp.taken]
    heads = Counter(str(mail["Subject"]) for mail in mails_to(smtp))
    told = sum(any(f"tail {chat}." in body for body in bodies) for chat in chats)
    run.exactly("d1 tickets of which the desk was never told", len(chats) - len(heads), 0)
    run.exactly("d1 details lost on the way to the desk", len(chats) - told, 0)
    lost = twice = 0
    for chat in chats:
        copies = len(said_to(here.api, chat, f"Réponse {chat}."))
        lost, twice = lost + (copies == 0), twice + max(0, copies - 1)
    run.exactly("d1 answers by mail lost on the way to the asker", lost, 0)
    run.at_most("d1 answers said twice, one a kill", twice, kills)
    run.at_most("d1 mails sent twice under one Message-ID", sum(names.values()) - len(names), kills)


async def forgetting(run: Run, here: Stage, smtp: SmtpRig, chats: range) -> None:
    """Some send /oublier while the service is killed; each mailbox is asked once."""
    sent = len(smtp.taken)
    reaper = asyncio.create_task(kill_often(here, 3, 8.0, run.dice))
    for chat in chats:
        press(here.api, chat, choices.FORGET)
        await asyncio.sleep(8.0 / len(chats))
    await reaper
    await seen(lambda: len(requests(smtp, sent)) >= len(chats))
    await emptied(here)
    asked = requests(smtp, sent)
    erased = await here.database.rows("SELECT count(*) FROM tickets WHERE state = 'erased'")
    run.exactly("d25 tickets erased", erased[0][0], len(chats))
    run.exactly("d25 mailboxes asked to delete them", len(asked), len(chats))
    run.at_most("d25 requests sent twice, one a kill", sum(asked.values()) - len(asked), 3)
    left = await here.database.rows("SELECT count(*) FROM ticket_boxes WHERE state = 'erasing'")
    run.exactly("d25 mailboxes still to be asked", left[0][0], 0)


def requests(smtp: SmtpRig, start: int) -> Counter[str]:
    """The requests by their Message-ID."""
    asked = [m for m in mails_of(smtp, start) if "Effacement demandé" in str(m["Subject"])]
    return Counter(str(mail["Message-ID"]) for mail in asked)


if __name__ == "__main__":
    play(main, __doc__)
