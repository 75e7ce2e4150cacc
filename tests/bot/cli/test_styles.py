"""What is painted, and where nothing is."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bot.channels.terminal import render
from bot.cli.output.figure_names import MEANINGS, explain_figures
from bot.cli.output.styles import paint, style_figures, style_finding, style_reply
from bot.conversation.messages import Button, Paragraph, Reply

REPLY = Reply(
    (Paragraph("Un titre", strong=True), Paragraph("Un texte.")), (Button("Oui", "y:1:0"),)
)


def terminal(*, no_color: bool = False, kind: str = "xterm-256color") -> Console:
    return Console(
        file=io.StringIO(), force_terminal=True, no_color=no_color, _environ={"TERM": kind}
    )


def test_titles_are_bold_and_choices_coloured_on_a_terminal() -> None:
    painted = paint(render(REPLY), style_reply(REPLY), terminal())
    assert "\x1b[1mUn titre\x1b[0m\n" in painted
    assert "\nUn texte.\n" in painted
    assert "\x1b[36m  [1] Oui\x1b[0m" in painted


@pytest.mark.parametrize(
    "console",
    [Console(file=io.StringIO()), terminal(no_color=True), terminal(kind="dumb")],
    ids=["pipe", "NO_COLOR", "dumb"],
)
def test_elsewhere_the_text_is_left_as_it_is(console: Console) -> None:
    assert paint(render(REPLY), style_reply(REPLY), console) == render(REPLY)


def test_markup_in_a_text_is_text() -> None:
    text = "[red]ce n’est pas rouge[/red] :smile: " + "long " * 99
    assert paint(text, lambda _: "", terminal()) == text


@pytest.mark.parametrize(
    ("line", "style"),
    [("FAIL token: x", "bold red"), ("warn inbox: x", "yellow"), ("ok   disk: x", "green")],
)
def test_what_doctor_finds_has_the_colour_of_its_state(line: str, style: str) -> None:
    assert style_finding(line) == style
    assert style_finding("     WEB_LISTEN=127.0.0.1:8080") == ""


def test_headings_of_figures_are_titles() -> None:
    assert style_figures("Actions:") == "bold"
    assert style_figures("  none:") == style_figures("Turns: 7") == ""


def test_every_figure_is_explained_and_none_is_read_as_a_broken_promise() -> None:
    lines = explain_figures(dict.fromkeys(MEANINGS, 10.5))
    assert len(lines) == len(MEANINGS) + 2
    assert all(
        "10.5" in line and len(line.split("10.5")[1]) > 10 for line in lines[: len(MEANINGS)]
    )
    assert "the promise" in lines[-1]
