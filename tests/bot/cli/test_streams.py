from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.cli.streams import plain_sign, prepare_streams
from tests.fakes.command import ROOT
from tests.fakes.content import write_content, write_text

if TYPE_CHECKING:
    from pathlib import Path

SAID = "« L’été\u00a0: œuvre… 3\u202f€ » ✓ \udce8"
CLOSED = "import sys; from bot.cli.streams import prepare_streams; prepare_streams(); {}"


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The streams of the test's own process, put back afterwards."""
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    return monkeypatch


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "« L’été\u00a0: œuvre… 3\u202f€ » ✓ \\xe8"),
        ("latin-1", "« L'été\u00a0: oeuvre... 3 EUR » ? \\xe8"),
        ("cp1252", "« L’été\u00a0: œuvre… 3 € » ? \\xe8"),
        ("ascii", '" L\'ete : oeuvre... 3 EUR " ? \\xe8'),
    ],
)
def test_a_terminal_shows_what_it_can(
    streams: pytest.MonkeyPatch, encoding: str, shown: str
) -> None:
    sink = io.BytesIO()
    streams.setattr(sys, "stdout", io.TextIOWrapper(sink, encoding))
    prepare_streams()
    print(SAID, flush=True)
    assert sink.getvalue().decode(encoding) == f"{shown}\n"


def test_a_letter_keeps_its_shape_without_its_accent() -> None:
    assert [plain_sign(char, "ascii") for char in "éÇñﬁ⁂"] == ["e", "C", "n", "fi", "?"]


def test_streams_that_are_none_are_empty(streams: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        streams.setattr(sys, name, None)
    prepare_streams()
    assert (sys.stdin.read(), sys.stdin.buffer.readline(), sys.stdin.isatty()) == ("", b"", False)
    print("to nobody")
    print("to nobody", file=sys.stderr)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.close()


def test_closed_descriptors_are_not_taken_by_something_else() -> None:
    line = 'exec "$0" -c "$1" <&- 2>&-'
    code = CLOSED.format("print(sys.stdin.fileno(), sys.stderr.fileno(), sys.stdin.read())")
    done = subprocess.run(  # noqa: S603 - this very Python
        ["/bin/sh", "-c", line, sys.executable, code], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.split() == [b"0", b"2"]


def test_a_command_speaks_french_on_an_ascii_terminal(tmp_path: Path) -> None:
    folder = write_content(tmp_path / "kb")
    write_text(folder, "faq/divers/été.txt", "x")
    done = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-m", "bot", "kb", "check", "--kb", str(folder)],
        cwd=ROOT,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"ete.txt : a revoir : fichier inattendu, il n'est pas servi" in done.stdout
