from __future__ import annotations

import pytest

from classifier.serving.courtesy.tolerance import Tolerance

WORDS = Tolerance(["bonjour", "merci", "cordialement", "journee"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bonjor", "bonjour"),
        ("boujour", "bonjour"),
        ("bonjjour", "bonjour"),
        ("bonjuor", "bonjour"),
        ("obnjour", "bonjour"),
        ("bonjouuuur", "bonjour"),
        ("merciiii", "merci"),
        ("cordialemant", "cordialement"),
        ("journe", "journee"),
    ],
)
def test_one_typing_error_or_a_drawn_out_letter_is_forgiven(typed: str, meant: str) -> None:
    assert WORDS.correct(typed) == meant


@pytest.mark.parametrize("other", ["toujour", "jour", "merco2", "tournee", "accord", "x" * 500, ""])
def test_another_word_stays_another_word(other: str) -> None:
    assert WORDS.correct(other) is None
