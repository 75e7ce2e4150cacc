"""A saved FAQ page, HTML or text -> the answers that stand on it; no address is fetched."""

from __future__ import annotations

import codecs
import html
import re
from typing import TYPE_CHECKING, NamedTuple

from kb.folding import fold
from kb.page_lines import (
    MAX_LABEL,
    Line,
    asks,
    is_control,
    is_ended,
    is_facet,
    is_label,
    is_prompt,
    tidy,
)
from kb.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_BYTES = 20_000_000


class PageAnswer(NamedTuple):
    """One answer of a page.

    Attributes:
        text: what it says, lists as lines that begin with a dash.
        question: what stands above it, or nothing: pages lose their questions.
        cut: whether the page ends, or sends elsewhere, before the answer does.
    """

    text: str
    question: str = ""
    cut: bool = False


class Page(NamedTuple):
    """The answers of a page, in its order, and its address when the file tells it."""

    answers: tuple[PageAnswer, ...]
    url: str = ""


_CUT = re.compile(
    r"(\.\.\.|…|\[…\])\s*$|(lire (la suite|plus)|voir (plus|la suite)|en savoir plus"
    r"|read more|show more|see more)\s*[>»→.…]*\s*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\s*(lire (la suite|plus)|voir (plus|la suite)|en savoir plus|read more|show more|see more)"
    r"\s*[>»→.…]*\s*$",
    re.IGNORECASE,
)
_MARKED_UP = re.compile(r"\s*<(!doctype|html|!--)", re.IGNORECASE)
_SOURCE = re.compile(r"(?:source|url|page)\s*:\s*(https?://\S+)", re.IGNORECASE)


def read_page(path: Path) -> Page:
    """The answers of a saved page.

    Raises:
        ContentError: the file cannot be read, is too large to be a page, or holds no answer.
    """
    page = _parse(path, _read(path))
    if not page.answers:
        message = (
            "aucune réponse n’y a été trouvée ; enregistrez la page entière, questions dépliées, "
            "en HTML ou en texte."
        )
        raise ContentError([Problem(str(path), 0, "", message)])
    return page


def _parse(path: Path, text: str) -> Page:
    if path.suffix.lower() in {".htm", ".html"} or _MARKED_UP.match(text):
        from kb.page_html import html_lines, html_url  # noqa: PLC0415 - its library loads slowly

        return Page(tuple(find_answers(html_lines(text))), html_url(text))
    lines = [Line(tidy(html.unescape(line))) for line in text.splitlines()]
    told = next((m[1] for line in lines[:5] if (m := _SOURCE.fullmatch(line.text))), "")
    return Page(tuple(find_answers([x for x in lines if not _SOURCE.fullmatch(x.text)])), told)


def find_answers(lines: Sequence[Line]) -> Iterator[PageAnswer]:
    """The answers among the lines of a page, each once."""
    prompted = any(is_prompt(line.text) for line in lines)
    found = _by_prompts(lines) if prompted else _by_questions(lines)
    seen = set()
    for answer in found:
        key = fold(answer.text)
        if answer.text and key not in seen:
            seen.add(key)
            yield answer


def _by_prompts(lines: Sequence[Line]) -> Iterator[PageAnswer]:
    part: list[Line] = []
    first = True
    for line in lines:
        if is_prompt(line.text):
            yield _answer(_without_controls(part, first=first))
            part, first = [], False
        else:
            part.append(line)
    # What follows the last prompt is an answer that the page's end cut, or the foot of the page.
    rest = _without_controls(part, first=False)
    if sum(len(line.text) for line in rest if not line.heading) > MAX_LABEL:
        yield _answer(rest)._replace(cut=True)


def _by_questions(lines: Sequence[Line]) -> Iterator[PageAnswer]:
    kept = [line for line in lines if not is_control(line.text)]
    headings = [line for line in kept if line.heading and line.text.endswith("?")]
    starts = [n for n, line in enumerate(kept) if (line in headings if headings else asks(line))]
    for start, end in zip(starts, [*starts[1:], len(kept)], strict=False):
        below = kept[start + 1 : end]
        other = next((n for n, line in enumerate(below) if line.heading and n), len(below))
        text = [line for line in below[:other] if line.text]
        last = end == len(kept) and bool(text) and not is_ended(text[-1].text)
        answer = _answer([Line(kept[start].text, heading=True), *text])
        yield answer._replace(cut=answer.cut or last)


def _answer(part: Sequence[Line]) -> PageAnswer:
    lines = [line for line in part if line.text]
    question = ""
    while lines and (lines[0].heading or (not question and len(lines) > 1 and asks(lines[0]))):
        question = lines.pop(0).text
    text = "\n".join(line.text for line in lines).strip()
    return PageAnswer(_MORE.sub("", text).strip(), question, bool(_CUT.search(text)))


def _without_controls(part: Sequence[Line], *, first: bool) -> list[Line]:
    """The lines without what steers the page: filters, counters, buttons."""
    faceted = first and any(is_facet(line.text) for line in part)
    kept = [line for line in part if not is_control(line.text)]
    if faceted:
        # The values of the filters stand above the first answer, and are no sentences.
        while kept and not kept[0].heading and is_label(kept[0].text):
            kept.pop(0)
    return kept


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ContentError([Problem(str(path), 0, "", "fichier trop lourd pour une page.")])
        data = path.read_bytes()
    except OSError:
        message = "fichier illisible ; vérifiez son chemin et ses droits."
        raise ContentError([Problem(str(path), 0, "", message)]) from None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:  # what Windows saves when it is not told otherwise
        return data.decode("cp1252", errors="replace")
