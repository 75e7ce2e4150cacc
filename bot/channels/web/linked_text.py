"""Text with its addresses made clickable, for pages that are written on the server."""

from __future__ import annotations

import re

from markupsafe import Markup

_ADDRESS = re.compile(
    r"(?P<url>https://[^\s<>\"«»]+[^\s<>\"«».,;:!?)\]'’])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    re.ASCII,
)


def linked_text(text: str) -> Markup:
    """The text, escaped, its https addresses and e-mail addresses as links."""
    made, end = Markup(), 0
    for found in _ADDRESS.finditer(text):
        made += text[end : found.start()]
        target = found[0] if found["url"] else f"mailto:{found[0]}"
        made += Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(target, found[0])
        end = found.end()
    return made + text[end:]
