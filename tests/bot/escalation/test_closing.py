from __future__ import annotations

import pytest

from bot.escalation.closing import read_reason
from bot.escalation.tickets import MISSING_ANSWER


@pytest.mark.parametrize(
    "words",
    ["réponse manquante", "REPONSE  MANQUANTE.", "manquante", "il manque une réponse", "manque"],
)
def test_a_missing_answer_is_read_however_it_is_typed(words: str) -> None:
    assert read_reason(words) == MISSING_ANSWER


@pytest.mark.parametrize(
    "words", ["", "réparé", "réponse manquante au dossier", "il ne manque rien"]
)
def test_any_other_reason_is_kept_as_it_is(words: str) -> None:
    assert read_reason(words) == words
