"""Lists what an editor should look at again in a folder that can be served."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from kb.folding import fold
from kb.problems import Problem
from kb.walk import check_walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kb.entries import KnowledgeBase, Question

MIN_QUESTIONS = 20
MAX_ANSWER = 1500
NEAR = 0.9
"""Two questions whose word sets share this much (Jaccard) teach the classifier nothing new."""

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_OPEN_LINK = re.compile(r"\bhttp://[^\s<>()]+|(?<![/.\w])www\.[\w-]+\.[^\s<>()]*[^\s<>().,;:!?]")


class _Asked(NamedTuple):
    owner: str
    text: str
    words: frozenset[str]


def lint(base: KnowledgeBase) -> list[Problem]:
    """Everything that is served as it is and deserves a second look."""
    found = (_thin, _long, _foreign_emails, _open_links, _near_duplicates, check_walk)
    return [problem for look in found for problem in look(base)]


def pending(base: KnowledgeBase) -> list[Problem]:
    """The entries that are not served, which is no mistake: drafts, and what is withheld."""
    said = {
        key: "brouillon, ni servi ni appris."
        if entry.status == "draft"
        else f"retirée, à confirmer : {entry.reason}"
        for key, entry in base.entries.items()
        if entry.status != "published"
    }
    return [Problem(key, 0, "status", text, blocking=False) for key, text in said.items()]


def _thin(base: KnowledgeBase) -> Iterator[Problem]:
    for key, entry in base.published.items():
        if (count := len(entry.questions)) < MIN_QUESTIONS:
            message = f"{count} questions seulement ; il en faut au moins {MIN_QUESTIONS}."
            yield Problem(key, 0, "questions", message, blocking=False)


def _long(base: KnowledgeBase) -> Iterator[Problem]:
    for key, entry in base.published.items():
        if (size := len(entry.answer)) > MAX_ANSWER:
            message = f"réponse de {size} caractères ; au plus {MAX_ANSWER} pour un chat."
            yield Problem(key, 0, "", message, blocking=False)


def _foreign_emails(base: KnowledgeBase) -> Iterator[Problem]:
    # An answer with sources may give any address that these hold: the audit compares them.
    known = {desk.email.lower() for desk in base.desks.values()}
    sourced = {key for key, entry in base.entries.items() if entry.sources}
    for key, text in _texts(base):
        if key in sourced:
            continue
        for email in _EMAIL.findall(text):
            if email.lower() not in known:
                message = f"aucun guichet n’a l’adresse {email} ; corrigez-la ou retirez-la."
                yield Problem(key, 0, "", message, blocking=False)


def _open_links(base: KnowledgeBase) -> Iterator[Problem]:
    for key, text in _texts(base):
        for link in _OPEN_LINK.findall(text):
            message = f"lien sans https : {link} ; écrivez l’adresse entière, avec https://."
            yield Problem(key, 0, "", message, blocking=False)


def _texts(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """The texts that people read, each with its owner; drafts are left out."""
    for key, entry in base.entries.items():
        if entry.status != "draft":
            yield key, entry.answer
    yield from ((key, family.reply) for key, family in base.outside.items())


def _near_duplicates(base: KnowledgeBase) -> Iterator[Problem]:
    asked = [
        _Asked(owner, question.text, frozenset(_words(question.text)))
        for owner, questions in _all_questions(base)
        for question in questions
    ]
    for first, second in _near_pairs([a for a in asked if a.words]):
        where = "" if first.owner == second.owner else f" (dans {second.owner})"
        message = f"presque la même question : « {first.text} » et « {second.text} »{where}."
        yield Problem(first.owner, 0, "questions", message, blocking=False)


def _all_questions(base: KnowledgeBase) -> Iterable[tuple[str, tuple[Question, ...]]]:
    for group in (base.published, base.desks, base.outside):
        for key, item in group.items():
            yield key, item.questions


def _near_pairs(asked: list[_Asked]) -> Iterator[tuple[_Asked, _Asked]]:
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


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))
