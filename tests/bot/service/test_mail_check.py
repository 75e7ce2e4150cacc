from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.cli.mail import build_mail_app
from bot.ops.settings import Settings
from bot.service.mail_check import check_mail
from tests.fakes.mail_servers import imap_server, smtp_server
from tests.fakes.mails import AUTHSERV, SENDER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.mail_servers import ImapRig, SmtpRig


def settings(smtp: SmtpRig, imap: ImapRig, folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        pseudonym_key="0123456789abcdef",
        mail_desks=("*",),
        mail_from=SENDER,
        mail_authserv_id=AUTHSERV,
        smtp_url=smtp.url,
        imap_url=imap.url,
    )


@pytest.mark.asyncio
async def test_a_mail_to_ourselves_goes_round(tmp_path: Path) -> None:
    async with smtp_server() as smtp, imap_server() as imap:
        smtp.deliver_to = imap
        findings, waiting = await check_mail(settings(smtp, imap, tmp_path))
        assert [finding.state for finding in findings] == ["ok", "ok", "ok"]
        assert waiting == []
        smtp.deliver_to = None
        findings, _ = await check_mail(settings(smtp, imap, tmp_path), seconds=0.1)
        assert "MAIL_REPLY_TO" in findings[-1].todo


def test_where_no_desk_has_a_mailbox_there_is_nothing_to_check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(build_mail_app(), ["check"])
    assert (found.exit_code, "no desk is served by mail" in found.stdout) == (0, True)
