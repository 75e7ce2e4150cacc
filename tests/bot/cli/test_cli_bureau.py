"""The operator's commands for the bureau, as processes of their own."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING

import pytest

from bot.ops.settings import Settings
from bot.store.opening import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.command import Aiguilleur

PASSWORD = "une suite de mots pour entrer"


@pytest.fixture
def here(trained: Aiguilleur, tmp_path: Path) -> Aiguilleur:
    """An installation with an empty database of its own."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(trained.data_dir / "models")
    command = trained.elsewhere(tmp_path)
    command.data_dir = tmp_path / "data"
    asyncio.run(made(Settings(data_dir=command.data_dir)))
    return command


async def made(settings: Settings) -> None:
    """Make the database and its key, as the first start of the service does."""
    await (await open_store(settings)).aclose()


def test_an_account_is_made_listed_and_closed(here: Aiguilleur) -> None:
    assert "accounts add NAME" in here("accounts", "list").stdout
    made = here("accounts", "add", "léa", "--role", "éditeur", "--desk", "ateliers")
    assert re.search(r"^added: léa \(éditeur\)\. Open once.*/bureau/invitation/\S+$", made.stdout)
    assert here("accounts", "list").stdout == "léa  éditeur  invited  ateliers\n"
    set_ = here("accounts", "password", "léa", "--stdin", given=f"{PASSWORD}\n")
    assert set_.stdout.startswith("léa has another password")
    assert here("accounts", "list").stdout == "léa  éditeur  active  ateliers\n"
    assert here("accounts", "disable", "léa").stdout.startswith("disabled: léa")
    assert "disabled" in here("accounts", "list").stdout
    assert PASSWORD.encode() not in b"".join(
        file.read_bytes() for file in here.data_dir.iterdir() if file.is_file()
    )


@pytest.mark.parametrize(
    ("command", "given", "said"),
    [
        (("add", "léa", "--stdin"), "court\n", "12"),
        (("add", " "), "", "visible characters"),
        (("disable", "nobody"), "", "no account nobody"),
        (("password", "nobody"), "", "no account nobody"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    here: Aiguilleur, command: tuple[str, ...], given: str, said: str
) -> None:
    done = here("accounts", *command, given=given)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_promise_is_told_for_each_kind_of_direct_reply(here: Aiguilleur) -> None:
    here("chat", given="la station est pleine, que faire pour rendre mon vélo ?\n")
    done = here("promise")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["answers", "hand-overs", "declines"]
    assert all("nothing speaks against it: 0 of 0 judged" in line for line in lines)


def test_conversations_are_counted_by_entry_and_rows_exported(here: Aiguilleur) -> None:
    assert here("chat", given="un vélo en panne\n").returncode == 0
    counted = json.loads(here("report", "--by", "channel", "--json").stdout)
    # What came within the last seconds is left for the next time.
    assert counted == {"by": "channel", "rows": []}
    assert here("report", "rebuild").stdout.startswith("the episodes of 0 chats")
    turns = here("export", "turns", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["channel"] for line in turns] == ["terminal"]
    assert "vélo" not in "".join(turns)
    assert "vélo" in here("export", "turns", "--texts").stdout
    for wrong in (("export",), ("export", "turns", "--chat", "1")):
        assert here(*wrong).returncode == 2


def test_an_entry_is_lowered_by_hand_told_and_never_raised(here: Aiguilleur) -> None:
    assert "every entry answers" in here("autonomy", "list").stdout
    entry = "station-pleine"
    assert here("autonomy", "lower", entry, "--to", "propose").returncode == 0
    line = here("autonomy", "list").stdout
    assert line.startswith(f"{entry}  is offered to agents alone: 0 of 0 labels were wrong")
    for name, said in ((entry, "can only be lowered"), ("nothing", "there is no entry nothing")):
        done = here("autonomy", "lower", name)
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
