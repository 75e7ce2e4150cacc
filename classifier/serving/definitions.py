"""Messages that ask what a term of the lexicon means: "c'est quoi un sigle", "SIGLE ?", "le terme".

A term that stands alone asks for all there is on it: whoever types one word on a phone has not said
what they want to know.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from classifier.decision import Target
from classifier.text import Words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from classifier.decision import Decision
    from kb.entries import Term

MAX_RELATED = 3
MAX_CHARS = 120
"""A longer message tells more than a term that is not known."""

_MEANS = r"(?:veu[tx]?|veulent|voulait|voudrait) (?:bien )?dire|signifi(?:e|ent|ait)"
_WHAT = r"(?:koi|quoi|kwa)(?: donc| exactement| au juste)?"
_IT_IS = r"(?:c|s|sa|ca)(?: ?est| et)?"
_SPELT = r"(?:ke[zs]ako|que[zs]aco|ke[zs]aco|kesaquo)"
_MEANING = r"(?:definition|def|signification|sens|explication)"
_SHORT_FORM = r"(?:sigle|acronyme|terme|mot|abreviation|initiales)"
_POLITE = r"bonjour|bonsoir|salut|hello|svp|stp|s il (?:vous|te) plait|merci(?: d avance)?|please"

_WISH = (
    r"(?:(?:je|j|on|nous|vous|tu|me|m|moi|pouvez|peux|pourriez|pourrais|voudrais|voudrions|veux"
    r"|aimerais|aimerions|souhaite|cherche|dire|dites|dis|expliquer|expliquez|explique|rappeler"
    r"|rappelez|rappelle|savoir|comprendre|donner|donnez|donne|can|could|you|tell|euh) )*"
)
_LEADS = "|".join(
    (
        rf"{_IT_IS} {_WHAT}(?: que| qu)?",
        r"(?:ce )?(?:que|qu) ?(?:est|es)?(?: ce)?(?: que| qu)? ?(?:c ?est)?(?: que| qu)?",
        r"(?:kes|keske?|qesk|questce|quest ce|kes ke)(?: que| qu)?(?: c ?(?:est)?)?(?: que| qu)?",
        rf"(?:ce )?(?:que|qu|ke|k|ca|sa|qu est ce que)? ?(?:{_MEANS})(?: quoi)?",
        r"(?:a quoi|que) correspond(?:ent)?(?: a| au| aux)?",
        r"(?:ce )?que designe(?:nt)?",
        rf"(?:quel(?:le)? est )?(?:la |le |l |une |un )?(?:{_MEANING}|{_SHORT_FORM})",
        rf"defini(?:r|ssez|s)|{_SPELT}",
        r"what(?: ?s| is| are| does| do)?|define|definition of|(?:the )?meaning of",
    )
)
_TRAILS = "|".join(
    (
        rf"{_IT_IS} {_WHAT}|{_SPELT}|{_MEANING}",
        rf"(?:ca |sa )?(?:{_MEANS}) {_WHAT}",
        r"(?:ca )?correspond a quoi",
        r"meaning|mean|means|stands? for|means what",
    )
)
_FILL = rf"(?:(?:de|d|du|des|le|la|l|les|un|une|ce|cet|cette|the|a|an|par|pour|of|{_SHORT_FORM}) )*"
_HINTS = frozenset(
    """
    quoi koi kwa que qu ke k kes kesk keske qesk questce dire signifie signifient signifiait
    correspond definition def signification sens explication sigle acronyme terme mot initiales
    abreviation definir definissez definis what whats define meaning mean means stand stands
    kezako kesako quezaco quesaco kezaco kesaco kesaquo
    """.split()  # noqa: SIM905 - a list of words reads better than a list of texts
)
"""Every form of the question holds one of these words."""

_MANNERS_AT_ENDS = re.compile(rf"^(?:(?:{_POLITE}) )+|(?: (?:{_POLITE}|mean|stand for))+$")
_BEFORE = re.compile(rf"{_WISH}(?:{_LEADS}) {_FILL}")
_AFTER = re.compile(rf" (?:{_TRAILS})")
_ENDS = re.compile(rf" (?:{_TRAILS})$")
_FILLED = re.compile(_FILL)
_OF_WHOM = r"mon|ma|mes|notre|nos|votre|vos"
_ARTICLE = re.compile(rf"(?:le|la|l|les|un|une|des?|du|{_OF_WHOM}) (?=.)")


class Definitions:
    """Finds the term whose meaning is asked, and answers with its definition.

    Args:
        lexicon: the terms; one that has neither a long form nor a definition explains nothing.
        targets: what can be suggested.
    """

    def __init__(self, lexicon: Iterable[Term], targets: Collection[Target]) -> None:
        self._targets = frozenset(targets)
        self._words = Words()
        self._by_name: dict[str, Term] = {}
        terms = [term for term in lexicon if term.definition or term.long]
        for term in terms:
            self._by_name.setdefault(self._key(term.short), term)
        for term in terms:
            for name in (term.long, *term.synonyms):
                self._by_name.setdefault(self._key(name), term)
        self._by_name.pop("", None)

    def find(self, text: str) -> Term | None:
        """The term whose meaning ``text`` asks, and nothing but that."""
        if len(text) > MAX_CHARS:
            return None
        words = self._words(text)
        said = " ".join(words)
        said = _MANNERS_AT_ENDS.sub("", said)
        if alone := self._named(_ARTICLE.sub("", said, count=1).split()):
            return alone
        if _HINTS.isdisjoint(words):
            return None  # most messages end here, a few microseconds later
        first = self._find_at_end(said.split()) if _BEFORE.match(said) else None
        return first or (self._find_before(said.split()) if _ENDS.search(said) else None)

    def _find_at_end(self, words: Sequence[str]) -> Term | None:
        """The term X of "que veut dire X"; the longest name that fits counts."""
        for cut in range(1, len(words)):
            term = self._named(words[cut:])
            if term and _BEFORE.fullmatch(" ".join(words[:cut]) + " "):
                return term
        return None

    def _find_before(self, words: Sequence[str]) -> Term | None:
        """The term X of "X, c'est quoi"; the longest name that fits counts."""
        for cut in range(len(words) - 1, 0, -1):
            filled = _FILLED.match(" ".join(words[:cut]) + " ")
            term = self._named(words[filled[0].count(" ") if filled else 0 : cut])
            if term and _AFTER.fullmatch(" " + " ".join(words[cut:])):
                return term
        return None

    def _named(self, words: Sequence[str]) -> Term | None:
        name = "".join(words)
        return self._by_name.get(name) or self._by_name.get(name.removesuffix("s"))

    def define(self, text: str, decision: Decision) -> Decision:
        """The decision on ``text``, with the term that it asks the meaning of.

        A sure answer stays, below the definition; anything else becomes the definition with up to
        three entries: those of the term, then what would have been suggested.
        """
        term = self.find(text) if decision.also is None else None
        if term is None:
            return decision
        if decision.action == "answer":
            return replace(decision, term=term.short)
        related = (Target("faq", name) for name in term.entries)
        shown = [target for target in (*related, *decision.suggestions) if target in self._targets]
        return replace(
            decision,
            action="clarify",
            target=None,
            suggestions=tuple(dict.fromkeys(shown))[:MAX_RELATED],
            confidence=1.0,
            term=term.short,
        )

    def _key(self, name: str) -> str:
        """A name as it is looked up: letters and digits alone, without its article."""
        said = " ".join(self._words(name))
        return _ARTICLE.sub("", said, count=1).replace(" ", "")
