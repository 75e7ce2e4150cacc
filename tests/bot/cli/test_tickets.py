"""Tickets and the hours of desks from the command line."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.cli.app import build_app, exit_code
from bot.service.ticket_office import TicketError
from bot.store.tables import outbox
from tests.fakes.content import write_content, write_document
from tests.fakes.open_store import found, open_store
from tests.fakes.ticket_service import ticket_service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

DESK = {
    "name": "L'atelier",
    "email": "atelier@veloville.example",
    "takes": "Les pannes.",
    "questions": ["où est l'atelier ?"],
    "hours": {"lun-jeu": "9:00-12:30, 14:00-17:30", "ven": "9:00-12:00"},
    "holidays": "metropole",
    "reply_within": "8h",
}
KEY = "k" * 40


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The commands on an installation of the test's, whose desks answer in groups."""
    kb = tmp_path / "kb"
    write_content(kb)
    write_document(kb, "desks/atelier", DESK, "Donnez le numéro du vélo.")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KB_DIR", str(kb))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PSEUDONYM_KEY", KEY)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    monkeypatch.setenv("DESK_GROUPS", "atelier:-1001234567890,*:-1009876543210")

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(build_app(), list(arguments))

    return command


async def kept(file: Path) -> list[tuple[object, ...]]:
    async with await open_store(file, KEY.encode()) as store:
        return await found(store, outbox.select())


def open_one(folder: Path) -> str:
    async def work() -> str:
        async with ticket_service(folder / "aiguilleur.db", key=KEY.encode()) as service:
            return (await service.open()).number

    return asyncio.run(work())


def test_the_hours_of_a_desk_are_said_for_any_moment(run: Run) -> None:
    said = json.loads(run("desks", "hours", "atelier", "--at", "2026-12-04T15:00", "--json").stdout)
    assert (said["open"], said["hours_known"]) == (False, True)
    assert said["opens_at"].startswith("2026-12-07T08:00")
    assert said["answers_by"].startswith("2026-12-08T09:00")
    text = run("desks", "hours", "atelier", "--at", "2026-12-04T10:00").stdout
    assert "open: yes" in text
    assert run("desks", "hours", "rien").exit_code == 2
    assert run("desks", "hours", "atelier", "--at", "bientôt").exit_code == 2


def test_a_ticket_is_listed_shown_worked_on_and_both_sides_are_told(
    run: Run, tmp_path: Path
) -> None:
    number = open_one(tmp_path)
    assert number in run("tickets", "list", "--state", "open").stdout
    assert json.loads(run("tickets", "list", "--desk", "abonnements", "--json").stdout) == []
    shown = run("tickets", "show", number)
    assert "Mon vélo ne démarre plus" in shown.stdout
    assert "opened by asker" in shown.stdout
    assert "closed" in run("tickets", "close", number).stdout
    assert json.loads(run("tickets", "reopen", number, "--json").stdout)["state"] == "held"
    assert "open at abonnements" in run("tickets", "transfer", number, "abonnements").stdout
    assert run("tickets", "resend", number).exit_code == 0
    lanes = asyncio.run(kept(tmp_path / "aiguilleur.db"))
    assert len(lanes) > 6
    shown = json.loads(run("tickets", "show", number, "--json").stdout)
    assert [event["kind"] for event in shown["events"]] == [
        "opened",
        "closed",
        "rating_asked",
        "reopened",
        "transferred",
    ]
    assert "chat" not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "2026-99999"), "no ticket 2026-99999"),
        (("transfer", "2026-00001", "rien"), "no desk rien answers here"),
        (("assign", "2026-00001", "7"), "no staff 7"),
        (("reopen", "2026-00001"), "is open"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    open_one(tmp_path)
    done = run("tickets", *arguments)
    assert isinstance(done.exception, TicketError)
    assert exit_code(done.exception) == 1
    assert said in str(done.exception)
