"""A saved FAQ page against the knowledge base: what is new, has changed, or is gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from kb.entries import FaqEntry
from kb.facts import facts
from kb.folding import fold
from kb.likeness import Likeness
from kb.writer import create_entry, name_clash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kb.entries import KnowledgeBase
    from kb.pages import Page, PageAnswer

THEME = "a-trier"
"""The folder of imported drafts."""

SAME = 0.32
"""Likeness of an answer and the entry that rewords it, in words and facts. 99 % of the 75 first
published answers reach it with their own entry, 17 % with another one, mostly a close neighbour."""

SAME_PAGE = 0.6
"""Part of ``SAME`` that is enough for an entry that says it comes from this page."""

CUT_NOTE = "(à compléter : la page s’arrête ici)"
_TITLE_WORDS, _NAME_WORDS, _TELLING_DIGITS = 12, 8, 3


class Change(NamedTuple):
    """A fact that was, and the one that is in its place; either may be empty."""

    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.before or '(rien)'} -> {self.after or '(retiré)'}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a page tells of a knowledge base.

    Attributes:
        new: the answers that no entry stands for.
        changed: by the id of an entry, the facts that are no longer the same.
        vanished: the served entries of this page that nothing on it stands for.
        served: the entries that say what the page says.
    """

    new: tuple[PageAnswer, ...]
    changed: dict[str, tuple[Change, ...]]
    vanished: tuple[str, ...]
    served: tuple[str, ...]


class Comparer:
    """Compares pages with a knowledge base.

    Args:
        base: what is there already, drafts included.
        url: the page’s address; without it nothing can be found to have vanished.
    """

    def __init__(self, base: KnowledgeBase, url: str) -> None:
        self.base = base
        self.url = _plain_url(url)
        texts = {key: f"{e.title} {e.answer}" for key, e in base.entries.items()}
        self._likeness = Likeness(texts)
        self._exact = {_words(e.answer): key for key, e in base.entries.items()}

    def compare(self, page: Page) -> Comparison:
        """What is new on a page, what changed, what is gone and what is served."""
        new: list[PageAnswer] = []
        changed: dict[str, tuple[Change, ...]] = {}
        served: list[str] = []
        everything = set().union(*(_facts_of(answer) for answer in page.answers))
        for answer in page.answers:
            key = self._entry_of(answer)
            if key is None:
                new.append(answer)
            elif changes := self._changes(answer, self.base.entries[key], everything):
                changed[key] = changes
            else:
                served.append(key)
        met = {*changed, *served}
        gone = tuple(key for key in self._of_this_page() if key not in met)
        kept = {k: v for k, v in changed.items() if k not in served}
        left = tuple(key for key in gone if not self._is_held(key, everything))
        return Comparison(tuple(new), kept, left, tuple(dict.fromkeys(served)))

    def _entry_of(self, answer: PageAnswer) -> str | None:
        """The entry that stands for an answer: its own text, or one like it with its facts."""
        if exact := self._exact.get(_words(draft_text(answer))):
            return exact
        told = _telling(_facts_of(answer))
        found = []
        for key, score in self._likeness.nearest(f"{answer.question} {answer.text}", limit=5):
            entry = self.base.entries[key]
            ours = _telling(facts(entry.answer))
            shared = len(told & ours) / len(told | ours) if told or ours else 0.0
            bar = SAME * (SAME_PAGE if self._is_here(entry) else 1)
            found.append(((score + shared / 2) / bar, key))
        best = max(found, default=(0.0, ""))
        return best[1] if best[0] >= 1 else None

    def _changes(
        self, answer: PageAnswer, entry: FaqEntry, everything: set[str]
    ) -> tuple[Change, ...]:
        """The facts that differ; what a cut answer lacks may stand behind the cut."""
        around = facts(f"{entry.title} {' '.join(entry.url)}")
        waived = set().union(*(facts(w.fact) | {w.fact} for w in entry.waivers))
        ours = facts(entry.answer)
        gained = facts(answer.text) - ours - around - waived
        lost = ours - everything - around - waived - facts(answer.question)
        if answer.cut:
            lost = {fact for fact in lost if any(_likely_pair(fact, new) for new in gained)}
        return tuple(_pair(lost, gained))

    def _of_this_page(self) -> Iterator[str]:
        for key, entry in self.base.published.items():
            if self.url and self._is_here(entry):
                yield key

    def _is_here(self, entry: FaqEntry) -> bool:
        return bool(self.url) and self.url in {_plain_url(url) for url in entry.url}

    def _is_held(self, key: str, everything: set[str]) -> bool:
        ours = facts(self.base.entries[key].answer)
        return bool(ours) and ours <= everything


def write_drafts(folder: Path, base: KnowledgeBase, found: Comparison, url: str) -> list[Path]:
    """Write a draft for each new answer and give their paths; no other file is touched.

    Raises:
        OSError: a draft cannot be written.
    """
    written: list[Path] = []
    names: set[str] = set()
    for answer in found.new:
        name = _free_name(base, names, answer)
        names.add(name)
        title = answer.question or f"À compléter : {_first_words(answer.text)}"
        pages = (url,) if url else ()
        entry = FaqEntry(name, title, (), draft_text(answer), status="draft", url=pages)
        written.append(create_entry(folder, THEME, entry))
    return written


def draft_text(answer: PageAnswer) -> str:
    """The text of a draft: the answer’s, with a note where the page cut it."""
    return f"{answer.text}\n{CUT_NOTE}" if answer.cut else answer.text


def report_lines(found: Comparison, base: KnowledgeBase, drafts: list[Path]) -> list[str]:
    """What came of an import, in French."""
    cut = {path.stem for path, a in zip(drafts, found.new, strict=True) if a.cut}
    lines = [f"Nouvelles réponses : {len(found.new)}"]
    for path, answer in zip(drafts, found.new, strict=True):
        mark = " (coupée, à compléter)" if path.stem in cut else ""
        lines.append(f"  {path} : {answer.question or _first_words(answer.text)}{mark}")
    lines.append(f"Réponses changées : {len(found.changed)}")
    for key, changes in found.changed.items():
        lines += [f"  {key} : {change}" for change in changes]
    lines.append(f"Réponses disparues de la page : {len(found.vanished)}")
    lines += [f"  {key} : {base.entries[key].title}" for key in found.vanished]
    drafted = sum(base.entries[key].status == "draft" for key in found.served)
    kept = len(found.served) - drafted
    lines.append(f"Déjà dans la base : {kept} ; déjà en brouillon : {drafted}")
    lines.append("Rien de publié n’a été modifié.")
    return lines


def _pair(lost: set[str], gained: set[str]) -> Iterator[Change]:
    """Each fact gained with the one lost that looks most like it; the others alone."""
    left = set(lost)
    for after in sorted(gained):
        alike = [before for before in left if _likely_pair(before, after)]
        before = max(alike, key=lambda b: (_ratio(b, after), b), default="")
        left.discard(before)
        yield Change(before, after)
    yield from (Change(before, "") for before in sorted(left))


def _likely_pair(before: str, after: str) -> bool:
    return _kind(before) == _kind(after)


def _kind(fact: str) -> str:
    if "@" in fact:
        return "e-mail"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", fact):
        return "date"
    if re.fullmatch(r"0\d{9}", fact):
        return "phone"
    if "/" in fact or re.search(r"\.[a-z]{2,}", fact):
        return "address"
    return "number" if fact.isdigit() else "code"


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _facts_of(answer: PageAnswer) -> set[str]:
    return facts(f"{answer.question}\n{answer.text}")


def _telling(found: set[str]) -> set[str]:
    """The facts that tell two answers apart: a small number stands in many."""
    return {fact for fact in found if not (fact.isdigit() and len(fact) < _TELLING_DIGITS)}


def _free_name(base: KnowledgeBase, names: set[str], answer: PageAnswer) -> str:
    words = re.findall(r"[a-z0-9]+", fold(answer.question or answer.text))
    plain = "-".join(words[:_NAME_WORDS])[:60].strip("-") or "reponse"
    name, number = plain, 1
    while name in names or name_clash(base, name):
        number += 1
        name = f"{plain}-{number}"
    return name


def _first_words(text: str) -> str:
    words = text.split()
    return " ".join(words[:_TITLE_WORDS]) + ("…" if len(words) > _TITLE_WORDS else "")


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def _plain_url(url: str) -> str:
    return unquote(url).partition("#")[0].partition("://")[2].removeprefix("www.").rstrip("/?")
