from __future__ import annotations

from kb.wording import count_of


def test_the_plural_begins_with_two() -> None:
    assert [count_of(n, "réponse publiée") for n in (0, 1, 2)] == [
        *("0 réponse publiée", "1 réponse publiée", "2 réponses publiées")
    ]
    assert count_of(2, "famille hors sujet", "familles hors sujet") == "2 familles hors sujet"
