"""A Markdown file with front matter -> data, with the line of every key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from kb.hints import hint
from kb.problems import ContentError, Problem

Lines = dict[tuple[str | int, ...], int]

_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{kind}"
    for kind in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")
}
_STR, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"
_YES = {"yes", "true", "on"}
_MAX_DEPTH = 8

MERGE_MARK = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)")
"""How a line begins that a version control left for somebody to settle."""

MERGE_MESSAGE = "une marque de fusion est restée ; gardez une version et effacez la marque."

_COMMENT = re.compile(r"\s*#")
_BOUNDARY = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
"""The library's own swallows the blank lines below, and every line number with them."""


@dataclass(frozen=True, slots=True)
class NotText:
    """A number, a date or a yes/no as it was written; no key takes one unless it says so.

    Attributes:
        written: its letters.
        truth: whether it is a yes or a no, and which; None when neither.
    """

    written: str = ""
    truth: bool | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The front matter as data, where each key stands, what is wrong with it, the body below.

    Attributes:
        data: texts, lists and mappings of them; what is no text is a ``NotText``.
        lines: the line of every key, by its path.
        body: what stands below.
        body_line: the line on which ``body`` begins.
        problems: what cannot be taken as it is.
        cut: the texts behind which a comment stands, by their path: a plain text ends there.
    """

    data: dict[str, Any]
    lines: Lines
    body: str
    body_line: int
    problems: list[Problem]
    cut: tuple[tuple[str | int, ...], ...] = ()

    def line(self, *path: str | int) -> int:
        """The line of a key, or of the nearest one above it that is written; else 1."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Reader:
    """Walks the YAML nodes: no alias, no tag of its own, no duplicate key."""

    def __init__(self, name: str, header: str = "") -> None:
        self.name = name
        self.cut: list[tuple[str | int, ...]] = []
        self._header = header.split("\n")
        self.lines: Lines = {}
        self.problems: list[Problem] = []

    def walk(self, node: yaml.Node, path: tuple[str | int, ...] = ()) -> Any:  # noqa: ANN401 - YAML holds anything
        self.lines[path] = node.start_mark.line + 1
        if node.tag not in _PLAIN_TAGS:
            self._report(node, _dotted_path(path), "les étiquettes YAML (« !… ») sont refusées.")
            return NotText()
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.walk(child, (*path, n)) for n, child in enumerate(node.value)]
        if node.tag == _NULL:
            return None
        if isinstance(node, yaml.ScalarNode) and not node.style and self._is_cut(node):
            self.cut.append(path)
        return node.value if node.tag == _STR else _not_text(node)

    def _is_cut(self, node: yaml.ScalarNode) -> bool:
        end = node.end_mark
        return bool(_COMMENT.match(self._header[end.line][end.column :]))

    def _mapping(self, node: yaml.MappingNode, path: tuple[str | int, ...]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._report(key_node, _dotted_path(path), "une clé doit être un simple mot.")
                continue
            key = str(key_node.value)
            if key in data:
                self._report(
                    key_node,
                    _dotted_path((*path, key)),
                    "cette clé est écrite deux fois ; gardez-en une.",
                )
            data[key] = self.walk(value_node, (*path, key))
            self.lines[(*path, key)] = key_node.start_mark.line + 1
        return data

    def _report(self, node: yaml.Node, key: str, message: str) -> None:
        line = node.start_mark.line + 1
        self.problems.append(Problem(self.name, line, key, message))


def parse(name: str, text: str) -> Document:
    """Split ``text`` into front matter and body.

    Raises:
        ContentError: there is no front matter, or it is not the plain YAML we accept.
    """
    handler = YAMLHandler(fm_boundary=_BOUNDARY)
    if not handler.detect(text):
        message = "il manque l’en-tête : le fichier doit commencer par une ligne « --- »."
        raise ContentError([Problem(name, 1, "", message)])
    try:
        header, body = handler.split(text)
    except ValueError:
        message = "l’en-tête n’est pas fermé : ajoutez une ligne « --- » sous les clés."
        raise ContentError([Problem(name, 1, "", message)]) from None
    reader = _Reader(name, header)
    data = _read(reader, header)
    above = len(text) - len(body.lstrip())
    return Document(
        data=data,
        lines=reader.lines,
        body=body.strip(),
        body_line=text.count("\n", 0, above) + 1,
        problems=reader.problems,
        cut=tuple(reader.cut),
    )


def first_merge_line(text: str) -> int:
    """The number of the first line that a merge left, from 1; 0 when there is none."""
    lines = enumerate(text.split("\n"), 1)
    return next((number for number, line in lines if MERGE_MARK.match(line)), 0)


def _not_text(node: yaml.Node) -> NotText:
    written = str(node.value)
    return NotText(written, written.lower() in _YES if node.tag == _BOOL else None)


def _read(reader: _Reader, header: str) -> dict[str, Any]:
    try:
        _refuse_bombs(reader.name, header)
        node = yaml.compose(header, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ContentError([_reading_problem(reader.name, header, error)]) from None
    if not isinstance(node, yaml.MappingNode):
        message = "l’en-tête doit être une suite de « clé : valeur »."
        raise ContentError([Problem(reader.name, 1, "", message)])
    data: dict[str, Any] = reader.walk(node)
    return data


def _refuse_bombs(name: str, header: str) -> None:
    depth = 0
    for event in yaml.parse(header, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            message = "les renvois YAML (« *… ») sont refusés ; recopiez la valeur."
            raise ContentError([Problem(name, line, "", message)])
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            message = f"trop de niveaux imbriqués (plus de {_MAX_DEPTH})."
            raise ContentError([Problem(name, line, "", message)])


def _reading_problem(name: str, header: str, error: yaml.YAMLError) -> Problem:
    if isinstance(error, yaml.reader.ReaderError):
        what = "l’en-tête contient un caractère invisible interdit ; effacez-le"
        line = header[: header.find(chr(error.character))].count("\n") + 1
        return Problem(name, line, "", f"{what} (U+{error.character:04X}).")
    if line := first_merge_line(header):
        return Problem(name, line, "", MERGE_MESSAGE)
    return _syntax_problem(name, header, error)


def _syntax_problem(name: str, header: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    there = [*header.splitlines(), *[""] * line][line - 1]
    advice = hint(str(getattr(error, "problem", error)), there)
    begin = getattr(error, "context_mark", None)
    if advice.at_its_beginning and begin:
        line = begin.line + 1
    return Problem(name, line, "", f"l’en-tête ne se lit pas : {advice.said}.")


def _dotted_path(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path)
