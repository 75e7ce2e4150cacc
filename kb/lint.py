"""Lists what an editor should look at again in a folder that can be served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.duplicates import find_duplicates
from kb.problems import Problem
from kb.walk import check_walk
from kb.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.entries import KnowledgeBase

MIN_QUESTIONS = 20
MAX_ANSWER = 1500
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_OPEN_LINK = re.compile(r"\bhttp://[^\s<>()]+|(?<![/.\w])www\.[\w-]+\.[^\s<>()]*[^\s<>().,;:!?]")


def lint(base: KnowledgeBase) -> list[Problem]:
    """Everything that is served as it is and deserves a second look."""
    found = (_long, _foreign_emails, _open_links, find_duplicates)
    return [*advice(base), *(problem for look in found for problem in look(base))]


def advice(base: KnowledgeBase) -> list[Problem]:
    """What is not wrong and could be better: few questions, and answers that no theme leads to."""
    return [*_thin(base), *check_walk(base)]


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
            message = f"{count_of(count, 'question')} seulement ; il en faut {MIN_QUESTIONS}."
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
