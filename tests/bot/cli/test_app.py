"""What the command line makes of a failure: an exit code and one line."""

from __future__ import annotations

import pytest

from bot.cli import app
from bot.cli.app import exit_code, main
from bot.ops.errors import BotError, ListenError, TokenRefusedError, reason_of
from bot.ops.settings import SettingsError
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


def test_an_unknown_failure_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(app, "build_app", lambda: failing)
    with pytest.raises(ZeroDivisionError):
        main()
