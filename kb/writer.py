"""Writes new entries, and adds lines to existing files without touching the others.

A file that an editor wrote keeps its comments, order, quotes and line ends: nothing is parsed and
written anew, lines are inserted at the place that the parser tells.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from kb import frontmatter
from kb.entries import MANNERS
from kb.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.entries import FaqEntry, KnowledgeBase

_HEADER = re.compile(r"\A\ufeff?-{3,}[ \t]*\r?\n(.*?)^-{3,}[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_MODE = 0o644
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")


class _Place(NamedTuple):
    """Where something is inserted in a header: what, and before which character."""

    at: int
    text: str


def add_items(text: str, path: tuple[str, ...], items: Sequence[str]) -> str:
    """``text`` with ``items`` added at the end of a list of its front matter.

    Args:
        text: a whole content file, with its own line ends.
        path: the key of the list, such as ``("questions", "keywords")``; keys that are missing
            are added below the others.
        items: what is added.

    Raises:
        ContentError: the front matter cannot be read, or there is no list at ``path``.
    """
    before = frontmatter.parse(path[-1], _plain(text))
    found = _HEADER.match(text)
    if not items or found is None:
        return text
    root = yaml.compose(found[1], Loader=yaml.CSafeLoader)
    ends = "\r\n" if "\r\n" in found[0] else "\n"
    place = _place(found[1], root, path, [_quoted(item) for item in items])
    at = found.start(1) + place.at
    written = text[:at] + place.text.replace("\n", ends) + text[at:]
    _confirm(before, written, path, [_clean(item) for item in items])
    return written


def add_questions(text: str, manner: str, questions: Sequence[str]) -> str:
    """``text`` with ``questions`` added under ``manner``, or to its plain list if it has one.

    Raises:
        ContentError: see ``add_items``.
    """
    plain = isinstance(frontmatter.parse("", _plain(text)).data.get("questions"), list)
    return add_items(text, ("questions",) if plain else ("questions", manner), questions)


def add_questions_to(file: Path, manner: str, questions: Sequence[str]) -> None:
    """The same on a file, which is replaced in one step; all its other bytes stay.

    Raises:
        ContentError, OSError: it cannot be read or written.
    """
    text = file.read_bytes().decode("utf-8")
    replace_file(file, add_questions(text, manner, questions).encode())


def create_entry(folder: Path, theme: str, entry: FaqEntry) -> Path:
    """Write ``faq/<theme>/<id>.md`` and give its path.

    Raises:
        FileExistsError: the file is already there.
        OSError: it cannot be written.
    """
    file = folder / "faq" / theme / f"{entry.id}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8", newline="\n") as opened:
        opened.write(entry_text(entry))
    return file


def entry_text(entry: FaqEntry) -> str:
    """The content file of an entry, in the order and quotes of the shipped ones."""
    questions: dict[str, list[str]] = {}
    for question in entry.questions:
        questions.setdefault(question.manner or MANNERS[0], []).append(question.text)
    lines = [
        f"title: {_quoted(entry.title)}",
        *_flow("sources", entry.sources),
        *(f"{key}: {value}" for key in ("desk", "contact") if (value := getattr(entry, key))),
        *_themes(entry.themes),
        *_block("url", entry.url),
        *(
            f"{key}: {_quoted(v)}"
            for key in ("dated", "wave", "origin")
            if (v := getattr(entry, key))
        ),
        *_flow("formerly", entry.formerly),
        *(["questions:"] if questions else []),
        *(line for manner, asked in questions.items() for line in _block(manner, asked, "  ")),
        f"status: {entry.status}",
        *([f"reason: {_quoted(entry.reason)}"] if entry.reason else []),
    ]
    return "\n".join(["---", *lines, "---", entry.answer.strip(), ""])


def name_clash(base: KnowledgeBase, name: str) -> str:
    """What already has ``name`` as its id or as a former one, in French; empty when it is free."""
    for kind, group in (("une fiche", base.entries), ("un guichet", base.desks)):
        if name in group:
            return f"« {name} » est déjà le nom d’{kind}."
    if name in base.outside:
        return f"« {name} » est déjà le nom d’une famille de messages."
    owner = next((key for key, entry in base.entries.items() if name in entry.formerly), "")
    return f"« {name} » est un ancien nom de la fiche « {owner} »." if owner else ""


def _place(header: str, root: Any, path: tuple[str, ...], items: list[str]) -> _Place:  # noqa: ANN401 - a YAML node
    node, depth = root, 0
    while depth < len(path) and isinstance(node, yaml.MappingNode):
        below = next((value for key, value in node.value if key.value == path[depth]), None)
        if below is None:
            return _add_key(header, node, path[depth:], items)
        node, depth = below, depth + 1
    if depth == len(path) and isinstance(node, yaml.SequenceNode):
        return _add_to_list(header, node, items)
    key = ".".join(path)
    message = "ce n’est pas une liste ; écrivez un tiret devant chaque élément."
    raise ContentError([Problem("", node.start_mark.line + 2, key, message)])


def _add_to_list(header: str, node: yaml.SequenceNode, items: list[str]) -> _Place:
    if not node.flow_style:
        indent = " " * node.start_mark.column
        at = _line_end(header, node.value[-1].end_mark.index)
        return _Place(at, "".join(f"{indent}- {item}\n" for item in items))
    if node.value:
        return _Place(node.value[-1].end_mark.index, "".join(f", {item}" for item in items))
    return _Place(node.start_mark.index + 1, ", ".join(items))


def _add_key(
    header: str, parent: yaml.MappingNode, path: tuple[str, ...], items: list[str]
) -> _Place:
    if parent.flow_style:
        shown = f"[{', '.join(items)}]"
        for key in reversed(path[1:]):
            shown = f"{{{key}: {shown}}}"
        if not parent.value:
            return _Place(parent.start_mark.index + 1, f"{path[0]}: {shown}")
        return _Place(parent.value[-1][1].end_mark.index, f", {path[0]}: {shown}")
    column = parent.start_mark.column
    keys = [f"{' ' * (column + 2 * n)}{key}:\n" for n, key in enumerate(path)]
    dash = " " * (column + 2 * len(path))
    lines = [*keys, *(f"{dash}- {item}\n" for item in items)]
    return _Place(_line_end(header, _last_of(parent).end_mark.index), "".join(lines))


def _last_of(node: Any) -> Any:  # noqa: ANN401 - a YAML node
    """The node that is written last; the end of a block is told as that of the blanks below it."""
    while node.value and isinstance(node, yaml.MappingNode | yaml.SequenceNode):
        if node.flow_style:
            return node
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    return node


def _line_end(header: str, index: int) -> int:
    """The first character of the line below what ends at ``index``."""
    end = len(header[:index].rstrip())
    return header.index("\n", end) + 1


def _confirm(
    before: frontmatter.Document, written: str, path: tuple[str, ...], items: list[str]
) -> None:
    """See that the file says what it said, and ``items`` besides."""
    expected = before.data
    for key in path[:-1]:
        expected = expected.setdefault(key, {})
    expected[path[-1]] = [*(expected.get(path[-1]) or []), *items]
    after = frontmatter.parse(path[-1], _plain(written))
    if (after.data, after.body) != (before.data, before.body):
        message = "les lignes n’ont pas pu être ajoutées à cet endroit ; ajoutez-les à la main."
        raise ContentError([Problem("", before.line(*path), ".".join(path), message)])


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _clean(text: str) -> str:
    one_line = _SPACES.sub(" ", text).strip()
    return "".join(char for char in one_line if char.isprintable() or char in "\u00a0\u202f")


def _quoted(text: str) -> str:
    # A JSON text is a YAML one between double quotes.
    return json.dumps(_clean(text), ensure_ascii=False)


def _flow(key: str, values: Sequence[str]) -> list[str]:
    simple = re.compile(r"[A-Za-z][\w-]*")
    shown = [v if simple.fullmatch(v) else _quoted(v) for v in values]
    return [f"{key}: [{', '.join(shown)}]"] if values else []


def _block(key: str, values: Sequence[str], indent: str = "") -> list[str]:
    dashes = [f"{indent}  - {_quoted(value)}" for value in values]
    return [f"{indent}{key}:", *dashes] if values else []


def _themes(themes: Mapping[str, tuple[str, ...]]) -> list[str]:
    shown = {
        facet: _quoted(values[0]) if len(values) == 1 else f"[{', '.join(map(_quoted, values))}]"
        for facet, values in themes.items()
    }
    told = ", ".join(f"{facet}: {value}" for facet, value in shown.items())
    return [f"themes: {{{told}}}"] if themes else []


def replace_file(file: Path, data: bytes) -> None:
    """Give a file other bytes in one step, or make it: nobody reads half of it.

    Raises:
        OSError: it cannot be written; then it is as it was.
    """
    target = file.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = target.stat().st_mode if target.exists() else _MODE
    descriptor, name = tempfile.mkstemp(prefix=".", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
