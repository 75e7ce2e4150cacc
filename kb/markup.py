"""Finds what no channel renders in the folder's texts: Markdown, HTML, leftovers of editing."""

from __future__ import annotations

import re
from html.entities import html5
from typing import TYPE_CHECKING, NamedTuple

from kb import frontmatter
from kb.files import content_files, read_text
from kb.problems import ContentError, Problem
from kb.signs import is_unseen, show_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path as FilePath

    from kb.frontmatter import Document

Path = tuple[str | int, ...]
"""The keys and numbers that lead to a value of a front matter."""


class _Mark(NamedTuple):
    pattern: re.Pattern[str]
    message: str
    blocking: bool = True
    in_addresses: bool = False


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_COMMENT = re.compile(r"^[ \t]*<!--.*?-->[ \t]*\n?|[ \t]*<!--.*?-->", re.DOTALL | re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
_IN_QUOTES = re.compile(r"[“„‟”][^”“]*[”“]|[‘‛‚][^‘]*[’‘]|«[^»]*»", re.DOTALL)
_ADDRESS = re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+")
"""An address may hold nearly any sign: most marks are looked for around it."""

_MARKS = (
    _Mark(_pattern(r"<!--", r"-->"), "un commentaire HTML est resté ; effacez-le."),
    _Mark(
        _pattern(
            r"</?(a|abbr|article|audio|b|big|blockquote|br|button|center|cite|code|dd|del|details|div"
            r"|dl|dt|em|fig(caption|ure)|font|footer|form|h[1-6]|header|hr|i|iframe|img|input|ins|kbd"
            r"|label|li|main|mark|nav|ol|p|pre|q|s|script|section|small|span|strong|style|su[bp]"
            r"|summary|svg|table|t(body|head|foot|[rdh])|u|ul|video)(\s[^<>]*)?/?>"
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
        _pattern(
            *(r"\*\*", r"__(?=\w)", r"(?<=\w)__", r"(?<![\w*/])\*[^\s*/][^*]*[^\s*]\*(?!\w)"),
            *(r"(?<![\w/])_[^\s_][^_]{0,80}[^\s_]_(?!\w)", r"~~", r"\\[*_#`\[\]~]"),
        ),
        "du gras ou de l’italique ; les signes se verraient, écrivez sans eux.",
        blocking=False,
    ),
    _Mark(
        _pattern(r"\[[^\]]*\]\(", r"\[[^\]]+\]\[[^\]]*\]", r"^\s*\[[^\]]+\]:\s"),
        "un lien Markdown ; écrivez le texte, puis l’adresse en clair.",
        blocking=False,
    ),
    _Mark(_pattern(r"`"), "du code entre accents graves ; écrivez-le sans eux.", blocking=False),
    _Mark(_pattern(r"^#{1,6}\s"), "un titre Markdown ; écrivez une phrase.", blocking=False),
    _Mark(
        _pattern(r"<https?://[^>\s]+>"),
        "une adresse entre « < » et « > » ; écrivez-la seule.",
        blocking=False,
        in_addresses=True,
    ),
    _Mark(
        _pattern(r"^\s*\|.*\|\s*$", r"^\s*:?-{3,}:?\s*\|"),
        "un tableau ; écrivez une phrase ou une liste par ligne.",
        blocking=False,
    ),
    _Mark(
        _pattern(r"^\s*>(?!>{6})"), "une citation ; écrivez-la sans le signe « > ».", blocking=False
    ),
    _Mark(
        _pattern(r"^\s*([-*_])(\s*\1){2,}\s*$"),
        "un trait ; laissez plutôt une ligne vide.",
        blocking=False,
    ),
    _Mark(
        _pattern(r"^[*+•]\s", r"^-\s\[[ xX]\]\s"),
        "une liste ; commencez chacune de ses lignes par « - », sans autre signe.",
        blocking=False,
    ),
    _Mark(
        _pattern(r"^\s+([-*+•]|\d+[.)])\s"),
        "une sous-liste ; écrivez une seule liste, sans retrait.",
        blocking=False,
    ),
)

_CUT = "ce qui suit « # » n’est pas lu ; si c’est du texte, mettez le tout entre guillemets droits."
_QUOTED = "ces guillemets feraient partie du texte ; encadrez-le de guillemets droits."
_FREE = ("title", "name", "takes", "reason", "questions", "waivers")
"""The keys that hold words rather than names: a comment behind one is a text cut short."""

_SHOWN = ("title", "name", "takes")
"""The keys of a front matter that people read."""


def find_markup(folder: FilePath) -> list[Problem]:
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


def plain_body(name: str, document: Document) -> str:
    """What is served of a document's body: comments are taken out.

    Raises:
        ContentError: it holds what nobody may be shown: a merge that is not settled, a control
            character.
    """
    lines = list(enumerate(document.body.split("\n"), document.body_line))
    found = [
        Problem(name, number, "", frontmatter.MERGE_MESSAGE)
        for number, line in lines
        if frontmatter.MERGE_MARK.match(line) and not line.startswith("=")
    ]
    found += [
        _unseen_problem(name, number, control[0])
        for number, line in lines
        if (control := _CONTROL.search(line))
    ]
    if found:
        raise ContentError(found)
    return _COMMENT.sub("", document.body).strip()


def _look(name: str, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if frontmatter.MERGE_MARK.match(line):
            yield Problem(name, number, "", frontmatter.MERGE_MESSAGE)
        elif not line.isprintable() and (unseen := next(filter(is_unseen, line), "")):
            yield _unseen_problem(name, number, unseen)
    if name.endswith(".toml"):
        numbered = enumerate(text.split("\n"), 1)
        read = [(n, line) for n, line in numbered if not line.lstrip().startswith("#")]
    else:
        document = frontmatter.parse(name, text)
        yield from _look_at_header(name, document)
        read = list(_read_lines(document))
    yield from _look_at_lines(name, read)


def _look_at_lines(name: str, lines: Iterable[tuple[int, str]]) -> Iterator[Problem]:
    for number, line in lines:
        prose = _ADDRESS.sub(" ", line)
        if _has_entity(line):
            message = "une entité HTML est restée ; écrivez le caractère lui-même."
            yield Problem(name, number, "", message)
        for mark in _MARKS:
            if mark.pattern.search(line if mark.in_addresses else prose):
                yield Problem(name, number, "", mark.message, mark.blocking)


def _look_at_header(name: str, document: Document) -> Iterator[Problem]:
    """Texts that a comment cut short, and quotation marks that YAML takes for letters."""
    for path in document.cut:
        if path[0] in _FREE:
            yield Problem(name, document.line(*path), _dotted(path), _CUT, blocking=False)
    for path, text in _texts(document.data):
        if _IN_QUOTES.fullmatch(text.strip()):
            yield Problem(name, document.line(*path), _dotted(path), _QUOTED, blocking=False)


def _texts(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text of a front matter, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _texts(below, (*path, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _texts(below, (*path, number))


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))


def _has_entity(line: str) -> bool:
    return any(
        found[0].startswith("&#") or found[0][1:] in html5 for found in _ENTITY.finditer(line)
    )


def _unseen_problem(name: str, line: int, sign: str) -> Problem:
    message = f"un signe invisible est resté ({show_name(sign)}) ; effacez-le."
    return Problem(name, line, "", message, blocking=bool(_CONTROL.match(sign)))


def _read_lines(document: Document) -> Iterator[tuple[int, str]]:
    """The numbered lines of an entry, desk or family that people read; none of a draft."""
    if document.data.get("status") == "draft":
        return
    for key in _SHOWN:
        if isinstance(shown := document.data.get(key), str):
            yield document.line(key), shown
    yield from enumerate(document.body.split("\n"), document.body_line)
