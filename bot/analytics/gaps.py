"""What was asked and not answered: grouped by words, with the entries nearest to it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.store.queries import reading
from kb.folding import fold
from kb.likeness import Likeness, Near, stems
from kb.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.database.database import Database
    from bot.store.queries import Unmet
    from kb.entries import KnowledgeBase

ALIKE = 0.45
"""Likeness of two messages that ask for the same."""

NEAR = 0.2
"""Below this an entry has hardly a word in common with a message."""

TITLE_WORDS = 2
"""Words of one title that a declined message must hold to be looked at."""

_LONG = 4
"""Letters of a word that says what a message is about."""

SHOWN, EXAMPLES = 30, 3
WORD = r"\w+"

_WHY = {
    "unanswered": "sans réponse",
    "decline": "écartées",
    "refused": "réponse refusée",
}


@dataclass(slots=True)
class Gap:
    """Messages that ask for about the same.

    Attributes:
        texts: the messages, scrubbed, oldest first.
        reasons: how often each reason was met: ``unanswered``, ``decline`` or ``refused``.
        nearest: the entries nearest to them, best first.
    """

    texts: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    nearest: tuple[Near, ...] = ()


async def find_gaps(database: Database, base: KnowledgeBase) -> list[Gap]:
    """What a journal holds that was not answered, most asked first.

    Raises:
        StoreError: the journal is there and cannot be read.
    """
    file = database.path
    if file is not None and (not file.exists() or not file.stat().st_size):
        return []
    async with reading(database) as reader:
        unmet = await reader.unmet()
    return group(select(unmet, base), base)


def select(unmet: Iterable[Unmet], base: KnowledgeBase) -> list[Unmet]:
    """Those worth a look: of what was declined, only what holds words of the knowledge base."""
    terms = {fold(name) for term in base.lexicon for name in (term.short, *term.synonyms)}
    titles = [_long_stems(entry.title) for entry in base.entries.values()]
    return [
        found
        for found in unmet
        if found.refused or found.action != "decline" or _is_known(found.text, terms, titles)
    ]


def group(unmet: Iterable[Unmet], base: KnowledgeBase) -> list[Gap]:
    """Messages of similar words together, the largest group first."""
    listed = list(unmet)
    gaps: dict[str, Gap] = {}
    entries = Likeness({key: _words_of(base, key) for key in base.entries})
    texts = {str(number): found.text for number, found in enumerate(listed)}
    likeness = Likeness(texts, known=entries)
    owner: dict[str, str] = {}
    for number, found in enumerate(listed):
        name = str(number)
        alike = likeness.nearest(found.text, limit=len(listed))
        first = next((owner[n] for n, s in alike if s >= ALIKE and n in owner), name)
        owner[name] = first
        gap = gaps.setdefault(first, Gap())
        gap.texts.append(found.text)
        gap.reasons["refused" if found.refused else found.action] += 1
    for gap in gaps.values():
        near = entries.nearest(" ".join(gap.texts[:EXAMPLES]))
        gap.nearest = tuple(found for found in near if found.score >= NEAR)
    return sorted(gaps.values(), key=lambda gap: -len(gap.texts))


def render_gaps(gaps: list[Gap], base: KnowledgeBase) -> str:
    """The groups as lines, in French."""
    if not gaps:
        return "Aucune question sans réponse dans le journal."
    total = sum(len(gap.texts) for gap in gaps)
    lines = [f"{count_of(total, 'message')} sans réponse, en {count_of(len(gaps), 'groupe')} :"]
    for number, gap in enumerate(gaps[:SHOWN], 1):
        reasons = ", ".join(f"{_WHY[why]} : {n}" for why, n in gap.reasons.most_common())
        lines += ["", f"{number}. {len(gap.texts)} fois ({reasons})"]
        lines += [f"   « {text} »" for text in list(dict.fromkeys(gap.texts))[:EXAMPLES]]
        lines += [f"   proche : {name}, {base.entries[name].title}" for name, _ in gap.nearest]
        lines += [] if gap.nearest else ["   aucune fiche proche"]
    if len(gaps) > SHOWN:
        lines += ["", f"et {count_of(len(gaps) - SHOWN, 'groupe')} de plus."]
    lines += ["", "Pour répondre : aiguilleur kb new, ou ajoutez ces questions à la fiche proche."]
    return "\n".join(lines)


def _is_known(text: str, terms: set[str], titles: list[frozenset[str]]) -> bool:
    words = _plain_words(text)
    if any(_plain_words(term) in words for term in terms):
        return True
    said = _long_stems(text)
    return any(len(said & title) >= TITLE_WORDS for title in titles)


def _plain_words(text: str) -> str:
    """The words with a space on either side, so that one inside another is not found."""
    return f" {' '.join(re.findall(WORD, fold(text)))} "


def _long_stems(text: str) -> frozenset[str]:
    return frozenset(word for word in stems(text) if len(word) >= _LONG)


def _words_of(base: KnowledgeBase, key: str) -> str:
    entry = base.entries[key]
    return " ".join([entry.title, *(asked.text for asked in entry.questions)])
