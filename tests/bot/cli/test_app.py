"""What the command line makes of a failure: an exit code and one line."""

from __future__ import annotations

import re
import sys

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli.app import exit_code, main
from bot.ops.errors import BotError, ListenError, TokenRefusedError, reason_of
from bot.ops.settings import SettingsError
from bot.ops.version import program_version
from bot.store import AddressError, StoreError
from classifier.errors import ArtifactError, ClassifierError, LabelError
from kb.problems import ContentError, KbError, Problem


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError("x"), 2),
        (ListenError("x", "y"), 2),
        (AddressError("x"), 2),
        (TokenRefusedError(), 3),
        (StoreError("x"), 1),
        (LabelError("x"), 1),
        (ArtifactError("x"), 1),
        (ContentError([]), 1),
        (OSError("x"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_known_failure_has_its_exit_code(error: BaseException, code: int) -> None:
    assert exit_code(error) == code


def test_every_error_of_a_package_is_known_by_its_base() -> None:
    assert {exit_code(error("x")) for error in (BotError, ClassifierError, KbError)} == {1}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyboardInterrupt(), "interrupted"),
        (ContentError([Problem("a.md", 3, "title", "vide.")]), "a.md:3 : erreur [title] : vide."),
        (LabelError("line 2: no text"), "line 2: no text"),
    ],
)
def test_a_known_failure_is_one_line_on_stderr(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    said: str,
) -> None:
    def failing() -> None:
        raise error

    monkeypatch.setattr(app, "build_app", lambda: failing)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == exit_code(error)
    assert capsys.readouterr() == ("", f"{said}\n")


def test_why_a_file_cannot_be_used_is_told_without_a_number() -> None:
    assert reason_of(OSError(28, "No space left", "/x")) == "no space left"
    assert reason_of(OSError("x")) == "x"
    assert reason_of(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")) == "it is not UTF-8"


def test_an_interruption_that_the_library_swallowed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "build_app", lambda: lambda: sys.exit(app.INTERRUPTED))
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == app.INTERRUPTED
    assert capsys.readouterr() == ("", "interrupted\n")


def run(*words: str) -> Result:
    return CliRunner().invoke(app.build_app(), words)


def test_the_version_is_told() -> None:
    said = run("--version")
    assert (said.exit_code, said.output) == (0, f"aiguilleur {program_version()}\n")
    assert re.fullmatch(r"\d+\.\d+\.\d+|unknown", program_version())


@pytest.mark.parametrize(
    "command", ["", "ask", "train", "doctor", "kb", "kb check", "kb import", "evaluate"]
)
def test_flags_are_shown_without_a_type(command: str) -> None:
    shown = run(*command.split(), "--help")
    assert shown.exit_code == 0
    assert "<bool>" not in shown.output


@pytest.mark.parametrize("command", ["", "check", "audit", "new", "import", "show", "gaps"])
def test_the_help_of_the_editor_is_in_french(command: str) -> None:
    shown = run("kb", *command.split(), "--help").output
    assert "Affiche cette aide." in shown
    words = set(re.findall(r"[a-zé]+", shown.lower()))
    english = {"the", "and", "of", "this", "with", "write", "commands", "required", "default"}
    assert not words & (english - {command})


def test_an_unknown_failure_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(app, "build_app", lambda: failing)
    with pytest.raises(ZeroDivisionError):
        main()
