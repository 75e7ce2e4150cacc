"""French text as it is compared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.folding import fold, without_accents


def test_accents_are_lost_and_letters_stay() -> None:
    assert without_accents("Où déposer ça ?") == "Ou deposer ca ?"
    assert without_accents("Cœur") == "Cœur"


def test_what_differs_by_case_or_accents_alone_is_the_same() -> None:
    assert fold("ÉTÉ") == fold("été") == fold("e\u0301te\u0301") == "ete"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
