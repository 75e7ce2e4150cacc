"""Text with its addresses made clickable, for pages that are written on the server.

What leads somewhere is the same as in the chat page (``static/links.js``), but for commands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_END = r"[^\s<>\"«».,;:!?)\]'’]"
_HOST = r"[^\W_-]+(?:-+[^\W_-]+)*"
_SPACE = r"[ .\u00a0-]?"
_ADDRESS = re.compile(
    rf"(?P<url>https://[^\s<>\"«»]+{_END})"
    rf"|(?P<mail>\w[\w.+&'-]*@{_HOST}(?:\.{_HOST})+)"
    rf"|(?P<site>(?:[a-z0-9-]+\.)+(?:fr|com|org|net|eu)(?:/(?:[^\s<>\"«»]*{_END})?)?)"
    rf"|(?P<phone>(?:(?:\+33|0033){_SPACE}[1-9]|0[1-9])(?:{_SPACE}[0-9]{{2}}){{4}}"
    rf"|0{_SPACE}8[0-9]{{2}}(?:{_SPACE}[0-9]{{2}}){{3}}"
    rf"|0{_SPACE}8[0-9]{{2}}(?:{_SPACE}[0-9]{{3}}){{2}})"
    r"|(?P<short>3[0-9]{3}|11[2459]|15(?= \(SAMU\)| ou le 1))"
)
_ELISION = re.compile(r"(?:[cdjlmnst]|qu)'", re.IGNORECASE)
"""Half an address is another one's: after "d'" nobody knows where it begins."""

_ELIDED = re.compile(r"(?:^|[\W\d_])(?:[cdjlmnst]|qu)’$", re.IGNORECASE)
_SAFE = "@+-_.~"


def _fits_mail(found: str, before: str, after: str) -> bool:
    if _ELISION.match(found) or re.match(r"\w|@", after):
        return False
    if before.endswith("’"):
        return bool(_ELIDED.search(before))
    return not re.search(r"[\w@/.&'+-]$", before)


def _fits_site(_: str, before: str, after: str) -> bool:
    return not re.search(r"[\w@/.-]$", before) and not re.match(r"\w|@|-|\.[^\W_]", after)


def _fits_phone(_: str, before: str, after: str) -> bool:
    lone = not re.search(r"(?:[\w.+/-]|\d[ \u00a0])$", before)
    return lone and not re.match(r"[^\W_]|[ \u00a0.-]\d", after)


def _fits_short(_: str, before: str, after: str) -> bool:
    called = re.search(r"(?:^|[\s(])(?:le|au)[ \u00a0]$", before, re.IGNORECASE)
    return bool(called) and not re.match(r"[^\W_]|[ \u00a0.,/-]\d", after)


_FITS: Mapping[str, Callable[[str, str, str], bool]] = {
    "url": lambda *_: True,
    "mail": _fits_mail,
    "site": _fits_site,
    "phone": _fits_phone,
    "short": _fits_short,
}
_HREF: Mapping[str, Callable[[str], str]] = {
    "url": str,
    "mail": lambda found: f"mailto:{quote(found, safe=_SAFE)}",
    "site": lambda found: f"https://{found}",
    "phone": lambda found: "tel:" + re.sub(r"[^+\d]", "", found),
    "short": lambda found: f"tel:{found}",
}


def linked_text(text: str) -> Markup:
    """The text, escaped, its https and e-mail addresses, sites and telephone numbers as links.

    An address whose beginning or end cannot be told is not linked: half of it is another one's.
    """
    made, end = Markup(), 0
    for found in _ADDRESS.finditer(text):
        kind = found.lastgroup or ""
        if not _FITS[kind](found[0], text[: found.start()], text[found.end() :]):
            continue
        made += text[end : found.start()]
        target = _HREF[kind](found[0])
        made += Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(target, found[0])
        end = found.end()
    return made + text[end:]
