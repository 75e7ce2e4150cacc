"""Facts of an answer against those of the published answers that it cites, both ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kb.facts import facts
from kb.jsonl import JsonLine, JsonLinesError, read_json_lines
from kb.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kb.entries import FaqEntry, KnowledgeBase

COPIED_WORDS = 12
"""This many consecutive words of a published answer are a copy, not a rewording."""

_UNREADABLE = "catalogue illisible ; vérifiez son chemin et ses droits, et qu’il est en UTF-8."


class Published(NamedTuple):
    """One published answer.

    Attributes:
        text: what it says: each of its facts must be kept.
        around: its question and the address of its page: an answer may take facts from them.
    """

    text: str
    around: str = ""


def read_catalogues(paths: Sequence[Path]) -> dict[str, Published]:
    """The published answers of several JSONL files, by id.

    Raises:
        ContentError: a file is missing, a line is no such object, or two files share an id.
    """
    found: dict[str, Published] = {}
    for path in paths:
        rows = read_catalogue(path)
        if shared := sorted(found.keys() & rows.keys()):
            message = f"déjà dans un autre catalogue : {', '.join(shared)}."
            raise ContentError([Problem(str(path), 0, "id", message)])
        found |= rows
    return found


def read_catalogue(path: Path) -> dict[str, Published]:
    """The published answers of a JSONL file, by id.

    A row holds ``id`` and either ``answer`` or ``facts``; ``question`` and ``url`` are optional.

    Raises:
        ContentError: the file is missing, a line is not such an object, or two share an id.
    """
    try:
        lines = read_json_lines(path)
    except JsonLinesError:
        raise ContentError([Problem(str(path), 0, "", _UNREADABLE)]) from None
    found: dict[str, Published] = {}
    first: dict[str, int] = {}
    for line in lines:
        name, published = _read_row(path, line)
        if first.setdefault(name, line.number) != line.number:
            message = f"« {name} » est déjà à la ligne {first[name]} ; gardez-en une."
            raise ContentError([Problem(str(path), line.number, "id", message)])
        found[name] = published
    return found


def _read_row(path: Path, line: JsonLine) -> tuple[str, Published]:
    try:
        row = line.read_object()
        return str(row["id"]), _published(row)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        message = "il faut un objet JSON avec « id », et « answer » ou « facts »."
        raise ContentError([Problem(str(path), line.number, "", message)]) from None


def _published(row: Mapping[str, object]) -> Published:
    text = row["answer"] if "answer" in row else row["facts"]
    around = (row.get("question"), row.get("url"))
    return Published(str(text), " ".join(str(part) for part in around if part))


def audit(base: KnowledgeBase, catalogue: Mapping[str, Published]) -> list[Problem]:
    """Facts that answers lost or added, copied passages, and published answers without entry."""
    found = [problem for entry in base.entries.values() for problem in _audit(entry, catalogue)]
    kept = [entry for entry in base.entries.values() if entry.status != "draft"]
    cited = {source for entry in kept for source in entry.sources}
    orphans = sorted(set(catalogue) - cited)
    message = "aucune fiche ne cite cette réponse publiée."
    return found + [Problem(orphan, 0, "", message) for orphan in orphans]


def _audit(entry: FaqEntry, catalogue: Mapping[str, Published]) -> list[Problem]:
    unknown = [source for source in entry.sources if source not in catalogue]
    if unknown:
        message = f"absent du catalogue : {', '.join(unknown)}."
        return [Problem(entry.id, 0, "sources", message)]
    if entry.status != "published" or not entry.sources:
        return []
    published = [catalogue[source] for source in entry.sources]
    expected = set().union(*(facts(answer.text) for answer in published))
    around = set().union(*(facts(answer.around) for answer in published))
    given = facts(entry.answer)
    waived = set().union(*(facts(w.fact) | {w.fact} for w in entry.waivers))
    cited = ", ".join(entry.sources)
    found = [
        f"fait perdu (il est dans {cited}) : {fact}" for fact in sorted(expected - given - waived)
    ]
    found += [
        f"fait ajouté (absent de {cited}) : {fact}"
        for fact in sorted(given - expected - around - waived)
    ]
    found += [
        f"recopié de {cited} : « {words} »"
        for words in _find_copied_run(entry.answer, [answer.text for answer in published])
    ]
    return [Problem(entry.id, 0, "", message) for message in found]


def _find_copied_run(answer: str, published: list[str]) -> list[str]:
    runs = {run for text in published for run in _runs(text)}
    return [" ".join(run) for run in _runs(answer) if run in runs][:1]


def _runs(text: str) -> list[tuple[str, ...]]:
    # An address has to be copied: it does not count as words.
    words = re.findall(r"\w+", re.sub(r"\S*(?://|@|\w\.\w+/)\S*", " ", text.lower()))
    return [tuple(words[n : n + COPIED_WORDS]) for n in range(len(words) - COPIED_WORDS + 1)]
