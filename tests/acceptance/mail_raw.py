"""A whole exchange by mail, from a ticket to its erasure, printed as the raw mails of the servers.

``python -m tests.acceptance.mail_raw``
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.harness import Run, play
from tests.acceptance.mail_stage import exchange_of, mails_to, send_all
from tests.fakes.mail_clients import gmail
from tests.fakes.mail_service import ASKER
from tests.fakes.mails import authentic

if TYPE_CHECKING:
    from tests.fakes.mail_service import Exchange


async def main(run: Run) -> None:
    async with exchange_of(run) as made:
        await show_all(run, made)


async def show_all(run: Run, made: Exchange) -> None:
    ticket = await made.desk.open()
    await made.desk.leave(ticket)
    await send_all(made)
    show("to the desk: the ticket", made.smtp.taken[-1])
    answer = authentic(gmail("Passez demain, il est prêt.", mails_to(made.smtp)[-1]))
    await receive(made, "from the desk: its answer", answer)
    show("to the asker, besides the chat", made.smtp.taken[-1])
    asked = gmail("Et le frein ?", mails_to(made.smtp, ASKER)[-1])
    asked.replace_header("From", f"Claire <{ASKER}>")
    await receive(made, "from the asker: a question", authentic(asked, "cabinet.example"))
    show("to the desk: the question", made.smtp.taken[-1])
    closing = authentic(gmail("Clore\nLui aussi.", mails_to(made.smtp)[-1]))
    await receive(made, "from the desk: the last word, and the end", closing)
    run.exactly("what the desk has said", len(await made.desk.said(ticket)), 2)
    run.exactly("what the asker has said", len(await made.desk.asked(ticket)), 2)
    run.exactly("the ticket", (await made.desk.state(ticket))[0], "closed")
    await made.desk.erase("42")
    await made.mail.eraser.ask_all()
    await send_all(made)
    show("to the desk: /oublier", made.smtp.taken[-1])


async def receive(made: Exchange, title: str, raw: bytes) -> None:
    """Have a mail delivered into the mailbox, and do what it leads to."""
    show(title, raw)
    await made.imap.put(raw)
    await made.mail.fetcher.fetch_all()
    await send_all(made)


def show(title: str, raw: bytes) -> None:
    print(f"\n=== {title}\n{raw.decode()}")


if __name__ == "__main__":
    play(main, __doc__)
