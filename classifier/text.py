"""French normalisation and the two analysers of the TF-IDF views.

The recipe (words and bigrams of stems with sentence borders, character n-grams inside word
borders) is the one that wins on small French sets; stop words stay, they carry intent.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import Stemmer

from kb.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MAX_CHARS = 2000
"""Characters that are read of a message: the rest would cost time and say no more."""

MARKS = 4
"""Characters that one letter may be spelt with, accents and invisible marks included."""

NGRAM_SIZES = (2, 5)
START, END = "^", "$"

_WORD = re.compile(r"[^\W_]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"}


@lru_cache(maxsize=4096)
def plain_char(char: str) -> str:
    """One character in lower case without its accent: none, one or several characters."""
    if char in _LIGATURES:
        return _LIGATURES[char]
    if unicodedata.category(char) == "Cf":
        return ""
    return "".join(_LIGATURES.get(c, c) for c in fold(char))


def normalise(text: str) -> str:
    """Lower case without accents, ligatures, invisible marks or full-width forms.

    NFC and NFD spellings of the same text give the same result, of ``MAX_CHARS`` at most.
    """
    # Cut again once plain: a first cut at the limit would read less of the spelling with marks.
    text = text[: MAX_CHARS * MARKS].lower()
    # French is ASCII but for one letter in twenty: only those are looked up.
    plain = text if text.isascii() else _BEYOND_ASCII.sub(_plain_match, text)
    return plain[:MAX_CHARS]


def _plain_match(match: re.Match[str]) -> str:
    return plain_char(match[0])


def plain_words(text: str) -> list[str]:
    """The normalised words of ``text``, compounds not joined."""
    return _WORD.findall(normalise(text))


def word_set(words: str) -> frozenset[str]:
    """The words of a text, parted by spaces."""
    return frozenset(words.split())


LITTLE_WORDS = {
    "english": word_set(
        "the of and to in is are was were be been do does did have has had can could will would "
        "should must may i you we they he she it my your our their its this that these those there "
        "what which who whom where when why how if not for with from by at an or but about into me "
        "us them need want get any please help hello thanks don doesn isn still yet after before "
        "as one two only both other another same than through under between without whose"
    ),
    "french": word_set(
        "le la les un une des du de d l au aux et ou est sont etait etre j je tu il elle nous vous "
        "ils mon ma mes notre nos votre vos leur ce cet cette ces c qui que qu quoi quel quelle "
        "comment pourquoi quand dans pour par avec sur sans ne n pas en se sa si mais ai avez "
        "avons ont faut peut puis bonjour merci svp cela ca"
    ),
}
"""By language, the words that any text in it is full of, as ``Words`` gives them."""


def count_little_words(words: Iterable[str]) -> dict[str, int]:
    """By language, how many of ``words`` are little words of it; "on" and "a" say nothing."""
    said = list(words)
    return {name: sum(word in little for word in said) for name, little in LITTLE_WORDS.items()}


class Words:
    """Splits a message into words; compound acronyms of the lexicon become one word.

    ``compounds`` are terms such as ``a-BC``: "a bc", "abc" and "A-BC" all read "abc".
    """

    def __init__(self, compounds: Iterable[str] = ()) -> None:
        folded = {tuple(_WORD.findall(normalise(term))) for term in compounds}
        self.compounds = sorted(parts for parts in folded if len(parts) > 1)
        options = [r"[\W_]{0,3}".join(parts) for parts in reversed(self.compounds)]
        # Not \b: underscores are no part of a word here, and chats use them for emphasis.
        whole = rf"(?:{'|'.join(options)})(?![^\W_])|" if options else ""
        self._word = re.compile(whole + _WORD.pattern)
        # The same on normalised ASCII, which most messages are: half of the time.
        ascii_only = whole.replace(r"[^\W_]", "[a-z0-9]").replace(r"[\W_]", "[^a-z0-9]")
        self._ascii_word = re.compile(f"{ascii_only}[a-z0-9]+")

    def __call__(self, text: str) -> list[str]:
        """The words of ``text``, in order, normalised."""
        plain = normalise(text)
        found: list[str] = (self._ascii_word if plain.isascii() else self._word).findall(plain)
        if "".join(found).isalnum():
            return found
        return [word if word.isalnum() else _join_compound(word) for word in found]


def _join_compound(compound: str) -> str:
    return "".join(_WORD.findall(compound))


def french_stemmer() -> Callable[[str], str]:
    """A Snowball stemmer for French, with its own bounded cache."""
    stem: Callable[[str], str] = Stemmer.Stemmer("french").stemWord
    return stem


def stemmer(language: str | None) -> Callable[[str], str]:
    """A Snowball stemmer for ``language``; without one, words stay as they are.

    Raises:
        KeyError: Snowball does not know the language.
    """
    if language is None:
        return str
    stem: Callable[[str], str] = Stemmer.Stemmer(language).stemWord
    return stem


def word_features(words: Sequence[str], stem: Callable[[str], str]) -> list[str]:
    """Stems, then pairs of neighbours with the borders of the message."""
    stems = [stem(word) for word in words]
    if not stems:
        return []
    bordered = [START, *stems, END]
    return stems + [f"{a} {b}" for a, b in pairwise(bordered)]


def ngrams(word: str) -> list[str]:
    """The character n-grams of one word between two spaces (scikit-learn's ``char_wb``)."""
    padded = f" {word} "
    low, high = NGRAM_SIZES
    found = []
    for size in range(low, high + 1):
        if size >= len(padded):
            found.append(padded)
            break
        found += [padded[n : n + size] for n in range(len(padded) - size + 1)]
    return found


def char_features(words: Sequence[str]) -> list[str]:
    """The character n-grams of every word."""
    return [gram for word in words for gram in ngrams(word)]


class Analyser:
    """A scikit-learn ``analyzer`` that pickles: it makes its stemmer anew where it wakes."""

    def __init__(
        self, view: str, compounds: Sequence[str] = (), language: str | None = "french"
    ) -> None:
        self.view = view
        self.compounds = tuple(compounds)
        self.language = language
        self._wake()

    def _wake(self) -> None:
        self._words = Words(self.compounds)
        self._stem = lru_cache(maxsize=100_000)(stemmer(self.language))

    def __call__(self, text: str) -> list[str]:
        """The features of ``text`` in this view: ``words`` or ``chars``."""
        words = self._words(text)
        return word_features(words, self._stem) if self.view == "words" else char_features(words)

    def __getstate__(self) -> dict[str, object]:
        return {"view": self.view, "compounds": self.compounds, "language": self.language}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._wake()
