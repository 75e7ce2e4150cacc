"""The words and forms of courtesy, read from the data files beside the code."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.serving.courtesy.forms import (
    ACRONYM,
    CAPITAL,
    FIRST,
    INFINITIVE,
    NUMBER,
    UNKNOWN,
    Forms,
    parse,
    words_of,
)
from classifier.serving.courtesy.tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NAMELIKE = frozenset({FIRST, CAPITAL, ACRONYM, UNKNOWN, INFINITIVE, NUMBER})
MEMO_WORDS = 20_000
_INFINITIVE_ENDS = ("er", "ir", "dre", "ttre")


@dataclass(frozen=True, slots=True)
class Introduction:
    """How people introduce themselves: the start as a pattern, then words by their part."""

    start: re.Pattern[str]
    role: frozenset[str]
    place: frozenset[str]
    detail: frozenset[str]
    names_after: frozenset[str]


class Lexicon:
    """The words and forms of ``words.toml``.

    Attributes:
        bags: for each kind, the words that a clause of it may hold.
        polite: the words of all bags.
        people: titles; a name after one is a person's.
        strong: closings after which any signature may stand.
        never: words that no signature holds.
        introduction: how people introduce themselves.
    """

    def __init__(self, data: Mapping[str, Any], first_names: Iterable[str]) -> None:
        sets = data["sets"]
        self._data = data
        core = frozenset(data["bag"]["core"].split()) | {FIRST}
        self.bags = {kind: core | frozenset(words.split()) for kind, words in data["bag"].items()}
        self.polite = core.union(*self.bags.values())
        self.people = frozenset(sets["person"].split("|"))
        self.strong = frozenset(data["signature"]["strong"].split())
        self.never = frozenset(data["signature"]["never"].split())
        self.introduction = _introduction(data["introduction"], sets)
        self._first_names = frozenset(first_names)
        forms = " ".join(_texts([data[name] for name in ("sets", "head", "alone", "tail", "cue")]))
        named = words_of(forms) | words_of(data["introduction"]["start"])
        parts = self.introduction
        bag = frozenset().union(*self.bags.values(), parts.role, parts.place, parts.detail)
        self._known = named | self.never | bag - {FIRST}
        self._tolerance = Tolerance(data["mistyped"]["words"].split())
        own = " ".join(form for forms in data["cue"].values() for form in forms)
        openers = " ".join(sets[name] for name in ("hello", "person", "dear"))
        self._triggers = words_of(f"{own} {openers}") - core
        self._triggers |= frozenset(data["trigger"]["words"].split())
        self._memo: dict[str, str] = {}

    # Most messages hold no courtesy, and a first one need not wait until the forms are read.

    @cached_property
    def head(self) -> Forms:
        """Forms that open a clause."""
        return self._forms("head")

    @cached_property
    def alone(self) -> Forms:
        """Forms that are courtesy where nothing is asked before them."""
        return self._forms("alone")

    @cached_property
    def tail(self) -> Forms:
        """Forms that end a clause."""
        return self._forms("tail")

    @cached_property
    def cue(self) -> Forms:
        """Forms that make a whole clause."""
        return self._forms("cue")

    @cached_property
    def begins(self) -> frozenset[str]:
        """Words that may begin any of these forms, or an introduction."""
        start = parse(self._data["introduction"]["start"], self._data["sets"]).firsts
        every = (self.head, self.alone, self.tail, self.cue)
        return start.union(*(forms.firsts for forms in every))

    def _forms(self, name: str) -> Forms:
        return Forms(self._data[name], self._data["sets"])

    def read(self, word: str) -> str:
        """What a folded ``word`` reads as: a known word, or what stands for it (see ``forms``)."""
        found = self._memo.get(word)
        if found is None:
            found = self._look_up(word)
            if len(self._memo) >= MEMO_WORDS:
                self._memo.clear()
            self._memo[word] = found
        return found

    def triggers(self, words: Iterable[str]) -> bool:
        """Whether any of the folded ``words`` may belong to courtesy."""
        read, triggers = self.read, self._triggers
        return any(read(word) in triggers for word in words)

    def _look_up(self, word: str) -> str:
        if word in self._known:
            return word
        if word in self._first_names:
            return FIRST
        if word.isdigit():
            return NUMBER
        unknown = INFINITIVE if word.endswith(_INFINITIVE_ENDS) else UNKNOWN
        return self._tolerance.correct(word) or unknown


def _introduction(data: Mapping[str, str], sets: Mapping[str, str]) -> Introduction:
    words = {name: frozenset(data[name].split()) for name in ("role", "place", "detail")}
    return Introduction(
        start=re.compile(parse(data["start"], sets).pattern),
        names_after=frozenset(data["names_after"].split()),
        **words,
    )


def _texts(data: Any) -> Iterator[str]:  # noqa: ANN401 - TOML holds anything
    if isinstance(data, str):
        yield data
    else:
        for part in data.values() if isinstance(data, dict) else data:
            yield from _texts(part)


@cache
def lexicon() -> Lexicon:
    """The lexicon of the data files, read when it is first needed."""
    folder = Path(__file__).parent
    data = tomllib.loads((folder / "words.toml").read_text("utf-8"))
    return Lexicon(data, (folder / "first_names.txt").read_text("utf-8").split())
