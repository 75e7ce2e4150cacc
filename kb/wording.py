"""How a number and what it counts, and the manners of asking, are written in French."""

from __future__ import annotations

MANNER_NAMES = {
    "keywords": "mots-clés, comme on les tape",
    "formal": "phrases polies et complètes",
    "reworded": "d’autres mots pour la même chose",
    "hurried": "tapées vite, avec des fautes",
    "newcomer": "de qui ne connaît pas le terme",
    "problem": "une situation, sans poser la question",
    "belief": "« on m’a dit que…, c’est vrai\u00a0? »",
    "long": "avec des politesses et du contexte",
    "english": "en anglais",
}
"""What an editor reads for each manner of ``kb.entries.MANNERS``."""


def count_of(number: int, one: str, several: str = "") -> str:
    """``number`` with its noun: none and one are singular in French.

    Args:
        number: how many there are.
        one: the noun for one.
        several: the noun for two and more; without it, ``one`` with an s at each word's end.
    """
    if number < 2:  # noqa: PLR2004 - the plural begins with two
        return f"{number} {one}"
    return f"{number} {several or ' '.join(f'{word}s' for word in one.split())}"
