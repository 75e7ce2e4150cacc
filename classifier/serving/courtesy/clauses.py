"""Which words of a clause are courtesy: forms at its start, forms at its end, or all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.serving.courtesy.forms import CAPITAL, FIRST, NUMBER, UNKNOWN
from classifier.serving.courtesy.lexicon import NAMELIKE
from classifier.serving.courtesy.reading import AND, COMMA, QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from classifier.serving.courtesy.forms import Forms, Found
    from classifier.serving.courtesy.lexicon import Lexicon

KEPT, ADDRESSEE = "", "addressee"
"""Kinds of a word that stays: what is asked, and a name that a greeting addresses (a platform's
perhaps): it is read with the question, but does not make one."""

INTRODUCTION, WISHES = "introduction", "wishes"
_CONTINUED = frozenset({INTRODUCTION, WISHES})
MAX_NAMES = 4
"""Words of a name behind a closing."""

JOINTS = frozenset({"et", "mais", "and", "but", "car", "alors", "donc"})
"""What may stand between courtesy and a question."""


def read_clause(
    words: Sequence[str],
    lexicon: Lexicon,
    before: str = KEPT,
    after: str = COMMA,
    *,
    alone: bool = False,
) -> list[str]:
    """The kind of courtesy of each of a clause's ``words``, ``KEPT`` where it is none.

    Args:
        words: as they read.
        lexicon: the forms.
        before: kind of the clause before, for what continues it.
        after: the sign that ends the clause.
        alone: whether nothing is asked before it in the message.
    """
    if before not in _CONTINUED and lexicon.begins.isdisjoint(words):
        return [KEPT] * len(words)
    kinds = _open(words, lexicon)
    whole = _whole(words[len(kinds) :], lexicon)
    if whole:
        return kinds + [whole] * (len(words) - len(kinds))
    last, closing = _close(words, len(kinds), lexicon)
    middle = words[len(kinds) : last]
    while kinds and len(middle) > 1 and middle[0] in JOINTS:
        kinds.append(kinds[-1])
        middle = middle[1:]
    kind = _acknowledge(middle, lexicon) if alone and after != QUESTION else KEPT
    kind = kind or _whole(middle, lexicon) or _introduce(middle, lexicon, before, after)
    if before == WISHES and lexicon.bags[WISHES].issuperset(middle):
        kind = kind or WISHES
    return [*kinds, *[kind] * len(middle), *closing]


def _acknowledge(words: Sequence[str], lexicon: Lexicon) -> str:
    found = lexicon.alone.match(words[0], _joined(words), 0) if words else None
    return found.kind if found else KEPT


def _open(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The kinds of the words at the start that greet, wish, apologise or announce."""
    text, at = _joined(words), 0
    kinds: list[str] = []
    while len(kinds) < len(words):
        found = lexicon.head.match(words[len(kinds)], text, at)
        if found is None:
            break
        taken = words[len(kinds) : len(kinds) + found.words]
        kinds += _addressed(taken, found.kind, lexicon)
        at += sum(len(word) + 1 for word in taken)
    return kinds


def _addressed(words: Sequence[str], kind: str, lexicon: Lexicon) -> list[str]:
    titled, kinds = False, []
    for word in words:
        titled |= word in lexicon.people or word == FIRST
        unknown = word in NAMELIKE and not titled
        kinds.append(ADDRESSEE if unknown else kind)
    return kinds


def _close(words: Sequence[str], first: int, lexicon: Lexicon) -> tuple[int, list[str]]:
    """Where thanks and good-bye begin, from there to the end, and the kinds of their words."""
    kinds: list[str] = []
    last = len(words)
    for begin, end, kind in reversed(_tails(words, first, lexicon)):
        rest = words[end:last]
        if not (_in_bag(rest, kind, lexicon) or _signs(words[begin:end], rest, lexicon)):
            break
        kinds = [kind] * (last - begin) + kinds
        last = begin
    return last, kinds


def _tails(words: Sequence[str], first: int, lexicon: Lexicon) -> list[tuple[int, int, str]]:
    """First and last (exclusive) word and kind of every form of closing."""
    return [(at, at + found.words, found.kind) for at, found in _each(words, first, lexicon.tail)]


def _each(words: Sequence[str], first: int, forms: Forms) -> Iterator[tuple[int, Found]]:
    """Every one of ``forms`` from the word ``first`` on, none within another."""
    if not forms.may_begin(words):
        return
    text = _joined(words)
    place, free = 0, first
    for at, word in enumerate(words):
        if at >= free and (found := forms.match(word, text, place)):
            yield at, found
            free = at + found.words
        place += len(word) + 1


def _in_bag(words: Sequence[str], kind: str, lexicon: Lexicon) -> bool:
    return kind == "device" or lexicon.bags[kind].issuperset(words)


def _signs(form: Sequence[str], rest: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether ``rest`` is the name that signs a closing: "cordialement jean dupont"."""
    if not lexicon.strong.intersection(form) or len(rest) > MAX_NAMES:
        return False
    names = NAMELIKE - {NUMBER} if FIRST in rest else NAMELIKE - {NUMBER, UNKNOWN}
    return names.issuperset(rest)


def _whole(words: Sequence[str], lexicon: Lexicon) -> str:
    """The kind of a clause that holds a cue and nothing but words of courtesy."""
    if not lexicon.polite.issuperset(words):
        return KEPT
    found = [match.kind for _, match in _each(words, 0, lexicon.cue)]
    if not found:
        return KEPT
    allowed = frozenset().union(*(lexicon.bags[kind] for kind in found))
    return found[0] if allowed.issuperset(words) else KEPT


def _introduce(words: Sequence[str], lexicon: Lexicon, before: str, after: str) -> str:
    """Whether a clause says who writes, and nothing that a question could be about.

    A role alone before a comma is kept: what follows may hang on it ("je suis gérant, ai-je le
    droit de ...").
    """
    parts = lexicon.introduction
    text = _joined(words)
    start = parts.start.match(text)
    # A first name may be part of the start: it is read again, as a name.
    begin = text.count(" ", 0, start.end()) - (FIRST in text[: start.end()]) if start else 0
    continues = before == INTRODUCTION and bool(words) and _may_continue(words[0], lexicon)
    if not (start or continues):
        return KEPT
    names = _names(words, begin, lexicon)
    if names is None:
        return KEPT
    said = frozenset(words[begin:])
    placed = bool(names or said & parts.place or continues or "presente" in words[:begin])
    ends = after not in {COMMA, AND}
    return INTRODUCTION if placed or (said & parts.role and ends) else KEPT


def _may_continue(word: str, lexicon: Lexicon) -> bool:
    parts = lexicon.introduction
    return word in parts.role or word in parts.place or word in {FIRST, CAPITAL, "chez", "a"}


def _names(words: Sequence[str], begin: int, lexicon: Lexicon) -> list[str] | None:
    """The names in an introduction; None where it holds a word that is neither name nor role."""
    parts = lexicon.introduction
    usual = parts.role | parts.place | parts.detail
    found: list[str] = []
    for n in range(begin, len(words)):
        word, before = words[n], words[n - 1] if n else "chez"
        if before == "a" and n - 1 == begin:
            before = ""  # "we are a French company" names nothing
        if word in NAMELIKE and _is_name(word, before, words):
            # "à Lyon" alone introduces nobody.
            found += [word] * (before != "a")
        elif word not in usual and not (word == NUMBER and _counted(words[n + 1 : n + 2])):
            return None
    return found


def _counted(after: Sequence[str]) -> bool:
    return bool({"personnes", "salaries", "collaborateurs"}.intersection(after))


def _is_name(word: str, before: str, words: Sequence[str]) -> bool:
    if word == FIRST:
        return True
    if before in {FIRST, CAPITAL}:
        return word != NUMBER
    if word == UNKNOWN:
        return before in {"appelle", "nomme", UNKNOWN} and bool({"appelle", "nomme"} & set(words))
    return word == CAPITAL and before in _NAME_FOLLOWS


_NAME_FOLLOWS = frozenset(
    {"chez", "societe", "entreprise", "appelle", "nomme", "groupe", "agence", "startup", "ici"}
    | {"presente", "from", "at", "with", "for", "name", "a"}
)


def _joined(words: Sequence[str]) -> str:
    return " ".join(words) + " " if words else ""
