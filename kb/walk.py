"""The short walk over the answers: a domain, one of its values, a topic if need be, an answer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kb.folding import fold
from kb.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kb.entries import Domain, FaqEntry, KnowledgeBase

FILE = "themes.toml"
CHOICES = 8
"""Buttons of a step; more would fill the screen of a phone."""

LABEL_ROOM = 48
"""Characters of a label; a phone shows no more on one button."""

TOPIC = "thematique"
"""The facet that splits a value with too many answers."""


def carriers(base: KnowledgeBase, facet: str, value: str) -> list[FaqEntry]:
    """The published entries that carry ``value`` of ``facet``, by title."""
    found = [e for e in base.published.values() if value in e.themes.get(facet, ())]
    return sorted(found, key=lambda entry: fold(entry.title))


def split_by_topic(entries: Sequence[FaqEntry]) -> Mapping[str, list[FaqEntry]]:
    """Topic -> entries when one step cannot show them all; empty when it can, or no topic helps."""
    if len(entries) <= CHOICES or not all(entry.themes.get(TOPIC) for entry in entries):
        return {}
    topics = sorted({topic for entry in entries for topic in entry.themes[TOPIC]}, key=fold)
    split = {topic: [e for e in entries if topic in e.themes[TOPIC]] for topic in topics}
    return split if len(split) > 1 else {}


def check_walk(base: KnowledgeBase) -> Iterator[Problem]:
    """What makes the walk longer than it should be, or leads nowhere; always odd labels."""
    yield from (_warning(text, "labels") for text in _odd_labels(base))
    reached: set[str] = set()
    for domain in base.domains:
        for facet, value in domain.values:
            entries = carriers(base, facet, value)
            reached |= {entry.id for entry in entries}
            yield from (_warning(text) for text in _complaints(domain, value, entries))
    if base.domains:
        for key in base.published.keys() - reached:
            message = f"aucun domaine de {FILE} ne mène à cette réponse ; ajoutez-y son produit."
            yield Problem(key, 0, "themes", message, blocking=False)


def _complaints(domain: Domain, value: str, entries: Sequence[FaqEntry]) -> Iterator[str]:
    place = f"« {domain.name} », « {value} »"
    if not entries:
        yield f"{place} : aucune réponse ne porte cette valeur ; corrigez-la ou retirez-la."
    topics = split_by_topic(entries)
    if len(topics) > CHOICES:
        yield f"{place} : {len(topics)} thématiques ; au plus {CHOICES}, réunissez-en."
    lists = topics.items() if topics else [(value, entries)]
    for name, listed in lists:
        if len(listed) > CHOICES:
            yield f"{place} : {len(listed)} réponses sous « {name} » ; au plus {CHOICES}."


def _odd_labels(base: KnowledgeBase) -> Iterator[str]:
    themes = [entry.themes for entry in base.published.values()]
    known = {
        name for facets in themes for facet, values in facets.items() for name in (facet, *values)
    }
    shown = Counter(fold(base.labels.get(name, name)) for name in known)
    for name, label in base.labels.items():
        if name not in known:
            yield f"« {name} » : aucune réponse ne porte cette valeur ; corrigez-la ou retirez-la."
        elif shown[fold(label)] > 1:
            yield f"« {label} » se lit déjà ailleurs ; donnez un autre libellé à « {name} »."
        if len(label) > LABEL_ROOM:
            yield f"« {label} » : {len(label)} signes ; au plus {LABEL_ROOM} sur un bouton."


def _warning(message: str, key: str = "domain") -> Problem:
    return Problem(FILE, 0, key, message, blocking=False)
