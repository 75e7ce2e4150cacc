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
_BOOL, _YES_NO = "tag:yaml.org,2002:bool", {"true": True, "false": False}
_MAX_DEPTH = 8

_NOT_TEXT = 0
"""Stands for a number, a date or a "yes": no value we accept is one, so none is built."""

_BOUNDARY = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
"""The library's own swallows the blank lines below, and every line number with them."""


@dataclass(frozen=True, slots=True)
class Document:
    """The front matter as data, where each key stands, what is wrong with it, the body below."""

    data: dict[str, Any]
    lines: Lines
    body: str
    problems: list[Problem]


class _Reader:
    """Walks the YAML nodes: no alias, no tag of its own, no duplicate key."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: Lines = {}
        self.problems: list[Problem] = []

    def walk(self, node: yaml.Node, path: tuple[str | int, ...] = ()) -> Any:  # noqa: ANN401 - YAML holds anything
        self.lines[path] = node.start_mark.line + 1
        if node.tag not in _PLAIN_TAGS:
            self._report(node, _dotted_path(path), "les étiquettes YAML (« !… ») sont refusées.")
            return _NOT_TEXT
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.walk(child, (*path, n)) for n, child in enumerate(node.value)]
        if node.tag == _NULL:
            return None
        if node.tag == _BOOL:
            return _YES_NO.get(node.value, _NOT_TEXT)
        return node.value if node.tag == _STR else _NOT_TEXT

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
    reader = _Reader(name)
    data = _read(reader, header)
    return Document(data=data, lines=reader.lines, body=body.strip(), problems=reader.problems)


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
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    there = [*header.splitlines(), *[""] * line][line - 1]
    what = f"l’en-tête ne se lit pas : {hint(str(getattr(error, 'problem', error)), there)}."
    return Problem(name, line, "", what)


def _dotted_path(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path)
