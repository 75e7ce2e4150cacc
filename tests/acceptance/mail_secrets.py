"""No password, no signed address and nobody's address in what a service with mail writes at DEBUG.

``python -m tests.acceptance.mail_secrets [--database postgresql]``: tickets go out by mail, answers
come in, one server refuses and one password is wrong; then logs, figures, health, ``doctor``,
``mail check`` and the files of the database are searched. A desk's own address is public; those of
people are not, nor are the tokens by which a mail is believed.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from tests.acceptance.harness import Run, play, play_parts
from tests.acceptance.mail_stage import mail_stage, mails_to
from tests.acceptance.ticket_stage import button, desks_of, emptied, open_ticket, press, seen
from tests.fakes.command import Aiguilleur
from tests.fakes.mail_clients import gmail
from tests.fakes.mail_servers import PASSWORD
from tests.fakes.mails import authentic

if TYPE_CHECKING:
    from tests.acceptance.harness import Stage
    from tests.fakes.mail_servers import ImapRig, SmtpRig

ASKER, WRONG = "claire.dupont@cabinet.example", "quite-wrong-and-very-secret"
CHATS = range(1000, 1006)
_TOKEN = re.compile(r"([+<][at]|desabonner\?d=)(\d+\.){1,2}[0-9a-f]{20}")


async def main(run: Run) -> None:
    await play_parts(run, {"exchange": exchange, "wrong": wrong_password})


async def exchange(run: Run) -> None:
    async with mail_stage(run, LOG_LEVEL="DEBUG") as (here, smtp, imap):
        await here.service.start()
        smtp.faults = ["451 4.7.1 later", "cut"]
        for chat in CHATS:
            await open_ticket(here, chat, desks_of(run, 1)[0], f"Question {chat}")
            await leave_address(here, chat)
        await seen(lambda: len({m["Subject"] for m in mails_to(smtp)}) >= len(CHATS))
        await answer_all(smtp, imap)
        came = await seen(lambda: mails_to(smtp, ASKER))
        run.exactly("the asker was written to", came, True)
        await emptied(here)
        shown = await shown_by(here, "mail", "check")
        await here.service.stop()
        tokens = sorted({found[0] for raw in smtp.taken for found in _TOKEN.finditer(raw.decode())})
        search(run, here, shown, {"the mailbox's password": [PASSWORD], "tokens": tokens})
        files = b"".join(p.read_bytes() for p in here.service.data.glob("aiguilleur.db*"))
        look(run, "the asker's address", [ASKER], {**shown, "files": files.decode("latin-1")})


async def leave_address(here: Stage, chat: int) -> None:
    """Press the button under the ticket, and write the address."""
    press(here.api, chat, button(here.api, chat, "t:mail"))
    await seen(lambda: any("adresse e-mail" in s.text for s in here.api.chats.of(chat)))
    here.api.user_says(chat, ASKER)
    await seen(lambda: any(ASKER in s.text for s in here.api.chats.of(chat)))


async def answer_all(smtp: SmtpRig, imap: ImapRig) -> None:
    """The desk answers once by each mail; then somebody forges one."""
    answers = []
    for mail in mails_to(smtp):
        made = gmail("Passez demain.", mail)
        made.replace_header("From", str(mail["To"]))
        answers += [authentic(made, str(mail["To"]).rpartition("@")[2]), made.as_bytes()]
    await imap.put(*answers)


async def wrong_password(run: Run) -> None:
    """The servers refuse the password, which is a part of no message about it."""
    async with mail_stage(run, LOG_LEVEL="DEBUG") as (here, smtp, imap):
        address = imap.url.replace(PASSWORD, WRONG)
        user = smtp.url.replace("//", f"//somebody:{WRONG}@")
        here.service.settings |= {"IMAP_URL": address, "SMTP_URL": user}
        await here.service.start()
        await open_ticket(here, CHATS[0], desks_of(run, 1)[0], "Question")
        refused = await seen(lambda: "The mailbox cannot be read" in here.service.logged())
        run.exactly("the refusal is logged", refused, True)
        shown = await shown_by(here, "doctor")
        ready = await here.service.get("/readyz")
        healthy = await here.service.get("/healthz")
        run.exactly("/healthz with a wrong password", healthy.status, 200)
        run.exactly("/readyz with a wrong password", ready.status, 200)
        await here.service.stop()
        search(run, here, shown, {"a wrong password": [WRONG]})


async def shown_by(here: Stage, *command: str) -> dict[str, str]:
    """What a command, the pages for operators and the figures show."""
    typed = Aiguilleur(here.folder, here.run.kb, here.service.data)
    done = await asyncio.to_thread(typed, *command, **here.service.environment())
    found = {" ".join(command): done.stdout + done.stderr, "/metrics": await here.service.metrics()}
    for path in ("/healthz", "/readyz", "/suivi"):
        found[path] = (await here.service.get(path)).body.decode(errors="replace")
    return found


def search(run: Run, here: Stage, shown: dict[str, str], secrets: dict[str, list[str]]) -> None:
    everywhere = {**shown, "the log": here.service.logged()}
    for name, values in secrets.items():
        look(run, name, values, everywhere)


def look(run: Run, name: str, values: list[str], places: dict[str, str]) -> None:
    run.check(f"{name}: looked for", len(values), ">= 1", met=bool(values))
    held = [place for place, text in places.items() if any(value in text for value in values)]
    run.exactly(f"{name}: found in", ", ".join(held) or "nothing", "nothing")


if __name__ == "__main__":
    play(main, __doc__)
