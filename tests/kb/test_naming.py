from __future__ import annotations

from kb.naming import MAX_ID, suggested_id


def test_a_title_gives_an_id_without_accents_that_fits() -> None:
    assert suggested_id("À quoi sert l’« INS » ?") == "a-quoi-sert-l-ins"
    assert len(suggested_id("mot " * 40)) <= MAX_ID
    assert suggested_id("???") == "fiche"
