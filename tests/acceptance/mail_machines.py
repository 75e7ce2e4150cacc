"""What machines and clients make of mail: absences, bounces, robots face to face, quotations.

``python -m tests.acceptance.mail_machines [--seed N] [--database postgresql]``
"""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from bot.channels.mail.reading_replies import parse_mail, read_mail
from bot.channels.mail.texts import END, HOW_TO_ANSWER, MARKER
from tests.acceptance.harness import Run, play, play_parts
from tests.acceptance.mail_stage import exchange_of, mails_to, send_all
from tests.fakes.mail_clients import CLIENTS, gmail
from tests.fakes.mails import ABSENCES, authentic

CORPUS = Path(__file__).parents[1] / "bot" / "corpora" / "mail_answers.txt"
QUOTED = (MARKER, END, HOW_TO_ANSWER[:30], "a écrit :\n", "Envoyé de mon", "Obtenir Outlook")
ROUNDS = 30


async def main(run: Run) -> None:
    parts = {"machines": machines, "robots": robots, "replies": replies}
    await play_parts(run, parts)


async def machines(run: Run) -> None:
    """A bounce, absences, a list, our own mail returned: nobody is told, nobody is answered."""
    async with exchange_of(run) as made:
        ticket = await made.desk.open()
        await send_all(made)
        sent, own = len(made.smtp.taken), made.smtp.taken[0]
        head = made.desk.mail(ticket)
        mails = [marked(head, line) for line in ABSENCES]
        mails += [marked(head, "List-Id: <velo.lists.example>"), bounce(own)]
        run.dice.shuffle(mails)
        await made.imap.put(*mails, own)
        await made.mail.fetcher.fetch_all()
        await send_all(made)
        said = await made.desk.said(ticket)
        run.exactly(f"d21 of {len(mails) + 1} mails of machines relayed", len(said), 0)
        run.exactly("d21 mails sent because of them", len(made.smtp.taken) - sent, 0)
        run.exactly("d21 listed (our own mail is none)", len(await made.desk.reasons()), len(mails))


def marked(head: EmailMessage, line: str) -> bytes:
    """An answer to a mail with a header by which a machine says what it is."""
    name, _, value = line.partition(": ")
    made = gmail(f"Je suis absent ({line}).", head)
    del made[name]
    made[name] = value
    return authentic(made)


def bounce(own: bytes) -> bytes:
    """A mail of ours that came back (RFC 3464)."""
    made = EmailMessage()
    made["From"], made["To"] = "Mail Delivery System <MAILER-DAEMON@mx.example>", "bot@example.org"
    made["Subject"], made["Return-Path"] = "Undelivered Mail Returned to Sender", "<>"
    made.set_content("The mail could not be delivered.\n")
    made.add_attachment(b"Final-Recipient: rfc822; x\n", maintype="application", subtype="x-status")
    made.add_attachment(parse_mail(own))
    made.replace_header("Content-Type", "multipart/report; report-type=delivery-status")
    made.set_boundary("=_bounce_=")
    return made.as_bytes()


async def robots(run: Run) -> None:
    """Both sides answer every mail at once, by programs that do not say that they are some."""
    async with exchange_of(run) as made:
        ticket = await made.desk.open()
        await made.desk.leave(ticket)
        seen = 0
        rounds = 0
        for rounds in range(ROUNDS):  # noqa: B007 - how many it took is the figure
            await send_all(made)
            mails, seen = mails_to(made.smtp)[seen:], len(made.smtp.taken)
            answers = [answer(mail, place + seen) for place, mail in enumerate(mails)]
            if not answers:
                break
            await made.imap.put(*answers)
            await made.mail.fetcher.fetch_all()
        asked = len(await made.desk.asked(ticket)) - 1
        said = len(await made.desk.said(ticket))
        run.at_most("d21 mails of the desk's robot relayed in an hour", said, 5)
        run.at_most("d21 mails of the asker's robot relayed in an hour", asked, 5)
        run.at_most("d21 rounds until both have stopped", rounds, ROUNDS - 2)


def answer(mail: EmailMessage, number: int) -> bytes:
    """What a robot answers, to the desk's mail or to the asker's."""
    made = gmail(f"Votre message {number} a bien été reçu.", mail)
    to = str(mail["To"])
    made.replace_header("From", to)
    return authentic(made, to.partition("@")[2])


async def replies(run: Run) -> None:
    """Forty answers in forms of fourteen clients, each in another one with every seed."""
    texts = [text.strip() for text in CORPUS.read_text(encoding="utf-8").split("\n%%\n")]
    async with exchange_of(run) as made:
        whole = quoting = lost = 0
        for place, text in enumerate(texts):
            ticket = await made.desk.open(chat=f"replies {place}")
            client = CLIENTS[(place + run.seed) % len(CLIENTS)]
            raw = authentic(client(text, made.desk.mail(ticket)))
            await made.desk.receive(raw)
            said = "\n".join(await made.desk.said(ticket))
            whole += shrunk(read_mail(raw).text) == shrunk(text)
            lost += not set(shrunk(text)) <= set(shrunk(said))
            quoting += any(part in said for part in QUOTED)
        run.exactly(f"d23 of {len(texts)} answers, {len(CLIENTS)} clients: whole", whole, 40)
        run.at_most("d23 with quoted text relayed", quoting, 1)
        run.exactly("d23 with something lost", lost, 0)


def shrunk(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


if __name__ == "__main__":
    play(main, __doc__)
