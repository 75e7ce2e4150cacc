"""The operator's commands for people's data, as processes of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.command import Aiguilleur

WORDS = "zebulon"
GROUP = "-1001234567890"
THEM = ("--channel", "terminal", "--chat", "terminal")


@pytest.fixture
def talked(trained: Aiguilleur, tmp_path: Path) -> Aiguilleur:
    """An installation with a database of its own, in which somebody has talked."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(trained.data_dir / "models")
    here = trained.elsewhere(tmp_path)
    here.data_dir = tmp_path / "data"
    assert here("chat", given=f"{WORDS} un\n{WORDS} deux\n").returncode == 0
    return here


def exported(command: Aiguilleur, *options: str) -> dict[str, object]:
    done = command("export", *options)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, object] = json.loads(done.stdout)
    return found


def bytes_of(command: Aiguilleur) -> bytes:
    return b"".join(f.read_bytes() for f in command.data_dir.iterdir() if f.is_file())


def test_a_person_is_shown_and_forgotten(talked: Aiguilleur) -> None:
    assert WORDS in json.dumps(exported(talked, *THEM))
    done = talked("forget", *THEM)
    assert done.stdout.startswith("forgotten: 2 turns"), done.stderr
    assert exported(talked, *THEM)["turns"] == []
    assert WORDS.encode() not in bytes_of(talked)
    assert "2" in talked("report").stdout  # what was decided can still be counted


def test_a_purge_takes_texts_in_time(talked: Aiguilleur) -> None:
    assert talked("purge").stdout.startswith("purged: 0 texts, 0 turns")
    assert WORDS.encode() in bytes_of(talked)
    done = talked("purge", "--now", "2999-01-01")
    assert done.stdout.startswith("purged: 2 texts, 2 turns")
    assert WORDS.encode() not in bytes_of(talked)


def test_a_period_is_a_setting(talked: Aiguilleur) -> None:
    assert talked("purge", RETENTION_TEXT_DAYS="0").stdout.startswith("purged: 2 texts, 0 turns")


def test_the_number_of_a_group_is_a_number(talked: Aiguilleur) -> None:
    found = exported(talked, "--chat", GROUP)
    assert (found["chat"], found["channel"]) == (GROUP, "telegram")
    assert found["turns"] == []


@pytest.mark.parametrize(
    "command",
    [
        *(("export", "--chat", "1"), ("export", "turns"), ("forget", "--chat", "1"), ("purge",)),
        *(("report", "--by", "desk"), ("report", "rebuild"), ("digest", "--dry-run")),
        *(("tickets", "list"), ("tickets", "show", "1"), ("accounts", "list")),
        *(("review", "export"), ("review", "dismiss", "1", "--reason", "test")),
        *(("autonomy", "list"), ("propose", "list"), ("propose", "show", "1")),
    ],
)
def test_nothing_is_made_where_nothing_is_kept(
    trained: Aiguilleur, tmp_path: Path, command: tuple[str, ...]
) -> None:
    empty = trained.elsewhere(tmp_path)
    empty.data_dir = tmp_path / "data"
    done = empty(*command)
    assert done.returncode == 1
    assert "nothing is kept" in done.stderr
    assert not empty.data_dir.exists()


@pytest.mark.parametrize("command", [("report",), ("export", "turns")])
def test_a_period_that_ends_before_it_begins_is_misuse(
    talked: Aiguilleur, command: tuple[str, ...]
) -> None:
    done = talked(*command, "--since", "2026-12-01", "--until", "2026-11-30")
    assert (done.returncode, done.stdout) == (2, "")
    assert "ends before it begins" in done.stderr
    assert talked(*command, "--since", "2026-12-01", "--until", "2026-12-01").returncode == 0


def test_a_desk_that_nobody_knows_is_no_desk_without_tickets(talked: Aiguilleur) -> None:
    done = talked("tickets", "list", "--desk", "nope")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there are" in done.stderr


def test_a_moment_that_is_none_is_misuse(talked: Aiguilleur) -> None:
    done = talked("purge", "--now", "demain")
    assert done.returncode == 2
    assert "2026-11-24" in done.stderr


@pytest.mark.parametrize("command", ["export", "forget"])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--chat", "@marie"), "a whole number"),
        (("--chat", ""), "a whole number"),
        (("--chat", "12", "--channel", "Telegram"), "'telegram'"),
        (("--chat", " ", "--channel", "web"), "empty"),
    ],
)
def test_nobody_is_looked_for_under_a_mistyped_name(
    talked: Aiguilleur, command: str, options: tuple[str, ...], said: str
) -> None:
    done = talked(command, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.split())


def test_a_knowledge_base_can_be_named_behind_every_command(talked: Aiguilleur) -> None:
    for command in (("export", *THEM), ("forget", *THEM), ("purge",)):
        assert talked(*command, "--kb", str(talked.kb)).returncode == 0


def test_an_address_that_means_nothing_is_a_bad_setting(talked: Aiguilleur) -> None:
    done = talked("purge", DATABASE_URL="postgresql://127.0.0.1:1/x?colour=blue")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "colour" in done.stderr


def test_somebody_must_be_named(talked: Aiguilleur) -> None:
    assert talked("forget").returncode == 2


def test_a_backup_is_made_and_put_back(talked: Aiguilleur, tmp_path: Path) -> None:
    done = talked("backup", "copy.tar")
    assert done.stdout.startswith("backed up: "), done.stderr
    assert talked("backup", "copy.tar").returncode == 1
    assert WORDS in (tmp_path / "copy.tar").read_bytes().decode("latin-1")
    assert talked("forget", *THEM).returncode == 0
    done = talked("restore", "copy.tar")
    assert (done.returncode, done.stderr) == (0, "")
    assert "is kept as" in done.stdout
    assert "`aiguilleur forget` again" in done.stdout
    assert WORDS in json.dumps(exported(talked, *THEM))


@pytest.mark.parametrize(
    ("command", "tool"), [(("backup",), "pg_dump"), (("restore", "x.tar"), "pg_restore")]
)
def test_a_server_is_backed_up_by_its_own_tool(
    talked: Aiguilleur, command: tuple[str, ...], tool: str
) -> None:
    done = talked(*command, DATABASE_URL="postgresql://127.0.0.1:1/x")
    assert (done.returncode, done.stdout) == (2, "")
    assert tool in done.stderr


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_backup_is_no_stream(talked: Aiguilleur, tmp_path: Path, command: str) -> None:
    done = talked(command, "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is a file" in " ".join(done.stderr.split())
    assert not (tmp_path / "-").exists()
