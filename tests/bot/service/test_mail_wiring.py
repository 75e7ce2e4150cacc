from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.ops.metrics import Metrics
from bot.ops.settings import Settings
from bot.service.mail_wiring import (
    SILENT_SECONDS,
    build_mail,
    mail_probe,
    mail_servers,
    note_recovery,
    tell_admins,
)
from bot.store.deliveries import Deliveries
from bot.store.tables import outbox
from tests.fakes.mail_servers import imap_server, smtp_server
from tests.fakes.mails import AUTHSERV, SENDER
from tests.fakes.open_store import found, open_store
from tests.fakes.ticket_service import staffed_base

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio


def settings(smtp: str = "smtp://127.0.0.1:1", imap: str = "imap://u:p@127.0.0.1:1") -> Settings:
    return Settings(
        telegram_bot_token="1:abc",
        admin_ids=(7, 8),
        mail_desks=("*",),
        mail_from=SENDER,
        mail_authserv_id=AUTHSERV,
        smtp_url=smtp,
        imap_url=imap,
    )


async def test_no_mailbox_is_served_where_no_desk_has_one(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "a.db") as store:
        assert build_mail(Settings(), store, Deliveries(store, {}), Metrics(), staffed_base) is None


async def test_a_mailbox_that_stays_silent_is_a_warning_and_told_to_each_admin_once(
    tmp_path: Path,
) -> None:
    async with await open_store(tmp_path / "a.db") as store:
        deliveries = Deliveries(store, {"telegram": "telegram:1"})
        mail = build_mail(settings(), store, deliveries, Metrics(), staffed_base)
        assert mail is not None
        assert str(await mail_probe(mail)()) == "ok   mailbox: it works"
        mail.fetcher.standing.note_trouble("password refused")
        assert str(await mail_probe(mail)()) == "ok   mailbox: receiving: password refused"
        mail.fetcher.standing._since -= SILENT_SECONDS + 1
        finding = await mail_probe(mail)()
        assert (finding.state, finding.ok) == ("warn", True)
        assert "15 min (receiving: password refused)" in finding.detail
        for _ in range(2):  # as another process, or this one started anew, would
            assert await tell_admins(mail, settings(), store)
            assert len(await found(store, select(outbox.c.id))) == 2
        assert await note_recovery(store)
        assert await tell_admins(mail, settings(), store)
        assert len(await found(store, select(outbox.c.id))) == 4
        mail.fetcher.close()


async def test_doctor_looks_at_both_servers_and_names_what_is_wrong() -> None:
    async with smtp_server() as smtp, imap_server() as imap:
        told = await mail_servers(settings(smtp.url, imap.url))
        assert [finding.state for finding in told] == ["ok", "ok"]
    told = await mail_servers(settings())
    assert [(finding.state, finding.todo) for finding in told] == [
        ("FAIL", "look at SMTP_URL"),
        ("FAIL", "look at IMAP_URL"),
    ]
    assert await mail_servers(Settings()) == []
