"""The id that a title gives an entry: it stands in buttons, links and file names."""

from __future__ import annotations

import re

from kb.folding import fold

MAX_ID = 60
"""Characters of an id made of a title."""


def suggested_id(title: str) -> str:
    """The id that a title gives: its words without accents, hyphens between, no more than fit."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    while len("-".join(words)) > MAX_ID:
        words.pop()
    return "-".join(words) or "fiche"
