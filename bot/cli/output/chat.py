"""A reply in the terminal's chat, with its title and choices painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.terminal import render
from bot.cli.output.styles import paint, style_reply

if TYPE_CHECKING:
    from bot.conversation.messages import Reply


def painted_reply(reply: Reply) -> str:
    """The reply as plain lines, painted where the terminal can."""
    return paint(render(reply), style_reply(reply))
