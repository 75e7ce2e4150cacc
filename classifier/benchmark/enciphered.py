"""Larger knowledge bases made from one: copies in which every letter is another.

A copy has words and n-grams of its own, as many as the text it was made from: it shows what a
larger base costs to train and to serve, not how well one answers.
"""

from __future__ import annotations

import string
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from classifier.text import normalise

if TYPE_CHECKING:
    from kb.entries import FaqEntry, KnowledgeBase


def enlarge(base: KnowledgeBase, entries: int, seed: int = 0) -> KnowledgeBase:
    """The first ``entries`` published entries of ``base`` and of as many copies as it takes.

    Desks and families stay as they are: their number does not grow with the answers.
    """
    own = dict(sorted(base.published.items())[:entries])
    made = dict(own)
    number = 0
    while len(made) < entries:
        number += 1
        cipher = _cipher(np.random.default_rng([seed, number]))
        for key, entry in list(own.items())[: entries - len(made)]:
            made[f"{key}-{number}"] = _encipher(entry, f"{key}-{number}", cipher)
    return replace(base, entries=made, fingerprint=f"{base.fingerprint}-{entries}")


def _cipher(dice: np.random.Generator) -> dict[int, str]:
    """Vowels become vowels and consonants consonants, so that words stay about as alike."""
    vowels = "aeiouy"
    consonants = "".join(c for c in string.ascii_lowercase if c not in vowels)
    table: dict[int, str] = {}
    for letters in (vowels, consonants):
        drawn = dice.permutation(list(letters)).tolist()
        table |= {ord(letter): other for letter, other in zip(letters, drawn, strict=True)}
    return table


def _encipher(entry: FaqEntry, key: str, cipher: dict[int, str]) -> FaqEntry:
    return replace(
        entry,
        id=key,
        title=normalise(entry.title).translate(cipher),
        questions=tuple(
            replace(question, text=normalise(question.text).translate(cipher))
            for question in entry.questions
        ),
    )
