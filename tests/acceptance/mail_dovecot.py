"""The mailbox read from Dovecot, as a second opinion beside the server of the tests.

``python -m tests.acceptance.mail_dovecot [--seed N]`` needs Debian's ``dovecot-imapd``; without it
the script says so and exits 2. Dovecot runs in a folder of its own, on a free port of this machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import grp
import os
import pwd
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.channels.mail.fetching import ImapLine
from bot.channels.mail.servers import explain_trouble, server_of
from tests.acceptance.harness import Run, play
from tests.acceptance.mail_exchange import KILLS, fetch_and_die
from tests.fakes.mail_clients import CLIENTS, gmail
from tests.fakes.mail_servers import PASSWORD, ImapRig
from tests.fakes.mail_service import exchanging
from tests.fakes.mails import authentic
from tests.fakes.service_process import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.channels.mail.fetching import Fetched
    from tests.fakes.mail_service import Exchange

MISSING = "Dovecot is not installed: apt-get install dovecot-imapd"
NOBODY, MAILS, PATIENCE = "nobody", 60, 30.0
CONFIG = """
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
"""


async def main(run: Run) -> None:
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        print(MISSING, file=sys.stderr)
        sys.exit(2)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with dovecot(program, folder / "box") as (rig, mail):
            async with exchanging(folder, rig) as made:
                await kills(run, made, mail)
                await idle(run, made)
            wrong(run, rig)


@contextlib.asynccontextmanager
async def dovecot(program: str, folder: Path) -> AsyncIterator[tuple[ImapRig, Path]]:
    """The server while the block runs, and the folder of the mailbox. It must not be root's."""
    user = NOBODY if os.getuid() == 0 else getpass.getuser()
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    folder.parent.chmod(0o755)
    for place in (folder, folder / "mail", folder / "home", folder / "run"):
        place.mkdir()
        shutil.chown(place, user, group)
    port, config = free_port(), folder / "dovecot.conf"
    words = {"folder": folder, "user": user, "group": group, "port": port, "password": PASSWORD}
    config.write_text(CONFIG.format(**words), encoding="utf-8")
    server = await asyncio.create_subprocess_exec(program, "-F", "-c", str(config))
    try:
        await listening(port, folder / "dovecot.log")
        yield ImapRig(port), folder / "mail"
    finally:
        server.terminate()
        await server.wait()


async def listening(port: int, log: Path) -> None:
    """Wait until it takes connections."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
    raise RuntimeError(log.read_text())


async def kills(run: Run, made: Exchange, mail: Path) -> None:
    """Answers are fetched through kills; then the server numbers all of them anew."""
    ticket = await made.desk.open()
    tickets = [ticket, *[await made.desk.open(chat=f"d {n}") for n in range(MAILS // 5 - 1)]]
    mails = []
    for number in range(MAILS):
        head = made.desk.mail(tickets[number % len(tickets)])
        mails.append(authentic(run.dice.choice(CLIENTS)(f"Réponse {number}.", head)))
    await made.imap.put(*mails)
    for kill in range(KILLS):
        await fetch_and_die(made, run.dice.randrange(1, 10), before_commit=bool(kill % 2))
    await made.mail.fetcher.fetch_all()
    run.exactly(f"d20 Dovecot: messages of {MAILS} mails, {KILLS} kills", await count(made), MAILS)
    run.exactly("d20 Dovecot: mails left unread", await made.imap.count_unread(), 0)
    before = await made.mail.book.hold()
    made.mail.fetcher._line.close()
    for numbers in mail.glob("dovecot*"):
        numbers.unlink()
    again = await made.mail.fetcher.fetch_all()
    after = await made.mail.book.hold()
    assert before is not None
    assert after is not None
    renumbered = before.uidvalidity != after.uidvalidity
    run.exactly("d20 Dovecot: numbered anew, and read again", (renumbered, again), (True, MAILS))
    run.exactly("d20 Dovecot: messages afterwards", await count(made), MAILS)


async def count(made: Exchange) -> int:
    tickets = await made.desk.do(lambda r: r.tickets.list_all(limit=1000))
    return sum([len(await made.desk.said(ticket)) for ticket in tickets])


async def idle(run: Run, made: Exchange) -> None:
    """A running service hears of a new mail by IDLE, not by its next look."""
    stop, came, take = asyncio.Event(), asyncio.Event(), made.mail.fetcher._take

    async def tell(mail: Fetched) -> bool:
        done = await take(mail)
        came.set()
        return done

    ticket = await made.desk.open(chat="idle")
    made.mail.fetcher._take = tell
    serving = asyncio.create_task(made.mail.run(stop))
    await asyncio.sleep(3.0)
    begun = asyncio.get_running_loop().time()
    await made.imap.put(authentic(gmail("Par IDLE.", made.desk.mail(ticket))))
    async with asyncio.timeout(PATIENCE):
        await came.wait()
    run.at_most("Dovecot: heard of by IDLE", asyncio.get_running_loop().time() - begun, 8.0, " s")
    stop.set()
    await serving
    run.exactly("Dovecot: relayed", await made.desk.said(ticket), ["Par IDLE."])


def wrong(run: Run, rig: ImapRig) -> None:
    """A refused password is named as one."""
    line = ImapLine(server_of(rig.url.replace(PASSWORD, "wrong")))
    said = ""
    try:
        line.check()
    except Exception as error:  # noqa: BLE001 - whatever it fails with is named
        said = explain_trouble(error)
    run.exactly("Dovecot: a wrong password is said to be", said, "password refused")


if __name__ == "__main__":
    play(main, __doc__)
