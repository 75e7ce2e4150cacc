"""The doctor finds what is broken, whatever else is broken, and shows no secret."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from bot.channels.telegram.diagnose import Wanted, diagnose
from bot.ops.findings import Finding
from bot.ops.setting_types import Listen
from bot.ops.settings import Settings
from bot.service.doctor import checks, doctor
from bot.service.doctor.checks import database, web_address, webhook_address
from bot.service.doctor.doctor import Report, render_report
from bot.service.doctor.file_checks import content_folder, disk, file_modes
from bot.store.boxes.inbox import Arrival
from bot.store.database.migrate import upgrade
from bot.store.tables import inbox
from tests.fakes.open_store import open_store
from tests.fakes.tiny_http import Answer, TinyHttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from bot.store.database.database import Database
    from tests.fakes.command import Aiguilleur

TOKEN = "4242:fake-and-made-up-for-tests"
HALF = TOKEN.partition(":")[2]
URL = "https://bot.example.org/telegram"
POLLING, WEBHOOK = Wanted("polling", ""), Wanted("webhook", URL)
ME = {"id": 4242, "is_bot": True, "first_name": "Aiguilleur", "username": "aiguilleur_bot"}


class Dated(TinyHttp):
    """A Bot API server of few words, whose clock may be wrong."""

    def __init__(self, webhook: dict[str, Any] | None = None) -> None:
        super().__init__(self._say)
        self.webhook = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
        self.webhook |= webhook or {}
        self.status = 200
        self.calls: list[str] = []

    async def _say(self, path: str, _form: dict[str, str]) -> Answer | None:
        method = path.rpartition("/")[2]
        self.calls.append(method)
        if self.status != 200:
            said = {"ok": False, "error_code": self.status, "description": "Unauthorized"}
            return Answer(self.status, json.dumps(said).encode())
        result = {"getMe": ME, "getWebhookInfo": self.webhook}[method]
        return Answer(200, json.dumps({"ok": True, "result": result}).encode(), self.kind())

    def kind(self) -> str:
        return "application/json"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"


class WrongClock(Dated):
    """The same, with a date."""

    def __init__(self, ahead: timedelta) -> None:
        super().__init__()
        self.ahead = ahead

    def kind(self) -> str:
        now = format_datetime(datetime.now(UTC) + self.ahead, usegmt=True)
        return f"application/json\r\nDate: {now}"


async def asked(server: Dated, wanted: Wanted = POLLING) -> dict[str, Finding]:
    async with server:
        found = await diagnose(TOKEN, server.base_url, wanted)
    assert HALF not in repr(found)
    return {check.name: check for check in found}


@pytest.mark.asyncio
async def test_a_token_that_is_known_is_in_order_and_nothing_is_changed_there() -> None:
    server = Dated()
    found = await asked(server)
    assert [found[name].state for name in ("token", "webhook")] == ["ok", "ok"]
    assert "@aiguilleur_bot" in found["token"].detail
    assert set(server.calls) == {"getMe", "getWebhookInfo"}


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_that_is_refused_says_whom_to_ask(status: int) -> None:
    server = Dated()
    server.status = status
    found = await asked(server)
    assert found["token"].state == "FAIL"
    assert "BotFather" in found["token"].todo


@pytest.mark.asyncio
async def test_a_server_that_is_away_is_named() -> None:
    server = Dated()
    await server.start()
    await server.close()
    found = await diagnose(TOKEN, server.base_url, POLLING)
    assert [check.state for check in found] == ["FAIL"]
    assert server.base_url in found[0].detail
    assert HALF not in repr(found)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("info", "wanted", "state", "part"),
    [
        ({"url": URL}, POLLING, "warn", "TELEGRAM_MODE is polling"),
        ({"url": URL}, WEBHOOK, "ok", "0 updates waiting"),
        ({"url": ""}, WEBHOOK, "FAIL", "no address"),
        ({"url": "https://else.example.org/"}, WEBHOOK, "FAIL", "else.example.org"),
        ({"url": URL, "pending_update_count": 500}, WEBHOOK, "warn", "500 updates waiting"),
        (
            {"url": URL, "last_error_message": "Wrong response: 403", "last_error_date": 1},
            WEBHOOK,
            "warn",
            "1970-01-01 00:00 UTC: Wrong response: 403",
        ),
    ],
)
async def test_the_webhook_is_as_wanted_or_not(
    info: dict[str, Any], wanted: Wanted, state: str, part: str
) -> None:
    check = (await asked(Dated(info), wanted))["webhook"]
    assert check.state == state
    assert part in check.detail


@pytest.mark.asyncio
@pytest.mark.parametrize(("minutes", "state"), [(0, "ok"), (5, "warn"), (-5, "warn")])
async def test_a_clock_that_is_wrong_is_noticed(minutes: int, state: str) -> None:
    found = await asked(WrongClock(timedelta(minutes=minutes)))
    assert found["clock"].state == state


def settings(folder: Path, **more: object) -> Settings:
    return Settings(data_dir=folder, **more)  # type: ignore[arg-type]


async def states(folder: Path, **more: object) -> dict[str, Finding]:
    return {check.name: check for check in await database(settings(folder, **more))}


@pytest.mark.asyncio
async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    found = await states(tmp_path)
    assert found["database"].state == "warn"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.asyncio
async def test_a_database_in_order_is_told_with_its_size_and_its_queues(
    any_database: Database, tmp_path: Path
) -> None:
    async with await open_store(any_database) as store:
        box = store.inbox("telegram:1")
        await box.put([Arrival(n, "chat", {"n": n}) for n in (1, 2)])
        ((held, _),) = await box.claim(1)
        await box.quarantine(held, "it cannot be read")
        await store.write(
            lambda c: c.execute(update(inbox).values(at=datetime.now(UTC) - timedelta(hours=2)))
        )
    found = await states_of(any_database, tmp_path)
    assert found["database"].state == "ok"
    assert "MB, 0 turns" in found["database"].detail
    assert found["inbox"].state == "warn"
    assert "1 update to answer" in found["inbox"].detail
    assert found["quarantine"].state == "warn"
    assert "1 update set aside: 1 (" in found["quarantine"].detail
    assert " UTC: it cannot be read)" in found["quarantine"].detail


@pytest.mark.asyncio
async def test_of_many_updates_set_aside_the_newest_are_named_without_their_words(
    tmp_path: Path, any_database: Database
) -> None:
    async with await open_store(any_database) as store:
        box = store.inbox("telegram:1")
        await box.put([Arrival(n, f"chat{n}", {"text": "zorglub"}) for n in range(101, 113)])
        for (held,) in await box.claim(20):
            await box.quarantine(held, f"reason of {held.update_id}")
    detail = (await states_of(any_database, tmp_path))["quarantine"].detail
    assert detail.startswith("12 updates set aside, newest first: 112 (")
    assert detail.count("reason of") == 10
    assert "reason of 103" in detail
    assert "reason of 102" not in detail
    assert "zorglub" not in detail
    assert "chat1" not in detail


async def states_of(given: Database, folder: Path) -> dict[str, Finding]:
    if given.path is not None:
        return await states(given.path.parent)
    url = given._url.render_as_string(hide_password=False)  # type: ignore[attr-defined]
    return await states(folder, database_url=url.replace("+asyncpg", ""))


@pytest.mark.asyncio
async def test_another_key_than_that_of_the_database_is_found(tmp_path: Path) -> None:
    file = tmp_path / "aiguilleur.db"
    async with await open_store(file, b"sixteen characters"):
        pass
    for key, state in (
        ("sixteen characters", "ok"),
        ("another sixteen or so", "FAIL"),
        ("", "FAIL"),
    ):
        assert (await states(tmp_path, pseudonym_key=key))["key"].state == state
    assert not (tmp_path / "pseudonym.key").exists()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "ok"),
        ({"web_embed_origins": ("https://www.example.org",)}, "warn"),
        ({"web_embed_origins": ("https://a.org",), "web_hosts": ("chat.a.org",)}, "ok"),
        ({"web_proxies": ("10.88.0.1",)}, "ok"),
    ],
)
async def test_metrics_that_a_proxy_would_show_are_found(
    tmp_path: Path, given: dict[str, Any], state: str
) -> None:
    (check,) = await checks.metrics(settings(tmp_path, **given))
    assert check.state == state


def damaged(path: Path) -> None:
    upgrade(path)
    path.write_bytes(path.read_bytes()[:5000] + b"\0" * 9000)


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")


def newer(path: Path) -> None:
    upgrade(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def no_database(path: Path) -> None:
    path.write_text("<html>" * 500)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("break_it", "state"),
    [(damaged, "FAIL"), (foreign, "FAIL"), (no_database, "FAIL"), (newer, "FAIL")],
)
async def test_a_broken_database_is_told_and_left_as_it_is(
    tmp_path: Path, break_it: Callable[[Path], None], state: str
) -> None:
    path = tmp_path / "aiguilleur.db"
    break_it(path)
    before = path.read_bytes()
    check = (await states(tmp_path))["database"]
    assert check.state == state
    assert check.todo
    assert path.read_bytes() == before


@pytest.mark.asyncio
async def test_an_older_schema_waits_for_the_service(tmp_path: Path) -> None:
    upgrade(tmp_path / "aiguilleur.db", revision="0001")
    check = (await states(tmp_path))["database"]
    assert check.state == "warn"
    assert "schema 0001" in check.detail


@pytest.mark.asyncio
async def test_a_server_that_is_away_fails_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://bot:a-password@127.0.0.1:1/bot"
    check = (await states(tmp_path, database_url=url))["database"]
    assert check.state == "FAIL"
    assert "a-password" not in repr(check)


@contextmanager
def listening() -> Iterator[Listen]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Listen("127.0.0.1", server.getsockname()[1])


@asynccontextmanager
async def answering(status: int) -> AsyncIterator[Listen]:
    async def answer(_path: str, _form: dict[str, str]) -> Answer:
        return Answer(status, b"{}")

    async with TinyHttp(answer) as server:
        yield Listen("127.0.0.1", server.port)


@pytest.mark.asyncio
async def test_a_free_address_is_left_free() -> None:
    with listening() as listen:
        pass
    for _ in range(2):
        (check,) = await web_address(Settings(web_listen=listen))
        assert (check.state, "is free" in check.detail) == ("ok", True)


@pytest.mark.asyncio
@pytest.mark.parametrize(("status", "state"), [(200, "ok"), (503, "warn"), (404, "FAIL")])
async def test_an_address_may_be_served_by_us_already(status: int, state: str) -> None:
    async with answering(status) as listen:
        (check,) = await web_address(Settings(web_listen=listen))
    assert check.state == state


@pytest.mark.asyncio
async def test_an_address_of_a_silent_program_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_SECONDS", 0.1)
    with listening() as listen:
        (check,) = await web_address(Settings(web_listen=listen))
    assert check.state == "FAIL"
    assert "WEB_LISTEN" in check.todo


@pytest.mark.asyncio
async def test_an_address_of_another_machine_cannot_be_used() -> None:
    (check,) = await web_address(Settings(web_listen=Listen("203.0.113.9", 8080)))
    assert check.state == "FAIL"


@pytest.mark.asyncio
async def test_the_webhook_address_matters_in_webhook_mode_alone() -> None:
    async with answering(405) as listen:
        assert await webhook_address(Settings(webhook_listen=listen)) == []
        hooked = Settings(
            telegram_mode="webhook",
            webhook_url=URL,
            webhook_secret="long-enough-a-secret",  # type: ignore[arg-type]
            webhook_listen=listen,
        )
        (check,) = await webhook_address(hooked)
    assert check.state == "ok"


@pytest.mark.asyncio
async def test_a_disk_is_looked_at_even_before_its_folder_is_made(tmp_path: Path) -> None:
    (check,) = await disk(settings(tmp_path / "not" / "yet"))
    assert "GB free" in check.detail
    assert list(tmp_path.iterdir()) == []


@pytest.mark.asyncio
async def test_files_that_others_can_read_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    for file in (data / "aiguilleur.db", tmp_path / ".env"):
        file.write_text("x")
        file.chmod(0o644)
    (check,) = await file_modes(settings(data))
    assert check.state == "warn"
    assert ".env" in check.detail
    assert "aiguilleur.db" not in check.detail  # nobody gets into its folder
    data.chmod(0o755)
    (check,) = await file_modes(settings(data))
    assert "aiguilleur.db" in check.detail
    for file in (data / "aiguilleur.db", tmp_path / ".env"):
        file.chmod(0o600)
    (check,) = await file_modes(settings(data))
    assert check.state == "ok"


@pytest.mark.asyncio
async def test_a_check_that_breaks_hides_no_other_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def breaks(_: Settings) -> list[Finding]:
        raise RuntimeError(f"lost {TOKEN}\nin a line")

    async def works(_: Settings) -> list[Finding]:
        return [Finding("ok", "other", f"found {TOKEN}")]

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setattr(doctor, "EXAMINATIONS", {"broken": breaks, "other": works})
    report = await doctor.examine()
    assert [check.state for check in report.checks] == ["ok", "FAIL", "ok"]
    for as_json in (True, False):
        assert HALF not in render_report(report, as_json=as_json)


def test_a_report_is_a_line_a_check_and_what_is_wrong_comes_first() -> None:
    report = Report(
        [Finding("ok", "a", "fine"), Finding("FAIL", "b", "broken\nin two", "mend")], []
    )
    assert render_report(report, as_json=False) == "FAIL b: broken in two; mend\nok   a: fine"
    data = json.loads(render_report(report, as_json=True))
    assert data["ok"] is False
    assert data["checks"][1] == {
        "state": "FAIL",
        "name": "b",
        "detail": "broken\nin two",
        "todo": "mend",
    }


def test_the_command_finds_a_trained_service_in_order(trained: Aiguilleur, tmp_path: Path) -> None:
    here = trained.elsewhere(tmp_path)
    with listening() as listen:
        pass
    done = here("doctor", "--json", WEB_LISTEN=f"{listen.host}:{listen.port}")
    assert done.returncode == 0, done.stdout
    found = {check["name"]: check["state"] for check in json.loads(done.stdout)["checks"]}
    assert found["model"] == "ok"
    assert found["knowledge base"] in {"ok", "warn"}
    assert json.loads(done.stdout)["settings"]["WEB_LISTEN"] == f"{listen.host}:{listen.port}"


def test_the_command_works_when_everything_is_broken(trained: Aiguilleur, tmp_path: Path) -> None:
    broken = trained.elsewhere(tmp_path, tmp_path / "no-content")
    broken.data_dir = tmp_path / "data"
    broken.data_dir.mkdir()
    no_database(broken.data_dir / "aiguilleur.db")
    done = broken(
        "doctor",
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_BASE_URL="http://127.0.0.1:1/bot",
        WEB_LISTEN="203.0.113.9:80",
    )
    assert done.returncode == 1
    assert HALF not in done.stdout + done.stderr
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL ")]
    assert [line.split(":")[0].removeprefix("FAIL ") for line in failed] == [
        "knowledge base",
        "database",
        "web address",
        "token",
    ]
    assert all("; " in line for line in failed)


def test_a_server_that_is_no_bot_api_is_one_line(trained: Aiguilleur, tmp_path: Path) -> None:
    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_error(501, "no Bot API here")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/bot"
        here = trained.elsewhere(tmp_path)
        done = here("doctor", TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_BASE_URL=url)
        server.shutdown()
    assert (done.returncode, done.stderr) == (1, "")
    assert f"FAIL token: {url} gave no answer" in done.stdout


def test_the_command_says_which_setting_is_wrong(trained: Aiguilleur, tmp_path: Path) -> None:
    done = trained.elsewhere(tmp_path)("doctor", LOG_LEVEL="LOUD")
    assert done.returncode == 1
    assert done.stdout.startswith("FAIL settings: LOG_LEVEL")


@pytest.mark.asyncio
async def test_a_key_that_could_be_guessed_is_told(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "aiguilleur.db", b"short"):
        pass
    assert (await states(tmp_path, pseudonym_key="short"))["key"].state == "warn"


@pytest.mark.asyncio
async def test_a_folder_that_can_be_written_is_in_order(tmp_path: Path) -> None:
    (check,) = await content_folder(Settings(kb_dir=tmp_path))
    assert (check.state, check.todo) == ("ok", "")


@pytest.mark.parametrize("mode", ["no", "patch"])
@pytest.mark.asyncio
async def test_a_folder_that_is_not_to_be_written_need_not_be(mode: str, tmp_path: Path) -> None:
    asked = Settings(kb_dir=tmp_path / "nowhere", kb_write=mode)  # type: ignore[arg-type]
    (check,) = await content_folder(asked)
    assert (check.state, f"KB_WRITE={mode}" in check.detail) == ("ok", True)


@pytest.mark.asyncio
async def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path) -> None:
    (check,) = await content_folder(Settings(kb_dir=tmp_path / "nowhere"))
    assert check.state == "warn"
    assert "KB_WRITE=patch" in check.todo
