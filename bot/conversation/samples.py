"""Questions to begin with: what people ask most, or else what the base answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.folding import fold
from kb.walk import carriers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.conversation.ports import Journal
    from kb.entries import Domain, FaqEntry, KnowledgeBase

SAMPLES = 3
LONGEST = 70
"""Characters of a title that can be taken in at a glance."""

_HOW = "comment "


class Samples:
    """The published entries that the first words offer.

    Args:
        base: where they are looked for.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self.typical = _typical_entries(base)

    async def read(self, journal: Journal) -> list[FaqEntry]:
        """The most asked; the typical ones until enough people have asked ``SAMPLES`` of them."""
        names = await journal.most_answered(SAMPLES)
        found = [self._base.find_entry(name) for name in names]
        asked = [entry for entry in found if entry and entry.id in self._base.published]
        return asked if len(asked) == SAMPLES else self.typical


def _typical_entries(base: KnowledgeBase) -> list[FaqEntry]:
    """One entry a domain, in order; without domains, of all."""
    if not base.domains:
        return sorted(_short(base.published.values()), key=_plainness)[:SAMPLES]
    found: dict[str, FaqEntry] = {}
    for domain in base.domains:
        entries = [e for e in _short(_entries_of(base, domain)) if e.id not in found]
        if entries:
            best = min(entries, key=_plainness)
            found[best.id] = best
    return list(found.values())[:SAMPLES]


def _entries_of(base: KnowledgeBase, domain: Domain) -> list[FaqEntry]:
    return [entry for facet, value in domain.values for entry in carriers(base, facet, value)]


def _short(entries: Iterable[FaqEntry]) -> list[FaqEntry]:
    return [entry for entry in entries if len(entry.title) <= LONGEST]


def _plainness(entry: FaqEntry) -> tuple[bool, int, str]:
    """What is asked by "how" first: it is what people come to do; then the short ones."""
    return not fold(entry.title).startswith(_HOW), len(entry.title), entry.id
