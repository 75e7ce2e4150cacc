"""A desk that answers by mail: shown whole as raw mails, then disturbed, then forged.

``python -m tests.acceptance.mail_exchange [--seed N]`` plays the outbox, the mailbox and the work
on tickets against SMTP and IMAP servers of this machine. The third part cuts the work off at a
chosen moment, as a kill does: before what was fetched is committed, or before it is marked as read.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.channels.mail.reading_replies import parse_mail
from tests.fakes.mail_clients import CLIENTS, gmail
from tests.fakes.mail_service import exchanging
from tests.fakes.mails import AUTHSERV, authentic

if TYPE_CHECKING:
    from bot.channels.mail.fetching import Fetched
    from tests.fakes.mail_service import Exchange

MAILS, KILLS, TICKETS = 200, 5, 50


class KilledError(Exception):
    """The work ends here, as if the process had been killed."""


async def show_exchange(run: Exchange) -> None:
    """One ticket from its opening to its end, as the servers saw it."""
    ticket = await run.desk.open()
    await run.send()
    print("--- to the desk\n" + run.smtp.taken[0].decode())
    answer = authentic(gmail("Clore\nPassez demain, il est prêt.", parse_mail(run.smtp.taken[0])))
    print("--- from the desk\n" + answer.decode())
    await run.imap.put(answer)
    await run.mail.fetcher.fetch_all()
    await run.desk.hurry()
    await run.send()
    print("--- to the desk\n" + run.smtp.taken[-1].decode())
    print("--- to the asker\n" + "\n".join(await run.desk.said(ticket)))
    assert await run.desk.said(ticket) == ["Passez demain, il est prêt."]
    assert await run.desk.state(ticket) == ("closed", "atelier")


async def disturb_sending(run: Exchange) -> str:
    """451, a cut after the text was taken, 550: nothing lost, a resend is the same mail."""
    run.smtp.taken.clear()
    for chat, faults in enumerate((["451 later"], ["cut"], ["550 no"])):
        await run.desk.open(chat=f"sending {chat}")
        run.smtp.faults = faults
        for _ in range(2):
            await run.desk.hurry()
            await run.send()
    names = [str(parse_mail(raw)["Message-ID"]) for raw in run.smtp.taken]
    refused = [why for why in await run.desk.reasons() if why.startswith("not delivered")]
    assert (len(names), len(set(names)), len(refused)) == (3, 2, 1)
    return "451 and a cut delivered, 550 told to admins, one resend under the same Message-ID"


async def disturb_fetching(run: Exchange, dice: random.Random) -> str:
    """Many answers, kills before the commit and before the mark, and numbers that begin anew."""
    tickets = [await run.desk.open(chat=f"fetching {n}") for n in range(TICKETS)]
    texts: dict[int, list[str]] = {ticket.id: [] for ticket in tickets}
    mails = []
    for number in range(MAILS):
        ticket = tickets[number % TICKETS]
        texts[ticket.id].append(f"Réponse {number}.")
        reply = dice.choice(CLIENTS)(texts[ticket.id][-1], run.desk.mail(ticket))
        if number % 10 == 0:
            del reply["Message-ID"]
        mails.append(authentic(reply))
    await run.imap.put(*mails)
    for kill in range(KILLS):
        await fetch_and_die(run, dice.randrange(1, 15), before_commit=bool(kill % 2))
    await run.mail.fetcher.fetch_all()
    position = await run.mail.book.hold()
    assert position is not None
    anew = position._replace(uidvalidity=position.uidvalidity + 1)
    await run.desk.store.write(lambda t: run.mail.book.advance(t, anew))
    await run.mail.fetcher.fetch_all()
    for ticket in tickets:
        assert await run.desk.said(ticket) == texts[ticket.id]
    return f"{MAILS} mails, {KILLS} kills, one new UIDVALIDITY: {MAILS} messages, each once, whole"


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


async def forge(run: Exchange) -> str:
    """Whoever is not the desk reaches nobody, and all of it is listed."""
    ticket, other = await run.desk.open(chat="forged 1"), await run.desk.open(chat="forged 2")
    before = len(await run.desk.reasons())
    plain = gmail("Payez ici : sender.", run.desk.mail(ticket))
    token = gmail("Payez ici : token.", run.desk.mail(ticket))
    alone = gmail("Payez ici : number.", run.desk.mail(ticket))
    others = gmail("Payez ici : other.", run.desk.mail(other))
    injected = gmail("Payez ici : injected.", run.desk.mail(ticket))
    for mail in (token, alone):
        del mail["In-Reply-To"], mail["References"]
    token.replace_header("To", str(token["To"]).replace(f"+t{ticket.id}.", f"+t{other.id}."))
    alone.replace_header("To", "bot@example.org")
    others.replace_header("Subject", f"RE: [{ticket.number}]")
    failed = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=atelier.example\r\n"
    mails = (
        *(plain.as_bytes(), authentic(token), authentic(alone), authentic(others)),
        failed.encode() + authentic(injected),
    )
    await run.imap.put(*mails)
    await run.mail.fetcher.fetch_all()
    assert await run.desk.said(ticket) == await run.desk.said(other) == []
    listed = len(await run.desk.reasons()) - before
    assert listed == len(mails)
    return f"{len(mails)} forgeries: 0 relayed, {listed} listed"


async def main(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with exchanging(Path(folder)) as run:
            await show_exchange(run)
            print("sending:", await disturb_sending(run))
            print("fetching:", await disturb_fetching(run, random.Random(seed)))
            print("forging:", await forge(run))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    asyncio.run(main(parser.parse_args().seed))
