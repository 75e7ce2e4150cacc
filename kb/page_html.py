"""The lines that a reader of an HTML page sees, without what surrounds its content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, Tag

from kb.page_lines import Line, is_prompt, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

_SURROUNDINGS = (
    *("script", "style", "noscript", "template", "svg", "head", "nav", "header", "footer"),
    *("aside", "form", "select", "iframe", "dialog"),
)
_NAMED = re.compile(
    r"(^|[\s_-])(facets?|filters?|filtres?|pagers?|pagination|breadcrumbs?|fil-ariane|menu|navbar"
    r"|sidebar|search|cookies?|share|partage|footer|toolbar|tags?|visually-hidden|sr-only)($|[\s_-])"
)
_BLOCKS = frozenset(
    {
        *("address", "article", "blockquote", "body", "button", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "html", "label", "li"),
        *("main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th"),
        *("thead", "tr", "ul"),
    }
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt", "legend"})
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)")


def html_lines(text: str) -> list[Line]:
    """The lines of a page's content."""
    soup = BeautifulSoup(text, "html.parser")
    around = [tag for tag in soup.find_all(recursive=True) if _surrounds(tag)]
    for tag in around:
        if not tag.decomposed:
            _keep_prompt(tag)
            tag.decompose()
    body = soup.body or soup
    return [line for line in _lines(body) if line.text]


def html_url(text: str) -> str:
    """The address that a page says it has; empty when it says none."""
    soup = BeautifulSoup(text, "html.parser")
    told = (("link[rel=canonical]", "href"), ('meta[property="og:url"]', "content"))
    for selector, key in told:
        found = soup.select_one(selector)
        if found and str(found.get(key, "")).startswith("http"):
            return str(found[key])
    saved = _SAVED_FROM.search(text)
    return saved[1] if saved else ""


def _surrounds(tag: Tag) -> bool:
    if tag.name in {"html", "body", "main"}:
        return False
    if tag.name == "button":
        opens = tag.has_attr("aria-expanded") or tag.has_attr("aria-controls")
        return not opens and tag.find_parent(_HEADINGS) is None
    named = " ".join(
        [*tag.get_attribute_list("class"), str(tag.get("id", ""))] if tag.attrs else []
    )
    hidden = tag.has_attr("hidden") and tag.find_parent("details") is None
    return tag.name in _SURROUNDINGS or hidden or bool(_NAMED.search(named.lower()))


def _keep_prompt(tag: Tag) -> None:
    """The question whether an answer helped often is a form: it still ends the answer."""
    if any(is_prompt(tidy(str(text))) for text in tag.find_all(string=True)):
        said = next(tidy(str(t)) for t in tag.find_all(string=True) if is_prompt(tidy(str(t))))
        made = Tag(name="p")
        made.string = said
        tag.insert_before(made)


def _lines(node: Tag, *, heading: bool = False) -> Iterator[Line]:
    pending = ""
    for child in node.children:
        if isinstance(child, Comment):
            continue
        if isinstance(child, NavigableString):
            pending += str(child)
        elif isinstance(child, Tag) and child.name == "br":
            yield Line(tidy(pending), heading)
            pending = ""
        elif isinstance(child, Tag) and _is_block(child):
            yield Line(tidy(pending), heading)
            pending = ""
            yield from _block(child, heading=heading)
        elif isinstance(child, Tag):
            pending += _inline(child)
    yield Line(tidy(pending), heading)


def _is_block(tag: Tag) -> bool:
    return tag.name in _BLOCKS or tag.find(_BLOCKS) is not None or tag.find("br") is not None


def _block(tag: Tag, *, heading: bool) -> Iterator[Line]:
    if tag.name == "tr":
        cells = [_cell(cell) for cell in tag.find_all(["td", "th"], recursive=False)]
        yield Line(" : ".join(cell for cell in cells if cell), heading)
    elif tag.name == "li":
        first, *others = [line for line in _lines(tag) if line.text] or [Line("")]
        yield Line(
            f"- {first.text.removeprefix('- ')}" if first.text else "", heading=first.heading
        )
        yield from others
    else:
        expands = tag.name == "button" or tag.get("aria-expanded") is not None
        yield from _lines(tag, heading=heading or tag.name in _HEADINGS or expands)


def _cell(cell: Tag) -> str:
    return " ".join(line.text for line in _lines(cell) if line.text)


def _inline(tag: Tag) -> str:
    said = "".join(
        str(child) if isinstance(child, NavigableString) else _inline(child)
        for child in tag.children
        if isinstance(child, Tag)
        or (isinstance(child, NavigableString) and not isinstance(child, Comment))
    )
    target = str(tag.get("href", "")) if tag.name == "a" else ""
    address = target.removeprefix("mailto:").partition("?")[0] if "mailto:" in target else target
    if address.startswith("http") or "mailto:" in target:
        bare = address.partition("://")[2].rstrip("/") or address
        return said if bare in said else f"{said} ({address})"
    return said
