"""Finds what no channel renders in the folder's texts: Markdown, HTML, leftovers of editing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kb import frontmatter
from kb.files import content_files, read_text
from kb.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Mark(NamedTuple):
    pattern: re.Pattern[str]
    message: str
    blocking: bool = True
    in_addresses: bool = False


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_ADDRESS = re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+")
"""An address may hold nearly any sign: most marks are looked for around it."""

_MARKS = (
    _Mark(_pattern(r"<!--", r"-->"), "un commentaire HTML est resté ; effacez-le."),
    _Mark(
        _pattern(
            r"&(#\d+|#x[0-9a-f]+|amp|lt|gt|quot|apos|nbsp|[lr]aquo|[aeiou](acute|grave|circ|uml)"
            r"|ccedil|oelig|[lr]squo|[lr]dquo|hellip|euro|[nm]dash|deg|middot|bull);"
        ),
        "une entité HTML est restée ; écrivez le caractère lui-même.",
        in_addresses=True,
    ),
    _Mark(
        _pattern(
            r"</?(a|b|i|u|p|br|hr|em|strong|span|div|ul|ol|li|table|t[rdh]|h[1-6]|img|code|pre)"
            r"(\s[^<>]*)?/?>"
        ),
        "une balise HTML est restée ; effacez-la.",
    ),
    _Mark(
        _pattern(
            *(r"\b(TODO|FIXME|TBD|XXX+|lorem ipsum)\b", r"\{\{|\}\}"),
            *(r"[\[(]\s*(\.\.\.|…)\s*[\])]", r"[\[(]\s*[àa] (compl[ée]ter|r[ée]diger)\b"),
            r"^\s*[àa] (compl[ée]ter|r[ée]diger)\b",
        ),
        "un texte provisoire est resté ; complétez-le ou effacez-le.",
    ),
    _Mark(
        _pattern(r"\*\*", r"__(?=\w)", r"(?<=\w)__", r"(?<![\w*/])\*[^\s*/][^*]*[^\s*]\*(?!\w)"),
        "du gras ou de l’italique ; les signes se verraient, écrivez sans eux.",
        blocking=False,
    ),
    _Mark(
        _pattern(r"\[[^\]]+\]\("),
        "un lien Markdown ; écrivez le texte, puis l’adresse en clair.",
        blocking=False,
    ),
    _Mark(_pattern(r"`"), "du code entre accents graves ; écrivez-le sans eux.", blocking=False),
    _Mark(_pattern(r"^#{1,6}\s"), "un titre Markdown ; écrivez une phrase.", blocking=False),
    _Mark(
        _pattern(r"^\s+([-*+•]|\d+[.)])\s"),
        "une sous-liste ; écrivez une seule liste, sans retrait.",
        blocking=False,
    ),
)

_SHOWN = ("title", "name", "takes")
"""The keys of a front matter that people read."""


def find_markup(folder: Path) -> list[Problem]:
    """What should not stand in the texts of ``folder``, each with its file and line.

    Drafts are left alone: they are not served, and are there to be completed.

    Raises:
        ContentError: a file cannot be read; ``load`` says so first.
    """
    return [
        problem
        for name, path in content_files(folder).items()
        for problem in _look(name, read_text(name, path, folder))
    ]


def _look(name: str, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if frontmatter.MERGE_MARK.match(line):
            yield Problem(name, number, "", frontmatter.MERGE_MESSAGE)
    for number, line in _read_lines(name, text):
        prose = _ADDRESS.sub(" ", line)
        for mark in _MARKS:
            if mark.pattern.search(line if mark.in_addresses else prose):
                yield Problem(name, number, "", mark.message, mark.blocking)


def _read_lines(name: str, text: str) -> Iterator[tuple[int, str]]:
    """The numbered lines that people read."""
    if name.endswith(".toml"):
        numbered = enumerate(text.split("\n"), 1)
        yield from ((n, line) for n, line in numbered if not line.lstrip().startswith("#"))
        return
    document = frontmatter.parse(name, text)
    if document.data.get("status") == "draft":
        return
    for key in _SHOWN:
        if isinstance(shown := document.data.get(key), str):
            yield document.line(key), shown
    yield from enumerate(document.body.split("\n"), document.body_line)
