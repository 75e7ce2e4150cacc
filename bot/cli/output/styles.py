"""Bold titles and colours where a terminal shows them; the same text without any elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from bot.conversation.messages import Reply

    StyleOf = Callable[[str], str]

TITLE, CHOICE, GOOD, DOUBTFUL, BAD = "bold", "cyan", "green", "yellow", "bold red"
_STATES = {"ok": GOOD, "warn": DOUBTFUL, "FAIL": BAD}


def paint(text: str, style_of: StyleOf, console: Console | None = None) -> str:
    """The text with the style of each line, as escape sequences.

    Args:
        text: lines.
        style_of: the style of a line, as Rich names it; empty for none.
        console: where it goes; by default the standard output.

    Returns:
        the text as it was where nothing is to be coloured: in a file or a pipe, with ``NO_COLOR``
        set (https://no-color.org), on a terminal that cannot.
    """
    if console is None:
        if not sys.stdout.isatty():
            return text
        from rich.console import Console  # noqa: PLC0415 - slow to import, and mostly not needed

        console = Console(highlight=False)
    if not console.is_terminal or console.no_color or console.is_dumb_terminal:
        return text
    from rich.text import Text  # noqa: PLC0415 - as above

    lines = (Text(line, style_of(line)) for line in text.split("\n"))
    with console.capture() as written:
        console.print(Text("\n").join(lines), soft_wrap=True, end="")
    return written.get()


def style_figures(line: str) -> str:
    """The style of a line of figures: headings end with a colon and are not indented."""
    return TITLE if line.endswith(":") and not line.startswith(" ") else ""


def style_finding(line: str) -> str:
    """The style of a line of ``doctor``, which begins with its state."""
    return _STATES.get(line.strip().partition(" ")[0], style_figures(line))


def style_reply(*replies: Reply) -> StyleOf:
    """The styles of replies as lines: strong paragraphs are titles, choices stand out."""
    paragraphs = [paragraph for reply in replies for paragraph in reply.paragraphs]
    strong = {line for each in paragraphs if each.strong for line in each.text.split("\n")}
    labels = tuple(button.label for reply in replies for button in reply.buttons)

    def style_of(line: str) -> str:
        if line in strong:
            return TITLE
        is_choice = line.startswith(("  [", "- ")) and line.endswith(labels)
        return CHOICE if is_choice else ""

    return style_of
