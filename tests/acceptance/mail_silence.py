"""A quarter of an hour without a mailbox: who is told, and what stays green.

``python -m tests.acceptance.mail_silence``: two services on one database watch a mailbox whose
server refuses the password; the time passes by moving the moment of the first failure.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr
from sqlalchemy import func, select

from bot.ops.health import Health
from bot.ops.metrics import Metrics
from bot.ops.settings import Settings
from bot.service.mail_wiring import (
    LOOK_SECONDS,
    SILENT_SECONDS,
    build_mail,
    mail_probe,
    mail_servers,
    serve_mail,
)
from bot.store.deliveries import Deliveries
from bot.store.tables import outbox
from tests.acceptance.harness import Run, play, waited
from tests.fakes.mail_servers import PASSWORD, imap_server, smtp_server
from tests.fakes.mails import AUTHSERV, SENDER
from tests.fakes.open_store import found, open_store
from tests.fakes.ticket_service import staffed_base
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from bot.store.store import Store

ADMINS, PATIENCE = (7, 8), 60.0


async def main(run: Run) -> None:
    async with smtp_server() as smtp, imap_server() as imap:
        settings = Settings(
            telegram_bot_token=SecretStr("1:abc"),
            admin_ids=ADMINS,
            mail_desks=("*",),
            mail_from=SENDER,
            mail_authserv_id=AUTHSERV,
            smtp_url=SecretStr(smtp.url),
            imap_url=SecretStr(imap.url.replace(PASSWORD, "wrong")),
        )
        with tempfile.TemporaryDirectory() as name:
            await watch(run, settings, Path(name) / "a.db")


async def watch(run: Run, settings: Settings, file: Path) -> None:
    stop, figures = asyncio.Event(), (Metrics(), Metrics())
    async with await open_store(file) as one, await open_store(file) as two:
        mails = []
        for store, metrics in zip((one, two), figures, strict=True):
            sent = Deliveries(store, {"telegram": "telegram:1"})
            mail = build_mail(settings, store, sent, metrics, staffed_base)
            assert mail is not None
            mails.append(mail)
        serving = [
            asyncio.create_task(serve_mail(mail, settings, store, metrics, stop))
            for mail, store, metrics in zip(mails, (one, two), figures, strict=True)
        ]
        await waited(lambda: bool(mails[0].fetcher.standing.trouble), PATIENCE)
        run.exactly("notices in the first quarter of an hour", await notices(one), 0)
        for mail in mails:
            mail.fetcher.standing.note_trouble("password refused")
            mail.fetcher.standing._since -= SILENT_SECONDS
        await asyncio.sleep(LOOK_SECONDS + 5)
        run.exactly("notices, one an admin, of two processes", await notices(one), len(ADMINS))
        text = figures[0].render()[0].decode()
        silent = next(x for x in text.splitlines() if x.startswith("aiguilleur_mail_silent"))
        gauge = float(silent.split()[1])
        run.check("the gauge", f"{gauge:.0f} s", ">= 900 s", met=gauge >= SILENT_SECONDS)
        await pages(run, Health({"mailbox": mail_probe(mails[0])}))
        named = [str(finding) for finding in await mail_servers(settings)]
        run.exactly("doctor names the reason", any("password refused" in n for n in named), True)
        stop.set()
        await asyncio.gather(*serving)


async def notices(store: Store) -> int:
    """How many messages wait for admins."""
    query = select(func.count()).select_from(outbox).where(outbox.c.source == "telegram:1")
    ((number,),) = await found(store, query)
    return int(number)


async def pages(run: Run, health: Health) -> None:
    async with web_service(Parrot(), health) as web:
        web.health.ready = True
        healthy, ready = (await web.client.get("/healthz")), (await web.client.get("/readyz"))
    run.exactly("/healthz and /readyz", (healthy.status_code, ready.status_code), (200, 200))
    run.exactly("/readyz names the mailbox", "password refused" in ready.text, True)


if __name__ == "__main__":
    play(main, __doc__)
