"""Facts of an answer against those of the published answers that it cites, both ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.facts import facts
from kb.jsonl import JsonLine, JsonLinesError, read_json_lines
from kb.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kb.entries import FaqEntry, KnowledgeBase

COPIED_WORDS = 12
"""This many consecutive words of a published answer are a copy, not a rewording."""

_UNREADABLE = "catalogue illisible ; vérifiez son chemin et ses droits, et qu’il est en UTF-8."


def read_catalogue(path: Path) -> dict[str, str]:
    """The published answers of a JSONL file (``id``, ``answer``), by id.

    Raises:
        ContentError: the file is missing or a line is not such an object.
    """
    try:
        lines = read_json_lines(path)
    except JsonLinesError:
        raise ContentError([Problem(str(path), 0, "", _UNREADABLE)]) from None
    return dict(_read_answer(path, line) for line in lines)


def _read_answer(path: Path, line: JsonLine) -> tuple[str, str]:
    try:
        row = line.read_object()
        return str(row["id"]), str(row["answer"])
    except (ValueError, KeyError, RecursionError):
        message = "il faut un objet JSON avec « id » et « answer »."
        raise ContentError([Problem(str(path), line.number, "", message)]) from None


def audit(base: KnowledgeBase, catalogue: Mapping[str, str]) -> list[Problem]:
    """What the answers lost, added or copied, and which published answers nobody stands for."""
    found = [problem for entry in base.entries.values() for problem in _audit(entry, catalogue)]
    cited = {source for entry in base.entries.values() for source in entry.sources}
    orphans = sorted(set(catalogue) - cited)
    message = "aucune fiche ne cite cette réponse publiée."
    return found + [Problem(orphan, 0, "", message) for orphan in orphans]


def _audit(entry: FaqEntry, catalogue: Mapping[str, str]) -> list[Problem]:
    unknown = [source for source in entry.sources if source not in catalogue]
    if unknown:
        message = f"absent du catalogue : {', '.join(unknown)}."
        return [Problem(entry.id, 0, "sources", message)]
    if entry.status == "withheld":
        return []
    published = [catalogue[source] for source in entry.sources]
    expected = set().union(*(facts(text) for text in published))
    given = facts(entry.answer)
    waived = set().union(*(facts(w.fact) | {w.fact} for w in entry.waivers))
    cited = ", ".join(entry.sources)
    found = [
        f"fait perdu (il est dans {cited}) : {fact}" for fact in sorted(expected - given - waived)
    ]
    found += [
        f"fait ajouté (absent de {cited}) : {fact}" for fact in sorted(given - expected - waived)
    ]
    found += [
        f"recopié de {cited} : « {words} »" for words in _find_copied_run(entry.answer, published)
    ]
    return [Problem(entry.id, 0, "", message) for message in found]


def _find_copied_run(answer: str, published: list[str]) -> list[str]:
    runs = {run for text in published for run in _runs(text)}
    return [" ".join(run) for run in _runs(answer) if run in runs][:1]


def _runs(text: str) -> list[tuple[str, ...]]:
    # An address has to be copied: it does not count as words.
    words = re.findall(r"\w+", re.sub(r"\S*(?://|@|\w\.\w+/)\S*", " ", text.lower()))
    return [tuple(words[n : n + COPIED_WORDS]) for n in range(len(words) - COPIED_WORDS + 1)]
