"""A reply as the chat page shows it, on a page of its own that needs no service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader

from bot.channels.web.linked_text import linked_text

if TYPE_CHECKING:
    from bot.conversation.messages import Reply

_HERE = Path(__file__).parent


def preview_page(title: str, note: str, reply: Reply) -> str:
    """A whole HTML page with its looks in it.

    Args:
        title: of the page.
        note: what is said above the reply; may be empty.
        reply: what is shown.
    """
    templates = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True)
    templates.filters["linked"] = linked_text
    look = (_HERE / "static" / "look.css").read_text("utf-8")
    page = templates.get_template("preview.html")
    return page.render(title=title, note=note, reply=reply, look=look)
