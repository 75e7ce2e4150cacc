"""What speaks against a wording before any training: it names somebody, or another owns it."""

from __future__ import annotations

import difflib
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot.scrubbing.scrub import scrub, scrub_patients
from kb.audit import audit
from kb.duplicates import Asked, near_pairs, question_words
from kb.facts import facts
from kb.lint import advice
from kb.review import review
from kb.writer import name_clash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from bot.analytics.proposals.changes import Changes
    from kb.audit import Published
    from kb.entries import KnowledgeBase

MAX_WORDING = 1500
"""Characters of a wording: a longer one is a letter, which teaches the words of everything."""

_LABEL = re.compile(r"\[[^\[\]\n]{2,40}\]")
_WORD = re.compile(r"\w")
_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason why a proposal is refused.

    Attributes:
        place: where, such as ``question 3, caractère 12``.
        message: what is wrong and what to do.
        owner: the id of the entry, desk or family that stands in the way, if one does.
    """

    place: str
    message: str
    owner: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)


def objections_to_texts(changes: Changes) -> list[Objection]:
    """What the texts themselves hold that may not be published: labels, identifiers, too much."""
    named = [(f"question {n}", text) for n, text in enumerate(changes.wordings, 1)]
    if changes.kind == "entry":
        named.append(("titre", changes.title))
    found = [each for place, text in named for each in _of_wording(place, text)]
    if changes.kind == "entry":
        found += _find_masked("réponse", changes.answer, scrub_patients(changes.answer))
        found += _labels("réponse", changes.answer)
    return found


def _of_wording(place: str, text: str) -> Iterator[Objection]:
    if len(text) > MAX_WORDING:
        told = f"{len(text)} caractères\u00a0; raccourcissez à {MAX_WORDING} au plus."
        yield Objection(f"{place}, caractère {MAX_WORDING + 1}", told)
    if not _WORD.search(text):
        yield Objection(place, "il n’y a aucun mot\u00a0; écrivez une question.")
    yield from _labels(place, text)
    yield from _find_masked(place, text, scrub(text))


def _labels(place: str, text: str) -> Iterator[Objection]:
    for label in _LABEL.finditer(text):
        told = f"« {label[0]} » cache quelque chose de personnel\u00a0; réécrivez sans ce mot."
        yield Objection(f"{place}, caractère {label.start() + 1}", told)


def _find_masked(place: str, text: str, scrubbed: str) -> Iterator[Objection]:
    """Where what identifies a person would be masked, were this a message."""
    if scrubbed == text:
        return
    matcher = difflib.SequenceMatcher(None, text, scrubbed, autojunk=False)
    blocks = [code for code in matcher.get_opcodes() if code[0] != "equal" and code[1] < code[2]]
    start = min((code[1] for code in blocks), default=0)
    end = max((code[2] for code in blocks), default=len(text))
    shown = text[start:end]
    shown = shown if len(shown) <= _QUOTED else f"{shown[:_QUOTED]}…"
    told = f"« {shown} » peut désigner une personne\u00a0; réécrivez sans cela."
    yield Objection(f"{place}, caractère {start + 1}", told)


def objections_to_owner(changes: Changes, base: KnowledgeBase) -> list[Objection]:
    """Wordings that something in ``base`` says already, with what says it; a name that is taken."""
    found = []
    if changes.kind == "entry" and (clash := name_clash(base, changes.entry_id)):
        found.append(Objection("titre", f"{clash} Changez le titre.", _named_in(clash, base)))
    new = [
        Asked(-n, changes.owner, text, question_words(text))
        for n, text in enumerate(changes.wordings, 1)
    ]
    known = [
        Asked(n, owner, text, question_words(text))
        for n, (owner, text) in enumerate(_said_in(base), 1)
    ]
    for one, other in near_pairs([*known, *new]):
        mine, theirs = (one, other) if one.number < 0 else (other, one)
        if mine.number < 0:
            found.append(_already_said(mine, theirs, base))
    return found


def _said_in(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    for key, entry in base.entries.items():
        yield key, entry.title
    for group in (base.entries, base.desks, base.outside):
        for key, item in group.items():
            yield from ((key, question.text) for question in item.questions)


def _already_said(mine: Asked, theirs: Asked, base: KnowledgeBase) -> Objection:
    place = f"question {-mine.number}"
    if theirs.number < 0:
        told = f"presque la même que la question {-theirs.number}\u00a0; gardez-en une."
        return Objection(place, told)
    same = f"« {theirs.text} » le dit déjà"
    if theirs.owner == mine.owner:
        return Objection(place, f"{same}\u00a0; retirez-la.", theirs.owner)
    owner = name_of(theirs.owner, base)
    told = f"{same}, dans « {owner} »\u00a0; retirez-la, ou proposez-la là-bas."
    return Objection(place, told, theirs.owner)


def name_of(owner: str, base: KnowledgeBase) -> str:
    """What an entry, a desk or a family is called."""
    if owner in base.entries:
        return base.entries[owner].title
    if owner in base.desks:
        return base.desks[owner].name
    return base.outside[owner].title if owner in base.outside else owner


def _named_in(clash: str, base: KnowledgeBase) -> str:
    names = re.findall(r"« ([a-z0-9-]+) »", clash)
    return next((name for name in reversed(names) if name in base.entries), "")


def objections_of_review(
    before: Path, after: Path, bases: Sequence[KnowledgeBase]
) -> list[Objection]:
    """What ``kb check`` finds in the changed folder and did not in the former.

    Args:
        before: the content folder as it is.
        after: as it would be.
        bases: what was loaded from each.
    """
    known = {(each.file, each.key, each.message) for each in review(before, bases[0])}
    mild = {(each.file, each.key, each.message) for each in advice(bases[1])}
    return [
        Objection(each.file, each.message)
        for each in review(after, bases[1])
        if (each.file, each.key, each.message) not in known | mild
    ]


def advice_on(changes: Changes, base: KnowledgeBase) -> list[str]:
    """What could be better about the changed base where the change is, in French."""
    return [each.message for each in advice(base) if each.file == changes.owner]


def objections_to_facts(
    changes: Changes, base: KnowledgeBase, catalogue: Mapping[str, Published]
) -> list[Objection]:
    """Facts that a new entry with sources lost or added, where the published answers are known."""
    if changes.kind != "entry" or not changes.sources or not catalogue:
        return []
    found = audit(base, catalogue)
    return [Objection(each.file, each.message) for each in found if each.file == changes.entry_id]


def facts_beside_original(changes: Changes) -> list[str]:
    """Facts of the new answer that the desk's own lacks, and the other way round, in French."""
    if not changes.original:
        return []
    given, written = facts(changes.answer), facts(changes.original)
    added = [
        f"« {fact} » n’est pas dans la réponse du guichet." for fact in sorted(given - written)
    ]
    lost = [
        f"« {fact} », que le guichet donnait, n’y est plus." for fact in sorted(written - given)
    ]
    return added + lost
