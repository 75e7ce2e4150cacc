"""Finds what a knowledge base says twice: questions, titles, names, terms of the lexicon."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from kb.folding import fold
from kb.problems import Problem
from kb.walk import FILE as THEMES
from kb.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kb.entries import KnowledgeBase

NEAR = 0.9
"""Two questions whose word sets share this much (Jaccard) teach the classifier nothing new."""

LISTED = 3
"""So many pairs of two entries are written out; of more, their number and one of them."""


class Asked(NamedTuple):
    """A question: its number in the base, whose it is, its text and its words."""

    number: int
    owner: str
    text: str
    words: frozenset[str]


def find_duplicates(base: KnowledgeBase) -> Iterator[Problem]:
    """What is said twice, each with the other place."""
    yield from _near_questions(base)
    yield from _same_titles(base)
    yield from _same_terms(base)
    yield from _same_domains(base)


def near_pairs(asked: Sequence[Asked]) -> Iterator[tuple[Asked, Asked]]:
    """The pairs of questions that share ``NEAR`` of their words; those without words have none."""
    # Prefix filter: two sets that share NEAR of their words share one of their rarest few.
    frequency = Counter(word for item in asked for word in item.words)
    index: dict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(asked):
        rarest = sorted(item.words, key=lambda word: (frequency[word], word))
        prefix = rarest[: len(rarest) - ceil(NEAR * len(rarest)) + 1]
        candidates = sorted({other for word in prefix for other in index[word]})
        for other in candidates:
            if _jaccard(asked[other].words, item.words) >= NEAR:
                yield asked[other], item
        for word in prefix:
            index[word].append(number)


def question_words(text: str) -> frozenset[str]:
    """The words by which two questions are compared, without case and accents."""
    return frozenset(_words(text))


def _near_questions(base: KnowledgeBase) -> Iterator[Problem]:
    asked = [
        Asked(number, owner, text, question_words(text))
        for number, (owner, text) in enumerate(_all_questions(base))
    ]
    pairs: dict[tuple[str, str], list[tuple[Asked, Asked]]] = defaultdict(list)
    for first, second in near_pairs(asked):
        pairs[first.owner, second.owner].append((first, second))
    for (owner, other), found in pairs.items():
        said = _one_by_one(found) if len(found) <= LISTED else [_together(other, found)]
        for message in said:
            yield Problem(owner, 0, "questions", message, blocking=False)


def _one_by_one(pairs: Iterable[tuple[Asked, Asked]]) -> Iterator[str]:
    for first, second in pairs:
        where = "" if first.owner == second.owner else f" (dans {second.owner})"
        yield f"presque la même question : « {first.text} » et « {second.text} »{where}."


def _together(other: str, pairs: Sequence[tuple[Asked, Asked]]) -> str:
    first, second = pairs[0]
    if first.owner == other:
        alike = {item for pair in pairs for item in pair}
        return f"{len(alike)} questions presque les mêmes entre elles, dont « {first.text} »."
    count = len({one for one, _ in pairs})
    return f"{count_of(count, 'question')} en commun avec {other}, dont « {second.text} »."


def _all_questions(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    for group in (base.published, base.desks, base.outside):
        for key, item in group.items():
            yield from ((key, question.text) for question in item.questions)


def _same_titles(base: KnowledgeBase) -> Iterator[Problem]:
    named = [
        [(key, "title", entry.title) for key, entry in base.published.items()],
        [(key, "name", desk.name) for key, desk in base.desks.items()],
        [(key, "title", family.title) for key, family in base.outside.items()],
    ]
    for group in named:
        first: dict[str, str] = {}
        for key, where, text in group:
            if (other := first.setdefault(_plain(text), key)) != key:
                message = f"« {text} » est aussi celui de {other} ; distinguez-les."
                yield Problem(key, 0, where, message, blocking=False)


def _same_terms(base: KnowledgeBase) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for number, term in enumerate(base.lexicon):
        for name in (term.short, term.long, *term.synonyms):
            mine = f"{number} {term.short}"
            if name and (other := owner.setdefault("".join(fold(name).split()), mine)) != mine:
                message = (
                    f"« {name} » est défini deux fois : seul « {other.partition(' ')[2]} », le "
                    "premier, serait montré ; gardez-en un."
                )
                yield Problem("lexicon.toml", 0, f"term.{number}", message, blocking=False)


def _same_domains(base: KnowledgeBase) -> Iterator[Problem]:
    names = Counter(_plain(domain.name) for domain in base.domains)
    for domain in base.domains:
        if names[_plain(domain.name)] > 1:
            message = f"« {domain.name} » est écrit deux fois ; réunissez leurs valeurs."
            yield Problem(THEMES, 0, "domain", message, blocking=False)
        for (_, value), times in Counter(domain.values).items():
            if times > 1:
                message = f"« {domain.name} » : « {value} » y est deux fois ; gardez-en une."
                yield Problem(THEMES, 0, "domain", message, blocking=False)


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _plain(text: str) -> str:
    return "".join(_words(text))
