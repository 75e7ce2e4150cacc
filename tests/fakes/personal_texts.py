"""Texts with made-up personal data: the corpus says where and in what form, dice say which.

A text is one line. ``{kind}`` stands for a made-up number, ``{kind|## ##}`` for one written as
the picture shows, ``{nom=Martin}`` for words that must not be kept. The numbers have right keys;
they are drawn anew from a seed and stand in no file, since one may be somebody's.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import NamedTuple

from stdnum import luhn
from stdnum.fr import nir

CORPORA = Path(__file__).parent.parent / "bot" / "corpora"
WORDS = frozenset({"nom"})
"""Kinds that no structure gives away; everything else is an identifier."""

_PLACE = re.compile(r"\{(\w+)(?:\|([^}]*)|=([^}]*))?\}")


class Hidden(NamedTuple):
    """What must not be kept of a text."""

    kind: str
    written: str


class PersonalText(NamedTuple):
    """A text and what in it is somebody's."""

    text: str
    hidden: tuple[Hidden, ...]


def personal_texts(seed: int = 0, name: str = "personal") -> list[PersonalText]:
    """A corpus with one draw of numbers."""
    dice = random.Random(seed)
    return [_filled(line, dice) for line in lines(name)]


def drawn(line: str, seed: int = 0) -> PersonalText:
    """One line of a corpus with its numbers."""
    return _filled(line, random.Random(seed))


def lines(name: str) -> list[str]:
    """The texts of a corpus as they stand there."""
    texts = (CORPORA / f"{name}.txt").read_text("utf-8").splitlines()
    return [text.replace(r"\n", "\n").replace(r"\t", "\t") for text in texts]


def kept(hidden: Hidden, masked: str) -> bool:
    """Whether a masked text still says it: a name as a word, six signs in a row of a number."""
    if hidden.kind in WORDS:
        return any(_says(word, masked) for word in re.findall(r"\w{3,}", hidden.written))
    if hidden.kind in {"courriel", "date"}:
        return hidden.written in masked
    number, left = _plain(hidden.written), _plain(masked)
    return any(number[at : at + 6] in left for at in range(max(1, len(number) - 5)))


def _says(word: str, text: str) -> bool:
    return word not in {"Mme", "Jean"} and bool(re.search(rf"(?<!\w){word}(?!\w)", text))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()


def _filled(line: str, dice: random.Random) -> PersonalText:
    hidden: list[Hidden] = []

    def fill(match: re.Match[str]) -> str:
        kind, picture, words = match.groups()
        if kind == "nbsp":
            return "\u00a0"
        written = words or _drawn(_number(kind, dice), picture)
        if kind != "nirkey":  # two digits alone are nobody's
            hidden.append(Hidden(kind, written))
        return written

    text = _PLACE.sub(fill, line)
    return PersonalText(text, tuple(hidden))


def _drawn(number: str, picture: str | None) -> str:
    signs = iter(number)
    return "".join(next(signs) if sign == "#" else sign for sign in picture or "#" * len(number))


def _number(kind: str, dice: random.Random) -> str:
    """The signs of a number of this kind; the left ones are what the world gives them."""
    if kind in {"nir", "nir13", "nircorse"}:
        return _nir(dice, corse=kind == "nircorse")[: 13 if kind == "nir13" else 15]
    if kind == "siret":
        return _keyed(_number("siren", dice), 14, dice)
    if kind == "iban":
        body = _digits(23, dice)
        return f"{98 - int(body + '152700') % 97:02}{body}"
    if kind in _KEYED:
        first, count = _KEYED[kind]
        return _keyed(dice.choice(first), count, dice)
    first, count = _PLAIN[kind]
    start = dice.choice(first)
    return start + _digits(count - len(start), dice)


_KEYED: dict[str, tuple[tuple[str, ...], int]] = {
    "rpps": (("100", "101"), 11),
    "siren": (("3", "4", "5", "8"), 9),
    "card": (("4970", "5131", "4"), 16),
    "finesskey": (("750", "350", "690", "130"), 9),
    "amex": (("37", "34"), 15),
}
_PLAIN: dict[str, tuple[tuple[str, ...], int]] = {
    "adeli": (("75", "35", "69", "13"), 9),
    "finess": (("75", "35", "69", "13"), 9),
    "finess2a": (("2A0", "2B0"), 9),
    "mobile": (("063998", "07"), 10),
    "fixe": (("01", "02", "03", "04", "05", "09"), 10),
    "vert": (("0800", "0805"), 10),
    "intl": (("639", "7", "1"), 9),
    "nirkey": (("",), 2),
    "tva": (("",), 11),
    "abroad": (("",), 12),
    "cps": (("2", "28"), 10),
    "ipp": (("1", "8"), 8),
}


def _nir(dice: random.Random, *, corse: bool) -> str:
    place = dice.choice(("2A", "2B")) if corse else f"{dice.randint(1, 95):02}"
    body = (
        f"{dice.choice('12')}{dice.randint(0, 99):02}{dice.randint(1, 12):02}{place}"
        f"{dice.randint(1, 990):03}{dice.randint(1, 999):03}"
    )
    return body + nir.calc_check_digits(body + "00")


def _digits(count: int, dice: random.Random) -> str:
    return "".join(dice.choice("0123456789") for _ in range(count))


def _keyed(first: str, count: int, dice: random.Random) -> str:
    body = first + _digits(count - 1 - len(first), dice)
    return body + luhn.calc_check_digit(body)
