"""Why a desk ends a ticket, as it says so in its own words."""

from __future__ import annotations

import re

from bot.escalation.tickets import MISSING_ANSWER
from kb.folding import fold

_MISSING = re.compile(r"(il )?manque( une)?( reponse)?|(reponse |fiche )?manquante")


def read_reason(words: str) -> str:
    """The reason that is kept: ``MISSING_ANSWER`` for "réponse manquante", else the words."""
    return MISSING_ANSWER if is_missing(words) else words


def is_missing(words: str) -> bool:
    """Whether somebody says that no published answer would have helped."""
    return bool(_MISSING.fullmatch(" ".join(re.findall(r"\w+", fold(words)))))
