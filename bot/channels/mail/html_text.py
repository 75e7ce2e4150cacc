"""The words of a mail in HTML, line by line, with a mark where something quoted was taken out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString

from bot.channels.mail.texts import END, MARKER

if TYPE_CHECKING:
    from bs4 import Tag

QUOTE = "\ufdd0"
"""Stands alone on a line where a quoted text was; Unicode gives this sign to no text."""

_BORDER = "\ufdd1"
MAX_HTML = 1_000_000
"""Characters that are read of one mail: the rest of a longer one is its quoted history."""

_BLOCKS = (
    *("p", "div", "li", "tr", "ul", "ol", "table", "blockquote", "pre", "hr", "section", "article"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "address", "dt", "dd"),
)
_NO_WORDS = ("style", "script", "head", "title", "meta", "template", "noscript")
_QUOTED = (
    *("blockquote[type=cite]", "blockquote.gmail_quote", "div.yahoo_quoted", "div.gmail_attr"),
    *("blockquote.protonmail_quote", "div.moz-cite-prefix", "div[data-marker=__QUOTED_TEXT__]"),
)
"""What clients mark as quoted, and the line above it ("... a écrit :")."""

_HISTORY = ("#divRplyFwdMsg", "#x_divRplyFwdMsg", "#mail-editor-reference-message-container")
"""What Outlook puts above the history, which then runs to the end."""

_SIGNATURES = (
    *("div.gmail_signature", "div.moz-signature", "pre.moz-signature", "#Signature"),
    *("#x_Signature", "div.protonmail_signature_block", "#ms-outlook-mobile-signature"),
)
_ATTRIBUTION = re.compile(r"(a écrit|wrote)\s*:\s*$")


def text_of_html(html: str) -> str:
    """The words outside of what clients mark as quoted or as a signature."""
    soup = BeautifulSoup(html[:MAX_HTML], "html.parser")
    for tag in soup.find_all(_NO_WORDS):
        tag.decompose()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    _cut_history(soup)
    _take_out(soup, _QUOTED, QUOTE)
    _take_out(soup, _SIGNATURES, "")
    _take_out_plain_quotes(soup)
    _break_lines(soup)
    return _lines(soup.get_text())


def _cut_history(soup: BeautifulSoup) -> None:
    """Take away all that follows the head of Outlook's history, and the head itself."""
    for selector in _HISTORY:
        for head in soup.select(selector):
            if head.decomposed or not head.parent:
                continue
            for after in list(head.find_all_next()):
                if not after.decomposed:
                    after.extract()
            for loose in list(head.find_all_next(string=True)):
                loose.extract()
            head.replace_with(f"\n{QUOTE}\n")


def _take_out(soup: BeautifulSoup, selectors: tuple[str, ...], mark: str) -> None:
    for selector in selectors:
        for tag in soup.select(selector):
            if not tag.decomposed and tag.parent is not None:
                tag.replace_with(f"\n{mark}\n")


def _take_out_plain_quotes(soup: BeautifulSoup) -> None:
    """A quotation that no client has marked is history only if our mail stands in it."""
    for tag in soup.find_all("blockquote"):
        if tag.parent is None:
            continue
        said = tag.get_text(" ")
        if MARKER in said or END in said or _ATTRIBUTION.search(_text_before(tag)):
            tag.replace_with(f"\n{QUOTE}\n")


def _text_before(tag: Tag) -> str:
    found = tag.find_previous(string=lambda text: bool(text and text.strip()))
    return str(found or "")


def _break_lines(soup: BeautifulSoup) -> None:
    """Put line breaks where a browser shows them, and nowhere else."""
    for text in soup.find_all(string=True):
        if text.find_parent("pre") is None and QUOTE not in text and type(text) is NavigableString:
            text.replace_with(re.sub(r"[ \t\r\n]+", " ", text))
    for tag in soup.find_all("br"):
        tag.replace_with("\n")
    for tag in soup.find_all("a", href=True):
        _show_link(tag)
    for tag in soup.find_all(_BLOCKS):
        _set_apart(tag)


def _set_apart(tag: Tag) -> None:
    """A block stands on lines of its own; a paragraph has an empty line around it, but Word's."""
    spaced = tag.name == "p" and "MsoNormal" not in (tag.get("class") or ())
    for put in (tag.insert_before, tag.insert_after):
        put(f"{_BORDER}\n\n" if spaced else _BORDER)
    if tag.name == "li":
        tag.insert(0, "- ")


def _lines(text: str) -> str:
    """Turn the borders of blocks into line breaks: two that meet make one, as on a screen."""
    text = re.sub(rf"{_BORDER}[ {_BORDER}]*", _BORDER, text)
    return re.sub(rf"\n ?{_BORDER}", "\n", text).replace(_BORDER, "\n")


def _show_link(tag: Tag) -> None:
    target, shown = str(tag["href"]), tag.get_text().strip()
    if target.startswith(("http://", "https://")) and target.rstrip("/") != shown.rstrip("/"):
        tag.append(f" ({target})")
